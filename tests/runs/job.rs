//! What a job of a CI service is told: exit codes, annotations, a summary, and what is left to
//! another program.

use std::process::{Command, Output};

use fs_err as fs;

use crate::world::{World, page, product, stderr};

/// A world with a product whose row for cycle `1` ends on a day, and that has these rows more.
fn world(end: &str, more: &[&[&str]]) -> World {
    let world = World::new();
    world.write("products/a.md", product("https://a.test/page"));
    let first: &[&str] = &["1", end];
    let rows = [&[first], more].concat();
    world.write("pages/a.test/page", page(&["Version", "End"], &rows));
    world
}

const SAME: &str = "2020-01-01";
const MOVED: &str = "2020-02-02";
const HELD: &str = "2010-01-01";

fn job(world: &World, arguments: &[&str]) -> Output {
    world
        .program(arguments)
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_OUTPUT", world.path("output"))
        .env("GITHUB_STEP_SUMMARY", world.path("summary"))
        .output()
        .unwrap()
}

/// The annotations that a run printed.
fn annotations(output: &Output) -> String {
    let said = stderr(output);
    let lines = said.lines().filter(|line| line.starts_with("::"));
    lines.map(|line| line.to_owned() + "\n").collect()
}

#[test]
fn a_detailed_exit_code_tells_the_worst_that_happened() {
    // The second cycle has a day in the file, and none that can be read on the page.
    let unread: &[&[&str]] = &[&["2", "Q3 2029"]];
    let with_second = |world: World| {
        let file = product("https://a.test/page");
        let second = "  - releaseCycle: \"2\"\n    eol: 2021-01-01\n---";
        world.write(
            "products/a.md",
            file.replacen("\n---", &format!("\n{second}"), 1),
        );
        world
    };
    let failed = world(MOVED, &[]);
    failed.write("products/b.md", product("https://b.test/none"));
    let cases = [
        (world(SAME, &[]), 0, 0),
        (world(MOVED, &[]), 5, 0),
        (world(HELD, &[]), 4, 0),
        (with_second(world(HELD, unread)), 3, 0),
        (failed, 1, 1),
    ];
    for (world, detailed, plain) in cases {
        let common = ["--replay", "pages", "--dry-run"];
        let code = |arguments: &[&str]| {
            let output = world.program(&[arguments, &common].concat()).output();
            output.unwrap().status.code().unwrap()
        };
        assert_eq!(code(&["update", "--detailed-exit-code"]), detailed);
        assert_eq!(code(&["update"]), plain);
    }
}

#[test]
fn the_exit_codes_of_check_collect_and_merge_agree() {
    let world = world(MOVED, &[]);
    let code = |arguments: &[&str]| {
        let output = world.program(arguments).output().unwrap();
        output.status.code().unwrap()
    };
    let check = ["update", "--replay", "pages", "--check"];
    assert_eq!(code(&check), 1);
    assert_eq!(code(&[&check[..], &["--detailed-exit-code"]].concat()), 5);
    let detailed = ["--release-data", "data", "--detailed-exit-code"];
    let collect = [&["collect", "--replay", "pages"], &detailed[..]].concat();
    assert_eq!([code(&collect), code(&collect)], [5, 0]);
    let merge = [&["merge"], &detailed[..]].concat();
    assert_eq!([code(&merge), code(&merge)], [5, 0]);
}

#[test]
fn failures_and_held_changes_are_shown_at_their_lines() {
    let world = world(HELD, &[]);
    world.write("products/b.md", product("https://b.test/none"));
    world.write("products/c.md", "---\ntitle: x\n\tbad\n---\n");
    let update = ["update", "--replay", "pages"];
    let plain = world.program(&update).output().unwrap();
    assert!(!stderr(&plain).contains("::"), "{}", stderr(&plain));
    let shown = annotations(&job(&world, &update));
    insta::assert_snapshot!(shown, @"
    ::error file=products/b.md,line=5,title=failed%3A b::method `release_table` (products/b.md:5) failed: not recorded: GET https://b.test/none (no file `b.test/none`); hint: run with --record to save the answers of the network
    ::error file=products/c.md,line=2,title=failed%3A c::products/c.md:2: while scanning a plain scalar, found a tab
    ::warning file=products/a.md,line=11,title=held%3A a::1 eol: 2020-01-01 -> 2010-01-01: moves 3652 days earlier (rule `earlier`; table 1, row 1, column `End` of https://a.test/page reads `2010-01-01`; --accept fd3fc5bae6)
    ");
}

#[test]
fn findings_of_check_are_shown_at_their_lines_and_its_text_stays() {
    let world = world(SAME, &[]);
    let check = ["check", "-p", "./products"];
    let plain = world.program(&check).output().unwrap();
    let output = job(&world, &check);
    assert_eq!(plain.stdout, output.stdout);
    assert!(!plain.stdout.is_empty());
    let shown = annotations(&output);
    assert!(
        shown.starts_with("::error file=products/a.md,line="),
        "{shown}"
    );
    let lines = String::from_utf8(plain.stdout).unwrap().lines().count();
    assert_eq!(shown.lines().count(), lines);
}

#[test]
fn a_summary_has_the_news_and_no_empty_table() {
    let world = world(HELD, &[&["9", "2029-09-09"]]);
    let output = job(&world, &["update", "--replay", "pages"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let summary = fs::read_to_string(world.path("summary")).unwrap();
    insta::assert_snapshot!(summary, @r#"
    ## Held changes

    Run the same command with the option of a row to apply it.

    | Product | What and why | Rule and source | Option |
    |---|---|---|---|
    | a | 1 eol: 2020-01-01 -&gt; 2010-01-01: moves 3652 days earlier | rule \`earlier\`; table 1, row 1, column \`End\` of https:&#8203;//a.test/page reads \`2010-01-01\` | `--accept fd3fc5bae6` |

    ## Update summary

    No update

    ## Notices

    - a: release 9 is not in the file; to add it, with \`releaseDate\`, \`latest\`, which \`check\` requires:

      ```yaml
        - releaseCycle: "9"
          eol: 2029-09-09
      ```
    "#);
    let variables = fs::read_to_string(world.path("output")).unwrap();
    let (_, counts) = variables.split_once("\nchanged").unwrap();
    assert_eq!(
        counts,
        "=0\nfailed=0\ntimed_out=0\ndegraded=0\nheld=1\nproducts=[]\n"
    );
}

#[test]
fn products_with_unknown_methods_are_left_to_another_program() {
    let world = world(MOVED, &[]);
    let other = product("https://b.test/none").replace("release_table:", "lost:");
    world.write("products/b.md", &other);
    world.write("products/c.md", other.replace("lost:", "gone:"));
    world.write("data/b.json", "{}\n");
    let collect = ["collect", "--replay", "pages", "--release-data", "data"];
    let without = world.program(&collect).output().unwrap();
    assert_eq!(without.status.code(), Some(1));

    let known = [&collect[..], &["--known-only"]].concat();
    let output = world.program(&known).output().unwrap();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    let line = "not collected: 2 products have a method that shelflife does not know: \
                b (lost), c (gone)\n";
    assert!(said.contains(line), "{said}");
    assert!(said.contains(", 2 skipped"), "{said}");
    assert!(world.path("data/a.json").exists() && !world.path("data/c.json").exists());
    assert_eq!(world.read("data/b.json"), b"{}\n");

    let json = [&known[..], &["--format", "json"]].concat();
    let output = world.program(&json).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let b = &report["products"][0];
    assert_eq!(
        (&b["status"], &b["reason"]),
        (&"skipped".into(), &"shelflife does not know `lost`".into())
    );

    let names = Command::new(env!("CARGO_BIN_EXE_shelflife"))
        .args(["coverage", "--unsupported"])
        .current_dir(world.path(""))
        .output();
    assert_eq!(names.unwrap().stdout, b"b\nc\n");
}
