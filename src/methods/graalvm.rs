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
use crate::extract::table::{Column, Tables};
use crate::page::Page;
use crate::release_data::{ReleaseData, SkipReason};
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
    let columns = [&config.date_column, &config.versions_column];
    let columns = columns.map(|name| Column::Named(name.clone()));
    let tables = Tables {
        selector: Some(config.table_selector.clone()),
        ..Tables::default()
    };
    for row in cx.rows(&tables, page, &columns.each_ref(), data)? {
        let Some([date, versions]) = row.whole() else {
            continue;
        };
        let text = &date.text;
        let day = parse_day(text.strip_suffix('.').unwrap_or(text)).ok_or_else(|| {
            ExtractError::unreadable(page, format!("date of {}", row.place), text)
        })?;
        if day > cx.today {
            let origin = cx.cell(page, date);
            let (what, date) = (None, day.into());
            data.skip(origin, SkipReason::ToCome { what, date });
            continue;
        }
        for version in versions.text.split(", ").map(trim) {
            match cx.version(version) {
                Ok(_) => data.declare(version, day, cx.cell(page, date)),
                Err(unmatched) => data.skip(
                    cx.origin(&page.facts, versions.place.clone(), version),
                    unmatched,
                ),
            }
        }
    }
    Ok(())
}
