//! Releases from the tables of a page.
//!
//! ```yaml
//! - release_table: https://example.org/lifecycle
//!   fields:
//!     releaseCycle:
//!       column: "Version"
//!       regex: '^Foo v(?P<value>\d+)$'
//!     eol: "End of support"
//!     releaseDate: 3
//! ```
//!
//! Every table that has all the columns is read, every row of it; what a later row says of
//! a release wins. A cell that its filter refuses, or that is no day where a day is wanted,
//! says nothing: what was known of the field stays. A cell that `regex_exclude` names takes
//! a field back. With `remove_if_undefined`, a release without that field is left out.
//!
//! # Beyond the predecessor
//! A column number works for `releaseCycle` too, cells that span are laid out, and
//! `remove_if_undefined` finds a release whose name had to be made an identifier.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::config::OnPage;
use super::{Context, Fault, Method};
use crate::extract::ExtractError;
use crate::extract::field::{Field, Kind, Reading};
use crate::extract::html::Selector;
use crate::extract::table::{Column, Query};
use crate::page::Page;
use crate::product::RELEASE_CYCLE;
use crate::release_data::{Place, ReleaseData};
use crate::value::Value;
use crate::version::{Patterns, Template};

pub(super) struct ReleaseTable;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// The tables, `table` unless stated.
    selector: Option<Selector>,
    /// The row of headers in a table, `thead tr` unless stated.
    header_selector: Option<Selector>,
    /// The rows of a table, `tbody tr` unless stated.
    rows_selector: Option<Selector>,
    /// The columns to read, by the field that each gives.
    fields: Fields,
    /// A field without which a release is left out.
    remove_if_undefined: Option<String>,
}

/// The columns to read: that of the release's name, and those of its fields.
#[derive(Deserialize)]
#[serde(try_from = "IndexMap<String, FieldConfig>")]
struct Fields {
    columns: Vec<(Column, Field)>,
    /// Which of them is the release's name.
    name: usize,
}

impl TryFrom<IndexMap<String, FieldConfig>> for Fields {
    type Error = String;

    fn try_from(fields: IndexMap<String, FieldConfig>) -> Result<Self, String> {
        let name = fields
            .get_index_of(RELEASE_CYCLE)
            .ok_or("`fields` lacks `releaseCycle`")?;
        let columns = fields
            .into_iter()
            .map(|(field, config)| config.into_field(&field))
            .collect();
        Ok(Self { columns, name })
    }
}

/// A column with how its cells are read.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Full {
    /// The header of the column, or its number from 1.
    column: Column,
    /// What its cells are read as.
    #[serde(rename = "type")]
    kind: Option<Kind>,
    /// Which cells count; the named groups reach the template.
    regex: Option<Patterns>,
    /// Which of them say nothing, on purpose.
    regex_exclude: Option<Patterns>,
    /// How the value is written from the named groups, in Liquid.
    template: Option<Template>,
}

/// A column alone, or a column with how its cells are read.
struct FieldConfig(Full);

impl JsonSchema for Fields {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "fields".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let column = generator.subschema_for::<Column>();
        let full = generator.subschema_for::<Full>();
        schemars::json_schema!({
            "type": "object",
            "required": [RELEASE_CYCLE],
            "additionalProperties": { "anyOf": [column, full] },
        })
    }
}

impl FieldConfig {
    fn into_field(self, name: &str) -> (Column, Field) {
        let full = self.0;
        let field = Field::new(
            name,
            full.kind,
            full.regex,
            full.regex_exclude,
            full.template,
        );
        (full.column, field)
    }
}

impl<'de> Deserialize<'de> for FieldConfig {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::value::MapAccessDeserializer;

        struct ColumnOrFull;
        impl<'de> serde::de::Visitor<'de> for ColumnOrFull {
            type Value = FieldConfig;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a column, or a mapping with `column`")
            }
            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<FieldConfig, E> {
                Ok(FieldConfig::of(Column::Named(name.to_owned())))
            }
            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<FieldConfig, E> {
                Column::deserialize(serde::de::value::U64Deserializer::new(number))
                    .map(FieldConfig::of)
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                map: A,
            ) -> Result<FieldConfig, A::Error> {
                Full::deserialize(MapAccessDeserializer::new(map)).map(FieldConfig)
            }
        }
        deserializer.deserialize_any(ColumnOrFull)
    }
}

impl FieldConfig {
    fn of(column: Column) -> Self {
        Self(Full {
            column,
            kind: None,
            regex: None,
            regex_exclude: None,
            template: None,
        })
    }
}

impl Method for ReleaseTable {
    const NAME: &'static str = "release_table";
    type Config = OnPage<Config>;

    async fn collect(
        cx: &Context<'_>,
        config: &OnPage<Config>,
        data: &mut ReleaseData,
    ) -> Result<(), Fault> {
        let page = cx.fetch(&config.page.request(cx.argument())).await?;
        read(cx, &config.own, &page, data)?;
        Ok(())
    }
}

fn read(
    cx: &Context<'_>,
    config: &Config,
    page: &Page,
    data: &mut ReleaseData,
) -> Result<(), ExtractError> {
    let Fields { columns, name } = &config.fields;
    let query = Query::new(
        config.selector.clone(),
        config.header_selector.clone(),
        config.rows_selector.clone(),
        columns.iter().map(|(column, _)| column.clone()).collect(),
    );
    let found = query.find(&page.url, &page.text())?;
    cx.pass_over(&page.url, found.passed_over, data);
    let mut releases = 0;
    let first_skipped = data.skipped.len();
    for row in &found.rows {
        let origin = |column: usize| {
            let label = columns[column].0.label().into();
            let place = Place::Cell {
                table: row.table,
                row: row.row,
                column: label,
            };
            cx.origin(Some(&page.url), place, &row.cells[column])
        };
        let release = match columns[*name].1.read(&row.cells[*name]) {
            Reading::Value(Value::Text(release)) if !release.is_empty() => release,
            reading => {
                data.skip(
                    origin(*name),
                    reading
                        .reason()
                        .unwrap_or_else(|| "gives an empty name".into()),
                );
                continue;
            }
        };
        releases += 1;
        data.release(&release);
        for (column, (_, field)) in columns
            .iter()
            .enumerate()
            .filter(|(column, _)| column != name)
        {
            match field.read(&row.cells[column]) {
                Reading::Value(value) => {
                    data.release(&release)
                        .set(&field.name, value, origin(column));
                }
                Reading::Excluded => {
                    data.release(&release)
                        .set(&field.name, Value::Null, origin(column));
                }
                reading => {
                    let reason = reading.reason().unwrap_or_default();
                    data.skip(
                        origin(column),
                        format!("{} of {release}: {reason}", field.name),
                    );
                }
            }
        }
        if let Some(field) = &config.remove_if_undefined
            && data
                .release(&release)
                .value(field)
                .is_none_or(Value::is_blank)
        {
            data.skip(
                origin(*name),
                format!("{release} has no `{field}` and is left out"),
            );
            data.remove_release(&release);
        }
    }
    if releases == 0 {
        return Err(Context::no_row(
            &page.url,
            found.rows.len(),
            &data.skipped[first_skipped..],
        ));
    }
    Ok(())
}
