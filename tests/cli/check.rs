//! `check` and `schema` as commands.

use super::shelflife_with;

fn shelflife(args: &[&str]) -> (i32, String, String) {
    let run = super::shelflife(args);
    (run.code, run.stdout, run.stderr)
}

#[test]
fn schema_prints_a_valid_json_schema() {
    let (code, out, _) = shelflife(&["schema"]);
    assert_eq!(code, 0);
    let schema: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
}

/// `schema/` is for editors that have no shelflife.
#[test]
fn the_schemas_in_the_repository_are_what_schema_prints() {
    for of in ["product", "settings"] {
        let (code, out, err) = shelflife(&["schema", "--of", of]);
        assert_eq!((code, &*err), (0, ""));
        let path = format!("schema/{of}.json");
        assert!(
            super::read(&path) == out,
            "{path} is old: `cargo run -- schema --of {of} >{path}` writes it"
        );
    }
}

const BAD: &str = "\
---
title: Foo
category: app
permalink: /foo
auto:
  methods:
    - release_table: https://example.org/
      regx: x
      fields: { releaseCycle: 1 }
    - { rds: https://example.org/, ignore_empty_releases: true }
    - rds: https://example.org/
      regex: '('
releases:
  - releaseCycle: \"1\"
    releaseDate: 2024-01-01
    eol: 2023-01-01
    latest: 1.10
---
";

fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs_err::write(dir.path().join("foo.md"), BAD).unwrap();
    fs_err::write(dir.path().join("none.md"), "no front matter\n").unwrap();
    dir
}

#[test]
fn each_finding_is_a_line_with_file_rule_value_and_correction() {
    let dir = folder();
    let path = dir.path().to_str().unwrap();
    let (code, out, talk) = shelflife(&["check", "-p", path, "--today", "2026-08-22"]);
    assert_eq!(code, 1);
    insta::assert_snapshot!(out.replace(path, "products"), @r#"
    products/foo.md:8: auto: unknown key `regx`; did you mean `regex`?
    products/foo.md:12: auto: bad regex `(`: unclosed group
    products/foo.md:15: date-order: cycle 1: `releaseDate` (2024-01-01) is after `eol`, which is 2023-01-01; expected: a date on or before 2023-01-01, or a later `eol`
    products/foo.md:17: type: cycle 1: `latest` (1.10) is parsed as a number by the site; expected: "1.10", in quotes
    products/none.md:1: unreadable: no front matter: the file does not start with a `---` line
    "#);
    assert_eq!(
        talk,
        "2 files checked, 5 findings, 1 note (-v shows them)\n"
    );
}

#[test]
fn what_only_the_site_cannot_read_is_a_finding_with_its_line() {
    let dir = folder();
    let text = BAD.replace("title: Foo", "title: Foo\nnote: |\n \tx");
    fs_err::write(dir.path().join("foo.md"), text).unwrap();
    let path = dir.path().to_str().unwrap();
    let (code, out, _) = shelflife(&["check", "-p", path, "foo"]);
    assert_eq!(code, 1);
    let line = format!(
        "{path}/foo.md:4: unreadable: libyaml, with which the site reads its files, cannot read this: "
    );
    assert!(out.starts_with(&line) && out.lines().count() == 1, "{out}");
}

#[test]
fn an_annotation_names_the_file_in_the_repository() {
    let dir = folder();
    let path = dir.path().to_str().unwrap();
    let args = ["check", "-p", path, "none", "--format", "github"];
    let (code, out, _) = shelflife(&args);
    assert_eq!(code, 1);
    assert!(out.starts_with("::error file="), "{out}");
    assert!(out.contains("/none.md,line=1,title=unreadable::"), "{out}");
}

#[test]
fn a_path_names_the_folder_of_product_files_too() {
    let dir = folder();
    let file = dir.path().join("none.md");
    let file = file.to_str().unwrap();
    let (code, out, talk) = shelflife(&["check", file]);
    assert_eq!(code, 1);
    assert!(out.starts_with(&format!("{file}:1: unreadable: ")), "{out}");
    assert_eq!(talk, "1 file checked, 1 finding\n");
    let (_, _, talk) = shelflife(&["check", "foo", file, "none", "--product", "foo"]);
    assert!(talk.starts_with("2 files checked, "), "{talk}");
}

#[test]
fn the_order_of_findings_does_not_depend_on_threads() {
    let dir = folder();
    for number in 0..40 {
        fs_err::write(dir.path().join(format!("p{number}.md")), BAD).unwrap();
    }
    let path = dir.path().to_str().unwrap();
    let run = |threads| shelflife_with(&[("RAYON_NUM_THREADS", threads)], &["check", "-p", path]);
    let findings = run("1").stdout;
    assert_eq!(findings.lines().count(), 41 * 4 + 1);
    assert_eq!(findings, run("4").stdout);
}

#[test]
fn a_missing_folder_exits_2() {
    assert_eq!(shelflife(&["check", "-p", "/nowhere/at/all"]).0, 2);
}
