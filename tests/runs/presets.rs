//! A user's own presets, beside the folder of products.

use std::process::Command;

use insta::assert_snapshot;

use crate::world::{World, page, stderr};

const PRESET: &str = "\
# Releases of our own products from the page of their lifecycles.
#
# ```yaml
# - lifecycle: https://a.test/foo
#   column: End of support
# ```
parameters:
  column: { description: The header of the column of ends. }
methods:
  - release_table: ${argument}
    fields: { releaseCycle: Version, eol: '${column}' }
";

/// A world with a product that uses a preset, and one that does not.
fn world(preset: &str) -> World {
    let world = World::new();
    for (name, method) in [
        ("ours", "lifecycle: https://a.test/foo\n      column: End"),
        (
            "other",
            "release_table: https://a.test/foo\n      fields: {releaseCycle: Version, eol: End}",
        ),
    ] {
        let file = format!(
            "---\ntitle: A\nauto:\n  methods:\n    - {method}\nreleases:\n  - releaseCycle: \"1\"\n    eol: 2027-01-01\n---\n"
        );
        world.write(format!("products/{name}.md"), file);
    }
    world.write("presets/lifecycle.yaml", preset);
    world.write(
        "pages/a.test/foo",
        page(&["Version", "End"], &[&["1", "February 28, 2027"]]),
    );
    world
}

/// The program in the folder of a world, without a day.
fn run(world: &World, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shelflife"));
    command
        .args(arguments)
        .current_dir(world.path("."))
        .env_clear();
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_preset_of_the_user_is_a_method_like_any_other() {
    let world = world(PRESET);
    assert_snapshot!(stderr(&world.update(&["--dry-run", "--guard", "off", "--product", "ours"])), @r"
    would update: ours, 1 change
      1 eol: 2027-01-01 -> 2027-02-28
        table 1, row 1, column `End` of https://a.test/foo reads `February 28, 2027`
    1 to change
    ");
    let why = world.program(&["why", "ours", "1", "eol", "--replay", "pages"]);
    let why = { why }.output().unwrap();
    let why = String::from_utf8(why.stdout).unwrap();
    assert!(why.contains("lifecycle"), "{why}");
    assert!(run(&world, &["methods"]).contains("\n  lifecycle   "));
    let told = run(&world, &["methods", "lifecycle"]);
    assert!(told.starts_with("Releases of our own products") && told.contains("- lifecycle: "));
    let schema: serde_json::Value = serde_json::from_str(&run(&world, &["schema"])).unwrap();
    let entries = &schema["properties"]["auto"]["properties"]["methods"]["items"]["anyOf"];
    let ours = |entry: &&serde_json::Value| entry["title"] == "lifecycle";
    let entry = entries.as_array().unwrap().iter().find(ours).unwrap();
    assert_eq!(
        entry["required"],
        serde_json::json!(["lifecycle", "column"])
    );
    assert_eq!(
        entry["properties"]["column"]["description"],
        "The header of the column of ends."
    );
    let coverage = run(&world, &["coverage"]);
    assert!(coverage.contains("ours: lifecycle\n"), "{coverage}");
}

#[test]
fn a_broken_preset_fails_its_products_and_check_names_its_line() {
    let world = world(&PRESET.replace("release_table", "git"));
    assert_snapshot!(stderr(&world.update(&["--dry-run", "--guard", "off"])), @r"
    would update: other, 1 change
      1 eol: 2027-01-01 -> 2027-02-28
        table 1, row 1, column `End` of https://a.test/foo reads `February 28, 2027`
    error: ours: products/ours.md:5: this preset cannot be used: presets/lifecycle.yaml:10: `git` cannot be in a preset; only the methods for any page can
    1 to change, 1 failing
    ");
    let check = world.program(&["check"]).output().unwrap();
    let found = String::from_utf8(check.stdout).unwrap();
    let found = found.lines().filter(|line| line.contains("lifecycle"));
    assert_snapshot!(found.collect::<Vec<_>>().join("\n"), @r"
    products/ours.md:5: auto: this preset cannot be used: presets/lifecycle.yaml:10: `git` cannot be in a preset; only the methods for any page can
    presets/lifecycle.yaml:10: preset: `git` cannot be in a preset; only the methods for any page can
    ");
}

#[test]
fn a_preset_is_a_regular_file_beside_the_products() {
    let world = world(PRESET);
    let preset = world.path("presets/lifecycle.yaml");
    fs_err::rename(&preset, world.path("products/lifecycle.yaml")).unwrap();
    let unknown = stderr(&world.update(&["--product", "ours"]));
    assert!(unknown.contains("unknown method `lifecycle`"), "{unknown}");
    #[cfg(unix)]
    {
        fs_err::os::unix::fs::symlink(world.path("products/lifecycle.yaml"), &preset).unwrap();
        let link = stderr(&world.update(&["--product", "ours"]));
        assert!(link.contains("links are not followed"), "{link}");
    }
}

#[test]
fn a_huge_preset_and_too_many_presets_are_refused() {
    let huge = world(&format!("{PRESET}#{}\n", "x".repeat(64 << 10)));
    let error = stderr(&huge.update(&["--product", "ours"]));
    assert!(
        error.contains("lifecycle.yaml is larger than 64 KiB"),
        "{error}"
    );

    let many = world(PRESET);
    for number in 1..200 {
        many.write(format!("presets/other-{number}.yaml"), PRESET);
    }
    assert!(many.update(&["--product", "ours"]).status.success());
    many.write("presets/one-more.yaml", PRESET);
    let error = stderr(&many.update(&["--product", "ours"]));
    assert!(error.contains("it has more than 200 presets"), "{error}");
}
