//! Versions from the annotated tags of a GitHub repository.
//!
//! ```yaml
//! - github_tags: gregkh/linux
//! ```
//!
//! The tags come by name, and the UTC day of the tagger counts; `git` takes the tagger's own
//! day for the same tag. A tag without an object of its own, or whose tagger has no date, is
//! passed over; one whose tagger is not told at all is an error. GitHub dates a tag that was
//! written without a tagger on 1970-01-01, and so does the recorded data.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::{Context, Fault, Kind, Method};
use crate::date::parse_moment;
use crate::extract::ExtractError;
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct GithubTags;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

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
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let url = cx.github_url();
        for (page, Tag { name, target }) in cx.github("refs", QUERY).await? {
            let place = Place::tag(&name);
            if target.get("tagger").is_some_and(Value::is_null) {
                let what = format!("tagger of {name}");
                return Err(ExtractError::Missing { url, what }.into());
            }
            let Some(raw) = target["tagger"]["date"].as_str() else {
                let reason = SkipReason::lacks(None, "tagger's date");
                data.skip(cx.origin(&page, place, &name), reason);
                continue;
            };
            let Some(version) = cx.version_or_skip(&name, &page, place.clone(), data) else {
                continue;
            };
            let day = parse_moment(raw).ok_or_else(|| ExtractError::Unreadable {
                url: url.clone(),
                what: format!("date of {name}"),
                raw: raw.to_owned(),
            })?;
            data.declare(&version, day, cx.origin(&page, place, raw));
        }
        Ok(())
    }
}
