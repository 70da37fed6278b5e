//! `next`: what ends when over a folder, and an exit code for it.

use fs_err as fs;

use super::{Run, shelflife};

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, releases) in [
        (
            "b",
            "  - { releaseCycle: \"2\", eoas: 2026-08-22, eol: \"2026-09-21\", eoes: false }\n  \
             - { releaseCycle: \"1\\e[1m版\", eoas: true, eol: 2026-08-21, eoes: 2026-11-20 }\n",
        ),
        (
            "a",
            "  - { releaseCycle: long name, eol: 2026-09-21 }\n  - { releaseCycle: x, eol: 2026-11-21 }\n",
        ),
    ] {
        let file = folder.path().join(format!("{name}.md"));
        fs::write(file, format!("---\nreleases:\n{releases}---\n")).unwrap();
    }
    folder
}

fn next(args: &[&str]) -> Run {
    let folder = folder();
    let path = folder.path().to_str().unwrap();
    shelflife(&[&["next", "-p", path, "--today", "2026-08-22"], args].concat())
}

#[test]
fn what_ends_within_a_time_is_sorted_by_date_and_product() {
    insta::assert_snapshot!(next(&[]).shown(), @r"
    exit code 0
    -- stdout --
     0d  2026-08-22  b  2             eoas
    30d  2026-09-21  a  long name     eol
    30d  2026-09-21  b  2             eol
    90d  2026-11-20  b  1\u{1b}[1m版  eoes
    -- stderr --
    4 dates within 90 days, in 2 products
    ");
    assert_eq!(next(&["a", "--within", "1y"]).stdout.lines().count(), 2);
    let none = next(&["a", "--within", "1d"]);
    assert_eq!((none.code, &*none.stdout), (0, ""));
    assert_eq!(none.stderr, "0 dates within 1 day, in 1 product\n");
}

#[test]
fn what_ends_too_soon_is_exit_code_1_and_listed() {
    let codes = ["29d", "30d", "721h"].map(|time| next(&["a", "--fail-within", time]).code);
    assert_eq!(codes, [0, 1, 1]);
    let run = next(&["a", "--within", "1d", "--fail-within", "91d"]);
    assert_eq!((run.code, run.stdout.lines().count()), (1, 2));
    let wanted = "2 dates within 91 days, in 1 product; --fail-within: 2 dates within 91 days\n";
    assert_eq!(run.stderr, wanted);
    let forever = next(&["--within", "1000000y"]);
    assert_eq!((forever.code, forever.stdout.lines().count()), (0, 5));
}

#[test]
fn the_same_is_in_the_json() {
    let run = next(&["b", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(document["until"], "2026-11-20");
    let ends = document["ends"].as_array().unwrap();
    let wanted = r#"{"days":30,"date":"2026-09-21","product":"b","cycle":"2","field":"eol"}"#;
    assert_eq!(
        (run.code, ends.len(), &*ends[1].to_string()),
        (0, 3, wanted)
    );
}

#[test]
fn a_file_that_cannot_be_read_is_reported_and_the_others_are_listed() {
    let folder = folder();
    fs::write(folder.path().join("c.md"), "none").unwrap();
    let path = folder.path().to_str().unwrap();
    let run = shelflife(&["next", "-p", path, "--today", "2026-08-22"]);
    assert_eq!((run.code, run.stdout.lines().count()), (1, 4));
    assert!(run.stderr.starts_with("error: c: "), "{}", run.stderr);
}
