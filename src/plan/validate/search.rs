//! Which changes to reject, found greedily.
//!
//! A new violation has at least one change behind it. All changes behind one are rejected
//! until no new violation is left; then each is put back where that does no harm, so none is
//! rejected needlessly. Another choice may reject fewer changes; it is not looked for, as
//! that takes exponential time.

use super::candidate::Candidate;

/// The units of a part to reject: all that are behind a violation, without those that can
/// be put back.
pub(super) fn reject_greedily(candidate: &Candidate<'_>, part: &[usize]) -> Vec<usize> {
    let mut rejected: Vec<usize> = Vec::new();
    loop {
        let before = rejected.len();
        let new = candidate.violations(part, &rejected);
        for unit in new.into_iter().flat_map(|new| new.units) {
            if !rejected.contains(&unit) {
                rejected.push(unit);
            }
        }
        if rejected.len() == before {
            break;
        }
    }
    // What is put back may make room for another, so go round until nothing moves.
    loop {
        let before = rejected.len();
        for unit in rejected.clone() {
            let others: Vec<usize> = rejected
                .iter()
                .copied()
                .filter(|other| *other != unit)
                .collect();
            if candidate.violations(part, &others).is_empty() {
                rejected = others;
            }
        }
        if rejected.len() == before {
            break;
        }
    }
    rejected
}
