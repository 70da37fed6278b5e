//! Findings as text, as JSON, and as annotations of a workflow.
//!
//! # Text from a file never becomes a command
//! A workflow runner obeys `::name::` at the start of a line and `##[name]` anywhere in one.
//! Line ends are shown escaped, an annotation escapes what its form gives a meaning, and the
//! second form is broken up wherever a file has it.

use std::fmt::{self, Write as _};

use serde_json::{Map, Value as Json, json};

use crate::date::Date;
use crate::plan::Pin;
use crate::plan::guard::Suppression;
use crate::plan::validate::Finding;
use crate::product::RetiredKey;
use crate::text::{Excerpt, escape_json, visible};

/// The version of the document's keys: it grows when one is renamed or goes; new ones only come.
const SCHEMA_VERSION: u32 = 1;

/// What is right and worth knowing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// An entry of `auto.methods` has a key that nothing reads any more.
    RetiredKey(RetiredKey),
    /// A rule of the guard is switched off for a product.
    Suppressed(Suppression),
    /// A person decided on a value.
    Pinned(Pin),
}

impl Remark {
    fn line(&self) -> usize {
        match self {
            Self::RetiredKey(key) => key.line,
            Self::Suppressed(suppression) => suppression.line,
            Self::Pinned(pin) => pin.line,
        }
    }

    fn json(&self, path: &str) -> Json {
        let (line, mut remark) = (self.line(), Map::new());
        remark.insert("file".into(), path.into());
        remark.insert("line".into(), line.into());
        let more = match self {
            Self::RetiredKey(key) => json!({ "kind": "retired_key", "key": key.key }),
            Self::Suppressed(Suppression {
                product,
                rule,
                reason,
                until,
                ..
            }) => json!({
                "kind": "suppressed", "product": product, "rule": rule.name(),
                "reason": reason, "until": until.to_string(),
            }),
            Self::Pinned(Pin {
                product,
                cycle,
                field,
                why,
                until,
                ..
            }) => json!({
                "kind": "pinned", "product": product, "cycle": cycle, "field": field,
                "reason": why, "until": until.to_string(),
            }),
        };
        if let Json::Object(more) = more {
            remark.extend(more);
        }
        remark.into()
    }

    /// What a suppression or a pin does, without its end.
    pub fn what(&self) -> String {
        match self {
            Self::RetiredKey(key) => key.to_string(),
            Self::Suppressed(Suppression {
                product,
                rule,
                reason,
                ..
            }) => {
                let (product, reason) = (Excerpt(product), Excerpt(reason));
                format!("rule `{rule}` is off for {product} ({reason})")
            }
            Self::Pinned(Pin {
                product,
                cycle,
                field,
                why,
                ..
            }) => {
                let (product, cycle) = (Excerpt(product), Excerpt(cycle));
                let (field, why) = (Excerpt(field), Excerpt(why));
                format!("{product} {cycle} {field} is pinned ({why})")
            }
        }
    }

    /// The last day of a suppression or a pin.
    pub fn until(&self) -> Option<Date> {
        match self {
            Self::RetiredKey(_) => None,
            Self::Suppressed(suppression) => Some(suppression.until),
            Self::Pinned(pin) => Some(pin.until),
        }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what())?;
        match self.until() {
            Some(until) => write!(f, ", until {until}"),
            None => Ok(()),
        }
    }
}

/// What `check` found.
#[derive(Debug, Default)]
pub struct Checked {
    /// How many files were looked at.
    pub files: usize,
    /// What is wrong, with the path of its file.
    pub findings: Vec<(String, Finding)>,
    /// What a person should know, with the path of its file.
    pub notes: Vec<(String, Remark)>,
}

impl Checked {
    /// A line a finding, for a person.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for (path, finding) in &self.findings {
            let (path, line, rule) = (visible(path), finding.line, finding.rule);
            let line = format!("{path}:{line}: {rule}: {}", sentence(finding));
            out.push_str(&quiet(&line));
            out.push('\n');
        }
        out
    }

    /// An annotation a finding, for a workflow.
    pub fn annotations(&self) -> String {
        let mut out = String::new();
        for (path, finding) in &self.findings {
            writeln!(
                out,
                "::error file={},line={},title={}::{}",
                property(path),
                finding.line,
                property(finding.rule),
                data(&quiet(&sentence(finding)))
            )
            .expect("writing to a String does not fail");
        }
        out
    }

    /// One document, for a program.
    pub fn json(&self, today: Date) -> String {
        let findings: Vec<_> = self
            .findings
            .iter()
            .map(|(path, finding)| {
                json!({
                    "file": path,
                    "line": finding.line,
                    "rule": finding.rule,
                    "cycle": finding.cycle,
                    "field": finding.field,
                    "value": finding.value,
                    "message": finding.message,
                    "right": finding.right,
                })
            })
            .collect();
        let notes: Vec<_> = self
            .notes
            .iter()
            .map(|(path, remark)| remark.json(path))
            .collect();
        let document = json!({
            "schema_version": SCHEMA_VERSION,
            "shelflife": env!("CARGO_PKG_VERSION"),
            "today": today.to_string(),
            "files": self.files,
            "findings": findings,
            "notes": notes,
        });
        let mut text = serde_json::to_string_pretty(&document).expect("a JSON value is JSON");
        text.push('\n');
        escape_json(&text).into_owned()
    }

    /// A line a note.
    pub fn notes(&self) -> String {
        let mut out = String::new();
        for (path, remark) in &self.notes {
            let note = remark.to_string();
            let (line, note) = (remark.line(), quiet(&visible(&note)));
            writeln!(out, "note: {}:{line}: {note}", visible(path))
                .expect("writing to a String does not fail");
        }
        out
    }

    /// How it ended, in a line.
    pub fn summary(&self, notes_shown: bool) -> String {
        let count = |number: usize, what: &str| match number {
            1 => format!("1 {what}"),
            number => format!("{number} {what}s"),
        };
        let mut out = format!(
            "{} checked, {}",
            count(self.files, "file"),
            count(self.findings.len(), "finding")
        );
        if !self.notes.is_empty() && !notes_shown {
            let notes = count(self.notes.len(), "note");
            write!(out, ", {notes} (-v shows them)").expect("writing to a String does not fail");
        }
        out.push('\n');
        out
    }
}

/// What is wrong and what would be right, on one line.
fn sentence(finding: &Finding) -> String {
    let mut out = String::new();
    if let Some(cycle) = &finding.cycle {
        write!(out, "cycle {}: ", Excerpt(cycle)).expect("writing to a String does not fail");
    }
    if let Some(field) = &finding.field {
        write!(out, "`{}` ", Excerpt(field)).expect("writing to a String does not fail");
        if !finding.value.is_empty() {
            write!(out, "({}) ", visible(&finding.value))
                .expect("writing to a String does not fail");
        }
    }
    out.push_str(&visible(&finding.message));
    let right = visible(&finding.right);
    match &*right {
        "" => {}
        question if question.ends_with('?') => out.extend(["; ", question]),
        right => out.extend(["; right: ", right]),
    }
    out
}

/// A text in which no workflow runner sees a command.
fn quiet(text: &str) -> String {
    text.replace("##[", "##\\u{5b}")
}

/// The message of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(value: &str) -> Checked {
        let finding = Finding {
            line: 7,
            rule: "url",
            cycle: Some("1.0".into()),
            field: Some("link".into()),
            value: value.into(),
            message: "is malformed".into(),
            right: "100% of it".into(),
        };
        Checked {
            files: 1,
            findings: vec![("a:b,c%/foo.md".into(), finding)],
            notes: Vec::new(),
        }
    }

    #[test]
    fn a_line_says_where_what_and_what_would_be_right() {
        assert_eq!(
            checked("x").text(),
            "a:b,c%/foo.md:7: url: cycle 1.0: `link` (x) is malformed; right: 100% of it\n"
        );
    }

    #[test]
    fn an_annotation_escapes_what_its_form_gives_a_meaning() {
        assert_eq!(
            checked("x").annotations(),
            "::error file=a%3Ab%2Cc%25/foo.md,line=7,title=url::cycle 1.0: `link` (x) is malformed; right: 100%25 of it\n"
        );
    }

    #[test]
    fn no_text_of_a_file_becomes_a_workflow_command() {
        let checked = checked("a\n::stop-commands::x\r\n##[error]y\u{2028}");
        for out in [checked.text(), checked.annotations()] {
            assert_eq!(out.lines().count(), 1, "{out}");
            assert!(!out.contains("##["), "{out}");
        }
        assert!(!checked.text().starts_with("::"));
    }

    #[test]
    fn the_document_holds_each_part() {
        let document: serde_json::Value =
            serde_json::from_str(&checked("x").json(Date::default())).unwrap();
        assert_eq!(document["findings"][0]["rule"], "url");
        assert_eq!(document["findings"][0]["line"], 7);
        assert_eq!(document["files"], 1);
    }
}
