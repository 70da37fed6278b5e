//! One entry of `auto.methods` that may read a source, and what its cycles are.

use crate::product::front_matter::{Style, scalar};
use crate::value::Value;

/// One entry that may read a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Its lines in a product file.
    pub entry: String,
    /// What the cycles are.
    pub cycles: Cycles,
    /// The fields of which it is not sure, and why.
    pub unclear: Vec<(&'static str, String)>,
}

/// What the cycles of a product are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cycles {
    /// The releases that the source lists, with an end.
    WithEnds,
    /// The releases that it lists.
    Listed,
    /// The releases that it lists, whose names are those of patches.
    Patches,
    /// The major versions of the versions that it lists.
    Major,
    /// Their minor versions.
    Minor,
}

/// The argument of a method as YAML.
pub(super) fn argument_of(text: &str) -> String {
    scalar(&Value::Text(text.to_owned()), Some(("", Style::Plain)))
}
