//! Questions to the network: from the cache if it may answer, else from the host, again
//! and again within reason.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use futures::FutureExt as _;
use http::request::Parts;
use reqwest::header::HeaderMap;
use tokio::time::timeout;
use url::Url;

use super::activity::{Progress, StalePage, Statistics, Watcher};
use super::browser::{Browser, Rendered};
use super::environment::Environment;
use super::error::{FetchError, Illness, Refusal, Trouble};
use super::fetched::Hop;
use super::git::Remotes;
use super::github::Desk;
use super::http::Client;
use super::http::cache::Cache;
use super::http::freshness::Kept;
use super::http::response::{Answer, Meaning, moment};
use super::policy::Settings;
use super::ratelimit::{Hosts, name_of};
use super::request::{GITHUB, Query, Request};
use super::request_key::{Ask, Question};
use crate::page::{Page, Whence};
use crate::sync::lock;

/// The network, with its cache and the manners towards it.
pub(super) struct Live {
    settings: Settings,
    client: Client,
    browser: Browser,
    cache: Option<Cache>,
    hosts: Hosts,
    remotes: Remotes,
    desk: Desk,
    pub(super) stale: Mutex<Vec<StalePage>>,
    pub(super) statistics: Mutex<Statistics>,
}

/// How one try failed.
enum Failed {
    /// To the end of this question.
    Finally(FetchError),
    /// Perhaps not for long: the status that said so, and the pause that the host wants.
    Ill(Illness, u16, Option<Duration>),
    /// The answer to our conditions does not fit what we hold.
    Unfit,
}

impl Live {
    pub(super) fn new(settings: Settings) -> Result<Self, FetchError> {
        let limit = settings.limits.decompressed;
        let cache = settings.cache.as_deref();
        Ok(Self {
            client: Client::new(&settings)?,
            browser: Browser::new(settings.clone()),
            cache: cache.map(|folder| Cache::open(folder, limit)).transpose()?,
            hosts: Hosts::new(&settings.limits),
            remotes: Remotes::new(&settings),
            desk: Desk::default(),
            stale: Mutex::default(),
            statistics: Mutex::default(),
            settings,
        })
    }

    pub(super) async fn answer(&self, ask: &Ask, watcher: &Watcher) -> Result<Hop, FetchError> {
        let outcome = self.look_up(ask, watcher).await;
        self.count(|statistics| statistics.failed += u64::from(outcome.is_err()));
        outcome
    }

    async fn look_up(&self, ask: &Ask, watcher: &Watcher) -> Result<Hop, FetchError> {
        if let Some(question) = &ask.git {
            return self.ask_repository(ask, question, watcher).await;
        }
        if let Some(query) = &ask.github {
            return self.ask_github(ask, query, watcher).await;
        }
        self.look_up_page(ask, watcher).await
    }

    /// Asks the cache, else the host.
    async fn look_up_page(&self, ask: &Ask, watcher: &Watcher) -> Result<Hop, FetchError> {
        let url = ask.shown();
        let refused = |refusal| FetchError::Refused {
            url: url.clone(),
            refusal,
        };
        let parts = self.client.parts(ask).map_err(refused)?;
        // Before the cache: what an earlier run was allowed to keep, this one may not see.
        let check = self.settings.local.check(&ask.url);
        let checked = timeout(self.settings.limits.connect_timeout, check).await;
        if let Ok(Err(refusal)) = checked {
            return Err(refused(refusal));
        }
        let cache = self
            .cache
            .as_ref()
            .filter(|_| ask.post.is_none() && ask.token.is_none() && ask.render.is_none());
        let kept = cache.and_then(|cache| cache.load(&parts));
        if let Some(hop) = kept
            .as_ref()
            .and_then(|kept| kept.fresh(&parts, SystemTime::now()))
        {
            self.count(|statistics| statistics.cached += 1);
            return Ok(hop);
        }
        let asked = match checked {
            Ok(_) => self.insist(ask, &parts, kept.as_ref(), watcher).await,
            Err(_) => Err(FetchError::Ill {
                url,
                illness: Illness::Timeout,
                tries: 0,
            }),
        };
        match asked {
            Ok(renewed) => {
                if let Some(cache) = cache {
                    cache.keep(&parts, &renewed);
                }
                Ok(renewed.hop)
            }
            Err(error) => self.old_copy(kept.as_ref(), error, &ask.url),
        }
    }

    /// Asks a repository.
    async fn ask_repository(
        &self,
        ask: &Ask,
        question: &Question,
        watcher: &Watcher,
    ) -> Result<Hop, FetchError> {
        let host = self.hosts.of(&question.repository, &self.settings.limits);
        self.count_request(ask, 1);
        watcher.tell(|| Progress::Asked { url: ask.shown() });
        let moved = |url: Url| self.moved_repository(url, watcher).boxed();
        let page = self
            .remotes
            .answer(
                ask,
                question,
                Some(&self.client),
                &host,
                &self.settings,
                &moved,
            )
            .await?;
        Ok(Hop::Page(Arc::new(page)))
    }

    /// Where a repository that is said to be elsewhere is, as our own client is told.
    async fn moved_repository(
        &self,
        repository: Url,
        watcher: &Watcher,
    ) -> Result<Url, FetchError> {
        const DISCOVERY: &str = "/info/refs?service=git-upload-pack";
        let url = format!("{}{DISCOVERY}", repository.as_str().trim_end_matches('/'));
        let mut ask = Ask::of(&Request::get(url))?;
        for _ in 0..=self.settings.limits.redirects {
            match self.look_up_page(&ask, watcher).await? {
                Hop::Redirect(status, to) => ask = ask.redirected(status, to)?,
                Hop::Page(_) => {
                    let found = ask.url.as_str().strip_suffix(DISCOVERY);
                    return found
                        .and_then(|found| Url::parse(found).ok())
                        .ok_or_else(|| FetchError::Absent {
                            url: ask.shown(),
                            status: 404,
                        });
                }
            }
        }
        Err(FetchError::Refused {
            url: ask.shown(),
            refusal: Refusal::Redirects(self.settings.limits.redirects),
        })
    }

    /// Asks GitHub, together with others who ask it at this moment.
    async fn ask_github(
        &self,
        ask: &Ask,
        query: &Arc<Query>,
        watcher: &Watcher,
    ) -> Result<Hop, FetchError> {
        let Some(token) = &ask.token else {
            return Err(FetchError::NoToken {
                repository: query.repository(),
                variable: Environment::GITHUB_TOKEN,
            });
        };
        let send = |json: String| {
            let request = Request::post(GITHUB, json).with_token(Some(token.clone()));
            async move {
                match self.look_up_page(&Ask::of(&request)?, watcher).await? {
                    Hop::Page(page) => Ok(page),
                    Hop::Redirect(status, to) => Err(FetchError::Absent {
                        url: super::request_key::shown(to.as_str()),
                        status,
                    }),
                }
            }
            .boxed()
        };
        let page = self.desk.ask(ask, query, &send).await?;
        Ok(Hop::Page(page))
    }

    /// Asks until there is an answer, or no hope of one.
    async fn insist(
        &self,
        ask: &Ask,
        parts: &Parts,
        mut kept: Option<&Kept>,
        watcher: &Watcher,
    ) -> Result<Kept, FetchError> {
        let limits = &self.settings.limits;
        let host = self.hosts.of(&ask.url, limits);
        let ill = |illness, tries| FetchError::Ill {
            url: ask.shown(),
            illness,
            tries,
        };
        let mut tries = 0;
        loop {
            // A page for the browser waits there for its place.
            let leave = if ask.render.is_some() {
                host.enter_aside(limits).await
            } else {
                host.enter(limits).await
            }
            .map_err(|illness| ill(illness, tries))?;
            tries += 1;
            self.count_request(ask, tries);
            watcher.tell(|| Progress::Asked { url: ask.shown() });
            let headers = match kept {
                Some(kept) => kept.conditions(parts, SystemTime::now()),
                None => parts.headers.clone(),
            };
            let answer = self.try_once(ask, parts, headers, kept).await;
            drop(leave);
            let (illness, status, asked_for) = match answer {
                Ok(kept) => {
                    host.well();
                    return Ok(kept);
                }
                Err(Failed::Finally(error)) => {
                    host.well();
                    return Err(error);
                }
                // Unconditionally, then; no server can do this twice.
                Err(Failed::Unfit) => {
                    kept = None;
                    continue;
                }
                Err(Failed::Ill(illness, status, asked_for)) => (illness, status, asked_for),
            };
            let pause = host
                .pause(status, tries, asked_for, limits)
                .map_err(|illness| ill(illness, tries))?;
            // A browser that waited in vain has taken its time already.
            let most = if ask.render.is_some() { 2 } else { u32::MAX };
            if tries >= host.tries(limits).min(most) {
                host.failed();
                return Err(ill(illness, tries));
            }
            watcher.tell(|| Progress::Paused {
                url: ask.shown(),
                illness,
                pause,
            });
        }
    }

    /// Asks once, and says what the answer means.
    async fn try_once(
        &self,
        ask: &Ask,
        parts: &Parts,
        headers: HeaderMap,
        kept: Option<&Kept>,
    ) -> Result<Kept, Failed> {
        let url = ask.shown();
        let (at, mut answer, length) = if ask.render.is_some() {
            match self.browser.ask(ask).await {
                Ok(Rendered { url, answer }) => {
                    let length = answer.body.len() as u64;
                    (url, answer, length)
                }
                Err(trouble) => {
                    return Err(match trouble.finally(url) {
                        Ok(illness) => Failed::Ill(illness, 0, None),
                        Err(error) => Failed::Finally(error),
                    });
                }
            }
        } else {
            match self.client.ask(ask, headers).await {
                Ok((answer, length)) => (ask.url.clone(), answer, length),
                Err(Trouble::Ill(illness)) => return Err(Failed::Ill(illness, 0, None)),
                Err(Trouble::Refused(refusal)) => {
                    return Err(Failed::Finally(FetchError::Refused { url, refusal }));
                }
            }
        };
        self.count(|statistics| statistics.bytes += length);
        let now = SystemTime::now();
        let status = answer.status.as_u16();
        let error = match answer.meaning(&ask.url, now) {
            Meaning::Page => {
                let hop = Hop::Page(Arc::new(page_of(ask, &at, &mut answer, now)));
                return Ok(Kept::new(parts, &answer, hop, now));
            }
            Meaning::Redirect(to) => {
                return Ok(Kept::new(parts, &answer, Hop::Redirect(status, to), now));
            }
            Meaning::NotModified => match kept {
                Some(kept) => {
                    let renewed = kept.renewed(parts, &answer, now).ok_or(Failed::Unfit)?;
                    self.count(|statistics| statistics.revalidated += 1);
                    return Ok(renewed);
                }
                None => FetchError::Empty { url, status },
            },
            Meaning::Ill(pause) => return Err(Failed::Ill(Illness::Status(status), status, pause)),
            Meaning::Absent => FetchError::Absent { url, status },
            Meaning::Empty => FetchError::Empty { url, status },
            Meaning::Blocked(wall) => FetchError::Blocked { url, wall, status },
            Meaning::Refused(refusal) => FetchError::Refused { url, refusal },
        };
        Err(Failed::Finally(error))
    }

    /// An old copy instead of an error, if the host is ill and the run wants it.
    fn old_copy(
        &self,
        kept: Option<&Kept>,
        cause: FetchError,
        url: &Url,
    ) -> Result<Hop, FetchError> {
        if !self.settings.stale || !cause.is_ill() {
            return Err(cause);
        }
        let Some((hop, age)) = kept.and_then(|kept| kept.stale(SystemTime::now())) else {
            return Err(cause);
        };
        let url = super::request_key::shown(url.as_str());
        lock(&self.stale).push(StalePage { url, age, cause });
        Ok(hop)
    }

    fn count(&self, add: impl FnOnce(&mut Statistics)) {
        add(&mut lock(&self.statistics));
    }

    fn count_request(&self, ask: &Ask, tries: u32) {
        self.count(|statistics| {
            statistics.requests += 1;
            statistics.retries += u64::from(tries > 1);
            *statistics.hosts.entry(name_of(&ask.url)).or_default() += 1;
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

/// The page that an answer is. Its body is taken out: some have tens of megabytes.
fn page_of(ask: &Ask, at: &Url, answer: &mut Answer, now: SystemTime) -> Page {
    // A browser hands over characters, whatever bytes the document came in.
    let rendered = ask
        .render
        .as_ref()
        .map(|_| "text/html; charset=utf-8".to_owned());
    Page::new(
        at.as_str(),
        rendered.or_else(|| answer.content_type()),
        std::mem::take(&mut answer.body),
        answer.told(Whence::Network, Some(moment(now))),
    )
}
