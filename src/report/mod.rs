//! Outcomes to what people and programs read. Pure: it makes text, others print it.

mod check;
mod commit_message;
pub mod coverage;
mod diff;
pub mod evidence;
mod failure;
mod holds;
mod json;
mod markdown;
pub mod methods;
mod note;
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
pub use terminal::{Verbosity, failure, learnt, outcome, passed_over, summary};
pub use why::{Depth, Why, document as why_document, text as why};
pub use workflow::{outputs, tame};
