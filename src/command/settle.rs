//! The second half of the way: release data into a product file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;

use super::diff_path;
use crate::cli::{Common, Folder, Merging};
use crate::date::Date;
use crate::edit;
use crate::merge;
use crate::product::Product;
use crate::release_data::ReleaseData;
use crate::report::{self, Failure, Known, Outcome, Report, Status};
use crate::store::{Products, replace};
use crate::validate;
use crate::why::{Stop, Stopped};

/// Where product files are written, and whether they are.
pub(super) struct Settling {
    pub(super) products: Arc<Products>,
    pub(super) today: Date,
    pub(super) dry: bool,
    /// Whether a change that would make a valid cycle invalid is withheld.
    validate: bool,
    products_dir: PathBuf,
    /// The notices of earlier runs, and the file that keeps them.
    known: Option<(PathBuf, Known)>,
}

impl Settling {
    pub(super) fn new(
        products: Products,
        folder: &Folder,
        merging: &Merging,
        common: &Common,
        dry: bool,
    ) -> anyhow::Result<Self> {
        if !dry {
            products.sweep();
        }
        let known = merging
            .known
            .as_ref()
            .map(|path| match fs_err::read_to_string(path) {
                Ok(text) => Ok((path.clone(), Known::read(&text))),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    Ok((path.clone(), Known::default()))
                }
                Err(error) => Err(error).context("cannot read the known notices"),
            });
        Ok(Self {
            products: Arc::new(products),
            today: common.today(),
            dry,
            validate: !merging.no_validate,
            products_dir: folder.products_dir.clone(),
            known: known.transpose()?,
        })
    }

    /// Where nothing is written, and everything is judged.
    pub(super) fn dry(products: Products, products_dir: &Path, today: Date) -> Self {
        Self {
            products: Arc::new(products),
            today,
            dry: true,
            validate: true,
            products_dir: products_dir.to_owned(),
            known: None,
        }
    }

    /// Which of the changes that are planned would not be written, and why.
    pub(super) fn stopped(&self, product: &Product, data: &ReleaseData) -> Vec<Stopped> {
        let plan = merge::plan(product, data, self.today);
        let (_, withheld) = validate::withhold(product, plan.changes, self.today);
        withheld
            .into_iter()
            .map(|withheld| {
                let stop = Stop::Withheld {
                    rule: withheld.rule.to_owned(),
                    reason: withheld.reason,
                };
                (withheld.change.index, withheld.change.field, stop)
            })
            .collect()
    }

    /// Merges what was learnt, and writes what changed unless the run is dry.
    pub(super) fn settle(
        &self,
        product: &Product,
        data: &ReleaseData,
        outcome: Outcome,
    ) -> Outcome {
        let plan = merge::plan(product, data, self.today);
        let mut outcome = outcome.notices(plan.notices);
        if let Some((_, known)) = &self.known {
            known.mark(&mut outcome);
        }
        let (changes, withheld) = if self.validate {
            validate::withhold(product, plan.changes, self.today)
        } else {
            (plan.changes, Vec::new())
        };
        outcome.withheld = withheld.iter().map(ToString::to_string).collect();
        if changes.is_empty() {
            return outcome;
        }
        let failed = |failure: Failure, outcome: Outcome| Outcome {
            status: Status::Failed(failure),
            ..outcome
        };
        let file = match edit::apply(product, &changes) {
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
            changes,
            diff,
            ..outcome
        }
    }

    /// Keeps the notices of a run, so that the next one knows them.
    pub(super) fn keep_known(&self, report: &Report) -> anyhow::Result<()> {
        match &self.known {
            Some((path, known)) if !self.dry => replace(path, known.write(report).as_bytes())
                .context("cannot keep the known notices"),
            _ => Ok(()),
        }
    }
}
