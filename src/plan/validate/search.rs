//! The fewest changes to withhold, found by trying.
//!
//! A fault that is new has at least one change behind it that is not withheld. So the first
//! new fault says which changes to try, and trying one, then two, then three finds the
//! fewest. Where that would take long, all that are behind a fault are withheld, and each is
//! put back where it does no harm: then none is withheld needlessly either.

use std::cell::Cell;

use super::bench::Bench;

/// How many sets of changes are tried for one part before the quick way is taken.
const TRIES: usize = 500;

/// The fewest units of a part to withhold so that no new fault is left.
pub(super) fn fewest(bench: &Bench<'_>, part: &[usize]) -> Vec<usize> {
    let tries = Cell::new(TRIES);
    for count in 0..=part.len() {
        let mut held = Vec::new();
        if solve(bench, part, &mut held, count, &tries) {
            return held;
        }
        if tries.get() == 0 {
            break;
        }
    }
    quick(bench, part)
}

/// Withholds at most `count` more units so that no new fault is left, if that can be.
fn solve(
    bench: &Bench<'_>,
    part: &[usize],
    held: &mut Vec<usize>,
    count: usize,
    tries: &Cell<usize>,
) -> bool {
    if tries.get() == 0 {
        return false;
    }
    tries.set(tries.get() - 1);
    let faults = bench.faults(part, held);
    let Some(fault) = faults.first() else {
        return true;
    };
    if count == 0 {
        return false;
    }
    for unit in &fault.units {
        held.push(*unit);
        if solve(bench, part, held, count - 1, tries) {
            return true;
        }
        held.pop();
    }
    false
}

/// Withholds all units that are behind a fault, then puts back what does no harm.
fn quick(bench: &Bench<'_>, part: &[usize]) -> Vec<usize> {
    let mut held: Vec<usize> = Vec::new();
    loop {
        let faults = bench.faults(part, &held);
        if faults.is_empty() {
            break;
        }
        for unit in faults.into_iter().flat_map(|fault| fault.units) {
            if !held.contains(&unit) {
                held.push(unit);
            }
        }
    }
    // What is put back may make room for another, so go round until nothing moves.
    loop {
        let before = held.len();
        for unit in held.clone() {
            let others: Vec<usize> = held
                .iter()
                .copied()
                .filter(|other| *other != unit)
                .collect();
            if bench.faults(part, &others).is_empty() {
                held = others;
            }
        }
        if held.len() == before {
            break;
        }
    }
    held
}
