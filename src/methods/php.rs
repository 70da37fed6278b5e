//! Versions from php.net's release list.
//!
//! ```yaml
//! - php: https://www.php.net/releases/index.php?json&max=-1
//! ```
//!
//! The first answer has a key for each major version; `&version=<major>` then lists its
//! releases. Each key that matches gives a version as it stands, on the day of its `date`.
//!
//! # Beyond the predecessor
//! The majors are read in the order of the list, not in that in which answers arrive.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::extract::{ExtractError, json};
use crate::fetch::Request;
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct Php;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

#[derive(Deserialize)]
struct Release {
    date: Option<String>,
}

impl Method for Php {
    const NAME: &'static str = "php";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let index = cx.page().await?;
        let majors: IndexMap<String, IgnoredAny> = json::read(&index)?;
        let requests: Vec<Request> = majors
            .keys()
            .map(|major| Request::get(format!("{}&version={major}", cx.argument())))
            .collect();
        for page in cx.fetch_all(&requests).await? {
            let releases: IndexMap<String, Release> = json::read(&page)?;
            for (version, release) in &releases {
                let origin = |raw: &str| {
                    let path = format!("$[\"{version}\"].date").into();
                    cx.origin(&page.facts, Place::Path { path }, raw)
                };
                let what = || format!("date of {version}");
                let date = release.date.as_deref();
                if let Err(unmatched) = cx.config.filter.groups(version) {
                    let (name, by) = (Some(version.clone()), unmatched);
                    let reason = SkipReason::Unmatched { name, by };
                    data.skip(origin(date.unwrap_or_default()), reason);
                    continue;
                }
                let date = date.ok_or_else(|| ExtractError::missing(&page, what()))?;
                let day =
                    parse_day(date).ok_or_else(|| ExtractError::unreadable(&page, what(), date))?;
                data.declare(version, day, origin(date));
            }
        }
        Ok(())
    }
}
