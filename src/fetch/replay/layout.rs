//! The path of an answer in a recorded folder, as `wget -x` lays it out.
//!
//! The scheme is dropped, a trailing `/` becomes `/index`, and `?` becomes `@`:
//! `https://a.test/b/?c=d` is `a.test/b/index@c=d`. Whatever else has a meaning for a
//! file system is percent-encoded, and a name that is too long is cut and gets a hash; so no
//! URL leaves the folder. A POST has a hash of its body at the end of its name.
//!
//! What GNU wget itself writes is found too: `index.html` for `index`, a `?` before a query, `@`
//! and `+` with `--restrict-file-names=windows`, `.html` at the end with `-E`, and names without
//! percent-encoding.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::digest::hash;
use crate::fetch::request::GitWanted;
use crate::fetch::request_key::{RequestKey, host_of};

/// The longest name of a file or folder, in bytes.
const LONGEST_NAME: usize = 200;
/// The longest path, in bytes.
const LONGEST_PATH: usize = 1000;

/// The path of the answer to a request, below the folder.
pub(in crate::fetch) fn path_of(key: &RequestKey) -> PathBuf {
    let url = key.url();
    let folder = encoded(&host_of(url));
    let mut names: Vec<String> = url.path().split('/').skip(1).map(encoded).collect();
    if names.last().is_none_or(|name| name == EMPTY) {
        names.pop();
        names.push("index".to_owned());
    }
    let files =
        matches!(key, RequestKey::Git(git) if matches!(git.wanted, GitWanted::Files { .. }));
    // Files are in the folder of their branch.
    if let Some(name) = names.last_mut().filter(|_| !files) {
        if let Some(query) = url.query() {
            name.push('@');
            name.push_str(&encoded(query));
        }
        if let Some(json) = key.json() {
            let _ = write!(name, "@post-{:016x}", hash(json.as_bytes()));
        }
    }
    let length: usize = names.iter().map(|name| name.len() + 1).sum();
    if length > LONGEST_PATH {
        names = vec![names.join("_")];
    }
    let mut path = PathBuf::from(cut(folder));
    path.extend(names.into_iter().map(cut));
    path
}

/// Where `wget -x` puts the answer to a GET, with `-E` and `--restrict-file-names=windows` or not.
pub(in crate::fetch) fn paths_of_wget(key: &RequestKey) -> Vec<PathBuf> {
    let RequestKey::Page { url, .. } = key else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (is_windows, mark) in [(false, '?'), (true, '@')] {
        let name = |part| name_of_wget(part, is_windows);
        let (mut host, path) = (host_of(url), url.path().trim_start_matches('/'));
        if is_windows {
            host = host.replace(':', "+");
        }
        let (folders, last) = path.rsplit_once('/').unwrap_or(("", path));
        let folders: Option<PathBuf> = folders
            .split('/')
            .filter(|part| !part.is_empty())
            .map(name)
            .collect();
        let last = if last.is_empty() { "index.html" } else { last };
        let query = url.query().map_or(Some(String::new()), |query| {
            Some(format!("{mark}{}", name(query)?))
        });
        if let (Some(folders), Some(last), Some(query)) = (folders, name(last), query) {
            let folder = PathBuf::from(host).join(folders);
            found.extend(["", ".html"].map(|end| folder.join(format!("{last}{query}{end}"))));
        }
    }
    found
}

/// A part of a URL as wget names a file: decoded, and encoded again where a file system minds.
fn name_of_wget(part: &str, is_windows: bool) -> Option<String> {
    let mut decoded = Vec::new();
    let mut rest = part.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let byte = after
            .get(..2)
            .filter(|code| first == b'%' && code.iter().all(u8::is_ascii_hexdigit))
            .and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
        rest = &after[if byte.is_some() { 2 } else { 0 }..];
        let byte = byte.unwrap_or(first);
        let is_reserved = is_windows && br#"\|:?"*<>"#.contains(&byte);
        if byte == b'/' || byte.is_ascii_control() || is_reserved {
            decoded.extend(format!("%{byte:02X}").bytes());
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded)
        .ok()
        .filter(|name| !matches!(&**name, "." | ".."))
}

/// The path of a file of a repository below the folder of its branch.
pub(in crate::fetch) fn file_path(path: &str) -> PathBuf {
    path.split('/').map(|part| cut(encoded(part))).collect()
}

/// The name of an empty part, as between two slashes.
const EMPTY: &str = "%2F";

/// A part of a URL as the name of a file or folder.
fn encoded(part: &str) -> String {
    match part {
        "" => return EMPTY.to_owned(),
        "." => return "%2E".to_owned(),
        ".." => return "%2E%2E".to_owned(),
        _ => {}
    }
    let mut out = String::with_capacity(part.len());
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~%!$&'()+,;=@:[]".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The name, or its beginning and a hash of all of it.
fn cut(name: String) -> String {
    if name.len() <= LONGEST_NAME {
        return name;
    }
    format!(
        "{}~{:016x}",
        &name[..LONGEST_NAME - 20],
        hash(name.as_bytes())
    )
}

#[cfg(test)]
mod tests {
    use std::path::Component;

    use proptest::prelude::*;

    use super::*;
    use crate::fetch::Request;

    fn path(url: &str) -> String {
        let key = RequestKey::of(&Request::get(url)).unwrap();
        path_of(&key).to_str().unwrap().to_owned()
    }

    #[test]
    fn a_url_has_the_path_that_wget_uses() {
        assert_eq!(path("https://a.test"), "a.test/index");
        assert_eq!(path("https://a.test/b/"), "a.test/b/index");
        assert_eq!(path("http://a.test:8080/b.html#c"), "a.test:8080/b.html");
        assert_eq!(path("https://a.test/b/?c=d"), "a.test/b/index@c=d");
        assert_eq!(
            path("https://a.test/@b/c?d=1&e=x/y"),
            "a.test/@b/c@d=1&e=x%2Fy"
        );
        assert_eq!(path("https://a.test/b%2Fc?"), "a.test/b%2Fc@%2F");
    }

    #[test]
    fn a_url_is_found_where_wget_really_puts_it() {
        let found = |url: &str| {
            let paths = paths_of_wget(&RequestKey::of(&Request::get(url)).unwrap());
            paths
                .iter()
                .map(|path| path.to_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        // As GNU wget 1.2x wrote them.
        for (url, path) in [
            ("http://a.test:81/", "a.test:81/index.html"),
            ("http://a.test:81/", "a.test+81/index.html"),
            ("https://a.test/b/", "a.test/b/index.html"),
            ("https://a.test/b/?c=d", "a.test/b/index.html?c=d"),
            ("https://a.test/b/?c=d", "a.test/b/index.html@c=d.html"),
            ("https://a.test/b", "a.test/b.html"),
            ("https://a.test/b?", "a.test/b?"),
            ("https://a.test/b?c=d&q=a/b", "a.test/b?c=d&q=a%2Fb"),
            ("https://a.test/b?x=a%20b%26c:d", "a.test/b?x=a b&c:d"),
            ("https://a.test/b?x=a%20b%26c:d", "a.test/b@x=a b&c%3Ad"),
            (
                "https://a.test/b?q=%22x%22|y*z",
                "a.test/b@q=%22x%22%7Cy%2Az",
            ),
            ("https://a.test/a%20b/c%20d", "a.test/a b/c d"),
            ("https://a.test/é?v=é", "a.test/é?v=é"),
            ("https://a.test/a%20b%2F..%2Fc", "a.test/a b%2F..%2Fc"),
        ] {
            assert!(
                found(url).iter().any(|found| found == path),
                "{url}: {:?}",
                found(url)
            );
        }
        assert_eq!(found("https://a.test/%ff"), Vec::<String>::new());
    }

    #[test]
    fn no_url_leaves_the_folder() {
        assert_eq!(path("https://a.test/../../etc/passwd"), "a.test/etc/passwd");
        assert_eq!(path("https://a.test/%2e%2e/%2E%2E/x"), "a.test/x");
        assert_eq!(path(r"https://a.test/..\..\x"), "a.test/x");
        assert_eq!(path("https://a.test//b//"), "a.test/%2F/b/%2F/index");
        assert_eq!(path("https://a.test/x?../../y"), "a.test/x@..%2F..%2Fy");
        assert_eq!(path("https://a.test/a\u{0}b\u{7f}"), "a.test/a%00b%7F");
    }

    #[test]
    fn a_long_name_is_cut_and_stays_unique() {
        let long = |end: &str| path(&format!("https://a.test/{}{end}", "x".repeat(3000)));
        assert!(long("a").len() < 300);
        assert_ne!(long("a"), long("b"));
        let deep = path(&format!("https://a.test/{}", "x/".repeat(3000)));
        assert!(deep.len() < 300);
    }

    #[test]
    fn posts_of_different_bodies_have_different_paths() {
        let at = |json: &str| {
            path_of(&RequestKey::of(&Request::post("https://a.test/q", json)).unwrap())
        };
        assert_ne!(at("{}"), at("[]"));
        assert!(at("{}").to_str().unwrap().starts_with("a.test/q@post-"));
    }

    proptest! {
        #[test]
        fn every_url_has_a_plain_path(tail in "\\PC{0,300}") {
            let key = RequestKey::of(&Request::get(format!("https://a.test/{tail}"))).unwrap();
            let path = path_of(&key);
            prop_assert!(path.components().all(|part| matches!(part, Component::Normal(_))));
            prop_assert!(path.components().count() >= 2);
            prop_assert!(path.to_str().unwrap().bytes().all(|byte| (0x20..0x7f).contains(&byte)));
        }
    }
}
