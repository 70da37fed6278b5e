//! Each rule with a write that it holds and one beside it that it lets pass.

use super::*;
use crate::date::parse_iso;
use crate::plan::settings::Settings;
use crate::product::Product;
use crate::release_data::{Origin, Place, ReleaseData};
use crate::value::Value;

fn day(text: &str) -> Date {
    parse_iso(text).unwrap()
}

fn value(text: &str) -> Option<Value> {
    match text {
        "-" => None,
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        text => Some(Value::of_text(text)),
    }
}

/// `cycle field old new`
fn write(line: &str) -> FieldWrite {
    let parts: Vec<&str> = line.split(' ').collect();
    let [cycle, field, old, new] = parts[..] else {
        panic!("{line}");
    };
    FieldWrite {
        cycle: cycle.into(),
        field: field.into(),
        old: value(old),
        new: value(new),
    }
}

/// Why each write is held on a day, after what earlier runs did.
fn reasons(
    history: &History,
    settings: &Settings,
    product: &str,
    today: &str,
    writes: &[&str],
) -> Vec<&'static str> {
    let writes: Vec<FieldWrite> = writes.iter().map(|line| write(line)).collect();
    let input = GuardInput {
        thresholds: &settings.thresholds,
        suppressions: &settings.suppressions,
        history: &HistoryIndex::of(history),
        accepted: &AcceptedIds::default(),
        today: day(today),
    };
    objections(product, &writes, &input)
        .into_iter()
        .map(|cause| cause.map_or("", |(cause, _)| cause.rule().name()))
        .collect()
}

/// The rules that hold the writes of a run on 2026-06-15, after those of earlier runs.
fn rules(before: &[(&str, &str)], writes: &[&str]) -> Vec<&'static str> {
    let mut history = History::default();
    for (when, line) in before {
        history.record(write(line), day(when));
    }
    reasons(&history, &Settings::default(), "p", "2026-06-15", writes)
}

#[test]
fn each_rule_holds_its_case_and_lets_its_neighbour_pass() {
    for (line, rule) in [
        ("1 eol 2027-01-01 -", "vanished"),
        ("1 latest 1.2 -", "vanished"),
        ("1 link x -", ""),
        ("1 eol 2027-01-01 false", "undated"),
        ("1 eol false true", ""),
        ("1 eol false 2027-01-01", ""),
        ("1 eol 2027-06-01 2027-03-01", "earlier"),
        ("1 eol 2027-06-01 2027-04-15", ""),
        ("1 eol 2027-06-01 2033-06-01", "later"),
        ("1 eol 2027-06-01 2031-06-01", ""),
        ("1 releaseDate 2026-05-10 2026-05-31", "vaguer"),
        ("1 releaseDate 2026-05-10 2026-05-30", ""),
        ("1 eol 2026-05-10 2026-05-31", ""),
        ("1 releaseDate 2016-05-10 2016-05-11", "old_release"),
        ("1 releaseDate 2025-05-10 2025-05-11", ""),
        ("1 lts - 2026-10-01", "lts"),
        ("1 lts 2026-10-02 2026-10-01", ""),
        ("1 latest 1.10.1 1.9.9", "back"),
        ("1 latest 1.10.1-h1 1.9.9-h2", "back"),
        ("1 latest 1.9.9 1.10.1", ""),
        ("1 latest 1.2.3 1.2.99", "jump"),
        ("1 latest 1.2.3 1.2.20", ""),
        ("1 latest 1.0.20260101 1.0.20260601", ""),
        ("1 latest 1.2 foo-1.3", "shape"),
        ("1 latest 1.2 1.3rc1", "shape"),
        ("1 latest 1.2 1.3", ""),
        ("1 latestReleaseDate 2026-06-01 2026-06-20", "to_come"),
        ("1 latestReleaseDate 2026-05-01 2026-06-30", ""),
        ("1 latestReleaseDate 2024-01-01 2025-06-01", "moved_day"),
        ("1 latestReleaseDate 2024-01-01 2024-06-01", ""),
    ] {
        assert_eq!(rules(&[], &[line]), [rule], "{line}");
    }
}

#[test]
fn a_newer_version_of_an_older_day_is_held_with_its_day() {
    let writes = [
        "1 latest 1.2 1.3",
        "1 latestReleaseDate 2026-06-01 2026-05-01",
    ];
    assert_eq!(rules(&[], &writes), ["older_day", "older_day"]);
    let writes = [
        "1 latest 1.2 1.3",
        "1 latestReleaseDate 2026-06-01 2026-05-30",
    ];
    assert_eq!(rules(&[], &writes), ["", ""]);
}

#[test]
fn many_cycles_that_end_on_the_day_of_the_run_are_held() {
    let of = |count: usize, day: &str| -> Vec<String> {
        (0..count)
            .map(|cycle| format!("{cycle} eol false {day}"))
            .collect()
    };
    let held = |lines: Vec<String>| {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        rules(&[], &lines)
    };
    assert_eq!(held(of(4, "2026-06-15")), ["same_day"; 4]);
    assert_eq!(held(of(4, "2026-06-14")), ["same_day"; 4]);
    assert_eq!(held(of(3, "2026-06-15")), [""; 3]);
    assert_eq!(held(of(11, "2027-06-15")), [""; 11]);
    assert_eq!(held(of(12, "2027-06-15")), ["same_day"; 12]);
}

#[test]
fn what_a_person_corrected_is_not_written_again() {
    let before = [("2026-06-01", "1 latestReleaseDate 2026-05-01 2026-05-10")];
    let again = "1 latestReleaseDate 2026-05-12 2026-05-10";
    assert_eq!(rules(&before, &[again]), ["corrected"]);
    let another = "1 latestReleaseDate 2026-05-12 2026-05-14";
    assert_eq!(rules(&before, &[another]), [""]);
    let long_ago = [("2025-06-01", "1 latestReleaseDate 2026-05-01 2026-05-10")];
    assert_eq!(rules(&long_ago, &[again]), [""]);
    let end = [("2026-06-01", "1 eol 2026-05-01 2026-05-10")];
    assert_eq!(rules(&end, &["1 eol 2026-05-12 2026-05-14"]), ["corrected"]);
    assert_eq!(rules(&end, &["1 eol 2026-05-10 2026-05-14"]), [""]);
}

#[test]
fn a_date_that_swings_back_is_held() {
    let before = [("2026-06-01", "1 latestReleaseDate 2026-05-01 2026-05-10")];
    let back = "1 latestReleaseDate 2026-05-10 2026-05-01";
    assert_eq!(rules(&before, &[back]), ["swing"]);
    assert_eq!(
        rules(&before, &["1 latestReleaseDate 2026-05-10 2026-05-02"]),
        [""]
    );
    let long_ago = [("2026-03-01", "1 latestReleaseDate 2026-05-01 2026-05-10")];
    assert_eq!(rules(&long_ago, &[back]), [""]);
}

#[test]
fn an_old_copy_of_a_page_is_held_in_both_directions() {
    let (shorter, longer) = ("2027-11-30", "2027-12-31");
    for (new, old) in [(shorter, longer), (longer, shorter)] {
        let before = format!("1 eol {old} {new}");
        let copy = format!("1 eol {new} {old}");
        assert_eq!(rules(&[("2026-06-14", &before)], &[&copy]), ["swing"]);
    }
    let extended_again = "1 eol 2027-11-30 2027-12-31";
    let shortened = "1 eol 2027-12-31 2027-11-30";
    assert_eq!(rules(&[("2026-05-15", shortened)], &[extended_again]), [""]);
    let other = "1 eol 2027-11-30 2028-01-31";
    assert_eq!(rules(&[("2026-06-14", shortened)], &[other]), [""]);
}

#[test]
fn a_past_that_is_rewritten_is_held() {
    let mut writes = vec![
        "1 releaseDate 2025-01-09 2025-01-08",
        "2 releaseDate 2025-02-09 2025-02-08",
        "3 releaseDate 2025-03-09 2025-03-08",
        "4 releaseDate 2025-04-09 2025-04-08",
        "1 latestReleaseDate 2025-05-09 2025-05-08",
        "2 latestReleaseDate 2025-06-09 2025-06-08",
    ];
    assert_eq!(rules(&[], &writes), [""; 6]);
    writes.push("3 latestReleaseDate 2025-07-09 2025-07-08");
    assert_eq!(rules(&[], &writes), ["rewritten"; 7]);
    writes.push("4 latestReleaseDate 2025-07-09 2025-07-10");
    assert_eq!(rules(&[], &writes), [""; 8]);
}

#[test]
fn a_product_that_always_skips_numbers_may() {
    let before = [("2026-05-01", "2 latest 2.0.1 2.0.90")];
    assert_eq!(rules(&before, &["1 latest 1.2.3 1.2.92"]), [""]);
    assert_eq!(rules(&before, &["1 latest 1.2.3 1.2.93"]), ["jump"]);
}

#[test]
fn a_rule_that_is_off_is_off_for_its_product_and_to_its_day() {
    let settings = Settings::read(
        "[[guard.off]]\nproduct = \"p\"\nrule = \"back\"\nreason = \"r\"\nuntil = 2026-06-15\n",
    )
    .unwrap();
    let history = History::default();
    let held = |product: &str, today: &str| {
        reasons(&history, &settings, product, today, &["1 latest 1.3 1.2"]) == ["back"]
    };
    assert!(!held("p", "2026-06-15"));
    assert!(held("p", "2026-06-16"));
    assert!(held("q", "2026-06-15"));
}

#[test]
fn a_backtest_counts_what_is_held_and_what_people_took_back() {
    let line = |day: &str, old: &str, new: &str, restored: bool| {
        format!(
            r#"{{"commit":"{day}","date":"{day}","product":"p","releaseCycle":"1","field":"eol","old":{old},"new":{new},"restored":{restored}}}"#
        )
    };
    let text = [
        line("2026-01-01", "null", "\"2027-01-01\"", false),
        line("2026-01-02", "\"2027-01-01\"", "\"False\"", true),
        line("2026-01-03", "\"2027-01-01\"", "\"2027-01-05\"", true),
        line("2026-01-04", "\"2027-01-05\"", "\"2027-01-06\"", true),
    ]
    .join("\n");
    let records = RecordedWrite::read(&text).unwrap();
    let score = backtest(&records, &Thresholds::default(), &[]);
    assert_eq!((score.writes, score.held), (4, 2));
    assert_eq!((score.restored, score.caught), (3, 2));
    let rules: Vec<_> = score.holds.into_iter().collect();
    assert_eq!(rules, [(1, Rule::Undated), (2, Rule::Corrected)]);
}

fn listed(releases: usize, fields: &[&str]) -> ReleaseData {
    let mut data = ReleaseData::new(day("2026-06-15"));
    for release in 0..releases {
        for field in fields {
            data.release(&release.to_string())
                .set(field, Value::Bool(true), Origin::default());
        }
    }
    data
}

#[test]
fn sources_that_list_much_less_are_suspicious() {
    let product = Product::read("p", "p.md", b"---\nreleases: []\n---\n".to_vec()).unwrap();
    let objection = |before: &ReleaseData, now: &ReleaseData| {
        let known = SourceCounts::of(before, &product);
        SourceCounts::of(now, &product).objection(Some(&known), &Thresholds::default())
    };
    let ten = listed(10, &["eol", "eoas"]);
    assert_eq!(objection(&ten, &ten), None);
    assert_eq!(objection(&ten, &listed(5, &["eol", "eoas"])), None);
    assert_eq!(
        objection(&ten, &listed(4, &["eol", "eoas"])).unwrap(),
        Listed::FewerReleases { now: 4, before: 10 }
    );
    assert_eq!(
        objection(&ten, &listed(10, &["eol"])).unwrap(),
        Listed::FewerWithField {
            field: "eoas".into(),
            now: 0,
            before: 10
        }
    );
    assert_eq!(
        objection(&ten, &listed(0, &[])).unwrap(),
        Listed::Nothing {
            releases: 10,
            versions: 0
        }
    );
    assert_eq!(objection(&listed(2, &["eol"]), &listed(1, &["eol"])), None);
}

#[test]
fn a_column_that_changed_under_the_same_config_is_suspicious() {
    let of = |column: &str| {
        let mut data = ReleaseData::new(day("2026-06-15"));
        let origin = Origin {
            entry: 1,
            place: Place::Cell {
                table: 1,
                row: 2,
                column: column.into(),
            },
            ..Origin::default()
        };
        data.release("1").set("eol", Value::Bool(true), origin);
        data
    };
    let product = |auto: &str| {
        let file = format!("---\nauto: {auto}\nreleases: []\n---\n");
        Product::read("p", "p.md", file.into_bytes()).unwrap()
    };
    let objection = |before: &Product, now: &Product| {
        let known = SourceCounts::of(&of("EOL"), before);
        SourceCounts::of(&of("End of sale"), now).objection(Some(&known), &Thresholds::default())
    };
    assert_eq!(
        objection(&product("a"), &product("a")).unwrap(),
        Listed::OtherColumn {
            field: "eol".into(),
            now: "End of sale".into(),
            before: "EOL".into()
        }
    );
    assert_eq!(objection(&product("a"), &product("b")), None);
}

#[test]
fn a_history_is_read_as_it_was_written() {
    let mut history = History::default();
    history.record(write("1 latest 1.2 1.30"), day("2026-06-01"));
    history.held.insert("0123456789".into(), day("2026-06-02"));
    history.counts = Some(SourceCounts::default());
    assert_eq!(history.largest_step, 28);
    let read = History::from_json(history.to_json().as_bytes()).unwrap();
    assert_eq!(read, history);
    assert!(History::from_json(b"{").is_err());
}

#[test]
fn the_number_of_a_run_may_be_the_largest() {
    let mut history = History::default();
    history.plan(vec![(write("1 latest 1.2 1.3"), false)], day("2026-06-01"));
    let json = history.to_json();
    let last = json.replace("\"run\": 1,", &format!("\"run\": {},", u64::MAX));
    assert_ne!(last, json);
    let mut history = History::from_json(last.as_bytes()).unwrap();
    history.plan(vec![(write("1 latest 1.2 1.4"), false)], day("2026-06-02"));
    let json = history.to_json();
    assert!(
        json.contains("\"1.3\"") && json.contains("\"1.4\""),
        "{json}"
    );
}

fn change(cycle: &str, field: &str, new: &str) -> Change {
    Change {
        index: 0,
        cycle: cycle.into(),
        field: field.into(),
        old: None,
        new: Value::of_text(new),
        origin: Origin::default(),
    }
}

#[test]
fn an_id_is_made_of_product_cycle_field_and_value_alone() {
    let first = change("1", "eol", "2026-01-01");
    let id = change_id("p", &[&first]);
    assert_eq!(id.len(), 10);
    let elsewhere = Change {
        old: Some(Value::Bool(false)),
        origin: Origin {
            url: Some("https://a.test/".into()),
            method: "npm".into(),
            ..Origin::default()
        },
        ..first.clone()
    };
    assert_eq!(change_id("p", &[&elsewhere]), id);
    for other in [
        change_id("q", &[&first]),
        change_id("p", &[&change("2", "eol", "2026-01-01")]),
        change_id("p", &[&change("1", "eoas", "2026-01-01")]),
        change_id("p", &[&change("1", "eol", "2026-01-02")]),
        group_id("p", Rule::Later, &[&first]),
    ] {
        assert_ne!(other, id);
    }
}

#[test]
fn an_id_of_a_group_is_made_of_its_rule_and_changes() {
    let (one, two) = (change("1", "eol", "true"), change("2", "eol", "true"));
    let id = group_id("p", Rule::Undated, &[&one, &two]);
    assert_eq!(group_id("p", Rule::Undated, &[&one, &two]), id);
    assert_ne!(group_id("p", Rule::Undated, &[&one]), id);
    assert_ne!(group_id("p", Rule::Vanished, &[&one, &two]), id);
}
