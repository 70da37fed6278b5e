//! Which of the versions of a cycle is its latest.
//!
//! Versions are offered from the newest day to the oldest. Under PEP 440 a higher one is
//! taken; where PEP 440 cannot read one of two names, one of a later day. The same version
//! on another day is a corrected day.
//!
//! # Why a second run changes nothing
//! Where PEP 440 can read some names and others not, that order goes round in circles, and a
//! `latest` chosen by it would swing between two versions from run to run. So the circle is
//! followed to its end, and its version of the latest day is taken.

use std::cmp::Ordering;

use crate::date::Date;
use crate::version::order;

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

/// The latest version, when these are offered in this order to a cycle that holds `stored`.
pub(super) fn latest_of<'a>(stored: Latest<'a>, offers: &[Latest<'a>]) -> Latest<'a> {
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

/// One round of offers, and whether PEP 440 could read all that was compared.
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
