//! The whole way: fetch, learn, merge, write what changed, report.

use std::sync::Arc;

use super::learn::{Learning, each};
use super::settle::{Listed, Settling};
use super::{Console, Ending, orphans};
use crate::cli::Update;
use crate::fetch::default_cache;
use crate::report::Report;
use crate::store::{Memories, Products, Releases};

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
        force: args.force,
        dry: settling.dry,
        today: settling.today,
    });
    let outcomes = each(names, args.folder.jobs, console, |name| {
        let (settling, learning) = (Arc::clone(&settling), Arc::clone(&learning));
        async move {
            let learnt = learning.learn(&settling.products, &name).await;
            // What is not believed does not take the place of what was known.
            let kept = learnt.and_then(|learnt| {
                if settling.doubts(&learnt.product, &learnt.data, learnt.before.as_ref()) {
                    Ok(learnt)
                } else {
                    learning.keep(learnt)
                }
            });
            match kept {
                Ok(learnt) => {
                    let listed = Listed {
                        data: Some(&learnt.data),
                        before: learnt.before.as_ref(),
                    };
                    settling.settle(&learnt.product, listed, learnt.outcome)
                }
                Err(outcome) => outcome,
            }
        }
    })
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
