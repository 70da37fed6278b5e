//! Writes that did not reach the repository: a run is killed, a push is rejected, a pull
//! request stays open, two runs overlap. The next run loses nothing, writes what was lost
//! and says so; what a person put back stays.

use std::sync::Arc;

use fs_err as fs;
use shelflife::collect::{collect, steps};
use shelflife::date::{Date, parse_iso};
use shelflife::edit;
use shelflife::fetch::Fetcher;
use shelflife::plan::{Plan, Policy};
use shelflife::presets::Registry;
use shelflife::store::{
    Apply, ApplyNote, EvidenceStore, HistoryStore, Products, ReleaseDataStore, Store,
};

use crate::world::{World, page, stderr};

const OLD: &str = "\
---
title: A
auto:
  methods:
    - release_table: https://a.test/x
      fields:
        releaseCycle: Version
        eol: End
releases:
  - releaseCycle: \"2\"
    eol: 2028-01-31
  - releaseCycle: \"1\"
    eol: 2027-01-31
---
";

const FOLDERS: [&str; 8] = [
    "update",
    "--replay",
    "pages",
    "--release-data",
    "data",
    "--evidence",
    "evidence",
    "--no-validate",
];

/// A product of two cycles, of which the page says these ends.
fn world(ends: [&str; 2]) -> World {
    let world = World::new();
    world.write("products/p.md", OLD);
    listed(&world, ends);
    world
}

fn listed(world: &World, [two, one]: [&str; 2]) {
    let rows: [&[&str]; 2] = [&["2", two], &["1", one]];
    world.write("pages/a.test/x", page(&["Version", "End"], &rows));
}

/// A run on a day: what it says, and the file after it.
fn update(world: &World, today: &str, more: &[&str]) -> (String, String) {
    let arguments = [&FOLDERS[..], more].concat();
    let output = world.program_on(today, &arguments).output().unwrap();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    (said, text(world))
}

fn text(world: &World) -> String {
    String::from_utf8(world.read("products/p.md")).unwrap()
}

fn day(text: &str) -> Date {
    parse_iso(text).unwrap()
}

/// The first writes of a run of 2026-11-20, as if it was killed after so many of them.
async fn killed_after(world: &World, writes: usize) {
    let store = Store {
        products: Products::open(&world.path("products")).unwrap(),
        release_data: Some(ReleaseDataStore::at(&world.path("data"))),
        evidence: Some(EvidenceStore::at(&world.path("evidence"))),
        history: Some(HistoryStore::beside(&world.path("data"))),
    };
    let today = day("2026-11-20");
    let product = Arc::new(store.products.read("p").unwrap());
    let known = store.known("p", today).unwrap();
    let steps = steps(&Registry::default(), &product, false).ok().unwrap();
    let fetcher = Fetcher::replay(&world.path("pages")).unwrap();
    let collected = collect(&product, &steps, &fetcher, known.as_ref(), today, &()).await;
    let mut data = collected.data;
    data.finish();
    let (history, error) = store.history(&product, known.as_ref());
    assert!(collected.error.is_none() && error.is_none());
    let policy = Policy {
        validate: false,
        ..Policy::default()
    };
    let plan = Plan::new(&product, Some(&data), &history, &policy, today);
    let file = edit::apply(&product, plan.writes()).unwrap();
    assert_ne!(file, product.file);
    let apply = Apply {
        product: &product,
        collected: Some(&data),
        plan: &plan,
        seen: &history,
        file: &file,
        today,
    };
    let fail = |note: ApplyNote| panic!("{note:?}");
    store.apply_first(writes, &apply, fail).unwrap();
}

#[tokio::test]
async fn a_run_killed_between_two_writes_loses_nothing_and_leaves_no_false_history() {
    let ends = ["February 29, 2028", "February 28, 2027"];
    // What a run leaves that nobody kills, and the next one.
    let whole = world(ends);
    update(&whole, "2026-11-20", &[]);
    let (_, new) = update(&whole, "2026-11-21", &[]);
    let kept = |world: &World| ["data/p.json", "evidence/p.json"].map(|path| world.read(path));
    for writes in 0..=4 {
        let world = world(ends);
        killed_after(&world, writes).await;
        let (said, file) = update(&world, "2026-11-21", &[]);
        assert_eq!(file, new, "killed after {writes}");
        assert_eq!(
            said.matches("planned on 2026-11-20, not in the file")
                .count(),
            if writes == 3 { 2 } else { 0 },
            "killed after {writes}: {said}"
        );
        assert!(!said.contains("held"), "killed after {writes}: {said}");
        assert_eq!(kept(&world), kept(&whole), "killed after {writes}");
        // A person takes one back: it is held, whatever was killed.
        update(&world, "2026-11-22", &[]);
        let corrected = new.replace("2027-02-28", "2027-01-31");
        world.write("products/p.md", &corrected);
        let (said, file) = update(&world, "2026-11-23", &[]);
        assert!(
            said.contains("held: p: 1 eol"),
            "killed after {writes}: {said}"
        );
        assert_eq!(file, corrected);
    }
}

#[test]
fn a_pull_request_that_stays_open_is_written_again_each_day() {
    let world = world(["January 31, 2028", "February 28, 2027"]);
    let new = OLD.replace("2027-01-31", "2027-02-28");
    let (said, file) = update(&world, "2026-11-20", &[]);
    assert!(!said.contains("planned on"), "{said}");
    assert_eq!(file, new);
    for (today, before) in [
        ("2026-11-21", "2026-11-20"),
        ("2026-11-22", "2026-11-21"),
        ("2026-11-23", "2026-11-22"),
    ] {
        // The checkout is of the branch to which nothing was merged.
        world.write("products/p.md", OLD);
        let (said, file) = update(&world, today, &[]);
        assert!(
            said.contains(&format!("planned on {before}, not in the file")),
            "{said}"
        );
        assert_eq!(file, new);
    }
}

#[test]
fn a_write_of_an_unguarded_run_is_settled_by_the_next() {
    let world = world(["January 31, 2028", "January 31, 2040"]);
    let (said, file) = update(&world, "2026-11-20", &["--guard", "off"]);
    assert!(!said.contains("held"), "{said}");
    assert_eq!(file, OLD.replace("2027-01-31", "2040-01-31"));
    // It was lost, and is held now: nobody accepted it.
    world.write("products/p.md", OLD);
    let (said, file) = update(&world, "2026-11-21", &[]);
    assert!(
        said.contains("held: p: 1 eol: 2027-01-31 -> 2040-01-31"),
        "{said}"
    );
    assert_eq!(file, OLD);
    // Written and taken back, it is a correction.
    let (_, file) = update(&world, "2026-11-22", &["--guard", "off"]);
    assert_eq!(file, OLD.replace("2027-01-31", "2040-01-31"));
    update(&world, "2026-11-23", &["--guard", "off"]);
    world.write("products/p.md", OLD);
    listed(&world, ["January 31, 2028", "March 31, 2027"]);
    let (said, file) = update(&world, "2026-11-24", &[]);
    assert!(
        said.contains("the file does not hold `2040-01-31`, which was written on 2026-11-22"),
        "{said}"
    );
    assert_eq!(file, OLD);
}

#[test]
fn a_correction_one_day_later_is_held_where_another_write_of_the_run_stays() {
    let world = world(["February 29, 2028", "February 28, 2027"]);
    update(&world, "2026-11-20", &[]);
    let corrected = OLD.replace("2028-01-31", "2028-02-29");
    world.write("products/p.md", &corrected);
    let (said, file) = update(&world, "2026-11-21", &[]);
    assert!(
        said.contains(
            "the file does not hold `2027-02-28`, which was written on 2026-11-20, and the source gives it again"
        ),
        "{said}"
    );
    assert_eq!(file, corrected);
}

#[test]
fn two_runs_at_once_leave_one_file_and_the_history_of_both() {
    for _ in 0..8 {
        let world = world(["February 29, 2028", "February 28, 2027"]);
        fs::create_dir(world.path("data")).unwrap();
        let children: Vec<_> = (0..2)
            .map(|_| {
                let mut command = world.program_on("2026-11-20", &FOLDERS);
                command.stdout(std::process::Stdio::null());
                command.stderr(std::process::Stdio::null());
                command.spawn().unwrap()
            })
            .collect();
        for mut child in children {
            assert_eq!(child.wait().unwrap().code(), Some(0));
        }
        let new = OLD
            .replace("2028-01-31", "2028-02-29")
            .replace("2027-01-31", "2027-02-28");
        let (said, file) = update(&world, "2026-11-21", &[]);
        assert!(said.contains("0 changed, 1 unchanged"), "{said}");
        assert_eq!(file, new);
        world.write("products/p.md", OLD);
        let (said, file) = update(&world, "2026-11-22", &[]);
        assert_eq!(said.matches("held: ").count(), 2, "{said}");
        assert_eq!(file, OLD);
    }
}

#[test]
fn what_is_pending_is_settled_also_where_a_method_fails_and_never_in_a_dry_run() {
    let world = world(["January 31, 2028", "February 28, 2027"]);
    let (_, new) = update(&world, "2026-11-20", &[]);
    let history = || String::from_utf8(world.read("data/.guard/p.json")).unwrap();
    assert!(history().contains("\"pending\""), "{}", history());
    let before = history();
    update(&world, "2026-11-21", &["--dry-run"]);
    assert_eq!(history(), before);
    fs::remove_file(world.path("pages/a.test/x")).unwrap();
    let output = world.program_on("2026-11-21", &FOLDERS).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(!history().contains("\"pending\""), "{}", history());
    assert_eq!(text(&world), new);
    // It was made, so taking it back is a correction.
    listed(&world, ["January 31, 2028", "February 28, 2027"]);
    world.write("products/p.md", OLD);
    let (said, _) = update(&world, "2026-11-22", &[]);
    assert!(said.contains("(rule `corrected`"), "{said}");
}
