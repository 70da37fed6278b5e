//! The second half of the way: release data into a product file.

use std::path::PathBuf;

use super::diff_path;
use crate::date::Date;
use crate::edit;
use crate::merge;
use crate::product::Product;
use crate::release_data::ReleaseData;
use crate::report::{self, Failure, Outcome, Status};
use crate::store::Products;

/// Where product files are written, and whether they are.
pub(super) struct Settling {
    pub(super) products: Products,
    pub(super) products_dir: PathBuf,
    pub(super) today: Date,
    pub(super) dry: bool,
}

impl Settling {
    /// Merges what was learnt, and writes what changed unless the run is dry.
    pub(super) fn settle(
        &self,
        product: &Product,
        data: &ReleaseData,
        outcome: Outcome,
    ) -> Outcome {
        let plan = merge::plan(product, data, self.today);
        let outcome = Outcome {
            notices: plan.notices,
            ..outcome
        };
        if plan.changes.is_empty() {
            return outcome;
        }
        let failed = |failure: Failure, outcome: Outcome| Outcome {
            status: Status::Failed(failure),
            ..outcome
        };
        let file = match edit::apply(product, &plan.changes) {
            Ok(file) => file,
            Err(error) => return failed(Failure::new(&error), outcome),
        };
        if !self.dry
            && let Err(error) = self.products.write(product, &file)
        {
            return failed(Failure::new(&error), outcome);
        }
        let path = diff_path(&self.products_dir, &product.name);
        let diff = report::unified(&path, &product.file, &file);
        Outcome {
            status: Status::Updated,
            changes: plan.changes,
            diff,
            ..outcome
        }
    }
}
