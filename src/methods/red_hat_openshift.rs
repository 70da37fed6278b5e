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
//! # Beyond the predecessor
//! It looked at checkouts that were renewed once a week; here the newest commits count.

use futures::future::try_join_all;
use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::page::Page;
use crate::release_data::{Place, ReleaseData};

pub(super) struct RedHatOpenshift;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for RedHatOpenshift {
    const NAME: &'static str = "red-hat-openshift";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let branches = cx
            .branches(cx.argument(), |branch| series_of(branch).is_some())
            .await?;
        let notes = branches.iter().map(|branch| notes_of(cx, branch));
        for (series, notes) in try_join_all(notes).await? {
            for page in notes {
                read(cx, &series, &page, data)?;
            }
        }
        Ok(())
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

/// The series of a branch, its release notes, and the modules that these include.
async fn notes_of(cx: &Context<'_>, branch: &str) -> Result<(String, Vec<Page>), Fault> {
    let series = series_of(branch).unwrap_or_default().to_owned();
    let dashed = series.replace('.', "-");
    let path = format!("release_notes/ocp-{dashed}-release-notes.adoc");
    let files = cx.files(cx.argument(), branch, vec![path]).await?;
    let mut pages: Vec<Page> = files.into_values().collect();
    let modules: Vec<String> = pages.iter().flat_map(included).collect();
    if !modules.is_empty() {
        let mut files = cx.files(cx.argument(), branch, modules.clone()).await?;
        pages.extend(modules.iter().filter_map(|path| files.remove(path)));
    }
    Ok((series, pages))
}

/// The modules that release notes include, in order.
fn included(page: &Page) -> Vec<String> {
    let include = Regex::new(r"(?m)^include::(modules/zstream-[\d-]+(?:-about)?\.adoc)\[")
        .expect("a valid pattern");
    let text = page.text();
    include
        .captures_iter(&text)
        .map(|captures| captures[1].to_owned())
        .collect()
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
        let version = captures[1].replace("{product-version}", series);
        let date = &captures[2];
        let day = parse_day(date)
            .ok_or_else(|| ExtractError::unreadable(page, format!("date of {version}"), date))?;
        let place = Place::Item {
            kind: "title",
            item,
        };
        data.declare(&version, day, cx.origin(&page.facts, place, date));
    }
    Ok(())
}
