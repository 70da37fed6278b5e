//! Versions from the release notes of Splunk Enterprise.
//!
//! ```yaml
//! - splunk: https://docs.splunk.com/Documentation/Splunk
//! ```
//!
//! A browser renders the pages. The menu of versions says which there are; of each minor
//! version from 7.2 on, the notes of its newest patch are read; other options are skipped. Each sentence
//! `Splunk Enterprise 9.4.1 was released on …` in them is a version; `9.4` alone is `9.4.0`.
//!
//! The notes are read in the order of the menu.

use std::sync::LazyLock;

use indexmap::IndexMap;
use regex::Regex;

use super::{Context, Kind, Method, Next, NoConfig, Round};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::extract::html::{Document, selector};
use crate::fetch::{Render, Request};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct Splunk;

impl Method for Splunk {
    const NAME: &'static str = "splunk";
    const KIND: Kind = Kind::Browser;
    type Config = NoConfig;

    fn requests(cx: &Context<'_>, _: &NoConfig) -> Next {
        Ok(vec![rendered(cx.argument()).into()])
    }

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        static RELEASED: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(
                r"Splunk Enterprise (?P<version>\d+\.\d+(?:\.\d+)*) was (?:first )?released on (?P<date>\w+\s\d\d?,\s\d{4})\.",
            )
            .expect("a valid pattern")
        });
        if round.number == 1 {
            let versions = newest_patches(cx, round.page(), data)?;
            let notes = versions.iter().map(|version| {
                let url = format!("{}/{version}/ReleaseNotes/MeetSplunk", cx.argument());
                rendered(&url).into()
            });
            return Ok(notes.collect());
        }
        for page in round.pages() {
            let text = Document::parse(page, [])?.text();
            for (sentence, item) in RELEASED.captures_iter(&text).zip(1..) {
                let (mut version, date) = (sentence["version"].to_owned(), &sentence["date"]);
                if version.matches('.').count() == 1 {
                    version.push_str(".0");
                }
                let origin = cx.origin(&page.provenance, Place::item("release", item), date);
                cx.dated_item(origin, &version, Some(date), parse_day, data);
            }
        }
        Ok(vec![])
    }
}

fn rendered(url: &str) -> Request {
    Request::get(url).with_render(Some(Render::default()))
}

fn newest_patches(
    cx: &Context<'_>,
    page: &Page,
    data: &mut ReleaseData,
) -> Result<Vec<String>, ExtractError> {
    const MENU: &str = "select#version-select > option";
    const OLDEST: (u64, u64) = (7, 2);
    let menu = selector(MENU);
    let document = Document::parse(page, [])?;
    let options: Vec<_> = document.select(&menu).collect();
    if options.is_empty() {
        return Err(ExtractError::missing(page, format!("`{MENU}`")));
    }
    let mut newest: IndexMap<(u64, u64), (u64, &str)> = IndexMap::new();
    for (option, item) in options.iter().zip(1..) {
        let version = option.attr("value").unwrap_or_default();
        let parts: Vec<Option<u64>> = version.split('.').map(|part| part.parse().ok()).collect();
        match parts[..] {
            [Some(major), Some(minor), Some(patch), ..] if (major, minor) >= OLDEST => {
                let known = newest.entry((major, minor)).or_insert((patch, version));
                if known.0 < patch {
                    *known = (patch, version);
                }
            }
            [Some(major), Some(minor), ..] if (major, minor) < OLDEST => {}
            _ => {
                let origin = cx.origin(&page.provenance, Place::item("option", item), version);
                data.skip(origin, SkipReason::not_a_release("is not a version"));
            }
        }
    }
    let newest = newest.into_values();
    Ok(newest.map(|(_, version)| version.to_owned()).collect())
}
