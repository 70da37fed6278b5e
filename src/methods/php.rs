//! Versions from php.net's release list.
//!
//! ```yaml
//! - php: https://www.php.net/releases/index.php?json&max=-1
//! ```
//!
//! The first answer has a key for each major version; `&version=<major>` then lists its
//! releases. Each key that matches gives a version as it is, on the day of its `date`.
//!
//! The majors are read in the order of the list.

use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{Context, Method, Next, NoConfig, Round, required_day};
use crate::date::parse_day;
use crate::extract::json::{self, Item};
use crate::fetch::Request;
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct Php;

#[derive(Deserialize)]
struct Release {
    date: Option<String>,
}

impl Method for Php {
    const NAME: &'static str = "php";
    const GROUPS: Option<&'static [&'static str]> = Some(&[]);
    type Config = NoConfig;

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        if round.number == 1 {
            let majors: IndexMap<String, IgnoredAny> = json::read(round.page())?;
            let url = |major: &String| format!("{}&version={major}", cx.argument());
            return Ok(majors
                .keys()
                .map(|major| Request::get(url(major)).into())
                .collect());
        }
        for page in round.pages() {
            let releases: IndexMap<String, Item<Release>> = json::read(page)?;
            for (version, release) in &releases {
                let place = Place::path(format!("$[\"{version}\"].date"));
                let release = cx.json_item(release, &page.provenance, place.clone(), data);
                let Some(Release { date }) = release else {
                    continue;
                };
                let date = date.as_deref();
                let origin = cx.origin(&page.provenance, place, date.unwrap_or_default());
                cx.item(origin, data, |origin, data| {
                    cx.config.filter.groups(version).map_err(|by| {
                        let name = Some(version.clone());
                        SkipReason::Unmatched { name, by }
                    })?;
                    let (day, _) = required_day(version, date, parse_day)?;
                    data.declare(version, day, origin.clone());
                    Ok(())
                });
            }
        }
        Ok(vec![])
    }
}
