//! One release cycle while it is merged: what it holds, and what is to be written into it.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::latest::{Latest, latest_release};
use crate::date::Date;
use crate::plan::change::Change;
use crate::plan::notice::Notice;
use crate::plan::validate::missing_fields;
use crate::product::{CycleNames, Product, ReleaseCycle, SITE_FIELDS};
use crate::release_data::{ByName, Origin, Release, ReleaseData, Rule, Version, identifier};
use crate::value::Value;
use crate::version::{is_prerelease, order};

/// The order in which the site's files write the fields of a cycle; others come after.
pub(crate) const FIELD_ORDER: &[&str] = SITE_FIELDS.split_at(11).0;

pub(super) struct CycleMerge<'a> {
    pub(super) cycle: ReleaseCycle<'a>,
    pub(super) fields: ByName<(Value, Origin)>,
    /// The versions that belong to it, the newest day first.
    pub(super) versions: Vec<(&'a str, &'a Version)>,
}

impl<'a> CycleMerge<'a> {
    pub(super) fn new(cycle: ReleaseCycle<'a>) -> Self {
        Self {
            cycle,
            fields: ByName::default(),
            versions: Vec::new(),
        }
    }

    /// What a field holds now, with what is to be written.
    pub(super) fn value(&self, field: &str) -> Option<Value> {
        self.fields
            .get(field)
            .map(|(value, _)| value.clone())
            .or_else(|| self.cycle.value(field))
    }

    pub(super) fn set(&mut self, field: &str, value: Value, origin: Origin, rule: Rule) {
        let origin = Origin {
            rule: Some(rule),
            ..origin
        };
        self.fields.insert(field.into(), (value, origin));
    }

    /// Takes the latest of the versions that belong to the cycle.
    pub(super) fn take_latest(&mut self, is_pep_440: bool) {
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
        let latest = latest_release(stored, &offers, is_pep_440);
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
    pub(super) fn take(&mut self, name: &str, version: &Version) {
        self.set(
            "latest",
            Value::Text(name.to_owned()),
            version.name_origin(),
            Rule::NewestVersion,
        );
        self.set(
            "latestReleaseDate",
            Value::Date(version.date),
            Origin::clone(&version.origin),
            Rule::NewestVersionDay,
        );
    }

    /// Whether a release states a pre-release as the latest version, and the file has none.
    fn passes_over(&self, release: &Release) -> bool {
        let is_early = |latest: &Value| is_prerelease(&latest.to_string());
        release.value("latest").is_some_and(is_early)
            && !self.cycle.value("latest").as_ref().is_some_and(is_early)
    }

    /// A notice if versions are known of this cycle and its latest is none of them.
    pub(super) fn unknown_latest(&self, data: &ReleaseData, today: Date) -> Option<Notice> {
        let (newest, _) = self.versions.first()?;
        let cycle = self.cycle.name().to_owned();
        let Some(latest) = self.value("latest").filter(|latest| *latest != Value::Null) else {
            let version = (*newest).to_owned();
            let notice = || Notice::OnlyPreReleases { cycle, version };
            return is_prerelease(newest).then(notice);
        };
        let latest = latest.to_string();
        if data.versions.contains_key(&*latest) {
            return None;
        }
        let names = self.versions.iter().map(|(name, _)| *name);
        let is_over = match self.value("eol") {
            Some(Value::Bool(is_over)) => is_over,
            eol => eol
                .and_then(|eol| eol.date_or_quoted())
                .is_some_and(|eol| eol < today),
        };
        let is_settled = is_over
            || self.fields.contains_key("latest")
            || names
                .clone()
                .any(|name| order(name, &latest) == Some(Ordering::Equal));
        let is_older = |name: &&str| order(name, &latest) == Some(Ordering::Less);
        let older = names.filter(|name| !is_settled && is_older(name) && !is_prerelease(name));
        let by_order = |a: &&str, b: &&str| order(a, b).unwrap_or(Ordering::Equal);
        let newest = older.max_by(by_order).map(str::to_owned);
        Some(Notice::LatestUnknown {
            cycle,
            latest,
            newest,
        })
    }

    pub(super) fn changes(self, index: usize) -> Vec<Change> {
        let Self { cycle, fields, .. } = self;
        let mut changes: Vec<Change> = fields
            .into_iter()
            .filter_map(|(field, (new, origin))| {
                let old = cycle.value(&field);
                let same = old.as_ref().unwrap_or(&Value::Null).says_the_same(&new);
                (!same).then(|| Change {
                    index,
                    cycle: cycle.name().to_owned(),
                    field: field.into(),
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

/// The names of cycles.
pub(super) fn names<'a>(cycles: &[CycleMerge<'a>]) -> CycleNames<'a> {
    cycles.iter().map(|cycle| cycle.cycle.name()).collect()
}

/// Gives each version to the cycles that it belongs to, and each cycle its latest.
pub(super) fn merge_versions<'a>(
    cycles: &mut [CycleMerge<'a>],
    names: &CycleNames<'_>,
    product: &Product,
    data: &'a ReleaseData,
    notices: &mut Vec<Notice>,
) {
    let mut unmatched = Vec::new();
    for (name, version) in data.sorted_versions() {
        let mut matched = false;
        for index in names.including(name) {
            matched = true;
            cycles[index].versions.push((name, version));
        }
        if !matched {
            unmatched.push((name, version));
        }
    }
    notices.extend(without_cycle(cycles, &unmatched));
    let auto = product.auto().ok().flatten();
    let is_pep_440 = auto.is_some_and(|auto| auto.method_names().any(|name| name == "pypi"));
    for cycle in cycles {
        // The latest version of the release itself is not mixed with another.
        let release = data.release_of(cycle.cycle.name());
        let release = release.filter(|release| !cycle.passes_over(release));
        let states = |field| release.is_some_and(|release| release.value(field).is_some());
        if !states("latest") && !states("latestReleaseDate") {
            cycle.take_latest(is_pep_440);
        }
    }
}

/// Notices of versions that belong to no cycle. They are given the newest day first.
fn without_cycle(cycles: &[CycleMerge<'_>], unmatched: &[(&str, &Version)]) -> Vec<Notice> {
    /// How many parts of a version name its cycle, where the file has none.
    const PARTS: usize = 2;
    let parts = cycles.first();
    let parts = parts.map_or(PARTS, |first| first.cycle.name().split('.').count());
    let cycle_of = |name: &str| {
        let end = name.match_indices('.').nth(parts - 1);
        name[..end.map_or(name.len(), |(at, _)| at)].to_owned()
    };
    let released = |cycle: &CycleMerge<'_>| cycle.cycle.value("releaseDate")?.date_or_quoted();
    let newest = cycles.iter().filter_map(released).max();
    let mut first_days = HashMap::<String, Date, RandomState>::default();
    for (name, version) in unmatched {
        first_days.insert(cycle_of(name), version.date);
    }
    let notice = |(name, version): &(&str, &Version)| {
        let cycle = cycle_of(name);
        Notice::UnmatchedVersion {
            is_newer: !is_prerelease(name) && first_days.get(&cycle).copied() > newest,
            version: (*name).to_owned(),
            cycle,
            date: version.date,
            origin: Arc::clone(&version.origin),
        }
    };
    unmatched.iter().map(notice).collect()
}

pub(super) fn merge_releases(
    cycles: &mut [CycleMerge<'_>],
    names: &CycleNames<'_>,
    product: &Product,
    data: &ReleaseData,
    notices: &mut Vec<Notice>,
) {
    let in_capitals = cycles.iter().enumerate().filter(|(_, cycle)| {
        let name = cycle.cycle.name();
        name.contains(char::is_uppercase) && !data.releases.contains_key(name)
    });
    // Of cycles that differ in capitals alone, the first.
    let in_capitals: HashMap<_, _> = in_capitals
        .rev()
        .map(|(index, cycle)| (identifier(cycle.cycle.name()), [index]))
        .collect();
    for (name, release) in data.sorted_releases() {
        let indexes = match (names.named(name), in_capitals.get(name)) {
            ([], Some(in_capitals)) => in_capitals,
            (named, _) => named,
        };
        if indexes.is_empty() {
            notices.push(Notice::UnmatchedRelease {
                name: name.to_owned(),
                release: Box::new(release.clone()),
                missing: missing_fields(product, release),
            });
        }
        for index in indexes {
            let passes_over = cycles[*index].passes_over(release);
            for (field, found) in &release.fields {
                if passes_over && matches!(&**field, "latest" | "latestReleaseDate") {
                    continue;
                }
                let (value, origin) = (found.value.clone(), found.origin.clone());
                cycles[*index].set(field, value, origin, Rule::ReleaseStates);
            }
        }
    }
}
