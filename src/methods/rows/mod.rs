//! Rows of a document to releases, or to versions.
//!
//! The methods over rows differ in their document alone, so each is a name for one of the
//! two configs here and a [`Source`]. A field is a place in the row, or a mapping:
//!
//! ```yaml
//! eol:
//!   selector: "$.support_end"      # `column` in tables
//!   type: datetime
//!   regex: '^until (?P<value>.+)$'
//!   regex_exclude: '^until further notice$'
//!   template: "{{value}}"
//! ```
//!
//! Types are `string`, `datetime` (a moment, a day or a month), `date` (no moment), `day` (no
//! month), `boolean`, `identifier` and `range`. What is not stated depends on the field's name.

mod field;

use field::FieldConfig;
use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;

use super::config::{MethodConfig, PageConfig};
use super::context::Context;
use super::method::Next;
use crate::date::DayOrder;
use crate::extract::field::{Field, Kind};
use crate::extract::rows::{Cell, DayOrders, Row, SHARED, Source};
use crate::fetch::Request;
use crate::page::Page;
use crate::product::front_matter::ConfigError;
use crate::product::{AutoConfig, RELEASE_CYCLE};
use crate::release_data::{
    MOST_FIELDS, Origin, Place, ReleaseData, SkipReason, Subject, VersionName,
};
use crate::value::Value;
use crate::version::Unmatched;

pub(super) struct Releases<S: Source> {
    page: PageConfig,
    source: S,
    selectors: Vec<S::Selector>,
    fields: Vec<Field>,
    /// Which of the fields is the release's name.
    name: usize,
    remove_if_undefined: Option<String>,
}

pub(super) struct Versions<S: Source> {
    page: PageConfig,
    source: S,
    selectors: [S::Selector; 2],
    name: Field,
    date: Field,
}

/// The keys of releases beside those of the rows.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound(deserialize = "S: Source"))]
struct OfReleases<S: Source> {
    /// The place of each field in a row, and how it is read.
    #[schemars(schema_with = "fields_of::<S>")]
    fields: IndexMap<String, FieldConfig<S>>,
    /// A field without which a release is left out.
    remove_if_undefined: Option<String>,
}

/// The keys of versions beside those of the rows.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound(deserialize = "S: Source"))]
struct OfVersions<S: Source> {
    /// The name of the version.
    name: FieldConfig<S>,
    /// The day of its release.
    date: FieldConfig<S>,
}

fn fields_of<S: Source>(generator: &mut SchemaGenerator) -> Schema {
    schemars::json_schema!({
        "type": "object",
        "required": [RELEASE_CYCLE],
        "additionalProperties": FieldConfig::<S>::json_schema(generator),
    })
}

impl<S: Source> MethodConfig for Releases<S> {
    fn read(config: &AutoConfig) -> Result<Self, ConfigError> {
        let OfReleases::<S> {
            fields,
            remove_if_undefined,
        } = config.own(&[S::KEYS, &PageConfig::KEYS])?;
        let at = |message: String| ConfigError::new(config.line, message);
        let name = fields
            .get_index_of(RELEASE_CYCLE)
            .ok_or_else(|| at(format!("`fields` lacks `{RELEASE_CYCLE}`")))?;
        if fields.len() > MOST_FIELDS {
            return Err(at(format!("`fields` has more than {MOST_FIELDS} fields")));
        }
        let source: S = config.only(S::KEYS)?;
        let (selectors, fields) = fields
            .into_iter()
            .map(|(name, field)| field.understood(&source, &name).map_err(at))
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .unzip();
        let page = config.only(&PageConfig::KEYS)?;
        Ok(Self {
            page,
            source,
            selectors,
            fields,
            name,
            remove_if_undefined,
        })
    }

    fn schemas(generator: &mut SchemaGenerator) -> Vec<Schema> {
        vec![
            S::json_schema(generator),
            OfReleases::<S>::json_schema(generator),
            PageConfig::json_schema(generator),
        ]
    }

    fn request(&self, url: &str) -> Request {
        self.page.request(url)
    }
}

impl<S: Source> MethodConfig for Versions<S> {
    fn read(config: &AutoConfig) -> Result<Self, ConfigError> {
        let OfVersions::<S> { name, date } = config.own(&[S::KEYS, &PageConfig::KEYS])?;
        let at = |message: String| ConfigError::new(config.line, message);
        if !matches!(
            date.options.kind,
            None | Some(Kind::Day | Kind::Date | Kind::Datetime)
        ) {
            return Err(at(
                "the `type` of `date` must be `day`, `date` or `datetime`".into(),
            ));
        }
        let source: S = config.only(S::KEYS)?;
        let (name_at, name) = name.understood(&source, "name").map_err(at)?;
        let (date_at, date) = date.understood(&source, "date").map_err(at)?;
        let page = config.only(&PageConfig::KEYS)?;
        Ok(Self {
            page,
            source,
            selectors: [name_at, date_at],
            name,
            date,
        })
    }

    fn schemas(generator: &mut SchemaGenerator) -> Vec<Schema> {
        vec![
            S::json_schema(generator),
            OfVersions::<S>::json_schema(generator),
            PageConfig::json_schema(generator),
        ]
    }

    fn request(&self, url: &str) -> Request {
        self.page.request(url)
    }
}

impl<S: Source> Releases<S> {
    pub(super) fn read_page(&self, cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Next {
        let selectors: Vec<_> = self.selectors.iter().collect();
        let first_skipped = data.skipped.len();
        let rows = cx.rows(&self.source, page, &selectors, data)?;
        let orders = DayOrders::new(&rows, |column, raw| self.fields[column].date_text(raw));
        Context::read_rows(page, &rows, first_skipped, data, |row, data| {
            self.read_row(cx, page, row, &orders, data).is_some()
        })?;
        for (number, field) in self.fields.iter().enumerate() {
            if rows.iter().all(|row| row.cells[number].is_none()) {
                let names = vec![field.name.clone()];
                let what = "cell for";
                let origin = cx.origin(&page.provenance, Place::Nowhere, "");
                let subject = Subject::of_field(&field.name);
                data.skip_about(subject, origin, SkipReason::Missing { what, names });
            }
        }
        Ok(vec![])
    }

    /// Records the fields of a row, if it names a release.
    fn read_row(
        &self,
        cx: &Context<'_>,
        page: &Page,
        row: &Row,
        orders: &DayOrders,
        data: &mut ReleaseData,
    ) -> Option<()> {
        let Some(Some(cell)) = row.cells.get(self.name) else {
            let nothing = cx.origin(&page.provenance, row.place.clone(), "");
            data.skip(nothing, SkipReason::missing("`releaseCycle`"));
            return None;
        };
        let name = &self.fields[self.name];
        let release = named(name, cx, page, cell, data)?;
        let by = origin_of(name, cx, page, cell);
        data.release(&release).named_by(by);
        let (mut usable, mut unreadable) = (false, None);
        let others = self.fields.iter().zip(&row.cells).zip(0..);
        for ((field, cell), number) in others.filter(|(_, number)| *number != self.name) {
            let order = orders.of(row, number);
            let (Some(cell), Some(value)) = (cell, row.read(number, &self.fields, order)) else {
                continue;
            };
            match value {
                Ok(value) => {
                    let origin = origin_of(field, cx, page, cell);
                    data.release(&release).set(&field.name, value, origin);
                    usable = true;
                }
                Err(reason) if field.taken_back && reason == Unmatched::Excluded.into() => {
                    let origin = cx.cell(page, cell);
                    data.release(&release).set(&field.name, Value::Null, origin);
                }
                Err(reason) => {
                    unreadable = Some(reason.clone())
                        .filter(SkipReason::is_unreadable)
                        .or(unreadable);
                    data.skip_about(
                        Subject::of_release(&release, Some(&field.name)),
                        cx.cell(page, cell),
                        SkipReason::not_read(Some(&field.name), &release, reason),
                    );
                }
            }
        }
        cx.counted(unreadable.filter(|_| !usable).as_ref());
        if let Some(field) = &self.remove_if_undefined
            && data
                .release(&release)
                .value(field)
                .is_none_or(Value::is_blank)
        {
            let (of, field) = (release.clone(), field.clone());
            data.skip_about(
                Subject::of_release(&release, None),
                cx.cell(page, cell),
                SkipReason::Undefined { of, field },
            );
            data.remove_release(&release);
        }
        Some(())
    }
}

impl<S: Source> Versions<S> {
    pub(super) fn read_page(&self, cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Next {
        let selectors = self.selectors.each_ref();
        let first_skipped = data.skipped.len();
        let rows = cx.rows(&self.source, page, &selectors, data)?;
        let fields = [&self.name, &self.date];
        let orders = DayOrders::new(&rows, |column, raw| fields[column].date_text(raw));
        Context::read_rows(page, &rows, first_skipped, data, |row, data| {
            self.read_row(cx, page, row, orders.of(row, 1), data)
                .is_some()
        })?;
        Ok(vec![])
    }

    /// Records the version that a row names, if it has a day.
    fn read_row(
        &self,
        cx: &Context<'_>,
        page: &Page,
        row: &Row,
        order: DayOrder,
        data: &mut ReleaseData,
    ) -> Option<()> {
        let there = row.cells.iter().flatten().next();
        let nothing = || cx.origin(&page.provenance, row.place.clone(), "");
        let origin = there.map_or_else(nothing, |cell| cx.cell(page, cell));
        let cells = row.whole().map_err(|reason| data.skip(origin, reason));
        let [name, date] = cells.ok()?;
        let version = named(&self.name, cx, page, name, data)?;
        match date.read(&self.date, order) {
            Ok(Value::Date(day)) => {
                let derivation = self.name.derivation(&name.text);
                let named = VersionName::at(&version, name.place.clone(), &name.text, derivation);
                data.declare(named, day, origin_of(&self.date, cx, page, date));
                cx.counted(None);
                Some(())
            }
            other => {
                let text = date.text.clone();
                let reason = other.err().unwrap_or(SkipReason::NotADate { text });
                cx.counted(Some(&reason));
                data.skip_about(
                    Subject::of_version(&version),
                    cx.cell(page, date),
                    SkipReason::not_read(Some("date"), &version, reason),
                );
                None
            }
        }
    }
}

/// Where the value of a field comes from, and how the text of its cell became it.
fn origin_of(field: &Field, cx: &Context<'_>, page: &Page, cell: &Cell) -> Origin {
    Origin {
        derivation: field.derivation(&cell.text).cloned(),
        ..cx.cell(page, cell)
    }
}

/// The name in a cell; a cell without one is recorded as skipped.
fn named(
    field: &Field,
    cx: &Context<'_>,
    page: &Page,
    cell: &Cell,
    data: &mut ReleaseData,
) -> Option<String> {
    let reason = match field.read(&cell.text) {
        _ if cell.shared => SHARED.into(),
        Ok(Value::Text(text)) if text.is_empty() => SkipReason::EMPTY_NAME,
        Ok(value) => return Some(value.to_string()),
        Err(reason) => reason,
    };
    let subject = |name: &str| match &*field.name {
        RELEASE_CYCLE => Subject::of_release(name, Some(RELEASE_CYCLE)),
        _ => Subject::of_version(name),
    };
    data.skip_names(subject, cx.cell(page, cell), reason);
    None
}
