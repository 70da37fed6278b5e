//! Which changes to withhold, found by trying.
//!
//! A fault that is new has at least one change behind it that is not withheld. All changes
//! behind a fault are withheld until no new fault is left; then each is put back where that
//! does no harm, so none is withheld needlessly. Another choice may withhold fewer changes;
//! it is not looked for, as that takes exponential time.

use super::bench::Bench;

/// The units of a part to withhold: all that are behind a fault, without those that can be
/// put back.
pub(super) fn withhold_greedily(bench: &Bench<'_>, part: &[usize]) -> Vec<usize> {
    let mut held: Vec<usize> = Vec::new();
    loop {
        let before = held.len();
        let faults = bench.faults(part, &held);
        for unit in faults.into_iter().flat_map(|fault| fault.units) {
            if !held.contains(&unit) {
                held.push(unit);
            }
        }
        if held.len() == before {
            break;
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
