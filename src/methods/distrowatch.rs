//! Versions from the news of a distribution on distrowatch.com.
//!
//! ```yaml
//! - distrowatch: fedora
//!   regex: '^Distribution Release: Fedora (?P<version>\d{2})$'
//!   template: "{{version}}"
//! ```
//!
//! Each news table has a linked headline and a day. What the template makes of a headline
//! may be several versions, one a line.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Kind, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::extract::html::{Document, select_within, selector, text_of, trimmed_text_of};
use crate::fetch::Request;
use crate::page::Page;
use crate::release_data::{Place, ReleaseData};

pub(super) struct Distrowatch;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for Distrowatch {
    const NAME: &'static str = "distrowatch";
    const KIND: Kind = Kind::Registry;
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let url = format!(
            "https://distrowatch.com/index.php?distribution={}",
            cx.argument()
        );
        let page = cx.fetch(&Request::get(url)).await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    let news = selector("td.News1>table.News");
    let (headline, date) = (selector("td.NewsHeadline a[href]"), selector("td.NewsDate"));
    let document = Document::parse(&page.text(), []);
    for (table, number) in document.select(&news).zip(1..) {
        let place = Place::Item {
            kind: "news",
            item: number,
        };
        let missing = |what: &str| ExtractError::missing(page, format!("{what} of news {number}"));
        let headline = select_within(table, &headline)
            .next()
            .map(trimmed_text_of)
            .ok_or_else(|| missing("linked headline"))?;
        let Some(versions) = cx.version_or_skip(&headline, &page.facts, place.clone(), data) else {
            continue;
        };
        let raw = select_within(table, &date)
            .next()
            .map(text_of)
            .ok_or_else(|| missing("date"))?;
        let day = parse_day(&raw).ok_or_else(|| {
            ExtractError::unreadable(page, format!("date of news {number}"), &raw)
        })?;
        for version in versions.split('\n').filter(|version| !version.is_empty()) {
            let raw = format!("{headline}, {raw}");
            data.declare(version, day, cx.origin(&page.facts, place.clone(), &raw));
        }
    }
    Ok(())
}
