//! Answers from the cache if it is fresh, else from the host, with retries.

use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use futures::FutureExt as _;
use http::request::Parts;
use tokio::time::timeout;
use url::Url;

use super::activity::{Activity, StalePage};
use super::attempt::AttemptError;
use super::browser::{Browser, Rendered};
use super::credential::Credential;
use super::environment::Environment;
use super::error::{ErrorKind, FetchError, ForbiddenError, TransientError};
use super::fetched::{FetchResult, Fetched};
use super::git::Remotes;
use super::github::Batcher;
use super::http::Client;
use super::http::cache::Cache;
use super::http::freshness::CachedResponse;
use super::http::response::Meaning;
use super::policy::NetworkPolicy;
use super::ratelimit::Hosts;
use super::request::{GraphQlQuery, Request, Token};
use super::request_key::{GitKey, RequestKey, host_of};
use super::retry::retry;
use crate::sync::lock;

/// The network, with its cache and the limits on requests.
pub(super) struct Live {
    policy: NetworkPolicy,
    client: Client,
    browser: Browser,
    cache: Option<Cache>,
    hosts: Hosts,
    remotes: Remotes,
    batcher: Batcher,
    pub(super) credentials: Vec<Credential>,
    pub(super) stale: Mutex<Vec<StalePage>>,
}

impl Live {
    pub(super) fn new(policy: NetworkPolicy) -> Result<Self, FetchError> {
        let limit = policy.limits.decompressed;
        let cache = policy.cache.as_deref();
        let credentials = policy.credentials.iter().map(Credential::read);
        Ok(Self {
            credentials: credentials.collect::<Result<_, _>>()?,
            client: Client::new(&policy)?,
            browser: Browser::new(policy.clone()),
            cache: cache.map(|folder| Cache::open(folder, limit)).transpose()?,
            hosts: Hosts::new(&policy.limits),
            remotes: Remotes::new(&policy),
            batcher: Batcher::default(),
            stale: Mutex::default(),
            policy,
        })
    }

    pub(super) async fn answer(&self, key: &RequestKey, activity: &Activity) -> FetchResult {
        let outcome = self.look_up(key, activity).await;
        activity.count(|statistics| statistics.failed += u64::from(outcome.is_err()));
        outcome
    }

    async fn look_up(&self, key: &RequestKey, activity: &Activity) -> FetchResult {
        match key {
            RequestKey::Page { .. } | RequestKey::Post { .. } => {
                self.look_up_page(key, activity).await
            }
            RequestKey::Git(git) => self.ask_repository(git, activity).await,
            RequestKey::GitHub { query, token, .. } => {
                self.ask_github(query, token.as_ref(), activity).await
            }
        }
    }

    /// From the cache, else from the host.
    async fn look_up_page(&self, key: &RequestKey, activity: &Activity) -> FetchResult {
        let url = key.shown();
        let refused = |reason| FetchError::Forbidden {
            url: url.clone(),
            reason,
        };
        let parts = self.client.parts(key).map_err(refused)?;
        // Before the cache: an earlier run may have been allowed to fetch what this one is not.
        let check = self.policy.local.check(key.url());
        let checked = timeout(self.policy.limits.connect_timeout, check).await;
        if let Ok(Err(reason)) = checked {
            return Err(refused(reason));
        }
        // What only a credential opens is not left on the disk.
        let cache = self.cache.as_ref().filter(|_| {
            let is_page = matches!(key, RequestKey::Page { render: None, .. });
            is_page && key.credential().is_none()
        });
        let cached = cache.and_then(|cache| cache.load(&parts));
        if let Some(fetched) = cached
            .as_ref()
            .and_then(|cached| cached.fresh(&parts, SystemTime::now()))
        {
            activity.count(|statistics| statistics.cached += 1);
            return Ok(fetched);
        }
        let asked = match checked {
            Ok(_) => self.ask_host(key, &parts, cached.as_ref(), activity).await,
            Err(_) => Err(FetchError::Transient {
                url,
                cause: TransientError::NoDns(host_of(key.url())),
                tries: 0,
                source: None,
            }),
        };
        match asked {
            Ok(renewed) => {
                if let Some(cache) = cache {
                    cache.keep(&parts, &renewed);
                }
                Ok(renewed.fetched)
            }
            Err(error) => self.old_copy(cached.as_ref(), error, key.url()),
        }
    }

    async fn ask_repository(&self, key: &GitKey, activity: &Activity) -> FetchResult {
        let limits = &self.policy.limits;
        let host = self.hosts.of(&key.repository, limits);
        let moved = |url: Url| self.moved_repository(url, activity).boxed();
        let page = self
            .remotes
            .answer(key, Some(&self.client), &host, limits, activity, &moved)
            .await?;
        activity.count(|statistics| statistics.pages += u64::from(!key.is_local()));
        Ok(Fetched::Page(Arc::new(page)))
    }

    /// The new URL of a repository that moved, found by following redirects with our own client.
    async fn moved_repository(
        &self,
        repository: Url,
        activity: &Activity,
    ) -> Result<Url, FetchError> {
        const DISCOVERY: &str = "/info/refs?service=git-upload-pack";
        let url = format!("{}{DISCOVERY}", repository.as_str().trim_end_matches('/'));
        let mut key = RequestKey::of(&Request::get(url))?;
        for _ in 0..=self.policy.limits.redirects {
            match self.look_up_page(&key, activity).await? {
                Fetched::Redirect(status, to) => key = key.redirected(status, to)?,
                Fetched::Page(_) => {
                    let found = key.url().as_str().strip_suffix(DISCOVERY);
                    return found
                        .and_then(|found| Url::parse(found).ok())
                        .ok_or_else(|| FetchError::Absent {
                            url: key.shown(),
                            status: 404,
                        });
                }
            }
        }
        Err(FetchError::Forbidden {
            url: key.shown(),
            reason: ForbiddenError::Redirects(self.policy.limits.redirects),
        })
    }

    /// Asks GitHub, in one request with other queries of this moment.
    async fn ask_github(
        &self,
        query: &GraphQlQuery,
        token: Option<&Token>,
        activity: &Activity,
    ) -> FetchResult {
        let Some(token) = token else {
            return Err(FetchError::NoToken {
                repository: query.repository(),
                variable: Environment::GITHUB_TOKEN,
            });
        };
        let send = |json: String| {
            let request = Request::Post {
                url: GraphQlQuery::URL.to_owned(),
                json,
                token: Some(token.clone()),
            };
            async move {
                match self
                    .look_up_page(&RequestKey::of(&request)?, activity)
                    .await?
                {
                    Fetched::Page(page) => Ok(page),
                    Fetched::Redirect(status, to) => Err(FetchError::Absent {
                        url: super::request_key::shown(to.as_str()),
                        status,
                    }),
                }
            }
            .boxed()
        };
        let page = self.batcher.ask(query, &send).await?;
        Ok(Fetched::Page(page))
    }

    /// Requests from the host, with retries.
    async fn ask_host(
        &self,
        key: &RequestKey,
        parts: &Parts,
        cached: Option<&CachedResponse>,
        activity: &Activity,
    ) -> Result<CachedResponse, FetchError> {
        let limits = &self.policy.limits;
        let host = self.hosts.of(key.url(), limits);
        let rendered = key.render().is_some();
        let attempt = |permit, again: bool| async move {
            // Without conditions once a 304 did not fit the cached answer, so not twice.
            let cached = cached.filter(|_| !again);
            let answer = self.try_once(key, parts, cached, activity).await;
            drop(permit);
            answer
        };
        retry(key.url(), &host, limits, rendered, activity, attempt).await
    }

    /// One attempt, and what its answer means.
    async fn try_once(
        &self,
        key: &RequestKey,
        parts: &Parts,
        cached: Option<&CachedResponse>,
        activity: &Activity,
    ) -> Result<CachedResponse, AttemptError> {
        let headers = match cached {
            Some(cached) => cached.conditions(parts, SystemTime::now()),
            None => parts.headers.clone(),
        };
        let url = key.shown();
        let rendered = key.render().is_some();
        let (at, mut answer, length) = if rendered {
            match self.browser.ask(key).await {
                Ok(Rendered { url, answer }) => {
                    let length = answer.body.len() as u64;
                    (url, answer, length)
                }
                Err(error) => return Err(error.of_attempt(url)),
            }
        } else {
            let (answer, length) = self.client.send(key, headers).await?;
            (key.url().clone(), answer, length)
        };
        activity.count(|statistics| statistics.bytes += length);
        let now = SystemTime::now();
        let status = answer.status.as_u16();
        let error = match answer.meaning(key.url(), now) {
            Meaning::Page => {
                activity.count(|statistics| statistics.pages += 1);
                let fetched = Fetched::Page(Arc::new(answer.page(&at, rendered, now)));
                return Ok(CachedResponse::new(parts, &answer, fetched, now));
            }
            Meaning::Redirect(to) => {
                return Ok(CachedResponse::new(
                    parts,
                    &answer,
                    Fetched::Redirect(status, to),
                    now,
                ));
            }
            Meaning::NotModified => match cached {
                Some(cached) => {
                    let renewed = cached
                        .renewed(parts, &answer, now)
                        .ok_or(AttemptError::Again)?;
                    activity.count(|statistics| {
                        statistics.pages += 1;
                        statistics.not_modified += 1;
                    });
                    return Ok(renewed);
                }
                None => FetchError::Empty { url, status },
            },
            Meaning::Transient(pause) => {
                return Err(AttemptError::Transient {
                    cause: TransientError::Status(status),
                    source: None,
                    retry_after: pause,
                });
            }
            Meaning::Absent => FetchError::Absent { url, status },
            Meaning::ProxyLogin => FetchError::ProxyLogin { url },
            Meaning::Empty => FetchError::Empty { url, status },
            Meaning::Blocked(wall) => FetchError::Blocked { url, wall, status },
            Meaning::Forbidden(reason) => return Err(reason.into()),
        };
        Err(error.into())
    }

    /// An old copy instead of an error, if the host cannot answer and the run allows it.
    fn old_copy(
        &self,
        cached: Option<&CachedResponse>,
        cause: FetchError,
        url: &Url,
    ) -> FetchResult {
        if !self.policy.stale || !matches!(cause.kind(), ErrorKind::Transient | ErrorKind::Proxy) {
            return Err(cause);
        }
        let Some((fetched, age)) = cached.and_then(|cached| cached.stale(SystemTime::now())) else {
            return Err(cause);
        };
        let url = super::request_key::shown(url.as_str());
        lock(&self.stale).push(StalePage { url, age, cause });
        Ok(fetched)
    }

    /// Ends the run: old entries are removed from the cache, and the browser ends.
    pub(super) fn finish(&self) {
        if let Some(cache) = &self.cache {
            cache.sweep();
        }
        self.remotes.finish();
        self.browser.end();
    }
}
