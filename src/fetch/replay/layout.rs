//! The path of an answer in a recorded folder, as `wget -x` lays it out.
//!
//! The scheme is dropped, a trailing `/` becomes `/index`, and `?` becomes `@`:
//! `https://a.test/b/?c=d` is `a.test/b/index@c=d`. Whatever else has a meaning for a
//! file system is percent-encoded, and a name that is too long is cut and gets a hash; so no
//! URL leaves the folder. A POST has a hash of its body at the end of its name.

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
