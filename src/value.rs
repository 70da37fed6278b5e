//! What a field of a release cycle can hold: a date, a boolean, a text, or nothing.
//!
//! The same four kinds occur in product files and in release data. Numbers do not occur:
//! `1.10` without quotes is a version that somebody forgot to quote, and reading it as a
//! number would lose its zero.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::date::{Date, parse_iso};

/// What a field holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Value {
    /// A calendar day, written `YYYY-MM-DD`.
    Date(Date),
    Bool(bool),
    /// Any other text.
    Text(String),
    /// Nothing: the field is there, and empty.
    #[default]
    Null,
}

impl Value {
    /// The value that release data means by a text: a day where it is wholly one.
    pub fn of_text(text: &str) -> Self {
        parse_iso(text).map_or_else(|| Self::Text(text.to_owned()), Self::Date)
    }

    /// The day, in quotes or not.
    pub fn date_or_quoted(&self) -> Option<Date> {
        match self {
            Self::Date(date) => Some(*date),
            Self::Text(text) => parse_iso(text),
            Self::Bool(_) | Self::Null => None,
        }
    }

    /// Whether both are equal, or one is a day and the other the same day in quotes.
    pub fn says_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Date(date), Self::Text(text)) | (Self::Text(text), Self::Date(date)) => {
                parse_iso(text) == Some(*date)
            }
            (a, b) => a == b,
        }
    }

    /// Whether it is empty: null, `false` or an empty text.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Null | Self::Bool(false) => true,
            Self::Text(text) => text.is_empty(),
            Self::Date(_) | Self::Bool(true) => false,
        }
    }
}

impl From<Date> for Value {
    fn from(date: Date) -> Self {
        Self::Date(date)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date(date) => date.fmt(f),
            Self::Bool(value) => value.fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::Null => f.write_str("null"),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Date(date) => serializer.collect_str(date),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Null => serializer.serialize_unit(),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Value;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a date, a boolean, a text or null")
            }
            fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
                Ok(Value::Bool(value))
            }
            fn visit_str<E>(self, text: &str) -> Result<Value, E> {
                Ok(Value::of_text(text))
            }
            fn visit_unit<E>(self) -> Result<Value, E> {
                Ok(Value::Null)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_wholly_a_day_is_a_date() {
        assert_eq!(
            Value::of_text("2024-02-29"),
            Value::Date(Date::from_ymd_opt(2024, 2, 29).unwrap())
        );
        assert_eq!(
            Value::of_text("2024-02-30"),
            Value::Text("2024-02-30".into())
        );
        assert_eq!(
            Value::of_text("2024-02-29 "),
            Value::Text("2024-02-29 ".into())
        );
    }

    #[test]
    fn a_day_in_quotes_says_the_same_and_a_boolean_in_quotes_does_not() {
        let day = Value::of_text("2024-02-29");
        assert!(day.says_the_same(&Value::Text("2024-02-29".into())));
        assert!(!Value::Bool(true).says_the_same(&Value::Text("true".into())));
    }
}
