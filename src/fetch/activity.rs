//! What a run fetched, counted, and the hosts that it waits for.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use url::Url;

use super::error::FetchError;
use super::request_key::host_of;
use crate::sync::lock;

/// What a run fetched. What repositories send is not among the bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FetchStatistics {
    /// Pages that came from their hosts, those that were not modified included.
    pub pages: u64,
    /// Pages and redirects of the cache that were not modified (304).
    pub not_modified: u64,
    /// Pages and redirects of the cache that needed no request.
    pub cached: u64,
    /// Requests that ended in an error.
    pub failed: u64,
    /// Requests sent, tries and redirects included.
    pub requests: u64,
    /// Requests sent because an earlier try failed.
    pub retries: u64,
    /// Bytes of the bodies received, as sent.
    pub bytes: u64,
    /// Requests sent, by host.
    pub hosts: BTreeMap<String, u64>,
}

/// A page that is an old copy, because its host could not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StalePage {
    /// The URL of the page.
    pub url: String,
    /// How old the copy is.
    pub age: Duration,
    /// Why it was used.
    pub cause: FetchError,
}

/// Counts what a run does.
#[derive(Default)]
pub(super) struct Activity {
    statistics: Mutex<FetchStatistics>,
    /// How many requests wait for each host.
    waiting: Mutex<BTreeMap<String, usize>>,
}

/// A request that waits for its host, until this is dropped.
pub(super) struct Waiting<'a> {
    activity: &'a Activity,
    host: String,
}

impl Activity {
    pub(super) fn count(&self, add: impl FnOnce(&mut FetchStatistics)) {
        add(&mut lock(&self.statistics));
    }

    /// Counts a request, unless it is to a repository of this machine.
    pub(super) fn requested(&self, url: &Url, tries: u32) {
        if url.scheme() == "file" {
            return;
        }
        self.count(|statistics| {
            statistics.requests += 1;
            statistics.retries += u64::from(tries > 1);
            *statistics.hosts.entry(host_of(url)).or_default() += 1;
        });
    }

    pub(super) fn wait_for(&self, url: &Url) -> Waiting<'_> {
        let host = host_of(url);
        *lock(&self.waiting).entry(host.clone()).or_default() += 1;
        Waiting {
            activity: self,
            host,
        }
    }

    /// The hosts that are waited for, those with most requests first.
    pub(super) fn waiting_for(&self) -> Vec<String> {
        let waiting = lock(&self.waiting);
        let mut hosts: Vec<_> = waiting
            .iter()
            .filter(|(host, _)| !host.is_empty())
            .collect();
        hosts.sort_by_key(|(_, requests)| std::cmp::Reverse(**requests));
        hosts.into_iter().map(|(host, _)| host.clone()).collect()
    }

    pub(super) fn statistics(&self) -> FetchStatistics {
        lock(&self.statistics).clone()
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut waiting = lock(&self.activity.waiting);
        if let Some(requests) = waiting.get_mut(&self.host) {
            *requests -= 1;
            if *requests == 0 {
                waiting.remove(&self.host);
            }
        }
    }
}
