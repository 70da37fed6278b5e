//! Release data to product files: no request is made.
//!
//! Every product of the folder is looked at, automated or not: one without release data
//! still has notices. Products are read, merged and written in parallel; the reports are
//! the same whatever the number of jobs.

use anyhow::Context as _;
use rayon::prelude::*;

use super::learn::product_failure;
use super::settle::{Listed, Settling};
use super::{Console, Ending, orphans};
use crate::cli::Merge;
use crate::report::{Failure, Outcome, Report, Status};
use crate::store::{Memories, Products, Releases};

pub(super) fn run(args: &Merge, console: &Console) -> anyhow::Result<Ending> {
    let products = Products::open(&args.folder.products_dir)?;
    let names = products.select(&args.folder.product)?;
    let releases = Releases::open(&args.release_data)?;
    let notes = orphans(&args.folder, &products, &releases)?;
    let settling = Settling::new(
        products,
        &args.folder,
        &args.merging,
        &args.common,
        Some(Memories::beside(&args.release_data)),
        args.dry_run,
    )?;
    let jobs = args.jobs.map_or(0, usize::from);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(jobs)
        .build()
        .context("cannot start")?;
    let outcomes: Vec<Outcome> = pool.install(|| {
        names
            .par_iter()
            .map(|name| product(name, &settling, &releases))
            .collect()
    });
    let report = Report {
        today: settling.today,
        dry: settling.dry,
        notes: [notes, settling.unused_ids(&outcomes)].concat(),
        outcomes,
        stale_pages: Vec::new(),
    };
    super::conclude(
        &report,
        args.dry_run,
        &args.common,
        Some(&settling),
        console,
    )
}

fn product(name: &str, settling: &Settling, releases: &Releases) -> Outcome {
    let product = match settling.products.read(name) {
        Ok(product) => product,
        Err(error) => return Outcome::new(name, Status::Failed(product_failure(&error))),
    };
    let outcome = Outcome::new(name, Status::Unchanged);
    match releases.read(name, settling.today) {
        Ok(data) => {
            let listed = Listed {
                data: data.as_ref(),
                before: None,
            };
            let recalled = settling.recall(&product, listed);
            settling.settle(&product, listed, recalled, outcome)
        }
        Err(error) => {
            let failure = Failure::new(&error).hint(error.hint());
            Outcome {
                status: Status::Failed(failure),
                ..outcome
            }
        }
    }
}
