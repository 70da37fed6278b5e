//! Releases and versions from the version history of Lua.
//!
//! ```yaml
//! - lua: https://www.lua.org/versions.html
//! ```
//!
//! The page tells both in sentences, which are looked for in its text but not in scripts:
//! *Lua 5.4 was released
//! on 29 Jun 2020*, and *Lua 5.4.8, released on 4 Jun 2025*. It tells the last version of a
//! release only, so the product is cumulative. A sentence further down wins.

use std::sync::LazyLock;

use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::extract::html::{Document, visible_text_of};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData};

pub(super) struct Lua;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for Lua {
    const NAME: &'static str = "lua";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx.page().await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    static RELEASE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"Lua\s*(?P<name>\d+\.\d+)\s*was\s*released\s*on\s*(?P<date>\d+\s*\w+\s*\d{4})")
            .expect("a valid pattern")
    });
    static VERSION: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?P<name>\d+\.\d+\.\d+),\s*released\s*on\s*(?P<date>\d+\s*\w+\s*\d{4})")
            .expect("a valid pattern")
    });
    let text = visible_text_of(Document::parse(&page.text(), []).root());
    let found = |sentences: &Regex| {
        let sentences = sentences.captures_iter(&text).map(|found| {
            let (name, date) = (found["name"].to_owned(), &found["date"]);
            let day = parse_day(date)
                .ok_or_else(|| ExtractError::unreadable(page, format!("date of {name}"), date))?;
            Ok((name, day, cx.origin(&page.facts, Place::Nowhere, &found[0])))
        });
        sentences.collect::<Result<Vec<_>, ExtractError>>()
    };
    for (name, day, origin) in found(&RELEASE)? {
        data.release(&name).set("releaseDate", day.into(), origin);
    }
    for (name, day, origin) in found(&VERSION)? {
        data.declare(&name, day, origin);
    }
    Ok(())
}
