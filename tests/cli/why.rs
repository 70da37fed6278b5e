//! `why`: the chain from the page to the line of the file, and why a value is not there.

use fs_err as fs;
use insta::assert_snapshot;
use serde_json::Value;

use super::{PRODUCT, Run, replay, shelflife};

/// What `why` says about the project's own product, its page answered by a fixture.
fn why(fixture: &str, asked: &[&str]) -> Run {
    let replay = replay(fixture);
    shelflife(&[&["why", PRODUCT], asked, &["--replay", &replay, DAY]].concat())
}

const DAY: &str = "--today=2026-11-23";

/// A product that is kept in four ways.
const FOO: &str = r#"---
title: Foo
category: app
permalink: /foo
auto:
  methods:
    - release_table: https://foo.test/eol
      fields:
        releaseCycle:
          column: Version
          regex: '^Foo (?P<value>\d+)$'
        eol:
          column: Ends
          regex: '^on (?P<day>.+)$'
          template: "{{day}}"
    - git: https://code.test/foo.git
    - json_releases: https://foo.test/api.json
      selector: '$.releases[*]'
      fields:
        releaseCycle: '$.name'
        releaseDate: '$.published'
    - declare: the page is wrong about 2
      releases:
        - name: "2"
          eol: 2028-02-29
releases:
  - releaseCycle: "5"
    releaseDate: 2026-02-02
    eol: false

  - releaseCycle: "4"
    releaseDate: 2026-01-15
    eol: false

  - releaseCycle: "3"
    releaseDate: 2025-01-15
    eol: 2029-01-31
    latest: "3.1.0"
    latestReleaseDate: 2025-02-02

  - releaseCycle: "2"
    releaseDate: 2024-01-15
    eol: 2028-02-29

  - releaseCycle: "1"
    releaseDate: 2023-01-15
    eol: 2024-12-31
---
"#;

const PAGE: &str = "<!doctype html><meta charset=utf-8><table>
<thead><tr><th>Version</th><th>Ends</th></tr></thead><tbody>
<tr><td>Foo 5</td><td>on 1 May 2025</td></tr>
<tr><td>Foo 4</td><td>on a day to be announced</td></tr>
<tr><td>Foo 3</td><td>on 31 January 2029</td></tr>
<tr><td>Foo 2</td><td>on 31 January 2028</td></tr>
<tr><td>Foo 1 (legacy)</td><td>on 31 December 2024</td></tr>
</tbody></table>";

const TAGS: &str = "v3.1.0\t2025-02-02\t1111111111111111111111111111111111111111\t2222222222222222222222222222222222222222
v3.2.0\t2026-03-03\t3333333333333333333333333333333333333333\t4444444444444444444444444444444444444444
v3.3.0-rc1\t2026-04-04\t5555555555555555555555555555555555555555\t6666666666666666666666666666666666666666
";

const API: &str = r#"{"releases": [{"name": "3", "published": "2025-01-20T09:00:00Z"}, {"name": "6", "published": "2026-10-10"}]}"#;

/// What `why` says about that product.
fn why_foo(asked: &[&str]) -> Run {
    why_of(FOO, asked)
}

fn why_of(product: &str, asked: &[&str]) -> Run {
    why_with(product, "", asked)
}

/// The same, with these decisions beside the products.
fn why_with(product: &str, decisions: &str, asked: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("products/foo.md", product),
        ("shelflife.toml", decisions),
        ("pages/foo.test/eol", PAGE),
        ("pages/foo.test/api.json", API),
        ("pages/code.test/foo.git/refs/tags", TAGS),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (products, pages) = (path("products"), path("pages"));
    let place = ["-p", &products, "--replay", &pages, DAY];
    let mut run = shelflife(&[&["why", "foo"], asked, &place].concat());
    let folder = folder.path().to_str().unwrap();
    let real = fs::canonicalize(folder).unwrap();
    run.stdout = run.stdout.replace(real.to_str().unwrap(), "[folder]");
    run.stdout = run.stdout.replace(folder, "[folder]");
    run.stderr = run.stderr.replace(folder, "[folder]");
    run
}
#[test]
fn a_date_of_a_table_is_traced_from_the_page_to_the_line() {
    assert_snapshot!(why("", &["6", "eol"]).shown(), @r"
    exit code 0
    -- stdout --
    amazon-elasticache-redis 6 eol: 2027-01-31 (products/amazon-elasticache-redis.md:34)

    The sources give the same value.

      page     https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html
               from a recording (fetch time unknown)
               SHA-256 e31a00a3024592f76a3e6f3f43f2952ae6a511c8ddfecdd0c4c4e5b124c2989d
      method   release_table, entry 1 of `auto.methods` (products/amazon-elasticache-redis.md:16)
      cycle    table 1, row 3, column `Major Engine Version`, `Redis OSS v6` is 6 by regex `^Redis OSS v(?P<value>\d+(\.\d+)?)$`
      place    table 1, row 3, column `End of Standard Support`
      reads    `1/31/2027`
      taken    unchanged, parsed as date
      value    2027-01-31
      merged   because the release of the cycle's name states the field
      line     products/amazon-elasticache-redis.md:34
    ");
}

#[test]
fn a_cell_that_is_no_date_explains_a_missing_date() {
    assert_snapshot!(why("", &["7", "eol"]).shown(), @r"
    exit code 0
    -- stdout --
    amazon-elasticache-redis 7 eol: false (products/amazon-elasticache-redis.md:27)

    A source has it, but no value could be read from it: the value in the file stays.

      skipped: row 4, `End of Standard Support` reads `Not announced`, docs.aws.amazon.com: eol of 7: `Not announced` is not a date
    ");
}

#[test]
fn a_date_that_moved_is_shown_with_its_change() {
    assert_snapshot!(why("-moved", &["6", "eol"]).stdout.lines().nth(2).unwrap(), @"The sources give 2027-04-30: the next update writes it.");
}

#[test]
fn without_a_field_each_field_has_a_line() {
    assert_snapshot!(why("", &["6"]).shown(), @r"
    exit code 0
    -- stdout --
    amazon-elasticache-redis 6 (products/amazon-elasticache-redis.md:32)

      releaseDate        2020-10-13: no source gives it
      eol                2027-01-31: row 3, `End of Standard Support` reads `1/31/2027`, docs.aws.amazon.com
      eoes               2030-01-31: row 3, `End of Extended Support and version EOL` reads `1/31/2030`, docs.aws.amazon.com
      latest             6.2: no source gives it
      latestReleaseDate  2021-11-23: no source gives it
    ");
}

#[test]
fn without_a_cycle_each_cycle_has_a_line() {
    assert_snapshot!(why("", &[]).shown(), @r"
    exit code 0
    -- stdout --
    amazon-elasticache-redis (products/amazon-elasticache-redis.md)

      7  line 25, 5 maintained by hand, 2 skipped
      6  line 32, 2 as in the sources, 3 maintained by hand
      5  line 39, 2 as in the sources, 3 maintained by hand
      4  line 46, 2 as in the sources, 3 maintained by hand
    ");
}

#[test]
fn a_version_of_git_is_traced_to_its_tag_and_commit() {
    assert_snapshot!(why_foo(&["3", "latest"]).shown(), @r"
    exit code 0
    -- stdout --
    foo 3 latest: 3.1.0 ([folder]/products/foo.md:38)

    The sources give 3.2.0: the next update writes it.

      page     https://code.test/foo.git
               from a recording (fetch time unknown)
               SHA-256 4a6706e0eb2260c061a3434f5d23d8935028d9773b8a8b3c238d512e67519c12
      method   git, entry 2 of `auto.methods` ([folder]/products/foo.md:16)
      place    tag `v3.2.0`
               object 3333333333333333333333333333333333333333
               commit 4444444444444444444444444444444444444444
      reads    `v3.2.0`
      taken    by the standard regex and template of versions
      value    3.2.0
      merged   because it is the newest version that belongs to the cycle
      line     [folder]/products/foo.md:38
      skipped: tag `v3.3.0-rc1`, code.test: matches no `regex`
    ");
}

#[test]
fn a_value_of_json_is_traced_to_its_path() {
    assert_snapshot!(why_foo(&["3", "releaseDate"]).shown(), @r"
    exit code 0
    -- stdout --
    foo 3 releaseDate: 2025-01-15 ([folder]/products/foo.md:36)

    The sources give 2025-01-20: the next update writes it.

      page     https://foo.test/api.json
               from a recording (fetch time unknown)
               SHA-256 7f6f2f2c949a9f3403ee8c2302f391142133b6ae0e3853d1b2423e68b3ae04c7
      method   json_releases, entry 3 of `auto.methods` ([folder]/products/foo.md:17)
      cycle    $.releases[0].name, `3` is 3
      place    $.releases[0].published
      reads    `2025-01-20T09:00:00Z`
      taken    unchanged, parsed as datetime
      value    2025-01-20
      merged   because the release of the cycle's name states the field
      line     [folder]/products/foo.md:36
    ");
}

#[test]
fn a_value_that_a_later_method_superseded_is_named() {
    assert_snapshot!(why_foo(&["2", "eol"]).shown(), @r"
    exit code 0
    -- stdout --
    foo 2 eol: 2028-02-29 ([folder]/products/foo.md:43)

    The sources give the same value.

      method   declare, entry 4 of `auto.methods` ([folder]/products/foo.md:22)
      place    line 22
      reads    `2028-02-29`
      value    2028-02-29
      merged   because the release of the cycle's name states the field
      line     [folder]/products/foo.md:43
      before   2028-01-31 was superseded: table 1, row 4, column `Ends` of https://foo.test/eol reads `on 31 January 2028`
    ");
}

#[test]
fn a_skipped_row_is_named_with_its_cycle() {
    assert_snapshot!(why_foo(&["1", "eol"]).shown(), @r"
    exit code 0
    -- stdout --
    foo 1 eol: 2024-12-31 ([folder]/products/foo.md:47)

    No source gives it, so no update writes it: it is maintained by hand.

      skipped: row 5, `Version` reads `Foo 1 (legacy)`, foo.test: matches no `regex`
    ");
}

#[test]
fn a_value_that_would_break_a_rule_is_rejected() {
    assert_snapshot!(why_foo(&["5"]).shown(), @r"
    exit code 0
    -- stdout --
    foo 5 ([folder]/products/foo.md:27)

      releaseDate  2026-02-02: no source gives it
      eol          false; the sources give 2025-05-01, not written (rejected by rule `date-order`: `releaseDate` (2026-02-02) is after `eol`, which is 2025-05-01): row 1, `Ends` reads `on 1 May 2025`, foo.test
    ");
}

#[test]
fn a_held_value_is_shown_with_its_id() {
    let product = FOO.replace("eol: 2029-01-31", "eol: 2019-01-31");
    assert_snapshot!(why_of(&product, &["3", "eol"]).shown(), @r"
    exit code 0
    -- stdout --
    foo 3 eol: 2019-01-31 ([folder]/products/foo.md:37)

    The sources give 2029-01-31, which is not written: held by rule `later` of the guard: moves 3653 days later; `--accept bce9406292` applies it.

      page     https://foo.test/eol
               from a recording (fetch time unknown)
               SHA-256 d41a436e2f3ce3036ac9baeaee236cd269ec838d59707ebb7a9844c49997f624
      method   release_table, entry 1 of `auto.methods` ([folder]/products/foo.md:7)
      cycle    table 1, row 3, column `Version`, `Foo 3` is 3 by regex `^Foo (?P<value>\d+)$`
      place    table 1, row 3, column `Ends`
      reads    `on 31 January 2029`
      taken    by regex `^on (?P<day>.+)$`, template `{{day}}`, parsed as date
      value    2029-01-31
      merged   because the release of the cycle's name states the field
      line     [folder]/products/foo.md:37
    ");
}

#[test]
fn a_pinned_value_is_shown_with_its_reason() {
    let pin = r#"
[[pin]]
product = "foo"
cycle = "3"
field = "releaseDate"
why = "the announcement counts, not the API"
until = 2027-06-30
"#;
    let said = why_with(FOO, pin, &["3", "releaseDate"]).stdout;
    assert_snapshot!(said.lines().take(3).collect::<Vec<_>>().join("\n"), @r"
    foo 3 releaseDate: 2025-01-15 ([folder]/products/foo.md:36)

    The sources give 2025-01-20, which is not written: pinned until 2027-06-30 by [folder]/shelflife.toml:2: the announcement counts, not the API.
    ");
}

#[test]
fn why_takes_the_options_of_update() {
    let product = FOO.replace("eol: 2029-01-31", "eol: 2019-01-31");
    let elsewhere = tempfile::tempdir().unwrap();
    let path = |name: &str| elsewhere.path().join(name).to_str().unwrap().to_owned();
    let settings = path("other.toml");
    let pin = "[[pin]]\nproduct = \"foo\"\ncycle = \"3\"\nfield = \"eol\"\nwhy = \"told\"\nuntil = 2027-06-30\n";
    fs::write(&settings, pin).unwrap();
    let state = path("state");
    fs::create_dir(&state).unwrap();
    let written = r#"{"writes": [{"day": "2026-11-01", "cycle": "3", "field": "eol", "old": "2018-01-31", "new": "2029-01-31"}]}"#;
    fs::write(path("state/foo.json"), written).unwrap();
    let sentence = |options: &[&str]| {
        let said = why_of(&product, &[&["3", "eol"], options].concat()).stdout;
        said.lines().nth(2).unwrap().to_owned()
    };
    let due = "The sources give 2029-01-31: the next update writes it.";
    let held = sentence(&[]);
    assert!(held.contains("held by rule `later`"), "{held}");
    let id = held.split("--accept ").nth(1).unwrap();
    let id = id.split('`').next().unwrap();
    assert_eq!(sentence(&["--guard", "off"]), due);
    assert_eq!(sentence(&["--guard", "warn"]), due);
    assert_eq!(sentence(&["--accept", id]), due);
    let pinned = sentence(&["--settings", &settings]);
    assert!(
        pinned.contains(&format!("pinned until 2027-06-30 by {settings}:1: told")),
        "{pinned}"
    );
    let corrected = sentence(&["--state", &state]);
    assert!(
        corrected.contains("held by rule `corrected`"),
        "{corrected}"
    );
    let rejected = why_of(FOO, &["5", "eol"]).stdout;
    assert!(rejected.contains("rejected by rule"), "{rejected}");
    let rejected = why_of(FOO, &["5", "eol", "--no-validate"]).stdout;
    assert!(rejected.contains("the next update writes it"), "{rejected}");
}

#[test]
fn values_read_before_a_method_failed_are_not_written() {
    let run = why_of(
        &FOO.replace("foo.test/api", "foo.test/gone"),
        &["3", "latest"],
    );
    assert_eq!(run.code, 1);
    assert_snapshot!(run.stdout.lines().nth(2).unwrap(), @"The sources give 3.2.0, which is not written: a method of the product failed.");
}

#[test]
fn disabled_methods_are_not_run() {
    let off = FOO.replace("auto:\n", "auto:\n  disabled: true\n");
    let none = format!(
        "{}releases:\n{}",
        FOO.split_once("auto:").unwrap().0,
        FOO.split_once("\nreleases:\n").unwrap().1
    );
    let said = [off, none].map(|product| {
        let run = why_of(&product, &["3", "eol"]);
        assert_eq!(run.code, 0);
        run.stdout.lines().nth(2).unwrap().to_owned()
    });
    assert_eq!(
        said,
        [
            "methods of the product are disabled",
            "product has no methods"
        ]
        .map(|idle| format!("The {idle}, so every value is maintained by hand."))
    );
}

#[test]
fn a_cycle_that_only_a_source_has_is_shown() {
    assert_snapshot!(why_foo(&["6", "releaseDate"]).shown(), @r"
    exit code 0
    -- stdout --
    foo 6 releaseDate: not set; the file has no such release cycle

    The sources give 2026-10-10, but the file has no place for it.

      page     https://foo.test/api.json
               from a recording (fetch time unknown)
               SHA-256 7f6f2f2c949a9f3403ee8c2302f391142133b6ae0e3853d1b2423e68b3ae04c7
      method   json_releases, entry 3 of `auto.methods` ([folder]/products/foo.md:17)
      cycle    $.releases[1].name, `6` is 6
      place    $.releases[1].published
      reads    `2026-10-10`
      taken    unchanged, parsed as datetime
      value    2026-10-10
      line     none; add the release cycle by hand
    ");
}

#[test]
fn an_unknown_name_is_an_error_with_the_nearest() {
    let said = [
        &["fooo"][..],
        &["foo", "33"],
        &["foo", "3", "eoll"],
        &["foo", "zz"],
    ]
    .map(|asked| {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().to_str().unwrap();
        let product = FOO.split_once("auto:").unwrap().0.to_owned()
            + "releases:\n"
            + FOO.split_once("\nreleases:\n").unwrap().1;
        fs::write(folder.path().join("foo.md"), product).unwrap();
        let run = shelflife(&[&["why"], asked, &["-p", dir, "--replay", dir, DAY]].concat());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""));
        run.stderr.replace(dir, "[folder]")
    })
    .concat();
    assert_snapshot!(said, @r"
    error: no product `fooo` in [folder]
      hint: did you mean `foo`?
    error: foo has no release cycle `33`
      hint: did you mean `3`?
    error: foo has no field `eoll`
      hint: did you mean `eol`?
    error: foo has no release cycle `zz`
      hint: known: `5`, `4`, `3`, `2`, `1`
    ");
}

#[test]
fn without_its_pages_why_shows_the_file() {
    let run = why_of(&FOO.replace("foo.test/eol", "foo.test/gone"), &["3", "eol"]);
    assert_snapshot!(run.shown(), @r"
    exit code 1
    -- stdout --
    foo 3 eol: 2029-01-31 ([folder]/products/foo.md:37)

    The sources could not be read, so it is unknown what they give.

    -- stderr --
    error: foo: method `release_table` ([folder]/products/foo.md:7) failed
      caused by: not recorded: GET https://foo.test/gone (no file `foo.test/gone`)
      hint: run with --record to save the answers of the network
    ");
}

#[test]
fn json_has_every_step() {
    let run = why_foo(&["2", "eol", "--format", "json"]);
    assert_eq!(run.code, 0);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let answer = &document["cycles"][0]["fields"][0];
    assert_snapshot!(serde_json::to_string_pretty(answer).unwrap(), @r#"
    {
      "field": "eol",
      "line": 43,
      "value": "2028-02-29",
      "fate": "same",
      "sources": {
        "value": "2028-02-29",
        "evidence": {
          "method": "declare",
          "entry": 4,
          "line": 22,
          "raw": "2028-02-29",
          "rule": "release_states"
        },
        "superseded": [
          {
            "value": "2028-01-31",
            "evidence": {
              "method": "release_table",
              "entry": 1,
              "page": {
                "url": "https://foo.test/eol",
                "from": "recording",
                "sha256": "d41a436e2f3ce3036ac9baeaee236cd269ec838d59707ebb7a9844c49997f624"
              },
              "table": 1,
              "row": 4,
              "column": "Ends",
              "raw": "on 31 January 2028",
              "regex": "^on (?P<day>.+)$",
              "template": "{{day}}",
              "type": "date"
            }
          }
        ]
      },
      "skipped_items": []
    }
    "#);
}
