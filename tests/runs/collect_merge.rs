//! `collect` and then `merge` decide what `update` decides: the same changes, the same holds
//! under the same ids.

use std::path::{Path, PathBuf};

use fs_err as fs;
use serde_json::Value as Json;

use crate::world::{World, page, stderr};

/// What a run decided of a product: each change and each hold, without where it comes from.
fn decisions(world: &World, today: &str, arguments: &[&str]) -> (Vec<String>, i32) {
    let json = ["--format", "json", "--no-validate", "-v"];
    let output = world
        .program_on(today, &[arguments, &json].concat())
        .output()
        .unwrap();
    let code = output.status.code().unwrap();
    assert!(code < 2, "{}", stderr(&output));
    let document: Json = serde_json::from_slice(&output.stdout).unwrap();
    let product = &document["products"][0];
    let change = |change: &Json| {
        let parts = ["cycle", "field", "old", "new"].map(|key| change[key].to_string());
        parts.join(" ")
    };
    let list = |key: &str| product[key].as_array().unwrap().clone();
    let written = list("changes").iter().map(change).collect::<Vec<_>>();
    let held = list("held").into_iter().map(|held| {
        let what = change(&held["change"]);
        format!(
            "held {} {} {} {what}",
            held["id"], held["rule"], held["since"]
        )
    });
    ([written, held.collect()].concat(), code)
}

/// Runs both ways on a day, each with folders of its own.
fn both(world: &World, today: &str, pages: &str) -> [Vec<String>; 2] {
    let fetch = ["--replay", pages];
    let whole = ["update", "-p", "whole", "--release-data", "whole-data"];
    let (whole, failed) = decisions(world, today, &[&whole[..], &fetch].concat());
    let collect = ["collect", "-p", "halves", "--release-data", "halves-data"];
    let collected = world
        .program_on(today, &[&collect[..], &fetch].concat())
        .output()
        .unwrap();
    assert_eq!(
        collected.status.code(),
        Some(failed),
        "{}",
        stderr(&collected)
    );
    let collected = stderr(&collected);
    let mut halves = Vec::new();
    if failed == 0 {
        // What `collect` does not trust it says, and `merge` has nothing new to look at.
        let merge = ["merge", "-p", "halves", "--release-data", "halves-data"];
        (halves, _) = decisions(world, today, &merge);
        if let Some((_, held)) = collected.split_once("all: --accept ") {
            halves.push(format!("held {:?}", &held[..10]));
        }
    }
    [whole, halves]
}

/// Every fixture: a product file and the pages that its methods read.
fn fixtures() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let below = |path: &Path| {
        let entries = fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        entries.filter(|path| path.is_dir()).collect::<Vec<_>>()
    };
    let methods = below(&root);
    let mut found: Vec<PathBuf> = methods.iter().flat_map(|method| below(method)).collect();
    found.retain(|path| path.join("product.md").exists());
    found.sort();
    assert!(found.len() > 70, "{}", found.len());
    found
}

#[test]
fn collect_and_merge_decide_as_update_for_every_fixture() {
    let mut changes = 0;
    for fixture in fixtures() {
        let world = World::new();
        let file = fs::read(fixture.join("product.md")).unwrap();
        for folder in ["whole", "halves"] {
            world.write(format!("{folder}/p.md"), &file);
        }
        let pages = fixture.to_str().unwrap();
        for today in ["2026-11-20", "2026-11-21"] {
            let [whole, halves] = both(&world, today, pages);
            assert_eq!(halves, whole, "{pages} {today}");
            changes += whole.len();
            assert_eq!(
                world.read("halves/p.md"),
                world.read("whole/p.md"),
                "{pages}"
            );
            assert_eq!(
                world.read_or_nothing("halves-data/.guard/p.json"),
                world.read_or_nothing("whole-data/.guard/p.json"),
                "{pages}"
            );
        }
    }
    assert!(changes > 20, "{changes}");
}

const PRODUCT: &str = "\
---
title: A
auto:
  methods:
    - release_table: https://a.test/x
      fields:
        releaseCycle: Version
        eol: End
releases:
  - releaseCycle: \"4\"
    eol: 2030-01-31
  - releaseCycle: \"3\"
    eol: 2029-01-31
  - releaseCycle: \"2\"
    eol: 2028-01-31
  - releaseCycle: \"1\"
    eol: 2027-01-31
---
";

#[test]
fn collect_and_merge_hold_under_the_ids_of_update() {
    let world = World::new();
    for folder in ["whole", "halves"] {
        world.write(format!("{folder}/p.md"), PRODUCT);
    }
    let listed = |ends: &[&str]| {
        let names = ["4", "3", "2", "1"];
        let rows: Vec<[&str; 2]> = names.into_iter().zip(ends).map(|(n, e)| [n, *e]).collect();
        let rows: Vec<&[&str]> = rows.iter().map(|row| &row[..]).collect();
        world.write("pages/a.test/x", page(&["Version", "End"], &rows));
    };
    let [four, three, two, one] = [
        "January 31, 2030",
        "January 31, 2029",
        "January 31, 2028",
        "January 31, 2027",
    ];
    for (today, ends, rule) in [
        ("2026-11-20", &[four, three, two, one][..], ""),
        // One date moves too far, another does not.
        (
            "2026-11-21",
            &[four, three, "March 31, 2028", "January 31, 2040"],
            "later",
        ),
        (
            "2026-11-22",
            &[four, three, "March 31, 2028", "January 31, 2040"],
            "later",
        ),
        ("2026-11-24", &[four, three, "March 31, 2028", one], ""),
    ] {
        listed(ends);
        let [whole, halves] = both(&world, today, "pages");
        assert_eq!(halves, whole, "{today}");
        assert_eq!(
            whole.iter().any(|held| held.contains(rule)),
            !whole.is_empty()
        );
        assert_eq!(
            world.read("halves/p.md"),
            world.read("whole/p.md"),
            "{today}"
        );
    }
    // The page loses most of its rows: `update` holds all, and `collect` keeps nothing.
    listed(&[four]);
    let [whole, halves] = both(&world, "2026-11-25", "pages");
    let id = whole[0].split('"').nth(1).unwrap();
    assert!(whole[0].contains("source"), "{whole:?}");
    assert!(
        halves.iter().any(|held| held.contains(id)),
        "{id} {halves:?}"
    );
    assert_eq!(world.read("halves/p.md"), world.read("whole/p.md"));
}

#[test]
fn a_release_of_many_fields_fails_its_product() {
    let of = |count: usize| {
        let world = World::new();
        // One entry has at most as many.
        let fields: Vec<String> = (0..count).map(|n| format!(", f{n}: End")).collect();
        let entry = |fields: &[String]| {
            let fields = fields.concat();
            format!(
                "    - release_table: https://a.test/x\n      fields: {{releaseCycle: Version{fields}}}\n"
            )
        };
        let methods: String = fields.chunks(60).map(entry).collect();
        let file = format!(
            "---\nauto:\n  methods:\n{methods}releases:\n  - releaseCycle: \"1\"\n    eol: 2027-01-01\n---\n"
        );
        world.write("products/p.md", file);
        let pages = page(&["Version", "End"], &[&["1", "2027-02-28"]]);
        world.write("pages/a.test/x", pages);
        stderr(&world.update(&["--dry-run"]))
    };
    let few = of(100);
    assert!(!few.contains("error"), "{few}");
    let many = of(101);
    assert!(
        many.contains("more than 100 fields in release `1`"),
        "{many}"
    );
    assert!(many.contains("1 failing"), "{many}");
}
