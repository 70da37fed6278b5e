//! What a rule objects to, and the ids by which people accept it.

use std::fmt;

use crate::date::Date;
use crate::digest::Digest;
use crate::plan::merge::Change;
use crate::release_data::Origin;

/// Why something is held: the rule, and what it says of this case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The name of the rule.
    pub rule: &'static str,
    /// What is odd, in a sentence.
    pub sentence: String,
}

/// Something that a rule objects to.
#[derive(Debug, Clone)]
pub struct Held {
    /// By which it is accepted: the same while old, new and source are the same.
    pub id: String,
    /// By which all is accepted that is held of this product for the same reason.
    pub group: String,
    /// Why.
    pub reason: Reason,
    /// The change; `None` where it is the sources as a whole that are not believed.
    pub change: Option<Change>,
    /// The day on which it was held first, where that was an earlier run.
    pub since: Option<Date>,
    /// Whether it is written all the same, because the guard only warns.
    pub written: bool,
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(change) = &self.change {
            write!(f, "{change}: ")?;
        }
        write!(f, "{} (rule `{}`", self.reason.sentence, self.reason.rule)?;
        if let Some(change) = &self.change {
            let origin = change.origin.to_string();
            if !origin.is_empty() {
                write!(f, "; {origin}")?;
            }
        }
        if let Some(since) = self.since {
            write!(f, "; held since {since}")?;
        }
        write!(f, "; id {})", self.id)
    }
}

/// What people said that is to be written all the same, by id.
#[derive(Debug, Clone, Default)]
pub struct Accepted(std::collections::BTreeSet<String>);

impl Accepted {
    /// The ids of a list, parted by blanks, commas or line ends.
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

impl FromIterator<String> for Accepted {
    fn from_iter<T: IntoIterator<Item = String>>(ids: T) -> Self {
        Self(ids.into_iter().collect())
    }
}

/// The id of a change: of its product, cycle, field, old and new value, and its source.
pub(super) fn change_id(product: &str, change: &Change) -> String {
    let Origin { method, url, .. } = &change.origin;
    let old = change.old.as_ref().map(ToString::to_string);
    id(
        product,
        &[
            &change.cycle,
            &change.field,
            old.as_deref().unwrap_or("\0"),
            &change.new.to_string(),
            method,
            url.as_deref().unwrap_or_default(),
        ],
    )
}

/// Ten digits of a hash: of a thousand held changes, two share an id once in two million times.
pub(super) fn id(product: &str, parts: &[&str]) -> String {
    let mut whole = Vec::new();
    for part in std::iter::once(&product).chain(parts) {
        whole.extend(part.len().to_le_bytes());
        whole.extend(part.as_bytes());
    }
    let mut digest = Digest::of(&whole).to_string();
    digest.truncate(10);
    digest
}
