//! Where a new cycle belongs: as its version says, or else as its day says.

use std::cmp::Ordering;

use crate::date::Date;
use crate::plan::lifecycle::{Row, Rows};
use crate::version::order;

/// The place of the cycle that a new one precedes.
pub(super) fn of(rows: &Rows, name: &str, date: Date) -> usize {
    let older = |other: &str| order(name, other) == Some(Ordering::Greater);
    let by_version = rows.0.iter().position(|row| older(&row.name));
    let by_version = by_version.or_else(|| {
        let newer = |row: &Row| order(name, &row.name) == Some(Ordering::Less);
        rows.0.iter().all(newer).then_some(rows.0.len())
    });
    // The site wants the newest day first.
    let in_line = |place: usize| {
        let day = |row: &Row| row.day("releaseDate").filter(|_| !row.out_of_order);
        let above = rows.0[..place].iter().rev().find_map(day);
        let below = rows.0[place..].iter().find_map(day);
        above.is_none_or(|above| above >= date) && below.is_none_or(|below| below <= date)
    };
    by_version
        .filter(|place| in_line(*place))
        .unwrap_or_else(|| {
            let is_older = |row: &Row| {
                !row.out_of_order && row.day("releaseDate").is_some_and(|day| day <= date)
            };
            rows.0.iter().position(is_older).unwrap_or(rows.0.len())
        })
}
