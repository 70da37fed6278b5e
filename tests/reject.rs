//! What is rejected, over products and changes made at random.

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
