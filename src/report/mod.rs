//! Outcomes to what people and programs read. Pure: it makes text, others print it.

#![expect(
    missing_docs,
    reason = "a field or variant whose name says all has no doc"
)]

mod annotation;
mod cause;
mod check;
mod commit_message;
pub mod coverage;
mod diff;
mod failure;
mod holds;
mod json;
mod listing;
mod markdown;
pub mod methods;
mod note;
mod origin;
mod outcome;
mod render;
mod terminal;
pub mod timeline;
mod why;
mod workflow;

pub use annotation::annotations;
pub use check::{Checked, Remark};
pub use coverage::Covered;
pub use diff::{coloured, unified};
pub use failure::Failure;
pub use json::document;
pub use listing::Listing;
pub use markdown::summary as markdown;
pub use note::{Note, RunNote, StaleCopy};
pub use outcome::{Ended, MethodRun, Outcome, Phase, Report};
pub(crate) use render::count;
pub use render::{pretty, written};
pub use terminal::{Verbosity, failure, fetched, release_data, skipped_items, summary};
pub use why::json::document as why_document;
pub use why::{Depth, Why, text as why};
pub use workflow::{escape_workflow_commands, outputs};
