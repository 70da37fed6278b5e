//! What is planned and hardly true: it is held, and a person decides.
//!
//! A vendor's page breaks in ways that still parse. Between merge and edit every planned
//! write is held against a few named rules (`guard/rules.rs`), each of which knows one way
//! in which sources went wrong before; and what the sources list as a whole is held against
//! what they listed before (`guard/shape.rs`). What a rule objects to is [`Held`]: it is not
//! written, and it is shown with its reason and an id that accepts it. The rest of the
//! product is written.
//!
//! This module asks nobody and knows no file: what earlier runs did comes in as [`Memory`],
//! what people decided as [`Settings`].
//!
//! # What it catches, and at what price
//! Replayed over what a bot wrote into the product files of endoflife.date from February
//! 2024 to the end of 2025 (25,636 writes, of which people took back 45), the rules hold
//! 2.4 % of the writes and catch 39 of the 45. The six others are plausible versions whose
//! tag stood before the release did: only waiting (`soak`) or a second source sees those.
//! `shelflife guard --history` prints the figures anew, rule by rule.
//!
//! # Why a version and its day stay together
//! A `latest` without its `latestReleaseDate` says something that no source said. Where one
//! of the two is held, so is the other.

mod held;
mod memory;
mod replay;
mod rules;
mod run;
mod settings;
mod shape;
#[cfg(test)]
mod tests;

pub use held::{Accepted, Held, Reason};
use held::{change_id, id};
pub use memory::{Memory, MemoryError, Written};
pub use replay::{Record, RecordError, Score, Tally, replay};
pub use rules::{RULES, Rule, is_rule};
pub use run::Run;
pub use settings::{FILE, Off, Pin, Settings, SettingsError, Thresholds, schema};
pub use shape::Shape;

use crate::date::Date;
use crate::plan::merge::Change;
use crate::product::Product;
use crate::release_data::{Place, ReleaseData};
use crate::value::Value;

/// One field of one cycle, from what to what. Nothing is `None`, and so is an empty field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// The name of the cycle.
    pub cycle: String,
    /// The field.
    pub field: String,
    /// What it held.
    pub old: Option<Value>,
    /// What it is to hold.
    pub new: Option<Value>,
}

impl Write {
    fn of(change: &Change) -> Self {
        let said = |value: &Value| (*value != Value::Null).then(|| value.clone());
        Self {
            cycle: change.cycle.clone(),
            field: change.field.clone(),
            old: change.old.as_ref().and_then(said),
            new: said(&change.new),
        }
    }
}

/// What the guard does with what it objects to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// It is not written.
    Hold,
    /// It is written, and said.
    Warn,
    /// Nothing is judged.
    Off,
}

/// What a product's plan is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Bench<'a> {
    /// What people decided.
    pub settings: &'a Settings,
    /// What earlier runs did.
    pub memory: &'a Memory,
    /// What its sources list now; where nothing was ever learnt, there is nothing to hold as a whole.
    pub shape: Option<&'a Shape>,
    /// What people accepted.
    pub accepted: &'a Accepted,
    /// The day of the run.
    pub today: Date,
}

/// What may be written, and what may not.
#[derive(Debug, Default)]
pub struct Verdict {
    /// The changes that nobody objects to.
    pub changes: Vec<Change>,
    /// What a rule objects to, in the order of the file; what is wrong as a whole comes first.
    pub held: Vec<Held>,
    /// The changes that a pin keeps from being written.
    pub pinned: Vec<(Pin, Change)>,
    /// The ids that were accepted and are written because of it.
    pub accepted: Vec<String>,
    /// Whether the sources as a whole are not believed.
    pub is_doubted: bool,
}

/// Judges the changes that are planned for a product.
pub fn judge(product: &Product, changes: Vec<Change>, bench: Bench<'_>) -> Verdict {
    let mut verdict = Verdict::unjudged(product, changes, bench);
    let free = std::mem::take(&mut verdict.changes);
    if let Some(reason) = doubt(product, bench) {
        let held = bench.held(&product.name, reason.clone(), None);
        if !bench.accepts(&held) {
            let all = free
                .into_iter()
                .map(|change| bench.held(&product.name, reason.clone(), Some(change)));
            verdict.held = std::iter::once(held).chain(all).collect();
            verdict.is_doubted = true;
            return verdict;
        }
        verdict.accepted.push(held.id);
    }
    let writes: Vec<Write> = free.iter().map(Write::of).collect();
    let run = Run::new(bench.today, &writes, bench.memory);
    let reasons = run.reasons(bench.settings, &product.name, &|index| soft(&free[index]));
    for (change, reason) in free.into_iter().zip(reasons) {
        let Some(reason) = reason else {
            verdict.changes.push(change);
            continue;
        };
        let held = bench.held(&product.name, reason, Some(change));
        if bench.accepts(&held) {
            verdict.changes.extend(held.change);
            verdict.accepted.extend([held.id, held.group]);
        } else {
            verdict.held.push(held);
        }
    }
    verdict
}

/// Whether the sources of a product are not believed as a whole, and nobody accepted them.
pub fn doubted(product: &Product, bench: Bench<'_>) -> bool {
    doubt(product, bench)
        .is_some_and(|reason| !bench.accepts(&bench.held(&product.name, reason, None)))
}

/// Why the sources of a product are not believed as a whole, if they are not.
fn doubt(product: &Product, bench: Bench<'_>) -> Option<Reason> {
    let settings = bench.settings;
    if settings.is_off(shape::RULE, &product.name, bench.today) {
        return None;
    }
    let known = bench.memory.shape.as_ref();
    let sentence = bench.shape?.doubt(known, &settings.thresholds)?;
    Some(Reason {
        rule: shape::RULE,
        sentence,
    })
}

/// The pins of a product whose field the sources speak of and do not want to change: they
/// are done.
pub fn pins_done<'a>(
    product: &'a Product,
    data: &'a ReleaseData,
    verdict: &'a Verdict,
    settings: &'a Settings,
    today: Date,
) -> impl Iterator<Item = &'a Pin> {
    settings.pins(&product.name, today).filter(move |pin| {
        let wants_change = verdict.pinned.iter().any(|(other, _)| other == *pin);
        !wants_change && speaks_of(product, data, &pin.cycle, &pin.field)
    })
}

/// Whether release data says something of a field of a cycle.
fn speaks_of(product: &Product, data: &ReleaseData, cycle: &str, field: &str) -> bool {
    let stated = data
        .releases
        .get(cycle)
        .is_some_and(|release| release.value(field).is_some());
    let by_version = matches!(field, "latest" | "latestReleaseDate")
        && product.cycles().any(|known| {
            known.name() == cycle && data.versions.keys().any(|version| known.includes(version))
        });
    stated || by_version
}

/// Which kind of source has to wait, of those that `soak` can name.
fn soft(change: &Change) -> Option<&str> {
    matches!(change.origin.place, Place::Tag { .. }).then_some(&*change.origin.method)
}

impl Verdict {
    /// The verdict of a guard that judges nothing: what is pinned stays, all else is written.
    pub fn unjudged(product: &Product, changes: Vec<Change>, bench: Bench<'_>) -> Self {
        let mut verdict = Self::default();
        for change in changes {
            let Change { cycle, field, .. } = &change;
            match bench.settings.pin(&product.name, cycle, field, bench.today) {
                Some(pin) => verdict.pinned.push((pin.clone(), change)),
                None => verdict.changes.push(change),
            }
        }
        verdict
    }

    /// Whether a change of a cycle is not written.
    pub fn holds(&self, cycle: &str) -> bool {
        self.held
            .iter()
            .filter(|held| !held.written)
            .filter_map(|held| held.change.as_ref())
            .any(|change| change.cycle == cycle)
    }

    /// The same verdict of a guard that only warns: everything is written.
    #[must_use]
    pub fn warned(mut self) -> Self {
        self.is_doubted = false;
        for held in &mut self.held {
            held.written = true;
            self.changes.extend(held.change.clone());
        }
        // Changes stand in the order of the file, and those of a cycle in the merge's order.
        self.changes.sort_by_key(|change| change.index);
        self
    }
}

impl Memory {
    /// Remembers what a run did: what it wrote, what it held, and what the sources list
    /// now, unless that is not believed.
    pub fn after(
        &mut self,
        shape: Option<Shape>,
        written: &[Change],
        verdict: &Verdict,
        today: Date,
    ) {
        for change in written {
            self.record(&Write::of(change), today);
        }
        self.held = verdict
            .held
            .iter()
            .filter(|held| !held.written)
            .map(|held| (held.id.clone(), held.since.unwrap_or(today)))
            .collect();
        if shape.is_some() && !verdict.is_doubted {
            self.shape = shape;
        }
    }
}

impl Bench<'_> {
    fn accepts(&self, held: &Held) -> bool {
        self.accepted.has(&held.id) || self.accepted.has(&held.group)
    }

    fn held(&self, product: &str, reason: Reason, change: Option<Change>) -> Held {
        let group = id(product, &[reason.rule, &reason.sentence]);
        let id = change
            .as_ref()
            .map_or_else(|| group.clone(), |change| change_id(product, change));
        Held {
            since: self.memory.held.get(&id).copied(),
            id,
            group,
            reason,
            change,
            written: false,
        }
    }
}
