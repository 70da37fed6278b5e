//! Versions from Red Hat's article on the release dates of Satellite.
//!
//! ```yaml
//! - red-hat-satellite: https://access.redhat.com/articles/1365633
//!   regex: '^Satellite (?P<version>\d+\.\d+\.\d+([.-]\d+)?) ([Uu]pdate|[Rr]elease)$'
//! ```
//!
//! Every row of a table's body: the group `version` of what the first cell says, ` GA` read
//! as `.0` and dashes as dots; the day is in the second cell.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::extract::html::{Document, select_within, selector, trimmed_text_of};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct RedHatSatellite;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for RedHatSatellite {
    const NAME: &'static str = "red-hat-satellite";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx.page().await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    let (row, cell) = (selector("tbody tr"), selector("td"));
    let document = Document::parse(&page.text(), []);
    for (row, number) in document.select(&row).zip(1..) {
        let mut cells = select_within(row, &cell).map(trimmed_text_of);
        let missing = |what: &str| ExtractError::missing(page, format!("{what} in row {number}"));
        let origin = |raw: &str| {
            let place = Place::Item {
                kind: "row",
                item: number,
            };
            cx.origin(&page.facts, place, raw)
        };
        let name = cells.next().ok_or_else(|| missing("cell"))?;
        let groups = match cx.config.filter.groups(name.replace(" GA", ".0").trim()) {
            Ok(groups) => groups,
            Err(unmatched) => {
                data.skip(origin(&name), unmatched);
                continue;
            }
        };
        let group = groups.into_iter().find(|(group, _)| group == "version");
        let Some(version) = group.and_then(|(_, version)| version) else {
            let reason = SkipReason::lacks(Some("its `regex`"), "group `version`");
            data.skip(origin(&name), reason);
            continue;
        };
        let version = version.replace('-', ".");
        let date = cells.next().ok_or_else(|| missing("date"))?;
        // Of 6.15.5, as published.
        let day = parse_day(&date.replace("2024-12-041", "2024-12-04"))
            .ok_or_else(|| ExtractError::unreadable(page, format!("date of {version}"), &date))?;
        data.declare(&version, day, origin(&date));
    }
    Ok(())
}
