//! What earlier runs did to a product: what they wrote, how far its versions ever skipped,
//! what its sources listed, and what was held.
//!
//! One JSON document a product, sorted, so that its history can be read. A field that a
//! newer version of this program added is passed over; a document that can not be read at
//! all is an error, and never "nothing is known".

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Write;
use super::rules::step;
use super::shape::Shape;
use crate::date::Date;
use crate::value::Value;

/// How long a write is remembered, in days.
const DAYS: i64 = 400;

/// What earlier runs did to a product.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// What its sources listed when they were last believed.
    pub shape: Option<Shape>,
    /// The largest step that a number of a `latest` of the product ever made.
    pub pace: u64,
    /// What is held, by id, with the day on which it was held first.
    pub held: BTreeMap<String, Date>,
    /// What was written, the oldest first.
    writes: Vec<Written>,
}

/// A write of an earlier run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
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

/// Why a memory can not be read.
#[derive(Debug, thiserror::Error)]
#[error("is no memory of shelflife")]
pub struct MemoryError(#[from] serde_json::Error);

impl Memory {
    /// Reads what [`Memory::to_json`] wrote.
    pub fn from_json(json: &[u8]) -> Result<Self, MemoryError> {
        Ok(serde_json::from_slice(json)?)
    }

    /// The memory as JSON, indented, with a line end.
    pub fn to_json(&self) -> String {
        let mut json = serde_json::to_string_pretty(self).expect("a memory is JSON");
        json.push('\n');
        json
    }

    /// Remembers a write, and forgets those of long ago.
    pub fn record(&mut self, write: &Write, day: Date) {
        if let Some(step) = step(write) {
            self.pace = self.pace.max(step);
        }
        if self
            .writes
            .first()
            .is_some_and(|first| (day - first.day).num_days() > DAYS)
        {
            self.writes
                .retain(|written| (day - written.day).num_days() <= DAYS);
        }
        self.writes.push(Written {
            day,
            cycle: write.cycle.clone(),
            field: write.field.clone(),
            old: write.old.clone(),
            new: write.new.clone(),
        });
    }

    /// What was written into a field, the newest first.
    pub(super) fn of<'a>(
        &'a self,
        cycle: &'a str,
        field: &'a str,
    ) -> impl Iterator<Item = &'a Written> {
        self.writes
            .iter()
            .rev()
            .filter(move |written| written.field == field && written.cycle == cycle)
    }
}
