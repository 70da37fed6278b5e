//! What the guard objects to, in as few lines as say it.
//!
//! A page that breaks does so for many release cycles at once, for one reason. More than
//! two changes of one reason are one line, with an id that accepts all of them.

use super::Outcome;
use crate::plan::guard::Held;

/// How many changes of one reason are still a line each.
const EACH: usize = 2;

/// How many changes a line names.
const NAMED: usize = 3;

/// A line of a report.
#[derive(Debug)]
pub(super) struct Line {
    /// Whether it is written all the same.
    pub(super) word: &'static str,
    /// What is said.
    pub(super) text: String,
}

impl Outcome {
    /// The lines about what nobody was told in an earlier run, or about everything.
    pub(super) fn held_lines(&self, everything: bool) -> Vec<Line> {
        let told: Vec<&Held> = self
            .held
            .iter()
            .filter(|held| everything || held.since.is_none())
            .collect();
        let mut lines = Vec::new();
        for (index, held) in told.iter().enumerate() {
            let group: Vec<&Held> = told
                .iter()
                .copied()
                .filter(|other| other.group == held.group)
                .collect();
            let is_one_line = group.len() > EACH || group.iter().any(|held| held.change.is_none());
            if everything || !is_one_line {
                lines.push(line(held, held.to_string()));
            } else if told[..index].iter().all(|other| other.group != held.group) {
                lines.push(line(held, together(&group)));
            }
        }
        lines
    }

    /// How many changes an earlier run held already.
    pub(super) fn held_before(&self) -> usize {
        let before = self.held.iter().filter(|held| held.since.is_some());
        before.count()
    }

    /// How many changes are held.
    pub fn held_back(&self) -> usize {
        let held = self.held.iter().filter(|held| !held.written);
        held.count()
    }
}

fn line(held: &Held, text: String) -> Line {
    let word = if held.written { "doubtful" } else { "held" };
    Line { word, text }
}

/// One line about changes that are held for one reason.
fn together(group: &[&Held]) -> String {
    let first = group[0];
    let lines: Vec<String> = group
        .iter()
        .filter_map(|held| Some(held.change.as_ref()?.to_string()))
        .collect();
    let named: Vec<&str> = lines.iter().take(NAMED).map(String::as_str).collect();
    let mut text = first.reason.sentence.clone();
    if !named.is_empty() {
        text.push_str(": ");
        text.push_str(&named.join(", "));
    }
    let more = match lines.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "{text}{more} (rule `{}`; id of all {})",
        first.reason.rule, first.group
    )
}
