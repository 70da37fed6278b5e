//! One host, and the manners towards it: few requests at once, and a pause that all who
//! ask it keep.
//!
//! # Why the pause is shared
//! A host that is ill or tired answers 429 to one request and would to the next fifty.
//! When each of them paused for itself, the host would still see all of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};
use url::Url;

use super::error::Illness;
use super::settings::Limits;

/// All hosts of a run, by name and port.
#[derive(Default)]
pub(super) struct Hosts(Mutex<HashMap<String, Arc<Host>>>);

impl Hosts {
    pub(super) fn of(&self, url: &Url, limits: &Limits) -> Arc<Host> {
        let mut hosts = lock(&self.0);
        let host = hosts.entry(name_of(url)).or_insert_with(|| {
            Arc::new(Host {
                permits: Semaphore::new(limits.requests_per_host.max(1)),
                state: Mutex::default(),
            })
        });
        Arc::clone(host)
    }
}

/// The name and port of the host of a URL.
pub(super) fn name_of(url: &Url) -> String {
    let name = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{name}:{port}"),
        None => name.to_owned(),
    }
}

pub(super) struct Host {
    permits: Semaphore,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Nobody asks before this moment.
    closed_until: Option<Instant>,
    /// The status that closed the host, for those who will not wait.
    closed_by: u16,
    /// How many requests in a row used up all their tries.
    failed: u32,
}

impl Host {
    /// Waits for this host's turn and for the end of its pause, or says that the pause
    /// is longer than anybody waits.
    pub(super) async fn enter(&self, limits: &Limits) -> Result<SemaphorePermit<'_>, Illness> {
        let permit = self
            .permits
            .acquire()
            .await
            .expect("a semaphore that stays open");
        loop {
            let (until, status) = {
                let state = lock(&self.state);
                (state.closed_until, state.closed_by)
            };
            let Some(until) = until.filter(|until| *until > Instant::now()) else {
                return Ok(permit);
            };
            let pause = until - Instant::now();
            if pause > limits.longest_retry_after + limits.longest_pause {
                return Err(limited(status, pause));
            }
            sleep_until(until).await;
        }
    }

    /// How often this host is asked the same before it is given up.
    pub(super) fn tries(&self, limits: &Limits) -> u32 {
        let given_up = lock(&self.state).failed >= limits.patience;
        if given_up { 1 } else { limits.tries.max(1) }
    }

    /// The host answered.
    pub(super) fn well(&self) {
        lock(&self.state).failed = 0;
    }

    /// The host was ill to the last try.
    pub(super) fn failed(&self) {
        lock(&self.state).failed += 1;
    }

    /// Lets all who ask this host pause: as long as it says, or longer with each try.
    /// Gives the pause, or the illness if it is longer than anybody waits.
    pub(super) fn pause(
        &self,
        status: u16,
        tries: u32,
        asked_for: Option<Duration>,
        limits: &Limits,
    ) -> Result<Duration, Illness> {
        let own = jittered(back_off(tries, limits));
        // Never earlier than the host says, and not all of its guests at the same moment.
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

fn limited(status: u16, pause: Duration) -> Illness {
    Illness::Limited {
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

/// A lock on data that no panic leaves half changed.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(limits: &Limits) -> Arc<Host> {
        Hosts::default().of(&Url::parse("https://a.test/").unwrap(), limits)
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
    fn a_pause_is_never_shorter_than_the_host_says() {
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
    async fn nobody_waits_longer_than_the_limit_and_all_are_told() {
        let limits = Limits::default();
        let host = host(&limits);
        let hour = Some(Duration::from_hours(1));
        let told = host.pause(429, 1, hour, &limits).unwrap_err();
        assert!(
            matches!(told, Illness::Limited { status: 429, .. }),
            "{told}"
        );
        let told = host.enter(&limits).await.map(drop).unwrap_err();
        assert!(
            matches!(told, Illness::Limited { status: 429, .. }),
            "{told}"
        );
    }

    #[test]
    fn a_host_that_keeps_failing_gets_one_try_until_it_answers() {
        let limits = Limits::default();
        let host = host(&limits);
        for _ in 0..limits.patience {
            assert_eq!(host.tries(&limits), limits.tries);
            host.failed();
        }
        assert_eq!(host.tries(&limits), 1);
        host.well();
        assert_eq!(host.tries(&limits), limits.tries);
    }
}
