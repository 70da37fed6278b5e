//! Versions from the list of Java releases on ops.java.
//!
//! ```yaml
//! - oracle-jdk: https://ops.java/releases/
//! ```
//!
//! Each row of `#released` with a `td.anchor`: the version is the `id` of that cell, the day
//! stands in the second cell of the row. A row with an empty date is of the day of the row
//! before it. `1.0_alpha` was no release and is left out.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::extract::html::{Document, cells, select_within, selector, text_of};
use crate::fetch::Request;
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason};

/// The user agent to which the page is given.
const BROWSER: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0";

pub(super) struct OracleJdk;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for OracleJdk {
    const NAME: &'static str = "oracle-jdk";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let request = Request::get(cx.argument()).with_user_agent(Some(BROWSER.to_owned()));
        let page = cx.fetch(&request).await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    /// The name of what was no release.
    const ALPHA: &str = "1.0_alpha";
    let (row, anchor) = (selector("#released tr"), selector("td.anchor"));
    let document = Document::parse(&page.text(), []);
    let mut known = None;
    for (row, number) in document.select(&row).zip(1..) {
        let Some(anchor) = select_within(row, &anchor).next() else {
            continue;
        };
        let missing = |what: &str| ExtractError::missing(page, format!("{what} in row {number}"));
        let version = anchor.attr("id").ok_or_else(|| missing("`id`"))?;
        let date = cells(row).nth(1).map(text_of);
        let date = date.ok_or_else(|| missing("second cell"))?;
        if !date.is_empty() {
            let day = parse_day(&date).ok_or_else(|| {
                ExtractError::unreadable(page, format!("date of {version}"), &date)
            })?;
            known = Some((day, date));
        }
        let (day, date) = known.as_ref().ok_or_else(|| missing("date"))?;
        let origin = cx.origin(
            &page.facts,
            Place::Cell {
                table: 1,
                row: number,
                column: "column 2".into(),
            },
            date,
        );
        if version == ALPHA {
            data.skip(origin, SkipReason::not_a_release("it was no release"));
        } else {
            data.declare(version, *day, origin);
        }
    }
    Ok(())
}
