//! Outcomes to what people and programs read. Pure: it makes text, others print it.

#![expect(
    missing_docs,
    reason = "a field or variant whose name says all has no doc"
)]

mod cause;
mod check;
mod commit_message;
pub mod coverage;
mod diff;
mod failure;
mod holds;
mod json;
mod markdown;
pub mod methods;
mod note;
mod origin;
mod outcome;
mod terminal;
mod why;
mod workflow;

pub use check::{Checked, Remark};
pub use coverage::Covered;
pub use diff::unified;
pub use failure::Failure;
pub use json::document;
pub use markdown::summary as markdown;
pub use note::{Note, RunNote, StaleCopy};
pub use outcome::{Ended, MethodRun, Outcome, Phase, Report};
pub use terminal::{Verbosity, failure, fetched, outcome, release_data, skipped_items, summary};
pub use why::json::document as why_document;
pub use why::{Depth, Why, text as why};
pub use workflow::{escape_workflow_commands, outputs};

use std::fmt;

use crate::text::escape_json;

/// The version of the keys of each document: it grows when a key is renamed or removed.
const SCHEMA_VERSION: u32 = 1;

/// A JSON document, indented, with a line end and no hidden character.
pub fn pretty(document: &impl serde::Serialize) -> String {
    let mut text = serde_json::to_string_pretty(document).expect("it has string keys only");
    text.push('\n');
    escape_json(&text).into_owned()
}

/// What `write` writes.
pub fn written(write: impl FnOnce(&mut String) -> fmt::Result) -> String {
    let mut out = String::new();
    write(&mut out).expect("writing to a String does not fail");
    out
}

/// `1 change`, `2 changes`.
fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
