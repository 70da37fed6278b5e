//! Product and release data to changes and notices: the rules.
//!
//! Versions first, each raising the `latest` of the cycles it belongs to; then releases,
//! whose fields win over what versions said. A release belongs to the cycle of exactly its
//! name. What the data does not mention stays as it is, and nothing is ever taken away.
//! This module knows no YAML: it says which field of which cycle becomes what, and why.
//!
//! # Latest
//! A version belongs to a cycle when its name goes on from the cycle's with no digit. Under
//! PEP 440 `latest` never goes back; `merge/latest.rs` says the rest. Where a release states
//! the latest version or its day itself, versions leave the cycle alone.
//!
//! # Beyond the predecessor
//! A value written without quotes is text (`1.2.3` is not a thing of its own kind that
//! differs from every string), and a day in quotes is that day: neither is written again
//! when nothing changed.

mod latest;
mod notice;
mod said;

use std::collections::HashMap;
use std::fmt;

use indexmap::IndexMap;

use latest::{Latest, latest_of};

pub use notice::{Notice, StaleSince};
pub use said::{Said, said};

use crate::date::Date;
use crate::product::{Product, ReleaseCycle};
use crate::release_data::{Origin, ReleaseData, Rule, Version};
use crate::text::Excerpt;
use crate::value::Value;

/// One field of one release cycle, from what to what.
#[derive(Debug, Clone)]
pub struct Change {
    /// The place of the cycle in the file, from 0.
    pub index: usize,
    /// The name of the cycle.
    pub cycle: String,
    /// The field.
    pub field: String,
    /// What it held; `None` where it was absent.
    pub old: Option<Value>,
    /// What it is to hold.
    pub new: Value,
    /// Where that is said.
    pub origin: Origin,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let old = self
            .old
            .as_ref()
            .map_or_else(|| "nothing".to_owned(), ToString::to_string);
        write!(
            f,
            "{} {}: {} -> {}",
            Excerpt(&self.cycle),
            Excerpt(&self.field),
            Excerpt(&old),
            Excerpt(&self.new.to_string())
        )
    }
}

/// What is to be done about a product.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The changes, in the order of the file; within a cycle in the order of the site's files.
    pub changes: Vec<Change>,
    /// What a person should look at.
    pub notices: Vec<Notice>,
}

/// The order in which the site's files write the fields of a cycle; others come after.
pub(crate) const FIELD_ORDER: [&str; 11] = [
    "releaseCycle",
    "releaseLabel",
    "codename",
    "releaseDate",
    "lts",
    "eoas",
    "eol",
    "eoes",
    "discontinued",
    "latest",
    "latestReleaseDate",
];

/// What release data means for a product on a day.
pub fn plan(product: &Product, data: &ReleaseData, today: Date) -> Plan {
    let mut cycles: Vec<Merging<'_>> = product.cycles().map(Merging::new).collect();
    let mut notices = Vec::new();
    merge_versions(&mut cycles, data, &mut notices);
    merge_releases(&mut cycles, data, &mut notices);
    notices.extend(
        cycles
            .iter()
            .filter_map(|cycle| cycle.latest_that_is_no_version(data)),
    );
    notices.extend(
        cycles
            .iter()
            .filter_map(|cycle| notice::stale(product, cycle, today)),
    );
    let changes = cycles
        .into_iter()
        .enumerate()
        .flat_map(|(index, cycle)| cycle.changes(index))
        .collect();
    Plan { changes, notices }
}

/// A cycle with what is to be written into it.
struct Merging<'a> {
    cycle: ReleaseCycle<'a>,
    fields: IndexMap<String, (Value, Origin)>,
    /// The versions that belong to it, the newest day first.
    versions: Vec<(&'a str, &'a Version)>,
}

impl<'a> Merging<'a> {
    fn new(cycle: ReleaseCycle<'a>) -> Self {
        Self {
            cycle,
            fields: IndexMap::new(),
            versions: Vec::new(),
        }
    }

    /// What a field holds now, with what is to be written.
    fn value(&self, field: &str) -> Option<Value> {
        self.fields
            .get(field)
            .map(|(value, _)| value.clone())
            .or_else(|| self.cycle.value(field))
    }

    fn set(&mut self, field: &str, value: Value, origin: Origin, rule: Rule) {
        let origin = Origin {
            rule: Some(rule),
            ..origin
        };
        self.fields.insert(field.to_owned(), (value, origin));
    }

    /// Takes the latest of the versions that belong to the cycle.
    fn take_latest(&mut self) {
        let text = |value: Value| {
            if value == Value::Null {
                String::new()
            } else {
                value.to_string()
            }
        };
        let version = self.cycle.value("latest").map(text).unwrap_or_default();
        let date = self
            .cycle
            .value("latestReleaseDate")
            .and_then(|value| value.date_or_quoted());
        let stored = Latest {
            version: &version,
            date,
        };
        let offers: Vec<Latest<'_>> = self
            .versions
            .iter()
            .map(|(name, version)| Latest {
                version: name,
                date: Some(version.date),
            })
            .collect();
        let latest = latest_of(stored, &offers);
        if latest != stored
            && let Some((name, version)) = self
                .versions
                .iter()
                .copied()
                .find(|(name, _)| *name == latest.version)
        {
            self.take(name, version);
        }
    }

    /// Sets a version as the latest one, with its day.
    fn take(&mut self, name: &str, version: &Version) {
        self.set(
            "latest",
            Value::Text(name.to_owned()),
            version.name_origin(),
            Rule::NewestVersion,
        );
        self.set(
            "latestReleaseDate",
            Value::Date(version.date),
            version.origin.clone(),
            Rule::NewestVersionDay,
        );
    }

    /// A notice if versions are known of this cycle and its latest is none of them.
    fn latest_that_is_no_version(&self, data: &ReleaseData) -> Option<Notice> {
        let latest = self
            .value("latest")
            .filter(|_| !self.versions.is_empty())?
            .to_string();
        (!data.versions.contains_key(&latest)).then(|| Notice::LatestUnknown {
            cycle: self.cycle.name().to_owned(),
            latest,
        })
    }

    fn changes(self, index: usize) -> Vec<Change> {
        let Self { cycle, fields, .. } = self;
        let mut changes: Vec<Change> = fields
            .into_iter()
            .filter_map(|(field, (new, origin))| {
                let old = cycle.value(&field);
                let same = old.as_ref().unwrap_or(&Value::Null).says_the_same(&new);
                // A field that holds a list or a mapping is not a field that methods write.
                let writable = old.is_some() || cycle.node().find(&field).is_none();
                (!same && writable).then(|| Change {
                    index,
                    cycle: cycle.name().to_owned(),
                    field,
                    old,
                    new,
                    origin,
                })
            })
            .collect();
        changes.sort_by_key(|change| {
            FIELD_ORDER
                .iter()
                .position(|field| *field == change.field)
                .unwrap_or(FIELD_ORDER.len())
        });
        changes
    }
}

fn merge_versions<'a>(
    cycles: &mut [Merging<'a>],
    data: &'a ReleaseData,
    notices: &mut Vec<Notice>,
) {
    for (name, version) in data.sorted_versions() {
        let mut matched = false;
        for cycle in cycles.iter_mut().filter(|cycle| cycle.cycle.includes(name)) {
            matched = true;
            cycle.versions.push((name, version));
        }
        if !matched {
            notices.push(Notice::UnmatchedVersion {
                version: name.clone(),
                date: version.date,
                origin: version.origin.clone(),
            });
        }
    }
    for cycle in cycles {
        // What the release itself says of the latest version is not mixed with another.
        let release = data.releases.get(cycle.cycle.name());
        let states = |field| release.is_some_and(|release| release.value(field).is_some());
        if !states("latest") && !states("latestReleaseDate") {
            cycle.take_latest();
        }
    }
}

fn merge_releases(cycles: &mut [Merging<'_>], data: &ReleaseData, notices: &mut Vec<Notice>) {
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, cycle) in cycles.iter().enumerate() {
        by_name.entry(cycle.cycle.name()).or_default().push(index);
    }
    for (name, release) in data.sorted_releases() {
        let Some(indexes) = by_name.get(name.as_str()) else {
            notices.push(Notice::UnmatchedRelease {
                name: name.clone(),
                release: release.clone(),
            });
            continue;
        };
        for index in indexes {
            for (field, learnt) in &release.fields {
                let (value, origin) = (learnt.value.clone(), learnt.origin.clone());
                cycles[*index].set(field, value, origin, Rule::ReleaseStates);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::parse_iso;

    const CYCLES: &str = "\
releases:
  - releaseCycle: \"2\"
    releaseDate: 2024-01-01
    eol: false
    latest: \"2.1\"
    latestReleaseDate: 2024-06-01
  - releaseCycle: \"1\"
    releaseDate: 2023-01-01
    eol: 2024-12-31
";

    fn day(text: &str) -> Date {
        parse_iso(text).unwrap()
    }

    fn product(yaml: &str) -> Product {
        Product::read("foo", "foo.md", format!("---\n{yaml}---\n").into_bytes()).unwrap()
    }

    fn data(versions: &[(&str, &str)], releases: &[(&str, &str, Value)]) -> ReleaseData {
        let mut data = ReleaseData::new(day("2026-01-01"));
        for (version, date) in versions {
            data.declare(version, day(date), Origin::default());
        }
        for (name, field, value) in releases {
            data.release(name)
                .set(field, value.clone(), Origin::default());
        }
        data
    }

    fn changes(yaml: &str, data: &ReleaseData) -> Vec<String> {
        plan(&product(yaml), data, day("2025-01-01"))
            .changes
            .into_iter()
            .map(|change| format!("{} {}: {}", change.cycle, change.field, change.new))
            .collect()
    }

    #[test]
    fn a_newer_version_becomes_latest() {
        let data = data(
            &[
                ("2.10", "2025-01-01"),
                ("2.9", "2025-01-02"),
                ("1.0", "2023-05-05"),
            ],
            &[],
        );
        assert_eq!(
            changes(CYCLES, &data),
            [
                "2 latest: 2.10",
                "2 latestReleaseDate: 2025-01-01",
                "1 latest: 1.0",
                "1 latestReleaseDate: 2023-05-05",
            ]
        );
    }

    #[test]
    fn latest_never_goes_back() {
        assert!(changes(CYCLES, &data(&[("2.0", "2025-01-01")], &[])).is_empty());
    }

    #[test]
    fn a_corrected_day_of_the_same_version_is_taken() {
        assert_eq!(
            changes(CYCLES, &data(&[("2.1", "2024-05-31")], &[])),
            ["2 latestReleaseDate: 2024-05-31"]
        );
    }

    #[test]
    fn a_name_that_has_no_order_is_judged_by_its_day() {
        let yaml = CYCLES.replace("\"2.1\"", "2u1-b01");
        assert_eq!(
            changes(&yaml, &data(&[("2u1-b02", "2024-06-02")], &[])),
            ["2 latest: 2u1-b02", "2 latestReleaseDate: 2024-06-02"]
        );
        assert!(changes(&yaml, &data(&[("2u1-b02", "2024-06-01")], &[])).is_empty());
    }

    #[test]
    fn a_release_wins_over_versions() {
        let data = data(
            &[("2.2", "2025-01-01")],
            &[
                ("2", "latest", Value::Text("2.3".into())),
                ("2", "eol", Value::Bool(true)),
            ],
        );
        assert_eq!(changes(CYCLES, &data), ["2 eol: true", "2 latest: 2.3"]);
    }

    #[test]
    fn a_cycle_that_is_not_mentioned_stays() {
        assert!(
            changes(
                CYCLES,
                &data(&[], &[("1", "eol", Value::of_text("2024-12-31"))])
            )
            .is_empty()
        );
    }

    #[test]
    fn nothing_new_is_written_over_nothing() {
        let mut data = data(&[], &[("1", "eoes", Value::Bool(true))]);
        data.release("1")
            .set("eoes", Value::Null, Origin::default());
        assert!(changes(CYCLES, &data).is_empty());
        data.release("1")
            .set("eol", Value::Bool(true), Origin::default());
        data.release("1").set("eol", Value::Null, Origin::default());
        assert_eq!(changes(CYCLES, &data), ["1 eol: null"]);
    }

    #[test]
    fn what_belongs_to_no_cycle_is_noticed() {
        let data = data(
            &[("3.0", "2024-12-31")],
            &[("3", "eol", Value::Bool(false))],
        );
        let plan = plan(&product(CYCLES), &data, day("2025-01-01"));
        assert!(matches!(
            &plan.notices[..],
            [
                Notice::UnmatchedVersion { .. },
                Notice::UnmatchedRelease { .. }
            ]
        ));
        assert!(plan.changes.is_empty());
    }
}
