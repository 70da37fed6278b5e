//! Versions from Adobe's lists of `ColdFusion` updates.
//!
//! ```yaml
//! - coldfusion: https://helpx.adobe.com/coldfusion/kb/coldfusion-2021-updates.html
//! ```
//!
//! A browser renders the page. In each block of text, `Release Date` in a title is followed by
//! the day and, further on, by `Build Number`: that number, commas as dots, is the version. A
//! build written with a comma at its end keeps a dot there, as it always had.

use std::sync::LazyLock;

use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Kind, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::extract::html::{Document, selector, trimmed_text_of};
use crate::fetch::{Render, Request};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData};
use crate::text::trim;

pub(super) struct Coldfusion;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for Coldfusion {
    const NAME: &'static str = "coldfusion";
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
    static UPDATE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?ims)Release Date[,|:]? (.*?)\).*?Build Number: (.*?)$")
            .expect("a valid pattern")
    });
    let block = selector("div.text");
    let document = Document::parse(&page.text(), []);
    for (block, number) in document.select(&block).zip(1..) {
        let text = trimmed_text_of(block).replace('\u{a0}', " ");
        for update in UPDATE.captures_iter(&text) {
            let (date, version) = (&update[1], trim(&update[2]).replace(',', "."));
            let day = parse_day(date).ok_or_else(|| {
                ExtractError::unreadable(page, format!("date of {version}"), date)
            })?;
            let place = Place::Item {
                kind: "block",
                item: number,
            };
            data.declare(&version, day, cx.origin(&page.facts, place, date));
        }
    }
    Ok(())
}
