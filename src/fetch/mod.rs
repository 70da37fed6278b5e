//! URL to page: the network, a cache between runs, or a recording.
//!
//! [`Fetcher::fetch`] gives a [`Page`] or a [`FetchError`], and never an empty page for
//! a failure. Each request is made once a run, however many products make it, as long as the
//! memo holds its answer (see `memo`). Each redirect is a request of its own: its address is
//! checked, the limits of its host hold, and its answer is shared.
//!
//! A page that needs JavaScript is rendered by a browser first; a recording holds the
//! rendered page, so that a replay needs no browser.
//!
//! Requests are written by strangers. Only http, https and git to public addresses are
//! spoken, nothing of a URL reaches a path unencoded, and every wait, size and count has a
//! limit ([`Limits`]). Nothing is printed: commands show old copies
//! ([`Fetcher::stale_pages`]) and progress.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::page::Page;
use crate::sync::lock;

mod activity;
mod attempt;
mod bot_wall;
mod browser;
mod cause;
mod credential;
mod environment;
mod error;
mod fetched;
#[cfg(fuzzing)]
pub mod fuzzing;
mod git;
mod github;
mod http;
mod live;
mod memo;
mod policy;
mod process_group;
mod proxies;
mod ratelimit;
mod replay;
mod request;
mod request_key;
mod retry;
mod ssrf;

pub use self::http::cache::default_cache;
pub use activity::{FetchStatistics, StalePage};
pub use bot_wall::BotWall;
pub use cause::Cause;
pub use credential::{CredentialForm, CredentialSource};
pub use environment::Environment;
pub use error::{ErrorKind, FetchError, ForbiddenError, TransientError};
pub use git::files;
pub use policy::{Limits, NetworkPolicy};
pub use request::{GitWanted, GraphQlQuery, Render, Request, Token};
pub use ssrf::{LocalAddresses, Network};

use activity::Activity;
use fetched::{FetchResult, Fetched};
use memo::ResponseMemo;
use replay::archive::Archive;
use replay::recorder::{self, Recorder};
use request_key::RequestKey;

/// Fetches pages. Shared by all products of a run.
pub struct Fetcher {
    source: Source,
    memo: Mutex<ResponseMemo>,
    recorder: Option<Recorder>,
    activity: Activity,
    redirects: usize,
    environment: Arc<Environment>,
    /// Reads the repositories of this machine beside a recording.
    local: Option<git::Local>,
}

enum Source {
    Live(Box<live::Live>),
    Folder(replay::Folder),
    Archive(Archive),
    Page(Arc<Page>),
}

impl Fetcher {
    /// Fetches from the network.
    pub fn live(policy: NetworkPolicy) -> Result<Self, FetchError> {
        let redirects = policy.limits.redirects;
        Ok(Self {
            redirects,
            ..Self::of(Source::Live(Box::new(live::Live::new(policy)?)))
        })
    }

    /// Answers from a recording and never from the network: a folder as `wget -x` lays it
    /// out, or one `.har` file.
    pub fn replay(path: &Path) -> Result<Self, FetchError> {
        let is_archive = recorder::is_har(path) && !path.is_dir();
        Ok(Self::of(if is_archive {
            Source::Archive(Archive::open(path)?)
        } else {
            Source::Folder(replay::Folder::open(path)?)
        }))
    }

    /// Answers every request with the same page.
    pub fn of_page(page: Page) -> Self {
        Self::of(Source::Page(Arc::new(page)))
    }

    fn of(source: Source) -> Self {
        Self {
            source,
            memo: Mutex::default(),
            recorder: None,
            activity: Activity::default(),
            redirects: Limits::default().redirects,
            environment: Arc::default(),
            local: None,
        }
    }

    /// The same fetcher, with the registries and the token of an environment.
    #[must_use]
    pub fn in_environment(self, environment: Environment) -> Self {
        Self {
            environment: Arc::new(environment),
            ..self
        }
    }

    /// The same recording, beside which repositories of this machine may be read.
    #[must_use]
    pub fn with_local_repositories(self) -> Self {
        Self {
            local: Some(git::Local::new()),
            ..self
        }
    }

    /// The registries that the environment names.
    pub fn environment(&self) -> &Arc<Environment> {
        &self.environment
    }

    /// The same fetcher, saving every answer in the forms that [`Fetcher::replay`] reads.
    /// Nothing is written before [`Fetcher::finish`].
    pub fn recording(self, path: &Path) -> Result<Self, FetchError> {
        Ok(Self {
            recorder: Some(Recorder::new(path)?),
            ..self
        })
    }

    /// The page that answers a request, redirects followed.
    pub async fn fetch(&self, request: &Request) -> Result<Arc<Page>, FetchError> {
        let mut chain = Vec::new();
        let mut key = RequestKey::of(request)?;
        if let RequestKey::GitHub { token, .. } = &mut key {
            *token = self.environment.github_token().cloned();
        }
        if let Source::Live(live) = &self.source {
            key.authenticate(&live.credentials);
        }
        let asked = key.url().clone();
        let result = self.follow(key, &mut chain).await;
        if let Some(recorder) = &self.recorder {
            recorder.note(chain);
        }
        result.map(|page| {
            if page.url == asked.as_str() {
                page
            } else {
                Arc::new(page.asked_for_at(asked.as_str()))
            }
        })
    }

    /// Follows redirects to a page, and records each request.
    async fn follow(
        &self,
        mut key: RequestKey,
        chain: &mut Vec<(RequestKey, FetchResult)>,
    ) -> Result<Arc<Page>, FetchError> {
        for _ in 0..=self.redirects {
            let outcome = self.answer(&key).await;
            if self.recorder.is_some() {
                chain.push((key.clone(), outcome.clone()));
            }
            match outcome? {
                Fetched::Page(page) => return Ok(page),
                Fetched::Redirect(status, to) => key = key.redirected(status, to)?,
            }
        }
        Err(FetchError::Forbidden {
            url: key.shown(),
            reason: ForbiddenError::Redirects(self.redirects),
        })
    }

    /// The answer to one request, made once a run.
    async fn answer(&self, key: &RequestKey) -> FetchResult {
        let cell = lock(&self.memo).cell(key);
        cell.get_or_init(|| async {
            let outcome = match (&self.source, key) {
                (Source::Folder(_) | Source::Archive(_), RequestKey::Git(git))
                    if git.is_local() =>
                {
                    git::Local::answer(self.local.as_ref(), git).await
                }
                (Source::Live(live), _) => live.answer(key, &self.activity).await,
                (Source::Folder(folder), _) => folder.answer(key),
                (Source::Archive(archive), _) => archive.answer(key),
                (Source::Page(page), _) => match bot_wall::recognise_saved(&page.body) {
                    Some(wall) => Err(FetchError::Blocked {
                        url: page.url.clone(),
                        wall,
                        status: 200,
                    }),
                    None => Ok(Fetched::Page(Arc::clone(page))),
                },
            };
            if let Ok(Fetched::Page(page)) = &outcome {
                lock(&self.memo).hold(key, page.body.len());
            }
            outcome
        })
        .await
        .clone()
    }

    /// The old copies that were used because their hosts could not answer, by URL. A run that
    /// allowed them must show them.
    pub fn stale_pages(&self) -> Vec<StalePage> {
        let Source::Live(live) = &self.source else {
            return Vec::new();
        };
        let mut pages = lock(&live.stale).clone();
        pages.sort_by(|a, b| a.url.cmp(&b.url));
        pages
    }

    /// The requests of this run so far; a recording makes none.
    pub fn statistics(&self) -> FetchStatistics {
        self.activity.statistics()
    }

    /// The hosts that are waited for at the moment, those with most requests first.
    pub fn waiting_for(&self) -> Vec<String> {
        self.activity.waiting_for()
    }

    /// The pages of a recorded folder that no request asked for.
    pub fn unasked(&self) -> Vec<PathBuf> {
        match &self.source {
            Source::Folder(folder) => folder.unasked(),
            _ => Vec::new(),
        }
    }

    /// Ends the run: a recording is written, and the cache tidied.
    pub fn finish(&self) -> Result<(), FetchError> {
        if let Source::Live(live) = &self.source {
            live.finish();
        }
        self.recorder.as_ref().map_or(Ok(()), Recorder::save)
    }
}
