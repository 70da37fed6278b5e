//! The whole way: fetch, learn, merge, write what changed, report.

use std::sync::Arc;

use futures::StreamExt as _;

use super::collect::{collect, is_cumulative, method_failure, notes, product_failure, understand};
use super::settle::Settling;
use super::{Console, Ending};
use crate::cli::Update;
use crate::fetch::Fetcher;
use crate::product::Product;
use crate::release_data::ReleaseData;
use crate::report::{Failure, Outcome, Report, Status};
use crate::store::{Products, Releases};

/// How many products are in flight unless it is said: they mostly wait for hosts.
const AT_ONCE: usize = 16;

/// What every product of a run shares.
struct Run {
    settling: Settling,
    fetcher: Fetcher,
    releases: Option<Releases>,
    force: bool,
}

pub(super) async fn run(args: &Update, console: &Console) -> anyhow::Result<Ending> {
    let products = Products::open(&args.folder.products_dir)?;
    let names = products.select(&args.folder.product)?;
    let dry = args.dry_run || args.check;
    if !dry {
        products.sweep();
    }
    let settling = Settling {
        products,
        products_dir: args.folder.products_dir.clone(),
        today: args.common.today(),
        dry,
    };
    let run = Arc::new(Run {
        settling,
        fetcher: args.fetch.fetcher()?,
        releases: args.release_data.as_deref().map(Releases::at),
        force: args.force,
    });
    let progress = console.progress(names.len());
    let mut outcomes: Vec<Outcome> = futures::stream::iter(names)
        .map(|name| {
            let run = Arc::clone(&run);
            let shown = name.clone();
            async move {
                // A task of its own: a panic in one product is that product's failure.
                tokio::spawn(async move { run.product(&name).await })
                    .await
                    .unwrap_or_else(|broken| {
                        Outcome::new(
                            &shown,
                            Status::Failed(Failure::new(&broken).hint(Some(
                                "this is a fault of shelflife; please report it".into(),
                            ))),
                        )
                    })
            }
        })
        .buffer_unordered(args.folder.jobs.map_or(AT_ONCE, usize::from))
        .inspect(|_| progress.inc(1))
        .collect()
        .await;
    progress.finish_and_clear();
    outcomes.sort_by(|a, b| a.product.cmp(&b.product));
    let report = Report {
        today: run.settling.today,
        dry,
        outcomes,
        stale_pages: run
            .fetcher
            .stale_pages()
            .iter()
            .map(|page| format!("{} ({})", page.url, page.cause))
            .collect(),
    };
    super::show(&report, args.dry_run, &args.common, console)?;
    run.fetcher.finish()?;
    let wanting = report.has_failures() || (args.check && report.has_changes());
    Ok(if wanting {
        Ending::Wanting
    } else {
        Ending::Done
    })
}

impl Run {
    async fn product(&self, name: &str) -> Outcome {
        let product = match self.settling.products.read(name) {
            Ok(product) => product,
            Err(error) => return Outcome::new(name, Status::Failed(product_failure(&error))),
        };
        let steps = match understand(&product, self.force) {
            Ok(steps) => steps,
            Err(status) => return Outcome::new(name, status),
        };
        let mut outcome = Outcome::new(name, Status::Unchanged);
        outcome.notes = notes(&product, &steps);
        let known = match self.known(&product) {
            Ok(known) => known,
            Err(failure) => {
                return Outcome {
                    status: Status::Failed(failure),
                    ..outcome
                };
            }
        };
        let (mut data, collected) =
            collect(&product, &steps, &self.fetcher, known, self.settling.today).await;
        if let Err(error) = collected {
            return Outcome {
                status: Status::Failed(method_failure(&error)),
                skipped: data.skipped,
                ..outcome
            };
        }
        data.finish();
        if !self.settling.dry
            && let Some(releases) = &self.releases
            && let Err(error) = releases.write(&product.name, &data)
        {
            return Outcome {
                status: Status::Failed(Failure::new(&error).hint(error.hint())),
                ..outcome
            };
        }
        let mut outcome = self.settling.settle(&product, &data, outcome);
        outcome.skipped = data.skipped;
        outcome
    }

    /// What earlier runs learnt of a cumulative product.
    fn known(&self, product: &Product) -> Result<Option<ReleaseData>, Failure> {
        match &self.releases {
            Some(releases) if is_cumulative(product) => releases
                .read(&product.name, self.settling.today)
                .map_err(|error| Failure::new(&error).hint(error.hint())),
            _ => Ok(None),
        }
    }
}
