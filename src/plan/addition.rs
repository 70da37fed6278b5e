//! A release cycle that is added to a file.

use super::change::Change;

/// A release cycle that is added to a file.
#[derive(Debug, Clone)]
pub struct Addition {
    pub cycle: String,
    /// The place of the cycle that it precedes; the number of cycles where it is the last.
    pub before: usize,
    /// The place of the cycle as which it is written.
    pub like: usize,
    /// Its place among the cycles as they are counted in [`Change::index`]: behind those of the file.
    pub index: usize,
    /// Its fields, in the order in which they are written.
    pub(super) fields: Vec<Change>,
    /// What it ends of the cycles of the file.
    pub(super) ends: Vec<Change>,
}
