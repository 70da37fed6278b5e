//! Differences of release data, in the words that the field's commit messages use.
//!
//! People read and search these lines (`Value of root['releases']['9']['eoes'] changed from
//! "2035-05-31" to "2036-05-31".`), so they are kept to the letter. Values are written as
//! Python literals. Behind a line stands where the new value comes from.

use std::fmt::Write as _;

use indexmap::IndexMap;

use super::evidence::phrase;
use crate::plan::merge::Change;
use crate::release_data::{Learnt, Origin, ReleaseData};
use crate::value::Value;

/// What differs between two states of release data, a line each.
///
/// Kinds of difference come in alphabetical order: what was added, what was removed, what
/// changed its type, what changed its value.
pub fn differences(old: Option<&ReleaseData>, new: &ReleaseData) -> Vec<String> {
    let mut lines = Lines::default();
    let none = ReleaseData::new(new.today());
    let old = old.unwrap_or(&none);
    for (name, release) in new.sorted_releases() {
        let path = format!("root['releases'][{}]", quoted(name, '\''));
        match old.releases.get(name) {
            None => lines.added(&path, &release_literal(name, &release.fields), None),
            Some(before) => lines.fields(&path, &before.fields, &release.fields),
        }
    }
    for (name, version) in new.sorted_versions() {
        let path = format!("root['versions'][{}]", quoted(name, '\''));
        match old.versions.get(name) {
            None => {
                let literal = version_literal(name, &version.date.to_string());
                lines.added(&path, &literal, Some(&version.origin));
            }
            Some(before) if before.date != version.date => {
                let (from, to) = (Value::Date(before.date), Value::Date(version.date));
                lines.changed(&format!("{path}['date']"), &from, &to, &version.origin);
            }
            Some(_) => {}
        }
    }
    for (name, release) in old.sorted_releases() {
        if !new.releases.contains_key(name) {
            let path = format!("root['releases'][{}]", quoted(name, '\''));
            lines.removed(&path, &release_literal(name, &release.fields));
        }
    }
    for (name, version) in old.sorted_versions() {
        if !new.versions.contains_key(name) {
            let path = format!("root['versions'][{}]", quoted(name, '\''));
            lines.removed(&path, &version_literal(name, &version.date.to_string()));
        }
    }
    lines.sorted()
}

/// The changes of a product file in the same words.
pub(super) fn changes(changes: &[Change]) -> Vec<String> {
    let mut lines = Lines::default();
    for change in changes {
        let path = format!(
            "root['releases'][{}][{}]",
            quoted(&change.cycle, '\''),
            quoted(&change.field, '\'')
        );
        match &change.old {
            None => lines.added(&path, &literal(&change.new), Some(&change.origin)),
            Some(old) => lines.changed(&path, old, &change.new, &change.origin),
        }
    }
    lines.sorted()
}

#[derive(Default)]
struct Lines {
    added: Vec<String>,
    removed: Vec<String>,
    types: Vec<String>,
    values: Vec<String>,
}

impl Lines {
    fn added(&mut self, path: &str, value: &str, origin: Option<&Origin>) {
        let from = origin.map(from).unwrap_or_default();
        self.added
            .push(format!("Item {path} ({value}) added to dictionary.{from}"));
    }

    fn removed(&mut self, path: &str, value: &str) {
        self.removed
            .push(format!("Item {path} ({value}) removed from dictionary."));
    }

    fn changed(&mut self, path: &str, old: &Value, new: &Value, origin: &Origin) {
        let source = from(origin);
        let (from, to) = (literal(old), literal(new));
        let (before, after) = (type_name(old), type_name(new));
        if before == after {
            self.values.push(format!(
                "Value of {path} changed from {from} to {to}.{source}"
            ));
        } else {
            self.types.push(format!(
                "Type of {path} changed from {before} to {after} and value changed from {from} to {to}.{source}"
            ));
        }
    }

    fn fields(
        &mut self,
        path: &str,
        old: &IndexMap<String, Learnt>,
        new: &IndexMap<String, Learnt>,
    ) {
        for (field, learnt) in new {
            let path = format!("{path}[{}]", quoted(field, '\''));
            match old.get(field) {
                None => self.added(&path, &literal(&learnt.value), Some(&learnt.origin)),
                Some(before) if !before.value.says_the_same(&learnt.value) => {
                    self.changed(&path, &before.value, &learnt.value, &learnt.origin);
                }
                Some(_) => {}
            }
        }
        for (field, learnt) in old {
            if !new.contains_key(field) {
                self.removed(
                    &format!("{path}[{}]", quoted(field, '\'')),
                    &literal(&learnt.value),
                );
            }
        }
    }

    fn sorted(self) -> Vec<String> {
        [self.added, self.removed, self.types, self.values].concat()
    }
}

/// Where a value comes from, as a sentence behind its line; nothing where nothing is known.
fn from(origin: &Origin) -> String {
    let phrase = phrase(origin);
    if phrase.is_empty() {
        return phrase;
    }
    format!(" Source: {}.", unlinked(&phrase))
}

/// A text of a page in a commit message: it mentions nobody and closes nothing.
fn unlinked(text: &str) -> String {
    text.replace('@', "\\u{40}")
        .replace('#', "\\u{23}")
        .replace("GH-", "GH\\u{2d}")
        .replace("://", ":\\u{2f}/")
}

/// A value on its own; a text stands in double quotes there.
fn literal(value: &Value) -> String {
    match value {
        Value::Date(_) | Value::Text(_) => quoted(&value.to_string(), '"'),
        Value::Bool(true) => "True".into(),
        Value::Bool(false) => "False".into(),
        Value::Null => "None".into(),
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Date(_) | Value::Text(_) => "str",
        Value::Bool(_) => "bool",
        Value::Null => "NoneType",
    }
}

fn release_literal(name: &str, fields: &IndexMap<String, Learnt>) -> String {
    let mut out = format!("{{'name': {}", quoted(name, '\''));
    for (field, learnt) in fields {
        let value = match &learnt.value {
            value @ (Value::Date(_) | Value::Text(_)) => quoted(&value.to_string(), '\''),
            value => literal(value),
        };
        write!(out, ", {}: {value}", quoted(field, '\''))
            .expect("writing to a String does not fail");
    }
    out.push('}');
    out
}

fn version_literal(name: &str, date: &str) -> String {
    format!("{{'name': {}, 'date': '{date}'}}", quoted(name, '\''))
}

/// A text in quotes on one line, with nothing hidden in it.
fn quoted(text: &str, quote: char) -> String {
    let shown = crate::text::visible(text);
    format!(
        "{quote}{}{quote}",
        shown.replace(quote, &format!("\\{quote}"))
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::parse_iso;

    fn data(json: &str) -> ReleaseData {
        ReleaseData::from_json(
            json.as_bytes(),
            parse_iso("2026-01-31").unwrap(),
            &Origin::default(),
        )
        .unwrap()
    }

    #[test]
    fn every_kind_of_difference_has_its_words() {
        let old = data(
            r#"{"releases": {"9": {"name": "9", "eol": false, "eoes": "2035-05-31", "lts": true}, "8": {"name": "8"}},
            "versions": {"8.1.4": {"name": "8.1.4", "date": "2026-01-01"}, "8.0": {"name": "8.0", "date": "2025-01-01"}}}"#,
        );
        let new = data(
            r#"{"releases": {"9": {"name": "9", "eol": "2025-01-01", "eoes": "2036-05-31", "link": "x"}},
            "versions": {"8.1.5": {"name": "8.1.5", "date": "2026-01-02"}, "8.0": {"name": "8.0", "date": "2025-01-02"}}}"#,
        );
        assert_eq!(
            differences(Some(&old), &new),
            [
                r#"Item root['releases']['9']['link'] ("x") added to dictionary."#,
                r"Item root['versions']['8.1.5'] ({'name': '8.1.5', 'date': '2026-01-02'}) added to dictionary.",
                r"Item root['releases']['9']['lts'] (True) removed from dictionary.",
                r"Item root['releases']['8'] ({'name': '8'}) removed from dictionary.",
                r"Item root['versions']['8.1.4'] ({'name': '8.1.4', 'date': '2026-01-01'}) removed from dictionary.",
                r#"Type of root['releases']['9']['eol'] changed from bool to str and value changed from False to "2025-01-01"."#,
                r#"Value of root['releases']['9']['eoes'] changed from "2035-05-31" to "2036-05-31"."#,
                r#"Value of root['versions']['8.0']['date'] changed from "2025-01-01" to "2025-01-02"."#,
            ]
        );
        assert!(differences(Some(&new), &new).is_empty());
    }

    #[test]
    fn a_line_says_where_its_value_comes_from_and_no_page_can_close_an_issue() {
        let change = Change {
            index: 0,
            cycle: "9".into(),
            field: "eol".into(),
            old: Some(Value::Bool(false)),
            new: Value::Bool(true),
            origin: Origin {
                url: Some("https://a.test/x".into()),
                place: crate::release_data::Place::Row { table: 1, row: 3 },
                raw: "fixes #1, GH-2, https://github.com/a/b/issues/3 @all".into(),
                ..Origin::default()
            },
        };
        assert_eq!(
            changes(&[change]),
            [
                r"Value of root['releases']['9']['eol'] changed from False to True. Source: row 3 reads `fixes \u{23}1, GH\u{2d}2, https:\u{2f}/github.com/a/b/issues/3 \u{40}all`, a.test."
            ]
        );
    }

    #[test]
    fn a_name_can_not_end_its_quotes_or_its_line() {
        let new = data(
            r#"{"releases": {}, "versions": {"1'\n2": {"name": "1'\n2", "date": "2026-01-01"}}}"#,
        );
        assert_eq!(differences(None, &new)[0].lines().count(), 1);
        assert!(differences(None, &new)[0].starts_with(r"Item root['versions']['1\'\n2']"));
    }
}
