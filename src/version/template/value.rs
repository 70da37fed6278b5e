//! Values in templates, and Liquid's operators and filters.
//!
//! A group is a text or nil, and only `split` makes a list. The rules are those that Shopify's
//! Liquid and python-liquid share. No operator and no filter fails: the parser refuses what has no
//! meaning, and a text longer than [`LENGTH`] is cut.

use std::cmp::Ordering;
use std::fmt;

use crate::text::{is_blank, trim};

/// The longest text that a template takes from a group, or makes, in characters.
pub(super) const LENGTH: usize = 20_000;

#[derive(Debug, Clone)]
pub(super) enum Value {
    Nil,
    Bool(bool),
    /// A number, as written.
    Number(String),
    Text(String),
    List(Vec<String>),
    /// Equals a text without characters.
    Empty,
    /// Equals a text of blanks.
    Blank,
}

use Value::{Blank, Bool, Empty, List, Nil, Number, Text};

impl Value {
    pub(super) fn is_true(&self) -> bool {
        !matches!(self, Nil | Bool(false))
    }

    pub(super) fn cut(self) -> Self {
        match self {
            Text(text) => Text(cut(text)),
            other => other,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Nil | Empty | Blank => Ok(()),
            Bool(value) => write!(f, "{value}"),
            Number(text) | Text(text) => f.write_str(text),
            List(items) => items.iter().try_for_each(|item| f.write_str(item)),
        }
    }
}

/// The text, or its beginning where it is longer than a template makes.
pub(super) fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(LENGTH) {
        text.truncate(end);
    }
    text
}

/// Whether a text is longer than [`LENGTH`] for certain, so that nothing need be added.
pub(super) fn is_full(text: &str) -> bool {
    text.len() > 4 * LENGTH
}

pub(super) type Compare = fn(&Value, &Value) -> bool;

/// The operators of conditions.
pub(super) const OPERATORS: [(&str, Compare); 8] = [
    ("==", equal),
    ("!=", |a, b| !equal(a, b)),
    ("<>", |a, b| !equal(a, b)),
    ("<", |a, b| ordered(a, b, Ordering::is_lt)),
    (">", |a, b| ordered(a, b, Ordering::is_gt)),
    ("<=", |a, b| ordered(a, b, Ordering::is_le)),
    (">=", |a, b| ordered(a, b, Ordering::is_ge)),
    ("contains", |a, b| {
        a.is_true() && b.is_true() && a.to_string().contains(&b.to_string())
    }),
];

/// Whether two values are equal; a text never equals a number.
pub(super) fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Text(a), Text(b)) => a == b,
        (Number(a), Number(b)) => float(a).partial_cmp(&float(b)) == Some(Ordering::Equal),
        (Bool(a), Bool(b)) => a == b,
        (Text(text), Empty) | (Empty, Text(text)) => text.is_empty(),
        (Text(text), Blank) | (Blank, Text(text)) => trim(text).is_empty(),
        (Nil, Nil) | (Empty, Empty) | (Blank, Blank) => true,
        _ => false,
    }
}

/// Whether two texts are in an order; nil is in none.
fn ordered(a: &Value, b: &Value, wanted: fn(Ordering) -> bool) -> bool {
    matches!((a, b), (Text(a), Text(b)) if wanted(a.cmp(b)))
}

pub(super) type Apply = fn(Value, &[Value]) -> Value;

/// The filters: name, fewest and most arguments, function.
pub(super) const FILTERS: [(&str, usize, usize, Apply); 21] = [
    ("append", 1, 1, |v, a| Text(format!("{v}{}", a[0]))),
    ("capitalize", 0, 0, |v, _| Text(capitalize(&v.to_string()))),
    ("default", 0, 1, |v, a| match v {
        v if !v.is_true() || equal(&v, &Empty) => a.first().cloned().unwrap_or(Nil),
        other => other,
    }),
    ("downcase", 0, 0, |v, _| Text(v.to_string().to_lowercase())),
    ("first", 0, 0, |v, _| {
        items(v).into_iter().next().map_or(Nil, Text)
    }),
    ("join", 0, 1, |v, a| {
        let between = a.first().map_or(" ".to_owned(), Value::to_string);
        joined(items(v).iter().map(String::as_str), &between)
    }),
    ("last", 0, 0, |v, _| items(v).pop().map_or(Nil, Text)),
    ("lstrip", 0, 0, |v, _| {
        Text(v.to_string().trim_start_matches(is_blank).to_owned())
    }),
    ("minus", 1, 1, |v, a| sum(&v, &a[0], -1)),
    ("plus", 1, 1, |v, a| sum(&v, &a[0], 1)),
    ("prepend", 1, 1, |v, a| Text(format!("{}{v}", a[0]))),
    ("remove", 1, 1, |v, a| {
        joined(v.to_string().split(&a[0].to_string()), "")
    }),
    ("remove_first", 1, 1, |v, a| {
        joined(v.to_string().splitn(2, &a[0].to_string()), "")
    }),
    ("replace", 1, 2, |v, a| {
        joined(v.to_string().split(&a[0].to_string()), &second(a))
    }),
    ("replace_first", 1, 2, |v, a| {
        joined(v.to_string().splitn(2, &a[0].to_string()), &second(a))
    }),
    ("rstrip", 0, 0, |v, _| {
        Text(v.to_string().trim_end_matches(is_blank).to_owned())
    }),
    ("size", 0, 0, |v, _| {
        let size = match v {
            Text(text) => text.chars().count(),
            List(items) => items.len(),
            _ => 0,
        };
        Number(size.to_string())
    }),
    ("slice", 1, 2, |v, a| Text(slice(&v.to_string(), a))),
    ("split", 1, 1, |v, a| {
        List(split(&v.to_string(), &a[0].to_string()))
    }),
    ("strip", 0, 0, |v, _| Text(trim(&v.to_string()).to_owned())),
    ("upcase", 0, 0, |v, _| Text(v.to_string().to_uppercase())),
];

/// The second of two arguments, as a text.
fn second(arguments: &[Value]) -> String {
    arguments.get(1).unwrap_or(&Nil).to_string()
}

/// The text with its first letter in upper case and the others in lower case.
fn capitalize(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    let first: String = first.collect();
    let mut rest = first.chars();
    let start: String = rest.next().into_iter().collect();
    start + &format!("{}{}", rest.as_str(), chars.as_str()).to_lowercase()
}

/// The items of a list.
fn items(value: Value) -> Vec<String> {
    match value {
        List(items) => items,
        _ => Vec::new(),
    }
}

/// The parts with a text between them, up to about [`LENGTH`].
fn joined<'t>(parts: impl Iterator<Item = &'t str>, between: &str) -> Value {
    let mut out = String::new();
    for (place, part) in parts.enumerate() {
        if is_full(&out) {
            break;
        }
        if place > 0 {
            out.push_str(between);
        }
        out.push_str(part);
    }
    Text(out)
}

/// The parts of a text; a space separates words, an empty separator characters.
fn split(text: &str, separator: &str) -> Vec<String> {
    match separator {
        "" => text.chars().map(String::from).collect(),
        " " => {
            let words = text.split(is_blank).filter(|word| !word.is_empty());
            words.map(str::to_owned).collect()
        }
        _ if text.is_empty() || text == separator => Vec::new(),
        _ => text.split(separator).map(str::to_owned).collect(),
    }
}

/// Characters of a text: start, which counts from the end if negative, and length.
fn slice(text: &str, arguments: &[Value]) -> String {
    let whole = |place: usize| arguments.get(place)?.to_string().parse::<isize>().ok();
    let start = whole(0).unwrap_or(0);
    let skipped = match usize::try_from(start) {
        Ok(start) => Some(start),
        Err(_) => text.chars().count().checked_sub(start.unsigned_abs()),
    };
    let length = usize::try_from(whole(1).unwrap_or(1)).unwrap_or(0);
    let rest = skipped.map(|skipped| text.chars().skip(skipped).take(length));
    rest.into_iter().flatten().collect()
}

/// The sum of two numbers, with as many decimals as the longer of them.
fn sum(a: &Value, b: &Value, sign: i8) -> Value {
    let (a, b) = (a.to_string(), b.to_string());
    if let (Some(a), Some(b)) = (whole(&a), whole(&b)) {
        let sum = a.saturating_add(b.saturating_mul(sign.into()));
        return Number(sum.to_string());
    }
    let (a, b) = (float(&a), float(&b) * f64::from(sign));
    let decimals = |number: f64| {
        number
            .to_string()
            .split_once('.')
            .map_or(0, |(_, part)| part.len())
    };
    let sum = format!("{:.*}", decimals(a).max(decimals(b)), a + b);
    Number(format!("{:?}", float(&sum)))
}

/// The integer that a text is; 0 if it is no number.
fn whole(text: &str) -> Option<i128> {
    let parsed = trim(text).parse().ok();
    parsed.or_else(|| trim(text).parse::<f64>().is_err().then_some(0))
}

/// The number that a text is, or 0.
fn float(text: &str) -> f64 {
    let parsed = trim(text).parse().ok();
    parsed
        .filter(|number: &f64| number.is_finite())
        .unwrap_or(0.0)
}
