//! Versions from the changelogs of HAProxy.
//!
//! ```yaml
//! - haproxy: https://www.haproxy.org/download/
//! ```
//!
//! The download folder has a folder for each branch (that of 1.0 has no changelog). A line
//! like `2025/10/03 : 3.2.6` of a changelog is a version and its day. A branch without a
//! changelog is left out.
//!
//! # Beyond the predecessor
//! A patch number may have three digits or more. A sign after a patch number of one digit
//! still belongs to the version, a blank too: the field has such names.

use std::sync::LazyLock;

use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::extract::html::{Document, selector};
use crate::fetch::Request;
use crate::page::Page;
use crate::release_data::{Place, ReleaseData};

pub(super) struct Haproxy;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for Haproxy {
    const NAME: &'static str = "haproxy";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let index = cx.page().await?;
        let changelogs = changelogs(&index, cx.argument())?;
        for page in cx.fetch_existing(&changelogs, data).await? {
            read(cx, &page, data)?;
        }
        Ok(())
    }
}

/// The requests for the changelogs of the branches.
fn changelogs(index: &Page, base: &str) -> Result<Vec<Request>, ExtractError> {
    static BRANCH: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\A(\d+\.\d+)/\z").expect("a valid pattern"));
    let link = selector("a");
    let document = Document::parse(&index.text(), []);
    let mut requests = Vec::new();
    for link in document.select(&link) {
        let href = link.value().attr("href");
        let href = href.ok_or_else(|| ExtractError::missing(index, "`href` of a link"))?;
        match BRANCH.captures(href) {
            Some(found) if &found[1] != "1.0" => {
                let url = format!("{base}{}/src/CHANGELOG", &found[1]);
                requests.push(Request::get(url));
            }
            _ => {}
        }
    }
    Ok(requests)
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    static VERSION: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\A(\d{4}/\d{2}/\d{2})\s+:\s+(\d+\.\d+\.(?:\d.?|\d{3,}))\z")
            .expect("a valid pattern")
    });
    for (line, item) in page.text().lines().zip(1..) {
        let Some(found) = VERSION.captures(line) else {
            continue;
        };
        let (date, version) = (&found[1], &found[2]);
        let day = parse_day(date)
            .ok_or_else(|| ExtractError::unreadable(page, format!("date of {version}"), date))?;
        let place = Place::Item { kind: "line", item };
        data.declare(version, day, cx.origin(&page.facts, place, line));
    }
    Ok(())
}
