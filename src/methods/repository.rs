//! What a method asks of a repository: its tags, its branches, its files, its releases.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::{Context, Fault};
use crate::date::{Date, parse_iso};
use crate::extract::{ExtractError, graphql};
use crate::fetch::{Git, Query, Request, files};
use crate::page::{Facts, Page};
use crate::release_data::Place;

/// No connection has more pages.
const MOST_PAGES: usize = 1000;

/// The tags of a repository.
pub(super) struct Tags {
    /// How they were had.
    pub(super) facts: Arc<Facts>,
    /// The tags, by name.
    pub(super) tags: Vec<Tag>,
}

/// A tag of a repository.
pub(super) struct Tag {
    /// Its name.
    pub(super) name: String,
    /// The day of its creator, in the creator's own time zone, if it has one.
    pub(super) day: Option<Date>,
    /// The tag with the object that it names and its commit, as far as they are told.
    pub(super) place: Place,
}

impl Tag {
    /// A line of a list of tags: name, day, object, commit.
    fn of_line(line: &str) -> Option<Self> {
        let (name, rest) = line.split_once('\t')?;
        let mut rest = rest.split('\t');
        let day = rest.next().and_then(parse_iso);
        let mut id = || rest.next().filter(|id| !id.is_empty()).map(Arc::from);
        Some(Self {
            name: name.to_owned(),
            day,
            place: Place::Tag {
                tag: name.into(),
                object: id(),
                commit: id(),
            },
        })
    }
}

impl Context<'_> {
    /// The tags of a repository, by name. One without any is an error.
    pub(super) async fn tags(&self, repository: &str) -> Result<Tags, Fault> {
        let page = self.fetch(&Request::git(repository, Git::Tags)).await?;
        let tags: Vec<Tag> = page.text().lines().filter_map(Tag::of_line).collect();
        if tags.is_empty() {
            return Err(ExtractError::missing(&page, "tag").into());
        }
        let facts = Arc::new(Facts {
            url: repository.into(),
            ..Facts::clone(&page.facts)
        });
        Ok(Tags { facts, tags })
    }

    /// The names of the branches of a repository, in order, that are wanted.
    pub(super) async fn branches(
        &self,
        repository: &str,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Vec<String>, Fault> {
        let page = self.fetch(&Request::git(repository, Git::Branches)).await?;
        let branches: Vec<String> = page
            .text()
            .lines()
            .filter(|name| wanted(name))
            .map(str::to_owned)
            .collect();
        if branches.is_empty() {
            return Err(ExtractError::missing(&page, "branch of the kind that is wanted").into());
        }
        Ok(branches)
    }

    /// The files at some paths of a branch, by path; those that are not there are left out.
    pub(super) async fn files(
        &self,
        repository: &str,
        branch: &str,
        paths: Vec<String>,
    ) -> Result<BTreeMap<String, Page>, Fault> {
        let branch = branch.to_owned();
        let git = Git::Files { branch, paths };
        let page = self.fetch(&Request::git(repository, git)).await?;
        let base = page.url.split('?').next().unwrap_or_default();
        Ok(files(&page)
            .into_iter()
            .map(|(path, text)| {
                let url = format!("{base}/{path}");
                let part = page.part(url, text);
                (path, part)
            })
            .collect())
    }

    /// The nodes of a connection of the GitHub repository that the argument names, each with
    /// its page, page after page: `query` is the connection with its fields and `$after`.
    pub(super) async fn github<N: DeserializeOwned>(
        &self,
        connection: &str,
        query: &'static str,
    ) -> Result<Vec<(Arc<Facts>, N)>, Fault> {
        let url = self.github_url();
        let (owner, name) =
            self.argument()
                .split_once('/')
                .ok_or_else(|| ExtractError::Format {
                    url: self.argument().to_owned(),
                    format: "owner/repository",
                    reason: "there is no slash".into(),
                })?;
        let mut all = Vec::new();
        let mut after = None;
        for _ in 0..MOST_PAGES {
            let page = self
                .fetch(&Request::github(&Query {
                    owner: owner.to_owned(),
                    name: name.to_owned(),
                    connection: query,
                    after,
                }))
                .await?;
            let found = graphql::nodes(&page, connection)?;
            let facts = Arc::new(page.facts.seen_at(&url));
            all.extend(
                found
                    .nodes
                    .into_iter()
                    .map(|node| (Arc::clone(&facts), node)),
            );
            after = found.next;
            if after.is_none() {
                break;
            }
        }
        Ok(all)
    }

    /// Where the GitHub repository that the argument names is seen by people.
    pub(super) fn github_url(&self) -> String {
        format!("https://github.com/{}", self.argument())
    }
}
