//! Questions to the network: from the cache if it may answer, else from the host, again
//! and again within reason.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use futures::FutureExt as _;
use http::request::Parts;
use reqwest::header::HeaderMap;
use tokio::time::timeout;
use url::Url;

use super::activity::{FetchEvent, FetchStatistics, Observer, StalePage};
use super::browser::{Browser, Rendered};
use super::environment::Environment;
use super::error::{AttemptError, FetchError, ForbiddenError, TransientError};
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
    pub(super) stale: Mutex<Vec<StalePage>>,
    pub(super) statistics: Mutex<FetchStatistics>,
}

/// How one try failed.
enum Failed {
    /// To the end of this question.
    Finally(FetchError),
    /// Perhaps not for long: the status that said so, and the pause that the host wants.
    Transient(TransientError, u16, Option<Duration>),
    /// The answer to our conditions does not fit what we hold.
    Unfit,
}

impl Live {
    pub(super) fn new(policy: NetworkPolicy) -> Result<Self, FetchError> {
        let limit = policy.limits.decompressed;
        let cache = policy.cache.as_deref();
        Ok(Self {
            client: Client::new(&policy)?,
            browser: Browser::new(policy.clone()),
            cache: cache.map(|folder| Cache::open(folder, limit)).transpose()?,
            hosts: Hosts::new(&policy.limits),
            remotes: Remotes::new(&policy),
            batcher: Batcher::default(),
            stale: Mutex::default(),
            statistics: Mutex::default(),
            policy,
        })
    }

    pub(super) async fn answer(&self, key: &RequestKey, observer: &Observer) -> FetchResult {
        let outcome = self.look_up(key, observer).await;
        self.count(|statistics| statistics.failed += u64::from(outcome.is_err()));
        outcome
    }

    async fn look_up(&self, key: &RequestKey, observer: &Observer) -> FetchResult {
        match key {
            RequestKey::Page { .. } | RequestKey::Post { .. } => {
                self.look_up_page(key, observer).await
            }
            RequestKey::Git(git) => self.ask_repository(git, observer).await,
            RequestKey::GitHub { query, token, .. } => {
                self.ask_github(query, token.as_ref(), observer).await
            }
        }
    }

    /// Asks the cache, else the host.
    async fn look_up_page(&self, key: &RequestKey, observer: &Observer) -> FetchResult {
        let url = key.shown();
        let refused = |reason| FetchError::Forbidden {
            url: url.clone(),
            reason,
        };
        let parts = self.client.parts(key).map_err(refused)?;
        // Before the cache: what an earlier run was allowed to keep, this one may not see.
        let check = self.policy.local.check(key.url());
        let checked = timeout(self.policy.limits.connect_timeout, check).await;
        if let Ok(Err(reason)) = checked {
            return Err(refused(reason));
        }
        let cache = self
            .cache
            .as_ref()
            .filter(|_| matches!(key, RequestKey::Page { render: None, .. }));
        let cached = cache.and_then(|cache| cache.load(&parts));
        if let Some(fetched) = cached
            .as_ref()
            .and_then(|cached| cached.fresh(&parts, SystemTime::now()))
        {
            self.count(|statistics| statistics.cached += 1);
            return Ok(fetched);
        }
        let asked = match checked {
            Ok(_) => self.ask_host(key, &parts, cached.as_ref(), observer).await,
            Err(_) => Err(FetchError::Transient {
                url,
                cause: TransientError::Timeout,
                tries: 0,
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

    /// Asks a repository.
    async fn ask_repository(&self, key: &GitKey, observer: &Observer) -> FetchResult {
        let host = self.hosts.of(&key.repository, &self.policy.limits);
        self.count_request(&key.answer, 1);
        observer.tell(|| FetchEvent::Requested { url: key.shown() });
        let moved = |url: Url| self.moved_repository(url, observer).boxed();
        let page = self
            .remotes
            .answer(key, Some(&self.client), &host, &self.policy, &moved)
            .await?;
        Ok(Fetched::Page(Arc::new(page)))
    }

    /// Where a repository that is said to be elsewhere is, as our own client is told.
    async fn moved_repository(
        &self,
        repository: Url,
        observer: &Observer,
    ) -> Result<Url, FetchError> {
        const DISCOVERY: &str = "/info/refs?service=git-upload-pack";
        let url = format!("{}{DISCOVERY}", repository.as_str().trim_end_matches('/'));
        let mut key = RequestKey::of(&Request::get(url))?;
        for _ in 0..=self.policy.limits.redirects {
            match self.look_up_page(&key, observer).await? {
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

    /// Asks GitHub, together with others who ask it at this moment.
    async fn ask_github(
        &self,
        query: &GraphQlQuery,
        token: Option<&Token>,
        observer: &Observer,
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
                    .look_up_page(&RequestKey::of(&request)?, observer)
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

    /// Asks until there is an answer, or no hope of one.
    async fn ask_host(
        &self,
        key: &RequestKey,
        parts: &Parts,
        mut cached: Option<&CachedResponse>,
        observer: &Observer,
    ) -> Result<CachedResponse, FetchError> {
        let limits = &self.policy.limits;
        let host = self.hosts.of(key.url(), limits);
        let transient = |cause, tries| FetchError::Transient {
            url: key.shown(),
            cause,
            tries,
        };
        let mut tries = 0;
        loop {
            // A page for the browser waits there for its place.
            let permit = if key.render().is_some() {
                host.acquire_host_only(limits).await
            } else {
                host.acquire(limits).await
            }
            .map_err(|cause| transient(cause, tries))?;
            tries += 1;
            self.count_request(key.url(), tries);
            observer.tell(|| FetchEvent::Requested { url: key.shown() });
            let headers = match cached {
                Some(cached) => cached.conditions(parts, SystemTime::now()),
                None => parts.headers.clone(),
            };
            let answer = self.try_once(key, parts, headers, cached).await;
            drop(permit);
            let (cause, status, asked_for) = match answer {
                Ok(cached) => {
                    host.record_success();
                    return Ok(cached);
                }
                Err(Failed::Finally(error)) => {
                    host.record_success();
                    return Err(error);
                }
                // Unconditionally, then; no server can do this twice.
                Err(Failed::Unfit) => {
                    cached = None;
                    continue;
                }
                Err(Failed::Transient(cause, status, asked_for)) => (cause, status, asked_for),
            };
            let pause = host
                .pause(status, tries, asked_for, limits)
                .map_err(|cause| transient(cause, tries))?;
            // A browser that waited in vain has taken its time already.
            let most = if key.render().is_some() { 2 } else { u32::MAX };
            if tries >= host.tries(limits).min(most) {
                host.record_failure();
                return Err(transient(cause, tries));
            }
            observer.tell(|| FetchEvent::Paused {
                url: key.shown(),
                cause,
                pause,
            });
        }
    }

    /// Asks once, and says what the answer means.
    async fn try_once(
        &self,
        key: &RequestKey,
        parts: &Parts,
        headers: HeaderMap,
        cached: Option<&CachedResponse>,
    ) -> Result<CachedResponse, Failed> {
        let url = key.shown();
        let rendered = key.render().is_some();
        let (at, mut answer, length) = if rendered {
            match self.browser.ask(key).await {
                Ok(Rendered { url, answer }) => {
                    let length = answer.body.len() as u64;
                    (url, answer, length)
                }
                Err(attempt_error) => {
                    return Err(match attempt_error.finally(url) {
                        Ok(cause) => Failed::Transient(cause, 0, None),
                        Err(error) => Failed::Finally(error),
                    });
                }
            }
        } else {
            match self.client.send(key, headers).await {
                Ok((answer, length)) => (key.url().clone(), answer, length),
                Err(AttemptError::Transient(cause)) => {
                    return Err(Failed::Transient(cause, 0, None));
                }
                Err(AttemptError::Forbidden(reason)) => {
                    return Err(Failed::Finally(FetchError::Forbidden { url, reason }));
                }
            }
        };
        self.count(|statistics| statistics.bytes += length);
        let now = SystemTime::now();
        let status = answer.status.as_u16();
        let error = match answer.meaning(key.url(), now) {
            Meaning::Page => {
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
                    let renewed = cached.renewed(parts, &answer, now).ok_or(Failed::Unfit)?;
                    self.count(|statistics| statistics.revalidated += 1);
                    return Ok(renewed);
                }
                None => FetchError::Empty { url, status },
            },
            Meaning::Transient(pause) => {
                return Err(Failed::Transient(
                    TransientError::Status(status),
                    status,
                    pause,
                ));
            }
            Meaning::Absent => FetchError::Absent { url, status },
            Meaning::Empty => FetchError::Empty { url, status },
            Meaning::Blocked(wall) => FetchError::Blocked { url, wall, status },
            Meaning::Forbidden(reason) => FetchError::Forbidden { url, reason },
        };
        Err(Failed::Finally(error))
    }

    /// An old copy instead of an error, if the host cannot answer and the run wants it.
    fn old_copy(
        &self,
        cached: Option<&CachedResponse>,
        cause: FetchError,
        url: &Url,
    ) -> FetchResult {
        if !self.policy.stale || !cause.is_transient() {
            return Err(cause);
        }
        let Some((fetched, age)) = cached.and_then(|cached| cached.stale(SystemTime::now())) else {
            return Err(cause);
        };
        let url = super::request_key::shown(url.as_str());
        lock(&self.stale).push(StalePage { url, age, cause });
        Ok(fetched)
    }

    fn count(&self, add: impl FnOnce(&mut FetchStatistics)) {
        add(&mut lock(&self.statistics));
    }

    fn count_request(&self, url: &Url, tries: u32) {
        self.count(|statistics| {
            statistics.requests += 1;
            statistics.retries += u64::from(tries > 1);
            *statistics.hosts.entry(host_of(url)).or_default() += 1;
        });
    }

    /// Ends the run: what nobody renewed for long leaves the cache, and the browser ends.
    pub(super) fn finish(&self) {
        if let Some(cache) = &self.cache {
            cache.sweep();
        }
        self.remotes.finish();
        self.browser.end();
    }
}
