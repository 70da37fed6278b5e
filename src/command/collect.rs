//! The first half of the way: product to release data.

use crate::date::Date;
use crate::fetch::Fetcher;
use crate::methods::{MethodError, Step, steps};
use crate::product::{Auto, Product, ProductError};
use crate::release_data::ReleaseData;
use crate::report::{Failure, Status};

/// What is to be asked about a product, or why nothing is.
pub(super) fn understand(product: &Product, force: bool) -> Result<Vec<Step<'_>>, Status> {
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

/// Runs the methods of a product in order; all of them succeed, or nothing is learnt.
pub(super) async fn collect(
    product: &Product,
    steps: &[Step<'_>],
    fetcher: &Fetcher,
    known: Option<ReleaseData>,
    today: Date,
) -> (ReleaseData, Result<(), MethodError>) {
    let mut data = known.unwrap_or_else(|| ReleaseData::new(today));
    for step in steps {
        if let Err(error) = step.collect(product, fetcher, &mut data).await {
            return (data, Err(error));
        }
    }
    (data, Ok(()))
}

/// The notes that the entries of a product ask for, with file and line.
pub(super) fn notes(product: &Product, steps: &[Step<'_>]) -> Vec<String> {
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
