//! The guard as a person meets it: what it holds, and how that is accepted, pinned or turned off.

use super::{Run, shelflife};
use fs_err as fs;
use std::path::PathBuf;

const TODAY: &str = "2026-06-15";

/// A folder of one product with its release data, as `merge` reads them.
struct Site(tempfile::TempDir);

impl Site {
    fn new() -> Self {
        let site = Self(tempfile::tempdir().unwrap());
        fs::create_dir(site.path("products")).unwrap();
        fs::create_dir(site.path("releases")).unwrap();
        fs::write(site.product(), PRODUCT).unwrap();
        site
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn product(&self) -> PathBuf {
        self.path("products/lamp.md")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.product()).unwrap()
    }

    /// Lets the sources list these releases, each with its end.
    fn listed(&self, ends: &[(&str, &str)]) {
        let releases: Vec<String> = ends
            .iter()
            .map(|(name, end)| format!(r#""{name}": {{ "name": "{name}", "eol": {end} }}"#))
            .collect();
        let json = format!(
            r#"{{ "releases": {{ {} }}, "versions": {{}} }}"#,
            releases.join(", ")
        );
        fs::write(self.path("releases/lamp.json"), json).unwrap();
    }

    fn merge(&self, args: &[&str]) -> Run {
        self.merge_on(TODAY, args)
    }

    fn merge_on(&self, today: &str, args: &[&str]) -> Run {
        let products = self.path("products");
        let releases = self.path("releases");
        let folders = [
            "merge",
            "--today",
            today,
            "-p",
            products.to_str().unwrap(),
            "--release-data",
            releases.to_str().unwrap(),
        ];
        let mut run = shelflife(&[&folders[..], args].concat());
        let folder = self.0.path().to_str().unwrap();
        run.stderr = run.stderr.replace(folder, "[site]");
        run
    }

    fn check(&self, args: &[&str]) -> Run {
        let products = self.path("products");
        let always = ["check", "--today", TODAY, "-p", products.to_str().unwrap()];
        let mut run = shelflife(&[&always[..], args].concat());
        let folder = self.0.path().canonicalize().unwrap();
        run.stdout = run.stdout.replace(folder.to_str().unwrap(), "[site]");
        run.stderr = run.stderr.replace(folder.to_str().unwrap(), "[site]");
        run
    }
}

const PRODUCT: &str = "\
---
title: Lamp
releases:
  - releaseCycle: \"4\"
    releaseDate: 2026-01-01
    eol: false

  - releaseCycle: \"3\"
    releaseDate: 2025-01-01
    eol: 2028-01-31

  - releaseCycle: \"2\"
    releaseDate: 2024-01-01
    eol: 2027-01-31

  - releaseCycle: \"1\"
    releaseDate: 2023-01-01
    eol: 2026-01-31
---
";

/// The id that a run names.
fn id_of(run: &Run) -> String {
    let (_, id) = run.stderr.split_once("; --accept ").unwrap();
    id.split_once(')').unwrap().0.to_owned()
}

#[test]
fn suspicious_changes_are_held_and_the_rest_is_written() {
    let site = Site::new();
    site.listed(&[("2", "false"), ("3", "\"2028-02-29\"")]);
    let run = site.merge(&["--no-validate"]);
    insta::assert_snapshot!(run.shown(), @"
    exit code 0
    -- stderr --
    updated: lamp, 1 change
      3 eol: 2028-01-31 -> 2028-02-29
        [site]/releases/lamp.json
      held: 2 eol: 2027-01-31 -> false: a date becomes `false` (rule `undated`; [site]/releases/lamp.json; --accept 42e8c118fb)
    note: no guard history in [site]/releases/.guard: rules source, corrected, swing have no effect in this run
    1 changed, 1 held
    ");
    assert_eq!(site.text(), PRODUCT.replace("2028-01-31", "2028-02-29"));
}

#[test]
fn a_held_change_is_reported_once_and_its_id_applies_it() {
    let site = Site::new();
    site.listed(&[("2", "false")]);
    let first = site.merge(&[]);
    let id = id_of(&first);
    let second = site.merge_on("2026-06-16", &[]);
    assert!(!second.stderr.contains(&id), "{}", second.stderr);
    assert!(
        second
            .stderr
            .contains("held: lamp: 1 change as before; -v prints them"),
        "{}",
        second.stderr
    );
    let verbose = site.merge_on("2026-06-16", &["-v"]);
    let since = format!("held since 2026-06-15; --accept {id}");
    assert!(verbose.stderr.contains(&since), "{}", verbose.stderr);
    assert_eq!(site.text(), PRODUCT);

    let unknown = site.merge(&["--accept", "0000000000"]);
    let said = "note: unused `--accept` ID: 0000000000";
    assert!(unknown.stderr.contains(said), "{}", unknown.stderr);

    fs::write(site.path("ids"), format!("# yes\n{id}\n")).unwrap();
    let file = site.path("ids");
    let accepted = site.merge(&["--accept-file", file.to_str().unwrap()]);
    assert!(!accepted.stderr.contains("held"), "{}", accepted.stderr);
    assert_eq!(site.text(), PRODUCT.replace("2027-01-31", "false"));
}

#[test]
fn guard_warn_writes_and_guard_off_is_silent() {
    for (mode, word) in [("warn", "  suspicious: 2 eol"), ("off", "")] {
        let site = Site::new();
        site.listed(&[("2", "false")]);
        let run = site.merge(&["--guard", mode]);
        assert!(run.stderr.contains(word), "{}", run.stderr);
        assert!(!run.stderr.contains("held"), "{}", run.stderr);
        assert_eq!(run.stderr.contains("suspicious"), mode == "warn");
        assert_eq!(site.text(), PRODUCT.replace("2027-01-31", "false"));
    }
}

#[test]
fn a_dry_run_holds_changes_and_writes_no_history() {
    let site = Site::new();
    site.listed(&[("2", "false")]);
    for _ in 0..2 {
        let run = site.merge(&["--dry-run"]);
        assert!(run.stderr.contains("held: lamp: 2 eol"), "{}", run.stderr);
    }
    assert!(!site.path("releases/.guard").exists());
}

#[test]
fn changes_held_for_one_reason_share_a_line_and_an_id() {
    let site = Site::new();
    let all = ["1", "2", "3", "4"].map(|cycle| (cycle, "\"2026-06-15\""));
    site.listed(&all);
    let run = site.merge(&[]);
    insta::assert_snapshot!(run.shown(), @r#"
    exit code 0
    -- stderr --
    held: lamp: 4 release cycles get 2026-06-15, the day of the run: 4 eol: false -> 2026-06-15, 3 eol: 2028-01-31 -> 2026-06-15, 2 eol: 2027-01-31 -> 2026-06-15 and 1 more (rule `same_day`; all: --accept 9dcdc8f443)
    note: no guard history in [site]/releases/.guard: rules source, corrected, swing have no effect in this run
    0 changed, 4 held, 1 unchanged
    "#);
    assert_eq!(site.text(), PRODUCT);
    let (_, id) = run.stderr.split_once("; all: --accept ").unwrap();
    site.merge(&["--accept", &id[..10]]);
    assert_eq!(site.text().matches("eol: 2026-06-15").count(), 4);
}

#[test]
fn a_held_change_comes_with_the_pin_that_keeps_the_value_of_the_file() {
    let site = Site::new();
    site.listed(&[("2", "false")]);
    let run = site.merge(&["-v"]);
    let (_, pin) = run.stderr.split_once("in shelflife.toml:\n").unwrap();
    let pin: String = pin.split_inclusive('\n').take(6).collect();
    insta::assert_snapshot!(pin, @r#"
      [[pin]]
      product = "lamp"
      cycle = "2"
      field = "eol"
      why = "a date becomes `false`"
      until = 2027-06-15
    "#);
    fs::write(site.path("shelflife.toml"), pin).unwrap();
    let run = site.merge(&["-v"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let told = !run.stderr.contains("held: ") && run.stderr.contains("is pinned until 2027-06-15");
    assert!(told, "{}", run.stderr);
}

#[test]
fn sources_that_became_empty_are_held() {
    let site = Site::new();
    let known = [
        ("1", "\"2026-01-31\""),
        ("2", "\"2027-01-31\""),
        ("3", "\"2028-01-31\""),
    ];
    site.listed(&known);
    assert_eq!(site.merge(&[]).code, 0);
    site.listed(&[]);
    let run = site.merge(&[]);
    insta::assert_snapshot!(run.shown(), @r#"
    exit code 0
    -- stderr --
    held: lamp: the sources list nothing; before, they listed 3 releases (rule `source`; all: --accept 4bc7aca9f0)
    0 changed, 1 held, 1 unchanged
    "#);
    // The next run does not take the empty answer for what is usual.
    let next = site.merge_on("2026-06-16", &["-v"]);
    assert!(
        next.stderr.contains("held since 2026-06-15"),
        "{}",
        next.stderr
    );
    site.listed(&known);
    let healed = site.merge_on("2026-06-17", &[]);
    assert!(!healed.stderr.contains("held"), "{}", healed.stderr);
}

#[test]
fn an_unreadable_history_is_reported_and_replaced() {
    let site = Site::new();
    site.listed(&[("3", "\"2028-02-29\"")]);
    fs::create_dir(site.path("releases/.guard")).unwrap();
    fs::write(site.path("releases/.guard/lamp.json"), "{").unwrap();
    let run = site.merge(&[]);
    assert_eq!(run.code, 0);
    let said = "guard history is unavailable: cannot read [site]";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert!(!site.merge(&[]).stderr.contains("history is unavailable"));
}

#[test]
fn a_pinned_value_stays_and_a_needless_pin_is_reported() {
    let site = Site::new();
    let settings = "[[pin]]\nproduct = \"lamp\"\ncycle = \"3\"\nfield = \"eol\"\nwhy = \"they told us\"\nuntil = 2026-12-31\n";
    fs::write(site.path("shelflife.toml"), settings).unwrap();
    site.listed(&[("3", "\"2028-02-29\"")]);
    let run = site.merge(&[]);
    let said = "3 eol is pinned until 2026-12-31 (they told us); the source gives 2028-02-29";
    assert!(run.stderr.contains(said), "{}", run.stderr);
    assert_eq!(site.text(), PRODUCT);
    site.listed(&[("3", "\"2028-01-31\"")]);
    let done = site.merge(&[]);
    let said = "the source now agrees with the pin of 3 eol: remove it from shelflife.toml";
    assert!(done.stderr.contains(said), "{}", done.stderr);
    site.listed(&[("3", "\"2028-02-29\"")]);
    site.merge_on("2027-01-01", &[]);
    assert_eq!(site.text(), PRODUCT.replace("2028-01-31", "2028-02-29"));
}

#[test]
fn check_reports_settings_that_no_longer_apply() {
    let site = Site::new();
    let settings = "\
[[guard.off]]
product = \"lamp\"
rule = \"back\"
reason = \"they renumbered\"
until = 2026-12-31

[[guard.off]]
product = \"lamb\"
rule = \"back\"
reason = \"they renumbered\"
until = 2026-12-31

[[pin]]
product = \"lamp\"
cycle = \"3\"
field = \"eol\"
why = \"they told us\"
until = 2026-01-31

[[pin]]
product = \"lamp\"
cycle = \"9\"
field = \"eol\"
why = \"they told us\"
until = 2026-12-31
";
    fs::write(site.path("shelflife.toml"), settings).unwrap();
    let run = site.check(&["-v"]);
    let about = |text: &str| -> String {
        text.lines()
            .filter(|line| line.contains("shelflife.toml"))
            .flat_map(|line| [line, "\n"])
            .collect()
    };
    insta::assert_snapshot!(about(&run.stdout) + &about(&run.stderr), @r#"
    [site]/shelflife.toml:7: decision: no product `lamb`; did you mean `lamp`?
    [site]/shelflife.toml:13: decision: lamp 3 eol is pinned (they told us), which ended on 2026-01-31; remove it
    [site]/shelflife.toml:20: decision: no release cycle `9` in lamp; remove it
    note: [site]/shelflife.toml:1: rule `back` is off for lamp (they renumbered), until 2026-12-31
    "#);
    assert_eq!(site.merge(&[]).code, 2);
    fs::write(site.path("shelflife.toml"), "[guard]\nearly = 1\n").unwrap();
    let wrong = site.check(&[]);
    insta::assert_snapshot!(about(&wrong.stdout), @r#"
    [site]/shelflife.toml:2: decision: unknown key `early`, expected one of `earlier_days`, `later_days`, `same_day_now`, `same_day`, `corrected_days`, `swing_days`, `rewritten_dates`, `old_release_days`, `jump`, `older_day_days`, `moved_day_days`, `shrunk_percent`, `off`
    "#);
    assert_eq!(site.merge(&[]).code, 2);
}

#[test]
fn backtest_prints_its_score() {
    let site = Site::new();
    let history = site.path("history.jsonl");
    let line = |day: &str, new: &str, restored: bool| {
        format!(
            r#"{{"commit":"{day}","date":"{day}","product":"lamp","releaseCycle":"{day}","field":"eol","old":"2027-01-01","new":{new},"restored":{restored}}}"#
        )
    };
    let text =
        line("2026-01-01", "\"False\"", true) + "\n" + &line("2026-01-02", "\"2027-02-01\"", false);
    fs::write(&history, text).unwrap();
    let history = history.to_str().unwrap();
    let run = shelflife(&["guard", "--history", history, "--format", "json"]);
    let score: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    for (key, count) in [("writes", 2), ("held", 1), ("restored", 1), ("caught", 1)] {
        assert_eq!(score[key], count, "{key}");
    }
    let text = shelflife(&["guard", "--history", history]).stdout;
    let last = "1 of 2 writes held, 50.00 %; 1 of 1 reverted writes held, 100.0 %";
    assert_eq!(text.lines().last(), Some(last));
    let none = shelflife(&["guard"]);
    assert_eq!(none.code, 2);
}
