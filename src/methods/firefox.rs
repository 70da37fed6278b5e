//! Versions from the release notes of Firefox.
//!
//! ```yaml
//! - firefox: https://www.mozilla.org/en-US/firefox/releases/
//! ```
//!
//! The first list of releases links the notes of every version; the first hundred are read.
//! The version is in the URL of its notes, the day on them. The product is cumulative: what
//! an earlier run learnt of older versions stays.

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::extract::html::{Document, select_within, selector, trimmed_text_of};
use crate::fetch::Request;
use crate::page::Page;
use crate::release_data::{Place, ReleaseData};

pub(super) struct Firefox;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

/// How many notes are read: there are far more, and old ones do not change.
const NOTES: usize = 100;

impl Method for Firefox {
    const NAME: &'static str = "firefox";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let index = cx.page().await?;
        for page in cx.fetch_all(&notes(&index)?).await? {
            read(cx, &page, data)?;
        }
        Ok(())
    }
}

/// The requests for the newest notes.
fn notes(index: &Page) -> Result<Vec<Request>, ExtractError> {
    let (list, link) = (selector("ol.c-release-list"), selector("a"));
    let base = Url::parse(&index.url)
        .map_err(|error| ExtractError::unreadable(index, "URL", error.to_string()))?;
    let document = Document::parse(&index.text(), []);
    let list = document
        .select(&list)
        .next()
        .ok_or_else(|| ExtractError::missing(index, "list `ol.c-release-list`"))?;
    select_within(list, &link)
        .take(NOTES)
        .map(|link| {
            let href = link.value().attr("href").unwrap_or_default();
            let url = base.join(href).ok().filter(|_| !href.is_empty());
            let url = url.ok_or_else(|| ExtractError::unreadable(index, "link", href))?;
            Ok(Request::get(url))
        })
        .collect()
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    let date = selector(".c-release-date");
    let document = Document::parse(&page.text(), []);
    let version = page.url.rsplit('/').nth(2).unwrap_or_default();
    let date = document
        .select(&date)
        .next()
        .map(trimmed_text_of)
        .ok_or_else(|| ExtractError::missing(page, format!("date of {version}")))?;
    let day = parse_day(&date)
        .ok_or_else(|| ExtractError::unreadable(page, format!("date of {version}"), &date))?;
    let origin = cx.origin(&page.facts, Place::Nowhere, &date);
    data.declare(version, day, origin);
    Ok(())
}
