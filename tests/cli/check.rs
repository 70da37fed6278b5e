//! `check` and `schema` over recorded product files, and as commands.
//!
//! The recorded files are found by `SHELFLIFE_SHARED`, a folder that holds
//! `corpus/products-2026-08`: the site's 464 product files of 2026-08-22.

#![expect(
    clippy::unwrap_used,
    reason = "a test may panic, also in its helper functions"
)]
#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

mod reject;

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use shelflife::date::parse_iso;
use shelflife::plan::validate::check;
use shelflife::presets::Registry;
use shelflife::product::Product;
use shelflife::product::front_matter::FrontMatter;
use shelflife::schema::schema;

fn recorded() -> Option<PathBuf> {
    let shared = std::env::var_os("SHELFLIFE_SHARED");
    if shared.is_none() {
        eprintln!("skipped: SHELFLIFE_SHARED names no folder of recorded data");
    }
    Some(Path::new(&shared?).join("corpus/products-2026-08"))
}

fn files(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs_err::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs_err::read(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn shelflife(args: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("shelflife")
        .unwrap()
        .args(args)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// The site was built from these files on that day, so each of its rules holds for each of
/// them: whatever is found here is a rule that this program has wrong.
#[test]
fn what_the_site_accepts_is_accepted() {
    let Some(dir) = recorded() else { return };
    let mut found = Vec::new();
    for (name, file) in files(&dir) {
        let product = Product::read(&name, &name, file).unwrap();
        for finding in check(&product, parse_iso("2026-08-22").unwrap()) {
            found.push(format!("{name}: {finding:?}"));
        }
    }
    assert_eq!(found, [""; 0]);
}

#[test]
fn the_command_finds_what_is_wrong_with_the_recorded_files() {
    let Some(dir) = recorded() else { return };
    let dir = dir.to_str().unwrap();
    let (code, out, _) = shelflife(&["check", "-p", dir, "--today", "2026-08-22"]);
    assert_eq!((code, out.replace(dir, "products").as_str()), (0, ""));
}

#[test]
fn the_schema_accepts_the_recorded_files() {
    let Some(dir) = recorded() else { return };
    let validator = jsonschema::validator_for(&schema(&Registry::default())).unwrap();
    let mut refused = Vec::new();
    for (name, file) in files(&dir) {
        let span = FrontMatter::read(&file).unwrap().span;
        let front: serde_json::Value =
            serde_yaml::from_str(std::str::from_utf8(&file[span]).unwrap()).unwrap();
        if let Err(error) = validator.validate(&front) {
            let error: String = error.to_string().chars().take(200).collect();
            refused.push(format!("{name}: {error}"));
        }
    }
    assert_eq!(refused, [""; 0]);
}

#[test]
fn the_schema_is_a_schema() {
    let (code, out, _) = shelflife(&["schema"]);
    assert_eq!(code, 0);
    let schema: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
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
fn each_finding_is_a_line_with_file_rule_value_and_what_is_right() {
    let dir = folder();
    let path = dir.path().to_str().unwrap();
    let (code, out, talk) = shelflife(&["check", "-p", path, "--today", "2026-08-22"]);
    assert_eq!(code, 1);
    insta::assert_snapshot!(out.replace(path, "products"), @r#"
    products/foo.md:8: auto: unknown key `regx`; did you mean `regex`?
    products/foo.md:12: auto: bad regex `(`: unclosed group
    products/foo.md:15: date-order: cycle 1: `releaseDate` (2024-01-01) is after `eol`, which is 2023-01-01; right: a day on or before 2023-01-01, or a later `eol`
    products/foo.md:17: type: cycle 1: `latest` (1.10) is a number to the site; right: "1.10", in quotes
    products/none.md:1: unreadable: no front matter: the file does not start with a `---` line
    "#);
    assert_eq!(
        talk,
        "2 files checked, 5 findings, 1 note (-v shows them)\n"
    );
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
    let run = |threads: &str| {
        let mut command = Command::cargo_bin("shelflife").unwrap();
        command
            .env("RAYON_NUM_THREADS", threads)
            .args(["check", "-p"])
            .arg(dir.path());
        command.output().unwrap().stdout
    };
    assert_eq!(run("1"), run("4"));
}

#[test]
fn a_folder_that_is_not_there_is_no_finding() {
    assert_eq!(shelflife(&["check", "-p", "/nowhere/at/all"]).0, 2);
}
