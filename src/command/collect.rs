//! Pages to release data: no product file is touched.
//!
//! It plans as `update` does, so that release data which `update` would not trust is not
//! kept, and is accepted by the same id.

use std::sync::Arc;

use super::console::Console;
use super::exit_status::ExitStatus;
use super::finish::{finish, stale_copies};
use super::options::RunOptions;
use super::run::{Run, of_apply, store_failure};
use super::runner::{AT_ONCE, Deadline, Progress, run_all};
use crate::cli::Collect;
use crate::fetch::Fetcher;
use crate::plan::{Notice, Plan, Sources};
use crate::release_data::difference::differences;
use crate::report::{Ended, Outcome, Report};

pub(super) async fn run(args: &Collect, console: &Console) -> anyhow::Result<ExitStatus> {
    let (products_dir, products) = args.folder.selection();
    let options = RunOptions {
        products_dir,
        products,
        plan: &args.plan,
        // What becomes of the changes is for `merge` to say.
        validate: false,
        add: false,
        release_data: Some(&args.release_data),
        evidence: args.evidence.as_deref(),
        fetch: Some(&args.fetch),
        today: args.common.today,
    };
    let mut run = Run::open(&options, args.dry_run).await?;
    run.known_only = args.known_only;
    let names = run.store.products.select(&options.products)?;
    let orphans = run.orphans(&options)?;
    let fetcher = Arc::new(args.fetch.fetcher(&run.policy.settings.named)?);
    let (run, force) = (Arc::new(run), args.force);
    let count = names.len();
    let outcomes = run_all(
        names,
        args.limits.jobs.map_or(AT_ONCE, usize::from),
        Deadline::after(args.limits.deadline),
        console.progress(count, Some(&fetcher)),
        |name, progress| {
            let (run, fetcher) = (Arc::clone(&run), Arc::clone(&fetcher));
            async move { product(&run, &fetcher, force, &name, &progress).await }
        },
    )
    .await;
    let report = Report {
        today: run.today,
        dry: run.dry,
        notes: orphans,
        stale_copies: stale_copies(&fetcher),
        fetched: fetcher.statistics(),
        outcomes,
    };
    fetcher.finish()?;
    finish(&run, &report, false, (&args.common, &args.exit), console)
}

/// One product, from its sources to its release data; nothing where the deadline was reached
/// before the first write.
async fn product(
    run: &Run,
    fetcher: &Fetcher,
    force: bool,
    name: &str,
    progress: &Progress,
) -> Option<Outcome> {
    let mut sourced = match run.collect(fetcher, force, name, progress).await {
        Ok(sourced) => sourced,
        Err(ended) => return ended,
    };
    let (product, known) = (&sourced.product, sourced.known.as_ref());
    let history = run.history(product, known, &mut sourced.outcome);
    let plan = Plan::new(
        product,
        Some(&sourced.data),
        &history,
        &run.policy,
        run.today,
    );
    let mut outcome = sourced.outcome;
    outcome.skipped = std::mem::take(&mut sourced.data.skipped);
    if !progress.begin_write() {
        return None;
    }
    if !run.dry {
        let notes = &mut outcome.notes;
        let note = |note| notes.push(of_apply(product, note));
        if let Err(error) = run.store.keep(name, &sourced.data, &plan, note) {
            run.settle(product, &mut outcome);
            outcome.ended = Ended::failed(store_failure(&error));
            return Some(outcome);
        }
        run.remember(product, &mut outcome, |now| {
            plan.history_after_collecting(now, run.today)
        });
    }
    let (differences, suspicious) = match plan.sources {
        Sources::Trusted { .. } => (differences(known, &sourced.data), None),
        Sources::Suspicious(hold) => (Vec::new(), Some(hold)),
    };
    let notices = plan.notices.into_iter();
    outcome.ended = Ended::Collected {
        differences,
        suspicious,
        notices: notices.filter(Notice::is_of_sources).collect(),
    };
    Some(outcome)
}
