//! Versions from the releases of a GitHub repository.
//!
//! ```yaml
//! - github_releases: corretto/corretto-21
//! ```
//!
//! The name of a release's tag is the raw name (its title may be anything), and the UTC day of
//! its publication counts. Pre-releases are skipped. The releases come by their titles;
//! where two are of one version, the later one counts.

use serde::Deserialize;

use super::{Context, Kind, Method, Next, NoConfig, Round};
use crate::date::parse_moment;
use crate::extract::json::Item;
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct GithubReleases;

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
    type Config = NoConfig;

    fn requests(cx: &Context<'_>, _: &NoConfig) -> Next {
        cx.github_request(QUERY, None)
    }

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let (page, found) = cx.github_nodes::<Item<Release>>(round.page(), "releases")?;
        for release in &found.nodes {
            let Some(release) = cx.json_item(release, &page, Place::Nowhere, data) else {
                continue;
            };
            let tag = &release.tag_name;
            let origin = cx.origin(&page, Place::tag(tag), tag);
            if release.is_prerelease {
                data.skip(origin, SkipReason::not_a_release("a pre-release"));
                continue;
            }
            cx.version_item(origin, release.published_at.as_deref(), parse_moment, data);
        }
        cx.github_next(QUERY, found.next)
    }
}
