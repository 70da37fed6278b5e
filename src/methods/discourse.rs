//! Versions from the topics of a Discourse forum.
//!
//! ```yaml
//! - discourse: https://community.sonarsource.com/c/sq/releases/24
//!   regex: '^SonarQube Server (?P<major>\d+) Release (?P<minor>\d+)$'
//! ```
//!
//! A browser renders the list of topics. A topic whose title matches is a version, on the day
//! on which the topic was created; one that does not tell that day is skipped.

use std::sync::LazyLock;

use regex::Regex;

use super::{Context, Kind, Method, Next, NoConfig, Round, required_day};
use crate::date::parse_moment;
use crate::extract::html::{Document, select_within, selector, stripped_text_of};
use crate::fetch::{Render, Request};
use crate::release_data::{Place, ReleaseData, SkipReason};

/// Finds the topics.
const TOPIC: &str = "tr.topic-list-item";

static CREATED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"Created:\s*([A-Za-z]+\s+\d{1,2},\s+\d{4}\s+\d{1,2}:\d{2}\s+[ap]m)")
        .expect("a valid pattern")
});

pub(super) struct Discourse;

impl Method for Discourse {
    const NAME: &'static str = "discourse";
    const KIND: Kind = Kind::Browser;
    type Config = NoConfig;

    fn requests(cx: &Context<'_>, _: &NoConfig) -> Next {
        let render = Render {
            wait_for: Some(TOPIC.to_owned()),
            ..Render::default()
        };
        let request = Request::get(cx.argument()).with_render(Some(render));
        Ok(vec![request.into()])
    }

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let page = round.page();
        let (topic, title) = (selector(TOPIC), selector("span.link-top-line"));
        let activity = selector("td.activity");
        let document = Document::parse(&page.text(), []);
        for (topic, item) in document.select(&topic).zip(1..) {
            let title = select_within(topic, &title).next().map(stripped_text_of);
            let raw = title.as_deref().unwrap_or_default();
            let place = Place::Item {
                kind: "topic",
                item,
            };
            cx.item(
                cx.origin(&page.provenance, place, raw),
                data,
                |origin, data| {
                    title.as_ref().ok_or_else(|| SkipReason::missing("title"))?;
                    let version = cx.version(&origin.raw)?;
                    let activity = select_within(topic, &activity).next();
                    let activity = activity.and_then(|activity| activity.attr("title"));
                    let created = activity.and_then(|activity| CREATED.captures(activity));
                    let (field, of) = ("releaseDate", version.to_string());
                    let created = created.ok_or(SkipReason::Unsaid { field, of })?;
                    let (day, raw) = required_day(&version, Some(&created[1]), parse_moment)?;
                    data.declare(&version, day, origin.reading(raw));
                    Ok(())
                },
            );
        }
        Ok(vec![])
    }
}
