//! What is decided, and what the history says of writes that did or did not reach the file.

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

/// Release data that states these fields.
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
                Verdict::Held(hold) => format!("held by {}", hold.reason.rule),
                Verdict::Pinned(_) => "pinned".to_owned(),
                Verdict::Rejected { violation, .. } => format!("rejected by {}", violation.rule),
            };
            format!("{cycle} {field}: {verdict}")
        })
        .collect()
}

/// A run on a day, as `update` does it: its verdicts, and the history after it.
fn run(
    history: &History,
    file: &Product,
    listed: &[&str],
    policy: &Policy,
    today: &str,
) -> (Vec<String>, History) {
    let mut history = history.clone();
    history.settle(file);
    let plan = Plan::new(file, Some(&data(listed)), &history, policy, day(today));
    let after = plan.history_after(&history, history.clone(), day(today));
    (verdicts(&plan), after)
}

#[test]
fn a_write_that_was_lost_is_planned_again_and_says_so() {
    let file = product(&["1 eol 2027-01-31"]);
    let listed = ["1 eol 2027-02-28"];
    let (verdicts, history) = run(&History::default(), &file, &listed, &policy(), "2026-11-24");
    assert_eq!(verdicts, ["1 eol: write"]);
    // The push was rejected, and again on the next day.
    let (verdicts, history) = run(&history, &file, &listed, &policy(), "2026-11-25");
    assert_eq!(verdicts, ["1 eol: write, planned on 2026-11-24"]);
    let (verdicts, _) = run(&history, &file, &listed, &policy(), "2026-11-26");
    assert_eq!(verdicts, ["1 eol: write, planned on 2026-11-25"]);
}

#[test]
fn a_value_that_was_read_in_the_file_and_taken_back_is_held() {
    let (before, after) = (["1 eol 2027-01-31"], ["1 eol 2027-02-28"]);
    let (old, new) = (product(&before), product(&after));
    let (_, history) = run(&History::default(), &old, &after, &policy(), "2026-11-20");
    let (verdicts, history) = run(&history, &new, &after, &policy(), "2026-11-21");
    assert!(verdicts.is_empty());
    let (verdicts, _) = run(&history, &old, &after, &policy(), "2026-11-25");
    assert_eq!(verdicts, ["1 eol: held by corrected"]);
}

#[test]
fn of_the_writes_of_one_run_one_that_reads_shows_that_all_were_made() {
    let old = product(&["2 eol 2028-01-31", "1 eol 2027-01-31"]);
    let listed = ["2 eol 2028-02-29", "1 eol 2027-02-28"];
    let (_, history) = run(&History::default(), &old, &listed, &policy(), "2026-11-20");
    // A person corrects one of them before the next run.
    let corrected = product(&["2 eol 2028-02-29", "1 eol 2027-01-31"]);
    let (verdicts, _) = run(&history, &corrected, &listed, &policy(), "2026-11-21");
    assert_eq!(verdicts, ["1 eol: held by corrected"]);
}

#[test]
fn a_third_value_in_place_of_a_lost_write_is_held() {
    let listed = ["1 eol 2027-02-28"];
    let old = product(&["1 eol 2027-01-31"]);
    let (_, history) = run(&History::default(), &old, &listed, &policy(), "2026-11-20");
    let third = product(&["1 eol 2027-06-30"]);
    let (verdicts, history) = run(&history, &third, &listed, &policy(), "2026-11-21");
    assert_eq!(verdicts, ["1 eol: held by corrected"]);
    let (verdicts, _) = run(&history, &third, &listed, &policy(), "2026-11-22");
    assert_eq!(verdicts, ["1 eol: held by corrected"]);
}

#[test]
fn a_correction_stays_held_when_an_unguarded_write_over_it_was_lost() {
    let (before, after) = (["1 eol 2027-01-31"], ["1 eol 2027-02-28"]);
    let (old, new) = (product(&before), product(&after));
    let (_, history) = run(&History::default(), &old, &after, &policy(), "2026-11-20");
    let (_, history) = run(&history, &new, &after, &policy(), "2026-11-21");
    let off = Policy {
        guard: GuardMode::Off,
        ..policy()
    };
    let (verdicts, history) = run(&history, &old, &after, &off, "2026-11-22");
    assert_eq!(verdicts, ["1 eol: write"]);
    let (verdicts, _) = run(&history, &old, &after, &policy(), "2026-11-23");
    assert_eq!(verdicts, ["1 eol: held by corrected"]);
}

#[test]
fn an_acceptance_counts_until_its_value_reads_in_the_file() {
    let (file, listed) = (product(&["1 eol 2027-01-31"]), ["1 eol false"]);
    let (verdicts, history) = run(&History::default(), &file, &listed, &policy(), "2026-11-20");
    assert_eq!(verdicts, ["1 eol: held by undated"]);
    let id = history.held.keys().next().unwrap().clone();
    let accepting = Policy {
        accepted: std::iter::once(id).collect(),
        ..policy()
    };
    let (verdicts, history) = run(&history, &file, &listed, &accepting, "2026-11-21");
    assert_eq!(verdicts, ["1 eol: write"]);
    // The write was lost; nobody has to accept it twice.
    let (verdicts, history) = run(&history, &file, &listed, &policy(), "2026-11-22");
    assert_eq!(verdicts, ["1 eol: write, planned on 2026-11-21"]);
    let written = product(&["1 eol false"]);
    let (_, history) = run(&history, &written, &listed, &policy(), "2026-11-23");
    let (verdicts, _) = run(&history, &file, &listed, &policy(), "2026-11-24");
    assert_eq!(verdicts, ["1 eol: held by undated"]);
}

#[test]
fn what_two_runs_at_once_planned_is_joined() {
    let file = product(&["2 eol 2028-01-31", "1 eol 2027-01-31"]);
    let plan = |listed: &[&str]| {
        let data = data(listed);
        Plan::new(
            &file,
            Some(&data),
            &History::default(),
            &policy(),
            day("2026-11-20"),
        )
    };
    let seen = History::default();
    let (first, second) = (plan(&["1 eol 2027-02-28"]), plan(&["2 eol 2028-02-29"]));
    let now = first.history_after(&seen, seen.clone(), day("2026-11-20"));
    let mut now = second.history_after(&seen, now, day("2026-11-20"));
    // Only the first reached the file; the second is planned again.
    let file = product(&["2 eol 2028-01-31", "1 eol 2027-02-28"]);
    now.settle(&file);
    let listed = ["2 eol 2028-02-29", "1 eol 2027-02-28"];
    let (verdicts, _) = run(&now, &file, &listed, &policy(), "2026-11-21");
    assert_eq!(verdicts, ["2 eol: write, planned on 2026-11-20"]);
    let taken_back = product(&["2 eol 2028-01-31", "1 eol 2027-01-31"]);
    let (verdicts, _) = run(&now, &taken_back, &listed, &policy(), "2026-11-22");
    assert_eq!(
        verdicts,
        [
            "2 eol: write, planned on 2026-11-20",
            "1 eol: held by corrected"
        ]
    );
}

#[test]
fn a_write_that_the_sources_no_longer_want_is_forgotten() {
    let file = product(&["1 eol 2027-01-31"]);
    let (_, history) = run(
        &History::default(),
        &file,
        &["1 eol 2027-02-28"],
        &policy(),
        "2026-11-20",
    );
    let same = ["1 eol 2027-01-31"];
    let (verdicts, history) = run(&history, &file, &same, &policy(), "2026-11-21");
    assert!(verdicts.is_empty());
    let (verdicts, _) = run(
        &history,
        &file,
        &["1 eol 2027-02-28"],
        &policy(),
        "2026-11-22",
    );
    assert_eq!(verdicts, ["1 eol: write"]);
}

const PAIR: [&str; 2] = ["1 latest 1.1", "1 latestReleaseDate 2026-01-31"];

#[test]
fn a_version_and_its_day_have_one_id_and_half_of_them_cannot_be_accepted() {
    let (file, listed) = (
        product(&PAIR),
        ["1 latest 1.99", "1 latestReleaseDate 2026-02-28"],
    );
    let plan = |policy: &Policy| {
        let data = data(&listed);
        Plan::new(
            &file,
            Some(&data),
            &History::default(),
            policy,
            day("2026-11-20"),
        )
    };
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
    let (verdicts, _) = run(&History::default(), &file, &listed, &policy, "2026-11-20");
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
    let (_, history) = run(
        &History::default(),
        &file,
        &["1 eol false"],
        &policy(),
        "2026-11-20",
    );
    let off = Policy {
        guard: GuardMode::Off,
        ..policy()
    };
    let (verdicts, after) = run(&history, &file, &["1 eol false"], &off, "2026-11-21");
    assert_eq!(verdicts, ["1 eol: write"]);
    assert_eq!(
        (&after.held, &after.counts),
        (&history.held, &history.counts)
    );
}
