//! Versions from the release list of the Unity editor.
//!
//! ```yaml
//! - unity: https://services.api.unity.com/unity/editor/release/v1/releases
//! ```
//!
//! The list comes in pages of 25. Each release that is of no `ALPHA` or `BETA` stream gives
//! its `version` as it is, on the UTC day of `releaseDate`.
//!
//! The pages are read in the order of the list. A list that claims to have more than 20,000
//! releases is refused.

use serde::Deserialize;

use super::{Context, Method, Next, NoConfig, Round, required_day};
use crate::date::parse_moment;
use crate::extract::ExtractError;
use crate::extract::json::{self, Item};
use crate::fetch::Request;
use crate::release_data::{Place, ReleaseData, SkipReason};

const LIMIT: usize = 25;

/// A list with more releases is refused.
const MOST: usize = 20_000;

pub(super) struct Unity;

#[derive(Deserialize)]
struct Total {
    total: usize,
}

#[derive(Deserialize)]
struct Releases {
    #[serde(default)]
    results: Vec<Item<Editor>>,
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
    type Config = NoConfig;

    fn requests(cx: &Context<'_>, _: &NoConfig) -> Next {
        Ok(vec![request(cx, 0).into()])
    }

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        for page in round.pages() {
            let Releases { results } = json::read(page)?;
            for (number, release) in results.iter().enumerate() {
                let place = |key: &str| Place::path(format!("$.results[{number}]{key}"));
                let release = cx.json_item(release, &page.provenance, place(""), data);
                let Some(release) = release else {
                    continue;
                };
                let name = release.version.as_deref();
                let origin = |key, raw| cx.origin(&page.provenance, place(key), raw);
                let of_version = origin(".version", name.unwrap_or_default());
                cx.item(of_version, data, |_, data| {
                    if let Some(stream @ ("ALPHA" | "BETA")) = release.stream.as_deref() {
                        let (track, name) = ("stream", stream.to_owned());
                        return Err(SkipReason::OtherTrack { track, name });
                    }
                    let version = name.ok_or_else(|| SkipReason::lacks(None, "version"))?;
                    let date = release.release_date.as_deref();
                    let (day, raw) = required_day(version, date, parse_moment)?;
                    data.declare(version, day, origin(".releaseDate", raw));
                    Ok(())
                });
            }
        }
        if round.number > 1 {
            return Ok(vec![]);
        }
        let Total { total } = json::read(round.page())?;
        if total > MOST {
            let total = total.to_string();
            let error = ExtractError::unreadable(round.page(), "number of releases", total);
            return Err(error.into());
        }
        let offsets = (LIMIT..total).step_by(LIMIT);
        Ok(offsets.map(|offset| request(cx, offset).into()).collect())
    }
}

fn request(cx: &Context<'_>, offset: usize) -> Request {
    Request::get(format!("{}?limit={LIMIT}&offset={offset}", cx.argument()))
}
