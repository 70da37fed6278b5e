//! Release cycles that the sources show and the file lacks: which are added, where, and with what.
//!
//! Nothing is guessed. A field comes from the `source` as in a cycle that is there; or from the
//! lifecycle rules of the file (`policy`); or from what all recent cycles hold (`neighbour`); or
//! support is `false`, not ended, as nothing is known (`assumed`). A day comes from a source or a
//! rule that the file bears out, never from another cycle. A rule of cycles with or without
//! long-term support gives none of a cycle of which nobody says whether it has that. Without a
//! field that the site requires there is no entry and a notice.
//!
//! With a new cycle end those that a rule of the file ends by it.
//!
//! # Which are offered
//! Those that are newer than all of the file, were released in the last 90 days, and are named as
//! the newest cycles of the file are; `candidate` has the rest. An offer that was not taken for
//! [`PATIENCE_DAYS`] days is not made again, and a product of which [`DECLINED`] were not taken
//! gets none.

mod candidate;
mod decide;
mod ends;
mod entry;
mod file;
mod place;

use std::collections::BTreeMap;

use super::addition::Addition;
use super::guard::History;
use super::merge::Merged;
use super::notice::{NotAdded, Notice};
use super::settings::Settings;
use crate::date::Date;
use crate::product::Product;
use crate::release_data::ReleaseData;
pub(super) use decide::{decide, written};
use file::File;

/// How long an offer is made again, in days.
const PATIENCE_DAYS: i64 = 30;

/// How many offers that were not taken end all offers of a product.
const DECLINED: usize = 3;

/// The release cycles to add, in the order of the file.
#[derive(Debug, Default)]
struct Added {
    additions: Vec<Addition>,
    notices: Vec<Notice>,
}

/// What people and earlier runs decided about cycles that a file lacks.
#[derive(Debug)]
struct Declined<'a, F> {
    /// Whether a person declined a cycle for good.
    is_ignored: F,
    /// The cycles that were offered, with the first day.
    offered: &'a BTreeMap<String, Date>,
}

impl<F: Fn(&str) -> bool> Declined<'_, F> {
    /// Since when a cycle is offered in vain, or another of the product.
    fn since(&self, cycle: &str, today: Date) -> Option<Date> {
        let is_over = |since: &&Date| (today - **since).num_days() > PATIENCE_DAYS;
        let own = self.offered.get(cycle).filter(is_over);
        let others = || {
            let over: Vec<&Date> = self.offered.values().filter(is_over).collect();
            let last = over.iter().max().copied();
            last.filter(|_| over.len() >= DECLINED && !self.offered.contains_key(cycle))
        };
        own.or_else(others).copied()
    }
}

/// Finds the cycles to add, and puts their fields and what they end among the changes.
pub(super) fn add(
    product: &Product,
    data: &ReleaseData,
    merged: &mut Merged,
    history: &History,
    settings: &Settings,
    today: Date,
) -> Vec<Addition> {
    let declined = Declined {
        is_ignored: |cycle: &str| settings.ignores(&product.name, cycle),
        offered: &history.offered,
    };
    let added = additions(product, data, merged, &declined, today);
    merged.notices.extend(added.notices);
    for addition in &added.additions {
        merged.changes.extend(addition.ends.iter().cloned());
    }
    merged.changes.sort_by_key(|change| change.index);
    for addition in &added.additions {
        merged.changes.extend(addition.fields.iter().cloned());
    }
    added.additions
}

/// The cycles to add, beside what is merged into those of the file.
fn additions(
    product: &Product,
    data: &ReleaseData,
    merged: &Merged,
    declined: &Declined<'_, impl Fn(&str) -> bool>,
    today: Date,
) -> Added {
    let mut added = Added::default();
    let candidates = candidate::candidates(product, data, &merged.notices, today);
    if candidates.is_empty() {
        return added;
    }
    let mut file = File::new(product, data, merged);
    // The oldest first: each is the next one of those before it.
    for candidate in candidates {
        if (declined.is_ignored)(&candidate.name) {
            continue;
        }
        let reason = match declined.since(&candidate.name, today) {
            Some(since) => Some(NotAdded::NotTaken(since)),
            None => file.add(&candidate).err(),
        };
        added.notices.extend(reason.map(|reason| Notice::NotAdded {
            cycle: candidate.name.clone(),
            reason,
        }));
    }
    added.notices.append(&mut file.notices);
    added.additions = file.finish();
    added
}
