//! What changes would do to a product, without doing it.
//!
//! Only the cycles that change are looked at; where their order may change, all are, in the
//! form that was read. Nothing is parsed and nothing is written.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use super::cycle_rules::{RuleContext, order, violations};
use super::site_value::{SiteCycle, SiteValue};
use super::violation::Violation;
use crate::date::Date;
use crate::plan::change::{Change, other_half};
use crate::product::Product;

const PLACING: [&str; 2] = ["releaseDate", "outOfOrder"];

/// Changes that are written together or not at all.
struct Unit {
    cycle: usize,
    changes: Vec<usize>,
}

/// A cycle as it is, with the rules it breaks.
struct Before<'a> {
    cycle: SiteCycle<'a>,
    violations: Vec<Violation>,
}

/// What changes would do to a product, without doing it.
pub(super) struct Candidate<'a> {
    context: RuleContext<'a>,
    changes: &'a [&'a Change],
    units: Vec<Unit>,
    /// The cycles that change.
    before: BTreeMap<usize, Before<'a>>,
    /// All cycles, where a change touches their order; and those that are out of order already.
    all: Vec<SiteCycle<'a>>,
    misplaced: BTreeSet<usize>,
    /// The units of each cycle.
    of_cycle: BTreeMap<usize, Vec<usize>>,
}

pub(super) struct NewViolation {
    pub(super) violation: Violation,
    /// The units behind it that are not left out.
    pub(super) units: Vec<usize>,
}

impl<'a> Candidate<'a> {
    pub(super) fn new(product: &'a Product, changes: &'a [&'a Change], today: Date) -> Self {
        let context = RuleContext::of(product, today);
        let mut units: Vec<Unit> = Vec::new();
        for (number, change) in changes.iter().enumerate() {
            let partner = other_half(changes, number).filter(|other| *other < number);
            // It is the change before this one.
            let unit = units.last_mut().filter(|_| partner.is_some());
            match unit {
                Some(unit) => unit.changes.push(number),
                None => units.push(Unit {
                    cycle: change.index,
                    changes: vec![number],
                }),
            }
        }
        let cycles: Vec<_> = product.cycles().collect();
        let before = units
            .iter()
            .filter_map(|unit| {
                let cycle = SiteCycle::of(*cycles.get(unit.cycle)?);
                let violations = violations(&context, &cycle);
                Some((unit.cycle, Before { cycle, violations }))
            })
            .collect();
        let all: Vec<SiteCycle<'a>> = if changes.iter().any(|change| is_placing(change)) {
            cycles.into_iter().map(SiteCycle::of).collect()
        } else {
            Vec::new()
        };
        let misplaced = order(all.iter().enumerate())
            .into_iter()
            .map(|(_, number, _)| number)
            .collect();
        let mut of_cycle: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (number, unit) in units.iter().enumerate() {
            of_cycle.entry(unit.cycle).or_default().push(number);
        }
        Self {
            context,
            changes,
            units,
            before,
            all,
            misplaced,
            of_cycle,
        }
    }

    /// The changes of a unit.
    pub(super) fn changes_of(&self, unit: usize) -> &[usize] {
        &self.units[unit].changes
    }

    /// The units in parts that do not bear on one another: each cycle is one, and cycles next
    /// to each other that both change their place are one.
    pub(super) fn parts(&self) -> Vec<Vec<usize>> {
        let reorders = self
            .changes
            .iter()
            .any(|change| change.field == "outOfOrder");
        let in_line: Vec<usize> = (0..self.all.len())
            .filter(|number| {
                let value = self.all[*number].get("outOfOrder");
                !value.is_some_and(SiteValue::is_true)
            })
            .collect();
        let place = |cycle: usize| in_line.binary_search(&cycle).ok();
        let mut parts: Vec<Vec<usize>> = Vec::new();
        // The last cycle in line that changes its place, and its part.
        let mut last: Option<(usize, usize)> = None;
        for cycle in self.before.keys().copied() {
            let units = self.of_cycle[&cycle].iter().copied();
            let placing = units.clone().any(|unit| self.is_placing(unit));
            let here = place(cycle).filter(|_| placing);
            let joined = match (last, here) {
                _ if reorders => (!parts.is_empty()).then_some(0),
                (Some((before, part)), Some(here)) if before + 1 == here => Some(part),
                _ => None,
            };
            let part = joined.unwrap_or(parts.len());
            match parts.get_mut(part) {
                Some(part) => part.extend(units),
                None => parts.push(units.collect()),
            }
            if let Some(here) = here {
                last = Some((here, part));
            }
        }
        parts
    }

    /// The violations that the units of a part cause, with some of them left out.
    pub(super) fn violations(
        &self,
        part: &[usize],
        is_left_out: impl Fn(usize) -> bool,
    ) -> Vec<NewViolation> {
        let active = part.iter().copied();
        let active: BTreeSet<usize> = active.filter(|unit| !is_left_out(*unit)).collect();
        let mut changed: BTreeMap<usize, SiteCycle<'a>> = BTreeMap::new();
        for unit in &active {
            let number = self.units[*unit].cycle;
            let Some(before) = self.before.get(&number) else {
                continue;
            };
            let cycle = changed
                .entry(number)
                .or_insert_with(|| before.cycle.clone());
            for change in &self.units[*unit].changes {
                cycle.change(self.changes[*change]);
            }
        }
        let mut found = Vec::new();
        for (number, cycle) in &changed {
            let known = &self.before[number].violations;
            for violation in violations(&self.context, cycle) {
                if known.iter().any(|known| known.is_like(&violation)) {
                    continue;
                }
                let concerns = |change: &Change| {
                    change.field == violation.field
                        || violation.against == Some(change.field.as_str())
                };
                let units = self.units_that(&active, *number..=*number, concerns);
                found.push(NewViolation { violation, units });
            }
        }
        if active.iter().any(|unit| self.is_placing(*unit)) {
            let all = self.all.iter().enumerate();
            let now = all.map(|(number, cycle)| (number, changed.get(&number).unwrap_or(cycle)));
            for (before, number, violation) in order(now) {
                if self.misplaced.contains(&number) {
                    continue;
                }
                let units = self.units_that(&active, before..=number, is_placing);
                if !units.is_empty() {
                    found.push(NewViolation { violation, units });
                }
            }
        }
        found
    }

    fn is_placing(&self, unit: usize) -> bool {
        self.units[unit]
            .changes
            .iter()
            .any(|change| is_placing(self.changes[*change]))
    }

    /// The units of some cycles of which a change is concerned.
    fn units_that(
        &self,
        active: &BTreeSet<usize>,
        cycles: RangeInclusive<usize>,
        concerns: impl Fn(&Change) -> bool,
    ) -> Vec<usize> {
        let units = self.of_cycle.range(cycles).flat_map(|(_, units)| units);
        let units = units.copied().filter(|unit| active.contains(unit));
        let is_concerned = |unit: &usize| {
            let mut changes = self.units[*unit].changes.iter();
            changes.any(|change| concerns(self.changes[*change]))
        };
        units.filter(is_concerned).collect()
    }
}

fn is_placing(change: &Change) -> bool {
    PLACING.contains(&change.field.as_str())
}
