//! A JSON Schema of product files, for editors: it completes keys and marks misspelt ones.
//!
//! It is made from what reads and judges the files: the keys of methods from their typed
//! configs, those of products and release cycles from the tables of `validate`. A key is
//! written down once, and an editor knows it when the program does.
//!
//! # What it leaves to `check`
//! A schema sees one value at a time: not the order of days and of cycles, and not whether a
//! custom field is declared. Days are texts to it, quoted or not. Unknown keys of a product
//! pass, as they do on the site; those of an entry of `auto.methods` do not.
//!
//! # Why draft 07
//! It is the newest that the YAML language server, and with it most editors, read whole.

mod words;

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value as Json, json};

use crate::plan::validate::{CUSTOM, CYCLE_FIELDS, Field, Form, Kind, PRODUCT, When, url};
use crate::presets::{Method, Registry};
use crate::product::front_matter::Node;
use crate::product::{AUTO_KEYS, RETIRED_KEYS, Shared};

/// The schema, indented, with a line end.
pub fn document(registry: &Registry) -> String {
    let mut text = serde_json::to_string_pretty(&schema(registry)).expect("a JSON value is JSON");
    text.push('\n');
    text
}

/// The schema of a product file's front matter.
pub fn schema(registry: &Registry) -> Json {
    let mut product = mapping(PRODUCT);
    let parts = [
        ("auto", auto(registry)),
        ("identifiers", identifiers()),
        ("customFields", list(mapping(CUSTOM))),
        ("releases", list(cycle())),
    ];
    for (key, part) in parts {
        describe(&mut product["properties"][key], part);
    }
    product["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    product["title"] = json!("Product file");
    product
}

/// A mapping with the keys of a table.
fn mapping(fields: &[Field]) -> Json {
    let properties: Map<String, Json> = fields
        .iter()
        .map(|field| {
            let mut schema = of_kind(field.kind);
            schema["description"] = json!(field.about);
            (field.name.to_owned(), schema)
        })
        .collect();
    let required: Vec<&str> = fields
        .iter()
        .filter(|field| field.when == When::Required)
        .map(|field| field.name)
        .collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

/// A release cycle; a field that the site does not know is a custom one.
fn cycle() -> Json {
    let mut cycle = mapping(CYCLE_FIELDS);
    cycle["additionalProperties"] = json!({
        "type": ["string", "null"],
        "description": "A field of this product alone, which `customFields` declares.",
    });
    cycle
}

fn identifiers() -> Json {
    let text = json!({ "type": "string" });
    list(json!({
        "type": "object",
        "properties": { "purl": text, "cpe": text, "repology": text },
        "additionalProperties": false,
        "minProperties": 1,
        "maxProperties": 1,
    }))
}

/// The schema of an entry of `auto.methods` that asks for a method.
pub fn entry(of: Method<'_>) -> Json {
    let (mut generator, shared) = generator();
    method(of, &shared, &mut generator)
}

/// What makes schemas of types, and the keys that every entry may have.
fn generator() -> (SchemaGenerator, Map<String, Json>) {
    let mut generator = SchemaSettings::draft07()
        .with(|settings| settings.inline_subschemas = true)
        .into_generator();
    let shared = properties(&generator.root_schema_for::<Shared>().to_value());
    (generator, shared)
}

fn auto(registry: &Registry) -> Json {
    let (mut generator, shared) = generator();
    let methods = registry.methods().into_iter();
    let methods = methods.map(|one| method(one, &shared, &mut generator));
    let entries = list(json!({ "anyOf": methods.collect::<Vec<_>>() }));
    let keys: Map<String, Json> = AUTO_KEYS
        .iter()
        .map(|key| {
            let (mut schema, about) = match *key {
                "methods" => (entries.clone(), "The entries, which run in their order."),
                "policy" => (
                    list(json!({
                        "type": "string",
                        "pattern": r"^.*(eol|eoas|eoes|discontinued)\(\w\) *= *\S",
                    })),
                    "How days of a release cycle follow from others, such as `eol(x) = releaseDate(x+1)` or `LTS: eol(x) = releaseDate(x) + 2 years`.",
                ),
                "disabled" => (
                    json!({ "type": "boolean" }),
                    "Whether nothing is collected.",
                ),
                _ => (
                    json!({ "type": "boolean" }),
                    "Whether what earlier runs collected is kept, in the release data.",
                ),
            };
            schema["description"] = json!(about);
            ((*key).to_owned(), schema)
        })
        .collect();
    json!({
        "type": "object",
        "properties": keys,
        "required": ["methods"],
        "additionalProperties": false,
    })
}

/// An entry of `auto.methods` that asks for a method.
fn method(method: Method<'_>, shared: &Map<String, Json>, generator: &mut SchemaGenerator) -> Json {
    let mut keys = shared.clone();
    let mut required = vec![json!(method.name())];
    match method {
        Method::Rust(entry) => {
            for own in (entry.schemas)(generator) {
                let own = own.to_value();
                keys.extend(properties(&own));
                required.extend(own["required"].as_array().into_iter().flatten().cloned());
            }
        }
        Method::Preset(preset) => {
            keys.retain(|key, _| key == "disabled" || preset.uses(key));
            for (name, parameter) in &preset.parameters {
                let mut key = keys.get(name).cloned().unwrap_or_else(|| json!({}));
                key["description"] = json!(parameter.description);
                if let Some(default) = parameter.default.as_ref().and_then(Node::text) {
                    key["default"] = json!(default);
                }
                keys.insert(name.clone(), key);
                let must = parameter.default.is_none();
                required.extend(must.then(|| json!(name)));
            }
        }
    }
    for (retired, what) in RETIRED_KEYS {
        keys.insert(
            retired.to_owned(),
            json!({ "deprecated": true, "description": format!("`{retired}` {what}") }),
        );
    }
    let mut schema = named(method.name(), keys);
    schema["description"] = json!(method.description().about());
    schema["required"] = json!(required);
    schema["additionalProperties"] = json!(false);
    schema
}

/// A mapping that has a method's name as a key, and others.
fn named(name: &str, others: Map<String, Json>) -> Json {
    let argument = json!({
        "description": "What the method reads: a URL, a name, or text that is ignored.",
    });
    let mut keys = Map::new();
    keys.insert(name.to_owned(), argument);
    keys.extend(others);
    json!({ "title": name, "type": "object", "properties": keys, "required": [name] })
}

fn properties(schema: &Json) -> Map<String, Json> {
    schema["properties"]
        .as_object()
        .cloned()
        .unwrap_or_default()
}

fn list(items: Json) -> Json {
    let mut list = json!({ "type": "array" });
    list["items"] = items;
    list
}

/// Replaces a schema by a closer one, which keeps its description.
fn describe(schema: &mut Json, closer: Json) {
    let about = schema["description"].take();
    *schema = closer;
    schema["description"] = about;
}

fn of_kind(kind: Kind) -> Json {
    const DAY: &str = r"^\d{4}-\d{2}-\d{2}$";
    let form = |form: &Form| json!({ "type": "string", "pattern": form.pattern });
    match kind {
        Kind::Text => json!({ "type": "string" }),
        Kind::Form(of) => form(of),
        Kind::Forms(of) => list(form(of)),
        Kind::Word(words) => json!({ "enum": words }),
        Kind::Url => form(url()),
        Kind::UrlOrNothing => json!({ "type": ["string", "null"], "pattern": url().pattern }),
        Kind::Day => json!({ "type": "string", "format": "date", "pattern": DAY }),
        Kind::DayOrBool => json!({ "type": ["string", "boolean"], "pattern": DAY }),
        Kind::TextOrBool => json!({ "type": ["string", "boolean"] }),
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Count => json!({ "type": "integer", "minimum": 0 }),
        Kind::List => json!({ "type": "array" }),
        Kind::Mapping => json!({ "type": "object" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALID: &str = "\
title: Foo
category: app
permalink: /foo
auto:
  methods:
    - release_table: https://example.org/
      selector: table
      render_javascript: true
      regex: ['^a$', '^b$']
      ignore_empty_releases: true
      fields:
        releaseCycle: Version
        eol: { column: 3, type: date }
    - declare: foo
      versions:
        - { name: '1.0', date: 2024-01-01 }
releases:
  - releaseCycle: '1.0'
    releaseDate: 2024-01-01
    eol: false
    link: null
";

    fn accepts(line: &str, instead: &str) -> bool {
        assert!(VALID.contains(line), "{line}");
        let yaml = VALID.replacen(line, instead, 1);
        let file: Json = serde_yaml::from_str(&yaml).unwrap();
        jsonschema::is_valid(&schema(&Registry::default()), &file)
    }

    #[test]
    fn a_valid_file_is_accepted() {
        assert!(accepts("title", "title"));
    }

    #[test]
    fn a_misspelt_key_of_an_entry_is_refused() {
        assert!(!accepts("selector:", "selektor:"));
        assert!(!accepts("render_javascript:", "render_javasript:"));
        assert!(!accepts("regex:", "regx:"));
        assert!(!accepts("column: 3,", "colum: 3,"));
        assert!(!accepts("releaseCycle: Version", "release: Version"));
        assert!(!accepts("release_table:", "release_tabel:"));
        assert!(!accepts("  methods:", "  cumulativ: true\n  methods:"));
        assert!(!accepts("  methods:", "  policy: [eol]\n  methods:"));
        assert!(accepts(
            "  methods:",
            "  policy: [eol(x) = eoas(x)]\n  methods:"
        ));
    }

    #[test]
    fn a_wrong_kind_is_refused() {
        assert!(!accepts(
            "render_javascript: true",
            "render_javascript: maybe"
        ));
        assert!(!accepts("type: date", "type: dates"));
        assert!(!accepts("column: 3", "column: []"));
        assert!(!accepts("'1.0'\n", "1.0\n"));
        assert!(!accepts("eol: false", "eol: soon"));
        assert!(!accepts("category: app", "category: db"));
        assert!(!accepts("title: Foo\n", ""));
    }
}
