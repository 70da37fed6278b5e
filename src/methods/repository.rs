//! What a method asks of a repository: its tags, its branches, its files, its releases.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::context::Context;
use super::method::{MethodErrorKind, Next};
use crate::date::{Date, parse_iso};
use crate::extract::ExtractError;
use crate::extract::graphql::{self, Nodes};
use crate::fetch::{GitWanted, GraphQlQuery, Request, files};
use crate::page::{Page, Provenance};
use crate::release_data::Place;

pub(super) struct Tags {
    pub(super) provenance: Arc<Provenance>,
    pub(super) tags: Vec<Tag>,
}

pub(super) struct Tag {
    pub(super) name: String,
    /// The day of its creator, in the creator's own time zone, if it has one.
    pub(super) day: Option<Date>,
    /// The tag with the object that it names and its commit, as far as they are known.
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

/// The tags of a repository on the page that answers [`GitWanted::Tags`]. One without any is an error.
pub(super) fn tags(repository: &str, page: &Page) -> Result<Tags, ExtractError> {
    let tags: Vec<Tag> = page.text().lines().filter_map(Tag::of_line).collect();
    if tags.is_empty() {
        return Err(ExtractError::missing(page, "tag"));
    }
    let provenance = Arc::new(Provenance {
        url: repository.into(),
        ..Provenance::clone(&page.provenance)
    });
    Ok(Tags { provenance, tags })
}

/// The names of the branches that are wanted, in order, on the page that answers
/// [`GitWanted::Branches`]. A repository without any is an error.
pub(super) fn branches(
    page: &Page,
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<String>, ExtractError> {
    let text = page.text();
    let branches: Vec<String> = text
        .lines()
        .filter(|name| wanted(name))
        .map(str::to_owned)
        .collect();
    if branches.is_empty() {
        return Err(ExtractError::missing(
            page,
            "branch of the kind that is wanted",
        ));
    }
    Ok(branches)
}

pub(super) fn files_request(repository: &str, branch: &str, paths: Vec<String>) -> Request {
    let branch = branch.to_owned();
    Request::git(repository, GitWanted::Files { branch, paths })
}

/// The files of a branch, by path, on the page that answers [`files_request`]; those that are
/// not there are left out.
pub(super) fn branch_files(page: &Page) -> BTreeMap<String, Page> {
    let base = page.url.split('?').next().unwrap_or_default();
    files(page)
        .into_iter()
        .map(|(path, text)| {
            let part = page.part(format!("{base}/{path}"), text);
            (path, part)
        })
        .collect()
}

impl Context<'_> {
    /// The request for a connection of the GitHub repository that the argument names, from a
    /// cursor on: `connection` is it with its fields and `$after`.
    pub(super) fn github_request(&self, connection: &'static str, after: Option<String>) -> Next {
        let (owner, name) = self.argument_parts("owner/repository")?;
        let (owner, name) = (owner.to_owned(), name.to_owned());
        let query = GraphQlQuery {
            owner,
            name,
            connection,
            after,
        };
        Ok(vec![Request::GitHub(query).into()])
    }

    /// The request for what comes after a page of a connection, if something does.
    pub(super) fn github_next(&self, connection: &'static str, after: Option<String>) -> Next {
        after.map_or(Ok(vec![]), |after| {
            self.github_request(connection, Some(after))
        })
    }

    /// The nodes of a page of a connection, in order, and the cursor of the next page.
    pub(super) fn github_nodes<N: DeserializeOwned>(
        &self,
        page: &Page,
        connection: &str,
    ) -> Result<(Arc<Provenance>, Nodes<N>), ExtractError> {
        let url = format!("https://github.com/{}", self.argument());
        Ok((
            Arc::new(page.provenance.seen_at(&url)),
            graphql::nodes(page, connection)?,
        ))
    }

    pub(super) fn argument_parts(
        &self,
        form: &'static str,
    ) -> Result<(&str, &str), MethodErrorKind> {
        self.argument()
            .split_once('/')
            .ok_or_else(|| MethodErrorKind::Argument {
                argument: self.argument().to_owned(),
                form,
            })
    }
}
