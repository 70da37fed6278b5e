//! Versions of Chef's products: those that the release notes name, with the days of tags.
//!
//! ```yaml
//! - chef-versions: https://docs.chef.io/release_notes/client/
//!   repository: https://github.com/chef/chef.git
//!   regex: '^Chef Infra Client (?P<value>.+)$'
//!   template: "{{value}}"
//! ```
//!
//! Each `h2` of the page names a version. A tag of the repository, one leading `v` left out,
//! is taken if it is one of those; its day is found as `git` finds it. Most tags are builds
//! that were never released.

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::repository::Tags;
use super::{Context, Fault, Method};
use crate::extract::ExtractError;
use crate::extract::html::{Document, selector, stripped_text_of};
use crate::page::Page;
use crate::release_data::{Name, Place, ReleaseData, SkipReason};

pub(super) struct ChefVersions;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// The URL of the repository whose tags give the days.
    repository: String,
}

impl Method for ChefVersions {
    const NAME: &'static str = "chef-versions";
    type Config = Config;

    async fn collect(
        cx: &Context<'_>,
        config: &Config,
        data: &mut ReleaseData,
    ) -> Result<(), Fault> {
        let page = cx.page().await?;
        let released = released(cx, &page, data);
        if released.is_empty() {
            return Err(ExtractError::missing(&page, "`h2` that names a version").into());
        }
        let repository = &config.repository;
        let Tags { facts, tags } = cx.tags(repository).await?;
        for tag in tags {
            let version = tag.name.strip_prefix('v').unwrap_or(&tag.name);
            if !released.contains(version) {
                let origin = cx.origin(&facts, tag.place, &tag.name);
                let reason = SkipReason::not_a_release("not in the release notes");
                data.skip(origin, reason);
                continue;
            }
            let day = tag.day.ok_or_else(|| ExtractError::Missing {
                url: repository.clone(),
                what: format!("date of tag {}", tag.name),
            })?;
            let origin = cx.origin(&facts, tag.place, &day.to_string());
            data.declare(version, day, origin);
        }
        Ok(())
    }
}

/// The versions that the headings of the page name.
fn released(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> HashSet<String> {
    let heading = selector("h2");
    let document = Document::parse(&page.text(), []);
    document
        .select(&heading)
        .zip(1..)
        .filter_map(|(heading, item)| {
            let kind = "heading";
            let place = Place::Item { kind, item };
            cx.version_or_skip(&stripped_text_of(heading), &page.facts, place, data)
                .map(Name::into_text)
        })
        .collect()
}
