//! A part of the tree as a typed value, through serde.
//!
//! Errors name the line in the file, and for a word that is not known the nearest that is.

use std::fmt;

use serde::de::{
    self, DeserializeOwned, DeserializeSeed, IntoDeserializer as _, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::node::{Content, Node, Style};
use crate::text::{Excerpt, nearest};
use crate::value::Value;

/// Why a part of the front matter is not what it must be; the line counts from 1 in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The line in the file; 0 while it is not known.
    pub line: usize,
    pub message: String,
    pub hint: Option<String>,
    /// The word that is not known, and those that are.
    unknown: Option<(String, &'static [&'static str])>,
}

impl ConfigError {
    pub fn new(line: usize, message: impl Into<String>) -> Self {
        Self {
            line,
            message: message.into(),
            hint: None,
            unknown: None,
        }
    }

    /// A word that is not among the known ones.
    pub fn unknown<'a>(
        line: usize,
        what: &str,
        word: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let hint = nearest(word, known).map(|near| format!("did you mean `{near}`?"));
        let message = format!("unknown {what} `{}`", Excerpt(word));
        Self {
            line,
            message,
            hint,
            unknown: None,
        }
    }

    fn at(mut self, node: &Node) -> Self {
        if self.line == 0 {
            self.line = node.line;
        }
        self
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.hint
            .as_ref()
            .map_or(Ok(()), |hint| write!(f, "; {hint}"))
    }
}

impl std::error::Error for ConfigError {}

impl de::Error for ConfigError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(0, message.to_string())
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let error = Self::unknown(0, "key", field, expected.iter().copied());
        Self {
            unknown: Some((field.to_owned(), expected)),
            ..error
        }
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let mut error = Self::unknown(0, "word", variant, expected.iter().copied());
        error
            .hint
            .get_or_insert_with(|| format!("expected one of `{}`", expected.join("`, `")));
        error
    }
}

impl Node {
    /// The node as a typed value.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, ConfigError> {
        T::deserialize(self).map_err(|error| error.at(self))
    }

    /// The entries of a mapping whose keys are chosen, as a typed value; `others` are keys that
    /// are known beside its own, and may be what a misspelt one meant.
    pub fn read_entries<T: DeserializeOwned>(
        &self,
        chosen: impl Fn(&str) -> bool,
        others: &[&'static [&'static str]],
    ) -> Result<T, ConfigError> {
        let entries = self
            .entries()
            .iter()
            .filter(|(key, _)| key.text().is_some_and(&chosen))
            .collect();
        T::deserialize(Entries {
            node: self,
            chosen: entries,
            others: others.concat(),
        })
        .map_err(|error| error.at(self))
    }
}

impl<'de> de::Deserializer<'de> for &'de Node {
    type Error = ConfigError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ConfigError> {
        match &self.content {
            Content::Scalar(text, Style::Plain) => match super::node::plain_value(text) {
                Value::Bool(value) => visitor.visit_bool(value),
                Value::Null => visitor.visit_unit(),
                _ => match text.parse::<u64>() {
                    Ok(number) if number.to_string() == **text => visitor.visit_u64(number),
                    _ => visitor.visit_borrowed_str(text),
                },
            },
            Content::Scalar(text, _) => visitor.visit_borrowed_str(text),
            Content::Sequence(items, _) => visitor.visit_seq(Items(items.iter())),
            Content::Mapping(entries, _) => visitor.visit_map(EntryAccess {
                entries: entries.iter().collect::<Vec<_>>().into_iter(),
                value: None,
                others: Vec::new(),
            }),
        }
        .map_err(|error: ConfigError| error.at(self))
    }

    /// A text is wanted: `5.8` and `no` are what is written, not a number or a boolean.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ConfigError> {
        match &self.content {
            Content::Scalar(text, _) if !self.is_null() => visitor
                .visit_borrowed_str(text)
                .map_err(|error: ConfigError| error.at(self)),
            _ if self.is_null() => Err(ConfigError::new(
                self.line,
                "expected a string, found nothing",
            )),
            _ => Err(ConfigError::new(
                self.line,
                format!("expected a string, found {}", self.kind()),
            )),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ConfigError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ConfigError> {
        if self.is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ConfigError> {
        match self.value() {
            Some(Value::Bool(value)) => visitor.visit_bool(value),
            _ => Err(ConfigError::new(
                self.line,
                format!(
                    "expected `true` or `false`, found {}",
                    self.text()
                        .map_or(self.kind().into(), |text| format!("`{}`", Excerpt(text)))
                ),
            )),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ConfigError> {
        match self.text() {
            Some(text) => visitor
                .visit_enum(text.into_deserializer())
                .map_err(|error: ConfigError| error.at(self)),
            None => Err(ConfigError::new(
                self.line,
                format!("expected a word, found {}", self.kind()),
            )),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ConfigError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ConfigError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct seq
        tuple tuple_struct map struct identifier
    }
}

struct Items<'de>(std::slice::Iter<'de, Node>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = ConfigError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ConfigError> {
        self.0
            .next()
            .map(|item| seed.deserialize(item).map_err(|error| error.at(item)))
            .transpose()
    }
}

/// Some of the entries of a mapping.
struct Entries<'de> {
    node: &'de Node,
    chosen: Vec<&'de (Node, Node)>,
    /// Keys that are known beside those of the value.
    others: Vec<&'static str>,
}

impl<'de> de::Deserializer<'de> for Entries<'de> {
    type Error = ConfigError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ConfigError> {
        visitor
            .visit_map(EntryAccess {
                entries: self.chosen.into_iter(),
                value: None,
                others: self.others,
            })
            .map_err(|error: ConfigError| error.at(self.node))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct EntryAccess<'de, I: Iterator<Item = &'de (Node, Node)>> {
    entries: I,
    value: Option<&'de Node>,
    others: Vec<&'static str>,
}

impl<'de, I: Iterator<Item = &'de (Node, Node)>> MapAccess<'de> for EntryAccess<'de, I> {
    type Error = ConfigError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, ConfigError> {
        let Some((key, value)) = self.entries.next() else {
            return Ok(None);
        };
        self.value = Some(value);
        let text = key.text().unwrap_or_default();
        seed.deserialize(de::value::BorrowedStrDeserializer::new(text))
            .map(Some)
            .map_err(|error: ConfigError| match error.unknown {
                Some((word, known)) if !self.others.is_empty() => Self::Error::unknown(
                    key.line,
                    "key",
                    &word,
                    known.iter().chain(&self.others).copied(),
                ),
                _ => error.at(key),
            })
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, ConfigError> {
        let value = self
            .value
            .take()
            .expect("serde asks for a key before its value");
        seed.deserialize(value).map_err(|error| error.at(value))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::super::FrontMatter;
    use super::*;
    use crate::version::{Pattern, Patterns};

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Config {
        column: String,
        #[serde(default)]
        regex: Option<Pattern>,
        #[serde(default)]
        render: bool,
    }

    fn read<T: DeserializeOwned>(yaml: &str) -> Result<T, ConfigError> {
        FrontMatter::read(format!("---\n{yaml}---\n").as_bytes())
            .unwrap()
            .root
            .read()
    }

    #[test]
    fn a_text_is_what_is_written() {
        let config: Config = read("column: 1.10\nrender: true\n").unwrap();
        assert_eq!(
            config,
            Config {
                column: "1.10".into(),
                regex: None,
                render: true
            }
        );
        assert_eq!(read::<Config>("column: no\n").unwrap().column, "no");
    }

    #[test]
    fn a_misspelt_key_names_its_line_and_the_nearest_known() {
        let error = read::<Config>("column: x\nregx: y\n").unwrap_err();
        assert_eq!(
            (error.line, error.to_string()),
            (3, "unknown key `regx`; did you mean `regex`?".into())
        );
    }

    #[test]
    fn a_bad_regex_names_its_line() {
        let error = read::<Config>("column: x\n\nregex: '(a'\n").unwrap_err();
        assert_eq!(
            (error.line, error.to_string()),
            (4, "bad regex `(a`: unclosed group".into())
        );
        let error = read::<std::collections::BTreeMap<String, Patterns>>("a:\n  - b\n  - '['\n")
            .unwrap_err();
        assert_eq!(error.line, 4);
    }

    #[test]
    fn a_wrong_kind_says_what_is_expected() {
        assert_eq!(
            read::<Config>("column: [a]\n").unwrap_err().to_string(),
            "expected a string, found a list"
        );
        assert_eq!(
            read::<Config>("column: a\nrender: maybe\n")
                .unwrap_err()
                .to_string(),
            "expected `true` or `false`, found `maybe`"
        );
        let error = read::<Config>("render: false\n").unwrap_err();
        assert_eq!(
            (error.line, error.to_string()),
            (2, "missing field `column`".into())
        );
    }
}
