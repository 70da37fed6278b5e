//! Pages to release data: no product file is touched.

use std::sync::Arc;

use super::learn::{Learning, each};
use super::{Console, Ending, orphans};
use crate::cli::Collect;
use crate::report::{Report, Status, differences};
use crate::store::{Products, Releases};

pub(super) async fn run(args: &Collect, console: &Console) -> anyhow::Result<Ending> {
    let products = Arc::new(Products::open(&args.folder.products_dir)?);
    let names = products.select(&args.folder.product)?;
    let releases = Releases::at(&args.release_data);
    let notes = orphans(&args.folder, &products, &releases)?;
    let today = args.common.today();
    let learning = Arc::new(Learning {
        fetcher: args.fetch.fetcher()?,
        releases: Some(releases),
        force: args.force,
        dry: args.dry_run,
        today,
    });
    let outcomes = each(names, args.folder.jobs, console, |name| {
        let (products, learning) = (Arc::clone(&products), Arc::clone(&learning));
        async move {
            let learnt = learning.learn(&products, &name).await;
            match learnt.and_then(|learnt| learning.keep(learnt)) {
                Ok(learnt) => {
                    let mut outcome = learnt.outcome;
                    outcome.differences = differences(learnt.before.as_ref(), &learnt.data);
                    if !outcome.differences.is_empty() {
                        outcome.status = Status::Updated;
                    }
                    outcome
                }
                Err(outcome) => outcome,
            }
        }
    })
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
    super::conclude(&report, false, &args.common, None, console)?;
    Ok(if report.has_failures() {
        Ending::Wanting
    } else {
        Ending::Done
    })
}
