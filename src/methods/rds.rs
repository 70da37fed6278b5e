//! Versions from the release calendars of Amazon RDS and Aurora.
//!
//! ```yaml
//! - rds: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MySQL.Concepts.VersionMgmt.html
//!   regex: '(?P<version>\d+(\.\d+)*)'
//!   template: "{{version}}"
//! ```
//!
//! Every row of every table with four cells or more: the version is in the first, the day
//! in the third. A row whose date can not be read is left out and named.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::extract::html::{Document, select_within, selector, trimmed_text_of};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct Rds;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for Rds {
    const NAME: &'static str = "rds";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx.page().await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    let (table, row, cell) = (selector("table"), selector("tr"), selector("td"));
    let document = Document::parse(&page.text(), []);
    let (mut rows, mut versions) = (0, 0);
    let first_skipped = data.skipped.len();
    for (table, number) in document.select(&table).zip(1..) {
        for (tr, line) in select_within(table, &row).zip(1..) {
            let cells: Vec<String> = select_within(tr, &cell).map(trimmed_text_of).collect();
            let [name, _, date, _, ..] = &cells[..] else {
                continue;
            };
            rows += 1;
            let origin = |column: &str, raw: &str| {
                let place = Place::Cell {
                    table: number,
                    row: line,
                    column: column.into(),
                };
                cx.origin(&page.facts, place, raw)
            };
            let version = match cx.version(name) {
                Ok(version) => version,
                Err(unmatched) => {
                    data.skip(origin("column 1", name), unmatched);
                    continue;
                }
            };
            match parse_day(date) {
                Some(day) => {
                    versions += 1;
                    data.declare(&version, day, origin("column 3", date));
                }
                None => data.skip(
                    origin("column 3", date),
                    SkipReason::bad_date(&version, date),
                ),
            }
        }
    }
    if versions == 0 {
        return Err(Context::no_row(page, rows, &data.skipped[first_skipped..]));
    }
    Ok(())
}
