//! What is rejected: single changes, and over products and changes made at random.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use proptest::prelude::*;
use shelflife::date::{Date, parse_iso};
use shelflife::plan::Change;
use shelflife::plan::validate::{check, reject};
use shelflife::product::Product;
use shelflife::release_data::Origin;
use shelflife::value::Value;

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
                let value = shelflife::product::front_matter::scalar(value, None);
                writeln!(text, "    {field}: {value}").unwrap();
            }
        }
    }
    Product::read("foo", "foo.md", format!("{text}---\n").into_bytes()).unwrap()
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

fn day(text: &str) -> Value {
    Value::Date(parse_iso(text).unwrap())
}

fn value(field: usize) -> BoxedStrategy<Option<Value>> {
    let days = (0..8_i64).prop_map(|months| {
        Value::Date(parse_iso("2024-01-01").unwrap() + chrono::Duration::days(months * 31))
    });
    match FIELDS[field] {
        "latest" => prop_oneof![
            Just(Some(Value::Text("a1".into()))),
            Just(Some(Value::Bool(true))),
            Just(None)
        ]
        .boxed(),
        "color" => prop_oneof![6 => Just(None), 1 => Just(Some(Value::Text("red".into())))].boxed(),
        _ => prop_oneof![
            8 => days.prop_map(Some),
            1 => Just(Some(Value::Bool(true))),
            1 => Just(Some(Value::Null)),
            1 => Just(None)
        ]
        .boxed(),
    }
}

fn a_cycle() -> impl Strategy<Value = Vec<Option<Value>>> {
    (0..FIELDS.len()).map(value).collect::<Vec<_>>()
}

type Faults = BTreeSet<(Option<String>, &'static str, Option<String>, String)>;

fn faults(cycles: &[Vec<Option<Value>>]) -> Faults {
    check(&product(cycles), today())
        .into_iter()
        .map(|finding| {
            let other = match finding.rule {
                "date-order" => finding.message.split('`').nth(1).unwrap().to_owned(),
                _ => String::new(),
            };
            (finding.cycle, finding.rule, finding.field, other)
        })
        .collect()
}

fn with(cycles: &[Vec<Option<Value>>], changes: &[&Change]) -> Vec<Vec<Option<Value>>> {
    let mut cycles = cycles.to_vec();
    for change in changes {
        let field = FIELDS
            .iter()
            .position(|field| *field == change.field)
            .unwrap();
        cycles[change.index][field] = Some(change.new.clone());
    }
    cycles
}

proptest! {
    #[test]
    fn accepted_changes_break_no_rule_and_none_is_rejected_needlessly(
        before in proptest::collection::vec(a_cycle(), 1..4),
        after in proptest::collection::vec(a_cycle(), 4),
    ) {
        let changes: Vec<Change> = before
            .iter()
            .zip(&after)
            .enumerate()
            .flat_map(|(index, (_, after))| {
                FIELDS.iter().zip(after).filter_map(move |(field, new)| {
                    new.clone().map(|new| change(index, field, new))
                })
            })
            .collect();
        let known = faults(&before);
        let all: Vec<&Change> = changes.iter().collect();
        let violations = reject(&product(&before), &all, today());
        let (kept, rejected): (Vec<_>, Vec<_>) =
            all.into_iter().zip(violations).partition(|(_, violation)| violation.is_none());
        let kept: Vec<&Change> = kept.into_iter().map(|(change, _)| change).collect();
        let rejected: Vec<&Change> = rejected.into_iter().map(|(change, _)| change).collect();
        let rest = faults(&with(&before, &kept));
        prop_assert!(rest.is_subset(&known), "{:?}", rest.difference(&known));
        for change in &rejected {
            let mut back = kept.clone();
            let is_latest = |field: &str| field.starts_with("latest");
            back.extend(rejected.iter().copied().filter(|other| {
                other.index == change.index
                    && (other.field == change.field
                        || is_latest(&other.field) && is_latest(&change.field))
            }));
            prop_assert!(!faults(&with(&before, &back)).is_subset(&known), "{change:?}");
        }
    }
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

/// Each is tried with all others where they are few; where they are thousands, that takes hours.
#[test]
fn thousands_of_changes_that_break_the_order_are_rejected_together() {
    const MANY: i64 = 3_000;
    let begin = |days: i64| {
        let first = parse_iso("2020-01-01").unwrap();
        Value::Date(first - chrono::TimeDelta::days(days))
    };
    let of_day = |days: i64| {
        let mut cycle = cycle("2020-01-01", "2030-01-01");
        cycle[0] = Some(begin(days));
        cycle
    };
    let cycles: Vec<_> = (0..MANY).map(of_day).collect();
    let changes = (0..MANY).zip(0..);
    let turned = changes.map(|(days, number)| change(number, "releaseDate", begin(MANY - days)));
    let (kept, rejected) = outcome(&cycles, &turned.collect::<Vec<_>>());
    assert_eq!((kept.len(), rejected.len()), (0, cycles.len()));
    assert!(
        rejected.iter().all(|one| one.contains("releaseDate")),
        "{:?}",
        rejected.first()
    );
}
