//! Pages to release data: no product file is touched.

use std::sync::Arc;

use super::flight::{AT_ONCE, Clock, each};
use super::learn::Learning;
use super::{Console, Ending, orphans};
use crate::cli::Collect;
use crate::release_data::differences;
use crate::report::{Report, Status};
use crate::store::{Evidences, Products, Releases};

pub(super) async fn run(args: &Collect, console: &Console) -> anyhow::Result<Ending> {
    let products = Arc::new(Products::open(&args.folder.products_dir)?);
    let names = products.select(&args.folder.product)?;
    let releases = Releases::at(&args.release_data);
    let notes = orphans(&args.folder, &products, &releases)?;
    let today = args.common.today();
    let learning = Arc::new(Learning {
        fetcher: args.fetch.fetcher()?,
        releases: Some(releases),
        evidences: args.evidence.as_deref().map(Evidences::at),
        force: args.force,
        dry: args.dry_run,
        today,
    });
    learning.sweep();
    let (fetched, kept) = (Arc::clone(&learning), Arc::clone(&learning));
    let outcomes = each(
        names,
        args.pace.jobs.map_or(AT_ONCE, usize::from),
        Clock::of(args.pace.deadline),
        console,
        |name, log| {
            let (products, learning) = (Arc::clone(&products), Arc::clone(&fetched));
            async move { learning.learn(&products, &name, &log).await }
        },
        move |learnt| {
            kept.conclude(
                learnt,
                |_| (true, ()),
                |learnt, ()| {
                    let mut outcome = learnt.outcome;
                    outcome.differences = differences(learnt.before.as_ref(), &learnt.data);
                    if !outcome.differences.is_empty() {
                        outcome.status = Status::Updated;
                    }
                    outcome
                },
            )
        },
    )
    .await;
    let stale_pages = super::stale_pages(&learning.fetcher);
    let report = Report {
        today,
        dry: args.dry_run,
        outcomes,
        stale_pages,
        notes,
    };
    learning.fetcher.finish()?;
    super::conclude(&report, false, &args.common, None, console)
}
