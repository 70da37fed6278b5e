//! Versions of Red Hat's `OpenShift` from the release notes in the repository of its documentation.
//!
//! ```yaml
//! - red-hat-openshift: https://github.com/openshift/openshift-docs.git
//! ```
//!
//! Each branch such as `enterprise-4.19` has its release notes in a file of its own. A title
//! with a version and, below it, `Issued:` with a day is a version; newer branches keep these
//! in modules that the file includes.
//!
//! The newest commit of each branch counts.

use indexmap::IndexMap;
use regex::Regex;

use super::repository::{branch_files, branches, files_request};
use super::{Answer, Context, Method, Needed, Next, NoConfig, Round};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::fetch::{GitWanted, Request};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData};

pub(super) struct RedHatOpenshift;

impl Method for RedHatOpenshift {
    const NAME: &'static str = "red-hat-openshift";
    type Config = NoConfig;

    fn requests(cx: &Context<'_>, _: &NoConfig) -> Next {
        Ok(vec![
            Request::git(cx.argument(), GitWanted::Branches).into(),
        ])
    }

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let request = |branch: &str, paths| files_request(cx.argument(), branch, paths).into();
        if round.number == 1 {
            let branches = branches(round.page(), |branch| series_of(branch).is_some())?;
            let notes = branches.iter().map(|branch| {
                let series = series_of(branch).unwrap_or_default().replace('.', "-");
                let path = format!("release_notes/ocp-{series}-release-notes.adoc");
                request(branch, vec![path])
            });
            return Ok(notes.collect());
        }
        // Of each branch the notes, then the modules: the last that names a version counts.
        let mut files: IndexMap<&str, Vec<Page>> = IndexMap::new();
        for answer in round.previous.iter().chain(round.answers) {
            let (branch, pages) = files_of(answer);
            files.entry(branch).or_default().extend(pages);
        }
        if round.number == 2 {
            let modules = files.iter().filter_map(|(branch, notes)| {
                let modules: Vec<String> = notes.iter().flat_map(included).collect();
                (!modules.is_empty()).then(|| request(branch, modules))
            });
            let modules: Vec<Needed> = modules.collect();
            if !modules.is_empty() {
                return Ok(modules);
            }
        }
        for (branch, pages) in &files {
            let series = series_of(branch).unwrap_or_default();
            for page in pages {
                read(cx, series, page, data)?;
            }
        }
        Ok(vec![])
    }
}

/// The series whose release notes a branch holds, such as `4.19` of `enterprise-4.19`.
fn series_of(branch: &str) -> Option<&str> {
    let rest = branch.strip_prefix("enterprise-")?;
    if !rest.starts_with(|c| ('4'..='9').contains(&c)) || branch.contains("-archive-") {
        return None;
    }
    rest.split('-').next()
}

/// The branch that was asked for files, and those that it has, in the order asked.
fn files_of(answer: &Answer) -> (&str, Vec<Page>) {
    let (
        Request::Git {
            wanted: GitWanted::Files { branch, paths },
            ..
        },
        Ok(page),
    ) = (&answer.request, &answer.page)
    else {
        return ("", vec![]);
    };
    let mut files = branch_files(page);
    let asked = paths.iter().filter_map(|path| files.remove(path));
    (branch, asked.collect())
}

fn included(page: &Page) -> Vec<String> {
    let include = Regex::new(r"(?m)^include::(modules/zstream-[\d-]+(?:-about)?\.adoc)\[")
        .expect("a valid pattern");
    let text = page.text();
    let found = include.captures_iter(&text);
    found.map(|captures| captures[1].to_owned()).collect()
}

fn read(
    cx: &Context<'_>,
    series: &str,
    page: &Page,
    data: &mut ReleaseData,
) -> Result<(), ExtractError> {
    let title = Regex::new(
        r"(?m)\{product-title\}\s(\{product-version\}\.\d+|\d+\.\d+\.\d+).*\n+(?:\[role=.*?\]\s*\n+)?Issued:\s(\d\d?\s[a-zA-Z]+\s\d{4}|\d{4}-\d\d-\d\d)$",
    )
    .expect("a valid pattern");
    let text = page.text();
    if text.contains('\u{fffd}') {
        return Err(ExtractError::format(page, "UTF-8", "some bytes are none"));
    }
    for (captures, item) in title.captures_iter(&text).zip(1..) {
        let (version, date) = (&captures[1], &captures[2]);
        let version = version.replace("{product-version}", series);
        let origin = cx.origin(&page.provenance, Place::item("title", item), date);
        cx.dated_item(origin, &version, Some(date), parse_day, data);
    }
    Ok(())
}
