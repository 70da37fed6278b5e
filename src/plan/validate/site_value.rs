//! What the site reads a scalar as.
//!
//! The site reads YAML 1.1: without quotes `1.10` is a number (1.1), `no` is false and
//! `12:30` is 750; in quotes a day is a text. This module finds out which, and checks nothing.

use std::sync::LazyLock;

use regex::Regex;

use crate::date::{Date, parse_iso};
use crate::plan::change::Change;
use crate::product::ReleaseCycle;
use crate::product::front_matter::{Content, Node, Style};
use crate::text::Excerpt;
use crate::value::Value;

/// What the site sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SiteValue<'a> {
    Text(&'a str),
    Day(Date),
    Moment(&'a str),
    Bool(bool),
    Number(&'a str),
    Nothing,
    List,
    Mapping,
}

impl<'a> SiteValue<'a> {
    pub(super) fn of(node: &'a Node) -> Self {
        match &node.content {
            Content::Scalar(text, Style::Plain) => Self::of_plain(text),
            Content::Scalar(text, _) => Self::Text(text),
            Content::Sequence(..) => Self::List,
            Content::Mapping(..) => Self::Mapping,
        }
    }

    fn of_plain(text: &'a str) -> Self {
        static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(concat!(
                r"\A(?:[-+]?(?:0|[1-9][\d_,]*|0[0-7_,]+|0x[\da-fA-F_,]+|0b[01_,]+)",
                r"|[-+]?(?:\d[\d_,]*\.[\d_]*|\.\d[\d_]*)(?:[eE][-+]?\d+)?",
                r"|[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.\d*)?",
                r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\z"
            ))
            .expect("a valid pattern")
        });
        static MOMENT: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"\A\d{4}-\d{1,2}-\d{1,2}(?:[Tt]|\s+)\d{1,2}:\d{2}:\d{2}")
                .expect("a valid pattern")
        });
        let first = text.as_bytes().first().copied().unwrap_or_default();
        match text {
            "" | "~" | "null" | "Null" | "NULL" => Self::Nothing,
            "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => {
                Self::Bool(true)
            }
            "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => {
                Self::Bool(false)
            }
            // Most scalars start with a letter, and no letter starts a day or a number.
            _ if !first.is_ascii_digit() && !matches!(first, b'-' | b'+' | b'.') => {
                Self::Text(text)
            }
            _ => match parse_iso(text) {
                Some(day) => Self::Day(day),
                None if NUMBER.is_match(text) => Self::Number(text),
                None if MOMENT.is_match(text) => Self::Moment(text),
                None => Self::Text(text),
            },
        }
    }

    /// What it will see where a change is written; a day that replaces a day in quotes stays in quotes.
    pub(super) fn of_change(change: &'a Change) -> Self {
        match (&change.new, &change.old) {
            (Value::Date(_), Some(Value::Text(old))) if parse_iso(old).is_some() => Self::Text(old),
            (Value::Date(day), _) => Self::Day(*day),
            (Value::Bool(value), _) => Self::Bool(*value),
            (Value::Text(text), _) => Self::Text(text),
            (Value::Null, _) => Self::Nothing,
        }
    }

    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Text(_) => "a string",
            Self::Day(_) => "a date",
            Self::Moment(_) => "a date with a time",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Nothing => "nothing",
            Self::List => "a list",
            Self::Mapping => "a mapping",
        }
    }

    /// The value, as it may be shown; empty for what is not a scalar.
    pub(super) fn shown(self) -> String {
        match self {
            Self::Text(text) | Self::Number(text) | Self::Moment(text) => Excerpt(text).to_string(),
            Self::Day(day) => day.to_string(),
            Self::Bool(value) => value.to_string(),
            Self::Nothing | Self::List | Self::Mapping => String::new(),
        }
    }

    pub(super) fn day(self) -> Option<Date> {
        match self {
            Self::Day(day) => Some(day),
            _ => None,
        }
    }

    /// Whether it counts as true: neither nothing nor false.
    pub(super) fn is_true(self) -> bool {
        !matches!(self, Self::Nothing | Self::Bool(false))
    }
}

/// A release cycle as the site sees it.
#[derive(Debug, Clone)]
pub(super) struct SiteCycle<'a> {
    pub(super) name: &'a str,
    line: usize,
    fields: Vec<(&'a str, SiteValue<'a>, usize)>,
}

impl<'a> SiteCycle<'a> {
    pub(super) fn of(cycle: ReleaseCycle<'a>) -> Self {
        let fields = cycle
            .node()
            .entries()
            .iter()
            .filter_map(|(key, value)| Some((key.text()?, SiteValue::of(value), key.line)))
            .collect();
        Self {
            name: cycle.name(),
            line: cycle.node().line,
            fields,
        }
    }

    /// A cycle that is added with these fields.
    pub(super) fn added(name: &'a str, fields: &[&'a Change]) -> Self {
        let fields = fields.iter();
        let fields = fields.map(|change| (&*change.field, SiteValue::of_change(change), 0));
        Self {
            name,
            line: 0,
            fields: fields.collect(),
        }
    }

    /// What it sees in a field; `None` where the field is absent.
    pub(super) fn get(&self, field: &str) -> Option<SiteValue<'a>> {
        self.fields
            .iter()
            .find(|(name, ..)| *name == field)
            .map(|(_, seen, _)| *seen)
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = (&'a str, SiteValue<'a>)> + '_ {
        self.fields.iter().map(|(name, seen, _)| (*name, *seen))
    }

    /// The line of a field; of the cycle where the field is absent.
    pub(super) fn line_of(&self, field: &str) -> usize {
        self.fields
            .iter()
            .find(|(name, ..)| *name == field)
            .map_or(self.line, |(_, _, line)| *line)
    }

    /// The cycle with a change made.
    pub(super) fn change(&mut self, change: &'a Change) {
        let seen = SiteValue::of_change(change);
        match self
            .fields
            .iter_mut()
            .find(|(name, ..)| *name == change.field)
        {
            Some((_, held, _)) => *held = seen,
            None => self.fields.push((&change.field, seen, self.line)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_quotes_numbers_words_and_times_are_no_texts() {
        let kinds = |texts: &[&'static str]| {
            let mut kinds: Vec<_> = texts
                .iter()
                .map(|t| SiteValue::of_plain(t).kind())
                .collect();
            kinds.dedup();
            kinds
        };
        assert_eq!(
            kinds(&[
                "1.10", "7", "1_000", "0x1F", ".5", "1.", "12:30", "-3", ".inf"
            ]),
            ["a number"]
        );
        assert_eq!(kinds(&["yes", "NO", "off", "True"]), ["a boolean"]);
        assert_eq!(kinds(&["", "~", "null"]), ["nothing"]);
        assert_eq!(kinds(&["2024-02-29"]), ["a date"]);
        assert_eq!(
            kinds(&["2024-02-29 10:00:00", "2024-02-29T10:00:00Z"]),
            ["a date with a time"]
        );
        assert_eq!(
            kinds(&[
                "1.2.3",
                "8u1",
                "2024-02-30",
                "v1",
                "y",
                "-",
                "1e3",
                "24.04-lts"
            ]),
            ["a string"]
        );
    }
}
