//! What is decided: pairs, pins, IDs and sources. Lost writes are in `lost_writes`.

mod lost_writes;

use std::fmt::Write as _;

use super::guard::AcceptedIds;
use super::*;
use crate::date::parse_iso;
use crate::release_data::Origin;
use crate::value::Value;

fn day(text: &str) -> Date {
    parse_iso(text).unwrap()
}

/// A product whose cycles hold these fields, `eol` or others: `1 eol 2027-01-31`.
fn product(lines: &[&str]) -> Product {
    let mut yaml = String::from("---\nreleases:\n");
    let mut last = "";
    for line in lines {
        let [cycle, field, value] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        if cycle != last {
            writeln!(yaml, "  - releaseCycle: \"{cycle}\"").unwrap();
            last = cycle;
        }
        let is_text = field == "latest";
        let quote = if is_text { "\"" } else { "" };
        writeln!(yaml, "    {field}: {quote}{value}{quote}").unwrap();
    }
    Product::read("p", "p.md", format!("{yaml}---\n").into_bytes()).unwrap()
}

fn data(lines: &[&str]) -> ReleaseData {
    let mut data = ReleaseData::new(day("2026-11-30"));
    for line in lines {
        let [cycle, field, value] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        let value = match field {
            "latest" => Value::Text(value.to_owned()),
            _ if value == "false" => Value::Bool(false),
            _ => Value::of_text(value),
        };
        data.release(cycle).set(field, value, Origin::default());
    }
    data
}

fn policy() -> Policy {
    Policy {
        validate: false,
        ..Policy::default()
    }
}

/// What became of each change: `1 eol: write`.
fn verdicts(plan: &Plan) -> Vec<String> {
    let decisions = plan.decisions.iter();
    decisions
        .map(|decision| {
            let Change { cycle, field, .. } = &decision.change;
            let verdict = match &decision.verdict {
                Verdict::Write {
                    planned: Some(day), ..
                } => format!("write, planned on {day}"),
                Verdict::Write { .. } => "write".to_owned(),
                Verdict::Held(hold) => format!("held by {}", hold.cause.rule()),
                Verdict::Pinned(_) => "pinned".to_owned(),
                Verdict::Rejected { violation, .. } => format!("rejected by {}", violation.rule),
            };
            format!("{cycle} {field}: {verdict}")
        })
        .collect()
}

/// The plan of a day, where the sources list these fields.
fn plan(policy: &Policy, history: &History, file: &Product, listed: &[&str], today: &str) -> Plan {
    Plan::new(file, Some(&data(listed)), history, policy, day(today))
}

/// A run on a day, as `update` does it: its verdicts, and the history after it.
fn run(history: &History, file: &Product, listed: &[&str], today: &str) -> (Vec<String>, History) {
    run_by(&policy(), history, file, listed, today)
}

fn run_by(
    policy: &Policy,
    history: &History,
    file: &Product,
    listed: &[&str],
    today: &str,
) -> (Vec<String>, History) {
    let mut history = history.clone();
    history.settle(file);
    let plan = plan(policy, &history, file, listed, today);
    let after = plan.history_after(&history, history.clone(), day(today));
    (verdicts(&plan), after)
}

#[test]
fn an_id_of_suspicious_sources_is_of_what_they_list_now() {
    let file = product(&["1 eol 2027-01-31"]);
    let many: Vec<String> = (1..=9)
        .map(|cycle| format!("{cycle} eol 2027-01-31"))
        .collect();
    let listed = |count: usize| -> Vec<&str> { many[..count].iter().map(String::as_str).collect() };
    let (_, history) = run(&History::default(), &file, &listed(9), "2026-11-20");
    let id = |count: usize| {
        let plan = plan(&policy(), &history, &file, &listed(count), "2026-11-21");
        let mut objections = plan.objections();
        objections.next().unwrap().hold.id.clone()
    };
    assert_eq!(id(1), id(1));
    assert_ne!(id(1), id(2));
}

const PAIR: [&str; 2] = ["1 latest 1.1", "1 latestReleaseDate 2026-01-31"];

#[test]
fn a_version_and_its_day_have_one_id_and_half_of_them_cannot_be_accepted() {
    let (file, listed) = (
        product(&PAIR),
        ["1 latest 1.99", "1 latestReleaseDate 2026-02-28"],
    );
    let plan = |policy: &Policy| plan(policy, &History::default(), &file, &listed, "2026-11-20");
    let held = plan(&policy());
    assert_eq!(
        verdicts(&held),
        [
            "1 latest: held by jump",
            "1 latestReleaseDate: held by jump"
        ]
    );
    let ids: Vec<&str> = held.objections().map(|held| &*held.hold.id).collect();
    assert_eq!(ids[0], ids[1]);
    let accepting = |id: &str| Policy {
        accepted: AcceptedIds::from_iter([id.to_owned()]),
        ..policy()
    };
    let written = ["1 latest: write", "1 latestReleaseDate: write"];
    assert_eq!(verdicts(&plan(&accepting(ids[0]))), written);
    let group = held.objections().next().unwrap().hold.group.clone();
    assert_eq!(verdicts(&plan(&accepting(&group))), written);
}

#[test]
fn two_halves_that_two_rules_object_to_are_accepted_together() {
    let file = product(&["1 latest 1.5", "1 latestReleaseDate 2026-03-31"]);
    let listed = ["1 latest 1.4", "1 latestReleaseDate 2026-01-31"];
    let plan = |accepted: AcceptedIds| {
        let policy = Policy {
            accepted,
            ..policy()
        };
        plan(&policy, &History::default(), &file, &listed, "2026-11-20")
    };
    let held = plan(AcceptedIds::default());
    assert_eq!(
        verdicts(&held),
        [
            "1 latest: held by back",
            "1 latestReleaseDate: held by older_day"
        ]
    );
    let holds: Vec<&Hold> = held.objections().map(|held| held.hold).collect();
    assert_eq!(holds[0].id, holds[1].id);
    assert_eq!(holds[0].group, holds[1].group);
    for id in [&holds[0].id, &holds[0].group] {
        let written = plan(AcceptedIds::from_iter([id.clone()]));
        assert_eq!(
            verdicts(&written),
            ["1 latest: write", "1 latestReleaseDate: write"]
        );
    }
}

#[test]
fn a_pin_of_a_version_pins_its_day() {
    let file = product(&PAIR);
    let settings = Settings::read(
        "[[pin]]\nproduct = \"p\"\ncycle = \"1\"\nfield = \"latest\"\nwhy = \"w\"\nuntil = 2027-01-31\n",
    );
    let policy = Policy {
        settings: settings.unwrap(),
        ..policy()
    };
    let listed = ["1 latest 1.2", "1 latestReleaseDate 2026-02-28"];
    let (verdicts, _) = run_by(&policy, &History::default(), &file, &listed, "2026-11-20");
    assert_eq!(
        verdicts,
        ["1 latest: pinned", "1 latestReleaseDate: pinned"]
    );
}

#[test]
fn release_data_from_a_file_keeps_the_columns_that_were_known() {
    let file = product(&["1 eol 2027-01-31"]);
    let from_page = {
        let mut data = ReleaseData::new(day("2026-11-20"));
        let origin = Origin {
            entry: 1,
            place: crate::release_data::Place::Cell {
                table: 1,
                row: 2,
                column: "EOL".into(),
            },
            ..Origin::default()
        };
        data.release("1")
            .set("eol", Value::of_text("2027-01-31"), origin);
        data
    };
    let after = |history: &History, data: &ReleaseData| {
        let plan = Plan::new(&file, Some(data), history, &policy(), day("2026-11-20"));
        plan.history_after(history, history.clone(), day("2026-11-20"))
    };
    let first = after(&History::default(), &from_page);
    let second = after(&first, &data(&["1 eol 2027-01-31"]));
    assert_eq!(first.counts.as_ref().unwrap().columns.len(), 1);
    assert_eq!(first, second);
}

#[test]
fn a_guard_that_is_off_keeps_what_was_held_and_listed() {
    let file = product(&["1 eol 2027-01-31"]);
    let (_, history) = run(&History::default(), &file, &["1 eol false"], "2026-11-20");
    let off = Policy {
        guard: GuardMode::Off,
        ..policy()
    };
    let (verdicts, after) = run_by(&off, &history, &file, &["1 eol false"], "2026-11-21");
    assert_eq!(verdicts, ["1 eol: write"]);
    assert_eq!(
        (&after.held, &after.counts),
        (&history.held, &history.counts)
    );
}

/// The verdicts of a plan over the text of a file.
fn verdicts_on(releases: &str, listed: &[&str]) -> (Vec<String>, Vec<String>) {
    let text = format!("---\nreleases:\n{releases}---\n");
    let file = Product::read("p", "p.md", text.into_bytes()).unwrap();
    let plan = plan(&policy(), &History::default(), &file, listed, "2024-06-01");
    let violations = plan.decisions.iter().filter_map(|decision| {
        let Verdict::Rejected { violation, .. } = &decision.verdict else {
            return None;
        };
        Some(violation.to_string())
    });
    (verdicts(&plan), violations.collect())
}

#[test]
fn no_value_is_written_to_a_cycle_that_the_file_has_twice() {
    let releases = "  - releaseCycle: \"3\"\n    eol: false\n  - releaseCycle: \"2\"\n    eol: false\n  - {releaseCycle: 3, eol: 2021-01-31}\n";
    let (verdicts, violations) = verdicts_on(releases, &["3 eol 2024-01-31", "2 eol 2023-01-31"]);
    assert_eq!(
        verdicts,
        [
            "3 eol: rejected by duplicate",
            "2 eol: write",
            "3 eol: rejected by duplicate"
        ]
    );
    let both = "`releaseCycle` (3) names several cycles: p.md:3 and p.md:7";
    assert_eq!(violations, [both, both]);
}

#[test]
fn a_value_without_a_place_is_rejected_with_its_line_and_its_other_half() {
    for (releases, what) in [
        (
            "  - releaseCycle: \"1\"\n    latest: |\n      1.0\n",
            "`latest` at p.md:4 is a block of lines",
        ),
        (
            "  - releaseCycle: \"1\"\n    latest: [1.0]\n",
            "`latest` at p.md:4 is a list or a mapping",
        ),
        (
            "  - releaseCycle: \"1\"\n    latest:\n      is: 1.0\n",
            "`latest` at p.md:5 is a list or a mapping",
        ),
        (
            "  - releaseCycle: \"1\"\n    ? latest\n",
            "`latest` at p.md:4 is not followed by a colon",
        ),
        (
            "  - {latest, releaseCycle: \"1\"}\n",
            "`latest` at p.md:3 is not followed by a colon",
        ),
    ] {
        let (verdicts, violations) = verdicts_on(
            releases,
            &[
                "1 latest 1.1",
                "1 latestReleaseDate 2024-01-31",
                "1 eol false",
            ],
        );
        let expected = [
            "1 eol: write",
            "1 latest: rejected by place",
            "1 latestReleaseDate: rejected by place",
        ];
        assert_eq!(verdicts, expected, "{releases}");
        assert_eq!(violations, [what, what]);
    }
}

#[test]
fn a_key_that_cannot_be_added_is_rejected_and_the_rest_is_written() {
    let in_brackets = verdicts_on("  [releaseCycle: \"1\"]\n", &["1 link true"]);
    let what = "`link` at p.md:3 cannot be added to a cycle without braces";
    assert_eq!(in_brackets.1, [what]);
    for (releases, what) in [
        (
            "  - {releaseCycle: \"1\", lts: true, eol: }\n",
            "`link` at p.md:3 cannot be added behind a key without a value",
        ),
        (
            "  - releaseCycle: \"1\"\n    eol: true\n    x: |+\n      a\n\n",
            "`link` at p.md:3 cannot be added behind a block of lines that ends in empty ones",
        ),
    ] {
        let (verdicts, violations) = verdicts_on(releases, &["1 eol 2024-01-31", "1 link true"]);
        assert_eq!(
            verdicts,
            ["1 eol: write", "1 link: rejected by place"],
            "{releases}"
        );
        assert_eq!(violations, [what]);
    }
}
