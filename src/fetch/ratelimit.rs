//! Limits on requests: so many at once to each host, so many at once to all hosts, and a
//! pause for a host that all requests to it share.
//!
//! # Why the pause is shared
//! A host that is overloaded answers 429 to one request and would to the next fifty.
//! When each of them paused for itself, the host would still see all of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};
use url::Url;

use super::error::TransientError;
use super::policy::Limits;
use super::request_key::host_of;
use crate::sync::lock;

/// All hosts of a run, by name and port.
pub(super) struct Hosts {
    hosts: Mutex<HashMap<String, Arc<HostLimiter>>>,
    /// The limit over all hosts.
    global: Arc<Semaphore>,
}

impl Hosts {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            hosts: Mutex::default(),
            global: Arc::new(Semaphore::new(limits.requests.max(1))),
        }
    }

    pub(super) fn of(&self, url: &Url, limits: &Limits) -> Arc<HostLimiter> {
        let mut hosts = lock(&self.hosts);
        let host = hosts.entry(host_of(url)).or_insert_with(|| {
            Arc::new(HostLimiter {
                permits: Semaphore::new(limits.requests_per_host.max(1)),
                global: Arc::clone(&self.global),
                state: Mutex::default(),
            })
        });
        Arc::clone(host)
    }
}

pub(super) struct HostLimiter {
    permits: Semaphore,
    global: Arc<Semaphore>,
    state: Mutex<State>,
}

/// Allows one request to a host, until it is dropped.
#[expect(dead_code, reason = "its parts are held, not read")]
pub(super) struct Permit<'a> {
    host: SemaphorePermit<'a>,
    global: Option<SemaphorePermit<'a>>,
}

#[derive(Default)]
struct State {
    /// No request is sent before this moment.
    closed_until: Option<Instant>,
    /// The status that closed the host, for the error of requests that do not wait.
    closed_by: u16,
    /// How many requests in a row used up all their tries.
    failures: u32,
}

impl HostLimiter {
    /// Waits for a place at this host, for the end of its pause and for one of the run's
    /// places. Fails if the pause is longer than the limit.
    pub(super) async fn acquire(&self, limits: &Limits) -> Result<Permit<'_>, TransientError> {
        let mut permit = self.acquire_host_only(limits).await?;
        loop {
            let global = permit_of(&self.global).await;
            // It may have been closed meanwhile, and a paused host holds no place.
            let Some(until) = self.closed(limits)? else {
                permit.global = Some(global);
                return Ok(permit);
            };
            drop(global);
            sleep_until(until).await;
        }
    }

    /// The same without one of the run's places, for a page that waits for one in the browser.
    pub(super) async fn acquire_host_only(
        &self,
        limits: &Limits,
    ) -> Result<Permit<'_>, TransientError> {
        let host = permit_of(&self.permits).await;
        while let Some(until) = self.closed(limits)? {
            sleep_until(until).await;
        }
        Ok(Permit { host, global: None })
    }

    /// Until when this host is paused, if that is within the limit.
    fn closed(&self, limits: &Limits) -> Result<Option<Instant>, TransientError> {
        let (until, status) = {
            let state = lock(&self.state);
            (state.closed_until, state.closed_by)
        };
        let now = Instant::now();
        let until = until.filter(|until| *until > now);
        match until.map(|until| until - now) {
            Some(pause) if pause > limits.longest_retry_after + limits.longest_pause => {
                Err(limited(status, pause))
            }
            _ => Ok(until),
        }
    }

    /// How often a request to this host is tried.
    pub(super) fn tries(&self, limits: &Limits) -> u32 {
        let given_up = lock(&self.state).failures >= limits.failures_before_single_try;
        if given_up { 1 } else { limits.tries.max(1) }
    }

    pub(super) fn record_success(&self) {
        lock(&self.state).failures = 0;
    }

    /// A request used up its tries.
    pub(super) fn record_failure(&self) {
        lock(&self.state).failures += 1;
    }

    /// Pauses all requests to this host: as long as it asks for, or longer with each try.
    /// Fails if the pause is longer than the limit.
    pub(super) fn pause(
        &self,
        status: u16,
        tries: u32,
        asked_for: Option<Duration>,
        limits: &Limits,
    ) -> Result<Duration, TransientError> {
        let own = jittered(back_off(tries, limits));
        // Never earlier than the host asks, and not all at the same moment.
        let pause = asked_for.map_or(own, |least| least + own.min(least / 10));
        let mut state = lock(&self.state);
        let until = Instant::now() + pause;
        if state.closed_until.is_none_or(|closed| closed < until) {
            state.closed_until = Some(until);
            state.closed_by = status;
        }
        match asked_for {
            Some(least) if least > limits.longest_retry_after => Err(limited(status, least)),
            _ => Ok(pause),
        }
    }
}

async fn permit_of(semaphore: &Semaphore) -> SemaphorePermit<'_> {
    let permit = semaphore.acquire().await;
    permit.expect("a semaphore that stays open")
}

fn limited(status: u16, pause: Duration) -> TransientError {
    TransientError::Limited {
        status,
        until: SystemTime::now() + pause,
    }
}

/// The pause after this many tries, before jitter.
fn back_off(tries: u32, limits: &Limits) -> Duration {
    let doubled = 2_u32.saturating_pow(tries.saturating_sub(1));
    limits
        .first_pause
        .saturating_mul(doubled)
        .min(limits.longest_pause)
}

/// Between half of the pause and all of it.
fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(fastrand::f64().mul_add(0.5, 0.5))
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures::FutureExt as _;

    use super::*;

    fn host(limits: &Limits) -> Arc<HostLimiter> {
        Hosts::new(limits).of(&Url::parse("https://a.test/").unwrap(), limits)
    }

    #[test]
    fn a_pause_doubles_up_to_the_longest_and_varies_by_half() {
        let limits = Limits::default();
        let pauses = [1, 2, 3, 4, 9, 99].map(|tries| back_off(tries, &limits).as_secs());
        assert_eq!(pauses, [1, 2, 4, 8, 30, 30]);
        for _ in 0..100 {
            let pause = jittered(Duration::from_secs(8)).as_secs_f64();
            assert!((4.0..=8.0).contains(&pause), "{pause}");
        }
    }

    #[test]
    fn a_pause_is_never_shorter_than_the_host_asks() {
        let limits = Limits::default();
        let least = Duration::from_mins(1);
        for _ in 0..100 {
            let pause = host(&limits).pause(429, 1, Some(least), &limits).unwrap();
            assert!(
                pause >= least && pause <= least + limits.longest_pause,
                "{pause:?}"
            );
        }
    }

    #[tokio::test]
    async fn a_pause_over_the_limit_fails_this_request_and_the_next() {
        let limits = Limits::default();
        let host = host(&limits);
        let hour = Some(Duration::from_hours(1));
        let error = host.pause(429, 1, hour, &limits).unwrap_err();
        assert!(
            matches!(error, TransientError::Limited { status: 429, .. }),
            "{error}"
        );
        let error = host.acquire(&limits).await.map(drop).unwrap_err();
        assert!(
            matches!(error, TransientError::Limited { status: 429, .. }),
            "{error}"
        );
    }

    #[tokio::test]
    async fn the_global_limit_holds_over_hosts_and_a_paused_host_holds_no_place() {
        let limits = Limits {
            requests: 1,
            ..Limits::default()
        };
        let hosts = Hosts::new(&limits);
        let [a, b] = ["https://a.test/", "https://b.test/"]
            .map(|url| hosts.of(&Url::parse(url).unwrap(), &limits));
        let first = a.acquire(&limits).await.unwrap();
        let mut waiting = pin!(b.acquire(&limits));
        assert!(waiting.as_mut().now_or_never().is_none());
        assert!(b.acquire_host_only(&limits).now_or_never().is_some());
        b.pause(429, 1, None, &limits).unwrap();
        drop(first);
        assert!(waiting.as_mut().now_or_never().is_none());
        assert!(a.acquire(&limits).now_or_never().is_some());
    }

    #[test]
    fn a_host_that_keeps_failing_gets_one_try_until_it_answers() {
        let limits = Limits::default();
        let host = host(&limits);
        for _ in 0..limits.failures_before_single_try {
            assert_eq!(host.tries(&limits), limits.tries);
            host.record_failure();
        }
        assert_eq!(host.tries(&limits), 1);
        host.record_success();
        assert_eq!(host.tries(&limits), limits.tries);
    }
}
