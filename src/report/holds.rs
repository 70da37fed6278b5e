//! What the guard objects to, in few lines.
//!
//! A page that breaks does so for many release cycles at once, for one reason. More than
//! two changes of one reason are one line, with an id that accepts all of them.

use super::cause::{reason, words};
use super::outcome::Outcome;
use crate::plan::{Change, Objection};

/// How many changes of one reason are still a line each.
const EACH: usize = 2;

/// How many changes a line names.
const NAMED: usize = 3;

#[derive(Debug)]
pub(super) struct Line {
    /// Whether it is written all the same.
    pub(super) word: &'static str,
    pub(super) text: String,
}

impl Outcome {
    /// The lines about what no earlier run held, or about everything.
    pub(super) fn held_lines(&self, everything: bool) -> Vec<Line> {
        let shown: Vec<Objection<'_>> = self
            .objections()
            .into_iter()
            .filter(|objection| everything || objection.hold.since.is_none())
            .collect();
        let mut lines = Vec::new();
        for (place, objection) in shown.iter().enumerate() {
            let is_alike = |other: &Objection<'_>| other.hold.group == objection.hold.group;
            let group: Vec<Objection<'_>> = shown
                .iter()
                .copied()
                .filter(|other| is_alike(other))
                .collect();
            let is_one_line = group.len() > EACH || group.iter().any(|held| held.change.is_none());
            if everything || !is_one_line {
                lines.push(line(*objection, one(*objection)));
            } else if !shown[..place].iter().any(is_alike) {
                lines.push(line(*objection, together(&group)));
            }
        }
        lines
    }

    /// How many changes an earlier run held already.
    pub(super) fn held_before(&self) -> usize {
        let objections = self.objections().into_iter();
        objections
            .filter(|objection| objection.hold.since.is_some())
            .count()
    }
}

fn line(objection: Objection<'_>, text: String) -> Line {
    let word = if objection.written {
        "suspicious"
    } else {
        "held"
    };
    Line { word, text }
}

/// One line about one change, or about the sources as a whole.
fn one(objection: Objection<'_>) -> String {
    let hold = objection.hold;
    let change = objection.change.map(|change| format!("{change}: "));
    let origin = objection.change.map(|change| change.origin.to_string());
    let origin = origin.filter(|origin| !origin.is_empty());
    let origin = origin.map(|origin| format!("; {origin}"));
    let since = hold.since.map(|since| format!("; held since {since}"));
    format!(
        "{}{} (rule `{}`{}{}; id {})",
        change.unwrap_or_default(),
        reason(hold),
        hold.cause.rule(),
        origin.unwrap_or_default(),
        since.unwrap_or_default(),
        hold.id
    )
}

/// One line about changes that are held for one reason.
fn together(group: &[Objection<'_>]) -> String {
    let first = group[0].hold;
    let changes: Vec<&Change> = group.iter().filter_map(|one| one.change).collect();
    let named = changes.iter().take(NAMED).map(ToString::to_string);
    let named = named.collect::<Vec<_>>().join(", ");
    let colon = if named.is_empty() { "" } else { ": " };
    let more = match changes.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let (cause, rule, id) = (words(&first.cause), first.cause.rule(), &first.group);
    format!("{cause}{colon}{named}{more} (rule `{rule}`; id of all {id})")
}
