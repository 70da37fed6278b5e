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
use crate::extract::table::{Column, Tables};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason};

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
    let tables = Tables {
        selector: config.selector.clone(),
        header_selector: config.header_selector.clone(),
        rows_selector: config.rows_selector.clone(),
    };
    let columns = [&config.name_column, &config.date_column];
    // The table that is read, and whether its first date was one.
    let mut current = (0, false);
    cx.read_rows(&tables, page, &columns, data, |row, data| {
        let (Place::Row { table, .. }, Some([name, date])) = (&row.place, row.whole()) else {
            return false;
        };
        let version = match cx.version(&name.text) {
            Ok(version) => version,
            Err(unmatched) => {
                data.skip(cx.cell(page, name), unmatched);
                return false;
            }
        };
        let day = parse_any(&date.text);
        if current.0 != *table {
            current = (*table, day.is_some());
        }
        let origin = cx.cell(page, date);
        match day {
            Some(day) if current.1 => {
                data.declare(&version, day, origin);
                return true;
            }
            Some(_) => {
                let why = "the first date of this table can not be read";
                data.skip(origin, SkipReason::not_read(None, &version, why));
            }
            None => data.skip(origin, SkipReason::bad_date(&version, &date.text)),
        }
        false
    })
}
