//! Suspicious changes: they are held until a person decides.
//!
//! A vendor's page breaks in ways that still parse. So every planned write is checked by a
//! few named rules (`rules`), each of which knows one way in which sources went wrong
//! before; and what the sources list as a whole is compared with what they listed before
//! (`source_counts`). What a rule objects to gets a [`Hold`] with its reason and an id that
//! accepts it. The rest of the product is written.
//!
//! This module reads no file and no clock: what earlier runs did comes in as [`History`].
//!
//! # What it catches, and at what price
//! Of what a bot wrote into the product files of endoflife.date from February 2024 to the
//! end of 2025 (25,636 writes, of which people took back 45), the rules hold 2.4 % and catch
//! 39 of the 45. The six others are plausible versions whose tag was there before the release
//! was: only waiting or a second source sees those. `shelflife guard --history` computes
//! the figures, rule by rule.
//!
//! # Why a version and its day stay together
//! A `latest` beside the day of another version is in no source. Where a
//! rule objects to one of the two, both are held, under one id.

mod backtest;
mod cause;
mod field_write;
mod history;
mod hold;
mod rule;
mod rules;
mod run_writes;
mod source_counts;
#[cfg(test)]
mod tests;
pub(super) mod thresholds;

pub use backtest::{RecordedWrite, RecordedWriteError, Score, Tally, backtest};
pub use cause::{Cause, Listed};
pub(super) use field_write::FieldWrite;
pub(super) use history::HistoryIndex;
pub use history::{History, HistoryError};
pub use hold::{AcceptedIds, Hold};
pub use rule::Rule;
pub use source_counts::SourceCounts;
pub use thresholds::{Suppression, Thresholds};

use std::collections::HashMap;

use hold::{change_id, group_id, source_id};
use run_writes::RunWrites;

use super::change::{Change, other_half};
use crate::date::Date;

/// What the guard is given beside the changes.
#[derive(Debug, Clone, Copy)]
pub(super) struct GuardInput<'a> {
    pub(super) thresholds: &'a Thresholds,
    pub(super) suppressions: &'a [Suppression],
    /// What earlier runs did, settled by the file as it reads now.
    pub(super) history: &'a HistoryIndex<'a>,
    pub(super) accepted: &'a AcceptedIds,
    pub(super) today: Date,
}

/// What the guard objects to.
#[derive(Debug, Default)]
pub(super) struct Objections {
    /// What is wrong with the sources as a whole. Unless it is accepted, every change has
    /// the same objection.
    pub(super) sources: Option<Hold>,
    /// The objection to each change, in their order.
    pub(super) changes: Vec<Option<Hold>>,
}

impl Objections {
    pub(super) fn none(changes: usize) -> Self {
        Self {
            sources: None,
            changes: vec![None; changes],
        }
    }
}

/// Checks the changes that are planned for a product, and what its sources list (`counts`;
/// `None` where nothing was ever collected).
pub(super) fn check(
    product: &str,
    changes: &[&Change],
    counts: Option<&SourceCounts>,
    input: &GuardInput<'_>,
) -> Objections {
    let sources = source_objection(product, counts, input).map(|listed| {
        let group = source_id(product, counts, changes);
        input.hold(group.clone(), group, Cause::Source { listed }, false)
    });
    let suspicious = sources.as_ref().filter(|hold| !hold.accepted);
    if let Some(source) = suspicious {
        // Nothing of such sources is accepted on its own.
        let hold = |place: usize| Hold {
            id: change_id(product, &unit(changes, place)),
            ..source.clone()
        };
        let changes = (0..changes.len()).map(|place| Some(hold(place))).collect();
        return Objections { sources, changes };
    }
    let writes = changes.iter().map(|change| FieldWrite::of(change));
    let causes = objections(product, &writes.collect::<Vec<_>>(), input);
    // A version and its day are in one group, by the first of the two that a rule objects to.
    let leader = |place: usize| {
        let other = other_half(changes, place).unwrap_or(place);
        let first = causes[place.min(other)].as_ref();
        Some(&first.or(causes[place.max(other)].as_ref())?.0)
    };
    let mut groups: HashMap<&Cause, Vec<&Change>> = HashMap::new();
    for (place, change) in changes.iter().enumerate() {
        if let Some(cause) = leader(place) {
            groups.entry(cause).or_default().push(change);
        }
    }
    let groups: HashMap<&Cause, String> = groups
        .into_iter()
        .map(|(cause, changes)| (cause, group_id(product, cause.rule(), &changes)))
        .collect();
    let hold = |(place, cause): (usize, &Option<(Cause, bool)>)| {
        let (cause, of_other_half) = cause.clone()?;
        let unit = unit(changes, place);
        let group = groups.get(leader(place)?)?.clone();
        let mut hold = input.hold(change_id(product, &unit), group, cause, of_other_half);
        hold.accepted |= unit.iter().all(|change| input.history.accepted(change));
        Some(hold)
    };
    let changes = causes.iter().enumerate().map(hold).collect();
    Objections { sources, changes }
}

/// The changes that are decided with one: a version and its day, in this order.
fn unit<'a>(changes: &[&'a Change], place: usize) -> Vec<&'a Change> {
    let mut unit = vec![place];
    unit.extend(other_half(changes, place));
    unit.sort_unstable();
    unit.into_iter().map(|place| changes[place]).collect()
}

/// Why each write is held, in their order, and whether that was found in the other half of a
/// version and its day.
fn objections(
    product: &str,
    writes: &[FieldWrite],
    input: &GuardInput<'_>,
) -> Vec<Option<(Cause, bool)>> {
    let run = RunWrites::new(input.today, writes, input.history);
    let rules: Vec<_> = rules::RULES
        .iter()
        .filter(|(rule, _)| !input.is_off(*rule, product))
        .collect();
    let check = |write: &FieldWrite| {
        let mut rules = rules.iter();
        rules.find_map(|(_, check)| check(&run, write, input.thresholds))
    };
    let own: Vec<Option<Cause>> = writes.iter().map(check).collect();
    let whole = |(write, cause): (&FieldWrite, &Option<Cause>)| match cause {
        Some(cause) => Some((cause.clone(), false)),
        None => own[run.other_half(write)?]
            .clone()
            .map(|cause| (cause, true)),
    };
    writes.iter().zip(&own).map(whole).collect()
}

/// Why the sources of a product are suspicious as a whole, if they are.
fn source_objection(
    product: &str,
    counts: Option<&SourceCounts>,
    input: &GuardInput<'_>,
) -> Option<Listed> {
    if input.is_off(Rule::Source, product) {
        return None;
    }
    let known = input.history.history.counts.as_ref();
    counts?.objection(known, input.thresholds)
}

impl GuardInput<'_> {
    fn is_off(&self, rule: Rule, product: &str) -> bool {
        let mut suppressions = self.suppressions.iter();
        suppressions.any(|suppression| suppression.covers(rule, product, self.today))
    }

    fn hold(&self, id: String, group: String, cause: Cause, of_other_half: bool) -> Hold {
        let history = self.history.history;
        let since = history.held.get(&id).or(history.held_sources.get(&id));
        Hold {
            since: since.copied(),
            accepted: self.accepted.has(&id) || self.accepted.has(&group),
            id,
            group,
            cause,
            of_other_half,
        }
    }
}
