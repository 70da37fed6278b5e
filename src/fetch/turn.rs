//! Whose turn it is: how many requests a run has open at once, over all hosts.
//!
//! Each host has its own few places ([`super::host`]). Where all hosts together want more
//! than a run may have open, the next place goes to the host that has most to answer, and
//! at one host to the one who came first. So the longest queue never stands still for the
//! short ones, which end in time anyway.

use std::cmp::Reverse;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::oneshot;

use super::host::lock;

/// The places of a run.
pub(super) struct Turns(Mutex<State>);

struct State {
    free: usize,
    /// Those who wait, in the order in which they came.
    waiting: Vec<Waiting>,
}

struct Waiting {
    host: Load,
    turn: oneshot::Sender<Turn>,
}

/// How much a host has to answer: all who wait for it, and all whom it answers.
#[derive(Clone, Default)]
pub(super) struct Load(Arc<AtomicUsize>);

/// One who is counted with the load of a host.
pub(super) struct Guest(Load);

impl Load {
    pub(super) fn guest(&self) -> Guest {
        self.0.fetch_add(1, Ordering::Relaxed);
        Guest(self.clone())
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A place, until it is dropped.
pub(super) struct Turn(Arc<Turns>);

impl Turns {
    pub(super) fn new(places: usize) -> Arc<Self> {
        Arc::new(Self(Mutex::new(State {
            free: places.max(1),
            waiting: Vec::new(),
        })))
    }

    /// Waits for a place.
    pub(super) async fn take(self: &Arc<Self>, host: &Load) -> Turn {
        let waiting = {
            let mut state = lock(&self.0);
            if state.free > 0 {
                state.free -= 1;
                return Turn(Arc::clone(self));
            }
            let (turn, waiting) = oneshot::channel();
            let host = host.clone();
            state.waiting.push(Waiting { host, turn });
            waiting
        };
        waiting.await.expect("a place that is left is given on")
    }

    /// Gives a place that is left to the next, or to nobody.
    fn give_on(self: &Arc<Self>) {
        let next = {
            let mut state = lock(&self.0);
            state.waiting.retain(|waiting| !waiting.turn.is_closed());
            let next = (0..state.waiting.len()).max_by_key(|place| {
                let load = state.waiting[*place].host.0.load(Ordering::Relaxed);
                (load, Reverse(*place))
            });
            let Some(next) = next else {
                state.free += 1;
                return;
            };
            state.waiting.remove(next)
        };
        // One who has gone by now drops the place, and it is given on again.
        drop(next.turn.send(Turn(Arc::clone(self))));
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.give_on();
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn the_host_with_most_to_answer_is_next_and_there_the_first_who_came() {
        let turns = Turns::new(1);
        let (small, large) = (Load::default(), Load::default());
        let _guests = [small.guest(), large.guest(), large.guest()];
        let first = turns.take(&small).await;
        let mut waiting = [&small, &large, &large].map(|host| Box::pin(turns.take(host)));
        for taken in &mut waiting {
            assert!(taken.as_mut().now_or_never().is_none());
        }
        let [small, large, larger] = &mut waiting;
        drop(first);
        assert!(larger.as_mut().now_or_never().is_none());
        let second = large.as_mut().now_or_never().unwrap();
        assert!(small.as_mut().now_or_never().is_none());
        drop(second);
        let third = larger.as_mut().now_or_never().unwrap();
        assert!(small.as_mut().now_or_never().is_none());
        drop(third);
        assert!(small.as_mut().now_or_never().is_some());
    }

    #[tokio::test]
    async fn a_place_of_one_who_goes_away_is_not_lost() {
        let turns = Turns::new(1);
        let host = Load::default();
        let first = turns.take(&host).await;
        let mut gone = Box::pin(turns.take(&host));
        assert!(gone.as_mut().now_or_never().is_none());
        let mut given = Box::pin(turns.take(&host));
        assert!(given.as_mut().now_or_never().is_none());
        // One goes while it waits, the other when it has been given the place unseen.
        drop(gone);
        drop(first);
        drop(given);
        assert!(turns.take(&host).now_or_never().is_some());
    }
}
