//! Releases from the roadmap of Silverstripe.
//!
//! ```yaml
//! - silverstripe: https://raw.githubusercontent.com/silverstripe/roadmap/refs/heads/main/data.json
//! ```
//!
//! Each `version` is a release: `releaseDate`, `partialSupport` as `eoas` and `supportEnds`
//! as `eol`, all three a day, or a month that counts to its last day.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_day_or_month;
use crate::extract::{ExtractError, json};
use crate::release_data::{Place, ReleaseData};
use crate::value::Value;

pub(super) struct Silverstripe;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

#[derive(Deserialize)]
struct Roadmap {
    data: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    version: String,
    release_date: String,
    partial_support: String,
    support_ends: String,
}

impl Method for Silverstripe {
    const NAME: &'static str = "silverstripe";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx.page().await?;
        let Roadmap { data: items } = json::read(&page)?;
        for (number, item) in items.iter().enumerate() {
            let release = data.release(&item.version);
            for (field, key, date) in [
                ("releaseDate", "releaseDate", &item.release_date),
                ("eoas", "partialSupport", &item.partial_support),
                ("eol", "supportEnds", &item.support_ends),
            ] {
                let day = parse_day_or_month(date).ok_or_else(|| {
                    let what = format!("`{key}` of {}", item.version);
                    ExtractError::unreadable(&page, what, date)
                })?;
                let path = format!("$.data[{number}].{key}").into();
                let origin = cx.origin(&page.facts, Place::Path { path }, date);
                release.set(field, Value::Date(day), origin);
            }
        }
        Ok(())
    }
}
