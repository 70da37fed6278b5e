//! Outcomes to what people and programs read. Pure: it makes text, others print it.

mod commit_message;
pub mod coverage;
mod diff;
pub mod evidence;
mod findings;
mod github;
mod held;
mod json;
mod known;
mod markdown;
pub mod methods;
mod terminal;
mod why;

use std::error::Error;
use std::time::Duration;

pub use coverage::Covered;
pub use diff::unified;
pub use findings::Checked;
pub use github::{outputs, tame};
pub use json::document;
pub use known::Known;
pub use markdown::summary as markdown;
pub use terminal::{Verbosity, failure, learnt, outcome, passed_over, summary};
pub use why::{Depth, Why, document as why_document, text as why};

use crate::date::Date;
use crate::plan::guard::Held;
use crate::plan::merge::{Change, Notice};
use crate::release_data::{DataDifference, Skipped};

/// What a run did.
#[derive(Debug)]
pub struct Report {
    /// The day of the run.
    pub today: Date,
    /// Whether nothing was to be written.
    pub dry: bool,
    /// One outcome a product, sorted by name.
    pub outcomes: Vec<Outcome>,
    /// Old copies of pages that were used because their hosts did not answer.
    pub stale_pages: Vec<String>,
    /// What is to be said about the run as a whole.
    pub notes: Vec<String>,
}

/// How a product ended.
#[derive(Debug)]
pub struct Outcome {
    /// The product.
    pub product: String,
    /// How it ended.
    pub status: Status,
    /// What changed, or would.
    pub changes: Vec<Change>,
    /// What a person should look at, in the order of the merge.
    pub notices: Vec<Noticed>,
    /// What was seen on pages and gave nothing.
    pub skipped: Vec<Skipped>,
    /// What is to be said about the product file itself.
    pub notes: Vec<String>,
    /// The change as a unified diff; empty where nothing changes.
    pub diff: Vec<u8>,
    /// What differs in the release data of the product.
    pub differences: Vec<DataDifference>,
    /// What was not written because it would make the file invalid, and why.
    pub withheld: Vec<String>,
    /// What the guard objects to.
    pub held: Vec<Held>,
    /// The ids by which people accepted what it would hold.
    pub accepted: Vec<String>,
    /// The methods that ran, in order.
    pub runs: Vec<MethodRun>,
}

/// A notice, and whether a person was told in an earlier run.
#[derive(Debug, Clone)]
pub struct Noticed {
    /// The notice.
    pub notice: Notice,
    /// Whether it is known.
    pub known: bool,
}

/// A method that ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MethodRun {
    /// The name of the method.
    pub method: String,
    /// How long it took, waiting included.
    pub duration: Duration,
    /// Whether it learnt something.
    pub succeeded: bool,
}

/// How a product ended, in one word.
#[derive(Debug)]
pub enum Status {
    /// Its file is written, or would be.
    Updated,
    /// Its file says what the sources say.
    Unchanged,
    /// It was not looked at, for this reason.
    Skipped(String),
    /// Something went wrong, and its file is as it was.
    Failed(Failure),
    /// The time of the run was up before it was done, and its file is as it was; with where it was.
    Left(String),
}

/// What went wrong, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What happened.
    pub error: String,
    /// Why, from the nearest cause to the last.
    pub causes: Vec<String>,
    /// What helps to see it, a line each.
    pub details: Vec<String>,
    /// What to do next.
    pub hint: Option<String>,
}

impl Failure {
    /// A failure of an error and its causes.
    pub fn new(error: &dyn Error) -> Self {
        let mut causes = Vec::new();
        let mut next = error.source();
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        Self {
            error: error.to_string(),
            causes,
            details: Vec::new(),
            hint: None,
        }
    }

    /// The error and its causes on one line.
    pub fn whole(&self) -> String {
        std::iter::once(&self.error)
            .chain(&self.causes)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(": ")
    }

    /// With what helps to see it.
    #[must_use]
    pub fn details(mut self, details: Vec<String>) -> Self {
        self.details = details;
        self
    }

    /// With what to do next.
    #[must_use]
    pub fn hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }
}

impl Outcome {
    /// A product that ended so, with nothing more to say yet.
    pub fn new(product: &str, status: Status) -> Self {
        Self {
            product: product.to_owned(),
            status,
            changes: Vec::new(),
            notices: Vec::new(),
            skipped: Vec::new(),
            notes: Vec::new(),
            diff: Vec::new(),
            differences: Vec::new(),
            withheld: Vec::new(),
            held: Vec::new(),
            accepted: Vec::new(),
            runs: Vec::new(),
        }
    }

    /// Whether its file or its release data changed, or would.
    pub fn is_changed(&self) -> bool {
        !self.changes.is_empty() || !self.differences.is_empty()
    }

    /// With the notices of a merge, none of them known yet.
    #[must_use]
    pub fn notices(self, notices: Vec<Notice>) -> Self {
        Self {
            notices: notices
                .into_iter()
                .map(|notice| Noticed {
                    notice,
                    known: false,
                })
                .collect(),
            ..self
        }
    }

    /// The notices that are news, the newest first.
    fn news(&self, today: Date) -> Vec<&Notice> {
        let mut news: Vec<&Notice> = self
            .notices
            .iter()
            .filter(|noticed| !noticed.known)
            .map(|noticed| &noticed.notice)
            .collect();
        news.sort_by_key(|notice| std::cmp::Reverse(notice.day(today)));
        news
    }

    /// How many notices are known.
    fn known(&self) -> usize {
        self.notices.iter().filter(|noticed| noticed.known).count()
    }

    /// Whether it failed.
    pub fn is_failed(&self) -> bool {
        matches!(self.status, Status::Failed(_))
    }

    /// Whether it was left because the time was up.
    pub fn is_left(&self) -> bool {
        matches!(self.status, Status::Left(_))
    }

    /// Whether something was withheld or held.
    pub fn is_degraded(&self) -> bool {
        !self.withheld.is_empty() || self.held.iter().any(|held| !held.written)
    }
}

impl Report {
    /// How many products ended updated, unchanged, skipped, failed and left.
    pub fn counts(&self) -> [usize; 5] {
        let mut counts = [0; 5];
        for outcome in &self.outcomes {
            let place = match outcome.status {
                Status::Updated => 0,
                Status::Unchanged => 1,
                Status::Skipped(_) => 2,
                Status::Failed(_) => 3,
                Status::Left(_) => 4,
            };
            counts[place] += 1;
        }
        counts
    }

    /// Whether some product failed, or was left.
    pub fn has_failures(&self) -> bool {
        self.outcomes
            .iter()
            .any(|outcome| outcome.is_failed() || outcome.is_left())
    }

    /// How many changes are held.
    pub fn held_back(&self) -> usize {
        self.outcomes.iter().map(Outcome::held_back).sum()
    }

    /// Whether some product changed, or would.
    pub fn has_changes(&self) -> bool {
        self.outcomes
            .iter()
            .any(|outcome| !outcome.changes.is_empty())
    }
}
