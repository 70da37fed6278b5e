//! What a run did to the world, counted, and told while it happens.

use std::collections::BTreeMap;
use std::time::Duration;

use super::error::{FetchError, TransientError};

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

/// Who is told what happens, if anybody.
#[derive(Default)]
pub(super) struct Observer(pub(super) Option<Box<dyn Fn(FetchEvent) + Send + Sync>>);

impl Observer {
    pub(super) fn tell(&self, progress: impl FnOnce() -> FetchEvent) {
        if let Some(watch) = &self.0 {
            watch(progress());
        }
    }
}
