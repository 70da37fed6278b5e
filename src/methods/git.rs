//! Versions from the tags of a git repository.
//!
//! ```yaml
//! - git: https://github.com/django/django.git
//! ```
//!
//! The tags come by name; where two are of one version, the later one counts. The day is
//! the creator's, of the tagger or else of the committer, in the time zone in which it was
//! written; `github_tags` and `gitlab_tags` take the UTC day of the same tag. A tag of
//! a version that has no day is skipped.
//!
//! The remote is asked for its list of tags in every run, and for each object once.

use super::repository::{Tags, tags};
use super::{Context, Kind, Method, Next, NoConfig, Round};
use crate::fetch::{self, Request};
use crate::release_data::{ReleaseData, SkipReason};

pub(super) struct Git;

impl Method for Git {
    const NAME: &'static str = "git";
    const KIND: Kind = Kind::Repository;
    type Config = NoConfig;

    fn requests(cx: &Context<'_>, _: &NoConfig) -> Next {
        Ok(vec![
            Request::git(cx.argument(), fetch::GitWanted::Tags).into(),
        ])
    }

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let Tags { provenance, tags } = tags(cx.argument(), round.page())?;
        for tag in tags {
            let origin = cx.origin(&provenance, tag.place, &tag.name);
            cx.item(origin, data, |origin, data| {
                let version = cx.version(&tag.name)?;
                let lacks = || SkipReason::lacks(Some(&version), "date");
                let day = tag.day.ok_or_else(lacks)?;
                data.declare(&version, day, origin.reading(&day.to_string()));
                Ok(())
            });
        }
        Ok(vec![])
    }
}
