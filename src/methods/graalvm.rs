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
//! it stands, without a template. One of a day that cannot be read is skipped.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Method, Next, Round, required_day};
use crate::date::parse_day;
use crate::extract::html::{Selector, selector};
use crate::extract::table::{Column, TableRows};
use crate::release_data::ReleaseData;
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
    const GROUPS: Option<&'static [&'static str]> = Some(&[]);
    type Config = Config;

    fn read(cx: &Context<'_>, config: &Config, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let page = round.page();
        let columns = [&config.date_column, &config.versions_column];
        let columns = columns.map(|name| Column::Named(name.clone()));
        let tables = TableRows {
            selector: Some(config.table_selector.clone()),
            ..TableRows::default()
        };
        for row in cx.rows(&tables, page, &columns.each_ref(), data)? {
            let origin = cx.origin(&page.provenance, row.place.clone(), "");
            let Some([date, versions]) = cx.or_skip(row.whole(), origin, data) else {
                continue;
            };
            for version in versions.text.split(", ").map(trim) {
                let origin = cx.origin(&page.provenance, versions.place.clone(), version);
                cx.item(origin, data, |_, data| {
                    cx.config.filter.groups(version)?;
                    let day = date.text.strip_suffix('.').unwrap_or(&date.text);
                    let (day, _) = required_day(version, Some(day), parse_day)?;
                    data.declare(version, day, cx.cell(page, date));
                    Ok(())
                });
            }
        }
        Ok(vec![])
    }
}
