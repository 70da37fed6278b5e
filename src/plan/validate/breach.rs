//! Rules about one value: what a key holds against what it may hold.

use super::fields::{Field, Form, Kind};
use super::seen::Seen;
use super::tables::url;
use crate::text::{Excerpt, nearest};

/// A rule that is broken, not yet placed in its file.
#[derive(Debug, Clone)]
pub(super) struct Breach<'a> {
    pub(super) rule: &'static str,
    pub(super) field: &'a str,
    /// The field that it contradicts, if it is about two.
    pub(super) against: Option<&'static str>,
    pub(super) value: String,
    pub(super) message: String,
    pub(super) right: String,
}

impl Breach<'_> {
    /// Whether both are the same fault, whatever stands there.
    pub(super) fn is_like(&self, other: &Breach<'_>) -> bool {
        (self.rule, self.field, self.against) == (other.rule, other.field, other.against)
    }
}

/// What is wrong with a key that is there.
pub(super) fn of_value<'a>(field: &'static Field, seen: Seen<'_>) -> Option<Breach<'a>> {
    judge(field.kind, seen).map(|(rule, message, right)| Breach {
        rule,
        field: field.name,
        against: None,
        value: seen.shown(),
        message,
        right,
    })
}

/// A key that is missing.
pub(super) fn missing<'a>(field: &'static Field) -> Breach<'a> {
    Breach {
        rule: "missing",
        field: field.name,
        against: None,
        value: String::new(),
        message: "is missing".into(),
        right: wanted(field.kind),
    }
}

type Judgement = (&'static str, String, String);

fn judge(kind: Kind, seen: Seen<'_>) -> Option<Judgement> {
    let is_right = match (kind, seen) {
        (Kind::Word(words), Seen::Text(text)) => {
            return (!words.contains(&text)).then(|| unknown(words, text));
        }
        (Kind::Form(form) | Kind::Forms(form), Seen::Text(text)) => return misfit(form, text),
        (Kind::Url | Kind::UrlOrNothing, Seen::Text(text)) => return misfit(url(), text),
        (Kind::Text | Kind::TextOrBool, Seen::Text(_))
        | (Kind::Day | Kind::DayOrBool, Seen::Day(_))
        | (Kind::DayOrBool | Kind::TextOrBool | Kind::Bool, Seen::Bool(_))
        | (Kind::UrlOrNothing, Seen::Nothing | Seen::Bool(false))
        | (Kind::Count, Seen::Number(_))
        | (Kind::Form(_) | Kind::Forms(_) | Kind::List, Seen::List)
        | (Kind::Mapping, Seen::Mapping) => true,
        _ => false,
    };
    if is_right {
        return None;
    }
    if seen == Seen::Nothing {
        return Some(("missing", "holds nothing".into(), wanted(kind)));
    }
    Some((
        "type",
        format!("is {} to the site", seen.kind()),
        cure(kind, seen),
    ))
}

fn misfit(form: &Form, text: &str) -> Option<Judgement> {
    let rule = if std::ptr::eq(form, url()) {
        "url"
    } else {
        "form"
    };
    (!form.fits(text)).then(|| {
        (
            rule,
            "has not the form that is wanted".into(),
            form.words.into(),
        )
    })
}

fn unknown(words: &[&'static str], text: &str) -> Judgement {
    let right = match nearest(text, words.iter().copied()) {
        Some(near) => format!("`{near}`"),
        None => format!("one of `{}`", words.join("`, `")),
    };
    ("word", "is no word that the site knows".into(), right)
}

/// What would be right in place of a value of the wrong kind.
fn cure(kind: Kind, seen: Seen<'_>) -> String {
    match (kind, seen) {
        (
            Kind::Text | Kind::TextOrBool | Kind::Form(_),
            Seen::Number(text) | Seen::Moment(text),
        ) => format!("\"{}\", in quotes", Excerpt(text)),
        (Kind::Text | Kind::Form(_), Seen::Bool(_) | Seen::Day(_))
        | (Kind::TextOrBool, Seen::Day(_)) => {
            format!("{}, in quotes", wanted(kind))
        }
        (Kind::Day | Kind::DayOrBool, Seen::Text(text))
            if crate::date::parse_iso(text).is_some() =>
        {
            format!("{text}, without quotes")
        }
        (Kind::DayOrBool, Seen::Text("true" | "false")) => "the same, without quotes".into(),
        _ => wanted(kind),
    }
}

/// What a key may hold, in words.
fn wanted(kind: Kind) -> String {
    match kind {
        Kind::Text => "a text".into(),
        Kind::Form(form) => form.words.into(),
        Kind::Forms(form) => format!("a list of texts: {}", form.words),
        Kind::Word(words) => format!("one of `{}`", words.join("`, `")),
        Kind::Url | Kind::UrlOrNothing => url().words.into(),
        Kind::Day => "a day, written YYYY-MM-DD".into(),
        Kind::DayOrBool => "a day written YYYY-MM-DD, `true` or `false`".into(),
        Kind::TextOrBool => "a text, `true` or `false`".into(),
        Kind::Bool => "`true` or `false`".into(),
        Kind::Count => "a whole number".into(),
        Kind::List => "a list".into(),
        Kind::Mapping => "a mapping".into(),
    }
}

/// The breach of a custom field, which holds a text or a day.
pub(super) fn of_custom<'a>(field: &'a str, seen: Seen<'_>) -> Option<Breach<'a>> {
    if matches!(seen, Seen::Text(_) | Seen::Day(_) | Seen::Nothing) {
        return None;
    }
    Some(Breach {
        rule: "type",
        field,
        against: None,
        value: seen.shown(),
        message: format!("is {} to the site", seen.kind()),
        right: cure(Kind::Text, seen),
    })
}
