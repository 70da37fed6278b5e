//! Rows of a JSON document, by JSONPath (RFC 9535).
//!
//! `selector: '$.builds[*]'` finds the rows; the path of a field starts at its row, its
//! first match counts, and a number or a boolean is its text. What is null, a list or a
//! mapping is no text, so the row does not have the field.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use serde_json::Value;
use serde_json_path::{NormalizedPath, PathElement};

use super::super::error::ExtractError;
use super::super::rows::{Cell, Row, Rows, Source};
use crate::page::Page;
use crate::release_data::Place;
use crate::text::{Excerpt, trim, visible};

/// Which rows of a JSON document are meant.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JsonRows {
    /// The rows, as a JSONPath (RFC 9535).
    selector: Path,
}

/// A path that is understood.
#[derive(Debug, Clone)]
pub struct Path {
    source: String,
    path: serde_json_path::JsonPath,
}

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let source = String::deserialize(deserializer)?;
        let refuse = |reason: &str| {
            D::Error::custom(format!(
                "bad JSONPath `{}`: {}",
                Excerpt(&source),
                visible(reason)
            ))
        };
        if let Some(reason) = without_bounds(&source) {
            return Err(refuse(reason));
        }
        let path = serde_json_path::JsonPath::parse(&source)
            .map_err(|error| refuse(&error.to_string()))?;
        Ok(Self { source, path })
    }
}

/// The longest path that is accepted, in bytes.
const LONGEST: usize = 1_000;

/// Why a path could take more steps than a document has parts, many times over, if it could.
///
/// Two `..` find each part once for every path to it; a path from the root within a filter walks
/// the document for each of its parts; `match` and `search` compile a regex for each.
fn without_bounds(source: &str) -> Option<&'static str> {
    let mut outside = String::new();
    let mut quote = None;
    let mut escaped = false;
    for c in source.chars() {
        match quote {
            Some(open) if c == open && !escaped => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None => outside.push(c),
        }
        escaped = c == '\\' && !escaped;
    }
    let count = |part: &str| outside.matches(part).count();
    if source.len() > LONGEST {
        Some("longer than 1000 bytes")
    } else if count("..") > 1 {
        Some("more than one `..`")
    } else if count("$") > 1 {
        Some("a filter may not start at `$` again")
    } else if count("match") + count("search") > 0 && outside.contains('?') {
        Some("`match` and `search` are not supported; state a `regex` for the field")
    } else {
        None
    }
}

impl Source for JsonRows {
    const KEYS: &'static [&'static str] = &["selector"];
    type Selector = Path;

    fn rows(&self, page: &Page, fields: &[&Path]) -> Result<Rows, ExtractError> {
        let document: Value = serde_json::from_str(&page.text())
            .map_err(|error| ExtractError::format(page, "JSON", error))?;
        let found = self.selector.path.query_located(&document);
        if found.is_empty() {
            let what = format!("row `{}`", Excerpt(&self.selector.source));
            return Err(ExtractError::missing(page, what));
        }
        let rows = found
            .iter()
            .map(|row| {
                let place = shown(row.location());
                let cells = fields
                    .iter()
                    .map(|field| {
                        let found = field.path.query_located(row.node());
                        let first = found.first()?;
                        let path = format!("{place}{}", &shown(first.location())[1..]);
                        Some(Cell {
                            place: Place::Path { path: path.into() },
                            text: text_of(first.node())?,
                            ..Cell::default()
                        })
                    })
                    .collect();
                let place = Place::Path { path: place.into() };
                Row { place, cells }
            })
            .collect();
        Ok(Rows {
            rows,
            skipped: Vec::new(),
        })
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(trim(text).to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A path as people write it: `$.versions[3].date`, and `['odd name']` where a dot will not do.
fn shown(path: &NormalizedPath<'_>) -> String {
    let mut out = String::from("$");
    for element in path.iter() {
        let written = match element {
            PathElement::Index(index) => write!(out, "[{index}]"),
            PathElement::Name(name) => {
                let plain = !name.is_empty()
                    && name
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                if plain {
                    write!(out, ".{name}")
                } else {
                    write!(out, "['{name}']")
                }
            }
        };
        written.expect("writing to a String does not fail");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(source: &str) -> Path {
        serde_json::from_value(source.into()).unwrap()
    }

    fn rows(selector: &str, fields: &[&str], json: &str) -> Result<Rows, ExtractError> {
        let source = JsonRows {
            selector: path(selector),
        };
        let fields: Vec<Path> = fields.iter().map(|field| path(field)).collect();
        source.rows(
            &Page::of_text("https://a.test/", json),
            &fields.iter().collect::<Vec<_>>(),
        )
    }

    #[test]
    fn a_scalar_is_text_and_null_is_none() {
        let json = r#"{"odd name": [{"a": 20.10, "b": true, "c": null, "d": [], "e": " x "}]}"#;
        let fields = ["$.a", "$.b", "$.c", "$.d", "$['e']", "$.f"];
        let found = rows("$['odd name'][*]", &fields, json).unwrap();
        let texts: Vec<_> = found.rows[0]
            .cells
            .iter()
            .map(|cell| cell.as_ref().map(|cell| &*cell.text))
            .collect();
        assert_eq!(
            texts,
            [Some("20.1"), Some("true"), None, None, Some("x"), None]
        );
        let place = &found.rows[0].cells[0].as_ref().unwrap().place;
        assert_eq!(place.to_string(), "$['odd name'][0].a");
    }

    #[test]
    fn a_page_without_json_or_rows_is_an_error() {
        assert!(matches!(
            rows("$[*]", &[], "<html>"),
            Err(ExtractError::Format { .. })
        ));
        assert!(matches!(
            rows("$.a[*]", &[], "{}"),
            Err(ExtractError::Missing { .. })
        ));
        assert!(matches!(
            rows("$..a", &[], &"[".repeat(100_000)),
            Err(ExtractError::Format { .. })
        ));
    }

    #[test]
    fn a_path_that_takes_more_steps_than_a_document_has_parts_is_refused() {
        for source in [
            "$..*..*..*..*",
            "$..[?@..a]",
            "$[*][?$[*].a == 1]",
            "$[?match(@.a, '(a{1000}){100}')]",
            "$[?search(@.a, @.b)]",
            &format!("$[?{}@.a{}]", "(".repeat(2_000), ")".repeat(2_000)),
        ] {
            let error = serde_json::from_value::<Path>(source.into()).unwrap_err();
            assert!(error.to_string().starts_with("bad JSONPath"), "{error}");
        }
        for source in [
            "$..a[?@.b == 'x..$..y']",
            "$['match'][0]",
            "$[\"\\\"..$\"]..b",
        ] {
            path(source);
        }
    }

    #[test]
    fn a_bad_path_is_refused() {
        let error = serde_json::from_value::<Path>("builds[*]".into()).unwrap_err();
        assert!(
            error.to_string().starts_with("bad JSONPath `builds[*]`"),
            "{error}"
        );
    }
}
