//! What the guard objects to, in few lines.
//!
//! A page that breaks does so for many release cycles at once, for one reason. More than
//! two changes of one reason are one line, with an id that accepts all of them.

use std::collections::HashMap;
use std::fmt;

use chrono::Months;

use super::cause::{reason, words};
use super::outcome::Outcome;
use super::render::first_few;
use crate::date::Date;
use crate::plan::{Change, Objection};
use crate::text::escape_json;

/// How many changes of one reason are still a line each.
const EACH: usize = 2;

#[derive(Debug)]
pub(super) struct Line<'a> {
    /// Whether it is written all the same.
    pub(super) word: &'static str,
    /// What is held, and why.
    pub(super) what: String,
    /// The rule, and where the value comes from.
    pub(super) rule: String,
    /// The ID that accepts it.
    pub(super) id: &'a str,
    /// Whether the ID accepts several changes.
    of_all: bool,
    /// The change, or the first of several.
    pub(super) change: Option<&'a Change>,
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, rule, id, .. } = self;
        let of_all = if self.of_all { "all: " } else { "" };
        write!(f, "{what} ({rule}; {of_all}--accept {id})")
    }
}

impl Outcome {
    /// The lines about what no earlier run held, or about everything, a line each.
    pub(super) fn held_lines(&self, everything: bool) -> Vec<Line<'_>> {
        let objections = self.objections().into_iter();
        let is_shown = |objection: &Objection<'_>| everything || objection.hold.since.is_none();
        lines(&objections.filter(is_shown).collect::<Vec<_>>(), everything)
    }

    /// The lines about everything that waits for a person.
    pub(super) fn waiting_lines(&self) -> Vec<Line<'_>> {
        let objections = self.objections().into_iter();
        let waiting = objections.filter(|objection| !objection.written);
        lines(&waiting.collect::<Vec<_>>(), false)
    }

    /// For each change that is held, the lines of `shelflife.toml` that keep the value of the file
    /// instead.
    pub(super) fn pins_of_held(&self, today: Date) -> String {
        let quoted = |text: &str| {
            let json = serde_json::Value::from(text).to_string();
            escape_json(&json).into_owned()
        };
        let until = today.checked_add_months(Months::new(12)).unwrap_or(today);
        let objections = self.objections().into_iter();
        let held = objections.filter(|objection| !objection.written);
        let blocks = held.filter_map(|objection| {
            let change = objection.change?;
            let why = quoted(&reason(objection.hold));
            let names = [&*self.product, &*change.cycle, &*change.field].map(quoted);
            let [product, cycle, field] = names;
            Some(format!(
                "  [[pin]]\n  product = {product}\n  cycle = {cycle}\n  field = {field}\n  why = {why}\n  until = {until}\n"
            ))
        });
        blocks.collect()
    }

    /// How many changes an earlier run held already.
    pub(super) fn held_before(&self) -> usize {
        let objections = self.objections().into_iter();
        objections
            .filter(|objection| objection.hold.since.is_some())
            .count()
    }
}

/// A line for each, or one for all of one reason.
fn lines<'a>(shown: &[Objection<'a>], each: bool) -> Vec<Line<'a>> {
    let mut groups: HashMap<&str, Vec<Objection<'a>>> = HashMap::new();
    for objection in shown {
        let group = groups.entry(&objection.hold.group).or_default();
        group.push(*objection);
    }
    let mut lines = Vec::new();
    for objection in shown {
        let group = &groups[&*objection.hold.group];
        let is_one_line = group.len() > EACH || group.iter().any(|held| held.change.is_none());
        if each || !is_one_line {
            lines.push(one(*objection));
        } else if std::ptr::eq(group[0].hold, objection.hold) {
            lines.push(together(group));
        }
    }
    lines
}

fn word(objection: Objection<'_>) -> &'static str {
    if objection.written {
        "suspicious"
    } else {
        "held"
    }
}

/// One line about one change, or about the sources as a whole.
fn one(objection: Objection<'_>) -> Line<'_> {
    let hold = objection.hold;
    let change = objection.change.map(|change| format!("{change}: "));
    let origin = objection.change.map(|change| change.origin.to_string());
    let origin = origin.filter(|origin| !origin.is_empty());
    let origin = origin.map(|origin| format!("; {origin}"));
    let since = hold.since.map(|since| format!("; held since {since}"));
    Line {
        word: word(objection),
        what: change.unwrap_or_default() + &reason(hold),
        rule: format!(
            "rule `{}`{}{}",
            hold.cause.rule(),
            origin.unwrap_or_default(),
            since.unwrap_or_default()
        ),
        id: &hold.id,
        of_all: false,
        change: objection.change,
    }
}

/// One line about changes that are held for one reason.
fn together<'a>(group: &[Objection<'a>]) -> Line<'a> {
    let first = group[0].hold;
    let changes: Vec<&'a Change> = group.iter().filter_map(|one| one.change).collect();
    let named = first_few(changes.iter().map(ToString::to_string));
    let colon = if named.is_empty() { "" } else { ": " };
    Line {
        word: word(group[0]),
        what: format!("{}{colon}{named}", words(&first.cause)),
        rule: format!("rule `{}`", first.cause.rule()),
        id: &first.group,
        of_all: true,
        change: changes.first().copied(),
    }
}
