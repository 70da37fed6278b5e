//! What methods collect of a product: releases with fields, versions with dates.
//!
//! Every value keeps its [`Origin`], so that a report of a change can name where it
//! comes from. What was on a page and not usable is kept too, with the reason.
//!
//! # Order
//! Methods run in the order of the file. A later one may overwrite what an earlier one
//! set, and the last declaration of a version wins: that is the field's contract, and
//! `declare` depends on it.

pub mod difference;
mod error;
mod identifier;
mod json;
mod origin;
mod skip_reason;
mod version_name;

use std::sync::Arc;

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use smol_str::SmolStr;

use crate::date::{Date, is_plausible};
use crate::text::is_hidden;
use crate::value::Value;
use crate::version::listed;

pub use error::{MOST_FIELDS, StoreError};
use identifier::release_key;
pub use identifier::{identifier, is_lossy};
pub use origin::{Origin, Place, Rule, Skipped, Subject};
pub use skip_reason::SkipReason;
pub use version_name::{FilteredName, NameDerivation, VersionName};

/// A map in the order of its first insertions. Its hash is seeded, since names come from pages,
/// and quick, since there are a hundred thousand of them in a folder.
pub type ByName<T> = IndexMap<SmolStr, T, RandomState>;

/// All that methods collected of a product.
#[derive(Debug, Clone)]
pub struct ReleaseData {
    /// The releases by name, in the order in which they were first touched.
    pub releases: ByName<Release>,
    /// The versions by name, in the order in which they were first declared.
    pub versions: ByName<Version>,
    /// What was seen and not usable.
    pub skipped: Vec<Skipped>,
    today: Date,
    write_count: usize,
}

/// What was collected of one release cycle, by the name that the source gives it.
#[derive(Debug, Clone, Default)]
pub struct Release {
    /// The fields in the order in which they were first set.
    pub fields: ByName<FieldValue>,
    /// Where its name was read, in the last rows that gave it.
    pub named: Vec<Origin>,
}

/// A value and where it comes from.
#[derive(Debug, Clone, Default)]
pub struct FieldValue {
    pub value: Value,
    pub origin: Origin,
    /// The values that this one replaced, the oldest first.
    pub superseded: Vec<Superseded>,
}

/// A value that was collected and then overwritten by another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Superseded {
    pub value: Value,
    pub origin: Origin,
}

/// How many superseded values are remembered of each field, and names of each release: the
/// last ones.
const REMEMBERED: usize = 4;

/// The longest text that is taken for a name or a value, in characters.
const LONGEST: usize = 1_000;

fn text_of(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// Why a text of a page is taken for no name and no value: nobody could read it in a file.
fn refused(text: &str) -> Option<&'static str> {
    let is_unseen = |c: char| is_hidden(c) && !matches!(c, '\n' | '\r' | '\t');
    if text.chars().nth(LONGEST).is_some() {
        Some("it is longer than 1000 characters")
    } else if text.contains(is_unseen) {
        Some("it has a character that nobody sees")
    } else {
        None
    }
}

/// One point release.
#[derive(Debug, Clone)]
pub struct Version {
    /// The day on which it was released.
    pub date: Date,
    /// Where that was read; of release data in a file, one place for all.
    pub origin: Arc<Origin>,
    /// How its name was made, where that is known.
    pub made: Option<Box<NameDerivation>>,
    /// The days that this one replaced, the oldest first.
    pub superseded: Vec<Superseded>,
}

impl Version {
    /// Where its name comes from.
    pub fn name_origin(&self) -> Origin {
        let made = self.made.as_ref();
        made.map_or_else(
            || Origin::clone(&self.origin),
            |made| made.origin(&self.origin),
        )
    }
}

/// Remembers what is overwritten.
fn supersede(superseded: &mut Vec<Superseded>, value: Value, origin: Origin) {
    remember(superseded, Superseded { value, origin });
}

fn remember<T>(all: &mut Vec<T>, one: T) {
    if all.len() == REMEMBERED {
        all.remove(0);
    }
    all.push(one);
}

impl ReleaseData {
    /// Nothing collected yet, on this day.
    pub fn new(today: Date) -> Self {
        Self {
            releases: ByName::default(),
            versions: ByName::default(),
            skipped: Vec::new(),
            today,
            write_count: 0,
        }
    }

    /// The release of a name, which is made an identifier; a new one has no fields.
    pub fn release(&mut self, name: &str) -> &mut Release {
        self.write_count += 1;
        self.releases.entry(release_key(name).into()).or_default()
    }

    /// The release of a cycle of the product file, whose name may have capitals.
    pub fn release_of(&self, cycle: &str) -> Option<&Release> {
        let release = self.releases.get(cycle);
        release.or_else(|| self.releases.get(&*identifier(cycle)))
    }

    /// Takes a release away, by the name that [`ReleaseData::release`] was given.
    pub fn remove_release(&mut self, name: &str) {
        self.write_count += 1;
        self.releases.shift_remove(&*release_key(name));
    }

    /// Records a version and its day. The last declaration of a name wins.
    ///
    /// A day after today is not believed, nor one that cannot be true, such as 1970-01-01; what was
    /// known of the version stays.
    pub fn declare<'a>(&mut self, name: impl Into<VersionName<'a>>, date: Date, origin: Origin) {
        self.write_count += 1;
        let VersionName { text, made } = name.into();
        if let Some(reason) = refused(text) {
            self.skip_about(Subject::default(), origin, reason);
            return;
        }
        if date > self.today {
            let (what, date) = (Some(format!("version {text}")), date.into());
            let reason = SkipReason::ToCome { what, date };
            self.skip_about(Subject::of_version(text), origin, reason);
            return;
        }
        if !is_plausible(&date) {
            let reason = SkipReason::bad_date(text, &date.to_string());
            self.skip_about(Subject::of_version(text), origin, reason);
            return;
        }
        let (made, origin) = (made.map(Box::new), Arc::new(origin));
        if let Some(known) = self.versions.get_mut(text) {
            if known.date != date {
                let before = Origin::clone(&known.origin);
                supersede(&mut known.superseded, known.date.into(), before);
            }
            known.date = date;
            known.origin = origin;
            known.made = made;
        } else {
            let version = Version {
                date,
                origin,
                made,
                superseded: Vec::new(),
            };
            self.versions.insert(text.into(), version);
        }
    }

    /// Records what was seen and not usable.
    pub fn skip(&mut self, origin: Origin, reason: impl Into<SkipReason>) {
        self.skip_names(Subject::of_version, origin, reason.into());
    }

    /// Records what was seen and not usable, and each of several names in it by itself.
    pub fn skip_names(
        &mut self,
        subject: impl Fn(&str) -> Subject,
        origin: Origin,
        reason: SkipReason,
    ) {
        let names = match &reason {
            SkipReason::Several { text, .. } => listed(text),
            _ => Vec::new(),
        };
        for name in &names {
            let (text, name_of) = (origin.raw.to_string(), Some((*name).to_owned()));
            let reason = SkipReason::Several {
                text,
                name: name_of,
            };
            self.skip_about(subject(name), origin.clone(), reason);
        }
        if names.is_empty() {
            self.skip_about(Subject::of_reason(&reason), origin, reason);
        }
    }

    /// Records what was seen of a subject and not usable.
    pub fn skip_about(&mut self, subject: Subject, origin: Origin, reason: impl Into<SkipReason>) {
        self.skipped.push(Skipped {
            origin,
            reason: reason.into(),
            subject,
        });
    }

    /// The closing step after the methods: a release of which nothing is known but its name
    /// is left out, one that is released after today, and one whose name is refused. So is a value
    /// that nobody could read.
    pub fn finish(&mut self) {
        let today = self.today;
        let mut future = Vec::new();
        self.releases.retain(|name, release| {
            if let Some(reason) = refused(name) {
                future.push(Skipped {
                    origin: release.origin(),
                    reason: reason.into(),
                    subject: Subject::default(),
                });
                return false;
            }
            release.fields.retain(|field, known| {
                let reason = text_of(&known.value).and_then(refused);
                future.extend(reason.map(|why| Skipped {
                    origin: known.origin.clone(),
                    reason: SkipReason::not_read(Some(field), name, why),
                    subject: Subject::of_release(name, Some(field)),
                }));
                reason.is_none()
            });
            if is_lossy(name) {
                future.push(Skipped {
                    origin: release.origin(),
                    reason: SkipReason::lossy(name),
                    subject: Subject::default(),
                });
                return false;
            }
            let to_come = release.fields.get("releaseDate").filter(|known| {
                known
                    .value
                    .date_or_quoted()
                    .is_some_and(|date| date > today)
            });
            if let Some(FieldValue { value, origin, .. }) = to_come {
                let (what, date) = (Some(format!("release {name}")), value.clone());
                future.push(Skipped {
                    origin: origin.clone(),
                    reason: SkipReason::ToCome { what, date },
                    subject: Subject::of_release(name, None),
                });
            }
            to_come.is_none() && !release.fields.is_empty()
        });
        self.skipped.extend(future);
    }

    /// How often something was recorded, which shows a method that recorded nothing.
    pub fn write_count(&self) -> usize {
        self.write_count
    }

    /// The day on which this is collected.
    pub fn today(&self) -> Date {
        self.today
    }
}

impl Release {
    /// Sets a field; the last setting wins, and null is not set where nothing was.
    pub fn set(&mut self, field: &str, value: Value, origin: Origin) {
        if value == Value::Null && !self.fields.contains_key(field) {
            return;
        }
        match self.fields.get_mut(field) {
            Some(known) if known.value == value => {}
            Some(known) => {
                let before = std::mem::replace(&mut known.value, value);
                let origin = std::mem::replace(&mut known.origin, origin);
                supersede(&mut known.superseded, before, origin);
            }
            None => {
                let new = FieldValue {
                    value,
                    origin,
                    superseded: Vec::new(),
                };
                self.fields.insert(field.into(), new);
            }
        }
    }

    /// Where it was read.
    fn origin(&self) -> Origin {
        let field = self.fields.values().next();
        let origin = self.named.last().or(field.map(|found| &found.origin));
        origin.cloned().unwrap_or_default()
    }

    /// Notes a row in which the release has its name.
    pub fn named_by(&mut self, origin: Origin) {
        remember(&mut self.named, origin);
    }

    /// Where the release has its name in the row of a value.
    pub fn name_beside(&self, value: &Origin) -> Option<&Origin> {
        let same = |named: &&Origin| named.entry == value.entry && named.url == value.url;
        let mut rows = self.named.iter().rev().filter(same);
        rows.find(|named| match (named.place.row(), value.place.row()) {
            (Some(named), Some(value)) => named == value,
            _ => true,
        })
    }

    /// What a field holds.
    pub fn value(&self, field: &str) -> Option<&Value> {
        self.fields.get(field).map(|known| &known.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        crate::date::parse_iso(text).unwrap()
    }

    fn data() -> ReleaseData {
        ReleaseData::new(day("2026-01-31"))
    }

    #[test]
    fn the_last_declaration_of_a_version_wins() {
        let mut data = data();
        data.declare("1.0", day("2020-01-01"), Origin::default());
        data.declare("1.0", day("2020-02-02"), Origin::default());
        let version = &data.versions["1.0"];
        assert_eq!(version.date, day("2020-02-02"));
        assert_eq!(version.superseded[0].value, day("2020-01-01").into());
    }

    #[test]
    fn superseded_values_are_remembered_within_bounds() {
        let mut data = data();
        let release = data.release("1");
        for year in 2010..2020 {
            let value = Value::of_text(&format!("{year}-01-01"));
            release.set("eol", value.clone(), Origin::default());
            release.set("eol", value, Origin::default());
        }
        let superseded: Vec<String> = release.fields["eol"]
            .superseded
            .iter()
            .map(|superseded| superseded.value.to_string())
            .collect();
        assert_eq!(
            superseded,
            ["2015-01-01", "2016-01-01", "2017-01-01", "2018-01-01"]
        );
    }

    #[test]
    fn a_version_of_tomorrow_is_not_believed() {
        let mut data = data();
        data.declare("1.0", day("2020-01-01"), Origin::default());
        data.declare("1.0", day("2026-02-01"), Origin::default());
        data.declare("1.1", day("2026-01-31"), Origin::default());
        assert_eq!(data.versions["1.0"].date, day("2020-01-01"));
        assert!(data.versions.contains_key("1.1"));
        assert_eq!(
            data.skipped[0].reason.to_string(),
            "version 1.0 is dated 2026-02-01, which is still to come"
        );
        assert_eq!(data.write_count(), 3);
    }

    #[test]
    fn a_release_without_fields_or_of_tomorrow_is_left_out() {
        let mut data = data();
        data.release("1");
        data.release("2").set(
            "releaseDate",
            Value::of_text("2026-02-01"),
            Origin::default(),
        );
        data.release("3").set(
            "releaseDate",
            Value::of_text("2026-01-31"),
            Origin::default(),
        );
        data.finish();
        assert_eq!(data.releases.keys().collect::<Vec<_>>(), ["3"]);
        assert_eq!(data.skipped.len(), 1);
    }

    #[test]
    fn a_text_that_nobody_could_read_is_no_name_and_no_value() {
        let mut data = data();
        let (long, hidden) = ("9.".repeat(501), "1\u{1b}2".to_owned());
        for text in [&long, &hidden] {
            data.declare(&**text, day("2020-01-01"), Origin::default());
            let release = data.release("1");
            release.set(text, Value::Text(text.clone()), Origin::default());
            release.set("eol", Value::Bool(true), Origin::default());
        }
        data.release("1")
            .set("link", Value::Text("9".repeat(1_000)), Origin::default());
        data.release(&long)
            .set("eol", Value::Bool(true), Origin::default());
        data.finish();
        assert!(data.versions.is_empty());
        let fields: Vec<&str> = data.releases["1"]
            .fields
            .keys()
            .map(|field| &**field)
            .collect();
        assert_eq!((fields, data.releases.len()), (vec!["eol", "link"], 1));
        let reasons = data
            .skipped
            .iter()
            .map(|skipped| skipped.reason.to_string());
        let reasons: Vec<String> = reasons.collect();
        let is_long = reasons
            .iter()
            .filter(|reason| reason.contains("longer than 1000"));
        assert_eq!((is_long.count(), reasons.len()), (3, 5), "{reasons:?}");
    }

    #[test]
    fn nothing_over_nothing_sets_nothing() {
        let mut data = data();
        let release = data.release("1");
        release.set("eol", Value::Null, Origin::default());
        assert!(release.fields.is_empty());
        release.set("eol", Value::Bool(false), Origin::default());
        release.set("eol", Value::Null, Origin::default());
        assert_eq!(release.value("eol"), Some(&Value::Null));
    }
}
