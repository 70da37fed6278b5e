//! Rows of a JSON document, by JSONPath (RFC 9535).
//!
//! `selector: '$.builds[*]'` finds the rows; the path of a field starts at its row, its
//! first match counts, and a boolean is its text, as is a number as it is written: `1.30` is not
//! `1.3`. What is null, a list or a mapping is no text, so the row does not have the field.
//!
//! `$~` is the key of the row, for documents whose keys are the names.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::LazyLock;

use indexmap::IndexSet;
use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use serde_json::Value;
use serde_json_path::{LocatedNode, NormalizedPath, PathElement};

use super::super::error::ExtractError;
use super::super::rows::{Cell, Row, Rows, SkippedRow, Source};
use super::{parse, source, values_in, whole_pairs};
use crate::bounds::bound;
use crate::page::Page;
use crate::release_data::{Place, SkipReason};
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
    /// `None` is the key of the row.
    path: Option<serde_json_path::JsonPath>,
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
        let path = match &*source {
            KEY => None,
            _ => Some(
                serde_json_path::JsonPath::parse(&source)
                    .map_err(|error| refuse(&misread(&source, error.position())))?,
            ),
        };
        Ok(Self { source, path })
    }
}

/// The path of the key of a row, as JSONPath Plus writes it.
const KEY: &str = "$~";

/// The longest path that is accepted, in bytes.
const LONGEST: usize = 1_000;

/// How often the values of a document may be in rows that are in one another.
const AGAIN: usize = 16;

/// How many filters may be in one another.
const FILTERS: usize = 2;

/// How deep the brackets of a path may nest.
const DEEPEST: usize = 8;

/// Why a path could take more steps than a document has parts, many times over, if it could.
///
/// Two `..` find each part once for every path to it; a path from the root within a filter walks
/// the document for each of its parts; `match` and `search` compile a regex for each.
fn without_bounds(source: &str) -> Option<&'static str> {
    static REGEX: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\b(?:match|search)\s*\(").expect("a valid pattern"));
    let outside = without_texts(source);
    let count = |part: &str| outside.matches(part).count();
    if source.len() > bound(LONGEST) {
        return Some("longer than 1000 bytes");
    }
    if let Some(reason) = nests(&outside) {
        return Some(reason);
    }
    if count("..") > 1 {
        Some("more than one `..`; write the names on the way instead, or `*`")
    } else if count("$") > 1 && outside.contains('?') {
        Some("a filter may not start at `$` again, only at its item, which is `@`")
    } else if REGEX.is_match(&outside) {
        Some("`match` and `search` are not supported; state a `regex` for the field")
    } else if picks_twice(&outside) {
        Some("a list in brackets may hold different names or different numbers, and nothing else")
    } else {
        None
    }
}

/// The path with a number in each pair of quotes in place of its text, the same for the same text.
/// A text with a backslash keeps that alone: it can be the same as any other.
fn without_texts(source: &str) -> String {
    let mut outside = String::new();
    let mut texts: IndexSet<&str> = IndexSet::new();
    let mut rest = source;
    while let Some(start) = rest.find(['"', '\'']) {
        let (before, from) = rest.split_at(start);
        outside.push_str(before);
        let mut escaped = false;
        let end = from[1..].find(|c: char| {
            let is_end = from.starts_with(c) && !escaped;
            escaped = c == '\\' && !escaped;
            is_end
        });
        let Some(end) = end else {
            return outside;
        };
        let text = &from[1..=end];
        if text.contains('\\') {
            outside.push_str(r"'\'");
        } else {
            let _ = write!(outside, "'{}'", texts.insert_full(text).0);
        }
        rest = &from[end + 2..];
    }
    outside + rest
}

/// Why the parser could take twice as long with each bracket: what it cannot read in one way, it
/// reads again in another, with all that is within.
fn nests(outside: &str) -> Option<&'static str> {
    let (mut open, mut filters) = (Vec::new(), 0);
    for c in outside.chars() {
        match c {
            '[' | '(' => open.push(0),
            ']' | ')' => filters -= open.pop().unwrap_or(0),
            '?' => {
                filters += 1;
                if let Some(own) = open.last_mut() {
                    *own += 1;
                }
            }
            _ => {}
        }
        if filters > bound(FILTERS) {
            return Some("more than two filters in one another");
        }
        if open.len() > bound(DEEPEST) {
            return Some("brackets more than 8 deep");
        }
    }
    None
}

/// Whether a list in brackets could pick a part twice: each step after it would then take twice
/// the time, and the next one four times. Texts in quotes are numbers in quotes here.
fn picks_twice(outside: &str) -> bool {
    static LIST: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\[([^\[\]()]*)\]").expect("a valid pattern"));
    let mut commas = outside.matches(',').count();
    for list in LIST.captures_iter(outside) {
        let parts: Vec<&str> = list[1].split(',').map(str::trim).collect();
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let is_name = |part: &str| part.starts_with('\'') && is_number(part.trim_matches('\''));
        let is_plain =
            parts.iter().all(|part| is_number(part)) || parts.iter().all(|part| is_name(part));
        let different: HashSet<&&str> = parts.iter().collect();
        if parts.len() > 1 && !(is_plain && different.len() == parts.len()) {
            return true;
        }
        commas -= parts.len() - 1;
    }
    commas > 0
}

/// Which part of a path is not understood, from its first byte on, and what to write instead.
fn misread(source: &str, at: usize) -> String {
    let (before, part) = source.split_at_checked(at).unwrap_or((source, ""));
    let what = match part {
        "" => "it is not complete".to_owned(),
        part => format!("`{}` is not understood", Excerpt(part)),
    };
    let instead = if !source.starts_with('$') {
        "a path starts with `$`, as in `$.builds[*]`"
    } else if part.starts_with(['~', '^']) {
        "the key of a row is `$~`, alone"
    } else if before.contains('?') && !part.starts_with('-') {
        "a filter compares by `==`, `!=`, `<`, `<=`, `>` or `>=` and joins by `&&` and `||`; `@` is \
         its item, texts stand in quotes, and the functions are `count`, `length` and `value`"
    } else {
        "in brackets, and with other characters than letters, digits and `_`, a name stands in \
         quotes: `['end-of-life']`"
    };
    format!("{what}; {instead}")
}

impl Source for JsonRows {
    const KEYS: &'static [&'static str] = &["selector"];
    type Selector = Path;

    fn rows(&self, page: &Page, fields: &[&Path]) -> Result<Rows, ExtractError> {
        let text = page.text();
        let text = whole_pairs(&text);
        let (text, format) = source(&text, "JSON");
        let document: Value = parse(page, format, text)?;
        let written: Option<Value> = quoted_numbers(text)
            .map(|text| parse(page, format, &text))
            .transpose()?;
        let selector = self.selector.path.as_ref();
        let found = selector.map(|path| path.query_located(&document));
        let Some(found) = found.filter(|found| !found.is_empty()) else {
            let what = format!("row `{}`", Excerpt(&self.selector.source));
            return Err(ExtractError::missing(page, what));
        };
        let mut left = bound(AGAIN).saturating_mul(values_in(text) + 1_000);
        for row in found.iter() {
            count_within(row.node(), &mut left).ok_or_else(|| {
                let selector = Excerpt(&self.selector.source);
                let bound = format!(
                    "nests what `{selector}` finds: its values would be read more than {AGAIN} times"
                );
                ExtractError::bound(page, bound)
            })?;
        }
        let cell_of = |row: &LocatedNode<'_>, field: &Path| {
            let place = shown(row.location());
            let Some(path) = &field.path else {
                let text = trim(key_of(row)?).to_owned();
                let path = format!("{place}~").into();
                return Some(Cell {
                    place: Place::Path { path },
                    text,
                    ..Cell::default()
                });
            };
            let found = path.query_located(row.node());
            let first = found.first()?;
            let written = || {
                let written = written
                    .as_ref()?
                    .pointer(&row.location().to_json_pointer())?;
                written.pointer(&first.location().to_json_pointer())
            };
            let value = match first.node() {
                number @ Value::Number(_) => written().unwrap_or(number),
                other => other,
            };
            let path = format!("{place}{}", &shown(first.location())[1..]).into();
            Some(Cell {
                place: Place::Path { path },
                text: text_of(value)?,
                ..Cell::default()
            })
        };
        let rows: Vec<Row> = found
            .iter()
            .map(|row| Row {
                place: Place::Path {
                    path: shown(row.location()).into(),
                },
                cells: fields.iter().map(|field| cell_of(row, field)).collect(),
            })
            .collect();
        let is_nowhere = |field: usize| rows.iter().all(|row| row.cells[field].is_none());
        let has_keys = match &*found.iter().collect::<Vec<_>>() {
            [row] => row
                .node()
                .as_object()
                .is_some_and(|row| !row.is_empty() && row.values().all(Value::is_object)),
            rows => rows.iter().any(|row| key_of(row) != key_of(rows[0])),
        };
        let mut skipped = Vec::new();
        if has_keys && (0..fields.len()).any(is_nowhere) {
            skipped.push(SkippedRow {
                place: rows[0].place.clone(),
                raw: String::new(),
                reason: SkipReason::not_a_release(
                    "the names may be keys: `.*` selects what is under them, `$~` is the key",
                ),
            });
        }
        Ok(Rows { rows, skipped })
    }
}

/// Counts the values within one, if no more than are left.
fn count_within(value: &Value, left: &mut usize) -> Option<()> {
    *left = left.checked_sub(1)?;
    match value {
        Value::Array(all) => all.iter().try_for_each(|value| count_within(value, left)),
        Value::Object(all) => all.values().try_for_each(|value| count_within(value, left)),
        _ => Some(()),
    }
}

/// The key of a row, or the list that it is in.
fn key_of<'n>(row: &'n LocatedNode<'_>) -> Option<&'n str> {
    row.location().iter().rev().find_map(PathElement::as_name)
}

/// The document with each number as a text, if a number may not read as it is written.
fn quoted_numbers(json: &str) -> Option<String> {
    let is_part = |byte: &u8| byte.is_ascii_digit() || b"-+.eE".contains(byte);
    let mut out = String::with_capacity(json.len());
    let (mut rest, mut differ) = (json, false);
    while let Some(at) = rest.find(|c: char| c == '"' || c == '-' || c.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let length = if from.starts_with('"') {
            let mut escaped = false;
            let end = from.bytes().skip(1).position(|byte| {
                let is_end = byte == b'"' && !escaped;
                escaped = byte == b'\\' && !escaped;
                is_end
            });
            end.map_or(from.len(), |end| end + 2)
        } else {
            from.bytes().take_while(is_part).count()
        };
        let (token, after) = from.split_at(length);
        if token.starts_with('"') {
            out.push_str(token);
        } else {
            differ |= token.len() > 15 || token.contains(['.', 'e', 'E']);
            let _ = write!(out, "\"{token}\"");
        }
        rest = after;
    }
    out.push_str(rest);
    differ.then_some(out)
}

/// A scalar as text.
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
            [Some("20.10"), Some("true"), None, None, Some("x"), None]
        );
        let place = &found.rows[0].cells[0].as_ref().unwrap().place;
        assert_eq!(place.to_string(), "$['odd name'][0].a");
    }

    fn first_cells(selector: &str, field: &str, json: &str) -> Vec<Option<String>> {
        let found = rows(selector, &[field], json).unwrap();
        let first = |row: &Row| Some(row.cells[0].as_ref()?.text.clone());
        found.rows.iter().map(first).collect()
    }

    #[test]
    fn a_number_is_its_text_as_written() {
        let json =
            r#"{"a\"1.0": [1.30, -0, 7, 1e3, 12345678901234567890123, "2.50", "\\"], "b~/": 1.10}"#;
        let texts = first_cells("$.*[*]", "$", json)
            .into_iter()
            .map(Option::unwrap);
        let written = [
            "1.30",
            "-0",
            "7",
            "1e3",
            "12345678901234567890123",
            "2.50",
            "\\",
        ];
        assert_eq!(texts.collect::<Vec<_>>(), written);
        assert_eq!(first_cells("$", "$['b~/']", json), [Some("1.10".into())]);
        assert_eq!(
            first_cells("$.a[?@ > 1.2]", "$", r#"{"a": [1.30, 1.1]}"#).len(),
            1
        );
        assert_eq!(
            first_cells("$[*]", "$.v", r#"cb1([{"v": 3.10}]);"#),
            [Some("3.10".into())]
        );
    }

    #[test]
    fn the_key_of_a_row_is_named_and_can_be_read() {
        let json = r#"{"v24": {"end": "2028-04-30"}, "v22": {"end": "2027-04-30"}}"#;
        let keys = [Some("v24".to_owned()), Some("v22".to_owned())];
        assert_eq!(first_cells("$.*", "$~", json), keys);
        assert_eq!(
            first_cells("$.*", "$~", r#"{"v24": "2028", "v22": "2027"}"#),
            keys
        );
        assert_eq!(
            first_cells("$.*[*]", "$~", r#"{"v24": [{}], "v22": [{}]}"#),
            keys
        );
        assert_eq!(first_cells("$[*]", "$~", "[{}]"), [None]);
        let found = rows("$.*", &["$~"], json).unwrap();
        assert_eq!(
            found.rows[1].cells[0].as_ref().unwrap().place.to_string(),
            "$.v22~"
        );
        assert!(found.skipped.is_empty());
        let found = rows("$.*", &["$.version", "$.end"], json).unwrap();
        assert!(found.skipped[0].reason.to_string().contains("key"));
        let found = rows("$", &["$.version"], json).unwrap();
        assert!(found.skipped[0].reason.to_string().contains("key"));
        for (selector, json) in [("$[*]", "[{}]"), ("$.a[*]", r#"{"a": [{}, {}]}"#)] {
            assert!(
                rows(selector, &["$.version"], json)
                    .unwrap()
                    .skipped
                    .is_empty()
            );
        }
        assert!(matches!(
            rows("$~", &["$"], json),
            Err(ExtractError::Missing { .. })
        ));
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
            "$[*,*][*,*]",
            "$['a', \"a\"]",
            "$[0,0][0:,1]",
            "$[?@.a == ',', 'b']",
            &format!("$[{}@.a{}", "?@[".repeat(60), "]".repeat(61)),
            &format!("$[{}@.a{}", "?!(".repeat(60), ")".repeat(60)),
            &format!("$[?{}@.a{}]", "(".repeat(2_000), ")".repeat(2_000)),
        ] {
            let error = serde_json::from_value::<Path>(source.into()).unwrap_err();
            assert!(error.to_string().starts_with("bad JSONPath"), "{error}");
        }
        for source in [
            "$..a[?@.b == 'x..$..y']",
            "$['match'][0]",
            "$['a', \"b\"][0, 1][*]['a,a'][?@['x'] == ',']",
            "$[?@.a[?@.b == 1]]",
            "$[\"\\\"..$\"]..b",
        ] {
            path(source);
        }
    }

    #[test]
    fn a_name_like_a_function_is_a_name() {
        let json = r#"{"search_results": [{"match": "a", "n": 1}, {"match": "b", "n": 2}]}"#;
        for selector in [
            "$.search_results[?@.match == 'b']",
            "$['search_results'][?@['match'] == \"b\"]",
            "$..search_results[?@.n > 1 && !@.matches.search]",
            "$.search_results[?length(@.match) == 1 && @.match != 'search(']",
        ] {
            let numbers = first_cells(selector, "$.n", json);
            assert_eq!(numbers.last(), Some(&Some("2".to_owned())), "{selector}");
        }
    }

    #[test]
    fn a_bad_path_is_refused_with_the_part_and_what_to_write() {
        let (start, quoted) = ("a path starts with `$`", "a name stands in quotes");
        for (path, part, instead) in [
            ("builds[*]", "`builds[*]` is not understood", start),
            ("@.a", "`@.a` is not understood", start),
            ("$.end-of-life", "`-of-life` is not understood", quoted),
            ("$[?@.end-of-life == 1]", "`-of-life == 1]` is not", quoted),
            ("$.a[name]", "`[name]` is not understood", quoted),
            ("$.1a", "`1a` is not understood", quoted),
            ("$.$id", "`$id` is not understood", quoted),
            ("$['a", "it is not complete", quoted),
            (
                "$[?@.a = 1]",
                "`= 1]` is not understood",
                "compares by `==`",
            ),
            ("$[?@.a =~ /x/]", "`=~ /x/]` is not", "compares by `==`"),
            (
                "$[?starts(@.a)]",
                "`starts(@.a)]` is not",
                "`count`, `length`",
            ),
            ("$.a[*]~", "`~` is not understood", "`$~`, alone"),
            (
                "$[?match(@.a, 'b')]",
                "are not supported",
                "state a `regex`",
            ),
        ] {
            let error = serde_json::from_value::<Path>(path.into()).unwrap_err();
            let error = error.to_string();
            assert!(
                error.starts_with(&format!("bad JSONPath `{path}`: ")),
                "{error}"
            );
            assert!(error.contains(part) && error.contains(instead), "{error}");
        }
    }
}
