//! Versions from the change log of Plesk Obsidian.
//!
//! ```yaml
//! - plesk: https://docs.plesk.com/release-notes/obsidian/change-log
//! ```
//!
//! Each entry of Obsidian: its first heading `Plesk Obsidian 18.0.80 Update 3` is version
//! `18.0.80.3`, its first paragraph the day. Other titles are left out.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::extract::html::{Document, select_within, selector, text_of, trimmed_text_of};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct Plesk;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for Plesk {
    const NAME: &'static str = "plesk";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx.page().await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    let (entry, title) = (selector("div.changelog-entry--obsidian"), selector("h2"));
    let paragraph = selector("p");
    let document = Document::parse(&page.text(), []);
    for (entry, number) in document.select(&entry).zip(1..) {
        let missing = |what: &str| ExtractError::missing(page, format!("{what} in entry {number}"));
        let origin = |raw: &str| {
            let place = Place::Item {
                kind: "entry",
                item: number,
            };
            cx.origin(&page.facts, place, raw)
        };
        let title = select_within(entry, &title).next().map(trimmed_text_of);
        let title = title.ok_or_else(|| missing("title"))?;
        let Some(version) = version_of(&title) else {
            let reason = SkipReason::missing("title of a version of Plesk Obsidian 18");
            data.skip(origin(&title), reason);
            continue;
        };
        let date = select_within(entry, &paragraph).next().map(text_of);
        let date = date.ok_or_else(|| missing("date"))?;
        let day = parse_day(&date)
            .ok_or_else(|| ExtractError::unreadable(page, format!("date of {version}"), &date))?;
        data.declare(&version, day, origin(&date));
    }
    Ok(())
}

/// The version in the title of an entry.
fn version_of(title: &str) -> Option<String> {
    const PRODUCT: &str = "Plesk Obsidian ";
    let version = title.replace(" Update ", ".").replace(PRODUCT, "");
    let of_18 = title.starts_with(PRODUCT) && version.starts_with("18");
    (of_18 && !version.contains(' ')).then_some(version)
}
