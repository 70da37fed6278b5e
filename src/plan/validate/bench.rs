//! What changes would do to a product, without doing it.
//!
//! Only the cycles that change are looked at; where their order may change, all are, in the
//! form that was read. Nothing is parsed and nothing is written.

use std::collections::BTreeMap;

use super::breach::Breach;
use super::cycle_rules::{Sheet, breaches};
use super::order::order;
use super::seen::{Cycle, Seen};
use crate::date::Date;
use crate::plan::merge::Change;
use crate::product::Product;
use crate::text::Excerpt;

/// Fields on which the order of cycles depends.
const PLACING: [&str; 2] = ["releaseDate", "outOfOrder"];

/// Changes that are written together or not at all.
struct Unit {
    /// The number of the cycle.
    cycle: usize,
    changes: Vec<usize>,
}

/// A cycle as it is, with the faults it has.
struct Before<'a> {
    cycle: Cycle<'a>,
    faults: Vec<Breach<'a>>,
}

/// What changes would do to a product, without doing it.
pub(super) struct Bench<'a> {
    sheet: Sheet<'a>,
    changes: &'a [Change],
    units: Vec<Unit>,
    /// The cycles that change.
    before: BTreeMap<usize, Before<'a>>,
    /// All cycles, where a change touches their order; and those that stand wrong already.
    all: Vec<Cycle<'a>>,
    misplaced: Vec<usize>,
}

/// A fault that was not there before.
pub(super) struct Fault<'a> {
    pub(super) rule: &'static str,
    breach: Breach<'a>,
    /// The changes behind it that are not withheld.
    pub(super) units: Vec<usize>,
}

impl Fault<'_> {
    /// What is wrong.
    pub(super) fn sentence(&self) -> String {
        let Breach {
            field,
            value,
            message,
            ..
        } = &self.breach;
        let value = if value.is_empty() {
            String::new()
        } else {
            format!(" ({value})")
        };
        format!("`{}`{value} {message}", Excerpt(field))
    }
}

impl<'a> Bench<'a> {
    pub(super) fn new(product: &'a Product, changes: &'a [Change], today: Date) -> Self {
        let sheet = Sheet::of(product, today);
        let mut units: Vec<Unit> = Vec::new();
        for (number, change) in changes.iter().enumerate() {
            let is_latest = |number: &usize| {
                let other: &Change = &changes[*number];
                other.index == change.index && other.field.starts_with("latest")
            };
            let partner = units.iter_mut().find(|unit| {
                ["latest", "latestReleaseDate"].contains(&change.field.as_str())
                    && unit.changes.iter().any(is_latest)
            });
            match partner {
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
                let cycle = Cycle::of(*cycles.get(unit.cycle)?);
                let faults = breaches(&sheet, &cycle);
                Some((unit.cycle, Before { cycle, faults }))
            })
            .collect();
        let all: Vec<Cycle<'a>> = if changes.iter().any(is_placing) {
            cycles.into_iter().map(Cycle::of).collect()
        } else {
            Vec::new()
        };
        let misplaced = order(all.iter().enumerate())
            .into_iter()
            .map(|(_, number, _)| number)
            .collect();
        Self {
            sheet,
            changes,
            units,
            before,
            all,
            misplaced,
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
                let said = self.all[*number].get("outOfOrder");
                !said.is_some_and(Seen::is_true)
            })
            .collect();
        let place = |cycle: usize| in_line.binary_search(&cycle).ok();
        let mut parts: Vec<Vec<usize>> = Vec::new();
        // The last cycle that stands in line and changes its place, and its part.
        let mut last: Option<(usize, usize)> = None;
        for cycle in self.before.keys().copied() {
            let placing = self
                .changes
                .iter()
                .any(|change| change.index == cycle && is_placing(change));
            let here = place(cycle).filter(|_| placing);
            let joined = match (last, here) {
                _ if reorders => (!parts.is_empty()).then_some(0),
                (Some((before, part)), Some(here)) if before + 1 == here => Some(part),
                _ => None,
            };
            let units = (0..self.units.len()).filter(|unit| self.units[*unit].cycle == cycle);
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

    /// The faults that the units of a part cause, with some of them withheld.
    pub(super) fn faults(&self, part: &[usize], held: &[usize]) -> Vec<Fault<'_>> {
        let active: Vec<usize> = part
            .iter()
            .copied()
            .filter(|unit| !held.contains(unit))
            .collect();
        let mut changed: BTreeMap<usize, Cycle<'a>> = BTreeMap::new();
        for unit in &active {
            let number = self.units[*unit].cycle;
            let Some(before) = self.before.get(&number) else {
                continue;
            };
            let cycle = changed
                .entry(number)
                .or_insert_with(|| before.cycle.clone());
            for change in &self.units[*unit].changes {
                cycle.change(&self.changes[*change]);
            }
        }
        let mut found = Vec::new();
        for (number, cycle) in &changed {
            let known = &self.before[number].faults;
            for breach in breaches(&self.sheet, cycle) {
                if known.iter().any(|fault| fault.is_like(&breach)) {
                    continue;
                }
                let touches = |change: &Change| {
                    change.index == *number
                        && (change.field == breach.field
                            || breach.against == Some(change.field.as_str()))
                };
                let units = self.units_that(&active, touches);
                found.push(Fault {
                    rule: breach.rule,
                    breach,
                    units,
                });
            }
        }
        if active.iter().any(|unit| self.is_placing(*unit)) {
            let all = self.all.iter().enumerate();
            let now = all.map(|(number, cycle)| (number, changed.get(&number).unwrap_or(cycle)));
            for (before, number, breach) in order(now) {
                if self.misplaced.contains(&number) {
                    continue;
                }
                let touches = |change: &Change| {
                    is_placing(change) && (before..=number).contains(&change.index)
                };
                let units = self.units_that(&active, touches);
                if !units.is_empty() {
                    found.push(Fault {
                        rule: breach.rule,
                        breach,
                        units,
                    });
                }
            }
        }
        found
    }

    fn is_placing(&self, unit: usize) -> bool {
        self.units[unit]
            .changes
            .iter()
            .any(|change| is_placing(&self.changes[*change]))
    }

    fn units_that(&self, active: &[usize], touches: impl Fn(&Change) -> bool) -> Vec<usize> {
        active
            .iter()
            .copied()
            .filter(|unit| {
                let mut changes = self.units[*unit].changes.iter();
                changes.any(|change| touches(&self.changes[*change]))
            })
            .collect()
    }
}

fn is_placing(change: &Change) -> bool {
    PLACING.contains(&change.field.as_str())
}
