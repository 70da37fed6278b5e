//! What earlier runs did to a product: what they wrote, how far its versions ever skipped,
//! what its sources listed, and what was held.
//!
//! One JSON document a product, sorted, so that its changes can be read. A key that a newer
//! version of this program added is passed over; a document that cannot be read at all is
//! an error, and never "nothing is known".
//!
//! # When a write counts
//! What a run intended is not what the repository accepted: a push is rejected, a job dies,
//! a pull request stays open, two runs overlap. So a write is *pending* until the product
//! file shows it. Every run settles what is pending by the file that it reads
//! ([`History::settle`]). The writes of one run reached the file together or not at all:
//!
//! - one of them reads in the file: all were made, and what the file no longer holds was
//!   changed since;
//! - none does, and a field reads its old value: the write was lost, and is planned again;
//! - none does, and a field reads a third value: rule `corrected` holds it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::field_write::{FieldWrite, same};
use super::source_counts::SourceCounts;
use crate::date::Date;
use crate::plan::change::Change;
use crate::product::Product;
use crate::value::Value;

/// How long a write is remembered, in days.
const DAYS: i64 = 400;

/// What earlier runs did to a product.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct History {
    /// What its sources listed when they were last trusted.
    #[serde(rename = "shape")]
    pub counts: Option<SourceCounts>,
    /// The largest step that a number of a `latest` of the product ever made.
    #[serde(rename = "pace")]
    pub largest_step: u64,
    /// What is held, by id, with the day on which it was held first.
    pub held: BTreeMap<String, Date>,
    /// What was written and read in the file since, the oldest first.
    writes: Vec<PastWrite>,
    /// What was planned, and is not yet known to have reached the file, the oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pending: Vec<PendingWrite>,
}

/// A write of an earlier run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastWrite {
    /// The day of the run.
    pub day: Date,
    /// The name of the cycle.
    pub cycle: String,
    /// The field.
    pub field: String,
    /// What it held.
    pub old: Option<Value>,
    /// What it was made to hold.
    pub new: Option<Value>,
}

/// A write that may or may not have reached the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::plan) struct PendingWrite {
    /// Which run planned it, by a number that grows. Its writes are settled together.
    run: u64,
    #[serde(flatten)]
    pub(in crate::plan) write: PastWrite,
    /// Whether a person accepted it although a rule objected.
    #[serde(default)]
    pub(in crate::plan) accepted: bool,
}

/// Why a history cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("is not a guard history file")]
pub struct HistoryError(#[from] serde_json::Error);

impl PastWrite {
    fn of(write: &FieldWrite, day: Date) -> Self {
        Self {
            day,
            cycle: write.cycle.clone(),
            field: write.field.clone(),
            old: write.old.clone(),
            new: write.new.clone(),
        }
    }

    fn is_of(&self, cycle: &str, field: &str) -> bool {
        self.field == field && self.cycle == cycle
    }

    /// Whether the file reads this value in the field; of cycles of one name, any counts.
    fn reads(&self, product: &Product, value: Option<&Value>) -> bool {
        product
            .cycles()
            .filter(|cycle| cycle.name() == self.cycle)
            .any(|cycle| {
                let now = cycle.value(&self.field);
                same(now.as_ref().filter(|now| **now != Value::Null), value)
            })
    }
}

impl History {
    /// Reads what [`History::to_json`] wrote.
    pub fn from_json(json: &[u8]) -> Result<Self, HistoryError> {
        Ok(serde_json::from_slice(json)?)
    }

    /// The history as JSON, indented, with a line end.
    pub fn to_json(&self) -> String {
        let mut json = serde_json::to_string_pretty(self).expect("a history is JSON");
        json.push('\n');
        json
    }

    /// Records a write that was made, and forgets those of long ago.
    pub fn record(&mut self, write: &FieldWrite, day: Date) {
        if let Some(step) = write.step() {
            self.largest_step = self.largest_step.max(step);
        }
        if self
            .writes
            .first()
            .is_some_and(|first| (day - first.day).num_days() > DAYS)
        {
            self.writes
                .retain(|written| (day - written.day).num_days() <= DAYS);
        }
        self.writes.push(PastWrite::of(write, day));
    }

    /// Settles what is pending by what the file reads now.
    pub fn settle(&mut self, product: &Product) {
        if self.pending.is_empty() {
            return;
        }
        let runs: BTreeSet<u64> = self.pending.iter().map(|pending| pending.run).collect();
        let reached = |run: &u64| {
            let mut of_run = self.pending.iter().filter(|pending| pending.run == *run);
            of_run.any(|pending| pending.write.reads(product, pending.write.new.as_ref()))
        };
        let made: BTreeSet<u64> = runs.into_iter().filter(reached).collect();
        let (made, open): (Vec<_>, Vec<_>) = std::mem::take(&mut self.pending)
            .into_iter()
            .partition(|pending| made.contains(&pending.run));
        // An older plan for a field that was written since is of no interest any more.
        self.pending = open;
        self.pending.retain(|pending| {
            let PastWrite { cycle, field, .. } = &pending.write;
            !made
                .iter()
                .any(|made| made.write.is_of(cycle, field) && made.run > pending.run)
        });
        for PendingWrite { write, .. } in made {
            let day = write.day;
            let write = FieldWrite {
                cycle: write.cycle,
                field: write.field,
                old: write.old,
                new: write.new,
            };
            self.record(&write, day);
        }
    }

    /// Adds the writes of a run, which take the place of equal ones of earlier runs. `accepted`
    /// says of each whether a person accepted it.
    pub(in crate::plan) fn plan(&mut self, writes: Vec<(FieldWrite, bool)>, day: Date) {
        let newest = self.pending.iter().map(|pending| pending.run).max();
        let run = newest.map_or(1, |newest| newest + 1);
        for (write, accepted) in writes {
            self.pending.retain(|pending| {
                let PastWrite {
                    cycle, field, new, ..
                } = &pending.write;
                (day - pending.write.day).num_days() <= DAYS
                    && !(*cycle == write.cycle
                        && *field == write.field
                        && same(new.as_ref(), write.new.as_ref()))
            });
            self.pending.push(PendingWrite {
                run,
                write: PastWrite::of(&write, day),
                accepted,
            });
        }
    }

    /// Forgets what `seen` has pending in fields that this run wants to stay as they are:
    /// their sources changed their mind. What another run planned meanwhile stays.
    pub(in crate::plan) fn drop_unwanted(
        &mut self,
        seen: &Self,
        is_wanted: impl Fn(&PastWrite) -> bool,
    ) {
        self.pending
            .retain(|pending| is_wanted(&pending.write) || !seen.pending.contains(pending));
    }

    /// The day on which an earlier run planned a change that never reached the file.
    pub(in crate::plan) fn lost(&self, change: &Change) -> Option<Date> {
        let change = FieldWrite::of(change);
        self.pending(&change.cycle, &change.field)
            .map(|pending| &pending.write)
            .find(|write| same(write.new.as_ref(), change.new.as_ref()))
            .map(|write| write.day)
    }

    /// What is pending in a field, the newest first.
    pub(in crate::plan) fn pending<'a>(
        &'a self,
        cycle: &'a str,
        field: &'a str,
    ) -> impl Iterator<Item = &'a PendingWrite> {
        let pending = self.pending.iter().rev();
        pending.filter(move |pending| pending.write.is_of(cycle, field))
    }

    /// What was written into a field, the newest first.
    pub(super) fn of<'a>(
        &'a self,
        cycle: &'a str,
        field: &'a str,
    ) -> impl Iterator<Item = &'a PastWrite> {
        self.writes
            .iter()
            .rev()
            .filter(move |written| written.is_of(cycle, field))
    }
}
