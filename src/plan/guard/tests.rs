//! Each rule with a write that it holds and one beside it that it lets pass.

use super::*;
use crate::date::parse_iso;
use crate::release_data::Origin;

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
fn write(line: &str) -> Write {
    let parts: Vec<&str> = line.split(' ').collect();
    let [cycle, field, old, new] = parts[..] else {
        panic!("{line}");
    };
    Write {
        cycle: cycle.into(),
        field: field.into(),
        old: value(old),
        new: value(new),
    }
}

/// The rules that hold the writes of a run on 2026-06-15, after those of earlier runs.
fn rules(before: &[(&str, &str)], writes: &[&str]) -> Vec<&'static str> {
    let mut memory = Memory::default();
    for (when, line) in before {
        memory.record(&write(line), day(when));
    }
    let writes: Vec<Write> = writes.iter().map(|line| write(line)).collect();
    Run::new(day("2026-06-15"), &writes, &memory)
        .reasons(&Settings::default(), "p", &|_| None)
        .into_iter()
        .map(|reason| reason.map_or("", |reason| reason.rule))
        .collect()
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
    let writes = [write("1 latest 1.3 1.2")];
    let memory = Memory::default();
    let held = |product: &str, today: &str| {
        Run::new(day(today), &writes, &memory).reasons(&settings, product, &|_| None)[0].is_some()
    };
    assert!(!held("p", "2026-06-15"));
    assert!(held("p", "2026-06-16"));
    assert!(held("q", "2026-06-15"));
}

#[test]
fn a_version_known_only_from_a_tag_waits_where_that_is_asked_for() {
    let settings = Settings::read("[guard.soak]\ngit = 48\n").unwrap();
    let memory = Memory::default();
    let held = |kind: &'static str, released: &str| {
        let writes = [
            write("1 latest 1.2 1.3"),
            write(&format!("1 latestReleaseDate 2026-06-01 {released}")),
        ];
        Run::new(day("2026-06-15"), &writes, &memory)
            .reasons(&settings, "p", &|_| Some(kind))
            .into_iter()
            .map(|reason| reason.map_or("", |reason| reason.rule))
            .collect::<Vec<_>>()
    };
    assert_eq!(held("git", "2026-06-14"), ["soak", "soak"]);
    assert_eq!(held("git", "2026-06-13"), ["", ""]);
    assert_eq!(held("npm", "2026-06-14"), ["", ""]);
}

#[test]
fn a_replay_counts_what_is_held_and_what_people_took_back() {
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
    let score = replay(&Record::read(&text).unwrap(), &Settings::default());
    assert_eq!((score.writes, score.held), (4, 2));
    assert_eq!((score.restored, score.caught), (3, 2));
    let rules: Vec<_> = score.holds.into_iter().collect();
    assert_eq!(rules, [(1, "undated"), (2, "corrected")]);
}

fn learnt(releases: usize, fields: &[&str]) -> ReleaseData {
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
fn sources_that_list_much_less_are_not_believed() {
    let product = Product::read("p", "p.md", b"---\nreleases: []\n---\n".to_vec()).unwrap();
    let doubt = |before: &ReleaseData, now: &ReleaseData| {
        let known = Shape::of(before, &product);
        Shape::of(now, &product).doubt(Some(&known), &Thresholds::default())
    };
    let ten = learnt(10, &["eol", "eoas"]);
    assert_eq!(doubt(&ten, &ten), None);
    assert_eq!(doubt(&ten, &learnt(5, &["eol", "eoas"])), None);
    assert_eq!(
        doubt(&ten, &learnt(4, &["eol", "eoas"])).unwrap(),
        "its sources list 4 releases, and listed 10 before"
    );
    assert_eq!(
        doubt(&ten, &learnt(10, &["eol"])).unwrap(),
        "its sources state eoas for 0 releases, and stated it for 10 before"
    );
    assert_eq!(
        doubt(&ten, &learnt(0, &[])).unwrap(),
        "its sources list nothing, and listed 10 releases before"
    );
    assert_eq!(doubt(&learnt(2, &["eol"]), &learnt(1, &["eol"])), None);
}

#[test]
fn a_column_that_changed_under_the_same_config_is_not_believed() {
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
    let doubt = |before: &Product, now: &Product| {
        let known = Shape::of(&of("EOL"), before);
        Shape::of(&of("End of sale"), now).doubt(Some(&known), &Thresholds::default())
    };
    assert_eq!(
        doubt(&product("a"), &product("a")).unwrap(),
        "eol is read from the column `End of sale`, and was read from `EOL` before"
    );
    assert_eq!(doubt(&product("a"), &product("b")), None);
}

#[test]
fn a_memory_is_read_as_it_was_written() {
    let mut memory = Memory::default();
    memory.record(&write("1 latest 1.2 1.30"), day("2026-06-01"));
    memory.held.insert("0123456789".into(), day("2026-06-02"));
    memory.shape = Some(Shape::default());
    assert_eq!(memory.pace, 28);
    let read = Memory::from_json(memory.to_json().as_bytes()).unwrap();
    assert_eq!(read, memory);
    assert!(Memory::from_json(b"{").is_err());
}

#[test]
fn an_id_is_the_same_while_old_new_and_source_are() {
    let change = |new: &str, url: &str| Change {
        index: 0,
        cycle: "1".into(),
        field: "eol".into(),
        old: None,
        new: Value::of_text(new),
        origin: Origin {
            url: Some(url.into()),
            ..Origin::default()
        },
    };
    let first = change_id("p", &change("2026-01-01", "https://a.test/"));
    assert_eq!(
        first,
        change_id("p", &change("2026-01-01", "https://a.test/"))
    );
    assert_eq!(first.len(), 10);
    for other in [
        change_id("q", &change("2026-01-01", "https://a.test/")),
        change_id("p", &change("2026-01-02", "https://a.test/")),
        change_id("p", &change("2026-01-01", "https://b.test/")),
    ] {
        assert_ne!(first, other);
    }
}
