//! Products in flight: each in a task of its own, until all have ended or the time is up.
//!
//! A product first learns, which may take its time and writes nothing, and then concludes,
//! which writes and takes a moment. A panic in one is that product's failure and nobody
//! else's.
//!
//! # Why hundreds at once
//! A product in flight is a file, its configs and what it has learnt; a request waits in the
//! queue of its host. So nothing is gained by holding a product back: a whole run of 400
//! products, rehearsed (`cargo bench --bench rehearsal`), takes 1.09 times what the queue of its
//! busiest host takes where all is kept and nothing is new, 1.18 times where nothing is kept,
//! and 89 MB of memory.
//!
//! # When the time is up
//! From that moment no product begins to write; one that is just writing ends. What still
//! learns is dropped, which ends its requests and its git processes. A task can be dropped
//! only where it waits; one that parses a page is waited for a little and then left behind,
//! as no code of ours can stop it. It can not write any more either, and ends with the
//! program, which waits for it a few seconds at most.
//!
//! The time is kept by a thread and not by the runtime, whose own clock stands still while
//! all its threads parse.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{Id, JoinError, JoinSet};

use super::Console;
use crate::methods::Step;
use crate::report::{Failure, Outcome, Status};
use crate::sync::lock;

/// How many products are in flight unless it is said: they mostly wait for hosts.
pub(super) const AT_ONCE: usize = 512;

/// How long those are waited for that can not be dropped at once.
const GRACE: Duration = Duration::from_secs(2);

/// What a product does at this moment.
#[derive(Debug, Clone, Default)]
pub(super) struct Log(Arc<Mutex<Stage>>);

#[derive(Debug, Default)]
enum Stage {
    #[default]
    Waiting,
    /// A method is at work.
    Learning(String),
    /// All is learnt, and it is being written.
    Concluding,
    /// The time is up, and nothing may be written; with what was done till then.
    Over(Option<String>),
}

impl Log {
    fn stage(&self) -> MutexGuard<'_, Stage> {
        lock(&self.0)
    }

    /// A method is at work.
    pub(super) fn note(&self, path: &str, step: &Step<'_>) {
        let config = &step.config;
        let stage = &mut *self.stage();
        if let Stage::Waiting | Stage::Learning(_) = stage {
            *stage = Stage::Learning(format!("`{}` ({path}:{})", config.method, config.line));
        }
    }

    /// All is learnt: says whether it may be written.
    fn may_conclude(&self) -> bool {
        let stage = &mut *self.stage();
        let may = !matches!(stage, Stage::Over(_));
        if may {
            *stage = Stage::Concluding;
        }
        may
    }

    /// The time is up.
    fn end(&self) {
        let stage = &mut *self.stage();
        *stage = match std::mem::take(stage) {
            Stage::Waiting => Stage::Over(None),
            Stage::Learning(doing) => Stage::Over(Some(doing)),
            stage => stage,
        };
    }

    /// Why a product was left.
    fn reason(&self) -> String {
        match &*self.stage() {
            Stage::Learning(doing) | Stage::Over(Some(doing)) => {
                format!("the time was up while {doing} was at work")
            }
            Stage::Concluding => "the time was up while it was being written, and that did not \
                                  end in time; look at its file"
                .to_owned(),
            Stage::Waiting | Stage::Over(None) => "the time was up before it was begun".to_owned(),
        }
    }
}

/// Tells when the time is up.
#[derive(Clone)]
pub(super) struct Clock(Option<watch::Receiver<bool>>);

impl Clock {
    /// A clock that goes off once, unless there is no limit.
    pub(super) fn of(limit: Option<Duration>) -> Self {
        Self(limit.map(|limit| {
            let (bell, ring) = watch::channel(false);
            std::thread::spawn(move || {
                std::thread::sleep(limit);
                let _ = bell.send(true);
            });
            ring
        }))
    }

    /// Waits until the time is up.
    pub(super) async fn rings(&mut self) {
        let rung = match &mut self.0 {
            Some(ring) => ring.wait_for(|up| *up).await.is_ok(),
            None => false,
        };
        // Without a limit it never rings, nor if its thread could not tell.
        if !rung {
            std::future::pending::<()>().await;
        }
    }
}

/// Works on all products, in their order. `learn` may be cut off, `conclude` is not.
pub(super) async fn each<L, F>(
    products: Vec<String>,
    jobs: usize,
    mut clock: Clock,
    console: &Console,
    learn: impl Fn(String, Log) -> F,
    conclude: impl Fn(L) -> Outcome + Send + Sync + 'static,
) -> Vec<Outcome>
where
    F: Future<Output = L> + Send + 'static,
    L: Send + 'static,
{
    let progress = console.progress(products.len());
    let mut waiting = products.into_iter();
    let mut flight = Flight {
        tasks: JoinSet::new(),
        begun: HashMap::new(),
        outcomes: Vec::new(),
    };
    let conclude = Arc::new(conclude);
    loop {
        while flight.tasks.len() < jobs
            && let Some(product) = waiting.next()
        {
            let log = Log::default();
            let learning = learn(product.clone(), log.clone());
            let (entry, conclude) = (log.clone(), Arc::clone(&conclude));
            let task = flight.tasks.spawn(async move {
                let learnt = learning.await;
                entry.may_conclude().then(|| conclude(learnt))
            });
            flight.begun.insert(task.id(), (product, log));
        }
        tokio::select! {
            // What has ended counts, also in the last moment.
            biased;
            ended = flight.tasks.join_next_with_id() => match ended {
                Some(ended) => {
                    flight.land(ended);
                    progress.inc(1);
                }
                None => break,
            },
            () = clock.rings() => {
                flight.end().await;
                let rest = waiting.map(|product| left(&product, &Log::default()));
                flight.outcomes.extend(rest);
                break;
            }
        }
    }
    progress.finish_and_clear();
    flight.outcomes.sort_by(|a, b| a.product.cmp(&b.product));
    flight.outcomes
}

struct Flight {
    /// A task gives nothing where it may not conclude any more.
    tasks: JoinSet<Option<Outcome>>,
    begun: HashMap<Id, (String, Log)>,
    outcomes: Vec<Outcome>,
}

impl Flight {
    /// Takes the outcome of a task that ended.
    fn land(&mut self, ended: Result<(Id, Option<Outcome>), JoinError>) {
        let id = match &ended {
            Ok((id, _)) => *id,
            Err(error) => error.id(),
        };
        let Some((product, log)) = self.begun.remove(&id) else {
            return;
        };
        self.outcomes.push(match ended {
            Ok((_, Some(outcome))) => outcome,
            Ok((_, None)) => left(&product, &log),
            Err(error) if error.is_cancelled() => left(&product, &log),
            Err(broken) => {
                let failure = Failure::new(&broken).hint(Some(
                    "this is a fault of shelflife; please report it".into(),
                ));
                Outcome::new(&product, Status::Failed(failure))
            }
        });
    }

    /// Drops what is in flight, and does not wait long for what can not be dropped.
    async fn end(&mut self) {
        self.begun.values().for_each(|(_, log)| log.end());
        self.tasks.abort_all();
        let mut patience = Clock::of(Some(GRACE));
        loop {
            tokio::select! {
                biased;
                ended = self.tasks.join_next_with_id() => match ended {
                    Some(ended) => self.land(ended),
                    None => return,
                },
                () = patience.rings() => break,
            }
        }
        self.tasks.detach_all();
        let behind = std::mem::take(&mut self.begun).into_values();
        self.outcomes
            .extend(behind.map(|(product, log)| left(&product, &log)));
    }
}

/// The outcome of a product whose time was up.
fn left(product: &str, log: &Log) -> Outcome {
    Outcome::new(product, Status::Left(log.reason()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::Notify;

    /// A clock that goes off when it is told to.
    fn clock() -> (watch::Sender<bool>, Clock) {
        let (bell, ring) = watch::channel(false);
        (bell, Clock(Some(ring)))
    }

    fn names(products: &[&str]) -> Vec<String> {
        products.iter().map(ToString::to_string).collect()
    }

    fn endings(outcomes: &[Outcome]) -> Vec<String> {
        outcomes
            .iter()
            .map(|outcome| match &outcome.status {
                Status::Left(reason) => format!("{}: left, {reason}", outcome.product),
                Status::Failed(failure) => format!("{}: {}", outcome.product, failure.whole()),
                _ => format!("{}: done", outcome.product),
            })
            .collect()
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "as what is learnt is handed over"
    )]
    fn done(product: String) -> Outcome {
        Outcome::new(&product, Status::Unchanged)
    }

    /// Tells when it is dropped, as a git process is ended then.
    struct Process(Arc<Notify>);
    impl Drop for Process {
        fn drop(&mut self) {
            self.0.notify_one();
        }
    }

    #[tokio::test]
    async fn a_panic_is_the_failure_of_its_product_alone() {
        let learn = async |product: String| {
            assert!(product != "b", "boom");
            product
        };
        let outcomes = each(
            names(&["a", "b", "c"]),
            2,
            Clock::of(None),
            &Console::new(),
            |product, _| learn(product),
            done,
        )
        .await;
        let endings = endings(&outcomes);
        assert_eq!(endings.len(), 3, "{endings:?}");
        assert_eq!((&*endings[0], &*endings[2]), ("a: done", "c: done"));
        assert!(
            endings[1].contains("panicked") && endings[1].contains("boom"),
            "{endings:?}"
        );
    }

    #[tokio::test]
    async fn one_that_never_ends_keeps_no_other_and_is_left_in_the_end() {
        let (bell, clock) = clock();
        let learn = async |product: String| {
            if product == "b" {
                std::future::pending::<()>().await;
            }
            product
        };
        let concluded = Mutex::new(0);
        let conclude = move |product: String| {
            let mut concluded = concluded.lock().unwrap();
            *concluded += 1;
            if *concluded == 3 {
                let _ = bell.send(true);
            }
            done(product)
        };
        let products = names(&["a", "b", "c", "d"]);
        let learn = |product, _: Log| learn(product);
        let outcomes = each(products, 2, clock, &Console::new(), learn, conclude).await;
        assert_eq!(
            endings(&outcomes),
            [
                "a: done",
                "b: left, the time was up before it was begun",
                "c: done",
                "d: done",
            ]
        );
    }

    #[tokio::test]
    async fn when_the_time_is_up_what_is_done_is_done_and_the_rest_is_named() {
        let (bell, clock) = clock();
        let bell = Arc::new(bell);
        let ended = Arc::new(Notify::new());
        let learn = |product: String, _: Log| {
            let (bell, process) = (Arc::clone(&bell), Process(Arc::clone(&ended)));
            async move {
                let running = Some(process);
                if product == "b" {
                    let _ = bell.send(true);
                    std::future::pending::<()>().await;
                }
                std::mem::forget(running);
                product
            }
        };
        let products = names(&["a", "b", "c", "d"]);
        let outcomes = each(products, 1, clock, &Console::new(), learn, done).await;
        assert_eq!(
            endings(&outcomes),
            [
                "a: done",
                "b: left, the time was up before it was begun",
                "c: left, the time was up before it was begun",
                "d: left, the time was up before it was begun",
            ]
        );
        ended.notified().await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn what_can_not_be_dropped_is_left_behind_and_writes_nothing() {
        let (bell, clock) = clock();
        let bell = Arc::new(bell);
        let (free, stuck) = std::sync::mpsc::channel::<()>();
        let stuck = Arc::new(Mutex::new(Some(stuck)));
        let concluded = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&concluded);
        let learn = |product: String, _: Log| {
            let (bell, stuck) = (Arc::clone(&bell), Arc::clone(&stuck));
            async move {
                let _ = bell.send(true);
                // Blocks the only thread of the runtime, as a parser that hangs does.
                let stuck = stuck.lock().unwrap().take();
                let _ = stuck.map(|stuck| stuck.recv());
                product
            }
        };
        let conclude = move |product: String| {
            told.lock().unwrap().push(product.clone());
            done(product)
        };
        let outcomes = each(names(&["a"]), 1, clock, &Console::new(), learn, conclude).await;
        assert_eq!(
            endings(&outcomes),
            ["a: left, the time was up before it was begun"]
        );
        drop(free);
        // The thread is free again once the task has ended.
        tokio::spawn(async {}).await.unwrap();
        assert!(concluded.lock().unwrap().is_empty());
    }
}
