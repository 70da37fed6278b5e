//! What a method asks of a repository: its tags, its branches, its files, its releases.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use super::{Context, Fault};
use crate::date::{Date, parse_iso};
use crate::extract::{ExtractError, graphql};
use crate::fetch::{Git, Query, Request, files};
use crate::page::Page;

/// No connection has more pages.
const MOST_PAGES: usize = 1000;

/// A tag of a repository.
pub(super) struct Tag {
    /// Its name.
    pub(super) name: String,
    /// The day of its creator, in the creator's own time zone, if it has one.
    pub(super) day: Option<Date>,
}

impl Context<'_> {
    /// The tags of a repository, by name. One without any is an error.
    pub(super) async fn tags(&self, repository: &str) -> Result<Vec<Tag>, Fault> {
        let page = self.fetch(&Request::git(repository, Git::Tags)).await?;
        let tags: Vec<Tag> = page
            .text()
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .map(|(name, day)| Tag {
                name: name.to_owned(),
                day: parse_iso(day),
            })
            .collect();
        if tags.is_empty() {
            return Err(ExtractError::missing(&page, "tag").into());
        }
        Ok(tags)
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
                (path, Page::of_text(url, text))
            })
            .collect())
    }

    /// The nodes of a connection of the GitHub repository that the argument names, page
    /// after page: `query` is the connection with its fields and `$after`.
    pub(super) async fn github<N: DeserializeOwned>(
        &self,
        connection: &str,
        query: &'static str,
    ) -> Result<Vec<N>, Fault> {
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
            all.extend(found.nodes);
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
