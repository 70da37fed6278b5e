//! Versions from the table that the wiki of Rocky Linux includes in its pages.
//!
//! ```yaml
//! - rocky-linux: https://raw.githubusercontent.com/rocky-linux/wiki.rockylinux.org/refs/heads/main/include/releng/version_table.md
//! ```
//!
//! Each line of the Markdown text with four cells or more: the version is in the first and
//! taken as it stands where it matches, the day in the third. A line whose date can not be
//! read is left out and named.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::release_data::{Place, ReleaseData, SkipReason};
use crate::text::trim;

pub(super) struct RockyLinux;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for RockyLinux {
    const NAME: &'static str = "rocky-linux";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx.page().await?;
        for (line, number) in page.text().lines().zip(1..) {
            let parts: Vec<&str> = line.split('|').map(trim).collect();
            let [_, version, _, date, _, ..] = parts[..] else {
                continue;
            };
            let origin = |raw: &str| {
                let place = Place::Item {
                    kind: "line",
                    item: number,
                };
                cx.origin(&page.facts, place, raw)
            };
            if let Err(unmatched) = cx.config.filter.groups(version) {
                data.skip(origin(version), unmatched);
            } else if let Some(day) = parse_day(date) {
                data.declare(version, day, origin(date));
            } else {
                data.skip(origin(date), SkipReason::bad_date(version, date));
            }
        }
        Ok(())
    }
}
