//! Which of the versions of a cycle is its latest.
//!
//! Versions are offered from the newest day to the oldest. One of a higher name is taken; where
//! names have no order ([`order()`]), one of a later day. The same version on another day is a
//! corrected day.
//!
//! # What is no release
//! A pre-release is skipped, unless the file holds one and no release is newer than that. A
//! letter without a number (`1.3.9b`) is one unless the bare version is older; always for a source
//! that keeps to PEP 440.
//!
//! # Why a second run changes nothing
//! Where some names have an order and others not, it goes round in circles, and a `latest`
//! chosen by it would swing between two versions from run to run. So the circle is followed to
//! its end, and its version of the latest day is taken.

use std::cmp::Ordering;

use crate::date::Date;
use crate::version::{is_prerelease, order, without_letter};

/// What a cycle holds as its latest version, and of which day that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Latest<'a> {
    /// The version; empty where there is none.
    pub(super) version: &'a str,
    /// Its day, where one is known.
    pub(super) date: Option<Date>,
}

/// How many rounds a circle may have before it is followed no further.
const ROUNDS: usize = 50;

/// The latest release, when these are offered in this order to a cycle that holds `stored`.
pub(super) fn latest_release<'a>(
    stored: Latest<'a>,
    offers: &[Latest<'a>],
    is_pep_440: bool,
) -> Latest<'a> {
    let is_patch = |letter: &Latest<'_>, bare: &str| {
        let mut known = offers.iter().chain([&stored]);
        !is_pep_440 && known.any(|known| known.version == bare && known.date < letter.date)
    };
    // How far each is from a release. What only may be a pre-release is better than nothing.
    let distance = |latest: &Latest<'_>| match without_letter(latest.version) {
        _ if is_prerelease(latest.version) => 2,
        Some(bare) if !is_patch(latest, bare) => 1 + u8::from(is_pep_440),
        _ => 0,
    };
    let most = match stored.version {
        "" => 1,
        _ => distance(&stored),
    };
    let latest = |most: u8| {
        let near = offers.iter().filter(|offer| distance(offer) <= most);
        latest_of(stored, &near.copied().collect::<Vec<_>>())
    };
    let mut all = (0..=most).map(latest);
    all.find(|latest| *latest != stored).unwrap_or(stored)
}

/// The latest version, when these are offered in this order to a cycle that holds `stored`.
fn latest_of<'a>(stored: Latest<'a>, offers: &[Latest<'a>]) -> Latest<'a> {
    let (first, in_order) = round(stored, offers);
    if in_order {
        return first;
    }
    let mut seen = vec![first];
    while seen.len() < ROUNDS {
        let (next, _) = round(*seen.last().expect("it starts with one"), offers);
        if let Some(start) = seen.iter().position(|known| *known == next) {
            let circle = seen[start..].iter();
            return *circle
                .max_by_key(|latest| (latest.date, latest.version))
                .expect("a circle has a member");
        }
        seen.push(next);
    }
    first
}

/// One round of offers, and whether all names that were compared have an order.
fn round<'a>(stored: Latest<'a>, offers: &[Latest<'a>]) -> (Latest<'a>, bool) {
    let mut latest = stored;
    let mut in_order = true;
    for offer in offers {
        let newer = if latest.version.is_empty() {
            true
        } else if latest.version == offer.version {
            latest.date != offer.date
        } else if let Some(order) = order(latest.version, offer.version) {
            order == Ordering::Less
        } else {
            in_order = false;
            latest.date.is_none_or(|stored| offer.date > Some(stored))
        };
        if newer {
            latest = *offer;
        }
    }
    (latest, in_order)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::parse_iso;

    fn latest<'a>(version: &'a str, date: &str) -> Latest<'a> {
        Latest {
            version,
            date: parse_iso(date),
        }
    }

    #[test]
    fn a_pre_release_is_passed_over_and_hides_no_release() {
        let offers = [
            latest("2.1-SNAPSHOT", "2024-09-01"),
            latest("2.1rc1", "2024-08-01"),
            latest("2.0.1", "2024-07-01"),
            latest("2.0.M1", "2024-02-01"),
        ];
        let is = |stored, version| {
            let found = latest_release(stored, &offers, false);
            assert_eq!(found.version, version, "{stored:?}");
        };
        is(latest("2.0", "2024-03-01"), "2.0.1");
        is(latest("2.0.M1", "2024-02-01"), "2.0.1");
        is(latest("", ""), "2.0.1");
        // Of what follows the last release the file holds a pre-release already.
        is(latest("2.1b1", "2024-07-15"), "2.1-SNAPSHOT");
        assert_eq!(
            latest_release(latest("", ""), &offers[..2], false).version,
            ""
        );
    }

    #[test]
    fn a_letter_is_a_patch_of_an_older_bare_version() {
        let is = |stored, offers: &[Latest<'_>], is_pep_440, version| {
            let found = latest_release(stored, offers, is_pep_440);
            assert_eq!(found.version, version, "{stored:?}");
        };
        let bare = latest("1.3.9", "2024-08-01");
        let offers = [
            latest("1.3.9b", "2024-10-30"),
            latest("1.3.9a", "2024-09-15"),
            bare,
        ];
        is(bare, &offers, false, "1.3.9b");
        is(bare, &offers[..2], false, "1.3.9b");
        is(latest("1.3.8", "2024-07-01"), &offers, false, "1.3.9b");
        is(latest("1.3.9a", "2024-09-15"), &offers, false, "1.3.9b");
        is(bare, &offers, true, "1.3.9");
        // A letter before the bare version, or without one, may be a beta of it.
        is(latest("1.3.8", "2024-07-01"), &offers[..2], false, "1.3.8");
        let beta = [bare, latest("1.3.9b", "2024-07-15")];
        is(latest("1.3.8", "2024-07-01"), &beta, false, "1.3.9");
        is(latest("1.3.9b", "2024-07-15"), &beta, false, "1.3.9");
        is(
            latest("", ""),
            &[latest("2024b", "2024-09-04"), latest("2024a", "2024-02-01")],
            false,
            "2024b",
        );
    }

    #[test]
    fn numbers_decide_before_days() {
        let stored = latest("7.2.2-72806 Update 9", "2026-06-30");
        let older = latest("7.2.1-69057 Update 10", "2026-07-21");
        assert_eq!(latest_release(stored, &[older, stored], false), stored);
        let next = latest("8u472-b09", "2026-10-21");
        let same_day = [next, latest("8u472-b08", "2026-10-21")];
        assert_eq!(latest_release(same_day[1], &same_day, false), next);
    }

    #[test]
    fn names_that_go_round_in_circles_come_to_rest() {
        let offers = [
            latest("1.5", "2021-01-01"),
            latest("x2", "2020-06-01"),
            latest("2.0", "2020-01-01"),
        ];
        for stored in [
            latest("", ""),
            latest("x2", "2020-06-01"),
            latest("2.0", "2020-01-01"),
            latest("1.5", "2021-01-01"),
            latest("x1", "2019-01-01"),
        ] {
            let first = latest_of(stored, &offers);
            assert_eq!(latest_of(first, &offers), first, "{stored:?}");
        }
    }
}
