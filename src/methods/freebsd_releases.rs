//! Releases from FreeBSD's list of releases.
//!
//! ```yaml
//! - freebsd-releases: https://www.freebsd.org/releases/
//! ```
//!
//! A list item that starts like `Release 15.1 (June, 2026)` or `14.2 (December, 2024)` is a
//! release: its `releaseLabel` is its branch, `releng/15.1`, and a month alone ends on its
//! last day in `releaseDate`.

use std::sync::LazyLock;

use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_day_or_month;
use crate::extract::ExtractError;
use crate::extract::html::{Document, selector, stripped_text_of};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct FreebsdReleases;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for FreebsdReleases {
    const NAME: &'static str = "freebsd-releases";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx.page().await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    static RELEASE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\A(?:Release )?(?P<release>\d+\.\d+)\s*\((?P<date>\w+(?: \d+)?, \d+)\)")
            .expect("a valid pattern")
    });
    let list_item = selector("li");
    let document = Document::parse(&page.text(), []);
    for (li, item) in document.select(&list_item).zip(1..) {
        let text = stripped_text_of(li);
        let origin = |raw: &str| {
            let kind = "list item";
            cx.origin(&page.facts, Place::Item { kind, item }, raw)
        };
        let Some(found) = RELEASE.captures(&text) else {
            data.skip(origin(&text), SkipReason::not_a_release("is no release"));
            continue;
        };
        let (name, date) = (&found["release"], &found["date"]);
        let day = parse_day_or_month(date)
            .ok_or_else(|| ExtractError::unreadable(page, format!("date of {name}"), date))?;
        let release = data.release(name);
        release.set(
            "releaseLabel",
            format!("releng/{name}").into(),
            origin(name),
        );
        release.set("releaseDate", day.into(), origin(date));
    }
    Ok(())
}
