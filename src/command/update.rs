//! The whole way: fetch, learn, merge, write what changed, report.

use std::sync::Arc;

use super::flight::{AT_ONCE, Clock, each};
use super::learn::{Learning, Learnt};
use super::settle::{Listed, Settling};
use super::{Console, Ending, orphans};
use crate::cli::Update;
use crate::fetch::default_cache;
use crate::report::Report;
use crate::store::{Evidences, Memories, Products, Releases};

pub(super) async fn run(args: &Update, console: &Console) -> anyhow::Result<Ending> {
    let products = Products::open(&args.folder.products_dir)?;
    let names = products.select(&args.folder.product)?;
    let releases = args.release_data.as_deref().map(Releases::at);
    let notes = releases.as_ref().map_or(Ok(Vec::new()), |releases| {
        orphans(&args.folder, &products, releases)
    })?;
    let memories = memories(args, &products);
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
    let mut clock = Clock::of(args.pace.deadline);
    let schedule = learning
        .schedule(&settling.products, names, &mut clock)
        .await;
    let (fetched, kept) = (Arc::clone(&learning), Arc::clone(&learning));
    let settled = Arc::clone(&settling);
    let outcomes = each(
        schedule,
        args.pace.jobs.map_or(AT_ONCE, usize::from),
        clock,
        console,
        |name, log| {
            let (products, learning) = (Arc::clone(&settling.products), Arc::clone(&fetched));
            async move { learning.learn(&products, &name, &log).await }
        },
        move |learnt| {
            // What is not believed does not take the place of what was known.
            let is_believed = |learnt: &Learnt| {
                !settled.doubts(&learnt.product, &learnt.data, learnt.before.as_ref())
            };
            kept.conclude(learnt, is_believed, |learnt| {
                let listed = Listed {
                    data: Some(&learnt.data),
                    before: learnt.before.as_ref(),
                };
                settled.settle(&learnt.product, listed, learnt.outcome)
            })
        },
    )
    .await;
    let stale_pages = super::stale_pages(&learning.fetcher);
    let report = Report {
        today: settling.today,
        dry: settling.dry,
        outcomes,
        stale_pages,
        notes: [notes, settling.unused_ids()].concat(),
    };
    learning.fetcher.finish()?;
    super::conclude(
        &report,
        args.dry_run,
        &args.common,
        Some(&settling),
        console,
    )?;
    let wanting = report.has_failures() || (args.check && report.has_changes());
    Ok(if wanting {
        Ending::Wanting
    } else {
        Ending::Done
    })
}

/// Where the guard keeps what it must know of earlier runs: beside the release data, or
/// with the pages. A replay is no run of the world, and remembers nothing by itself.
fn memories(args: &Update, products: &Products) -> Option<Memories> {
    if let Some(releases) = &args.release_data {
        return Some(Memories::beside(releases));
    }
    if args.fetch.no_cache || args.fetch.replay.is_some() {
        return None;
    }
    let cache = args.fetch.cache_dir.clone().or_else(default_cache)?;
    Some(Memories::among(&cache, products))
}
