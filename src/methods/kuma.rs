//! Releases from the list of versions in the repository of Kuma.
//!
//! ```yaml
//! - kuma: https://raw.githubusercontent.com/kumahq/kuma/master/versions.yml
//! ```
//!
//! An item whose `release` ends in `.x` and that has both days is a release, its name without
//! `.x`: `releaseDate` is its `releaseDate`, `endOfLifeDate` its `eol`.
//!
//! # Beyond the predecessor
//! A day may stand without quotes.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_yaml::Value;

use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct Kuma;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    #[serde(default)]
    release: Value,
    release_date: Option<String>,
    end_of_life_date: Option<String>,
}

impl Method for Kuma {
    const NAME: &'static str = "kuma";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx.page().await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    let items: Vec<Item> = serde_yaml::from_str(&page.text())
        .map_err(|error| ExtractError::format(page, "YAML", error))?;
    for (at, item) in items.iter().enumerate() {
        let origin = |key: &str, raw: &str| {
            let path = format!("$[{at}].{key}").into();
            cx.origin(&page.facts, Place::Path { path }, raw)
        };
        let name = item.release.as_str().unwrap_or_default();
        let (Some(stem), Some(released), Some(ended)) = (
            name.strip_suffix(".x"),
            &item.release_date,
            &item.end_of_life_date,
        ) else {
            let reason = SkipReason::not_a_release("is no release with both days");
            data.skip(origin("release", name), reason);
            continue;
        };
        let fields = [
            ("releaseDate", "releaseDate", released),
            ("eol", "endOfLifeDate", ended),
        ];
        for (field, key, raw) in fields {
            let day = parse_day(raw)
                .ok_or_else(|| ExtractError::unreadable(page, format!("{key} of {name}"), raw))?;
            let release = data.release(&stem.replace(".x", ""));
            release.set(field, day.into(), origin(key, raw));
        }
    }
    Ok(())
}
