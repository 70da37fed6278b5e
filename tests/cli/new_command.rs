//! `new`: from a page, a document or a package to a product file.

use fs_err as fs;
use insta::assert_snapshot;

use super::{Run, page, shelflife};

const URL: &str = "https://a.test/lifecycle";

/// A run of `new foo` for a document in a file, into a folder that is not there yet.
struct New {
    folder: tempfile::TempDir,
    run: Run,
}

impl New {
    fn of(document: &str, args: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pages = folder.path().join("pages");
        fs::create_dir_all(pages.join("a.test")).unwrap();
        fs::write(pages.join("a.test/lifecycle"), document).unwrap();
        let products = folder.path().join("products");
        let (pages, products) = (pages.to_str().unwrap(), products.to_str().unwrap());
        let always = [
            "new",
            "foo",
            URL,
            "--replay",
            pages,
            "-p",
            products,
            "--today",
            "2026-11-25",
        ];
        let run = shelflife(&[&always[..], args].concat());
        Self { folder, run }
    }

    fn file(&self) -> Option<String> {
        fs::read_to_string(self.folder.path().join("products/foo.md")).ok()
    }

    fn shown(&self) -> String {
        self.run
            .shown()
            .replace(self.folder.path().to_str().unwrap(), "[folder]")
    }

    /// How `check` of what was written ends, and an `update` that must find nothing to change.
    fn after(&self) -> [i32; 2] {
        let path = |name: &str| self.folder.path().join(name).to_str().unwrap().to_owned();
        let (products, pages) = (path("products"), path("pages"));
        let day = ["-p", &products, "--today", "2026-11-25"];
        let update = ["update", "--check", "--replay", &pages];
        [&["check"][..], &update].map(|command| shelflife(&[command, &day[..]].concat()).code)
    }
}

fn table(headers: &[&str], rows: &[&[&str]]) -> String {
    crate::world::page(headers, rows)
}

#[test]
fn a_table_becomes_a_file_that_passes_check() {
    let page = table(
        &[
            "Version",
            "Codename",
            "Release date",
            "End of active support",
            "End of life",
        ],
        &[
            &[
                "Foo 3 (LTS)",
                "Owl",
                "2025-03-01",
                "March 2027",
                "2028-03-31",
            ],
            &["Foo 2", "Elk", "2023-03-01", "", "2024-03-31"],
            &["Foo 4", "", "to be announced", "", ""],
        ],
    );
    let new = New::of(&page, &["--yes"]);
    assert_snapshot!(new.shown(), @r##"
    exit code 0
    -- stderr --
    1. 2 cycles
        - release_table: https://a.test/lifecycle
          fields:
            releaseCycle:
              column: "Version"
              regex: '^Foo v?(?P<value>\d+(\.\d+)*)(\.[xX*])?([\s-][^\d(]*)?(\(.*)?$'
            codename: "Codename"
            releaseDate: "Release date"
            eoas: "End of active support"
            eol: "End of life"
       3  codename Owl, releaseDate 2025-03-01, eoas 2027-03-31, eol 2028-03-31
       2  codename Elk, releaseDate 2023-03-01, eoas true, eol 2024-03-31
       assumed: eoas is true for 1 cycle (2)
    wrote [folder]/products/foo.md: 2 cycles
    assumed: title `Foo`; --title states another
    assumed: category `app`; --category states another
    "##);
    assert_snapshot!(new.file().unwrap(), @r##"
    ---
    title: Foo
    addedAt: 2026-11-25
    category: app
    permalink: /foo
    releasePolicyLink: https://a.test/lifecycle
    latestColumn: false
    eoasColumn: true

    auto:
      methods:
        - release_table: https://a.test/lifecycle
          fields:
            releaseCycle:
              column: "Version"
              regex: '^Foo v?(?P<value>\d+(\.\d+)*)(\.[xX*])?([\s-][^\d(]*)?(\(.*)?$'
            codename: "Codename"
            releaseDate: "Release date"
            eoas: "End of active support"
            eol: "End of life"

    releases:
      - releaseCycle: "3"
        codename: Owl
        releaseDate: 2025-03-01
        eoas: 2027-03-31
        eol: 2028-03-31

      - releaseCycle: "2"
        codename: Elk
        releaseDate: 2023-03-01
        eoas: true
        eol: 2024-03-31

    ---

    > Release cycles of [Foo](https://a.test/lifecycle).
    "##);
    assert_eq!(new.after(), [0, 0]);
}

#[test]
fn keys_of_a_json_document_become_cycles() {
    let document = r#"{
        "v20": {"start": "2023-04-18", "lts": "2023-10-24", "maintenance": "2024-10-22", "end": "2026-04-30"},
        "v22": {"start": "2024-04-24", "lts": "2024-10-29", "maintenance": "2025-10-21", "end": "2027-04-30"}
    }"#;
    let new = New::of(document, &["--yes"]);
    let file = new.file().unwrap();
    let entry = file
        .split_once("methods:\n")
        .unwrap()
        .1
        .split_once("\n\n")
        .unwrap()
        .0;
    assert_snapshot!(entry, @r##"
    - json_releases: https://a.test/lifecycle
      selector: "$.*"
      fields:
        releaseCycle:
          selector: "$~"
          regex: '^v?(?P<value>\d+(\.\d+)*)$'
        releaseDate: "$.start"
        lts:
          selector: "$.lts"
          type: date
        eoas: "$.maintenance"
        eol: "$.end"
    "##);
    assert!(file.contains("  - releaseCycle: \"22\"\n    releaseDate: 2024-04-24\n    lts: 2024-10-29\n    eoas: 2025-10-21\n    eol: 2027-04-30\n"), "{file}");
    assert_eq!(new.after(), [0, 0]);
}

#[test]
fn two_columns_for_one_field_are_written_only_for_who_knows_a_date() {
    let page = table(
        &["Version", "Released", "End of life", "End of support"],
        &[
            &["2", "2023-03-01", "2025-03-31", "2026-03-31"],
            &["1", "2022-03-01", "2024-03-31", "2025-03-31"],
        ],
    );
    let new = New::of(&page, &["--yes"]);
    assert_eq!((new.run.code, new.file()), (2, None));
    assert!(
        new.run
            .stderr
            .contains("`End of life` and `End of support` may all be `eol`"),
        "{}",
        new.run.stderr
    );
    // A date that both fit in no way, one that only tells the field, and one that tells all.
    assert_eq!(
        New::of(&page, &["--yes", "--like", "2=2020-01-01"])
            .run
            .code,
        1
    );
    assert_eq!(
        New::of(&page, &["--yes", "--like", "2=2026-03-31"])
            .run
            .code,
        2
    );
    let new = New::of(&page, &["--yes", "--like", "2=eol:2026-03-31"]);
    assert!(
        new.file().unwrap().contains("eol: \"End of support\""),
        "{}",
        new.shown()
    );
}

#[test]
fn columns_that_the_site_reads_in_two_ways_are_left_to_a_person() {
    let rows: &[&[&str]] = &[&["4.0", "2024-10-21", "2026-10-21", "2027-10-21"]];
    let headers = ["Version", "Released", "Active Support", "Security Support"];
    let page = table(&headers, rows);
    let new = New::of(&page, &["--yes"]);
    assert_eq!((new.run.code, new.file()), (2, None));
    let file = |like: &str| New::of(&page, &["--yes", "--like", like]).file().unwrap();
    let [first, second] = ["4.0=eol:2027-10-21", "4.0=eol:2026-10-21"].map(file);
    assert!(
        first.contains("    eoas: 2026-10-21\n    eol: 2027-10-21\n"),
        "{first}"
    );
    assert!(
        second.contains("    eol: 2026-10-21\n    eoes: 2027-10-21\n"),
        "{second}"
    );
}

#[test]
fn no_cycle_is_open_beside_a_column_of_unknown_dates_to_come() {
    let rows: &[&[&str]] = &[&["2", "2026-03-31", "2027-03-31"]];
    let new = New::of(&table(&["Version", "Released", "EOGS"], rows), &["--yes"]);
    assert_eq!((new.run.code, new.file()), (2, None));
    let said = "unclear: `EOGS` has dates that may be ends\n";
    assert!(new.run.stderr.contains(said), "{}", new.run.stderr);
}

#[test]
fn a_cycle_without_an_end_is_not_open_where_newer_ones_are_over() {
    let rows: &[&[&str]] = &[
        &["3.7.x", "2026-03-31", ""],
        &["3.6.x", "2024-03-31", "2025-03-31"],
        &["3.5.x", "2023-03-31", ""],
    ];
    let new = New::of(&table(&["Version", "Released", "EoL"], rows), &["--yes"]);
    let file = new.file().unwrap();
    assert!(
        file.contains("\"3.7\"\n    releaseDate: 2026-03-31\n    eol: false\n"),
        "{file}"
    );
    assert!(!file.contains("\"3.5\""), "{file}");
    let said = "left out: 3.5: no end, though newer ones are over\n";
    assert!(new.run.stderr.contains(said), "{}", new.run.stderr);
    assert_eq!(new.after(), [0, 0]);
}

#[test]
fn several_sources_make_one_file_with_an_entry_for_each() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::create_dir_all(path("pages/a.test")).unwrap();
    let ends = table(
        &["Version", "End of life"],
        &[&["2", "2029-03-31"], &["1", "2027-03-31"]],
    );
    fs::write(path("pages/a.test/lifecycle"), ends).unwrap();
    let news = "## 2.1.0 - 2026-05-04\n## 2.0.0 - 2026-03-04\n## 1.0.0 - 2024-03-04\n";
    fs::write(path("pages/a.test/CHANGELOG.md"), news).unwrap();
    let log = "https://a.test/CHANGELOG.md";
    let (pages, products) = (path("pages"), path("products"));
    let day = ["-p", &products, "--today", "2026-11-25"];
    let new = ["new", "foo", URL, log, "--replay", &pages, "--yes"];
    let run = shelflife(&[&new[..], &day].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let file = fs::read_to_string(path("products/foo.md")).unwrap();
    let releases = file.split_once("\nreleases:\n").unwrap().1;
    assert_snapshot!(releases.split_once("\n\n---").unwrap().0, @r#"
    - releaseCycle: "2"
      releaseDate: 2026-03-04
      eol: 2029-03-31
      latest: "2.1.0"
      latestReleaseDate: 2026-05-04

    - releaseCycle: "1"
      releaseDate: 2024-03-04
      eol: 2027-03-31
      latest: "1.0.0"
      latestReleaseDate: 2024-03-04
    "#);
    assert!(
        file.contains("- release_table: ") && file.contains("- text_versions: "),
        "{file}"
    );
    assert_eq!(shelflife(&[&["check"][..], &day].concat()).code, 0);
}

#[test]
fn columns_in_the_wrong_order_are_not_believed() {
    let rows: &[&[&str]] = &[
        &["2", "2025-03-31", "2023-03-01"],
        &["1", "2024-03-31", "2022-03-01"],
    ];
    let new = New::of(
        &table(&["Version", "Released", "End of life"], rows),
        &["--yes"],
    );
    assert_eq!((new.run.code, new.file()), (2, None));
    assert!(
        new.run
            .stderr
            .contains("`releaseDate` is after `eol` in 2 of 2 cycles"),
        "{}",
        new.run.stderr
    );
}

#[test]
fn what_check_wants_and_no_source_gives_is_named() {
    let arguments = [
        "new",
        "redis",
        "https://a.test/x",
        "--page",
        &page(""),
        "-p",
        "none",
    ];
    let run = shelflife(&[&arguments[..], &["--yes", "--dry-run"]].concat());
    assert_snapshot!(run.shown(), @r##"
    exit code 1
    -- stderr --
    1. 3 cycles
        - release_table: https://a.test/x
          fields:
            releaseCycle:
              column: "Major Engine Version"
              regex: '^Redis OSS v?(?P<value>\d+(\.\d+)*)$'
            eol: "End of Standard Support"
            eoes: "End of Extended Support and version EOL"
       6  eol 2027-01-31, eoes 2030-01-31
       5  eol 2026-01-31, eoes 2029-01-31
       4  eol 2026-01-31, eoes 2029-01-31
       left out: rows that are not understood: 1
       missing: `releaseDate` is missing, in 3 cycles
    2. 1 cycle
        - release_table: https://a.test/x
          fields:
            releaseCycle:
              column: "Source Major Version"
              regex: '^Version v?(?P<value>\d+(\.\d+)*)$'
            eol: "EOL Date"
       3  eol 2023-07-31
       left out: rows that are not understood: 1
       missing: `releaseDate` is missing, in 1 cycle
    error: the file would not pass `check`, so it is not written
        `releaseDate` is missing, in 3 cycles
      hint: name another source that gives what is missing, such as the repository, after this one; or complete the file by hand: --partial writes it
    "##);
    let run = shelflife(&[&arguments[..], &["--partial", "--dry-run"]].concat());
    assert_eq!(run.code, 0);
    assert!(
        run.stdout
            .contains("    eol: 2027-01-31\n    eoes: 2030-01-31\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn without_a_terminal_the_candidates_are_shown_and_nothing_is_written() {
    let page = table(
        &["Version", "Released", "EOL"],
        &[&["1", "2024-03-31", "2025-03-31"]],
    );
    let new = New::of(&page, &[]);
    assert_eq!((new.run.code, new.file()), (2, None));
    assert!(
        new.run.stderr.starts_with("1. 1 cycle\n")
            && new.run.stderr.ends_with("a date that you know\n"),
        "{}",
        new.run.stderr
    );
}

#[test]
fn where_nothing_fits_it_says_what_is_there() {
    let new = New::of(&table(&["Plan", "Price"], &[&["small", "7"]]), &["--yes"]);
    assert_snapshot!(new.shown(), @r##"
    exit code 1
    -- stderr --
    error: no place with cycles and dates on https://a.test/lifecycle; nothing written
        table 1 has `Plan`, `Price`
    "##);
    assert_eq!(new.file(), None);
}

/// What is printed for a source that a fixture recorded.
fn of_fixture(name: &str, source: &str, method: &str) -> Run {
    let pages = format!("fixtures/{method}/{name}");
    let always = ["new", name, source, "--replay", &pages, "-p", "none"];
    shelflife(&[&always[..], &["--dry-run", "--today", "2026-11-25"]].concat())
}

#[test]
fn sources_of_each_kind_are_read() {
    for (name, source, method, entry, cycle) in [
        ("wagtail", "pypi:wagtail", "pypi", "pypi: wagtail", "7.2"),
        (
            "liquibase-secure",
            "https://example.org/support/lifecycle.csv",
            "spreadsheet_releases",
            r"regex: '^v?(?P<value>\d+(\.\d+)*)(\.[xX*])?$'",
            "4.33",
        ),
        (
            "nano",
            "https://www.nano-editor.org/dist/latest/NEWS",
            "text_versions",
            "date: day",
            "8.3",
        ),
        (
            "synology-dsm",
            "https://example.org/support/lifecycle.json",
            "json_releases",
            "eol: \"$.support.end\"",
            "7.1",
        ),
    ] {
        let run = of_fixture(name, source, method);
        assert_eq!(run.code, 0, "{name}: {}", run.stderr);
        let cycle = format!("  - releaseCycle: \"{cycle}\"\n");
        let has = |text: &str| run.stdout.contains(text);
        assert!(has(entry) && has(&cycle), "{name}: {}", run.stdout);
    }
}

#[test]
fn a_feed_that_gives_one_name_two_days_is_refused() {
    let feed = "https://example.org/news/releases.atom";
    let run = of_fixture("mageia", feed, "xml_versions");
    assert_eq!((run.code, &*run.stdout), (1, ""));
    let said = "a feed of which too few titles are of one version each\n";
    assert!(run.stderr.ends_with(said), "{}", run.stderr);
}

#[test]
fn no_file_is_replaced_and_no_name_leaves_the_folder() {
    let refused = |name: &str| {
        let run = shelflife(&[
            "new",
            name,
            "npm:eslint",
            "--replay",
            "fixtures/npm/eslint",
            "--yes",
        ]);
        assert_eq!((run.code, &*run.stdout), (2, ""));
        run.stderr
    };
    assert!(refused(super::PRODUCT).contains("exists; a new product needs another name"));
    for name in ["../foo", "Foo", "a b", ""] {
        assert!(
            refused(name).contains("is not the name of a product"),
            "{name}"
        );
    }
}

#[test]
fn a_source_that_is_no_url_becomes_no_text_of_a_page() {
    let of = |source: &str, title: &str| {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let (saved, products) = (at("page.html"), at("products"));
        fs::write(
            &saved,
            table(
                &["Version", "End"],
                &[&["2", "2028-02-28"], &["1", "2027-02-28"]],
            ),
        )
        .unwrap();
        let run = shelflife(&[
            "new",
            "foo",
            source,
            "--page",
            &saved,
            "-p",
            &products,
            "--title",
            title,
            "--yes",
            "--partial",
            "--today",
            "2026-11-25",
        ]);
        (
            run.code,
            run.shown(),
            fs::read_to_string(at("products/foo.md")).ok(),
        )
    };
    for odd in [
        "https://a.test/\n---\n<script>",
        "https://a.test/{% include x %}",
        "https://a.test/{{x}}",
        "https://a.test/\u{1b}[31m",
        "https://a.test/\u{202e}x",
        "https://a.test/<b>",
        "npm:a\n  - evil: b",
    ] {
        let (code, shown, file) = of(odd, "Foo");
        assert_eq!((code, file), (2, None), "{odd}");
        assert!(shown.contains("has a character that no URL has"), "{shown}");
    }
    assert_eq!(of(URL, "Foo\n---").0, 2);
    let (code, shown, file) = of("https://a.test/x)[y](javascript:z", "Foo");
    assert_eq!(code, 0, "{shown}");
    let file = file.unwrap();
    let link = "> Release cycles of [Foo](https://a.test/x%29[y]%28javascript:z).\n";
    assert!(file.ends_with(link), "{file}");
}
