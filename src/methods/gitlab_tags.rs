//! Versions from the tags of a project on gitlab.com.
//!
//! ```yaml
//! - gitlab_tags: gitlab-org/gitlab-runner
//! ```
//!
//! Pages of a hundred tags until one is empty: `name` is the raw name, and the UTC day of
//! the commit's `created_at` counts. `git` takes the tagger's own day for the same tag.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Kind, Method};
use crate::date::parse_moment;
use crate::extract::{ExtractError, json};
use crate::fetch::Request;
use crate::page::Page;
use crate::release_data::{Place, ReleaseData};

/// No project has more pages.
const MOST_PAGES: usize = 1000;

pub(super) struct GitlabTags;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

#[derive(Deserialize)]
struct Tag {
    name: String,
    /// The object that the tag names.
    target: Option<String>,
    commit: Option<Commit>,
}

#[derive(Deserialize)]
struct Commit {
    id: Option<String>,
    created_at: Option<String>,
}

impl Method for GitlabTags {
    const NAME: &'static str = "gitlab_tags";
    const KIND: Kind = Kind::Repository;
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let project = cx.argument().replace('/', "%2F");
        for number in 1..=MOST_PAGES {
            let url = format!(
                "https://gitlab.com/api/v4/projects/{project}/repository/tags?per_page=100&page={number}"
            );
            let page = cx.fetch(&Request::get(url)).await?;
            if read(cx, &page, data)? == 0 {
                break;
            }
        }
        Ok(())
    }
}

/// Reads a page, and gives how many tags it has.
fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<usize, ExtractError> {
    let tags: Vec<Tag> = json::read(page)?;
    for tag in &tags {
        let place = Place::Tag {
            tag: tag.name.as_str().into(),
            object: tag.target.as_deref().map(Arc::from),
            commit: tag
                .commit
                .as_ref()
                .and_then(|commit| commit.id.as_deref().map(Arc::from)),
        };
        let Some(version) = cx.version_or_skip(&tag.name, &page.facts, place.clone(), data) else {
            continue;
        };
        let what = || format!("date of {}", tag.name);
        let raw = tag
            .commit
            .as_ref()
            .and_then(|commit| commit.created_at.as_deref())
            .ok_or_else(|| ExtractError::missing(page, what()))?;
        let day = parse_moment(raw).ok_or_else(|| ExtractError::unreadable(page, what(), raw))?;
        data.declare(&version, day, cx.origin(&page.facts, place, raw));
    }
    Ok(tags.len())
}
