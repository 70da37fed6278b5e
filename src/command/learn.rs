//! The first half of the way: product to release data.

use std::time::Instant;

use super::flight::Log;
use crate::date::Date;
use crate::fetch::Fetcher;
use crate::methods::{MethodError, Step, steps};
use crate::product::{Auto, Product, ProductError};
use crate::release_data::ReleaseData;
use crate::report::{Failure, MethodRun, Outcome, Status, evidence};
use crate::store::{Evidences, Products, Releases, StoreError};

/// Where pages come from and what is learnt goes to.
pub(super) struct Learning {
    pub(super) fetcher: Fetcher,
    pub(super) releases: Option<Releases>,
    pub(super) evidences: Option<Evidences>,
    pub(super) force: bool,
    pub(super) dry: bool,
    pub(super) today: Date,
}

/// A product of which something was learnt.
pub(super) struct Learnt {
    pub(super) product: Product,
    /// The release data that was known before, if it was looked at.
    pub(super) before: Option<ReleaseData>,
    pub(super) data: ReleaseData,
    pub(super) outcome: Outcome,
}

impl Learning {
    /// Removes from the folders that are written what killed runs left behind.
    pub(super) fn sweep(&self) {
        if !self.dry {
            self.releases.iter().for_each(Releases::sweep);
            self.evidences.iter().for_each(Evidences::sweep);
        }
    }

    /// Runs the methods of a product, and writes nothing.
    ///
    /// All methods succeed, or nothing is learnt: what was known stays whole.
    pub(super) async fn learn(
        &self,
        products: &Products,
        name: &str,
        log: &Log,
    ) -> Result<Learnt, Outcome> {
        let product = products
            .read(name)
            .map_err(|error| Outcome::new(name, Status::Failed(product_failure(&error))))?;
        let steps =
            understand(&product, self.force).map_err(|status| Outcome::new(name, status))?;
        let mut outcome = Outcome::new(name, Status::Unchanged);
        outcome.notes = notes(&product, &steps);
        let fail = |failure: Failure, outcome: Outcome| Outcome {
            status: Status::Failed(failure),
            ..outcome
        };
        let stored = self
            .releases
            .as_ref()
            .map(|releases| releases.read(name, self.today))
            .transpose();
        let before = match stored {
            Ok(stored) => stored.flatten(),
            Err(error) => return Err(fail(Failure::new(&error).hint(error.hint()), outcome)),
        };
        let known = before.clone().filter(|_| is_cumulative(&product));
        let collected = collect(&product, &steps, &self.fetcher, known, self.today, log).await;
        outcome.runs = collected.runs;
        let mut data = collected.data;
        if let Err(error) = collected.result {
            outcome.skipped = data.skipped;
            return Err(fail(method_failure(&error), outcome));
        }
        drop(steps);
        data.finish();
        outcome.skipped = std::mem::take(&mut data.skipped);
        Ok(Learnt {
            product,
            before,
            data,
            outcome,
        })
    }

    /// Writes what was learnt, and where it came from, as far as there are folders for it.
    fn keep(&self, name: &str, data: &ReleaseData) -> Result<(), StoreError> {
        if let Some(releases) = &self.releases {
            releases.write(name, data)?;
        }
        if let Some(evidences) = &self.evidences {
            evidences.renew(name, |before| evidence::document(data, before))?;
        }
        Ok(())
    }

    /// Writes the release data of a product and its evidence, as far as there are folders for
    /// them and what was learnt is believed, and goes on with it and what it was believed by.
    pub(super) fn conclude<By>(
        &self,
        learnt: Result<Learnt, Outcome>,
        believe: impl FnOnce(&Learnt) -> (bool, By),
        go_on: impl FnOnce(Learnt, By) -> Outcome,
    ) -> Outcome {
        let learnt = match learnt {
            Ok(learnt) => learnt,
            Err(outcome) => return outcome,
        };
        let (is_believed, by) = believe(&learnt);
        if !self.dry
            && is_believed
            && let Err(error) = self.keep(&learnt.product.name, &learnt.data)
        {
            return Outcome {
                status: Status::Failed(Failure::new(&error).hint(error.hint())),
                ..learnt.outcome
            };
        }
        go_on(learnt, by)
    }
}

/// What the methods of a product learnt, and how they ended.
pub(super) struct Collected {
    pub(super) data: ReleaseData,
    pub(super) runs: Vec<MethodRun>,
    pub(super) result: Result<(), MethodError>,
}

/// Runs methods in order until one fails.
pub(super) async fn collect(
    product: &Product,
    steps: &[Step<'_>],
    fetcher: &Fetcher,
    known: Option<ReleaseData>,
    today: Date,
    log: &Log,
) -> Collected {
    let mut data = known.unwrap_or_else(|| ReleaseData::new(today));
    let mut runs = Vec::new();
    let mut result = Ok(());
    for step in steps {
        log.note(&product.path, step);
        let start = Instant::now();
        result = step.collect(product, fetcher, &mut data).await;
        runs.push(MethodRun {
            method: step.config.method.to_owned(),
            duration: start.elapsed(),
            succeeded: result.is_ok(),
        });
        if result.is_err() {
            break;
        }
    }
    Collected { data, runs, result }
}

/// What is to be asked about a product, or why nothing is.
fn understand(product: &Product, force: bool) -> Result<Vec<Step<'_>>, Status> {
    let failed = |error: ProductError| Status::Failed(product_failure(&error));
    let auto = match product.auto().map_err(failed)? {
        Some(auto) if !auto.is_empty() => auto,
        _ => return Err(Status::Skipped("has no `auto.methods`".into())),
    };
    if auto.disabled && !force {
        return Err(Status::Skipped("`auto` is disabled".into()));
    }
    let steps = steps(product, force).map_err(failed)?;
    if steps.is_empty() {
        return Err(Status::Skipped("all its methods are disabled".into()));
    }
    Ok(steps)
}

/// Whether a product's release data adds to what earlier runs learnt.
pub(super) fn is_cumulative(product: &Product) -> bool {
    product
        .auto()
        .ok()
        .flatten()
        .is_some_and(|auto: Auto<'_>| auto.cumulative)
}

/// The notes that the entries of a product ask for, with file and line.
fn notes(product: &Product, steps: &[Step<'_>]) -> Vec<String> {
    steps
        .iter()
        .flat_map(|step| &step.config.notes)
        .map(|(line, note)| format!("{}:{line}: {note}", product.path))
        .collect()
}

/// A method's failure as it is shown.
pub(super) fn method_failure(error: &MethodError) -> Failure {
    Failure::new(error)
        .details(error.details())
        .hint(error.hint())
}

/// A product file's failure as it is shown.
pub(super) fn product_failure(error: &ProductError) -> Failure {
    Failure::new(error).hint(error.hint.clone())
}
