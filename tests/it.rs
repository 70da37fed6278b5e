//! Everything that is no snapshot: the rules of the source, edits, whole runs, hostile input.
//!
//! Recorded data of the field is no part of this repository. Tests that use it find it by
//! `SHELFLIFE_SHARED`, a folder with `corpus/`, `pages/` and `seed/`; without it they say
//! that they were skipped.

#![expect(
    clippy::unwrap_used,
    reason = "a test may panic, also in its helper functions"
)]

mod bombs;
mod edit;
mod faults;
mod folder;
mod halves;
mod hostile;
mod lost;
mod presets;
mod rust;
mod security;
mod seed;
mod shared;
mod shown;
mod tidy;
mod whole;
mod world;
