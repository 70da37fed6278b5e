//! Versions from the downloads feed of Citrix Virtual Apps and Desktops.
//!
//! ```yaml
//! - citrix-vad-rss: https://www.citrix.com/content/citrix/en_us/downloads/citrix-virtual-apps-and-desktops.rss
//!   regex: '^Citrix Virtual Apps and Desktops.+ (?P<major>\d+).+ All Editions$'
//!   template: "{{major}}"
//! ```
//!
//! The title of an item gives the version, its `pubDate` the day in UTC. The last item of a
//! version wins.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_moment;
use crate::extract::{ExtractError, feed};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData};

pub(super) struct CitrixVadRss;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for CitrixVadRss {
    const NAME: &'static str = "citrix-vad-rss";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx.page().await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    for entry in feed::entries(page)? {
        let item = entry.number;
        let title = entry
            .title
            .ok_or_else(|| ExtractError::missing(page, format!("title in item {item}")))?;
        let origin = |raw: &str| {
            let place = Place::Item { kind: "item", item };
            cx.origin(&page.facts, place, raw)
        };
        match cx.version(&title) {
            Ok(version) => {
                let date = entry
                    .date
                    .ok_or_else(|| ExtractError::missing(page, format!("date of {version}")))?;
                let day = parse_moment(&date).ok_or_else(|| {
                    ExtractError::unreadable(page, format!("date of {version}"), &date)
                })?;
                data.declare(&version, day, origin(&date));
            }
            Err(unmatched) => data.skip(origin(&title), unmatched),
        }
    }
    Ok(())
}
