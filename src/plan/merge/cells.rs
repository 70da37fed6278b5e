//! What the sources do not say clearly: cells that can no longer be read, and rows that give
//! one release or version different days.
//!
//! A cell is noticed where the file has its cycle, neither its entry nor a later one gives the
//! field, and its text has a digit or the file holds a day ([`SkipReason::stops_reading`]): `TBD`
//! beside `eol: false` is no news. A version without a day is noticed where it is, or would be,
//! the latest of its cycle.
//!
//! Rows differ where an entry read two days of one field. The release dates of two names, as of
//! `3.1` and `3.2` that both come to `3`, do not; nor do announcements, such as the entries of a
//! feed, which tell of one version more than once.
//!
//! [`SkipReason::stops_reading`]: crate::release_data::SkipReason::stops_reading

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use super::cycle::CycleMerge;
use crate::plan::notice::Notice;
use crate::product::CycleNames;
use crate::release_data::{Origin, Place, Release, ReleaseData, Skipped, Superseded};
use crate::value::Value;
use crate::version::order;

/// The cells that can no longer be read. `names` are those of the cycles.
///
/// Pages have as many cells as products have cycles, and more, so no cell is held against each
/// cycle; of cycles of one name, the first stands for all.
pub(super) fn unread(
    cycles: &[CycleMerge<'_>],
    names: &CycleNames<'_>,
    data: &ReleaseData,
) -> Vec<Notice> {
    let mut notices: Vec<Notice> = Vec::new();
    let mut known = HashSet::new();
    let mut without = HashMap::new();
    for skipped in &data.skipped {
        let subject = &skipped.subject;
        let mut concerned: Vec<usize> = match (&subject.version, &subject.release, &subject.field) {
            (Some(version), ..) => names.including(version).collect(),
            (None, Some(release), _) => names.named(release).iter().take(1).copied().collect(),
            (None, None, Some(field)) => without
                .entry((&**field, skipped.origin.entry))
                .or_insert_with(|| first_without(cycles, data, field, skipped.origin.entry))
                .clone(),
            (None, None, None) => Vec::new(),
        };
        concerned.sort_unstable();
        for cycle in concerned.into_iter().map(|number| &cycles[number]) {
            let Some(field) = lost_field(cycle, data, skipped) else {
                continue;
            };
            let cycle = cycle.cycle.name();
            if known.insert((cycle, field, &skipped.origin.raw)) {
                notices.push(Notice::Unread {
                    cycle: cycle.to_owned(),
                    field: field.to_owned(),
                    cell: Box::new(skipped.clone()),
                });
            }
            if subject.release.is_none() && subject.version.is_none() {
                break;
            }
        }
    }
    notices
}

/// The cycles that stand for all to which an entry gives nothing of a field: the first, the first
/// that has a value in the file, and the first that has a day there. Nothing else of a value
/// bears on [`SkipReason::stops_reading`](crate::release_data::SkipReason::stops_reading).
fn first_without(
    cycles: &[CycleMerge<'_>],
    data: &ReleaseData,
    field: &str,
    entry: usize,
) -> Vec<usize> {
    let is_without = |cycle: &&CycleMerge<'_>| !is_given(data, cycle.cycle.name(), field, entry);
    let held = |cycle: &CycleMerge<'_>| cycle.cycle.value(field);
    let first = |fits: &dyn Fn(Option<Value>) -> bool| {
        cycles
            .iter()
            .position(|cycle| is_without(&cycle) && fits(held(cycle)))
    };
    let firsts = [
        first(&|_| true),
        first(&|held| held.is_some_and(|held| !held.is_blank())),
        first(&|held| held.is_some_and(|held| held.date_or_quoted().is_some())),
    ];
    let mut firsts: Vec<usize> = firsts.into_iter().flatten().collect();
    firsts.dedup();
    firsts
}

/// Whether this entry, or a later one, gives a field of a release.
fn is_given(data: &ReleaseData, release: &str, field: &str, entry: usize) -> bool {
    let release = data.releases.get(release);
    let found = release.and_then(|release| release.fields.get(field));
    found.is_some_and(|found| found.value != Value::Null && found.origin.entry >= entry)
}

/// The field that a skipped cell would give, where it should, of a cycle that it concerns.
fn lost_field<'a>(
    cycle: &CycleMerge<'_>,
    data: &ReleaseData,
    skipped: &'a Skipped,
) -> Option<&'a str> {
    let (subject, name) = (&skipped.subject, cycle.cycle.name());
    let stops = |held: Option<&Value>| skipped.reason.stops_reading(&skipped.origin.raw, held);
    if let Some(version) = &subject.version {
        if data.versions.contains_key(&**version) {
            return None;
        }
        let latest = cycle.value("latest").map(|latest| latest.to_string());
        let latest = latest.unwrap_or_default();
        let day = cycle.value("latestReleaseDate");
        let held = day.filter(|_| latest == *version);
        let is_latest = latest.is_empty()
            || latest == *version
            || order(&latest, version) == Some(Ordering::Less);
        return (is_latest && stops(held.as_ref())).then_some("latest");
    }
    let field = subject.field.as_deref()?;
    let is_given = is_given(data, name, field, skipped.origin.entry);
    (!is_given && stops(cycle.cycle.value(field).as_ref())).then_some(field)
}

/// The fields of which the rows of an entry give different days.
pub(super) fn contradictions(cycles: &[CycleMerge<'_>], data: &ReleaseData) -> Vec<Notice> {
    let notice =
        |cycle: &str, field: &str, taken: Superseded, other: &Superseded| Notice::Contradiction {
            cycle: cycle.to_owned(),
            field: field.to_owned(),
            taken: Box::new(taken),
            other: Box::new(other.clone()),
        };
    let mut notices = Vec::new();
    for (name, release) in &data.releases {
        for (field, found) in &release.fields {
            let taken = Superseded {
                value: found.value.clone(),
                origin: found.origin.clone(),
            };
            let mut others = found.superseded.iter().rev();
            let other = others.find(|other| {
                let is_own = matches!(&**field, "releaseDate" | "latestReleaseDate")
                    && name_of(release, &taken) != name_of(release, other);
                !is_own && differ(&taken, other)
            });
            notices.extend(other.map(|other| notice(name, field, taken.clone(), other)));
        }
    }
    for cycle in cycles {
        let latest = cycle.value("latest").map(|latest| latest.to_string());
        let Some(version) = latest.and_then(|latest| data.versions.get(&*latest)) else {
            continue;
        };
        let taken = Superseded {
            value: version.date.into(),
            origin: Origin::clone(&version.origin),
        };
        let (mut others, name) = (version.superseded.iter().rev(), cycle.cycle.name());
        let other = others.find(|other| differ(&taken, other));
        notices.extend(other.map(|other| notice(name, "latestReleaseDate", taken.clone(), other)));
    }
    notices
}

/// How the row of a value names its release.
fn name_of<'a>(release: &'a Release, value: &Superseded) -> Option<&'a str> {
    let named = release.name_beside(&value.origin)?;
    Some(&named.raw)
}

/// Whether two rows of one entry give different days.
fn differ(taken: &Superseded, other: &Superseded) -> bool {
    let days = taken
        .value
        .date_or_quoted()
        .zip(other.value.date_or_quoted());
    let is_row = |origin: &Origin| match origin.place {
        Place::Item { kind, .. } => !matches!(kind, "heading" | "entry"),
        Place::Nowhere | Place::Line { .. } | Place::Tag { .. } | Place::Stored { .. } => false,
        _ => true,
    };
    let (taken, other) = (&taken.origin, &other.origin);
    days.is_some_and(|(taken, other)| taken != other)
        && taken.entry == other.entry
        && is_row(taken)
        && is_row(other)
        && (&taken.url, &taken.place) != (&other.url, &other.place)
}
