//! Releases from the feed of Looker's release notes.
//!
//! ```yaml
//! - looker: https://cloud.google.com/feeds/looker-release-notes.xml
//!   regex: 'Looker\s+(?P<version>\d+\.\d+)'
//!   template: "{{version}}"
//! ```
//!
//! An entry announces a release where a text in it says *include the following changes*; the
//! text of the element around it gives the release, the entry's `updated` its `releaseDate`
//! in UTC. The last entry of a release wins.

use std::sync::LazyLock;

use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_moment;
use crate::extract::html::{Document, text_around};
use crate::extract::{ExtractError, feed};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct Looker;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for Looker {
    const NAME: &'static str = "looker";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx.page().await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    static ANNOUNCEMENT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)include\s+the\s+following\s+changes").expect("a valid pattern")
    });
    for entry in feed::entries(page)? {
        let item = entry.number;
        let origin = |raw: &str| {
            let place = Place::Item {
                kind: "entry",
                item,
            };
            cx.origin(&page.facts, place, raw)
        };
        let content = entry
            .content
            .ok_or_else(|| ExtractError::missing(page, format!("content in entry {item}")))?;
        let content = Document::parse(&content, []);
        let Some(text) = text_around(content.root(), |text| ANNOUNCEMENT.is_match(text)) else {
            let reason = SkipReason::not_a_release("announces no release");
            data.skip(origin(""), reason);
            continue;
        };
        match cx.version(&text) {
            Ok(name) => {
                let what = format!("date of {name}");
                let date = entry
                    .date
                    .ok_or_else(|| ExtractError::missing(page, &what))?;
                let day = parse_moment(&date)
                    .ok_or_else(|| ExtractError::unreadable(page, &what, &date))?;
                data.release(&name)
                    .set("releaseDate", day.into(), origin(&date));
            }
            Err(unmatched) => data.skip(origin(&text), unmatched),
        }
    }
    Ok(())
}
