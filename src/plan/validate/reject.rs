//! Which changes the site's rules refuse: those that would break a rule anew.

use super::candidate::Candidate;
use super::search::reject_greedily;
use super::violation::Violation;
use crate::date::Date;
use crate::plan::change::Change;
use crate::product::Product;

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
        for unit in left_out.iter().copied() {
            let others: Vec<usize> = left_out
                .iter()
                .copied()
                .filter(|other| *other != unit)
                .collect();
            let Some(new) = candidate.violations(&part, &others).into_iter().next() else {
                continue;
            };
            for change in candidate.changes_of(unit) {
                rejected[*change] = Some(new.violation.clone());
            }
        }
    }
    rejected
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::date::parse_iso;
    use crate::release_data::Origin;
    use crate::value::Value;

    const FIELDS: [&str; 7] = [
        "releaseDate",
        "eoas",
        "eol",
        "eoes",
        "latest",
        "latestReleaseDate",
        "color",
    ];

    fn product(cycles: &[Vec<Option<Value>>]) -> Product {
        let mut text = String::from(
            "---\ntitle: Foo\ncategory: app\npermalink: /foo\neoasColumn: true\neoesColumn: true\nreleases:\n",
        );
        for (number, cycle) in cycles.iter().enumerate() {
            writeln!(text, "  - releaseCycle: c{number}").unwrap();
            for (field, value) in FIELDS.iter().zip(cycle) {
                if let Some(value) = value {
                    let value = crate::product::front_matter::scalar(value, None);
                    writeln!(text, "    {field}: {value}").unwrap();
                }
            }
        }
        Product::read("foo", "foo.md", format!("{text}---\n").into_bytes()).unwrap()
    }

    fn day(text: &str) -> Value {
        Value::Date(parse_iso(text).unwrap())
    }

    fn change(index: usize, field: &str, new: Value) -> Change {
        Change {
            index,
            cycle: format!("c{index}"),
            field: field.to_owned(),
            old: None,
            new,
            origin: Origin::default(),
        }
    }

    fn today() -> Date {
        parse_iso("2024-06-01").unwrap()
    }

    fn cycle(release: &str, eol: &str) -> Vec<Option<Value>> {
        vec![
            Some(day(release)),
            Some(Value::Bool(false)),
            Some(day(eol)),
            None,
            Some(Value::Text("a1".into())),
            None,
            None,
        ]
    }

    fn outcome(cycles: &[Vec<Option<Value>>], changes: &[Change]) -> (Vec<String>, Vec<String>) {
        let changes: Vec<&Change> = changes.iter().collect();
        let (mut kept, mut rejected) = (Vec::new(), Vec::new());
        for (change, violation) in changes
            .iter()
            .zip(reject(&product(cycles), &changes, today()))
        {
            match violation {
                None => kept.push(change.field.clone()),
                Some(violation) => rejected.push(format!(
                    "{} {} {}: {violation}",
                    change.cycle, change.field, violation.rule
                )),
            }
        }
        (kept, rejected)
    }

    #[test]
    fn one_bad_change_is_rejected_alone() {
        let (kept, rejected) = outcome(
            &[cycle("2024-01-01", "2025-01-01")],
            &[
                change(0, "eol", day("2023-01-01")),
                change(0, "eoes", day("2026-01-01")),
                change(0, "latest", Value::Text("a2".into())),
            ],
        );
        assert_eq!(kept, ["eoes", "latest"]);
        assert_eq!(
            rejected,
            ["c0 eol date-order: `releaseDate` (2024-01-01) is after `eol`, which is 2023-01-01"]
        );
    }

    #[test]
    fn latest_and_its_day_stay_together() {
        let (kept, rejected) = outcome(
            &[cycle("2024-01-01", "2025-01-01")],
            &[
                change(0, "latest", Value::Text("a2".into())),
                change(0, "latestReleaseDate", day("2025-01-01")),
            ],
        );
        assert!(kept.is_empty());
        assert_eq!(rejected.len(), 2);
        assert!(rejected.iter().all(|held| held.contains("future")));
    }

    #[test]
    fn what_was_invalid_before_is_no_reason() {
        let (kept, rejected) = outcome(
            &[cycle("2024-01-01", "2023-01-01")],
            &[change(0, "eol", day("2023-06-01"))],
        );
        assert_eq!((kept.len(), rejected.len()), (1, 0));
    }

    #[test]
    fn a_day_that_would_break_the_order_of_cycles_is_rejected() {
        let cycles = [
            cycle("2024-01-01", "2025-01-01"),
            cycle("2023-01-01", "2025-01-01"),
        ];
        let (kept, rejected) = outcome(
            &cycles,
            &[
                change(0, "releaseDate", day("2023-12-01")),
                change(1, "releaseDate", day("2023-12-02")),
                change(1, "eol", day("2025-02-01")),
            ],
        );
        assert_eq!((kept.len(), rejected.len()), (2, 1));
    }

    #[test]
    fn a_field_that_nobody_declared_and_nothing_for_a_day_are_rejected() {
        let (kept, rejected) = outcome(
            &[cycle("2024-01-01", "2025-01-01")],
            &[
                change(0, "color", Value::Text("red".into())),
                change(0, "eol", Value::Null),
            ],
        );
        assert!(kept.is_empty());
        assert!(
            rejected[0].contains("undeclared") && rejected[1].contains("missing"),
            "{rejected:?}"
        );
    }

    #[test]
    fn a_hundred_bad_cycles_come_to_an_end() {
        let cycles: Vec<_> = (0..100)
            .map(|number| cycle(&format!("{}-01-01", 2020 - number), "2030-01-01"))
            .collect();
        let changes: Vec<Change> = (0..100)
            .flat_map(|number| {
                [
                    change(number, "releaseDate", day("2023-01-01")),
                    change(number, "eol", day("2019-01-01")),
                ]
            })
            .collect();
        let (kept, rejected) = outcome(&cycles, &changes);
        assert_eq!(kept.len() + rejected.len(), 200);
    }
}
