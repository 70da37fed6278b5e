//! Cells that can no longer be read, and rows that give one release different days.

use insta::assert_snapshot;
use serde_json::Value;

use crate::world::{World, page, stderr};

/// The cycles of the file: two that end on a day, and one that does not end.
const CYCLES: &str = "releases:
  - releaseCycle: \"3\"
    releaseDate: 2026-01-01
    eol: false
  - releaseCycle: \"2\"
    eol: 2026-12-31
  - releaseCycle: \"1\"
    eol: 2025-12-31
";

/// Rows of a table of cycles and their ends.
type Rows<'a> = &'a [[&'a str; 2]];

/// The same rows in a document of each kind: the entry that reads it, and the document.
fn documents(rows: Rows<'_>) -> Vec<(&'static str, String)> {
    let each = |row: fn(&[&str; 2]) -> String| rows.iter().map(row).collect::<String>();
    let row = |[cycle, end]: &[&str; 2]| format!(r#"{{"cycle": "{cycle}", "end": "{end}"}}"#);
    let cells: Vec<&[&str]> = rows.iter().map(|row| &row[..]).collect();
    let kuma = |[cycle, end]: &[&str; 2]| {
        format!("- release: {cycle}.x\n  releaseDate: 2020-01-01\n  endOfLifeDate: \"{end}\"\n")
    };
    vec![
        (
            "release_table: https://a.test/page\n      fields: {releaseCycle: Version, eol: End}",
            page(&["Version", "End"], &cells),
        ),
        (
            "xml_releases: https://a.test/page\n      features: html5lib\n      selector: li\n      \
             fields: {releaseCycle: {selector: b}, eol: {selector: i}}",
            each(|[cycle, end]| format!("<li><b>{cycle}</b> <i>{end}</i></li>")),
        ),
        (
            "text_releases: https://a.test/page\n      \
             selector: '^(?P<cycle>\\d+) ends (?P<end>.+)$'\n      \
             fields: {releaseCycle: cycle, eol: end}",
            each(|[cycle, end]| format!("{cycle} ends {end}\n")),
        ),
        (
            "spreadsheet_releases: https://a.test/page\n      \
             fields: {releaseCycle: {selector: Version}, eol: {selector: End}}",
            format!(
                "Version,End\n{}",
                each(|row| format!("{}\n", row.join(",")))
            ),
        ),
        (
            "json_releases: https://a.test/page\n      selector: '$[*]'\n      \
             fields: {releaseCycle: {selector: $.cycle}, eol: {selector: $.end}}",
            format!("[{}]", rows.iter().map(row).collect::<Vec<_>>().join(",")),
        ),
        ("kuma: https://a.test/page", each(kuma)),
    ]
}

/// The world of a product with one entry, whose page is this.
fn world(entry: &str, document: &str) -> World {
    let world = World::new();
    let file = format!("---\ntitle: A\nauto:\n  methods:\n    - {entry}\n{CYCLES}---\n\nBody\n");
    world.write("products/a.md", file);
    world.write("pages/a.test/page", document);
    world
}

/// What a person is told of each kind of document with these rows; `update` must succeed.
fn told(rows: Rows<'_>) -> Vec<String> {
    let documents = documents(rows).into_iter();
    let told = documents.map(|(entry, document)| {
        let output = world(entry, &document).update(&["--dry-run", "--guard", "off"]);
        let told = stderr(&output);
        assert_eq!(output.status.code(), Some(0), "{entry}: {told}");
        told
    });
    told.collect()
}

fn table(rows: Rows<'_>) -> String {
    told(rows).swap_remove(0)
}

#[test]
fn a_cell_that_can_not_be_read_is_named_in_every_document() {
    let rows = [
        ["3", "2029-12-31"],
        ["2", "30 February 2027"],
        ["1", "2025-12-31"],
    ];
    for told in told(&rows) {
        assert!(told.contains("3 eol: false -> 2029-12-31"), "{told}");
        let notice = told
            .lines()
            .find(|line| line.starts_with("  notice: cannot be read: "));
        let notice = notice.unwrap_or_else(|| panic!("{told}"));
        let is_named = |part| notice.contains(part);
        assert!(is_named("https://a.test/page"), "{notice}");
        assert!(
            is_named("eol of 2: `30 February 2027` is not a date"),
            "{notice}"
        );
        assert!(told.contains("1 to change, 1 degraded\n"), "{told}");
    }
}

#[test]
fn the_cell_is_said_with_its_place() {
    assert_snapshot!(table(&[["3", "Q3 2029"], ["2", "2026-12-31"]]), @r"
    notice: a: cannot be read: table 1, row 1, column `End` of https://a.test/page reads `Q3 2029`: eol of 3: `Q3 2029` is not a date
    0 to change, 1 degraded, 1 unchanged
    ");
}

#[test]
fn words_for_a_day_are_news_only_where_a_day_was() {
    let rows = |words| [["3", words], ["2", "2026-12-31"], ["1", "2025-12-31"]];
    for words in ["Supported", "TBD", "N/A", "Ended", "-"] {
        for told in told(&rows(words)).iter().take(5) {
            assert_eq!(told, "0 to change, 1 unchanged\n");
        }
    }
    let told = table(&[["3", "TBD"], ["2", "Supported"], ["1", "2025-12-31"]]);
    assert!(
        told.contains("eol of 2: `Supported` is not a date"),
        "{told}"
    );
    let told = table(&[["3", "TBD"], ["2", ""], ["1", "2025-12-31"]]);
    assert!(told.starts_with("0 to change"), "{told}");
}

#[test]
fn another_row_that_gives_the_field_is_enough() {
    let told = table(&[["2", "Q4 2026"], ["2", "2026-12-31"]]);
    assert!(!told.contains("notice"), "{told}");
}

#[test]
fn a_field_that_no_row_gives_is_an_error() {
    for (entry, document) in documents(&[["2", "31.12.26 (!)"], ["1", "30 February 2025"]]) {
        let output = world(entry, &document).update(&["--guard", "off"]);
        let told = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{entry}: {told}");
        assert!(told.contains("30 February 2025"), "{told}");
    }
}

/// The cell is named even where the path of a field leads nowhere.
#[test]
fn a_field_whose_cells_are_gone_is_named() {
    for (entry, document) in documents(&[["2", "2026-12-31"], ["1", "2025-12-31"]]) {
        let gone = [("json", "\"end\"", "\"endsOn\""), ("xml", "<i>", "<em>")];
        for (_, from, to) in gone.iter().filter(|(kind, ..)| entry.starts_with(kind)) {
            let output = world(entry, &document.replace(from, to)).update(&["--guard", "off"]);
            let told = stderr(&output);
            assert!(told.contains("no cell for `eol`"), "{told}");
            assert!(told.contains(", 1 degraded, "), "{told}");
        }
    }
}

#[test]
fn a_row_that_can_not_be_read_is_no_list_that_is_gone() {
    let told = table(&[["3", "31.31.2030"], ["2", "2026-12-31"]]);
    assert!(!told.contains("has had"), "{told}");
    let old = CYCLES.replace("2026-01-01", "2020-01-01");
    let entry = documents(&[]).swap_remove(0).0;
    let stale = |end: &str| {
        let document = page(&["Version", "End"], &[&["3", end], &["2", "2026-12-31"]]);
        let world = world(entry, &document);
        let file = String::from_utf8(world.read("products/a.md")).unwrap();
        world.write("products/a.md", file.replace(CYCLES, &old));
        stderr(&world.update(&["--dry-run"])).contains("3 has had neither a version nor an end")
    };
    assert!(stale("TBD") && !stale("31.31.2030"));
}

#[test]
fn a_version_without_a_day_is_named_where_it_would_be_the_latest() {
    let entry = "version_table: https://a.test/page\n      name_column: Version\n      \
                 date_column: Released";
    let told = |rows: &[&[&str]]| {
        let world = world(entry, &page(&["Version", "Released"], rows));
        stderr(&world.update(&["--dry-run", "--guard", "off"]))
    };
    let known = ["3.1", "2026-02-01"];
    let told_first = told(&[&["3.3", "TBD"], &known]);
    assert!(
        told_first.contains("  3 latest: nothing -> 3.1"),
        "{told_first}"
    );
    assert!(!told(&[&["3.3", "TBD"], &["3.2", ""], &known]).contains("notice"));
    assert!(!told(&[&known, &["3.0", "30 February 2026"]]).contains("notice"));
    let news = told(&[&["3.2", "30 February 2026"], &known]);
    assert!(
        news.contains("date of 3.2: `30 February 2026` is not a date"),
        "{news}"
    );
}

#[test]
fn rows_that_give_one_release_different_days_are_named_in_every_document() {
    let rows = [
        ["2", "2027-12-31"],
        ["2", "2026-12-31"],
        ["1", "2025-12-31"],
    ];
    for told in told(&rows) {
        let notice = told
            .lines()
            .find(|line| line.contains("rows differ on eol of 2: "));
        let notice = notice.unwrap_or_else(|| panic!("{told}"));
        assert!(notice.contains("2026-12-31 is taken ("), "{notice}");
        assert!(notice.contains(", 2027-12-31 is not ("), "{notice}");
    }
    let same = [
        ["2", "2026-12-31"],
        ["2", "Dec 31, 2026"],
        ["1", "2025-12-31"],
    ];
    for told in told(&same).iter().take(5) {
        assert!(!told.contains("notice"), "{told}");
    }
    assert_snapshot!(table(&rows), @r"
    notice: a: rows differ on eol of 2: 2026-12-31 is taken (table 1, row 2, column `End` of https://a.test/page reads `2026-12-31`), 2027-12-31 is not (table 1, row 1, column `End` of https://a.test/page reads `2027-12-31`)
    0 to change, 1 unchanged
    ");
}

#[test]
fn a_report_has_the_cells_and_the_rows() {
    let rows = [["3", "Q3 2029"], ["2", "2027-12-31"], ["2", "2026-12-31"]];
    let (entry, document) = documents(&rows).swap_remove(0);
    let world = world(entry, &document);
    let output = world.update(&["--dry-run", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let product = &report["products"][0];
    assert_eq!(
        (&report["degraded"], &product["degraded"]),
        (&1.into(), &true.into())
    );
    let notices = product["notices"].as_array().unwrap();
    let of_kind = |kind: &str| {
        notices
            .iter()
            .find(|notice| notice["kind"] == kind)
            .unwrap()
    };
    let unread = of_kind("unread");
    assert_eq!(
        (&unread["cell"]["row"], &unread["field"]),
        (&1.into(), &"eol".into())
    );
    let rows = of_kind("contradiction");
    assert_eq!(rows["taken"]["origin"]["row"], 3);
    assert_eq!(rows["other"]["origin"]["row"], 2);
    let collected = world.program(&["collect", "--replay", "pages", "--release-data", "data"]);
    let told = stderr(&{ collected }.output().unwrap());
    assert!(
        told.contains("cannot be read: ") && told.contains("rows differ on eol"),
        "{told}"
    );
}

/// The release date of each version is its own, and the last one is that of the cycle.
#[test]
fn rows_of_other_names_have_other_release_dates() {
    let entry = "release_table: https://a.test/page\n      fields:\n        releaseCycle: \
                 {column: Version, regex: '^(?P<value>\\d+)\\.'}\n        releaseDate: Released";
    let rows: [&[&str]; 3] = [
        &["3.1", "2026-02-01"],
        &["3.0", "2026-01-01"],
        &["2.0", "2025-01-01"],
    ];
    let world = world(entry, &page(&["Version", "Released"], &rows));
    let told = stderr(&world.update(&["--dry-run", "--guard", "off"]));
    assert!(!told.contains("rows differ"), "{told}");
}
