//! What a check of a product file found, and where.

use super::violation::Violation;

/// A rule that a file breaks, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The line in the file, from 1.
    pub line: usize,
    /// The name of the rule.
    pub rule: &'static str,
    /// The release cycle, where it is about one.
    pub cycle: Option<String>,
    /// The key, where it is about one.
    pub field: Option<String>,
    /// What stands there, as it may be shown; empty where nothing or no scalar does.
    pub value: String,
    /// What is wrong, as the rest of a sentence about the key.
    pub message: String,
    /// What would be right.
    pub right: String,
}

impl Finding {
    pub(super) fn at(line: usize, cycle: Option<&str>, violation: Violation) -> Self {
        Self {
            line,
            rule: violation.rule,
            cycle: cycle.map(str::to_owned),
            field: Some(violation.field),
            value: violation.value,
            message: violation.message,
            right: violation.right,
        }
    }
}
