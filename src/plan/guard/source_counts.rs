//! What the sources of a product list as a whole, and whether it is much less than before.
//!
//! An API that leaves out its phases, or a page that loses a list, still parses: what is
//! missing is not a value that a rule could look at. So the last run whose sources were
//! trusted leaves its counts behind: releases, versions, and how many releases state each
//! field. Where a count falls too far, no value of the product's sources is written.
//!
//! The columns from which fields were read are kept too. A config that a person changed may
//! well read other columns; while it is the same, the page has changed. Release data in a
//! file does not have the columns from which it was read: those that were known stay.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::cause::Listed;
use super::thresholds::Thresholds;
use crate::digest::Digest;
use crate::product::Product;
use crate::release_data::{Origin, Place, ReleaseData};
use crate::value::Value;

/// What the sources of a product list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SourceCounts {
    /// How many releases.
    pub releases: usize,
    /// How many versions.
    pub versions: usize,
    /// How many releases have a value in a field.
    pub fields: BTreeMap<String, usize>,
    /// The columns from which a field is read, by the number of the auto config and field.
    pub columns: BTreeMap<String, String>,
    /// A hash of the `auto` block.
    pub config: String,
}

impl SourceCounts {
    /// Counts what was collected about a product.
    pub fn of(data: &ReleaseData, product: &Product) -> Self {
        let mut counted = Self {
            releases: data.releases.len(),
            versions: data.versions.len(),
            config: config(product),
            ..Self::default()
        };
        // Most values of a field come from one column: it is written down once.
        let mut columns = Columns::new();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for release in data.releases.values() {
            for (field, found) in &release.fields {
                if found.value != Value::Null {
                    *counts.entry(field).or_default() += 1;
                    note(&mut columns, field, &found.origin);
                }
            }
        }
        for version in data.versions.values() {
            note(&mut columns, "version", &version.origin);
        }
        counted.fields = counts
            .into_iter()
            .map(|(field, count)| (field.to_owned(), count))
            .collect();
        counted.columns = columns
            .into_iter()
            .map(|((entry, field), column)| (format!("{entry} {field}"), column.to_owned()))
            .collect();
        counted
    }

    /// Why this is suspicious beside what was listed before, if it is.
    pub(super) fn objection(&self, known: Option<&Self>, limits: &Thresholds) -> Option<Listed> {
        if self.releases == 0 && self.versions == 0 {
            let known = known.map_or((0, 0), |known| (known.releases, known.versions));
            let (releases, versions) = known;
            return Some(Listed::Nothing { releases, versions });
        }
        let known = known?;
        let fell = |before: usize, now: usize| {
            let percent = limits.shrunk_percent as usize;
            (before >= 3 && now == 0) || (before >= 4 && now * 100 < before * percent)
        };
        let (before, now) = (known.releases, self.releases);
        if fell(before, now) {
            return Some(Listed::FewerReleases { now, before });
        }
        let (before, now) = (known.versions, self.versions);
        if fell(before, now) {
            return Some(Listed::FewerVersions { now, before });
        }
        for (field, before) in &known.fields {
            let now = self.fields.get(field).copied().unwrap_or_default();
            if fell(*before, now) {
                return Some(Listed::FewerWithField {
                    field: field.clone(),
                    now,
                    before: *before,
                });
            }
        }
        if known.config != self.config {
            return None;
        }
        known.columns.iter().find_map(|(key, before)| {
            let now = self.columns.get(key).filter(|now| *now != before)?;
            let field = key.split_once(' ').map_or("", |(_, field)| field);
            Some(Listed::OtherColumn {
                field: field.to_owned(),
                now: now.clone(),
                before: before.clone(),
            })
        })
    }

    /// These counts, with the columns of an earlier run where this one has none.
    pub(in crate::plan) fn keeping_columns_of(mut self, known: Option<&Self>) -> Self {
        if let Some(known) = known.filter(|known| known.config == self.config)
            && self.columns.is_empty()
        {
            self.columns.clone_from(&known.columns);
        }
        self
    }
}

/// The columns by the number of the auto config and the field.
type Columns<'a> = BTreeMap<(usize, &'a str), &'a str>;

/// Notes the column of a value, unless one is noted for its field.
fn note<'a>(columns: &mut Columns<'a>, field: &'a str, origin: &'a Origin) {
    if let Place::Cell { column, .. } = &origin.place {
        columns.entry((origin.entry, field)).or_insert(column);
    }
}

fn config(product: &Product) -> String {
    let mut digest = Digest::of(product.auto_bytes()).to_string();
    digest.truncate(16);
    digest
}
