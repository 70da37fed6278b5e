//! Whole folders: release data kept byte for byte, collected and merged, and what CI gets.

use std::process::Output;

use fs_err as fs;

use crate::world::{World, page, product, stderr};

/// A world of two products whose pages move one date each.
fn two() -> World {
    let world = World::new();
    for name in ["a", "b"] {
        world.write(
            format!("products/{name}.md"),
            product(&format!("https://{name}.test/page")),
        );
        world.write(
            format!("pages/{name}.test/page"),
            page(
                &["Version", "End"],
                &[&["1", "2021-02-03"], &["9", "2022-02-02"]],
            ),
        );
    }
    world
}

fn run(world: &World, arguments: &[&str]) -> Output {
    world.program(arguments).output().unwrap()
}

/// A run that must not fail.
fn done(world: &World, arguments: &[&str]) {
    let output = run(world, arguments);
    assert!(output.status.success(), "{}", stderr(&output));
}

fn text(world: &World, path: &str) -> String {
    String::from_utf8(world.read(path)).unwrap()
}

#[test]
fn collect_then_merge_is_what_update_does() {
    let (halves, whole) = (two(), two());
    let before = text(&halves, "products/a.md");
    done(
        &halves,
        &["collect", "--release-data", "releases", "--replay", "pages"],
    );
    assert_eq!(text(&halves, "products/a.md"), before);
    done(&halves, &["merge", "--release-data", "releases"]);
    done(
        &whole,
        &["update", "--replay", "pages", "--release-data", "releases"],
    );
    for path in [
        "products/a.md",
        "products/b.md",
        "releases/a.json",
        "releases/b.json",
    ] {
        assert_eq!(text(&halves, path), text(&whole, path), "{path}");
    }
    assert!(text(&whole, "products/a.md").contains("eol: 2021-02-03 # told"));
    assert_eq!(
        text(&whole, "releases/a.json"),
        "{\n  \"releases\": {\n    \"9\": {\n      \"name\": \"9\",\n      \"eol\": \"2022-02-02\"\n    },\n    \"1\": {\n      \"name\": \"1\",\n      \"eol\": \"2021-02-03\"\n    }\n  },\n  \"versions\": {}\n}"
    );
}

#[test]
fn a_dry_run_writes_no_file_at_all() {
    let world = two();
    let before = world.files();
    for command in [
        &[
            "collect",
            "--release-data",
            "releases",
            "--replay",
            "pages",
            "--dry-run",
        ][..],
        &[
            "update",
            "--release-data",
            "releases",
            "--replay",
            "pages",
            "--dry-run",
            "--known",
            "known",
        ],
        &["update", "--replay", "pages", "--check"],
    ] {
        run(&world, command);
        assert_eq!(world.files(), before, "{command:?}");
    }
}

#[test]
fn release_data_of_a_failed_product_is_unchanged() {
    let world = two();
    world.write(
        "releases/a.json",
        "{\n  \"releases\": {},\n  \"versions\": {}\n}",
    );
    world.write("pages/a.test/page", "<p>We have moved.</p>");
    let output = run(
        &world,
        &["collect", "--release-data", "releases", "--replay", "pages"],
    );
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        text(&world, "releases/a.json"),
        "{\n  \"releases\": {},\n  \"versions\": {}\n}"
    );
    assert!(text(&world, "releases/b.json").contains("2021-02-03"));
}

#[test]
fn a_new_product_that_fails_leaves_no_stub() {
    let world = two();
    world.write("pages/a.test/page", "<p>We have moved.</p>");
    run(
        &world,
        &["collect", "--release-data", "releases", "--replay", "pages"],
    );
    assert!(!world.path("releases/a.json").exists());
}

#[test]
fn a_cumulative_product_keeps_the_data_of_earlier_runs() {
    let world = two();
    let file = product("https://a.test/page").replace("auto:\n", "auto:\n  cumulative: true\n");
    world.write("products/a.md", file);
    let old =
        "{\"releases\": {\"0\": {\"name\": \"0\", \"eol\": \"2019-01-01\"}}, \"versions\": {}}";
    for name in ["a", "b"] {
        world.write(format!("releases/{name}.json"), old);
    }
    done(
        &world,
        &["collect", "--release-data", "releases", "--replay", "pages"],
    );
    assert!(text(&world, "releases/a.json").contains("2019-01-01"));
    assert!(!text(&world, "releases/b.json").contains("2019-01-01"));
}

#[test]
fn differences_in_release_data_are_reported_with_their_evidence() {
    let world = two();
    let old = "{\"releases\": {\"1\": {\"name\": \"1\", \"eol\": false}}, \"versions\": {}}";
    world.write("releases/a.json", old);
    let collect = ["collect", "--release-data", "releases", "--replay", "pages"];
    let only = ["--product", "a", "--dry-run"];
    let said = stderr(&run(&world, &[&collect[..], &only].concat()));
    let lines =
        "would update: a, 2 changes\n  9: added (eol: 2022-02-02)\n  1 eol: false -> 2021-02-03\n";
    assert!(said.starts_with(lines), "{said}");
    let json = [&collect[..], &only, &["--format", "json"]].concat();
    let document: serde_json::Value = serde_json::from_slice(&run(&world, &json).stdout).unwrap();
    let differences = &document["products"][0]["differences"];
    let whole = serde_json::json!({ "release": "9", "new": { "eol": "2022-02-02" } });
    assert_eq!(differences[0], whole);
    let field = &differences[1];
    assert_eq!(
        (&field["release"], &field["field"]),
        (&"1".into(), &"eol".into())
    );
    assert_eq!(
        (&field["old"], &field["new"]),
        (&false.into(), &"2021-02-03".into())
    );
    assert_eq!(field["evidence"]["page"]["url"], "https://a.test/page");
    assert_eq!(field["evidence"]["raw"], "2021-02-03");
}

#[test]
fn release_data_without_a_product_is_named() {
    let world = two();
    world.write("releases/gone.json", "{}");
    let output = run(
        &world,
        &["collect", "--release-data", "releases", "--replay", "pages"],
    );
    assert!(
        stderr(&output).contains("releases/gone.json belongs to no product"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn reports_do_not_depend_on_the_number_of_jobs() {
    let world = two();
    done(
        &world,
        &["collect", "--release-data", "releases", "--replay", "pages"],
    );
    let report = |jobs: &str, command: &[&str]| {
        let output = run(
            &world,
            &[command, &["--dry-run", "--format", "json", "--jobs", jobs]].concat(),
        );
        (
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    for command in [
        &["merge", "--release-data", "releases"][..],
        &["update", "--replay", "pages"],
    ] {
        let one = report("1", command);
        assert!(one.0.contains("\"updated\": 2"), "{}", one.0);
        assert_eq!(one, report("8", command));
    }
}

#[test]
fn a_ci_job_gets_its_variables_and_its_summary() {
    let world = two();
    world.write("pages/b.test/page", "<p>We have moved.</p>");
    let output = world
        .program(&["update", "--replay", "pages"])
        .env("GITHUB_OUTPUT", world.path("output"))
        .env("GITHUB_STEP_SUMMARY", world.path("summary"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let variables = text(&world, "output");
    let delimiter = variables
        .lines()
        .next()
        .unwrap()
        .strip_prefix("commit_message<<")
        .unwrap()
        .to_owned();
    assert_eq!(
        variables.replace(&delimiter, "D"),
        "commit_message<<D\nUpdate a\n\na:\n- 1 eol: 2020-01-01 -> 2021-02-03, row 1, `End` reads `2021-02-03`, a.test\n\n\nD\n\
         warning<<D\na:9 is not declared\n\
         b: failed to process (method `release_table` (products/b.md:5) failed: no table on https://b.test/page: nothing there matches `table`), skipping\n\nD\n\
         changed=1\nfailed=1\ntimed_out=0\ndegraded=0\nheld=0\nproducts=[\"a\"]\n"
    );
    let summary = text(&world, "summary");
    let (attention, update) = (
        summary.find("## Needs attention"),
        summary.find("## Update summary"),
    );
    assert!(attention < update && attention.is_some(), "{summary}");
    assert!(summary.contains("| b | failed | "), "{summary}");
    let phrase = r"| row 1, \`End\` reads \`2021-02-03\`, a.test |";
    assert!(summary.contains(phrase), "{summary}");
}

#[test]
fn evidence_changes_only_with_its_source() {
    let world = two();
    let update = ["update", "--replay", "pages", "--evidence", "evidence/deep"];
    let dry = run(&world, &[&update[..], &["--dry-run"]].concat());
    assert_eq!(dry.status.code(), Some(0));
    assert!(!world.path("evidence").exists());
    assert_eq!(run(&world, &update).status.code(), Some(0));
    let first = text(&world, "evidence/deep/a.json");
    insta::assert_snapshot!(first, @r#"
    {
      "pages": {
        "https://a.test/page": {"sha256":"973001031ce0477aaf8ffb22d87809869c899b5719c3bb0a39a53534504ff504"}
      },
      "releases": {
        "1": {
          "eol": {"value":"2021-02-03","method":"release_table","entry":1,"url":"https://a.test/page","table":1,"row":1,"column":"End","raw":"2021-02-03"}
        },
        "9": {
          "eol": {"value":"2022-02-02","method":"release_table","entry":1,"url":"https://a.test/page","table":1,"row":2,"column":"End","raw":"2022-02-02"}
        }
      },
      "versions": {}
    }
    "#);
    let seen = |world: &World| {
        let path = world.path("evidence/deep/a.json");
        fs::metadata(path).unwrap().modified().unwrap()
    };
    let before = seen(&world);
    // Another body, and nothing on it that is read here.
    let page = text(&world, "pages/a.test/page");
    world.write("pages/a.test/page", format!("{page}<!-- 2 -->"));
    assert_eq!(run(&world, &update).status.code(), Some(0));
    assert_eq!(seen(&world), before);
    world.write(
        "pages/a.test/page",
        page.replace("2021-02-03", "2021-03-03"),
    );
    let collect = ["collect", "--release-data", "data"];
    let collect = [&collect[..], &update[1..]].concat();
    assert_eq!(run(&world, &collect).status.code(), Some(0));
    let moved = text(&world, "evidence/deep/a.json");
    let changed = first.lines().zip(moved.lines()).filter(|(a, b)| a != b);
    assert_eq!(changed.count(), 2, "{moved}");
    assert!(moved.contains("2021-03-03"), "{moved}");
}

#[test]
fn known_notices_become_a_count() {
    let world = two();
    let update = ["update", "--replay", "pages", "--known", "known"];
    let first = stderr(&run(&world, &update));
    assert!(first.contains("release 9 is not in the file"), "{first}");
    assert_eq!(
        text(&world, "known"),
        "# Notices that were seen; shelflife keeps this file.\na:release 9\nb:release 9\n"
    );
    world.write("known", text(&world, "known").replace("b:release 9\n", ""));
    let third = stderr(&run(&world, &update));
    assert!(third.contains("b: release 9 is not in"), "{third}");
    let second = stderr(&run(&world, &update));
    assert!(
        !second.contains("is not in the file") && second.contains("note: 2 notices known before"),
        "{second}"
    );
}

#[test]
fn a_change_against_the_rules_is_rejected_alone() {
    let world = World::new();
    let file = "---\ntitle: A\nauto:\n  methods:\n    - release_table: https://a.test/page\n      fields:\n        releaseCycle: Version\n        eol: End\n        releaseDate: From\nreleases:\n  - releaseCycle: \"2\"\n    releaseDate: 2020-01-01\n    eol: 2022-01-01\n  - releaseCycle: \"1\"\n    releaseDate: 2019-01-01\n    eol: 2021-01-01\n---\n";
    world.write("products/a.md", file);
    let rows: [&[&str]; 2] = [
        &["2", "2020-01-02", "2019-12-31"],
        &["1", "2019-01-01", "2021-02-01"],
    ];
    world.write(
        "pages/a.test/page",
        page(&["Version", "From", "End"], &rows),
    );
    let update = |more: &[&str]| {
        world
            .program(&[&["update", "--guard", "off", "--replay", "pages"], more].concat())
            .env("GITHUB_OUTPUT", world.path("output"))
            .output()
            .unwrap()
    };
    let output = update(&[]);
    assert_eq!(output.status.code(), Some(0));
    let kept = file
        .replace("releaseDate: 2020-01-01", "releaseDate: 2020-01-02")
        .replace("2021-01-01", "2021-02-01");
    assert_eq!(text(&world, "products/a.md"), kept);
    assert!(
        stderr(&output)
            .contains("  rejected: 2 eol: 2022-01-01 -> 2019-12-31 violates rule `date-order`: "),
        "{}",
        stderr(&output)
    );
    assert!(text(&world, "output").contains("\ndegraded=1\n"));
    update(&["--no-validate"]);
    assert!(text(&world, "products/a.md").contains("eol: 2019-12-31"));
}

#[test]
fn a_file_that_the_site_cannot_read_fails_alone() {
    let world = two();
    let wrong = text(&world, "products/a.md").replacen("---\n", "---\nnote: |\n \tx\n", 1);
    world.write("products/a.md", &wrong);
    let output = run(&world, &["update", "--replay", "pages"]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("error: a: products/a.md:3: libyaml, with which the site reads its files, "),
        "{said}"
    );
    assert!(!said.contains("planned"), "{said}");
    assert_eq!(text(&world, "products/a.md"), wrong);
    assert!(text(&world, "products/b.md").contains("2021-02-03"));
}

#[test]
fn a_cycle_that_stands_twice_is_rejected_and_the_others_are_written() {
    let world = two();
    let twice = text(&world, "products/a.md").replacen(
        "releases:\n",
        "releases:\n  - {releaseCycle: \"1\"}\n  - releaseCycle: \"9\"\n",
        1,
    );
    world.write("products/a.md", &twice);
    let output = run(&world, &["update", "--replay", "pages", "--guard", "off"]);
    let said = stderr(&output);
    let (first, second) = (
        twice.find('{').unwrap(),
        twice.rfind("releaseCycle").unwrap(),
    );
    let line = |at: usize| twice[..at].lines().count();
    let both = format!(
        "products/a.md:{} and products/a.md:{}",
        line(first),
        line(second)
    );
    let named =
        format!("violates rule `duplicate`: `releaseCycle` (1) names several cycles: {both}");
    assert!(said.contains("1 eol: ") && said.contains(&named), "{said}");
    let now = twice.replace("\"9\"\n", "\"9\"\n    eol: 2022-02-02\n");
    assert_eq!(text(&world, "products/a.md"), now);
}
