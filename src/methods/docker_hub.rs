//! Versions from the tags of an image on Docker Hub.
//!
//! ```yaml
//! - docker_hub: jetbrains/youtrack
//! ```
//!
//! Page after page as each names the `next`: `name` is the raw name, and the UTC day of
//! `tag_last_pushed` counts.
//!
//! # Beyond the predecessor
//! A tag that is pushed again, as base images are, took the day of that push, and a release
//! grew younger. Docker Hub tells no other day, but the product file may: where it has the
//! version as the latest of a cycle, with an earlier day, that day stays.

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Kind, Method};
use crate::date::{Date, parse_moment};
use crate::extract::{ExtractError, json};
use crate::fetch::Request;
use crate::page::Page;
use crate::product::Product;
use crate::product::front_matter::Node;
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct DockerHub;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

#[derive(Deserialize)]
struct Tags {
    next: Option<String>,
    results: Vec<Tag>,
}

#[derive(Deserialize)]
struct Tag {
    name: String,
    tag_last_pushed: Option<String>,
}

impl Method for DockerHub {
    const NAME: &'static str = "docker_hub";
    const KIND: Kind = Kind::Registry;
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let image = cx.argument();
        let first =
            format!("https://hub.docker.com/v2/repositories/{image}/tags?page_size=100&page=1");
        let mut next = Some(first);
        let mut seen = HashSet::new();
        // Pages that lead in a circle end where they began.
        while let Some(url) = next.filter(|url| !url.is_empty() && seen.insert(url.clone())) {
            let page = cx.fetch(&Request::get(url)).await?;
            next = read(cx, &page, data)?;
        }
        Ok(())
    }
}

/// Reads a page, and gives the URL of the next.
fn read(
    cx: &Context<'_>,
    page: &Page,
    data: &mut ReleaseData,
) -> Result<Option<String>, ExtractError> {
    let Tags { next, results } = json::read(page)?;
    for (number, tag) in results.iter().enumerate() {
        let place = Place::Path {
            path: format!("$.results[{number}].tag_last_pushed").into(),
        };
        let Some(version) = cx.version_or_skip(&tag.name, &page.facts, place.clone(), data) else {
            continue;
        };
        let what = || format!("push time of {}", tag.name);
        let raw = tag
            .tag_last_pushed
            .as_deref()
            .ok_or_else(|| ExtractError::missing(page, what()))?;
        let day = parse_moment(raw).ok_or_else(|| ExtractError::unreadable(page, what(), raw))?;
        let pushed = cx.origin(&page.facts, place, raw);
        match known(cx.product, &version).filter(|(known, _)| *known < day) {
            Some((known, line)) => {
                let (of, since) = (version.to_string(), known.into());
                data.skip(pushed, SkipReason::KnownEarlier { of, since });
                let origin = cx.stated(Place::Line { line }, &known.to_string());
                data.declare(&version, known, origin);
            }
            None => data.declare(&version, day, pushed),
        }
    }
    Ok(next)
}

/// The day that the product file has for a version that is the latest of a cycle, and its line.
fn known(product: &Product, version: &str) -> Option<(Date, usize)> {
    let mut cycles = product.cycles().map(|cycle| cycle.node());
    let cycle = cycles.find(|cycle| {
        let latest = cycle.find("latest").and_then(Node::text);
        latest == Some(version)
    })?;
    let day = cycle.find("latestReleaseDate")?;
    Some((day.value()?.date_or_quoted()?, day.line))
}
