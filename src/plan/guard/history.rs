//! What earlier runs did to a product: what they wrote, how far its versions ever skipped,
//! what its sources listed, and what was held.
//!
//! One JSON document a product, sorted, so that its changes can be read. A key that a newer
//! version of this program added is skipped; a document that cannot be read at all is
//! an error, and never "nothing is known".
//!
//! # When a write counts
//! What a run intended is not what the repository accepted: a push is rejected, a job dies,
//! a pull request stays open, two runs overlap. So a write is *pending* until the product
//! file shows it. Every run settles what is pending by the file that it reads
//! ([`History::settle`]). The writes of one run reached the file together or not at all:
//!
//! - one of them reads in the file, and no earlier run planned it too: all were made, and what
//!   the file no longer holds was changed since;
//! - none does, and a field reads its old value: the write was lost, and is planned again;
//! - none does, and a field reads a third value: rule `corrected` holds it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::field_write::{FieldWrite, same};
use super::source_counts::SourceCounts;
use crate::date::Date;
use crate::plan::change::Change;
use crate::product::Product;
use crate::value::Value;

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
    /// The same of sources that a run collected and does not trust.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub held_sources: BTreeMap<String, Date>,
    /// The release cycles that were offered and are not in the file, with the first day.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(in crate::plan) offered: BTreeMap<String, Date>,
    /// What was written and read in the file since, the oldest first.
    writes: Vec<PastWrite>,
    /// What was planned, and is not yet known to have reached the file, the oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pending: Vec<PendingWrite>,
}

/// A write of an earlier run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::plan) struct PastWrite {
    pub(super) day: Date,
    #[serde(flatten)]
    pub(super) write: FieldWrite,
}

/// A write that may or may not have reached the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::plan) struct PendingWrite {
    /// Which run planned it, by a number that grows. Its writes are settled together.
    run: u64,
    #[serde(flatten)]
    pub(super) past: PastWrite,
    /// Whether a person accepted it although a rule objected.
    #[serde(default)]
    accepted: bool,
}

/// Why a history cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("is not a guard history file")]
pub struct HistoryError(#[from] serde_json::Error);

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
    pub(super) fn record(&mut self, write: FieldWrite, day: Date) {
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
        self.writes.push(PastWrite { day, write });
    }

    /// Settles what is pending by what the file reads now.
    pub fn settle(&mut self, product: &Product) {
        if self.offered.is_empty() && self.pending.is_empty() {
            return;
        }
        let names = product.cycle_names();
        self.offered
            .retain(|offered, _| names.named(offered).is_empty());
        // Of cycles of one name, any counts.
        let reads = |write: &FieldWrite| {
            let cycles = product.cycles_named(&names, &write.cycle);
            cycles.map(|cycle| cycle.value(&write.field)).any(|now| {
                let now = now.filter(|now| *now != Value::Null);
                same(now.as_ref(), write.new.as_ref())
            })
        };
        // A value that an earlier run planned too shows that the earlier one reached the file.
        let mut planned: HashMap<(&str, &str), Vec<&Option<Value>>> = HashMap::new();
        let mut made: BTreeSet<u64> = BTreeSet::new();
        for PendingWrite { run, past, .. } in &self.pending {
            let (write, new) = (&past.write, &past.write.new);
            let earlier = planned.entry(write.key()).or_default();
            let is_planned = |earlier: &&Option<Value>| same(earlier.as_ref(), new.as_ref());
            if !earlier.iter().any(is_planned) {
                if reads(write) {
                    made.insert(*run);
                }
                earlier.push(new);
            }
        }
        let (made, open): (Vec<_>, Vec<_>) = std::mem::take(&mut self.pending)
            .into_iter()
            .partition(|pending| made.contains(&pending.run));
        // What reads in the file is no longer open, and neither is an older plan for a field.
        let mut newest: HashMap<(&str, &str), u64> = HashMap::new();
        for PendingWrite { run, past, .. } in &made {
            newest.insert(past.write.key(), *run);
        }
        self.pending = open
            .into_iter()
            .filter(|PendingWrite { run, past, .. }| {
                let write = &past.write;
                !reads(write) && newest.get(&write.key()).is_none_or(|made| made < run)
            })
            .collect();
        for PendingWrite { past, .. } in made {
            self.record(past.write, past.day);
        }
    }

    /// Adds the writes of a run, each with whether a person accepted it. A run that plans the
    /// same as the newest one is that one again.
    pub(in crate::plan) fn plan(&mut self, writes: Vec<(FieldWrite, bool)>, day: Date) {
        self.pending
            .retain(|pending| (day - pending.past.day).num_days() <= DAYS);
        let newest = self.pending.last().map_or(0, |pending| pending.run);
        // The number is of a file, which may hold any.
        let next = newest.saturating_add(1);
        let accepted: HashSet<(String, String, String)> = self
            .pending
            .iter()
            .filter(|pending| pending.accepted)
            .map(|pending| decision(&pending.past.write))
            .collect();
        let planned: Vec<PendingWrite> = writes
            .into_iter()
            .map(|(write, is_accepted)| PendingWrite {
                run: next,
                accepted: is_accepted || accepted.contains(&decision(&write)),
                past: PastWrite { day, write },
            })
            .collect();
        let wanted = |pending: &[PendingWrite]| -> BTreeSet<(String, String, String)> {
            let writes = pending.iter().map(|pending| decision(&pending.past.write));
            writes.collect()
        };
        let start = self.pending.partition_point(|pending| pending.run < newest);
        let is_again = !planned.is_empty() && wanted(&planned) == wanted(&self.pending[start..]);
        if is_again {
            self.pending.truncate(start);
        }
        let run = if is_again { newest } else { next };
        let planned = planned.into_iter();
        self.pending
            .extend(planned.map(|pending| PendingWrite { run, ..pending }));
    }

    /// Forgets what `seen` has pending in fields in which sources and file agree now. What
    /// another run planned meanwhile stays.
    pub(in crate::plan) fn drop_agreed(&mut self, seen: &Self, agreed: &[(String, String)]) {
        if agreed.is_empty() {
            return;
        }
        let agreed: HashSet<(&str, &str)> = agreed
            .iter()
            .map(|(cycle, field)| (&**cycle, &**field))
            .collect();
        let known: HashSet<u64> = seen.pending.iter().map(|pending| pending.run).collect();
        self.pending.retain(|pending| {
            !known.contains(&pending.run) || !agreed.contains(&pending.past.write.key())
        });
    }

    pub(in crate::plan) fn pending_fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pending.iter().map(|pending| pending.past.write.key())
    }
}

/// What a write wants, so that equal ones are found.
fn decision(write: &FieldWrite) -> (String, String, String) {
    let new = write.new.as_ref().map(ToString::to_string);
    (
        write.cycle.clone(),
        write.field.clone(),
        new.unwrap_or_default(),
    )
}

/// What earlier runs did, found by cycle and field.
#[derive(Debug)]
pub(in crate::plan) struct HistoryIndex<'a> {
    pub(super) history: &'a History,
    writes: ByField<'a, PastWrite>,
    pending: ByField<'a, PendingWrite>,
}

/// By cycle and field, the oldest first.
type ByField<'a, T> = HashMap<&'a str, HashMap<&'a str, Vec<&'a T>>>;

impl<'a> HistoryIndex<'a> {
    pub(in crate::plan) fn of(history: &'a History) -> Self {
        let mut index = Self {
            history,
            writes: HashMap::new(),
            pending: HashMap::new(),
        };
        for past in &history.writes {
            let cycle = index.writes.entry(&past.write.cycle).or_default();
            cycle.entry(&past.write.field).or_default().push(past);
        }
        for pending in &history.pending {
            let write = &pending.past.write;
            let cycle = index.pending.entry(&write.cycle).or_default();
            cycle.entry(&write.field).or_default().push(pending);
        }
        index
    }

    pub(super) fn written(&self, write: &FieldWrite) -> &[&'a PastWrite] {
        let written = self.writes.get(&*write.cycle);
        let written = written.and_then(|cycle| cycle.get(&*write.field));
        written.map_or(&[], Vec::as_slice)
    }

    pub(super) fn pending(&self, write: &FieldWrite) -> &[&'a PendingWrite] {
        let pending = self.pending.get(&*write.cycle);
        let pending = pending.and_then(|cycle| cycle.get(&*write.field));
        pending.map_or(&[], Vec::as_slice)
    }

    /// The day on which an earlier run planned a change that never reached the file.
    pub(in crate::plan) fn lost(&self, change: &Change) -> Option<Date> {
        let write = FieldWrite::of(change);
        let pending = self.pending(&write).iter().rev();
        pending
            .map(|pending| &pending.past)
            .find(|past| same(past.write.new.as_ref(), write.new.as_ref()))
            .map(|past| past.day)
    }

    /// Whether an earlier run wrote a change over the value that is still there because a
    /// person accepted it.
    pub(super) fn accepted(&self, change: &Change) -> bool {
        let write = FieldWrite::of(change);
        self.pending(&write).iter().any(|pending| {
            let past = &pending.past.write;
            pending.accepted
                && same(past.old.as_ref(), write.old.as_ref())
                && same(past.new.as_ref(), write.new.as_ref())
        })
    }
}
