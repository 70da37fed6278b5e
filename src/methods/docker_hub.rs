//! Versions from the tags of an image on Docker Hub.
//!
//! ```yaml
//! - docker_hub: jetbrains/youtrack
//! ```
//!
//! Page after page as each names the `next`: `name` is the raw name, and the UTC day of
//! `tag_last_pushed` counts.
//!
//! A tag that is pushed again, as base images are, has the day of that push. Docker Hub has
//! no other day, but the product file may: where it has the version as the latest of a cycle,
//! with an earlier day, that day stays.

use serde::Deserialize;

use super::{Context, Kind, Method, Next, NoConfig, Round, required_day};
use crate::date::{Date, parse_moment};
use crate::extract::json::{self, Item};
use crate::fetch::Request;
use crate::product::Product;
use crate::product::front_matter::Node;
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct DockerHub;

#[derive(Deserialize)]
struct Tags {
    next: Option<String>,
    results: Vec<Item<Tag>>,
}

#[derive(Deserialize)]
struct Tag {
    name: String,
    tag_last_pushed: Option<String>,
}

impl Method for DockerHub {
    const NAME: &'static str = "docker_hub";
    const KIND: Kind = Kind::Registry;
    type Config = NoConfig;

    fn requests(cx: &Context<'_>, _: &NoConfig) -> Next {
        let image = cx.argument();
        let url =
            format!("https://hub.docker.com/v2/repositories/{image}/tags?page_size=100&page=1");
        Ok(vec![Request::get(url).into()])
    }

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let page = round.page();
        let Tags { next, results } = json::read(page)?;
        for (number, tag) in results.iter().enumerate() {
            let place = Place::path(format!("$.results[{number}].tag_last_pushed"));
            let Some(tag) = cx.json_item(tag, &page.provenance, place.clone(), data) else {
                continue;
            };
            let origin = cx.origin(&page.provenance, place, &tag.name);
            cx.item(origin, data, |origin, data| {
                let version = cx.version(&tag.name)?;
                let pushed = tag.tag_last_pushed.as_deref();
                let (day, raw) = required_day(&version, pushed, parse_moment)?;
                let pushed = origin.reading(raw);
                match known(cx.product, &version).filter(|(known, _)| *known < day) {
                    Some((known, line)) => {
                        let (of, since) = (version.to_string(), known.into());
                        data.skip(pushed, SkipReason::KnownEarlier { of, since });
                        let origin = cx.origin_off_page(Place::Line { line }, &known.to_string());
                        data.declare(&version, known, origin);
                    }
                    None => data.declare(&version, day, pushed),
                }
                Ok(())
            });
        }
        let next = next.filter(|url| !url.is_empty()).map(Request::get);
        // Pages that lead in a circle end where they began.
        let next = next.filter(|request| !round.has_asked(request));
        Ok(next.into_iter().map(Into::into).collect())
    }
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
