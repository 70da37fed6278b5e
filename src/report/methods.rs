//! The methods that there are, as text, Markdown and JSON.

use std::fmt::{self, Write as _};

use serde_json::{Map, Value as Json};

use super::markdown::write_header;
use super::render::{pretty, written};
use crate::methods::{Description, Kind};
use crate::presets::{Method, Registry};
use crate::product::SHARED_KEYS;
use crate::schema;
use crate::text::visible;

fn of(registry: &Registry, kind: Kind) -> Vec<Description<'_>> {
    let all = registry.methods();
    let all = all.iter().map(Method::description);
    all.filter(|method| method.kind == kind).collect()
}

/// One line per method, below the title of its kind.
pub fn text(registry: &Registry) -> String {
    let methods = registry.methods();
    let width = methods.iter().map(|method| method.name().len()).max();
    let width = width.unwrap_or_default();
    written(|out| {
        for kind in Kind::ALL {
            writeln!(out, "{}:", kind.title())?;
            for method in of(registry, kind) {
                let about = method.about();
                writeln!(out, "  {:width$}  {}", method.name, visible(&about))?;
            }
            out.push('\n');
        }
        writeln!(out, "`shelflife methods <NAME>` describes one.")
    })
}

pub fn markdown(registry: &Registry) -> String {
    let tables = Kind::ALL.map(|kind| {
        written(|out| {
            write_header(out, &[kind.title(), "What it reads"])?;
            for method in of(registry, kind) {
                // Its words are Markdown already.
                let about = method.about().replace('|', "\\|");
                writeln!(out, "| `{}` | {about} |", method.name)?;
            }
            Ok(())
        })
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
    pretty(&methods.collect::<Vec<_>>())
}

/// The description of one method, as Markdown, and each key that its entries may have.
pub fn words(method: Method<'_>) -> String {
    let schema = schema::entry(method);
    let own = |key: &str| !SHARED_KEYS.contains(&key);
    written(|out| {
        for line in &method.description().lines {
            writeln!(out, "{}", visible(line))?;
        }
        writeln!(out, "\n# Keys")?;
        for of_the_method in [true, false] {
            for (key, about) in schema["properties"].as_object().into_iter().flatten() {
                let listed = key != method.name() && about["deprecated"].is_null();
                if listed && own(key) == of_the_method {
                    let required = schema["required"].as_array();
                    let required = required.is_some_and(|keys| keys.iter().any(|one| one == key));
                    write_key(out, 0, key, about, required)?;
                }
            }
        }
        Ok(())
    })
}

/// A line on a key: what it says, which values it takes, and what holds without it. The keys
/// of a mapping that it may be follow.
fn write_key(
    out: &mut String,
    depth: usize,
    key: &str,
    about: &Json,
    required: bool,
) -> fmt::Result {
    let mut values = Vec::new();
    let inner = collect_values(about, &mut values);
    let values = match &*values {
        [] => "any value".to_owned(),
        values => values.join(" or "),
    };
    let required = if required { ", required" } else { "" };
    let default = about.get("default").filter(|default| !default.is_null());
    let default = default.map(|default| format!(", default {default}"));
    let default = default.unwrap_or_default();
    let words = visible(about["description"].as_str().unwrap_or_default());
    let name = visible(key);
    writeln!(
        out,
        "{:depth$}- `{name}` ({values}{required}{default}): {words}",
        ""
    )?;
    let mut inner = inner.into_iter().flatten();
    inner.try_for_each(|(key, about)| write_key(out, depth + 2, key, about, false))
}

fn collect_values<'a>(schema: &'a Json, values: &mut Vec<String>) -> Option<&'a Map<String, Json>> {
    let mut inner = schema["properties"].as_object();
    let mut add = |value: String| {
        if !values.contains(&value) {
            values.push(value);
        }
    };
    if let Some(word) = schema["const"].as_str() {
        add(format!("`{word}`"));
    } else if let Some(words) = schema["enum"].as_array() {
        let words = words.iter().filter(|word| word.is_string());
        words.for_each(|word| add(format!("`{}`", word.as_str().unwrap_or_default())));
    } else {
        let types = schema["type"]
            .as_array()
            .into_iter()
            .flatten()
            .chain([&schema["type"]]);
        let types = types
            .filter_map(Json::as_str)
            .filter(|kind| *kind != "null");
        types.for_each(|kind| {
            let word = match kind {
                "object" => "mapping",
                "array" => "list",
                kind => kind,
            };
            add(word.to_owned());
        });
    }
    for part in ["anyOf", "oneOf"] {
        for schema in schema[part].as_array().into_iter().flatten() {
            inner = collect_values(schema, values).or(inner);
        }
    }
    inner.or_else(|| collect_values_of_items(schema))
}

/// The keys of a mapping that is in a list, or under any key.
fn collect_values_of_items(schema: &Json) -> Option<&Map<String, Json>> {
    let nested = ["items", "additionalProperties"].map(|part| &schema[part]);
    nested.into_iter().find_map(|nested| {
        let own = nested["properties"].as_object();
        let any = nested["anyOf"].as_array().into_iter().flatten();
        own.or_else(|| {
            any.into_iter()
                .find_map(|one| one["properties"].as_object())
        })
    })
}
