//! Versions from the tables of a page.
//!
//! ```yaml
//! - version_table: https://example.org/releases
//!   name_column: "Version"
//!   date_column: "Released"
//! ```
//!
//! A row without a day yet, such as the next version with `TBD`, is left out, wherever it stands;
//! one whose date cannot be read is skipped and named.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Kind, Method, Next, OnPage, Round};
use crate::date::{Wanted, Zone};
use crate::extract::html::Selector;
use crate::extract::rows::{Cell, DayOrders, Row};
use crate::extract::table::{Column, TableRows};
use crate::release_data::{ReleaseData, SkipReason};

pub(super) struct VersionTable;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// The tables, `table` unless stated.
    selector: Option<Selector>,
    /// The row of headers in a table; unless stated, the first of `thead`, or a first row of `th`.
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

    fn read(
        cx: &Context<'_>,
        config: &OnPage<Config>,
        round: &Round<'_>,
        data: &mut ReleaseData,
    ) -> Next {
        let (page, config) = (round.page(), &config.own);
        let tables = TableRows {
            selector: config.selector.clone(),
            header_selector: config.header_selector.clone(),
            rows_selector: config.rows_selector.clone(),
        };
        let columns = [&config.name_column, &config.date_column];
        let first_skipped = data.skipped.len();
        let rows = cx.rows(&tables, page, &columns, data)?;
        let date_of = |column, text: &str| (column == 1).then(|| text.to_owned());
        let orders = DayOrders::new(&rows, date_of);
        let day_of = |row: &Row, date: &Cell| {
            let wanted = Wanted::Any(Zone::Utc);
            orders.of(row, 1).read(&date.text, &date.attributes, wanted)
        };
        Context::read_rows(page, &rows, first_skipped, data, |row, data| {
            let origin = cx.origin(&page.provenance, row.place.clone(), "");
            let Some([name, date]) = cx.or_skip(row.whole(), origin, data) else {
                return false;
            };
            let version = cx.or_skip(cx.version(&name.text), cx.cell(page, name), data);
            let Some(version) = version else {
                return false;
            };
            let read = cx.item(cx.cell(page, date), data, |origin, data| {
                let not_read = |why| {
                    let why = SkipReason::no_day(&date.text, why);
                    SkipReason::not_read(Some("date"), &version, why)
                };
                let day = day_of(row, date).map_err(not_read)?;
                data.declare(&version, day, origin.clone());
                Ok(())
            });
            read.is_some()
        })?;
        Ok(vec![])
    }
}
