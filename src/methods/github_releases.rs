//! Versions from the releases of a GitHub repository.
//!
//! ```yaml
//! - github_releases: corretto/corretto-21
//! ```
//!
//! The name of a release's tag is the raw name (its title says anything), and the UTC day of
//! its publication counts. Pre-releases are passed over. The releases come by their titles;
//! where two stand for one version, the later one counts.
//!
//! # Beyond the predecessor
//! Pages are asked for one by one and never glued together, so no title can break them, and
//! several repositories are asked for in one question.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Kind, Method};
use crate::date::parse_moment;
use crate::extract::ExtractError;
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct GithubReleases;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Release {
    tag_name: String,
    published_at: Option<String>,
    is_prerelease: bool,
}

const QUERY: &str = "releases(first: 100, after: $after, orderBy: {field: NAME, direction: ASC}) \
    { pageInfo { hasNextPage endCursor } edges { node { tagName publishedAt isPrerelease } } }";

impl Method for GithubReleases {
    const NAME: &'static str = "github_releases";
    const KIND: Kind = Kind::Repository;
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let url = cx.github_url();
        for (page, release) in cx.github::<Release>("releases", QUERY).await? {
            let tag = &release.tag_name;
            let place = Place::tag(tag);
            if release.is_prerelease {
                let reason = SkipReason::not_a_release("a pre-release");
                data.skip(cx.origin(&page, place, tag), reason);
                continue;
            }
            let Some(version) = cx.version_or_skip(tag, &page, place.clone(), data) else {
                continue;
            };
            let what = || format!("publication of {tag}");
            let raw = release
                .published_at
                .as_deref()
                .ok_or_else(|| ExtractError::Missing {
                    url: url.clone(),
                    what: what(),
                })?;
            let day = parse_moment(raw).ok_or_else(|| ExtractError::Unreadable {
                url: url.clone(),
                what: what(),
                raw: raw.to_owned(),
            })?;
            data.declare(&version, day, cx.origin(&page, place, raw));
        }
        Ok(())
    }
}
