//! Versions from the folders of the download site of `VirtualBox`.
//!
//! ```yaml
//! - virtualbox-versions: https://download.virtualbox.org/virtualbox/
//!   regex: '^(?P<major>\d+)\.(?P<minor>\d+)\.(?P<patch>\d+)\/$'
//! ```
//!
//! Each link of the listing whose address matches is a version; the first word after the link
//! is its day.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::extract::html::{Document, selector};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData};
use crate::text::is_blank;

pub(super) struct VirtualboxVersions;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for VirtualboxVersions {
    const NAME: &'static str = "virtualbox-versions";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx.page().await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    let link = selector("a");
    let document = Document::parse(&page.text(), []);
    for (link, number) in document.select(&link).zip(1..) {
        let missing = |what: &str| ExtractError::missing(page, format!("{what} link {number}"));
        let origin = |raw: &str| {
            let place = Place::Item {
                kind: "link",
                item: number,
            };
            cx.origin(&page.facts, place, raw)
        };
        let address = link.attr("href").ok_or_else(|| missing("address of"))?;
        let version = match cx.version(address) {
            Ok(version) => version,
            Err(unmatched) => {
                data.skip(origin(address), unmatched);
                continue;
            }
        };
        let after = link.next_sibling().and_then(|node| node.value().as_text());
        let date = after.and_then(|text| text.split(is_blank).find(|word| !word.is_empty()));
        let date = date.ok_or_else(|| missing("date after"))?;
        let day = parse_day(date)
            .ok_or_else(|| ExtractError::unreadable(page, format!("date of {version}"), date))?;
        data.declare(&version, day, origin(date));
    }
    Ok(())
}
