//! `try`, and recordings.

use fs_err as fs;
use insta::assert_snapshot;

use super::{Folder, PRODUCT, page, read, replay, shelflife};

fn file() -> String {
    format!("products/{PRODUCT}.md")
}

#[test]
fn try_prints_the_releases_of_a_saved_page() {
    let run = shelflife(&["try", &file(), "--page", &page("-moved")]);
    assert_snapshot!(run.shown(), @r"
    exit code 0
    -- stdout --
    release 7  no fields
    release 6  eol: 2027-04-30, eoes: 2030-01-31
    release 5  eol: 2026-01-31, eoes: 2029-01-31
    release 4  eol: 2026-01-31, eoes: 2029-01-31
    ");
}

#[test]
fn try_says_why_no_row_is_usable() {
    let folder = Folder::of_product("^Redis OSS v", "^Valkey v");
    let product = folder.file();
    let run = shelflife(&["try", product.to_str().unwrap(), "--page", &page("")]);
    assert_snapshot!(run.shown_without(&folder), @r"
    exit code 1
    -- stderr --
    error: amazon-elasticache-redis: method `release_table` ([folder]/amazon-elasticache-redis.md:16) failed
      caused by: no usable row on fixtures/release_table/amazon-elasticache-redis/docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html (4 read)
        table 1, row 1, column `Major Engine Version`, `Redis OSS v4`: matches no `regex`
        table 1, row 2, column `Major Engine Version`, `Redis OSS v5`: matches no `regex`
        table 1, row 3, column `Major Engine Version`, `Redis OSS v6`: matches no `regex`
        table 1, row 4, column `Major Engine Version`, `Redis OSS v7`: matches no `regex`
      hint: no name passes the `regex` of the entry: correct it in [folder]/amazon-elasticache-redis.md:16
    ");
}

#[test]
fn a_hint_names_the_template_or_selector_of_the_entry_that_finds_nothing() {
    let hint = |from: &str, to: &str| {
        let folder = Folder::of_product(from, to);
        let product = folder.file();
        let run = shelflife(&["try", product.to_str().unwrap(), "--page", &page("")]);
        let hint = run.stderr.split_once("hint: ").unwrap().1.to_owned();
        hint.replace(folder.as_str(), "[folder]")
    };
    let regex = "          regex:";
    let template = hint(
        regex,
        "          template: '{% if none %}x{% endif %}'\n          regex:",
    );
    assert!(
        template.starts_with("no name passes the `template` of"),
        "{template}"
    );
    let fields = "      fields:";
    let selector = hint(fields, "      selector: '#none'\n      fields:");
    assert!(
        selector.starts_with("if the page has not changed, correct the entry in [folder]/"),
        "{selector}"
    );
}

#[test]
fn try_runs_one_method_alone_even_if_disabled() {
    let folder = Folder::of_product(
        "\nreleases:",
        "    - declare: the day it began\n      disabled: true\n      releases:\n        - name: \"4\"\n          eol: 2017-11-17\n\nreleases:",
    );
    let product = folder.file();
    let product = product.to_str().unwrap();
    let alone = |number: &str| {
        let page = page("");
        shelflife(&["try", product, "--method", number, "--page", &page]).shown()
    };
    assert_snapshot!(alone("1"), @r"
    exit code 0
    -- stdout --
    release 7  no fields
    release 6  eol: 2027-01-31, eoes: 2030-01-31
    release 5  eol: 2026-01-31, eoes: 2029-01-31
    release 4  eol: 2026-01-31, eoes: 2029-01-31
    ");
    assert_snapshot!(alone("2"), @r"
    exit code 0
    -- stdout --
    release 4  eol: 2017-11-17
    ");
}

#[test]
fn try_prints_the_snapshot_of_a_fixture() {
    let fixture = replay("");
    let product = format!("{fixture}/product.md");
    let run = shelflife(&["try", &product, "--replay", &fixture, "--format", "json"]);
    assert_eq!(run.code, 0);
    assert_eq!(run.stdout, read(&format!("{fixture}/expected.snap")));
}

#[test]
fn what_try_records_can_be_replayed() {
    let folder = Folder::of_product("", "");
    for form in ["pages", "pages.har"] {
        for fixture in ["-moved", "-renamed-header"] {
            let (from, to) = (replay(fixture), folder.path(form));
            let to = to.to_str().unwrap();
            let told = shelflife(&["try", &file(), "--replay", &from, "--record", to]);
            let again = shelflife(&["try", &file(), "--replay", to]);
            assert_eq!(again.shown(), told.shown(), "{form} of {fixture}");
        }
    }
    let recorded = page("").replace(&replay(""), folder.path("pages").to_str().unwrap());
    assert_eq!(
        fs::read(recorded).unwrap(),
        read(&page("-renamed-header")).as_bytes()
    );
}

#[test]
fn a_samsung_page_without_the_model_fails() {
    let fixture = "fixtures/samsung-security/samsung-galaxy-tab";
    let product = format!("{fixture}/product.md");
    let listed = read(&format!(
        "{fixture}/security.samsungmobile.com/workScope.smsb"
    ));
    let folder = Folder(tempfile::tempdir().unwrap());
    let page = folder.path("page.html");
    for (from, to, missing) in [
        ("Biannual", "Yearly", "no heading `"),
        ("<li>Galaxy A04s</li>", "", "no model below `"),
    ] {
        assert!(listed.contains(from), "{from}");
        fs::write(&page, listed.replace(from, to)).unwrap();
        let run = shelflife(&["try", &product, "--page", page.to_str().unwrap()]);
        assert_eq!((run.code, &*run.stdout), (1, ""));
        assert!(run.stderr.contains(missing), "{}", run.stderr);
    }
}
