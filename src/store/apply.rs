//! What is known of a product, and how a run writes it.
//!
//! # The order of the writes
//! A run can be killed between any two of them, and nothing is lost or falsely believed:
//!
//! | write | killed after it |
//! |---|---|
//! | 1. evidence, of trusted sources | it tells of values that release data lacks; the next run collects them again, and nothing decides by evidence. The other way round the origin of a value would be lost: release data would have the value already |
//! | 2. release data, of trusted sources | the next run makes the same plan |
//! | 3. the history: counts, holds, and the writes as *pending* | the file still holds the old values, so the next run plans them again and says so |
//! | 4. the product file, if it still is what was read | all is done; the next run reads the new values and knows that the writes were made |

use super::error::{ApplyError, StoreError};
use super::evidence::EvidenceStore;
use super::history::HistoryStore;
use super::products::Products;
use super::release_data::ReleaseDataStore;
use crate::date::Date;
use crate::explain::evidence_file;
use crate::plan::guard::{History, SourceCounts};
use crate::plan::{Plan, Sources};
use crate::product::Product;
use crate::release_data::ReleaseData;

/// What a person should know of the writes of a product that were made.
#[derive(Debug)]
pub enum ApplyNote {
    /// Its evidence is as it was: a value is of more use than where it came from.
    EvidenceNotWritten(StoreError),
    /// Its history is as it was: the product file is of more use than what is known of it.
    HistoryNotWritten(StoreError),
    /// So many other names (hard links) of its file hold the old file.
    OtherNames(u64),
}

/// What is written of a product.
#[derive(Debug, Clone, Copy)]
pub struct Apply<'a> {
    /// As it was read.
    pub product: &'a Product,
    /// Its release data, where this run collected it.
    pub collected: Option<&'a ReleaseData>,
    pub plan: &'a Plan,
    /// The history that the plan was made with.
    pub seen: &'a History,
    /// The file with the changes made.
    pub file: &'a [u8],
    pub today: Date,
}

/// The folders of a run.
#[derive(Debug)]
pub struct Store {
    pub products: Products,
    /// The release data of earlier runs, where the run has a folder for it.
    pub release_data: Option<ReleaseDataStore>,
    /// Where every collected value came from, where the run keeps that.
    pub evidence: Option<EvidenceStore>,
    /// What earlier runs did, where the run keeps that.
    pub history: Option<HistoryStore>,
}

impl Store {
    /// Removes from every folder what killed runs left behind.
    pub fn sweep(&self) {
        self.products.sweep();
        self.release_data.iter().for_each(|store| store.0.sweep());
        self.evidence.iter().for_each(|store| store.0.sweep());
        self.history.iter().for_each(|store| store.0.sweep());
    }

    /// The files of release data and of the history of a product as they are, where they are
    /// there and can be read.
    pub fn files(&self, product: &str) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
        let data = self.release_data.as_ref().map(|store| &store.0);
        let history = self.history.as_ref().map(|store| &store.0);
        let [data, history] = [data, history].map(|folder| folder?.read(product).ok()?);
        (data, history)
    }

    /// The release data that earlier runs collected of a product.
    pub fn known(&self, product: &str, today: Date) -> Result<Option<ReleaseData>, StoreError> {
        let read = |store: &ReleaseDataStore| store.read(product, today);
        Ok(self.release_data.as_ref().map(read).transpose()?.flatten())
    }

    /// What earlier runs did to a product, settled by the file as it reads now, and why that
    /// cannot be read, where it cannot. What the sources listed before is taken from `known`
    /// where the history does not say it.
    pub fn history(
        &self,
        product: &Product,
        known: Option<&ReleaseData>,
    ) -> (History, Option<StoreError>) {
        let read = |store: &HistoryStore| store.read(&product.name);
        let (mut history, error) = match self.history.as_ref().map(read) {
            Some(Ok(history)) => (history, None),
            Some(Err(error)) => (History::default(), Some(error)),
            None => (History::default(), None),
        };
        history.settle(product);
        if history.counts.is_none() {
            history.counts = known.map(|known| SourceCounts::of(known, product));
        }
        (history, error)
    }

    /// Writes 1 and 2: the evidence and the release data of a product, unless its sources are
    /// suspicious. That the evidence cannot be written is told to `note`.
    pub fn keep(
        &self,
        product: &str,
        data: &ReleaseData,
        plan: &Plan,
        note: impl FnMut(ApplyNote),
    ) -> Result<(), StoreError> {
        self.keep_first(2, product, data, plan, note)
    }

    fn keep_first(
        &self,
        writes: usize,
        product: &str,
        data: &ReleaseData,
        plan: &Plan,
        mut note: impl FnMut(ApplyNote),
    ) -> Result<(), StoreError> {
        if let Sources::Suspicious(_) = plan.sources {
            return Ok(());
        }
        if let Some(store) = self.evidence.as_ref().filter(|_| writes >= 1) {
            let renewed = store.renew(product, |before| evidence_file(data, before));
            if let Err(error) = renewed {
                note(ApplyNote::EvidenceNotWritten(error));
            }
        }
        if let Some(store) = self.release_data.as_ref().filter(|_| writes >= 2) {
            store.write(product, data)?;
        }
        Ok(())
    }

    /// Write 3: the history of a product. It is read again and settled first, as another run
    /// may have written meanwhile. A run that plans nothing settles what is pending, too.
    pub fn remember(
        &self,
        product: &Product,
        after: impl Fn(History) -> History,
    ) -> Result<(), StoreError> {
        let Some(store) = &self.history else {
            return Ok(());
        };
        store.change(&product.name, |mut now| {
            now.settle(product);
            after(now)
        })
    }

    /// All four writes of a product. What could not be kept beside the release data and the file
    /// is told to `note`, and fails nothing.
    pub fn apply(&self, apply: &Apply<'_>, note: impl FnMut(ApplyNote)) -> Result<(), ApplyError> {
        self.apply_first(4, apply, note)
    }

    /// The first writes of a product, as a run makes them that is killed after them.
    #[doc(hidden)]
    pub fn apply_first(
        &self,
        writes: usize,
        apply: &Apply<'_>,
        mut note: impl FnMut(ApplyNote),
    ) -> Result<(), ApplyError> {
        let (product, plan, today) = (apply.product, apply.plan, apply.today);
        if let Some(data) = apply.collected {
            self.keep_first(writes, &product.name, data, plan, &mut note)?;
        }
        if writes >= 3 {
            let after = |now| {
                let after = plan.history_after(apply.seen, now, today);
                match apply.collected {
                    Some(_) => plan.history_after_collecting(after, today),
                    None => after,
                }
            };
            if let Err(error) = self.remember(product, after) {
                note(ApplyNote::HistoryNotWritten(error));
            }
        }
        if writes >= 4 && apply.file != product.file {
            let others = self.products.write(product, apply.file)?;
            if others > 0 {
                note(ApplyNote::OtherNames(others));
            }
        }
        Ok(())
    }
}
