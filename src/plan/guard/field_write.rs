//! One field of one release cycle, from what to what: what the rules of the guard look at.

use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::plan::change::Change;
use crate::value::Value;

/// One field of one cycle, from what to what. Nothing is `None`, and so is an empty field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::plan) struct FieldWrite {
    pub(super) cycle: String,
    pub(super) field: String,
    pub(super) old: Option<Value>,
    pub(super) new: Option<Value>,
}

impl FieldWrite {
    pub(in crate::plan) fn of(change: &Change) -> Self {
        let stated = |value: &Value| (*value != Value::Null).then(|| value.clone());
        Self {
            cycle: change.cycle.clone(),
            field: change.field.clone(),
            old: change.old.as_ref().and_then(stated),
            new: stated(&change.new),
        }
    }

    pub(super) fn key(&self) -> (&str, &str) {
        (&self.cycle, &self.field)
    }

    pub(super) fn old_day(&self) -> Option<Date> {
        self.old.as_ref().and_then(Value::date_or_quoted)
    }

    pub(super) fn new_day(&self) -> Option<Date> {
        self.new.as_ref().and_then(Value::date_or_quoted)
    }

    /// By how many days a day moves; later is positive.
    pub(super) fn days(&self) -> Option<i64> {
        Some((self.new_day()? - self.old_day()?).num_days())
    }

    pub(super) fn versions(&self) -> Option<(&str, &str)> {
        match (&self.old, &self.new) {
            (Some(Value::Text(old)), Some(Value::Text(new))) if self.field == "latest" => {
                Some((old, new))
            }
            _ => None,
        }
    }

    /// By how much the first number of a version grows that is another, unless it counts
    /// builds or days.
    pub(super) fn step(&self) -> Option<u64> {
        let (old, new) = self.versions()?;
        let (old, new) = numbers(old)
            .into_iter()
            .zip(numbers(new))
            .find(|(old, new)| old != new)?;
        (old < 1000).then(|| new.checked_sub(old)).flatten()
    }
}

/// Whether a field is a day on which support ends. `support` and `extendedSupport` are the names
/// that `eoas` and `eoes` had until 2024.
pub(super) fn is_lifecycle(field: &str) -> bool {
    matches!(
        field,
        "eol" | "eoas" | "eoes" | "discontinued" | "support" | "extendedSupport"
    )
}

pub(super) fn numbers(name: &str) -> Vec<u64> {
    name.split(|c: char| !c.is_ascii_digit())
        .filter(|digits| !digits.is_empty())
        .map(|digits| digits.parse().unwrap_or(u64::MAX))
        .collect()
}

/// Whether two values mean the same; nothing is the same as nothing.
pub(super) fn same(a: Option<&Value>, b: Option<&Value>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.says_the_same(b),
        (a, b) => a.is_none() && b.is_none(),
    }
}
