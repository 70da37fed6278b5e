//! Versions from the release history of Apache Subversion.
//!
//! ```yaml
//! - apache-subversion: https://subversion.apache.org/docs/release-notes/release-history.html
//!   regex: '^Subversion\s(?P<version>[1-9]\d*.\d+\.\d+)\s*\((?P<date>\w+, \d+ \w+ \d{4}).*$'
//! ```
//!
//! Every item of the list that follows the first heading, those of lists in it too. The
//! groups `version` and `date` of `regex` are taken as they are.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::extract::html::{Document, next_named, select_within, selector, stripped_text_of};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData};

pub(super) struct ApacheSubversion;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for ApacheSubversion {
    const NAME: &'static str = "apache-subversion";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx.page().await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    let (heading, item) = (selector("h2"), selector("li"));
    let document = Document::parse(&page.text(), []);
    let list = document
        .select(&heading)
        .next()
        .and_then(|heading| next_named(heading, &["ul"]))
        .ok_or_else(|| ExtractError::missing(page, "list after a heading `h2`"))?;
    for (li, number) in select_within(list, &item).zip(1..) {
        let text = stripped_text_of(li);
        let place = Place::Item {
            kind: "list item",
            item: number,
        };
        let origin = cx.origin(&page.facts, place, &text);
        match cx.groups(&text, ["version", "date"]) {
            Ok([version, date]) => {
                let day = parse_day(&date).ok_or_else(|| {
                    ExtractError::unreadable(page, format!("date of {version}"), date)
                })?;
                data.declare(&version, day, origin);
            }
            Err(unmatched) => data.skip(origin, unmatched),
        }
    }
    Ok(())
}
