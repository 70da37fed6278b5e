//! Versions from Atlassian's download archives.
//!
//! ```yaml
//! - atlassian_versions: https://www.atlassian.com/software/confluence/download-archives
//! ```
//!
//! A browser renders the page. Each block of a version gives the name in `data-version` of its
//! link as it stands, on the day beside it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Kind, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::extract::html::{Document, select_within, selector, text_of};
use crate::fetch::{Render, Request};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData};

pub(super) struct AtlassianVersions;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for AtlassianVersions {
    const NAME: &'static str = "atlassian_versions";
    const KIND: Kind = Kind::Browser;
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx
            .fetch(&Request::get(cx.argument()).with_render(Some(Render {
                wait_until: Some("networkidle".to_owned()),
                ..Render::default()
            })))
            .await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    let (block, link) = (selector(".versions-list"), selector("a.product-versions"));
    let released = selector(".release-date");
    let document = Document::parse(&page.text(), []);
    for (block, number) in document.select(&block).zip(1..) {
        let missing = |what: &str| ExtractError::missing(page, format!("{what} in block {number}"));
        let link = select_within(block, &link).next();
        let version = link.and_then(|link| link.attr("data-version"));
        let version = version.ok_or_else(|| missing("version"))?;
        let date = select_within(block, &released).next().map(text_of);
        let date = date.ok_or_else(|| missing("date"))?;
        let day = parse_day(&date)
            .ok_or_else(|| ExtractError::unreadable(page, format!("date of {version}"), &date))?;
        let place = Place::Item {
            kind: "block",
            item: number,
        };
        data.declare(version, day, cx.origin(&page.facts, place, &date));
    }
    Ok(())
}
