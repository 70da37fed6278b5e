//! The methods that there are, as text, Markdown and JSON.

use std::fmt::Write as _;

use crate::methods::{Entry, Kind, METHODS};

const NO_FAILURE: &str = "writing to a String does not fail";

/// Those of a kind, by name.
fn of(kind: Kind) -> impl Iterator<Item = &'static Entry> {
    METHODS.iter().filter(move |entry| entry.kind == kind)
}

/// A line a method, below the title of its kind.
pub fn text() -> String {
    let names = METHODS.iter().map(|entry| entry.name.len());
    let width = names.max().unwrap_or_default();
    let mut out = String::new();
    for kind in Kind::ALL {
        writeln!(out, "{}:", kind.title()).expect(NO_FAILURE);
        for entry in of(kind) {
            writeln!(out, "  {:width$}  {}", entry.name, entry.about()).expect(NO_FAILURE);
        }
        out.push('\n');
    }
    out.push_str("`shelflife methods <NAME>` tells more of one.\n");
    out
}

/// A table a kind.
pub fn markdown() -> String {
    let tables = Kind::ALL.map(|kind| {
        let mut out = format!("| {} | What it reads |\n|---|---|\n", kind.title());
        for entry in of(kind) {
            // Its words are Markdown already.
            let about = entry.about().replace('|', "\\|");
            writeln!(out, "| `{}` | {about} |", entry.name).expect(NO_FAILURE);
        }
        out
    });
    tables.join("\n")
}

/// A list of names, kinds and words.
pub fn json() -> String {
    let methods = METHODS.iter().map(|entry| {
        let words: Vec<&str> = entry.words().collect();
        serde_json::json!({
            "method": entry.name,
            "kind": entry.kind.title(),
            "about": entry.about(),
            "words": words.join("\n"),
        })
    });
    let methods: Vec<serde_json::Value> = methods.collect();
    let mut text = serde_json::to_string_pretty(&methods).expect("a JSON value is JSON");
    text.push('\n');
    text
}

/// All that is said of one method, as Markdown.
pub fn words(entry: &Entry) -> String {
    entry.words().flat_map(|line| [line, "\n"]).collect()
}
