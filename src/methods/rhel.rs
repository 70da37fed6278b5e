//! Versions from Red Hat's article on the release dates of Enterprise Linux.
//!
//! ```yaml
//! - rhel: https://access.redhat.com/articles/3078
//! ```
//!
//! Every row of data: `RHEL 8.10`, `RHEL 5 Update 4` or `RHEL 4 GA` in the first cell, the day
//! in the second. A row that names no version fails the product. A major version has one
//! digit, as in the predecessor: `RHEL 10` gives `1`. No product uses this method;
//! `redhat_lifecycles` took its place.

use std::sync::LazyLock;

use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::extract::html::{Document, select_within, selector, trimmed_text_of};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData};

pub(super) struct Rhel;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for Rhel {
    const NAME: &'static str = "rhel";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx.page().await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    let (row, cell) = (selector("tr"), selector("td"));
    let document = Document::parse(&page.text(), []);
    for (row, number) in document.select(&row).zip(1..) {
        let mut cells = select_within(row, &cell).map(trimmed_text_of);
        let Some(name) = cells.next() else {
            continue;
        };
        let what = format!("version in row {number}");
        let version =
            version_of(&name).ok_or_else(|| ExtractError::unreadable(page, what, &name))?;
        let what = format!("date of {version}");
        let date = cells.next();
        let date = date.ok_or_else(|| ExtractError::missing(page, &*what))?;
        let day = parse_day(&date).ok_or_else(|| ExtractError::unreadable(page, what, &date))?;
        let place = Place::Item {
            kind: "row",
            item: number,
        };
        data.declare(&version, day, cx.origin(&page.facts, place, &date));
    }
    Ok(())
}

/// The version that a cell names.
fn version_of(name: &str) -> Option<String> {
    static NAME: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\ARHEL (\d)(?:\. ?(\d+))?(?: Update (\d)| GA)?").expect("a valid pattern")
    });
    let groups = NAME.captures(name)?;
    let parts = groups.iter().skip(1).flatten();
    let parts: Vec<&str> = parts.map(|group| group.as_str()).collect();
    Some(parts.join("."))
}
