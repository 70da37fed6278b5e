//! Versions from the release histories of Visual Studio.
//!
//! ```yaml
//! - visual-studio: https://learn.microsoft.com/en-us/visualstudio/releases/2022/release-history
//! ```
//!
//! Each table with the headers `Version` and `Release date`, in any case: a version is taken
//! as it stands where it matches. The date of every row must be one, whatever its version.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::extract::html::{Document, select_within, selector, trimmed_text_of};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct VisualStudio;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for VisualStudio {
    const NAME: &'static str = "visual-studio";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx.page().await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    let (table, row) = (selector("table"), selector("tr"));
    let (header, cell) = (selector("th"), selector("td"));
    let document = Document::parse(&page.text(), []);
    for (table, number) in document.select(&table).zip(1..) {
        let place = |column: &str| {
            select_within(table, &header)
                .position(|header| trimmed_text_of(header).to_lowercase() == column)
        };
        let (Some(version_at), Some(date_at)) = (place("version"), place("release date")) else {
            let place = Place::Table { table: number };
            let reason = SkipReason::missing("such columns");
            data.skip(cx.origin(&page.facts, place, ""), reason);
            continue;
        };
        for (row, line) in select_within(table, &row).zip(1..) {
            let cells: Vec<String> = select_within(row, &cell).map(trimmed_text_of).collect();
            let (Some(version), Some(date)) = (cells.get(version_at), cells.get(date_at)) else {
                continue;
            };
            let origin = |raw: &str| {
                let place = Place::Row {
                    table: number,
                    row: line,
                };
                cx.origin(&page.facts, place, raw)
            };
            let day = parse_day(date).ok_or_else(|| {
                ExtractError::unreadable(page, format!("date of {version}"), date)
            })?;
            match cx.config.filter.groups(version) {
                Ok(_) => data.declare(version, day, origin(date)),
                Err(unmatched) => data.skip(origin(version), unmatched),
            }
        }
    }
    Ok(())
}
