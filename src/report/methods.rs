//! The methods that there are, as text, Markdown and JSON.

use std::fmt::Write as _;

use crate::methods::{Description, Kind};
use crate::presets::{Method, Registry};
use crate::text::visible;

const NO_FAILURE: &str = "writing to a String does not fail";

/// Those of a kind, by name.
fn of(registry: &Registry, kind: Kind) -> Vec<Description<'_>> {
    let all = registry.methods();
    let all = all.iter().map(Method::description);
    all.filter(|method| method.kind == kind).collect()
}

/// A line a method, below the title of its kind.
pub fn text(registry: &Registry) -> String {
    let methods = registry.methods();
    let width = methods.iter().map(|method| method.name().len()).max();
    let width = width.unwrap_or_default();
    let mut out = String::new();
    for kind in Kind::ALL {
        writeln!(out, "{}:", kind.title()).expect(NO_FAILURE);
        for method in of(registry, kind) {
            writeln!(
                out,
                "  {:width$}  {}",
                method.name,
                visible(&method.about())
            )
            .expect(NO_FAILURE);
        }
        out.push('\n');
    }
    out.push_str("`shelflife methods <NAME>` tells more of one.\n");
    out
}

/// A table a kind.
pub fn markdown(registry: &Registry) -> String {
    let tables = Kind::ALL.map(|kind| {
        let mut out = format!("| {} | What it reads |\n|---|---|\n", kind.title());
        for method in of(registry, kind) {
            // Its words are Markdown already.
            let about = method.about().replace('|', "\\|");
            writeln!(out, "| `{}` | {about} |", method.name).expect(NO_FAILURE);
        }
        out
    });
    tables.join("\n")
}

/// A list of names, kinds and words.
pub fn json(registry: &Registry) -> String {
    let methods = registry.methods();
    let methods = methods.iter().map(Method::description).map(|method| {
        serde_json::json!({
            "method": method.name,
            "kind": method.kind.title(),
            "about": method.about(),
            "words": method.lines.join("\n"),
        })
    });
    let methods: Vec<serde_json::Value> = methods.collect();
    let mut text = serde_json::to_string_pretty(&methods).expect("a JSON value is JSON");
    text.push('\n');
    text
}

/// All that is said of one method, as Markdown.
pub fn words(method: &Description<'_>) -> String {
    let lines = method.lines.iter();
    lines
        .flat_map(|line| [visible(line), "\n".into()])
        .collect()
}
