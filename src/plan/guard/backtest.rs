//! The rules, run over past writes of which it is known whether people took them back.
//!
//! A record is one write of a bot into a product file, and whether a person put the old
//! value back soon after. The writes are taken in their order, run by run, with the history
//! of those before; a write that a rule would have held is counted, and goes into the
//! history all the same, because it was made. Rule `source` cannot be asked: a record does
//! not know what the sources listed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::field_write::FieldWrite;
use super::history::{History, HistoryIndex};
use super::hold::AcceptedIds;
use super::rule::Rule;
use super::thresholds::{Suppression, Thresholds};
use super::{GuardInput, objections};
use crate::date::Date;
use crate::value::Value;

/// One write of the past.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedWrite {
    /// What names the run, such as a commit.
    pub commit: String,
    pub date: Date,
    pub product: String,
    #[serde(rename = "releaseCycle")]
    pub cycle: String,
    pub field: String,
    /// What it held, as a text; `True` and `False` are booleans.
    pub old: Option<String>,
    pub new: Option<String>,
    /// Whether a person put the old value back soon after.
    pub restored: bool,
}

/// A line that is no record.
#[derive(Debug, thiserror::Error)]
#[error("line {line} is not a recorded write")]
pub struct RecordedWriteError {
    /// The line, from 1.
    pub line: usize,
    /// Why.
    #[source]
    pub source: serde_json::Error,
}

impl RecordedWrite {
    /// Reads records, one JSON object a line.
    pub fn read(text: &str) -> Result<Vec<Self>, RecordedWriteError> {
        text.lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(index, line)| {
                serde_json::from_str(line).map_err(|source| RecordedWriteError {
                    line: index + 1,
                    source,
                })
            })
            .collect()
    }

    fn write(&self) -> FieldWrite {
        let value = |text: &Option<String>| {
            text.as_deref().map(|text| match text {
                "True" | "true" => Value::Bool(true),
                "False" | "false" => Value::Bool(false),
                text => Value::of_text(text),
            })
        };
        FieldWrite {
            cycle: self.cycle.clone(),
            field: self.field.clone(),
            old: value(&self.old),
            new: value(&self.new),
        }
    }
}

/// What came of a backtest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Score {
    /// How many writes there were.
    pub writes: usize,
    /// How many of them would have been held.
    pub held: usize,
    /// How many of them people took back.
    pub restored: usize,
    /// How many of those would have been held.
    pub caught: usize,
    /// The same by rule, in the order of the rules.
    pub rules: Vec<(Rule, Tally)>,
    /// The numbers of the records that were held, from 0, and by which rule.
    pub holds: BTreeMap<usize, Rule>,
}

/// How often a rule held a write, and how many of those people took back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many writes it held.
    pub held: usize,
    /// How many of them people took back.
    pub caught: usize,
}

/// Asks the rules about recorded writes, in their order.
pub fn backtest(
    records: &[RecordedWrite],
    thresholds: &Thresholds,
    suppressions: &[Suppression],
) -> Score {
    let mut histories: BTreeMap<&str, History> = BTreeMap::new();
    let mut score = Score {
        writes: records.len(),
        restored: records.iter().filter(|record| record.restored).count(),
        ..Score::default()
    };
    let mut tallies: BTreeMap<Rule, Tally> = BTreeMap::new();
    let mut first = 0;
    for commit in records.chunk_by(|a, b| a.commit == b.commit) {
        let mut products: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, record) in commit.iter().enumerate() {
            products.entry(&record.product).or_default().push(index);
        }
        for (product, indexes) in products {
            let history = histories.entry(product).or_default();
            let writes: Vec<FieldWrite> =
                indexes.iter().map(|index| commit[*index].write()).collect();
            let input = GuardInput {
                thresholds,
                suppressions,
                history: &HistoryIndex::of(history),
                accepted: &AcceptedIds::default(),
                today: commit[indexes[0]].date,
            };
            let causes = objections(product, &writes, &input);
            for (index, cause) in indexes.iter().zip(causes) {
                let Some((cause, _)) = cause else { continue };
                let rule = cause.rule();
                let caught = usize::from(commit[*index].restored);
                score.held += 1;
                score.caught += caught;
                let tally = tallies.entry(rule).or_default();
                tally.held += 1;
                tally.caught += caught;
                score.holds.insert(first + index, rule);
            }
            let day = input.today;
            for write in writes {
                history.record(write, day);
            }
        }
        first += commit.len();
    }
    score.rules = Rule::ALL
        .iter()
        .copied()
        .filter(|rule| *rule != Rule::Source)
        .map(|rule| (rule, tallies.get(&rule).copied().unwrap_or_default()))
        .collect();
    score
}
