//! A field of a row as its config states it: a place, or a mapping with one.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error as _};

use crate::extract::field::{Field, FieldOptions, Kind};
use crate::extract::rows::Source;
use crate::version::{Patterns, Template};

/// The place of a field, alone or with how it is read.
pub(super) struct FieldConfig<S: Source> {
    selector: S::Selector,
    pub options: FieldOptions,
}

impl<S: Source> FieldConfig<S> {
    /// The place of the field and how it is read, if that is possible in such rows.
    pub(super) fn understood(self, source: &S, name: &str) -> Result<(S::Selector, Field), String> {
        source.check(&self.selector)?;
        let field = Field::new(S::RULES, name, self.options).map_err(|error| error.to_string())?;
        Ok((self.selector, field))
    }
}

/// The place of a field, with how it is read.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound(deserialize = "P: DeserializeOwned"))]
struct Full<P> {
    /// The place of the field in a row.
    #[serde(alias = "column")]
    selector: Option<P>,
    /// What its texts are read as.
    #[serde(rename = "type")]
    kind: Option<Kind>,
    /// Which texts count; the named groups reach the template.
    regex: Option<Patterns>,
    /// Which texts are skipped.
    regex_exclude: Option<Patterns>,
    /// How the value is written from the named groups, in Liquid.
    template: Option<Template>,
}

impl<S: Source> JsonSchema for FieldConfig<S> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("field_of_{}", S::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let place = S::Selector::json_schema(generator);
        let mut full = Full::<S::Selector>::json_schema(generator);
        if let Some(keys) = full
            .get_mut("properties")
            .and_then(serde_json::Value::as_object_mut)
        {
            // An editor offers the one key that the documents of this sort are written with.
            keys.remove("column");
            if let Some(mut described) = keys.remove("selector") {
                if let (Some(described), Some(place)) =
                    (described.as_object_mut(), place.as_object())
                {
                    described.extend(place.clone()); // it is optional by its type alone
                }
                keys.insert(S::FIELD_KEY.to_owned(), described);
            }
        }
        full.insert("required".to_owned(), serde_json::json!([S::FIELD_KEY]));
        schemars::json_schema!({ "anyOf": [place, full] })
    }
}

impl<'de, S: Source> Deserialize<'de> for FieldConfig<S> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::value::{MapAccessDeserializer, StrDeserializer, U64Deserializer};

        struct PlaceOrFull<S>(std::marker::PhantomData<S>);
        impl<'de, S: Source> serde::de::Visitor<'de> for PlaceOrFull<S> {
            type Value = FieldConfig<S>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "a {key}, or a mapping with `{key}`", key = S::FIELD_KEY)
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
                let selector = S::Selector::deserialize(StrDeserializer::new(text))?;
                Ok(FieldConfig {
                    selector,
                    options: FieldOptions::default(),
                })
            }
            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Self::Value, E> {
                let selector = S::Selector::deserialize(U64Deserializer::new(number))?;
                Ok(FieldConfig {
                    selector,
                    options: FieldOptions::default(),
                })
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                map: A,
            ) -> Result<Self::Value, A::Error> {
                let full: Full<S::Selector> = Full::deserialize(MapAccessDeserializer::new(map))?;
                let missing = || A::Error::missing_field(S::FIELD_KEY);
                Ok(FieldConfig {
                    selector: full.selector.ok_or_else(missing)?,
                    options: FieldOptions {
                        kind: full.kind,
                        regex: full.regex,
                        regex_exclude: full.regex_exclude,
                        template: full.template,
                    },
                })
            }
        }
        deserializer.deserialize_any(PlaceOrFull(std::marker::PhantomData))
    }
}
