//! Versions from the topics of a Discourse forum.
//!
//! ```yaml
//! - discourse: https://community.sonarsource.com/c/sq/releases/24
//!   regex: '^SonarQube Server (?P<major>\d+) Release (?P<minor>\d+)$'
//! ```
//!
//! A browser renders the list of topics. A topic whose title matches is a version, on the day
//! on which the topic was created.

use std::sync::LazyLock;

use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Kind, Method};
use crate::date::parse_moment;
use crate::extract::ExtractError;
use crate::extract::html::{Document, select_within, selector, stripped_text_of};
use crate::fetch::{Render, Request};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason};

/// Finds the topics.
const TOPIC: &str = "tr.topic-list-item";

pub(super) struct Discourse;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for Discourse {
    const NAME: &'static str = "discourse";
    const KIND: Kind = Kind::Browser;
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx
            .fetch(&Request::get(cx.argument()).with_render(Some(Render {
                wait_for: Some(TOPIC.to_owned()),
                ..Render::default()
            })))
            .await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    static CREATED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"Created:\s*([A-Za-z]+\s+\d{1,2},\s+\d{4}\s+\d{1,2}:\d{2}\s+[ap]m)")
            .expect("a valid pattern")
    });
    let (topic, title) = (selector(TOPIC), selector("span.link-top-line"));
    let activity = selector("td.activity");
    let document = Document::parse(&page.text(), []);
    for (topic, number) in document.select(&topic).zip(1..) {
        let missing = |what: &str| ExtractError::missing(page, format!("{what} in topic {number}"));
        let origin = |raw: &str| {
            let place = Place::Item {
                kind: "topic",
                item: number,
            };
            cx.origin(&page.facts, place, raw)
        };
        let title = select_within(topic, &title).next().map(stripped_text_of);
        let title = title.ok_or_else(|| missing("title"))?;
        let version = match cx.version(&title) {
            Ok(version) => version,
            Err(unmatched) => {
                data.skip(origin(&title), unmatched);
                continue;
            }
        };
        let activity = select_within(topic, &activity).next();
        let activity = activity.and_then(|activity| activity.attr("title"));
        let activity = activity.ok_or_else(|| missing("activity"))?;
        let Some(created) = CREATED.captures(activity) else {
            let (field, of) = ("releaseDate", version.to_string());
            data.skip(origin(activity), SkipReason::Unsaid { field, of });
            continue;
        };
        let date = &created[1];
        let day = parse_moment(date)
            .ok_or_else(|| ExtractError::unreadable(page, format!("date of {version}"), date))?;
        data.declare(&version, day, origin(date));
    }
    Ok(())
}
