//! Releases from the list of old builds of `VirtualBox`.
//!
//! ```yaml
//! - virtualbox-releases: https://www.virtualbox.org/wiki/Download_Old_Builds
//!   regex: '^VirtualBox (?P<value>\d+\.\d+)$'
//! ```
//!
//! Each item of the list after the heading: the group `value` of what its first link says is a
//! release. Where it says when support ended, that is its `eol`, on the last day of the month.

use std::sync::LazyLock;

use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_month;
use crate::extract::ExtractError;
use crate::extract::html::{Document, select_within, selector, trimmed_text_of};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason};
use crate::value::Value;

pub(super) struct VirtualboxReleases;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for VirtualboxReleases {
    const NAME: &'static str = "virtualbox-releases";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx.page().await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    static ENDED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\A\(no longer supported, support ended (?P<value>\d{4}/\d{2})\)\z")
            .expect("a valid pattern")
    });
    const LIST: &str = "#DownloadVirtualBoxOldBuilds + ul";
    let (list, item) = (selector(LIST), selector("li"));
    let (link, remark) = (selector("a"), selector("em"));
    let document = Document::parse(&page.text(), []);
    let list = document.select(&list).next();
    let list = list.ok_or_else(|| ExtractError::missing(page, format!("`{LIST}`")))?;
    for (item, number) in select_within(list, &item).zip(1..) {
        let missing = |what: &str| ExtractError::missing(page, format!("{what} in item {number}"));
        let origin = |raw: &str| {
            let place = Place::Item {
                kind: "item",
                item: number,
            };
            cx.origin(&page.facts, place, raw)
        };
        let link = select_within(item, &link).next().map(trimmed_text_of);
        let link = link.ok_or_else(|| missing("link"))?;
        let groups = match cx.config.filter.groups(&link) {
            Ok(groups) => groups,
            Err(unmatched) => {
                data.skip(origin(&link), unmatched);
                continue;
            }
        };
        let group = groups.into_iter().find(|(group, _)| group == "value");
        let Some(name) = group.and_then(|(_, name)| name) else {
            let reason = SkipReason::lacks(Some("its `regex`"), "group `value`");
            data.skip(origin(&link), reason);
            continue;
        };
        let release = data.release(&name);
        let remark = select_within(item, &remark).next().map(trimmed_text_of);
        let remark = remark.ok_or_else(|| missing("remark"))?;
        if let Some(ended) = ENDED.captures(&remark.to_lowercase()) {
            let day = parse_month(&ended["value"])
                .ok_or_else(|| ExtractError::unreadable(page, format!("end of {name}"), &remark))?;
            release.set("eol", Value::Date(day), origin(&remark));
        } else {
            let (field, of) = ("eol", name.clone());
            data.skip(origin(&remark), SkipReason::Unsaid { field, of });
        }
    }
    Ok(())
}
