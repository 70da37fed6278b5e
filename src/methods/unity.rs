//! Versions from the release list of the Unity editor.
//!
//! ```yaml
//! - unity: https://services.api.unity.com/unity/editor/release/v1/releases
//! ```
//!
//! The list comes in pages of 25. Each release that is of no `ALPHA` or `BETA` stream gives
//! its `version` as it stands, on the UTC day of `releaseDate`.
//!
//! # Beyond the predecessor
//! The pages are read in the order of the list, not in that in which they arrive, and a
//! list that claims to have more releases than it can have is refused.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_moment;
use crate::extract::{ExtractError, json};
use crate::fetch::Request;
use crate::release_data::{Place, ReleaseData, SkipReason};

/// How many releases are asked for at once.
const LIMIT: usize = 25;

/// The most releases that a list is believed to have.
const MOST: usize = 20_000;

pub(super) struct Unity;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

#[derive(Deserialize)]
struct Total {
    total: usize,
}

#[derive(Deserialize)]
struct Releases {
    #[serde(default)]
    results: Vec<Editor>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Editor {
    stream: Option<String>,
    version: Option<String>,
    release_date: Option<String>,
}

impl Method for Unity {
    const NAME: &'static str = "unity";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let request = |offset: usize| {
            Request::get(format!("{}?limit={LIMIT}&offset={offset}", cx.argument()))
        };
        let first = cx.fetch(&request(0)).await?;
        let Total { total } = json::read(&first)?;
        if total > MOST {
            let error = ExtractError::unreadable(&first, "number of releases", total.to_string());
            return Err(error.into());
        }
        let requests: Vec<Request> = (LIMIT..total).step_by(LIMIT).map(request).collect();
        let mut pages = vec![first];
        pages.extend(cx.fetch_all(&requests).await?);
        for page in pages {
            let Releases { results } = json::read(&page)?;
            for (number, release) in results.iter().enumerate() {
                let origin = |key: &str, raw: &str| {
                    let path = format!("$.results[{number}].{key}").into();
                    cx.origin(&page.facts, Place::Path { path }, raw)
                };
                if let Some(stream @ ("ALPHA" | "BETA")) = release.stream.as_deref() {
                    let version = release.version.as_deref().unwrap_or_default();
                    let (track, name) = ("stream", stream.to_string());
                    let reason = SkipReason::OtherTrack { track, name };
                    data.skip(origin("version", version), reason);
                    continue;
                }
                let missing = |what: &str| {
                    ExtractError::missing(&page, format!("{what} in result {}", number + 1))
                };
                let version = release
                    .version
                    .as_deref()
                    .ok_or_else(|| missing("version"))?;
                let date = release
                    .release_date
                    .as_deref()
                    .ok_or_else(|| missing("releaseDate"))?;
                let day = parse_moment(date).ok_or_else(|| {
                    ExtractError::unreadable(&page, format!("date of {version}"), date)
                })?;
                data.declare(version, day, origin("releaseDate", date));
            }
        }
        Ok(())
    }
}
