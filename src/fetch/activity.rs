//! What a run did to the world, counted, and told while it happens.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use url::Url;

use super::error::{FetchError, TransientError};
use super::request_key::{host_of, shown};
use crate::sync::lock;

/// What a run did to the world.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FetchStatistics {
    /// Requests sent, tries and redirects included.
    pub requests: u64,
    /// Requests sent because an earlier try failed.
    pub retries: u64,
    /// Answers of the cache that needed no request.
    pub cached: u64,
    /// Answers of the cache that the server said are still good.
    pub revalidated: u64,
    /// Questions that ended in an error.
    pub failed: u64,
    /// Bytes of the bodies received, as sent.
    pub bytes: u64,
    /// Requests sent, by host.
    pub hosts: BTreeMap<String, u64>,
}

/// What happens while a run asks. URLs in it are fit to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FetchEvent {
    /// A request is sent.
    Requested {
        /// What is asked.
        url: String,
    },
    /// A try failed, and its host is given a pause.
    Paused {
        /// What was asked.
        url: String,
        /// What went wrong.
        cause: TransientError,
        /// For how long.
        pause: Duration,
    },
    /// A question has its answer.
    Answered {
        /// What was asked.
        url: String,
    },
    /// A question has none.
    Failed {
        /// Why.
        error: FetchError,
    },
}

/// A page that is an old copy, because its host could not answer. The run says so out loud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StalePage {
    /// The URL of the page.
    pub url: String,
    /// How old the copy is.
    pub age: Duration,
    /// Why it was used.
    pub cause: FetchError,
}

/// Counts what a run does, and tells whoever listens.
#[derive(Default)]
pub(super) struct Activity {
    statistics: Mutex<FetchStatistics>,
    listener: Option<Box<dyn Fn(FetchEvent) + Send + Sync>>,
}

impl Activity {
    pub(super) fn heard_by(listener: impl Fn(FetchEvent) + Send + Sync + 'static) -> Self {
        Self {
            listener: Some(Box::new(listener)),
            ..Self::default()
        }
    }

    pub(super) fn tell(&self, event: impl FnOnce() -> FetchEvent) {
        if let Some(listener) = &self.listener {
            listener(event());
        }
    }

    pub(super) fn count(&self, add: impl FnOnce(&mut FetchStatistics)) {
        add(&mut lock(&self.statistics));
    }

    /// A request is sent, so many times now.
    pub(super) fn requested(&self, url: &Url, tries: u32) {
        self.count(|statistics| {
            statistics.requests += 1;
            statistics.retries += u64::from(tries > 1);
            *statistics.hosts.entry(host_of(url)).or_default() += 1;
        });
        self.tell(|| FetchEvent::Requested {
            url: shown(url.as_str()),
        });
    }

    /// What was counted so far.
    pub(super) fn statistics(&self) -> FetchStatistics {
        lock(&self.statistics).clone()
    }
}
