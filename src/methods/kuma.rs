//! Releases from the list of versions in the repository of Kuma.
//!
//! ```yaml
//! - kuma: https://raw.githubusercontent.com/kumahq/kuma/master/versions.yml
//! ```
//!
//! An item whose `release` ends in `.x` and that has both days is a release, its name without
//! `.x`: `releaseDate` is its `releaseDate`, `endOfLifeDate` its `eol`. One that cannot be
//! read is skipped.
//!
//! A date may be without quotes.

use serde::Deserialize;
use serde_json::Value;

use super::{Context, Method, Next, NoConfig, Round, set_days};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::extract::json::Item;
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct Kuma;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    #[serde(default)]
    release: Value,
    release_date: Option<String>,
    end_of_life_date: Option<String>,
}

impl Method for Kuma {
    const NAME: &'static str = "kuma";
    type Config = NoConfig;

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let page = round.page();
        let releases: Vec<Item<Listed>> = serde_yaml::from_str(&page.text())
            .map_err(|error| ExtractError::format(page, "YAML", error))?;
        for (at, release) in releases.iter().enumerate() {
            let place = Place::path(format!("$[{at}]"));
            let Some(release) = cx.json_item(release, &page.provenance, place, data) else {
                continue;
            };
            let origin = |key: &str, raw: &str| {
                cx.origin(&page.provenance, Place::path(format!("$[{at}].{key}")), raw)
            };
            let name = release.release.as_str().unwrap_or_default();
            cx.item(origin("release", name), data, |_, data| {
                let (Some(stem), Some(released), Some(ended)) = (
                    name.strip_suffix(".x"),
                    &release.release_date,
                    &release.end_of_life_date,
                ) else {
                    return Err(SkipReason::not_a_release("is not a release with both days"));
                };
                let days = [
                    ("releaseDate", origin("releaseDate", released)),
                    ("eol", origin("endOfLifeDate", ended)),
                ];
                set_days(&stem.replace(".x", ""), days, parse_day, data)
            });
        }
        Ok(vec![])
    }
}
