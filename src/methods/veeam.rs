//! Versions from Veeam's articles on build numbers.
//!
//! ```yaml
//! - veeam: https://www.veeam.com/kb4106
//!   version_column: "Console Build" # if not "Build Number"
//!   date_column: "Released"         # if not "Release Date"
//! ```
//!
//! Each table whose first row names both columns: the build is the version, blanks as dashes,
//! and the date its day. A row with no date, or `-`, is left out. A table without a row is an
//! error, which the walk that other methods share would pass over.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::extract::html::{Document, select_within, selector, trimmed_text_of};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason};
use crate::text::collapse;

pub(super) struct Veeam;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// The header of the column of versions.
    #[serde(default = "build_number")]
    version_column: String,
    /// The header of the column of dates.
    #[serde(default = "release_date")]
    date_column: String,
}

fn build_number() -> String {
    "Build Number".to_owned()
}

fn release_date() -> String {
    "Release Date".to_owned()
}

impl Method for Veeam {
    const NAME: &'static str = "veeam";
    type Config = Config;

    async fn collect(
        cx: &Context<'_>,
        config: &Config,
        data: &mut ReleaseData,
    ) -> Result<(), Fault> {
        let page = cx.page().await?;
        read(cx, config, &page, data)?;
        Ok(())
    }
}

fn read(
    cx: &Context<'_>,
    config: &Config,
    page: &Page,
    data: &mut ReleaseData,
) -> Result<(), ExtractError> {
    let (table, row, cell) = (selector("table"), selector("tr"), selector("td"));
    let document = Document::parse(&page.text(), []);
    for (table, number) in document.select(&table).zip(1..) {
        let mut rows = select_within(table, &row)
            .map(|row| -> Vec<String> { select_within(row, &cell).map(trimmed_text_of).collect() });
        let headers = rows
            .next()
            .ok_or_else(|| ExtractError::missing(page, format!("row in table {number}")))?;
        let place = |column: &str| {
            let column = column.to_lowercase();
            headers
                .iter()
                .position(|header| header.to_lowercase() == column)
        };
        let columns = (place(&config.version_column), place(&config.date_column));
        let (Some(version_at), Some(date_at)) = columns else {
            let place = Place::Table { table: number };
            let reason = SkipReason::missing("such columns");
            data.skip(cx.origin(&page.facts, place, ""), reason);
            continue;
        };
        for (cells, line) in rows.zip(2..) {
            let origin = |raw: &str| {
                let place = Place::Row {
                    table: number,
                    row: line,
                };
                cx.origin(&page.facts, place, raw)
            };
            let (Some(version), Some(date)) = (cells.get(version_at), cells.get(date_at)) else {
                data.skip(origin(&cells.concat()), "too few cells");
                continue;
            };
            if matches!(&**date, "" | "-") {
                data.skip(origin(version), SkipReason::lacks(Some("it"), "date"));
                continue;
            }
            let day = parse_day(date).ok_or_else(|| {
                ExtractError::unreadable(page, format!("date of {version}"), date)
            })?;
            data.declare(&collapse(version).replace(' ', "-"), day, origin(date));
        }
    }
    Ok(())
}
