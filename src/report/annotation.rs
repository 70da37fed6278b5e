//! Annotations: commands to a workflow runner that show a text at a line of a file.
//!
//! # Text from a file never becomes a command
//! A runner executes `::name::` at the start of a line and `##[name]` anywhere in one. Hidden
//! characters and line ends are escaped, so is what has a meaning in an annotation, and the
//! second form is broken up.

use std::fmt;

use super::outcome::{Ended, Outcome, Phase};
use crate::plan::{Change, Notice};
use crate::product::Product;
use crate::text::visible;

/// How bad it is, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Error,
    Warning,
}

/// A text at a line of a file.
#[derive(Debug)]
pub struct Annotation {
    pub level: Level,
    /// Relative to the root of the checkout.
    pub file: String,
    pub line: Option<usize>,
    pub title: String,
    pub message: String,
}

impl fmt::Display for Annotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Error => "error",
            Level::Warning => "warning",
        };
        write!(f, "::{level} file={}", property(&self.file))?;
        if let Some(line) = self.line {
            write!(f, ",line={line}")?;
        }
        let message = data(&visible(&self.message));
        writeln!(f, ",title={}::{message}", property(&self.title))
    }
}

/// What a run should show at the lines of a product file: that it failed, what is held and what
/// cannot be read. `product` is the file as it is now, if it can be read.
pub fn annotations(outcome: &Outcome, file: &str, product: Option<&Product>) -> Vec<Annotation> {
    let name = &outcome.product;
    let annotation = |level, line, what: &str, message| Annotation {
        level,
        file: file.to_owned(),
        line,
        title: format!("{what}: {name}"),
        message,
    };
    let warning = |line, what, message| annotation(Level::Warning, line, what, message);
    let of_change = |change: &Change| {
        let mut cycles = product?.cycles().skip(change.index);
        let cycle = cycles.next().filter(|cycle| cycle.name() == change.cycle)?;
        let (node, field) = (cycle.node(), cycle.node().find(&change.field));
        Some(field.unwrap_or(node).line)
    };
    let of_entry = |number| {
        let entry = product?.auto().ok()??.config(number)?;
        Some(entry.ok()?.line)
    };
    let mut all = Vec::new();
    match &outcome.ended {
        Ended::Failed { failure, .. } => {
            let hint = failure.hint.as_ref();
            let hint = hint.map(|hint| format!("; hint: {hint}"));
            let message = failure.whole() + &hint.unwrap_or_default();
            all.push(annotation(Level::Error, failure.line, "failed", message));
        }
        Ended::TimedOut(phase) => {
            let line = match phase {
                Phase::Collecting { line, .. } => Some(*line),
                Phase::Waiting | Phase::Writing => None,
            };
            let message = phase.to_string();
            all.push(annotation(Level::Error, line, "not finished", message));
        }
        _ => {}
    }
    for held in outcome.held_lines(false) {
        let line = held.change.and_then(of_change);
        all.push(warning(line, held.word, held.to_string()));
    }
    for rejection in outcome.rejections() {
        let line = of_change(rejection.change);
        all.push(warning(line, "rejected", rejection.to_string()));
    }
    for notice in outcome.notices() {
        if let Notice::Unread { cell, .. } = notice {
            let line = of_entry(cell.origin.entry);
            all.push(warning(line, "cannot be read", cell.to_string()));
        }
    }
    all
}

/// The message of a workflow command.
fn data(text: &str) -> String {
    text.replace("##[", "##\\u{5b}")
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property of a workflow command.
fn property(text: &str) -> String {
    data(&visible(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Failure;

    #[test]
    fn no_text_of_a_stranger_ends_a_property_or_a_line() {
        let error = std::io::Error::other("50% of it:\r\n::error::x ##[group]y");
        let failure = Failure::new(&error).hint(Some("look, there".into()));
        let outcome = Outcome::failed("a,line=9::b\n\u{202e}", failure);
        let shown = annotations(&outcome, "products/a,b:c%.md", None);
        let [annotation] = &*shown else {
            panic!("{shown:?}")
        };
        assert_eq!(
            annotation.to_string(),
            "::error file=products/a%2Cb%3Ac%25.md,title=failed%3A a%2Cline=9%3A%3Ab\\n\\u{202e}::\
             50%25 of it:\\r\\n::error::x ##\\u{5b}group]y; hint: look, there\n"
        );
    }

    #[test]
    fn a_failure_is_shown_at_its_line_and_before_warnings() {
        let phase = Phase::Collecting {
            method: "npm".into(),
            path: "products/a.md".into(),
            line: 7,
        };
        let outcome = Outcome::new("a", Ended::TimedOut(phase));
        let shown = annotations(&outcome, "products/a.md", None);
        assert_eq!(
            shown[0].to_string(),
            "::error file=products/a.md,line=7,title=not finished%3A a::\
             deadline reached while running `npm` (products/a.md:7)\n"
        );
        assert!(Level::Error < Level::Warning);
    }
}
