//! What all renderers share: text without failures, JSON documents, counts.

use std::fmt;

use crate::text::escape_json;

/// The version of the keys of each document: it grows when a key is renamed or removed.
pub(super) const SCHEMA_VERSION: u32 = 1;

/// A JSON document, indented, with a line end and no hidden character.
pub fn pretty(document: &impl serde::Serialize) -> String {
    let mut text = serde_json::to_string_pretty(document).expect("it has string keys only");
    text.push('\n');
    escape_json(&text).into_owned()
}

/// What `write` writes.
pub fn written(write: impl FnOnce(&mut String) -> fmt::Result) -> String {
    let mut out = String::new();
    write(&mut out).expect("writing to a String does not fail");
    out
}

/// `1 change`, `2 changes`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
