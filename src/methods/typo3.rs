//! Versions from the release list of TYPO3.
//!
//! ```yaml
//! - typo3: https://get.typo3.org/api/v1/release/
//! ```
//!
//! Each item that is no `development` snapshot gives its `version` as it stands, on the day
//! that `date` names in the zone in which it is written.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_local_moment;
use crate::extract::{ExtractError, json};
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct Typo3;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

#[derive(Deserialize)]
struct Item {
    #[serde(rename = "type")]
    kind: String,
    version: Option<String>,
    date: Option<String>,
}

impl Method for Typo3 {
    const NAME: &'static str = "typo3";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx.page().await?;
        let items: Vec<Item> = json::read(&page)?;
        for (number, item) in items.iter().enumerate() {
            let origin = |key: &str, raw: &str| {
                let path = format!("$[{number}].{key}").into();
                cx.origin(&page.facts, Place::Path { path }, raw)
            };
            if item.kind == "development" {
                let reason = SkipReason::not_a_release("a development snapshot");
                data.skip(
                    origin("version", item.version.as_deref().unwrap_or_default()),
                    reason,
                );
                continue;
            }
            let missing =
                |what: &str| ExtractError::missing(&page, format!("{what} in item {}", number + 1));
            let version = item.version.as_deref().ok_or_else(|| missing("version"))?;
            let date = item.date.as_deref().ok_or_else(|| missing("date"))?;
            let day = parse_local_moment(date).ok_or_else(|| {
                ExtractError::unreadable(&page, format!("date of {version}"), date)
            })?;
            data.declare(version, day, origin("date", date));
        }
        Ok(())
    }
}
