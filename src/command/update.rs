//! The whole way: fetch, learn, merge, write what changed, report.

use std::sync::Arc;

use futures::StreamExt as _;

use super::collect::{collect, is_cumulative, method_failure, notes, product_failure, understand};
use super::{Console, Ending, diff_path};
use crate::cli::Update;
use crate::date::Date;
use crate::edit;
use crate::fetch::Fetcher;
use crate::merge;
use crate::product::Product;
use crate::release_data::ReleaseData;
use crate::report::{self, Failure, Outcome, Report, Status};
use crate::store::{Products, Releases};

/// What every product of a run shares.
struct Run {
    products: Products,
    fetcher: Fetcher,
    releases: Option<Releases>,
    today: Date,
    dry: bool,
    force: bool,
    products_dir: std::path::PathBuf,
}

pub(super) async fn run(args: &Update, console: &Console) -> anyhow::Result<Ending> {
    let products = Products::open(&args.products_dir)?;
    let names = products.select(&args.product)?;
    let dry = args.dry_run || args.check;
    if !dry {
        products.sweep();
    }
    let run = Arc::new(Run {
        products,
        fetcher: args.fetch.fetcher()?,
        releases: args.release_data.as_deref().map(Releases::at),
        today: args.common.today(),
        dry,
        force: args.force,
        products_dir: args.products_dir.clone(),
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
        .buffer_unordered(args.jobs.into())
        .inspect(|_| progress.inc(1))
        .collect()
        .await;
    progress.finish_and_clear();
    outcomes.sort_by(|a, b| a.product.cmp(&b.product));
    let report = Report {
        today: run.today,
        dry,
        outcomes,
        stale_pages: run
            .fetcher
            .stale_pages()
            .iter()
            .map(|page| format!("{} ({})", page.url, page.cause))
            .collect(),
    };
    show(&report, args, console)?;
    run.fetcher.finish()?;
    let wanting = report.has_failures() || (args.check && report.has_changes());
    Ok(if wanting {
        Ending::Wanting
    } else {
        Ending::Done
    })
}

fn show(report: &Report, args: &Update, console: &Console) -> anyhow::Result<()> {
    let verbosity = args.common.verbosity();
    for outcome in &report.outcomes {
        console.say(&report::outcome(
            outcome,
            report.dry,
            report.today,
            verbosity,
        ));
        if args.dry_run && !args.common.is_json() {
            console.give(&outcome.diff)?;
        }
    }
    console.say(&report::summary(report));
    if args.common.is_json() {
        console.give(report::document(report).as_bytes())?;
    }
    Ok(())
}

impl Run {
    async fn product(&self, name: &str) -> Outcome {
        let product = match self.products.read(name) {
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
            collect(&product, &steps, &self.fetcher, known, self.today).await;
        if let Err(error) = collected {
            return Outcome {
                status: Status::Failed(method_failure(&error)),
                skipped: data.skipped,
                ..outcome
            };
        }
        data.finish();
        self.write(&product, data, outcome)
    }

    /// What earlier runs learnt of a cumulative product.
    fn known(&self, product: &Product) -> Result<Option<ReleaseData>, Failure> {
        match &self.releases {
            Some(releases) if is_cumulative(product) => releases
                .read(&product.name, self.today)
                .map_err(|error| Failure::new(&error).hint(error.hint())),
            _ => Ok(None),
        }
    }

    /// Merges what was learnt, and writes what changed unless the run is dry.
    fn write(&self, product: &Product, data: ReleaseData, outcome: Outcome) -> Outcome {
        let plan = merge::plan(product, &data, self.today);
        let skipped = data.skipped.clone();
        let outcome = Outcome {
            notices: plan.notices,
            skipped,
            ..outcome
        };
        let failed = |failure: Failure, outcome: Outcome| Outcome {
            status: Status::Failed(failure),
            ..outcome
        };
        let file = match edit::apply(product, &plan.changes) {
            Ok(file) => file,
            Err(error) => return failed(Failure::new(&error), outcome),
        };
        if !self.dry {
            if let Some(releases) = &self.releases
                && let Err(error) = releases.write(&product.name, &data)
            {
                return failed(Failure::new(&error).hint(error.hint()), outcome);
            }
            if file != product.file
                && let Err(error) = self.products.write(product, &file)
            {
                return failed(Failure::new(&error), outcome);
            }
        }
        if plan.changes.is_empty() {
            return outcome;
        }
        let path = diff_path(&self.products_dir, &product.name);
        Outcome {
            status: Status::Updated,
            changes: plan.changes,
            diff: report::unified(&path, &product.file, &file),
            ..outcome
        }
    }
}
