//! The cycles of a new product: the releases that its methods collected, or the parts of its versions.

use std::collections::BTreeMap;

use super::proposal::Cycles;
use crate::date::Date;
use crate::release_data::ReleaseData;
use crate::value::Value;
use crate::version::is_prerelease;

/// A cycle of the file.
#[derive(Debug, Clone)]
pub(super) struct Cycle {
    pub(super) name: String,
    pub(super) fields: BTreeMap<String, Value>,
}

impl Cycle {
    /// The day of a field that is one.
    pub(super) fn day(&self, field: &str) -> Option<Date> {
        self.fields.get(field)?.date_or_quoted()
    }
}

/// The releases of the data. One to which rows gave different days is left out.
pub(super) fn listed(data: &ReleaseData, left_out: &mut Vec<String>) -> Vec<Cycle> {
    let mut cycles = Vec::new();
    for (name, release) in &data.releases {
        let differs = release.fields.values().any(|found| {
            let mut before = found.superseded.iter();
            before
                .any(|other| other.origin.entry == found.origin.entry && other.value != found.value)
        });
        if differs {
            left_out.push(format!(
                "{name}: several rows have this name, and their dates differ"
            ));
            continue;
        }
        let fields = release
            .fields
            .iter()
            .filter(|(_, found)| found.value != Value::Null);
        cycles.push(Cycle {
            name: name.to_string(),
            fields: fields
                .map(|(field, found)| (field.to_string(), found.value.clone()))
                .collect(),
        });
    }
    cycles
}

/// The cycles that the versions belong to; those that belong to none are left out.
pub(super) fn grouped(data: &ReleaseData, by: Cycles, left_out: &mut Vec<String>) -> Vec<Cycle> {
    let numbers = if by == Cycles::Major { 1 } else { 2 };
    let mut names: Vec<String> = Vec::new();
    for name in data.versions.keys().filter(|name| !is_prerelease(name)) {
        let parts: Vec<&str> = name.split('.').collect();
        let is_number = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
        if parts.len() < numbers || !parts[..numbers].iter().all(is_number) {
            left_out.push(format!("{name}: too few numbers for a cycle"));
            continue;
        }
        let cycle = parts[..numbers].join(".");
        if !names.contains(&cycle) {
            names.push(cycle);
        }
    }
    let cycle = |name| Cycle {
        name,
        fields: BTreeMap::new(),
    };
    names.into_iter().map(cycle).collect()
}

/// The day of the first version, where no source states the day of the release; for how many
/// cycles. The first is one whose further numbers are zero: of others, earlier ones may be missing.
pub(super) fn first_days(cycles: &mut [Cycle], data: &ReleaseData) -> usize {
    let mut count = 0;
    for cycle in cycles {
        let is_part = |name: &str| {
            let Some(rest) = name.strip_prefix(&*cycle.name) else {
                return false;
            };
            let is_first = rest.chars().all(|c| c == '.' || c == '0');
            is_first && !rest.starts_with(char::is_numeric) && !is_prerelease(name)
        };
        let days = data.versions.iter().filter(|(name, _)| is_part(name));
        let first = days.map(|(_, version)| version.date).min();
        if let Some(first) = first.filter(|_| !cycle.fields.contains_key("releaseDate")) {
            cycle.fields.insert("releaseDate".to_owned(), first.into());
            count += 1;
        }
    }
    count
}

/// A number of cycles in words.
pub(super) fn counted(count: usize) -> String {
    format!("{count} cycle{}", if count == 1 { "" } else { "s" })
}
