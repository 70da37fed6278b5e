//! Versions from the change logs of `RouterOS`.
//!
//! ```yaml
//! - routeros-versions: https://mikrotik.com/download/changelogs?channelFilter=
//! ```
//!
//! A browser renders the page. Each heading of three words, as in `7.24 Stable 2026-08-17`:
//! a version of the channels stable and long-term, and its day. The third word must be a day
//! in every channel.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Kind, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::extract::html::{Document, selector, text_of};
use crate::fetch::{Render, Request};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason};
use crate::text::collapse;

pub(super) struct RouterosVersions;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for RouterosVersions {
    const NAME: &'static str = "routeros-versions";
    const KIND: Kind = Kind::Browser;
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx
            .fetch(&Request::get(cx.argument()).with_render(Some(Render::default())))
            .await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    let heading = selector("div.grow");
    let document = Document::parse(&page.text(), []);
    for (heading, number) in document.select(&heading).zip(1..) {
        let text = collapse(&text_of(heading));
        let place = Place::Item {
            kind: "heading",
            item: number,
        };
        let origin = cx.origin(&page.facts, place, &text);
        let words: Vec<&str> = text.split(' ').collect();
        let [version, channel, date] = words[..] else {
            data.skip(origin, "it is not three words");
            continue;
        };
        let day = parse_day(date)
            .ok_or_else(|| ExtractError::unreadable(page, format!("date of {version}"), date))?;
        if matches!(&*channel.to_lowercase(), "stable" | "long-term") {
            data.declare(version, day, origin);
        } else {
            let (track, name) = ("channel", channel.to_owned());
            data.skip(origin, SkipReason::OtherTrack { track, name });
        }
    }
    Ok(())
}
