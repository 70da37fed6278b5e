//! The schemas of values that configs hold: patterns, templates, selectors, columns.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::extract::html::Selector;
use crate::extract::json::rows::Path;
use crate::extract::markup::Within;
use crate::extract::table::Column;
use crate::value::Value;
use crate::version::{Pattern, Patterns, Template};

macro_rules! word {
    ($type:ty, $name:literal, $schema:tt) => {
        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

word!(Pattern, "pattern", { "type": "string" });
word!(Patterns, "patterns", {
    "type": ["string", "array"],
    "items": { "type": "string" },
});
word!(Template, "template", { "type": "string" });
word!(Selector, "selector", { "type": "string" });
word!(Path, "path", { "type": "string" });
word!(Within, "within", { "type": "string" });
word!(Column, "column", { "type": ["string", "integer"], "minimum": 1 });
word!(Value, "value", { "type": ["string", "boolean", "null"] });
