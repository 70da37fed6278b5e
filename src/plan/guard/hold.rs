//! What a rule objects to, and the ids by which people accept it.

use std::collections::BTreeSet;

use super::cause::Cause;
use super::rule::Rule;
use super::source_counts::SourceCounts;
use crate::date::Date;
use crate::digest::Digest;
use crate::plan::change::Change;

/// An objection of the guard, and the ids that accept it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Made of product, cycle, field and new value; of a version and its day, of both.
    pub id: String,
    /// Of all that is held of this product for one reason: made of product, rule and changes;
    /// of suspicious sources also of how much they list.
    pub group: String,
    /// Why.
    pub cause: Cause,
    /// Whether that was found in the other half of a version and its day, which stay together.
    pub of_other_half: bool,
    /// The day on which it was held first, where that was an earlier run.
    pub since: Option<Date>,
    /// Whether a person accepted it, so that it is written all the same.
    pub accepted: bool,
}

/// The ids that people accepted.
#[derive(Debug, Clone, Default)]
pub struct AcceptedIds(BTreeSet<String>);

impl AcceptedIds {
    /// The ids of a list, separated by blanks, commas or line ends.
    pub fn read(list: &str) -> impl Iterator<Item = String> {
        list.split(|c: char| c.is_whitespace() || c == ',')
            .filter(|id| !id.is_empty())
            .map(str::to_ascii_lowercase)
    }

    /// Whether an id is accepted.
    pub fn has(&self, id: &str) -> bool {
        self.0.contains(id)
    }

    /// The ids that are accepted.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl FromIterator<String> for AcceptedIds {
    fn from_iter<T: IntoIterator<Item = String>>(ids: T) -> Self {
        Self(ids.into_iter().collect())
    }
}

/// The id of a change, or of a version and its day.
pub(super) fn change_id(product: &str, changes: &[&Change]) -> String {
    id(&[product, ""], changes)
}

/// The id of all that one rule holds for one reason.
pub(super) fn group_id(product: &str, rule: Rule, changes: &[&Change]) -> String {
    id(&[product, rule.name()], changes)
}

/// The id of suspicious sources: also made of how much they list, as they often want no
/// change at all, and one acceptance must not be that of the next breakage.
pub(super) fn source_id(
    product: &str,
    counts: Option<&SourceCounts>,
    changes: &[&Change],
) -> String {
    let count = |of: fn(&SourceCounts) -> usize| counts.map_or(0, of).to_string();
    let (releases, versions) = (
        count(|counts| counts.releases),
        count(|counts| counts.versions),
    );
    id(
        &[product, Rule::Source.name(), &releases, &versions],
        changes,
    )
}

/// Ten digits of a hash: of a thousand held changes, two share an id once in two million times.
fn id(parts: &[&str], changes: &[&Change]) -> String {
    let values: Vec<String> = changes
        .iter()
        .map(|change| change.new.to_string())
        .collect();
    let fields = changes
        .iter()
        .zip(&values)
        .flat_map(|(change, value)| [&*change.cycle, &*change.field, value]);
    let mut whole = Vec::new();
    for part in parts.iter().copied().chain(fields) {
        whole.extend(part.len().to_le_bytes());
        whole.extend(part.as_bytes());
    }
    let mut digest = Digest::of(&whole).to_string();
    digest.truncate(10);
    digest
}
