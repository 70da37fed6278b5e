//! Which changes are rejected: those that would break a rule that was not broken before.
//!
//! A new violation has at least one change behind it. All changes behind one are rejected
//! until no new violation is left; then each is put back where that does no harm, so none is
//! rejected needlessly, unless they are more than [`MOST_TRIED`]. Another choice may reject fewer changes; it is not looked for, as
//! that takes exponential time.

use std::collections::BTreeMap;

use super::candidate::{Candidate, NewViolation};
use super::cycle_rules::{RuleContext, order, violations};
use super::site_value::SiteCycle;
use super::violation::Violation;
use crate::date::Date;
use crate::plan::addition::Addition;
use crate::plan::change::Change;
use crate::product::Product;

/// How many changes that bear on one another are put back at most. More are rejected together: each
/// is tried with all others, and a source that is so wrong is not to be saved.
const MOST_TRIED: usize = 200;

/// What each change would break, in their order; `None` of those that may be written.
///
/// Only what the changes themselves break counts: a rule that a cycle broke before, it may
/// go on breaking. `latest` and `latestReleaseDate` of one cycle stay together.
pub fn reject(product: &Product, changes: &[&Change], today: Date) -> Vec<Option<Violation>> {
    let mut rejected: Vec<Option<Violation>> = vec![None; changes.len()];
    if changes.is_empty() {
        return rejected;
    }
    let candidate = Candidate::new(product, changes, today);
    for part in candidate.parts() {
        let left_out = reject_greedily(&candidate, &part);
        for (unit, cause) in &left_out {
            let alone = (left_out.len() <= MOST_TRIED)
                .then(|| put_back(&candidate, &part, &left_out, *unit));
            let alone = alone.and_then(|violations| violations.into_iter().next());
            let violation = alone.map_or_else(|| cause.clone(), |new| new.violation);
            for change in candidate.changes_of(*unit) {
                rejected[*change] = Some(violation.clone());
            }
        }
    }
    rejected
}

/// What each addition would break; `None` of those that may be written. Each comes with its
/// fields, all in the order of the file.
pub(in crate::plan) fn reject_additions(
    product: &Product,
    additions: &[(&Addition, Vec<&Change>)],
    today: Date,
) -> Vec<Option<Violation>> {
    let context = RuleContext::of(product, today);
    let all = product.cycles().map(SiteCycle::of);
    let mut all: Vec<SiteCycle<'_>> = all.collect();
    let mut rejected = vec![None; additions.len()];
    // The last first, so that the places of the others stay.
    for (number, (addition, fields)) in additions.iter().enumerate().rev() {
        let misplaced = order(all.iter().enumerate()).len();
        let cycle = SiteCycle::added(&addition.cycle, fields);
        let own = violations(&context, &cycle).into_iter().next();
        all.insert(addition.before, cycle);
        let of_order = order(all.iter().enumerate());
        let is_new = of_order.len() > misplaced;
        let of_order = of_order
            .into_iter()
            .map(|(_, _, violation)| violation)
            .next_back();
        rejected[number] = own.or_else(|| of_order.filter(|_| is_new));
        if rejected[number].is_some() {
            all.remove(addition.before);
        }
    }
    rejected
}

/// The units of a part to reject, each with a violation that it is behind: all that are behind
/// one, without those that can be put back.
fn reject_greedily(candidate: &Candidate<'_>, part: &[usize]) -> BTreeMap<usize, Violation> {
    let mut rejected: BTreeMap<usize, Violation> = BTreeMap::new();
    loop {
        let before = rejected.len();
        for new in candidate.violations(part, |unit| rejected.contains_key(&unit)) {
            for unit in new.units {
                rejected
                    .entry(unit)
                    .or_insert_with(|| new.violation.clone());
            }
        }
        if rejected.len() == before {
            break;
        }
    }
    // What is put back may make room for another, so go round until nothing moves.
    while rejected.len() <= MOST_TRIED {
        let before = rejected.len();
        for unit in rejected.keys().copied().collect::<Vec<_>>() {
            if put_back(candidate, part, &rejected, unit).is_empty() {
                rejected.remove(&unit);
            }
        }
        if rejected.len() == before {
            break;
        }
    }
    rejected
}

/// The violations where one of the rejected units is put back.
fn put_back(
    candidate: &Candidate<'_>,
    part: &[usize],
    rejected: &BTreeMap<usize, Violation>,
    unit: usize,
) -> Vec<NewViolation> {
    candidate.violations(part, |other| other != unit && rejected.contains_key(&other))
}
