//! What all renderers share: text without failures, JSON documents, counts.

use std::cmp::Ordering;
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

/// The first few of many, and how many more there are.
pub(super) fn first_few(names: impl IntoIterator<Item = String>) -> String {
    const NAMED: usize = 3;
    let mut names: Vec<String> = names.into_iter().collect();
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    match more {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

/// The order of names in a list. It is total, as that of [`crate::version::order()`] is not.
pub(super) fn newest_first(a: &str, b: &str) -> Ordering {
    parts(b).cmp(&parts(a))
}

/// The numbers of a name, and what stands between them.
fn parts(name: &str) -> Vec<(u64, &str)> {
    let alike = |a: &u8, b: &u8| a.is_ascii_digit() == b.is_ascii_digit();
    let parts = name.as_bytes().chunk_by(alike);
    let parts = parts.map(|part| str::from_utf8(part).unwrap_or_default());
    parts
        .map(|part| match part.parse() {
            Ok(number) => (number, ""),
            Err(_) => (0, part),
        })
        .collect()
}

/// `1 change`, `2 changes`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_the_order_of_versions() {
        let mut names = ["9.6", "18", "3.9", "jammy", "3.14", "17", "3.14.1"];
        names.sort_by(|a, b| newest_first(a, b));
        assert_eq!(names, ["18", "17", "9.6", "3.14.1", "3.14", "3.9", "jammy"]);
    }

    #[test]
    fn many_names_are_the_first_few_and_a_count() {
        let few = |count: usize| first_few((0..count).map(|name| name.to_string()));
        assert_eq!([0, 1, 3].map(few), ["", "0", "0, 1, 2"]);
        assert_eq!(few(5), "0, 1, 2 and 2 more");
    }
}
