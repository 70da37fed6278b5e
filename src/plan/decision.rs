//! What becomes of a change, and of what the sources list as a whole.

use super::change::Change;
use super::guard::Hold;
use super::settings::Pin;
use super::validate::Violation;
use crate::date::Date;

/// A change that the sources want, and what becomes of it.
#[derive(Debug)]
pub struct Decision {
    /// The change.
    pub change: Change,
    /// What becomes of it.
    pub verdict: Verdict,
}

/// What becomes of a change.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// It is written.
    Write {
        /// What the guard objects to, where it is written all the same: it only warns, or a
        /// person accepted the change.
        despite: Option<Hold>,
        /// The day on which an earlier run planned it, where it never reached the file.
        planned: Option<Date>,
    },
    /// The guard holds it until a person decides.
    Held(Hold),
    /// A person decided on the value.
    Pinned(Pin),
    /// The site would refuse the file, or the file has no place for it.
    Rejected {
        /// The rule that it would break.
        violation: Violation,
        /// What the guard objects to, too, where it only warns or a person accepted the change.
        despite: Option<Hold>,
    },
}

/// Whether what the sources list as a whole can be true.
#[derive(Debug)]
pub enum Sources {
    /// What they list is kept, and their changes are looked at one by one.
    Trusted {
        /// What the guard objects to, where it only warns or a person accepted it.
        despite: Option<Hold>,
    },
    /// None of their values is kept or written.
    Suspicious(Hold),
}

/// Something that the guard objects to and that is not accepted.
#[derive(Debug, Clone, Copy)]
pub struct Objection<'a> {
    /// The objection.
    pub hold: &'a Hold,
    /// The change; `None` where it is about the sources as a whole.
    pub change: Option<&'a Change>,
    /// Whether it is written all the same, because the guard only warns.
    pub written: bool,
}
