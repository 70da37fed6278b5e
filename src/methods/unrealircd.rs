//! Versions from the history in the wiki of `UnrealIRCd`.
//!
//! ```yaml
//! - unrealircd: https://www.unrealircd.org/docwiki/index.php?title=History_of_UnrealIRCd_releases&action=raw
//! ```
//!
//! Each row of a table with two data cells or more: the version is in the first and taken as
//! it stands where it matches, the day in the second, which must start as `2024-01-31` does.
//!
//! # Beyond the predecessor
//! Blanks around a version, and a reference after it, do not hide it.

use std::sync::LazyLock;

use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::extract::{ExtractError, wiki};
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct Unrealircd;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for Unrealircd {
    const NAME: &'static str = "unrealircd";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        static DAY: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"\A\d{4}-\d{2}-\d{2}").expect("a valid pattern"));
        let page = cx.page().await?;
        for (cells, number) in wiki::rows(&page.text()).iter().zip(1..) {
            let [version, date, ..] = &cells[..] else {
                continue;
            };
            let origin = |raw: &str| {
                let place = Place::Item {
                    kind: "row",
                    item: number,
                };
                cx.origin(&page.facts, place, raw)
            };
            if let Err(unmatched) = cx.config.filter.groups(version) {
                data.skip(origin(version), unmatched);
                continue;
            }
            if !DAY.is_match(date) {
                data.skip(origin(date), SkipReason::bad_date(version, date));
                continue;
            }
            let day = parse_day(date).ok_or_else(|| {
                ExtractError::unreadable(&page, format!("date of {version}"), date)
            })?;
            data.declare(version, day, origin(date));
        }
        Ok(())
    }
}
