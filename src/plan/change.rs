//! One field of one release cycle, from what to what.

use std::fmt;

use crate::release_data::Origin;
use crate::text::Excerpt;
use crate::value::Value;

/// One field of one release cycle, from what to what.
#[derive(Debug, Clone)]
pub struct Change {
    /// The place of the cycle in the file, from 0.
    pub index: usize,
    pub cycle: String,
    pub field: String,
    /// What it held; `None` where it was absent.
    pub old: Option<Value>,
    pub new: Value,
    pub origin: Origin,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let old = self
            .old
            .as_ref()
            .map_or_else(|| "nothing".to_owned(), ToString::to_string);
        write!(
            f,
            "{} {}: {} -> {}",
            Excerpt(&self.cycle),
            Excerpt(&self.field),
            Excerpt(&old),
            Excerpt(&self.new.to_string())
        )
    }
}

/// The place of the other half of a version and its day: they are one decision. The two
/// are neighbours, as a merge puts the fields of a cycle in the order of the site's files.
pub(in crate::plan) fn other_half(changes: &[&Change], place: usize) -> Option<usize> {
    let (other, field) = match &*changes[place].field {
        "latest" => (place + 1, "latestReleaseDate"),
        "latestReleaseDate" => (place.checked_sub(1)?, "latest"),
        _ => return None,
    };
    let change = changes.get(other)?;
    (change.index == changes[place].index && change.field == field).then_some(other)
}
