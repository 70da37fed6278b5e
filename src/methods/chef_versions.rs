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
//! that were never released. A tag without a day is skipped.

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::repository::{Tags, tags};
use super::{Context, Method, Next, Round};
use crate::extract::ExtractError;
use crate::extract::html::{Document, selector, stripped_text_of};
use crate::fetch::{GitWanted, Request};
use crate::release_data::{FilteredName, Place, ReleaseData, SkipReason};

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

    fn requests(cx: &Context<'_>, config: &Config) -> Next {
        let tags = Request::git(&config.repository, GitWanted::Tags);
        Ok(vec![Request::get(cx.argument()).into(), tags.into()])
    }

    fn read(cx: &Context<'_>, config: &Config, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let pages: Vec<_> = round.pages().collect();
        let (notes, heading) = (pages[0], selector("h2"));
        let document = Document::parse(notes, [])?;
        let mut released = HashSet::new();
        for (heading, item) in document.select(&heading).zip(1..) {
            let name = stripped_text_of(heading);
            let origin = cx.origin(&notes.provenance, Place::item("heading", item), &name);
            let version = cx.or_skip(cx.version(&name), origin, data);
            released.extend(version.map(FilteredName::into_text));
        }
        if released.is_empty() {
            return Err(ExtractError::missing(notes, "`h2` that names a version").into());
        }
        let Tags { provenance, tags } = tags(&config.repository, pages[1])?;
        for tag in tags {
            let origin = cx.origin(&provenance, tag.place, &tag.name);
            cx.item(origin, data, |origin, data| {
                let version = tag.name.strip_prefix('v').unwrap_or(&tag.name);
                if !released.contains(version) {
                    return Err(SkipReason::not_a_release("not in the release notes"));
                }
                let lacks = || SkipReason::lacks(Some(version), "date");
                let day = tag.day.ok_or_else(lacks)?;
                data.declare(version, day, origin.reading(&day.to_string()));
                Ok(())
            });
        }
        Ok(vec![])
    }
}
