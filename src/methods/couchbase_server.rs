//! Versions from the release notes of Couchbase Server.
//!
//! ```yaml
//! - couchbase-server: https://docs.couchbase.com/server
//!   regex: '^Release (?P<version>\d+\.\d+(\.\d+)?) \((?P<date>.+)\)$'
//! ```
//!
//! The current release notes list the minor versions that have notes of their own. There,
//! each `h2` that matches is a version (`7.6` means `7.6.0`) and its month, of which the
//! first day is taken. Notes that do not exist are left out.

use chrono::Datelike as _;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_month;
use crate::extract::ExtractError;
use crate::extract::html::{Document, select_within, selector, trimmed_text_of};
use crate::fetch::Request;
use crate::page::Page;
use crate::release_data::{Place, ReleaseData};

pub(super) struct CouchbaseServer;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for CouchbaseServer {
    const NAME: &'static str = "couchbase-server";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let base = cx.argument();
        let notes =
            |minor: &str| Request::get(format!("{base}/{minor}/release-notes/relnotes.html"));
        let current = cx.fetch(&notes("current")).await?;
        let minors = minors(&current)?;
        let requests: Vec<Request> = minors.iter().map(|minor| notes(minor)).collect();
        for page in cx.fetch_existing(&requests, data).await? {
            read(cx, &page, data)?;
        }
        Ok(())
    }
}

/// The minor versions that have notes.
fn minors(page: &Page) -> Result<Vec<String>, ExtractError> {
    let (list, option) = (selector(".version_list"), selector("option"));
    let document = Document::parse(&page.text(), []);
    let list = document
        .select(&list)
        .next()
        .ok_or_else(|| ExtractError::missing(page, "element `.version_list`"))?;
    select_within(list, &option)
        .map(|option| {
            let value = option.value().attr("value").map(str::to_owned);
            value.ok_or_else(|| ExtractError::missing(page, "value of an option"))
        })
        .collect()
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    let heading = selector("h2");
    let document = Document::parse(&page.text(), []);
    for (heading, item) in document.select(&heading).zip(1..) {
        let text = trimmed_text_of(heading);
        let kind = "heading";
        let origin = cx.origin(&page.facts, Place::Item { kind, item }, &text);
        let (mut version, date) = match cx.groups(&text, ["version", "date"]) {
            Ok([version, date]) => (version, date),
            Err(unmatched) => {
                data.skip(origin, unmatched);
                continue;
            }
        };
        if version.split('.').count() == 2 {
            version.push_str(".0");
        }
        let day = parse_month(&date)
            .and_then(|day| day.with_day(1))
            .ok_or_else(|| ExtractError::unreadable(page, format!("month of {version}"), date))?;
        data.declare(&version, day, origin);
    }
    Ok(())
}
