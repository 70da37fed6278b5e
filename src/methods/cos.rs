//! Versions from the release notes of Google's Container-Optimized OS.
//!
//! ```yaml
//! - cos: https://docs.cloud.google.com/container-optimized-os/docs/release-notes/
//! ```
//!
//! The index names the LTS milestones in cells such as `COS 129 LTS`; each has a page. There,
//! a heading `cos-129-19506-299-148` is a version. Its day stands, by the age of the page, in
//! the first cell of the table that follows, in the next slanted text, or in the `h2` before.
//! A milestone without a page is left out.

use std::sync::LazyLock;

use regex::Regex;
use schemars::JsonSchema;
use scraper::ElementRef;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::{Date, parse_day};
use crate::extract::ExtractError;
use crate::extract::html::{
    Document, next_named, previous_named, select_within, selector, sole_text_of, text_of,
};
use crate::fetch::Request;
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason};
use crate::text::trim;

pub(super) struct Cos;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for Cos {
    const NAME: &'static str = "cos";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let index = cx.page().await?;
        for page in cx.fetch_existing(&milestones(&index), data).await? {
            read(cx, &page, data)?;
        }
        Ok(())
    }
}

/// The requests for the milestones that the index names.
fn milestones(index: &Page) -> Vec<Request> {
    static MILESTONE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"COS (\d+) LTS").expect("a valid pattern"));
    let cell = selector("td");
    let document = Document::parse(&index.text(), []);
    document
        .select(&cell)
        .filter_map(|cell| {
            let found = MILESTONE.captures(sole_text_of(cell)?)?;
            Some(Request::get(format!("{}m{}", index.url, &found[1])))
        })
        .collect()
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    static VERSION: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\Acos-\d+-\d+-\d+-\d+").expect("a valid pattern"));
    let (article, heading) = (selector("article.devsite-article"), selector("h2, h3"));
    let document = Document::parse(&page.text(), []);
    let headings = document
        .select(&article)
        .flat_map(|article| select_within(article, &heading));
    for (heading, item) in headings.zip(1..) {
        let name = data_text(page, heading)?;
        let origin = |raw: &str| {
            let kind = "heading";
            cx.origin(&page.facts, Place::Item { kind, item }, raw)
        };
        match VERSION.find(name) {
            Some(version) => {
                let (day, raw) = day_of(page, heading, version.as_str())?;
                data.declare(version.as_str(), day, origin(&raw));
            }
            None => data.skip(origin(name), SkipReason::not_a_release("is no version")),
        }
    }
    Ok(())
}

/// The day of the version of a heading, and how it reads.
fn day_of(
    page: &Page,
    heading: ElementRef<'_>,
    version: &str,
) -> Result<(Date, String), ExtractError> {
    let below = next_named(heading, &["tr"])
        .and_then(|header| next_named(header, &["tr"]))
        .and_then(|row| next_named(row, &["td"]))
        .or_else(|| next_named(heading, &["i"]))
        .ok_or_else(|| ExtractError::missing(page, format!("date of {version}")))?;
    let raw = text_of(below);
    if let Some(day) = parse_day(&trim(&raw).replace("Date: ", "")) {
        return Ok((day, raw));
    }
    let above = previous_named(heading, &["h2"])
        .ok_or_else(|| ExtractError::unreadable(page, format!("date of {version}"), raw))?;
    let raw = data_text(page, above)?;
    match parse_day(raw) {
        Some(day) => Ok((day, raw.to_owned())),
        None => Err(ExtractError::unreadable(
            page,
            format!("date of {version}"),
            raw,
        )),
    }
}

/// The text of a heading without the links in it.
fn data_text<'d>(page: &Page, heading: ElementRef<'d>) -> Result<&'d str, ExtractError> {
    heading.value().attr("data-text").ok_or_else(|| {
        let text = text_of(heading);
        ExtractError::missing(page, format!("attribute `data-text` of heading `{text}`"))
    })
}
