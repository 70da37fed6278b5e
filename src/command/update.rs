//! The whole way: fetch, learn, merge, write what changed, report.

use std::sync::Arc;

use super::flight::{AT_ONCE, Clock, each};
use super::learn::{Learning, Learnt};
use super::settle::{Listed, Settling};
use super::{Console, Ending, orphans};
use crate::cli::Update;
use crate::report::Report;
use crate::store::{Evidences, Products, Releases};

pub(super) async fn run(args: &Update, console: &Console) -> anyhow::Result<Ending> {
    let products = Products::open(&args.folder.products_dir)?;
    let names = products.select(&args.folder.product)?;
    let releases = args.release_data.as_deref().map(Releases::at);
    let notes = releases.as_ref().map_or(Ok(Vec::new()), |releases| {
        orphans(&args.folder, &products, releases)
    })?;
    let memories = super::memories(args.release_data.as_deref(), &args.fetch, &products);
    let settling = Arc::new(Settling::new(
        products,
        &args.folder,
        &args.merging,
        &args.common,
        memories,
        args.dry_run || args.check,
    )?);
    let learning = Arc::new(Learning {
        fetcher: args.fetch.fetcher()?,
        releases,
        evidences: args.evidence.as_deref().map(Evidences::at),
        force: args.force,
        dry: settling.dry,
        today: settling.today,
    });
    learning.sweep();
    let (fetched, kept) = (Arc::clone(&learning), Arc::clone(&learning));
    let settled = Arc::clone(&settling);
    let outcomes = each(
        names,
        args.pace.jobs.map_or(AT_ONCE, usize::from),
        Clock::of(args.pace.deadline),
        console,
        |name, log| {
            let (products, learning) = (Arc::clone(&settling.products), Arc::clone(&fetched));
            async move { learning.learn(&products, &name, &log).await }
        },
        move |learnt| {
            // What is not believed does not take the place of what was known.
            let believe = |learnt: &Learnt| {
                let listed = Listed::of(&learnt.data, learnt.before.as_ref());
                let recalled = settled.recall(&learnt.product, listed);
                (!settled.doubts(&learnt.product, &recalled), recalled)
            };
            kept.conclude(learnt, believe, |learnt, recalled| {
                let listed = Listed::of(&learnt.data, learnt.before.as_ref());
                settled.settle(&learnt.product, listed, recalled, learnt.outcome)
            })
        },
    )
    .await;
    let stale_pages = super::stale_pages(&learning.fetcher);
    let notes = [notes, settling.unused_ids(&outcomes)].concat();
    let report = Report {
        today: settling.today,
        dry: settling.dry,
        outcomes,
        stale_pages,
        notes,
    };
    learning.fetcher.finish()?;
    let ending = super::conclude(
        &report,
        args.dry_run,
        &args.common,
        Some(&settling),
        console,
    )?;
    Ok(if args.check && report.has_changes() {
        Ending::Wanting
    } else {
        ending
    })
}
