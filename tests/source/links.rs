//! The links of every page of the repository lead somewhere. Nothing is fetched: an address of
//! another site need only be well-formed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use fs_err as fs;
use regex::Regex;
use url::Url;

use crate::console::{Part, parts};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Markdown file of the repository with its path, but product files and fixtures, which are
/// the site's and the vendors' own.
pub(super) fn pages() -> BTreeMap<String, String> {
    let mut folders = vec![root().to_owned()];
    let mut pages = BTreeMap::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let is_page = path.extension().is_some_and(|end| end == "md");
            let below = path.strip_prefix(root()).unwrap().to_str().unwrap();
            let below = below.replace('\\', "/");
            let left_out = ["products", "fixtures", "fuzz/seeds", "target", ".git"];
            if path.is_dir() && !left_out.contains(&below.as_str()) {
                folders.push(path);
            } else if is_page {
                pages.insert(below, fs::read_to_string(path).unwrap());
            }
        }
    }
    assert!(pages.len() > 30, "{:?}", pages.keys());
    pages
}

/// A page without its blocks and without code in its lines.
fn prose(page: &str) -> String {
    static CODE: LazyLock<Regex> = LazyLock::new(|| Regex::new("`[^`\n]*`").unwrap());
    let mut prose = String::new();
    for part in parts(page) {
        if let Part::Text(text) = part {
            prose.push_str(text);
        }
    }
    CODE.replace_all(&prose, "`code`").into_owned()
}

/// The targets of the links of a page.
fn targets(page: &str) -> Vec<String> {
    static LINK: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\]\(\s*<?([^)\s>]*)>?[^)]*\)|(?m)^\[[^\]]+\]:\s*(\S+)").unwrap()
    });
    let prose = prose(page);
    let links = LINK.captures_iter(&prose);
    let target =
        |link: regex::Captures<'_>| link.get(1).or(link.get(2)).unwrap().as_str().to_owned();
    links.map(target).collect()
}

/// The anchors of the headings of a page, as forges make them.
fn anchors(page: &str) -> BTreeSet<String> {
    // Of a link only its text is in the anchor.
    let link = Regex::new(r"\[([^\]]*)\]\([^)]*\)").unwrap();
    let mut anchors = BTreeSet::new();
    for part in parts(page) {
        let Part::Text(text) = part else { continue };
        for line in text.lines() {
            let heading = line.trim_start_matches('#');
            let depth = line.len() - heading.len();
            let Some(heading) = heading
                .strip_prefix(' ')
                .filter(|_| (1..=6).contains(&depth))
            else {
                continue;
            };
            let heading = link.replace_all(heading, "$1");
            let kept = heading.trim().to_lowercase();
            let kept = kept
                .chars()
                .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            let slug: String = kept.map(|c| if c == ' ' { '-' } else { c }).collect();
            let numbered = (1..).map(|number| format!("{slug}-{number}"));
            let mut names = std::iter::once(slug.clone()).chain(numbered);
            anchors.insert(names.find(|name| !anchors.contains(name)).unwrap());
        }
    }
    anchors
}

/// What is wrong with a link of a page; `exists` tells whether a path of the repository does.
fn wrong(
    from: &str,
    target: &str,
    pages: &BTreeMap<String, String>,
    exists: impl Fn(&str) -> bool,
) -> Option<&'static str> {
    if target.contains("://") || target.starts_with("mailto:") {
        let is_address = |url: &Url| url.scheme() == "https" && url.host().is_some();
        let is_right = Url::parse(target).as_ref().is_ok_and(is_address);
        return (!is_right).then_some("is no https address");
    }
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    let path = resolved(from, path);
    let Some(path) = path else {
        return Some("leads out of the repository");
    };
    if !exists(&path) {
        return Some("leads to no file");
    }
    let has_anchor = |page: &String| anchors(page).contains(anchor);
    (!anchor.is_empty() && !pages.get(&path).is_some_and(has_anchor))
        .then_some("has no such heading")
}

/// The path that a relative link of a page leads to; the page itself where it is empty.
fn resolved(from: &str, path: &str) -> Option<String> {
    if path.is_empty() {
        return Some(from.to_owned());
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.trim_end_matches('/').split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[test]
fn every_link_of_every_page_leads_somewhere() {
    let pages = pages();
    let exists = |path: &str| root().join(path).exists();
    let (mut found, mut links) = (Vec::new(), 0);
    for (path, page) in &pages {
        for target in targets(page) {
            links += 1;
            if let Some(wrong) = wrong(path, &target, &pages, exists) {
                found.push(format!("{path}: {target} {wrong}"));
            }
        }
    }
    assert!(links > 200, "{links} links");
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn every_page_of_the_documentation_is_reached_from_its_index() {
    let pages = pages();
    let mut next = vec!["docs/README.md".to_owned()];
    let mut reached = BTreeSet::new();
    while let Some(path) = next.pop() {
        if let Some(page) = pages.get(&path).filter(|_| reached.insert(path.clone())) {
            let paths = targets(page).into_iter();
            next.extend(paths.filter_map(|target| resolved(&path, target.split('#').next()?)));
        }
    }
    let docs = pages.keys().filter(|path| path.starts_with("docs/"));
    let left: Vec<&String> = docs.filter(|path| !reached.contains(*path)).collect();
    assert!(left.is_empty(), "no link leads to {left:?}");
}

#[test]
fn a_link_that_leads_nowhere_is_named() {
    let page = "# A `b` c!\n\n[x](../d.md#e)\n\n```sh\n[no](link)\n```\n`[no](link)`\n\n[f]: https://g.test/\n# A b c\n";
    assert_eq!(targets(page), ["../d.md#e", "https://g.test/"]);
    assert_eq!(
        anchors(page),
        ["a-b-c".to_owned(), "a-b-c-1".to_owned()].into()
    );
    let pages = BTreeMap::from([("d.md".to_owned(), "## E\n".to_owned())]);
    let wrong = |target| wrong("docs/a.md", target, &pages, |path| path == "d.md");
    assert_eq!(wrong("../d.md#e"), None);
    assert_eq!(wrong("../d.md#f"), Some("has no such heading"));
    assert_eq!(wrong("d.md"), Some("leads to no file"));
    assert_eq!(wrong("../../d.md"), Some("leads out of the repository"));
    assert_eq!(wrong("https://g.test/"), None);
    assert_eq!(wrong("http://g.test/"), Some("is no https address"));
}
