//! Runs many products at once, each in a task of its own, until all have ended or the
//! deadline is reached.
//!
//! A product first collects, which may take its time and writes nothing, and then writes,
//! which takes a moment. A panic in one is that product's failure and nobody else's.
//!
//! # Why hundreds at once
//! A product that runs is a file, its configs and what it has collected; a request waits in
//! the queue of its host. So nothing is gained by holding a product back:
//! `docs/explanation/performance.md` has the figures of a whole run.
//!
//! # When the deadline is reached
//! From that moment no product begins to write; one that is just writing ends. What still
//! collects is dropped, which ends its requests and its git processes. A page that is being
//! read on a thread of its own cannot be dropped: it is left behind, as no code of ours can
//! stop it. A worker has read it within its limits before, so that takes a few seconds at most.
//! Nothing is written of it. A task that is busy itself is waited for a little, too.

mod deadline;
mod progress;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::time::Duration;

use indicatif::ProgressBar;
use tokio::task::{Id, JoinError, JoinSet};

pub(super) use deadline::Deadline;
pub(super) use progress::Progress;

use crate::report::{Ended, Failure, Outcome};

/// How many products run at once unless stated otherwise: they mostly wait for hosts.
pub(super) const AT_ONCE: usize = 512;

/// How long those are waited for that cannot be dropped at once.
const GRACE: Duration = Duration::from_secs(2);

/// Runs all products, in their order, at most `at_once` at a time. A product that gives
/// nothing was not allowed to write ([`Progress::begin_write`]).
pub(super) async fn run_all<F>(
    products: Vec<String>,
    at_once: usize,
    mut deadline: Deadline,
    bar: ProgressBar,
    product: impl Fn(String, Progress) -> F,
) -> Vec<Outcome>
where
    F: Future<Output = Option<Outcome>> + Send + 'static,
{
    let mut waiting = products.into_iter();
    let mut tasks = Tasks {
        set: JoinSet::new(),
        running: HashMap::new(),
        outcomes: Vec::new(),
    };
    loop {
        while tasks.set.len() < at_once
            && let Some(name) = waiting.next()
        {
            let progress = Progress::default();
            let task = tasks.set.spawn(product(name.clone(), progress.clone()));
            tasks.running.insert(task.id(), (name, progress));
        }
        tokio::select! {
            // What has ended counts, also in the last moment.
            biased;
            ended = tasks.set.join_next_with_id() => match ended {
                Some(ended) => {
                    tasks.join(ended);
                    bar.inc(1);
                }
                None => break,
            },
            () = deadline.expired() => {
                tasks.end().await;
                let rest = waiting.map(|name| timed_out(&name, &Progress::default()));
                tasks.outcomes.extend(rest);
                break;
            }
        }
    }
    bar.finish_and_clear();
    tasks.outcomes.sort_by(|a, b| a.product.cmp(&b.product));
    tasks.outcomes
}

struct Tasks {
    set: JoinSet<Option<Outcome>>,
    running: HashMap<Id, (String, Progress)>,
    outcomes: Vec<Outcome>,
}

impl Tasks {
    /// Takes the outcome of a task that ended.
    fn join(&mut self, ended: Result<(Id, Option<Outcome>), JoinError>) {
        let id = match &ended {
            Ok((id, _)) => *id,
            Err(error) => error.id(),
        };
        let Some((product, progress)) = self.running.remove(&id) else {
            return;
        };
        let ended = ended.map(|(_, outcome)| outcome);
        self.outcomes.push(outcome_of(&product, &progress, ended));
    }

    /// Drops what runs, and does not wait long for what cannot be dropped.
    async fn end(&mut self) {
        self.running
            .values()
            .for_each(|(_, progress)| progress.expire());
        self.set.abort_all();
        let mut grace = Deadline::after(Some(GRACE));
        loop {
            tokio::select! {
                biased;
                ended = self.set.join_next_with_id() => match ended {
                    Some(ended) => self.join(ended),
                    None => return,
                },
                () = grace.expired() => break,
            }
        }
        self.set.detach_all();
        let behind = std::mem::take(&mut self.running).into_values();
        self.outcomes
            .extend(behind.map(|(product, progress)| timed_out(&product, &progress)));
    }
}

/// The outcome of a product whose task ended.
pub(super) fn outcome_of(
    product: &str,
    progress: &Progress,
    ended: Result<Option<Outcome>, JoinError>,
) -> Outcome {
    match ended {
        Ok(Some(outcome)) => outcome,
        Ok(None) => timed_out(product, progress),
        Err(error) if error.is_cancelled() => timed_out(product, progress),
        Err(panic) => {
            let hint = "this is a fault of shelflife; please report it".to_owned();
            Outcome::failed(product, Failure::new(&panic).hint(Some(hint)))
        }
    }
}

/// The outcome of a product whose time was up.
fn timed_out(product: &str, progress: &Progress) -> Outcome {
    Outcome::new(product, Ended::TimedOut(progress.phase()))
}
