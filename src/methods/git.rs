//! Versions from the tags of a git repository.
//!
//! ```yaml
//! - git: https://github.com/django/django.git
//! ```
//!
//! The tags come by name; where two stand for one version, the later one counts. The day is
//! the creator's, of the tagger or else of the committer, in the time zone in which it was
//! written; `github_tags` and `gitlab_tags` take the UTC day of the same tag. A tag that
//! stands for a version and has no day is an error.
//!
//! # Beyond the predecessor
//! It fetched every tag in every run and kept those that were deleted; here the remote's own
//! list counts, and an object is asked for once.

use schemars::JsonSchema;
use serde::Deserialize;

use super::repository::Tags;
use super::{Context, Fault, Kind, Method};
use crate::extract::ExtractError;
use crate::release_data::ReleaseData;

pub(super) struct Git;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for Git {
    const NAME: &'static str = "git";
    const KIND: Kind = Kind::Repository;
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let repository = cx.argument();
        let Tags { facts, tags } = cx.tags(repository).await?;
        for tag in tags {
            let Some(version) = cx.version_or_skip(&tag.name, &facts, tag.place.clone(), data)
            else {
                continue;
            };
            let day = tag.day.ok_or_else(|| ExtractError::Missing {
                url: repository.to_owned(),
                what: format!("date of tag {}", tag.name),
            })?;
            let origin = cx.origin(&facts, tag.place, &day.to_string());
            data.declare(&version, day, origin);
        }
        Ok(())
    }
}
