//! The second half of the way: release data into a product file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;

use super::diff_path;
use super::judge::Recalled;
use crate::cli::{Common, Folder, Merging};
use crate::date::Date;
use crate::edit;
use crate::explain::{Stop, Stopped};
use crate::plan::guard::{Accepted, Mode};
use crate::plan::merge::{self, Change, Notice};
use crate::plan::validate;
use crate::product::Product;
use crate::release_data::ReleaseData;
use crate::report::{self, Failure, Known, Outcome, Report, Status};
use crate::store::{Decisions, Memories, Products, replace};

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
    pub(super) guard: Mode,
    pub(super) decisions: Decisions,
    pub(super) memories: Option<Memories>,
    pub(super) accepted: Accepted,
}

/// What is merged into a product file.
#[derive(Clone, Copy)]
pub(super) struct Listed<'a> {
    /// What its sources list now; `None` where nothing was ever learnt.
    pub(super) data: Option<&'a ReleaseData>,
    /// What they listed before, where that is known.
    pub(super) before: Option<&'a ReleaseData>,
}

impl<'a> Listed<'a> {
    pub(super) fn of(data: &'a ReleaseData, before: Option<&'a ReleaseData>) -> Self {
        Self {
            data: Some(data),
            before,
        }
    }
}

impl Settling {
    pub(super) fn new(
        products: Products,
        folder: &Folder,
        merging: &Merging,
        common: &Common,
        memories: Option<Memories>,
        dry: bool,
    ) -> anyhow::Result<Self> {
        let guard = merging.mode();
        let memories = merging
            .memory
            .as_deref()
            .map(Memories::at)
            .or(memories)
            .filter(|_| guard != Mode::Off);
        if !dry {
            products.sweep();
            memories.iter().for_each(Memories::sweep);
        }
        let decisions = Decisions::read(merging.settings.as_deref(), &products)?;
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
            guard,
            decisions,
            memories,
            accepted: merging.accepted()?,
        })
    }

    /// Where nothing is written, and everything is judged.
    pub(super) fn dry(
        products: Products,
        products_dir: &Path,
        memories: Option<Memories>,
        today: Date,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            decisions: Decisions::read(None, &products)?,
            products: Arc::new(products),
            today,
            dry: true,
            validate: true,
            products_dir: products_dir.to_owned(),
            known: None,
            guard: Mode::Hold,
            memories,
            accepted: Accepted::default(),
        })
    }

    /// Which of the changes that are planned would not be written, and why.
    pub(super) fn stopped(&self, product: &Product, listed: Listed<'_>) -> Vec<Stopped> {
        let nothing = ReleaseData::new(self.today);
        let plan = merge::plan(product, listed.data.unwrap_or(&nothing), self.today);
        let mut unsaid = Outcome::new(&product.name, Status::Unchanged);
        let recalled = self.recall(product, listed);
        let verdict = self.judge(product, plan.changes, &recalled, &mut unsaid);
        let (_, withheld) = validate::withhold(product, verdict.changes, self.today);
        let held = verdict.held.into_iter().filter_map(|held| {
            let stop = Stop::Held {
                id: held.id,
                rule: held.reason.rule.to_owned(),
                reason: held.reason.sentence,
            };
            Some((held.change?, stop))
        });
        let pinned = verdict.pinned.into_iter().map(|(pin, change)| {
            let stop = Stop::Pinned {
                at: format!("{}:{}", self.decisions.shown(), pin.line),
                until: pin.until,
                reason: pin.why,
            };
            (change, stop)
        });
        let withheld = withheld.into_iter().map(|withheld| {
            let stop = Stop::Withheld {
                rule: withheld.rule.to_owned(),
                reason: withheld.reason,
            };
            (withheld.change, stop)
        });
        held.chain(pinned)
            .chain(withheld)
            .map(|(change, stop)| (change.index, change.field, stop))
            .collect()
    }

    /// Merges what was learnt, and writes what changed unless the run is dry.
    pub(super) fn settle(
        &self,
        product: &Product,
        listed: Listed<'_>,
        recalled: Recalled,
        mut outcome: Outcome,
    ) -> Outcome {
        let nothing = ReleaseData::new(self.today);
        let data = listed.data.unwrap_or(&nothing);
        let plan = merge::plan(product, data, self.today);
        let verdict = self.judge(product, plan.changes, &recalled, &mut outcome);
        let mut notices = plan.notices;
        // A cycle is as old as its file says, where what would change that is held.
        notices.retain(|notice| match notice {
            Notice::Stale { cycle, .. } => !verdict.holds(cycle),
            _ => true,
        });
        let mut outcome = outcome.notices(notices);
        if let Some((_, known)) = &self.known {
            known.mark(&mut outcome);
        }
        outcome
            .notes
            .extend(self.said_of_pins(product, data, &verdict));
        let (changes, withheld) = if self.validate {
            validate::withhold(product, verdict.changes.clone(), self.today)
        } else {
            (verdict.changes.clone(), Vec::new())
        };
        outcome.withheld = withheld.iter().map(ToString::to_string).collect();
        let mut outcome = self.write(product, changes, outcome);
        if !self.dry && !outcome.is_failed() {
            self.remember(product, recalled, &verdict, &mut outcome);
        }
        outcome.held = verdict.held;
        outcome.accepted = verdict.accepted;
        outcome
    }

    /// Writes changes into a product file, unless the run is dry.
    fn write(&self, product: &Product, changes: Vec<Change>, outcome: Outcome) -> Outcome {
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
