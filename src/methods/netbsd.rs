//! Versions and ends of life from NetBSD's formal releases.
//!
//! ```yaml
//! - netbsd: https://www.netbsd.org/releases/formal.html
//! ```
//!
//! A row that starts like `NetBSD 9.4` is a version; its second cell is the day, its third,
//! where not empty, the `eol` of the release `9`. The last row of a release wins. A version
//! whose day can not be read is left out and named; an `eol` that can not be read is refused.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::extract::html::{Document, select_within, selector, stripped_text_of};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason};
use crate::text::is_blank;

pub(super) struct Netbsd;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

/// An empty cell, or the no-break space of one, read as UTF-8 or as Latin-1.
const EMPTY: [&str; 2] = ["", "Â"];

impl Method for Netbsd {
    const NAME: &'static str = "netbsd";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx.page().await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    let (rows, cell) = (selector("table tbody tr"), selector("td"));
    let document = Document::parse(&page.text(), []);
    for (tr, item) in document.select(&rows).zip(1..) {
        let cells: Vec<String> = select_within(tr, &cell).map(stripped_text_of).collect();
        let missing = |what: &str| ExtractError::missing(page, format!("{what} in row {item}"));
        let origin = |raw: &str| {
            let place = Place::Item { kind: "row", item };
            cx.origin(&page.facts, place, raw)
        };
        let name = cells.first().ok_or_else(|| missing("cell"))?;
        if !name.starts_with("NetBSD") {
            let reason = SkipReason::not_a_release("is no version of NetBSD");
            data.skip(origin(name), reason);
            continue;
        }
        let mut words = name.split(is_blank).filter(|word| !word.is_empty());
        let version = words.nth(1).ok_or_else(|| missing("version"))?;
        let [_, date, end, ..] = &cells[..] else {
            return Err(missing("end of life"));
        };
        match parse_day(date) {
            Some(day) => data.declare(version, day, origin(date)),
            None => data.skip(origin(date), SkipReason::bad_date(version, date)),
        }
        if !EMPTY.contains(&end.as_str()) {
            let day = parse_day(end).ok_or_else(|| {
                ExtractError::unreadable(page, format!("end of life of {version}"), end)
            })?;
            let major = version.split('.').next().unwrap_or(version);
            data.release(major).set("eol", day.into(), origin(end));
        }
    }
    Ok(())
}
