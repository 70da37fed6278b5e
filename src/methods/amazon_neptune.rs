//! Versions from the table of contents of Amazon Neptune's user guide.
//!
//! ```yaml
//! - amazon-neptune: https://docs.aws.amazon.com/neptune/latest/userguide/toc-contents.json
//! ```
//!
//! A chapter, however deep, that is titled like `Release: 1.3.2.1 (2024-06-05)` or
//! `Maintenance Release: …` is a version and its day. The last chapter of a version wins.

use std::sync::LazyLock;

use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::extract::{ExtractError, json};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct AmazonNeptune;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

#[derive(Deserialize)]
struct Chapter {
    title: Option<String>,
    contents: Option<Vec<Self>>,
}

impl Method for AmazonNeptune {
    const NAME: &'static str = "amazon-neptune";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx.page().await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    static TITLE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?:Maintenance r|R)elease:? (?P<version>.+) \((?P<date>\d+-\d+-\d+)\)")
            .expect("a valid pattern")
    });
    let contents: Chapter = json::read(page)?;
    // The chapters still to be read, the next one last.
    let mut ahead = vec![(String::from("$"), contents)];
    while let Some((path, chapter)) = ahead.pop() {
        if let Some(title) = &chapter.title {
            let origin = cx.origin(
                &page.facts,
                Place::Path {
                    path: format!("{path}.title").into(),
                },
                title,
            );
            match TITLE.captures(title) {
                Some(found) => {
                    let (version, date) = (&found["version"], &found["date"]);
                    let day = parse_day(date).ok_or_else(|| {
                        ExtractError::unreadable(page, format!("date of {version}"), date)
                    })?;
                    data.declare(version, day, origin);
                }
                None => data.skip(origin, SkipReason::not_a_release("is no release")),
            }
        }
        let inner = chapter.contents.unwrap_or_default();
        let numbered = inner.into_iter().enumerate().rev();
        ahead.extend(numbered.map(|(at, chapter)| (format!("{path}.contents[{at}]"), chapter)));
    }
    Ok(())
}
