//! Release data to product files: no request is made.
//!
//! Every product of the folder is looked at, automated or not: one without release data
//! still has notices. The report is the same whatever the number of jobs.

use std::num::NonZero;
use std::sync::{Arc, Mutex};

use tokio::task::JoinSet;

use super::console::Console;
use super::exit_status::ExitStatus;
use super::finish::finish;
use super::options::RunOptions;
use super::run::{Run, store_failure};
use super::runner::{Progress, outcome_of};
use crate::cli::Merge;
use crate::fetch::FetchStatistics;
use crate::plan::Plan;
use crate::report::{Ended, Failure, Outcome, Report};
use crate::store::ReleaseDataStore;
use crate::sync::lock;

pub(super) async fn run(args: &Merge, console: &Console) -> anyhow::Result<ExitStatus> {
    let (products_dir, products) = args.folder.selection();
    let options = RunOptions {
        products_dir,
        products,
        plan: &args.merge.plan,
        validate: !args.merge.no_validate,
        add: args.merge.add,
        release_data: Some(&args.release_data),
        evidence: None,
        fetch: None,
        today: args.common.today,
    };
    let run = Run::open(&options, args.dry_run)
        .await?
        .knowing(args.merge.known.as_deref())?;
    let names = run.store.products.select(&options.products)?;
    ReleaseDataStore::open(&args.release_data)?;
    let mut notes = run.orphans(&options)?;
    notes.extend(run.no_history());
    let run = Arc::new(run);
    let outcomes = all(&run, names, args.jobs, console).await;
    notes.extend(run.unused_ids(&outcomes));
    let report = Report {
        today: run.today,
        dry: run.dry,
        notes,
        outcomes,
        stale_copies: Vec::new(),
        fetched: FetchStatistics::default(),
    };
    let status = finish(
        &run,
        &report,
        args.dry_run,
        (&args.common, &args.exit),
        console,
    )?;
    run.keep_known(&report.outcomes)?;
    Ok(status)
}

/// All products, each in a task of its own. They wait for nothing, so there are as many at once
/// as processors, each followed on its own thread: no thread is woken for it.
async fn all(
    run: &Arc<Run>,
    names: Vec<String>,
    jobs: Option<u16>,
    console: &Console,
) -> Vec<Outcome> {
    let jobs = jobs.map_or_else(
        || std::thread::available_parallelism().map_or(1, NonZero::get),
        usize::from,
    );
    let bar = console.progress(names.len(), None);
    let waiting = Arc::new(Mutex::new(names.into_iter()));
    let mut tasks = JoinSet::new();
    for _ in 0..jobs {
        let (run, waiting, bar) = (Arc::clone(run), Arc::clone(&waiting), bar.clone());
        tasks.spawn(async move {
            let mut outcomes = Vec::new();
            loop {
                let Some(name) = lock(&waiting).next() else {
                    return outcomes;
                };
                let progress = Progress::default();
                let task = {
                    let (run, name, progress) = (Arc::clone(&run), name.clone(), progress.clone());
                    async move { product(&run, &name, &progress).await }
                };
                outcomes.push(outcome_of(&name, &progress, tokio::spawn(task).await));
                bar.inc(1);
            }
        });
    }
    let mut outcomes: Vec<Outcome> = tasks.join_all().await.into_iter().flatten().collect();
    bar.finish_and_clear();
    outcomes.sort_by(|a, b| a.product.cmp(&b.product));
    outcomes
}

/// One product, from its release data to its file.
async fn product(run: &Run, name: &str, progress: &Progress) -> Option<Outcome> {
    let product = match run.workers.read_to_merge(&run.store, name).await {
        Ok(product) => product,
        Err(error) => return Some(Outcome::failed(name, Failure::of_product(&error))),
    };
    let mut outcome = Outcome::waiting(name);
    let data = match run.store.known(name, run.today) {
        Ok(data) => data,
        Err(error) => {
            run.settle(&product, &mut outcome);
            outcome.ended = Ended::failed(store_failure(&error));
            return Some(outcome);
        }
    };
    let history = run.history(&product, None, &mut outcome);
    let plan = Plan::new(&product, data.as_ref(), &history, &run.policy, run.today);
    run.apply(&product, None, plan, &history, outcome, progress)
}
