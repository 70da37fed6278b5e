//! Which changes may be written: all but those that would break a rule of the site anew.

use std::fmt;

use super::bench::Bench;
use super::search::withhold_greedily;
use crate::date::Date;
use crate::plan::merge::Change;
use crate::product::Product;

/// A change that is not to be written, and why.
#[derive(Debug, Clone)]
pub struct Withheld {
    /// The change.
    pub change: Change,
    /// The name of the rule that it would break.
    pub rule: &'static str,
    /// What would be wrong, in a sentence.
    pub reason: String,
}

impl fmt::Display for Withheld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            change,
            rule,
            reason,
        } = self;
        write!(
            f,
            "{change}, against rule `{rule}`: {reason} ({})",
            change.origin
        )
    }
}

/// The changes that may be written, and those that may not.
///
/// Only what the changes themselves break counts: a rule that a cycle broke before, it may
/// go on breaking. `latest` and `latestReleaseDate` of one cycle stay together.
pub fn withhold(
    product: &Product,
    changes: Vec<Change>,
    today: Date,
) -> (Vec<Change>, Vec<Withheld>) {
    if changes.is_empty() {
        return (changes, Vec::new());
    }
    let mut reasons: Vec<Option<(&'static str, String)>> = vec![None; changes.len()];
    let bench = Bench::new(product, &changes, today);
    for part in bench.parts() {
        let held = withhold_greedily(&bench, &part);
        for unit in held.iter().copied() {
            let others: Vec<usize> = held
                .iter()
                .copied()
                .filter(|other| *other != unit)
                .collect();
            let Some(fault) = bench.faults(&part, &others).into_iter().next() else {
                continue;
            };
            let reason = (fault.rule, fault.sentence());
            for change in bench.changes_of(unit) {
                reasons[*change] = Some(reason.clone());
            }
        }
    }
    drop(bench);
    let (mut kept, mut withheld) = (Vec::new(), Vec::new());
    for (change, reason) in changes.into_iter().zip(reasons) {
        match reason {
            None => kept.push(change),
            Some((rule, reason)) => withheld.push(Withheld {
                change,
                rule,
                reason,
            }),
        }
    }
    (kept, withheld)
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

    fn outcome(cycles: &[Vec<Option<Value>>], changes: Vec<Change>) -> (Vec<String>, Vec<String>) {
        let (kept, withheld) = withhold(&product(cycles), changes, today());
        let kept = kept.into_iter().map(|change| change.field).collect();
        let withheld = withheld
            .into_iter()
            .map(|held| {
                format!(
                    "{} {} {}: {}",
                    held.change.cycle, held.change.field, held.rule, held.reason
                )
            })
            .collect();
        (kept, withheld)
    }

    #[test]
    fn one_bad_change_is_withheld_alone() {
        let (kept, withheld) = outcome(
            &[cycle("2024-01-01", "2025-01-01")],
            vec![
                change(0, "eol", day("2023-01-01")),
                change(0, "eoes", day("2026-01-01")),
                change(0, "latest", Value::Text("a2".into())),
            ],
        );
        assert_eq!(kept, ["eoes", "latest"]);
        assert_eq!(
            withheld,
            ["c0 eol date-order: `releaseDate` (2024-01-01) is after `eol`, which is 2023-01-01"]
        );
    }

    #[test]
    fn latest_and_its_day_stay_together() {
        let (kept, withheld) = outcome(
            &[cycle("2024-01-01", "2025-01-01")],
            vec![
                change(0, "latest", Value::Text("a2".into())),
                change(0, "latestReleaseDate", day("2025-01-01")),
            ],
        );
        assert!(kept.is_empty());
        assert_eq!(withheld.len(), 2);
        assert!(withheld.iter().all(|held| held.contains("future")));
    }

    #[test]
    fn what_was_invalid_before_is_no_reason() {
        let (kept, withheld) = outcome(
            &[cycle("2024-01-01", "2023-01-01")],
            vec![change(0, "eol", day("2023-06-01"))],
        );
        assert_eq!((kept.len(), withheld.len()), (1, 0));
    }

    #[test]
    fn a_day_that_would_break_the_order_of_cycles_is_withheld() {
        let cycles = [
            cycle("2024-01-01", "2025-01-01"),
            cycle("2023-01-01", "2025-01-01"),
        ];
        let (kept, withheld) = outcome(
            &cycles,
            vec![
                change(0, "releaseDate", day("2023-12-01")),
                change(1, "releaseDate", day("2023-12-02")),
                change(1, "eol", day("2025-02-01")),
            ],
        );
        assert_eq!((kept.len(), withheld.len()), (2, 1));
    }

    #[test]
    fn a_field_that_nobody_declared_and_nothing_for_a_day_are_withheld() {
        let (kept, withheld) = outcome(
            &[cycle("2024-01-01", "2025-01-01")],
            vec![
                change(0, "color", Value::Text("red".into())),
                change(0, "eol", Value::Null),
            ],
        );
        assert!(kept.is_empty());
        assert!(
            withheld[0].contains("undeclared") && withheld[1].contains("missing"),
            "{withheld:?}"
        );
    }

    #[test]
    fn a_hundred_bad_cycles_come_to_an_end() {
        let cycles: Vec<_> = (0..100)
            .map(|number| cycle(&format!("{}-01-01", 2020 - number), "2030-01-01"))
            .collect();
        let changes = (0..100)
            .flat_map(|number| {
                [
                    change(number, "releaseDate", day("2023-01-01")),
                    change(number, "eol", day("2019-01-01")),
                ]
            })
            .collect();
        let (kept, withheld) = withhold(&product(&cycles), changes, today());
        assert_eq!(kept.len() + withheld.len(), 200);
    }
}
