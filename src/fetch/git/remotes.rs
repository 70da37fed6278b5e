//! Remote repositories, read with the `git` program.
//!
//! This module decides what is fetched; it runs nothing itself, and holds nothing but the
//! folders in which files are read.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::SystemTime;

use futures::future::BoxFuture;
use tempfile::TempDir;
use url::Url;

use super::date_cache::DateCache;
use super::endpoint::Endpoint;
use super::error::GitError;
use super::object::{self, PEELED};
use super::program::Program;
use super::refs;
use crate::fetch::activity::Activity;
use crate::fetch::attempt::AttemptError;
use crate::fetch::cause::Cause;
use crate::fetch::error::{FetchError, ForbiddenError, TransientError};
use crate::fetch::http::Client;
use crate::fetch::http::response::moment;
use crate::fetch::policy::{Limits, NetworkPolicy};
use crate::fetch::proxies::{self, Proxies};
use crate::fetch::ratelimit::{HostLimiter, Permit};
use crate::fetch::request::GitWanted;
use crate::fetch::request_key::{GitKey, host_of};
use crate::fetch::retry::retry;
use crate::fetch::ssrf::LocalAddresses;
use crate::page::{Page, PageSource, ResponseMeta};
use crate::sync::lock;

pub(in crate::fetch) struct Remotes {
    program: Program,
    local: LocalAddresses,
    proxies: Proxies,
    dates: DateCache,
    /// The folders of repositories whose files were fetched, until the run ends.
    folders: Mutex<HashMap<Url, Arc<tokio::sync::Mutex<Option<Folder>>>>>,
}

/// A temporary repository, and the branches that were fetched into it.
struct Folder {
    repository: TempDir,
    branches: BTreeSet<String>,
}

impl Remotes {
    pub(in crate::fetch) fn new(policy: &NetworkPolicy) -> Self {
        let user_agent = policy.user_agent.as_deref();
        Self {
            program: Program {
                user_agent: user_agent.unwrap_or(NetworkPolicy::USER_AGENT).to_owned(),
                file: policy.local == LocalAddresses::Allow,
                limit: policy.limits.decompressed,
            },
            local: policy.local.clone(),
            proxies: Proxies::new(policy.proxy),
            dates: DateCache::new(policy.cache.as_deref()),
            folders: Mutex::default(),
        }
    }

    /// The answer to a request, with retries.
    pub(in crate::fetch) async fn answer<'a>(
        &self,
        key: &GitKey,
        client: Option<&Client>,
        host: &HostLimiter,
        limits: &Limits,
        activity: &Activity,
        redirected: &(dyn Fn(Url) -> BoxFuture<'a, Result<Url, FetchError>> + Sync),
    ) -> Result<Page, FetchError> {
        let moved_to = &OnceLock::new();
        let attempt = |permit, again: bool| async move {
            let url = moved_to.get().unwrap_or(&key.repository);
            let endpoint = self.endpoint(key, url.clone()).await?;
            match self.try_once(key, &endpoint, client, permit).await {
                Err(GitError::Moved) if !again => {
                    let _ = moved_to.set(redirected(url.clone()).await?);
                    Err(AttemptError::Again)
                }
                answer => answer.map_err(|error| attempt_error(error, key)),
            }
        };
        let body = retry(&key.answer, host, limits, false, activity, attempt).await?;
        let meta = ResponseMeta {
            from: if key.is_local() {
                PageSource::File
            } else {
                PageSource::Network
            },
            fetched: Some(moment(SystemTime::now())),
            ..ResponseMeta::default()
        };
        let text = Some("text/plain; charset=utf-8".into());
        Ok(Page::new(key.answer.as_str(), text, body, meta))
    }

    /// Checks the addresses of a repository.
    async fn endpoint(&self, key: &GitKey, url: Url) -> Result<Endpoint, FetchError> {
        let refused = |reason| FetchError::Forbidden {
            url: key.shown(),
            reason,
        };
        if url.scheme() == "file" {
            return if self.program.file {
                Ok(Endpoint::at(url))
            } else {
                Err(refused(ForbiddenError::LocalRepository))
            };
        }
        let addresses = self.local.admitted(&url).await.map_err(refused)?;
        let host = host_of(&url);
        let proxy = self.proxies.for_url(&url);
        let proxy = proxy.map(|proxy| proxies::url_of(&proxy));
        Endpoint::checked(url, &addresses, proxy).ok_or_else(|| FetchError::Transient {
            url: key.shown(),
            cause: TransientError::NoDns(host),
            tries: 0,
            source: None,
        })
    }

    async fn try_once(
        &self,
        key: &GitKey,
        endpoint: &Endpoint,
        client: Option<&Client>,
        permit: Permit<'_>,
    ) -> Result<Vec<u8>, GitError> {
        match &key.wanted {
            GitWanted::Tags => self.tags(key, endpoint, client, permit).await,
            GitWanted::Branches => {
                let refs = self
                    .refs(endpoint, client, "--heads", "refs/heads/")
                    .await?;
                Ok(lines(refs.keys()))
            }
            GitWanted::Files { branch, paths } => {
                let files = self.files(key, endpoint, branch, paths).await?;
                Ok(serde_json::to_vec(&files).expect("a map of texts is JSON"))
            }
        }
    }

    /// The refs below a prefix, by name, with their objects; for a tag with an object of its
    /// own, the object that it points to is under its name and [`PEELED`].
    async fn refs(
        &self,
        endpoint: &Endpoint,
        client: Option<&Client>,
        kind: &str,
        prefix: &str,
    ) -> Result<BTreeMap<String, String>, GitError> {
        if let Some(client) = client
            && let Some(refs) = refs::ask(client, &endpoint.url, prefix).await
        {
            return refs;
        }
        let url = endpoint.url.as_str();
        let listed = self
            .program
            .run(endpoint, None, &["ls-remote", kind, "--", url], "")
            .await?;
        Ok(object::refs(&listed, prefix))
    }

    async fn tags(
        &self,
        key: &GitKey,
        endpoint: &Endpoint,
        client: Option<&Client>,
        permit: Permit<'_>,
    ) -> Result<Vec<u8>, GitError> {
        let (peeled, tags): (BTreeMap<_, _>, BTreeMap<_, _>) = self
            .refs(endpoint, client, "--tags", "refs/tags/")
            .await?
            .into_iter()
            .partition(|(name, _)| name.ends_with(PEELED));
        let objects: BTreeSet<&str> = tags.values().map(String::as_str).collect();
        let mut known = self.dates.load(&key.repository);
        known.retain(|object, _| objects.contains(&**object));
        let new: Vec<&str> = objects
            .into_iter()
            .filter(|object| !known.contains_key(*object))
            .collect();
        if !new.is_empty() {
            known.extend(self.dates_of(endpoint, &new, permit).await?);
            self.dates.keep(&key.repository, &known);
        }
        Ok(lines(tags.iter().map(|(name, object)| {
            let day = known.get(object).map_or("", |date| &**date);
            // An object without a day is not a commit.
            let own = if day.is_empty() { "" } else { object };
            let commit = peeled.get(&format!("{name}{PEELED}"));
            let commit = commit.map_or(own, |commit| commit);
            format!("{name}\t{day}\t{object}\t{commit}")
        })))
    }

    /// The dates of some objects, fetched without trees and files.
    async fn dates_of(
        &self,
        endpoint: &Endpoint,
        objects: &[&str],
        permit: Permit<'_>,
    ) -> Result<Vec<(String, String)>, GitError> {
        let folder = Program::folder()?;
        let wanted = lines(objects);
        let wanted = String::from_utf8_lossy(&wanted);
        self.program
            .fetch(
                endpoint,
                &folder,
                &["--filter=tree:0", "--depth=1"],
                &wanted,
            )
            .await?;
        // The rest needs no network.
        drop(permit);
        let contents = self
            .program
            .run(endpoint, Some(&folder), &["cat-file", "--batch"], &wanted)
            .await?;
        Ok(objects
            .iter()
            .zip(object::read(&contents))
            .map(|(name, object)| {
                let day = object.day().map(|day| day.to_string());
                ((*name).to_owned(), day.unwrap_or_default())
            })
            .collect())
    }

    /// The files at paths of a branch, as text; bytes that are not UTF-8 become U+FFFD.
    async fn files(
        &self,
        key: &GitKey,
        endpoint: &Endpoint,
        branch: &str,
        paths: &[String],
    ) -> Result<BTreeMap<String, String>, GitError> {
        if !is_name(branch) || paths.is_empty() {
            return Err(GitError::Absent(404));
        }
        let folder = Arc::clone(
            lock(&self.folders)
                .entry(key.repository.clone())
                .or_default(),
        );
        let mut folder = folder.lock().await;
        if folder.is_none() {
            *folder = Some(Folder {
                repository: Program::folder()?,
                branches: BTreeSet::new(),
            });
        }
        let folder = folder.as_mut().expect("it was just made");
        let branch = format!("refs/heads/{branch}");
        if !folder.branches.contains(&branch) {
            let wanted = format!("+{branch}:{branch}\n");
            self.program
                .fetch(
                    endpoint,
                    &folder.repository,
                    &["--filter=blob:none", "--depth=1"],
                    &wanted,
                )
                .await?;
            folder.branches.insert(branch.clone());
        }
        let mut list = vec!["ls-tree", "-r", "-z", "--full-tree", &branch, "--"];
        list.extend(paths.iter().map(String::as_str));
        let listed = self
            .program
            .run(endpoint, Some(&folder.repository), &list, "")
            .await?;
        let listed = String::from_utf8_lossy(&listed);
        let found: Vec<(&str, &str)> = listed
            .split('\0')
            .filter_map(|entry| {
                let (head, path) = entry.split_once('\t')?;
                let mut words = head.split(' ').skip(1);
                let object = words
                    .next()
                    .filter(|kind| *kind == "blob")
                    .and(words.next())?;
                Some((path, object))
            })
            .collect();
        if found.is_empty() {
            return Ok(BTreeMap::new());
        }
        let objects = lines(found.iter().map(|(_, object)| *object));
        let objects = String::from_utf8_lossy(&objects);
        self.program
            .fetch(
                endpoint,
                &folder.repository,
                &["--filter=blob:none"],
                &objects,
            )
            .await?;
        let contents = self
            .program
            .run(
                endpoint,
                Some(&folder.repository),
                &["cat-file", "--batch"],
                &objects,
            )
            .await?;
        Ok(found
            .iter()
            .zip(object::read(&contents))
            .map(|((path, _), object)| {
                let text = String::from_utf8_lossy(object.content).into_owned();
                ((*path).to_owned(), text)
            })
            .collect())
    }

    /// Ends the run: old dates are removed.
    pub(in crate::fetch) fn finish(&self) {
        self.dates.sweep();
    }
}

fn attempt_error(error: GitError, key: &GitKey) -> AttemptError {
    match error {
        GitError::Moved => {
            let source = Cause::new("redirected again");
            AttemptError::transient(TransientError::Connection, Some(source))
        }
        GitError::Absent(status) => {
            let url = key.shown();
            FetchError::Absent { url, status }.into()
        }
        GitError::TooLarge(limit) => ForbiddenError::TooLarge(limit).into(),
        GitError::NoProgram(cause) => FetchError::NoGit(Cause::new(cause)).into(),
        GitError::Folder(cause) => {
            let path = std::env::temp_dir();
            FetchError::storage("make a temporary folder in", &path, cause).into()
        }
        GitError::Transient(cause, source) => AttemptError::transient(cause, source),
    }
}

/// Texts, one per line.
fn lines(texts: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<u8> {
    let mut out = String::new();
    for text in texts {
        out.push_str(text.as_ref());
        out.push('\n');
    }
    out.into_bytes()
}

/// Whether a text is a valid name of a branch, by git's rules.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(['-', '/', '.'])
        && !text.contains("..")
        && !text.contains("@{")
        && !text
            .chars()
            .any(|c| c.is_control() || " ~^:?*[\\".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_by_the_rules_of_git() {
        assert!(is_name("release/1.0") && is_name("v1@2"));
        for name in ["", "-x", "a..b", "a b", "a:b", "a\nb", "a*", "/a", "a@{1}"] {
            assert!(!is_name(name), "{name}");
        }
    }
}
