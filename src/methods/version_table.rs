//! Versions from the tables of a page.
//!
//! ```yaml
//! - version_table: https://example.org/releases
//!   name_column: "Version"
//!   date_column: "Released"
//! ```
//!
//! # Beyond the predecessor
//! Once a row of a table has been read, a later one whose date can not be read is left out
//! and named; it used to end the table. Where not even the first date of a table can be
//! read, its column is not believed to hold dates, and the table gives nothing.

use schemars::JsonSchema;
use serde::Deserialize;

use super::config::OnPage;
use super::{Context, Fault, Kind, Method};
use crate::date::parse_any;
use crate::extract::ExtractError;
use crate::extract::html::Selector;
use crate::extract::table::{Column, Query};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData};
use crate::text::Excerpt;

pub(super) struct VersionTable;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// The tables, `table` unless stated.
    selector: Option<Selector>,
    /// The row of headers in a table, `thead tr` unless stated.
    header_selector: Option<Selector>,
    /// The rows of a table, `tbody tr` unless stated.
    rows_selector: Option<Selector>,
    /// The column of the version.
    name_column: Column,
    /// The column of its day.
    date_column: Column,
}

impl Method for VersionTable {
    const NAME: &'static str = "version_table";
    const KIND: Kind = Kind::Generic;
    type Config = OnPage<Config>;

    async fn collect(
        cx: &Context<'_>,
        config: &OnPage<Config>,
        data: &mut ReleaseData,
    ) -> Result<(), Fault> {
        let page = cx.fetch(&config.page.request(cx.argument())).await?;
        read(cx, &config.own, &page, data)?;
        Ok(())
    }
}

fn read(
    cx: &Context<'_>,
    config: &Config,
    page: &Page,
    data: &mut ReleaseData,
) -> Result<(), ExtractError> {
    let query = Query::new(
        config.selector.clone(),
        config.header_selector.clone(),
        config.rows_selector.clone(),
        vec![config.name_column.clone(), config.date_column.clone()],
    );
    let found = query.find(&page.url, &page.text())?;
    cx.pass_over(&page.facts, found.passed_over, data);
    let mut versions = 0;
    // The table that is read, and whether a date of it was.
    let mut current = (0, false);
    let first_skipped = data.skipped.len();
    for row in &found.rows {
        let [name, date] = &row.cells[..] else {
            unreachable!("two columns were asked for")
        };
        let origin = |column: &Column, raw: &str| {
            let place = Place::Cell {
                table: row.table,
                row: row.row,
                column: column.label().into(),
            };
            cx.origin(&page.facts, place, raw)
        };
        let version = match cx.version(name) {
            Ok(version) => version,
            Err(unmatched) => {
                data.skip(origin(&config.name_column, name), unmatched.to_string());
                continue;
            }
        };
        let first = current.0 != row.table;
        let day = parse_any(date);
        if first {
            current = (row.table, day.is_some());
        }
        let origin = origin(&config.date_column, date);
        match day {
            Some(day) if current.1 => {
                versions += 1;
                data.declare(&version, day, origin);
            }
            Some(_) => data.skip(
                origin,
                format!("{version}: the first date of this table can not be read"),
            ),
            None => data.skip(
                origin,
                format!("date of {version}: `{}` is no day", Excerpt(date)),
            ),
        }
    }
    if versions == 0 {
        return Err(Context::no_row(
            &page.url,
            found.rows.len(),
            &data.skipped[first_skipped..],
        ));
    }
    Ok(())
}
