//! Releases from the timeline of Sipwise's releases.
//!
//! ```yaml
//! - rtpengine-releases: https://www.sipwise.com/releases/releases.json
//!   regex: '^mr(?P<major>\d+)\.(?P<minor>\d+)$'
//! ```
//!
//! Each item whose `id` matches is a release: `start` is its `releaseDate`, `end` its `eol`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::extract::{ExtractError, json};
use crate::release_data::{Place, ReleaseData, SkipReason};
use crate::value::Value;

pub(super) struct RtpengineReleases;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

#[derive(Deserialize)]
struct Item {
    #[serde(default, deserialize_with = "json::stated")]
    id: Option<String>,
    start: Option<String>,
    end: Option<String>,
}

impl Method for RtpengineReleases {
    const NAME: &'static str = "rtpengine-releases";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx.page().await?;
        let items: Vec<Item> = json::read(&page)?;
        for (number, item) in items.iter().enumerate() {
            let origin = |key: &str, raw: &str| {
                let path = format!("$[{number}].{key}").into();
                cx.origin(&page.facts, Place::Path { path }, raw)
            };
            let Some(id) = &item.id else {
                data.skip(origin("id", ""), SkipReason::lacks(Some("it"), "`id`"));
                continue;
            };
            let name = match cx.version(id) {
                Ok(name) => name,
                Err(unmatched) => {
                    data.skip(origin("id", id), unmatched);
                    continue;
                }
            };
            let release = data.release(&name);
            for (field, key, date) in [
                ("releaseDate", "start", &item.start),
                ("eol", "end", &item.end),
            ] {
                let what = || format!("`{key}` of {id}");
                let date = date.as_deref();
                let date = date.ok_or_else(|| ExtractError::missing(&page, what()))?;
                let day =
                    parse_day(date).ok_or_else(|| ExtractError::unreadable(&page, what(), date))?;
                release.set(field, Value::Date(day), origin(key, date));
            }
        }
        Ok(())
    }
}
