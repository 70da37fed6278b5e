//! Versions from the release notes of Splunk Enterprise.
//!
//! ```yaml
//! - splunk: https://docs.splunk.com/Documentation/Splunk
//! ```
//!
//! A browser renders the pages. The menu of versions says which there are; of each minor
//! version from 7.2 on, the notes of its newest patch are read. Wherever they say
//! `Splunk Enterprise 9.4.1 was released on …`, that is a version; `9.4` alone is `9.4.0`.
//!
//! # Beyond the predecessor
//! The notes are read in the order of the menu, not in that in which they arrive.

use std::sync::LazyLock;

use indexmap::IndexMap;
use indexmap::map::Entry;
use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Kind, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::extract::html::{Document, selector};
use crate::fetch::{Render, Request};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData};

pub(super) struct Splunk;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for Splunk {
    const NAME: &'static str = "splunk";
    const KIND: Kind = Kind::Browser;
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let rendered = |url: String| Request::get(url).with_render(Some(Render::default()));
        let index = cx.fetch(&rendered(cx.argument().to_owned())).await?;
        let requests: Vec<Request> = newest_patches(&index)?
            .iter()
            .map(|version| format!("{}/{version}/ReleaseNotes/MeetSplunk", cx.argument()))
            .map(rendered)
            .collect();
        for page in cx.fetch_all(&requests).await? {
            read(cx, &page, data)?;
        }
        Ok(())
    }
}

/// Of each minor version in the menu, the newest patch.
fn newest_patches(page: &Page) -> Result<Vec<String>, ExtractError> {
    const MENU: &str = "select#version-select > option";
    /// An option that is no version.
    const PREVIEW: &str = "DataMonitoringAppPreview";
    const OLDEST: (u64, u64) = (7, 2);
    let menu = selector(MENU);
    let document = Document::parse(&page.text(), []);
    let mut newest: IndexMap<(u64, u64), (u64, String)> = IndexMap::new();
    let mut options = 0;
    for option in document.select(&menu) {
        options += 1;
        let version = option
            .attr("value")
            .ok_or_else(|| ExtractError::missing(page, "value of an option"))?;
        if version == PREVIEW {
            continue;
        }
        let unreadable = || ExtractError::unreadable(page, "version in the menu", version);
        let mut parts = version.split('.').map(|part| part.parse::<u64>().ok());
        let mut part = || parts.next().flatten().ok_or_else(unreadable);
        let minor = (part()?, part()?);
        if minor < OLDEST {
            continue;
        }
        let patch = part()?;
        match newest.entry(minor) {
            Entry::Occupied(mut known) if known.get().0 < patch => {
                known.insert((patch, version.to_owned()));
            }
            Entry::Occupied(_) => {}
            Entry::Vacant(place) => {
                place.insert((patch, version.to_owned()));
            }
        }
    }
    if options == 0 {
        return Err(ExtractError::missing(page, format!("`{MENU}`")));
    }
    Ok(newest.into_values().map(|(_, version)| version).collect())
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    static RELEASED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"Splunk Enterprise (?P<version>\d+\.\d+(?:\.\d+)*) was (?:first )?released on (?P<date>\w+\s\d\d?,\s\d{4})\.",
        )
        .expect("a valid pattern")
    });
    let text = Document::parse(&page.text(), []).text();
    for (sentence, number) in RELEASED.captures_iter(&text).zip(1..) {
        let (mut version, date) = (sentence["version"].to_owned(), &sentence["date"]);
        if version.matches('.').count() == 1 {
            version.push_str(".0");
        }
        let day = parse_day(date)
            .ok_or_else(|| ExtractError::unreadable(page, format!("date of {version}"), date))?;
        let place = Place::Item {
            kind: "release",
            item: number,
        };
        data.declare(&version, day, cx.origin(&page.facts, place, date));
    }
    Ok(())
}
