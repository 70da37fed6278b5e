//! Versions from the tags of a project on gitlab.com.
//!
//! ```yaml
//! - gitlab_tags: gitlab-org/gitlab-runner
//! ```
//!
//! Pages of a hundred tags until one is empty: `name` is the raw name, and the UTC day of
//! the commit's `created_at` counts. `git` takes the tagger's own day for the same tag.

use std::sync::Arc;

use serde::Deserialize;

use super::{Context, Kind, Method, Next, NoConfig, Round};
use crate::date::parse_moment;
use crate::extract::json::{self, Item};
use crate::fetch::Request;
use crate::release_data::{Place, ReleaseData};

pub(super) struct GitlabTags;

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
    type Config = NoConfig;

    fn requests(cx: &Context<'_>, _: &NoConfig) -> Next {
        Ok(vec![request(cx, 1).into()])
    }

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let page = round.page();
        let tags: Vec<Item<Tag>> = json::read(page)?;
        for (number, tag) in tags.iter().enumerate() {
            let place = Place::path(format!("$[{number}]"));
            let Some(tag) = cx.json_item(tag, &page.provenance, place, data) else {
                continue;
            };
            let commit = tag.commit.as_ref();
            let place = Place::Tag {
                tag: tag.name.as_str().into(),
                object: tag.target.as_deref().map(Arc::from),
                commit: commit.and_then(|commit| commit.id.as_deref().map(Arc::from)),
            };
            let date = commit.and_then(|commit| commit.created_at.as_deref());
            let origin = cx.origin(&page.provenance, place, &tag.name);
            cx.version_item(origin, date, parse_moment, data);
        }
        let next = (!tags.is_empty()).then(|| request(cx, round.number + 1).into());
        Ok(next.into_iter().collect())
    }
}

fn request(cx: &Context<'_>, number: usize) -> Request {
    let project = cx.argument().replace('/', "%2F");
    Request::get(format!(
        "https://gitlab.com/api/v4/projects/{project}/repository/tags?per_page=100&page={number}"
    ))
}
