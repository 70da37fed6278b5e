//! Products that panic, never end, or cannot be dropped when the deadline is reached.

use std::sync::{Arc, Mutex};

use tokio::sync::Notify;

use super::*;
use crate::collect::NotCollected;

fn names(products: &[&str]) -> Vec<String> {
    products.iter().map(ToString::to_string).collect()
}

fn endings(outcomes: &[Outcome]) -> Vec<String> {
    let ending = |outcome: &Outcome| match &outcome.ended {
        Ended::TimedOut(phase) => format!("{}: timed out, {phase}", outcome.product),
        Ended::Failed { failure, .. } => format!("{}: {}", outcome.product, failure.whole()),
        _ => format!("{}: done", outcome.product),
    };
    outcomes.iter().map(ending).collect()
}

fn done(product: &str) -> Outcome {
    Outcome::new(product, Ended::Skipped(NotCollected::NoMethods))
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
    let product = async |product: String| {
        assert!(product != "b", "boom");
        Some(done(&product))
    };
    let products = names(&["a", "b", "c"]);
    let none = Deadline::after(None);
    let bar = ProgressBar::hidden();
    let outcomes = run_all(products, 2, none, bar, |name, _| product(name)).await;
    let endings = endings(&outcomes);
    assert_eq!(endings.len(), 3, "{endings:?}");
    assert_eq!((&*endings[0], &*endings[2]), ("a: done", "c: done"));
    assert!(
        endings[1].contains("panicked") && endings[1].contains("boom"),
        "{endings:?}"
    );
}

#[tokio::test]
async fn a_product_that_never_ends_delays_no_other_and_times_out() {
    let (expire, deadline) = Deadline::by_hand();
    let (expire, ended) = (Arc::new(expire), Arc::new(Mutex::new(0)));
    let product = |product: String, progress: Progress| {
        let (expire, ended) = (Arc::clone(&expire), Arc::clone(&ended));
        async move {
            if product == "b" {
                std::future::pending::<()>().await;
            }
            let may_write = progress.begin_write();
            *ended.lock().unwrap() += 1;
            if *ended.lock().unwrap() == 3 {
                let _ = expire.send(true);
            }
            may_write.then(|| done(&product))
        }
    };
    let products = names(&["a", "b", "c", "d"]);
    let outcomes = run_all(products, 2, deadline, ProgressBar::hidden(), product).await;
    assert_eq!(
        endings(&outcomes),
        [
            "a: done",
            "b: timed out, deadline reached before it began",
            "c: done",
            "d: done",
        ]
    );
}

#[tokio::test]
async fn at_the_deadline_what_is_done_counts_and_the_rest_is_named() {
    let (expire, deadline) = Deadline::by_hand();
    let (expire, ended) = (Arc::new(expire), Arc::new(Notify::new()));
    let product = |product: String, _: Progress| {
        let (expire, process) = (Arc::clone(&expire), Process(Arc::clone(&ended)));
        async move {
            let running = Some(process);
            if product == "b" {
                let _ = expire.send(true);
                std::future::pending::<()>().await;
            }
            std::mem::forget(running);
            Some(done(&product))
        }
    };
    let products = names(&["a", "b", "c", "d"]);
    let outcomes = run_all(products, 1, deadline, ProgressBar::hidden(), product).await;
    assert_eq!(
        endings(&outcomes),
        [
            "a: done",
            "b: timed out, deadline reached before it began",
            "c: timed out, deadline reached before it began",
            "d: timed out, deadline reached before it began",
        ]
    );
    ended.notified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_product_that_cannot_be_dropped_is_left_behind_and_writes_nothing() {
    let (expire, deadline) = Deadline::by_hand();
    let expire = Arc::new(expire);
    let (free, stuck) = std::sync::mpsc::channel::<()>();
    let stuck = Arc::new(Mutex::new(Some(stuck)));
    let written = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&written);
    let product = |product: String, progress: Progress| {
        let (expire, stuck) = (Arc::clone(&expire), Arc::clone(&stuck));
        let told = Arc::clone(&told);
        async move {
            let _ = expire.send(true);
            // Blocks the only thread of the runtime, as a parser that hangs does.
            let stuck = stuck.lock().unwrap().take();
            let _ = stuck.map(|stuck| stuck.recv());
            progress.begin_write().then(|| {
                told.lock().unwrap().push(product.clone());
                done(&product)
            })
        }
    };
    let outcomes = run_all(names(&["a"]), 1, deadline, ProgressBar::hidden(), product).await;
    assert_eq!(
        endings(&outcomes),
        ["a: timed out, deadline reached before it began"]
    );
    drop(free);
    // The thread is free again once the task has ended.
    tokio::spawn(async {}).await.unwrap();
    assert!(written.lock().unwrap().is_empty());
}
