//! Versions from the release calendar of GraalVM.
//!
//! ```yaml
//! - graalvm: https://www.graalvm.org/release-calendar/
//!   versions_column: "Oracle GraalVM"
//!   date_column: "Date" # unless stated
//!   table_selector: "#previous-releases + table" # unless stated
//! ```
//!
//! A row has a day and the versions of that day, with commas; each that matches is taken as
//! it stands, without a template. A row of a day to come is left out.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::extract::html::{Selector, selector};
use crate::extract::table::{Column, Query};
use crate::fetch::Request;
use crate::page::Page;
use crate::release_data::{Place, ReleaseData};
use crate::text::trim;

pub(super) struct Graalvm;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    versions_column: String,
    #[serde(default = "date_column")]
    date_column: String,
    #[serde(default = "previous_releases")]
    table_selector: Selector,
}

fn date_column() -> String {
    "Date".into()
}

fn previous_releases() -> Selector {
    selector("#previous-releases + table")
}

impl Method for Graalvm {
    const NAME: &'static str = "graalvm";
    type Config = Config;

    async fn collect(
        cx: &Context<'_>,
        config: &Config,
        data: &mut ReleaseData,
    ) -> Result<(), Fault> {
        let page = cx.fetch(&Request::get(cx.argument())).await?;
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
    let columns = [&config.date_column, &config.versions_column];
    let columns = columns.map(|name| Column::Named(name.clone())).to_vec();
    let query = Query::new(Some(config.table_selector.clone()), None, None, columns);
    let found = query.find(&page.url, &page.text())?;
    cx.pass_over(&page.facts, found.passed_over, data);
    for row in &found.rows {
        let [date, versions] = &row.cells[..] else {
            unreachable!("two columns were asked for")
        };
        let origin = |column: &str, raw: &str| {
            let place = Place::Cell {
                table: row.table,
                row: row.row,
                column: column.into(),
            };
            cx.origin(&page.facts, place, raw)
        };
        let day = parse_day(date.strip_suffix('.').unwrap_or(date)).ok_or_else(|| {
            ExtractError::unreadable(page, format!("date of row {}", row.row), date)
        })?;
        if day > cx.today {
            data.skip(origin(&config.date_column, date), "is still to come");
            continue;
        }
        for version in versions.split(", ").map(trim) {
            match cx.version(version) {
                Ok(_) => data.declare(version, day, origin(&config.date_column, date)),
                Err(unmatched) => data.skip(
                    origin(&config.versions_column, version),
                    unmatched.to_string(),
                ),
            }
        }
    }
    Ok(())
}
