//! Versions from the annotated tags of a GitHub repository.
//!
//! ```yaml
//! - github_tags: gregkh/linux
//! ```
//!
//! The tags come by name, and the UTC day of the tagger counts; `git` takes the tagger's own
//! day for the same tag. A tag without an object of its own, or whose tagger has no date, is
//! skipped. GitHub dates a tag that was written without a tagger on 1970-01-01.

use serde::Deserialize;
use serde_json::Value;

use super::{Context, Kind, Method, Next, NoConfig, Round};
use crate::date::parse_moment;
use crate::extract::json::Item;
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct GithubTags;

#[derive(Deserialize)]
struct Tag {
    name: String,
    target: Value,
}

const QUERY: &str = "refs(refPrefix: \"refs/tags/\", first: 100, after: $after) \
    { pageInfo { hasNextPage endCursor } edges { node { name target { ... on Tag { tagger { date } } } } } }";

impl Method for GithubTags {
    const NAME: &'static str = "github_tags";
    const KIND: Kind = Kind::Repository;
    type Config = NoConfig;

    fn requests(cx: &Context<'_>, _: &NoConfig) -> Next {
        cx.github_request(QUERY, None)
    }

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let (page, found) = cx.github_nodes::<Item<Tag>>(round.page(), "refs")?;
        for tag in &found.nodes {
            let Some(Tag { name, target }) = cx.json_item(tag, &page, Place::Nowhere, data) else {
                continue;
            };
            let origin = cx.origin(&page, Place::tag(name), name);
            match target["tagger"]["date"].as_str() {
                Some(date) => cx.version_item(origin, Some(date), parse_moment, data),
                None => data.skip(origin, SkipReason::not_a_release("has no tagger's date")),
            }
        }
        cx.github_next(QUERY, found.next)
    }
}
