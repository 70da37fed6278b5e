//! Release data to product files: no request is made.
//!
//! Every product of the folder is looked at, automated or not: one without release data
//! still has notices. The report is the same whatever the number of jobs.

use std::sync::Arc;

use super::console::Console;
use super::exit_status::ExitStatus;
use super::finish::finish;
use super::options::Asked;
use super::run::{Run, store_failure};
use super::runner::{AT_ONCE, Deadline, Progress, run_all};
use crate::cli::Merge;
use crate::fetch::FetchStatistics;
use crate::plan::Plan;
use crate::report::{Ended, Failure, Outcome, Report};
use crate::store::ReleaseDataStore;

pub(super) async fn run(args: &Merge, console: &Console) -> anyhow::Result<ExitStatus> {
    let (products_dir, products) = args.folder.asked();
    let asked = Asked {
        products_dir,
        products,
        plan: &args.merge.plan,
        validate: !args.merge.no_validate,
        release_data: Some(&args.release_data),
        evidence: None,
        fetch: None,
        today: args.common.today,
    };
    let run = Run::open(&asked, args.dry_run)?.knowing(args.merge.known.as_deref())?;
    let names = run.store.products.select(&asked.products)?;
    ReleaseDataStore::open(&args.release_data)?;
    let mut notes = run.orphans(&asked)?;
    notes.extend(run.no_history());
    let run = Arc::new(run);
    let count = names.len();
    let outcomes = run_all(
        names,
        // Each takes a thread of the runtime, of which there is one a processor.
        args.jobs.map_or(AT_ONCE, usize::from),
        Deadline::after(None),
        console.progress(count, None),
        |name, progress| {
            let run = Arc::clone(&run);
            async move { product(&run, &name, &progress) }
        },
    )
    .await;
    notes.extend(run.unused_ids(&outcomes));
    let report = Report {
        today: run.today,
        dry: run.dry,
        notes,
        outcomes,
        stale_copies: Vec::new(),
        fetched: FetchStatistics::default(),
    };
    let status = finish(&report, args.dry_run, &args.common, console)?;
    run.keep_known(&report.outcomes)?;
    Ok(status)
}

/// One product, from its release data to its file.
fn product(run: &Run, name: &str, progress: &Progress) -> Option<Outcome> {
    let product = match run.store.products.read(name) {
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
