//! The rule about where a release cycle stands among the others.

use super::site_value::{SiteCycle, SiteValue};
use super::violation::Violation;
use crate::date::Date;

/// Cycles stand newest first, unless they say that they are out of order.
///
/// Each is given with its number; so is each that is wrong, after the one that it should precede.
pub(super) fn order<'c, 'a: 'c>(
    cycles: impl Iterator<Item = (usize, &'c SiteCycle<'a>)>,
) -> Vec<(usize, usize, Violation)> {
    let mut found = Vec::new();
    let mut previous: Option<(usize, &SiteCycle<'a>, Option<Date>)> = None;
    for (number, cycle) in cycles {
        if cycle.get("outOfOrder").is_some_and(SiteValue::is_true) {
            continue;
        }
        let day = cycle.get("releaseDate").and_then(SiteValue::day);
        if let (Some((before, newer, Some(newer_day))), Some(day)) = (previous, day)
            && newer_day < day
        {
            let violation = Violation {
                rule: "order",
                field: "releaseDate".to_owned(),
                against: None,
                value: day.to_string(),
                message: format!(
                    "is after that of cycle {}, which stands before it with {newer_day}",
                    crate::text::Excerpt(newer.name)
                ),
                right: "the newest cycle first, or `outOfOrder: true`".into(),
            };
            found.push((before, number, violation));
        }
        previous = Some((number, cycle, day));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tests::findings;

    #[test]
    fn cycles_stand_newest_first_unless_they_say_otherwise() {
        assert_eq!(
            findings("2023-01-01", "2024-01-02"),
            ["25 order releaseDate"]
        );
        assert!(findings("2023-01-01", "2024-01-01").is_empty());
        assert!(findings("2023-01-01", "2024-01-02\n    outOfOrder: true").is_empty());
    }
}
