//! A rule of the site that is broken, and the rules about one value: what a key holds
//! against what it may hold.

use std::fmt;

use super::fields::{Field, Form, Kind, When};
use super::site_value::SiteValue;
use super::tables::url;
use crate::text::{Excerpt, nearest};

/// A rule that is broken, not yet placed in its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    pub rule: &'static str,
    pub field: String,
    /// The key that it contradicts, if it is about two.
    pub against: Option<&'static str>,
    /// What the key would hold, as it may be shown; empty where it holds no scalar.
    pub value: String,
    /// What is wrong, as the rest of a sentence about the key.
    pub message: String,
    pub right: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", Excerpt(&self.field))?;
        if !self.value.is_empty() {
            write!(f, " ({})", self.value)?;
        }
        write!(f, " {}", self.message)
    }
}

impl Violation {
    /// Whether both break the same rule in the same key, whatever its value.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        (self.rule, &self.field, self.against) == (other.rule, &other.field, other.against)
    }
}

/// A rule that a file breaks, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub line: usize,
    pub rule: &'static str,
    /// The release cycle, where it is about one.
    pub cycle: Option<String>,
    /// The key, where it is about one.
    pub field: Option<String>,
    /// The value, as it may be shown; empty where there is none or no scalar.
    pub value: String,
    /// What is wrong, as the rest of a sentence about the key.
    pub message: String,
    pub right: String,
}

impl Finding {
    pub(super) fn at(line: usize, cycle: Option<&str>, violation: Violation) -> Self {
        Self {
            line,
            rule: violation.rule,
            cycle: cycle.map(str::to_owned),
            field: Some(violation.field),
            value: violation.value,
            message: violation.message,
            right: violation.right,
        }
    }
}

pub(super) fn of_value(field: &'static Field, seen: SiteValue<'_>) -> Option<Violation> {
    check(field.kind, seen).map(|(rule, message, right)| Violation {
        rule,
        field: field.name.to_owned(),
        against: None,
        value: seen.shown(),
        message,
        right,
    })
}

pub(super) fn missing(field: &'static Field) -> Violation {
    Violation {
        rule: "missing",
        field: field.name.to_owned(),
        against: None,
        value: String::new(),
        message: "is missing".into(),
        right: match field.when {
            When::RequiredWith(column) => {
                let (wanted, column) = (wanted(field.kind), column.key());
                format!("{wanted}, or `{column}: false` for the product")
            }
            _ => wanted(field.kind),
        },
    }
}

type Broken = (&'static str, String, String);

fn check(kind: Kind, seen: SiteValue<'_>) -> Option<Broken> {
    let is_right = match (kind, seen) {
        (Kind::Word(words), SiteValue::Text(text)) => {
            return (!words.contains(&text)).then(|| unknown(words, text));
        }
        (Kind::Form(form) | Kind::Forms(form), SiteValue::Text(text)) => return misfit(form, text),
        (Kind::Url | Kind::UrlOrNothing, SiteValue::Text(text)) => return misfit(url(), text),
        (Kind::Text | Kind::TextOrBool, SiteValue::Text(_))
        | (Kind::Day | Kind::DayOrBool, SiteValue::Day(_))
        | (Kind::DayOrBool | Kind::TextOrBool | Kind::Bool, SiteValue::Bool(_))
        | (Kind::UrlOrNothing, SiteValue::Nothing | SiteValue::Bool(false))
        | (Kind::Count, SiteValue::Number(_))
        | (Kind::Form(_) | Kind::Forms(_) | Kind::List, SiteValue::List)
        | (Kind::Mapping, SiteValue::Mapping) => true,
        _ => false,
    };
    if is_right {
        return None;
    }
    if seen == SiteValue::Nothing {
        return Some(("missing", "is empty".into(), wanted(kind)));
    }
    Some((
        "type",
        format!("is parsed as {} by the site", seen.kind()),
        cure(kind, seen),
    ))
}

fn misfit(form: &Form, text: &str) -> Option<Broken> {
    let rule = if std::ptr::eq(form, url()) {
        "url"
    } else {
        "form"
    };
    (!form.fits(text)).then(|| (rule, "is malformed".into(), form.words.into()))
}

fn unknown(words: &[&'static str], text: &str) -> Broken {
    let right = match nearest(text, words.iter().copied()) {
        Some(near) => format!("`{near}`"),
        None => format!("one of `{}`", words.join("`, `")),
    };
    ("word", "is not an allowed value".into(), right)
}

/// What would be right in place of a value of the wrong kind.
fn cure(kind: Kind, seen: SiteValue<'_>) -> String {
    match (kind, seen) {
        (
            Kind::Text | Kind::TextOrBool | Kind::Form(_),
            SiteValue::Number(text) | SiteValue::Moment(text),
        ) => format!("\"{}\", in quotes", Excerpt(text)),
        (Kind::Text | Kind::Form(_), SiteValue::Bool(_) | SiteValue::Day(_))
        | (Kind::TextOrBool, SiteValue::Day(_)) => {
            format!("{}, in quotes", wanted(kind))
        }
        (Kind::Day | Kind::DayOrBool, SiteValue::Text(text))
            if crate::date::parse_iso(text).is_some() =>
        {
            format!("{text}, without quotes")
        }
        (Kind::DayOrBool, SiteValue::Text("true" | "false")) => "the same, without quotes".into(),
        _ => wanted(kind),
    }
}

/// What a key may hold, in words.
fn wanted(kind: Kind) -> String {
    match kind {
        Kind::Text => "a string".into(),
        Kind::Form(form) => form.words.into(),
        Kind::Forms(form) => format!("a list of strings: {}", form.words),
        Kind::Word(words) => format!("one of `{}`", words.join("`, `")),
        Kind::Url | Kind::UrlOrNothing => url().words.into(),
        Kind::Day => "a date, written YYYY-MM-DD".into(),
        Kind::DayOrBool => "a date written YYYY-MM-DD, `true` or `false`".into(),
        Kind::TextOrBool => "a string, `true` or `false`".into(),
        Kind::Bool => "`true` or `false`".into(),
        Kind::Count => "a whole number".into(),
        Kind::List => "a list".into(),
        Kind::Mapping => "a mapping".into(),
    }
}

/// The violation of a custom field, which holds a text or a day.
pub(super) fn of_custom(field: &str, seen: SiteValue<'_>) -> Option<Violation> {
    if matches!(
        seen,
        SiteValue::Text(_) | SiteValue::Day(_) | SiteValue::Nothing
    ) {
        return None;
    }
    Some(Violation {
        rule: "type",
        field: field.to_owned(),
        against: None,
        value: seen.shown(),
        message: format!("is parsed as {} by the site", seen.kind()),
        right: cure(Kind::Text, seen),
    })
}
