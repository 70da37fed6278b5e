//! Versions from IBM's support lifecycle of AIX.
//!
//! ```yaml
//! - ibm-aix: https://www.ibm.com/support/pages/aix-support-lifecycle-information
//! ```
//!
//! A browser renders the page. In every table, each row after the first: `AIX 7.3 TL4` in the
//! first cell is version `7.3.4`, the month in the second counts to its last day.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Kind, Method};
use crate::date::parse_month;
use crate::extract::ExtractError;
use crate::extract::html::{Document, select_within, selector, trimmed_text_of};
use crate::fetch::{Render, Request};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData};

/// Finds the tables.
const TABLE: &str = "table";

pub(super) struct IbmAix;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for IbmAix {
    const NAME: &'static str = "ibm-aix";
    const KIND: Kind = Kind::Browser;
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx
            .fetch(&Request::get(cx.argument()).with_render(Some(Render {
                wait_for: Some(TABLE.to_owned()),
                ..Render::default()
            })))
            .await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    let (table, row, cell) = (selector(TABLE), selector("tr"), selector("td"));
    let document = Document::parse(&page.text(), []);
    for (table, number) in document.select(&table).zip(1..) {
        for (row, line) in select_within(table, &row).zip(1..).skip(1) {
            let missing = |what: &str| {
                ExtractError::missing(page, format!("{what} in table {number}, row {line}"))
            };
            let mut cells = select_within(row, &cell).map(trimmed_text_of);
            let name = cells.next().ok_or_else(|| missing("level"))?;
            let date = cells.next().ok_or_else(|| missing("release date"))?;
            let version = name.trim_matches(['A', 'I', 'X', ' ']).replace(" TL", ".");
            let day = parse_month(&date).ok_or_else(|| {
                ExtractError::unreadable(page, format!("month of {version}"), &date)
            })?;
            let place = Place::Cell {
                table: number,
                row: line,
                column: "column 2".into(),
            };
            data.declare(&version, day, cx.origin(&page.facts, place, &date));
        }
    }
    Ok(())
}
