//! Fetches, collects, plans, writes what changed, and reports.

use std::sync::Arc;

use super::console::Console;
use super::exit_status::ExitStatus;
use super::finish::{finish, stale_copies};
use super::options::RunOptions;
use super::run::Run;
use super::runner::{AT_ONCE, Deadline, Progress, run_all};
use crate::cli::Update;
use crate::fetch::Fetcher;
use crate::plan::Plan;
use crate::report::{Outcome, Report};

pub(super) async fn run(args: &Update, console: &Console) -> anyhow::Result<ExitStatus> {
    let (products_dir, products) = args.folder.selection();
    let options = RunOptions {
        products_dir,
        products,
        plan: &args.merge.plan,
        validate: !args.merge.no_validate,
        add: args.merge.add,
        release_data: args.release_data.as_deref(),
        evidence: args.evidence.as_deref(),
        fetch: Some(&args.fetch),
        today: args.common.today,
    };
    let run = Run::open(&options, args.dry_run || args.check)
        .await?
        .knowing(args.merge.known.as_deref())?;
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
        notes: [orphans, run.unused_ids(&outcomes)].concat(),
        stale_copies: stale_copies(&fetcher),
        fetched: fetcher.statistics(),
        outcomes,
    };
    fetcher.finish()?;
    let status = finish(
        &run,
        &report,
        args.dry_run,
        (&args.common, &args.exit),
        console,
    )?;
    run.keep_known(&report.outcomes)?;
    let is_plain = !args.exit.detailed_exit_code;
    Ok(if args.check && is_plain && report.has_changes() {
        ExitStatus::Failure
    } else {
        status
    })
}

/// One product, from its sources to its file; nothing where the deadline was reached before
/// the first write.
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
    let data = &mut sourced.data;
    let plan = Plan::new(product, Some(data), &history, &run.policy, run.today);
    sourced.outcome.skipped = std::mem::take(&mut data.skipped);
    run.apply(
        product,
        Some(data),
        plan,
        &history,
        sourced.outcome,
        progress,
    )
}
