//! Settings: which file counts, the defaults of options, and near misses.

use shelflife::plan::Settings;

use super::{PRODUCT, Run, read, replay, shelflife, shelflife_with};
use crate::world::World;

/// A run in the project's folder, with a settings file in a folder of its own.
fn with_settings(world: &World, text: &str, args: &[&str]) -> Run {
    world.write("etc/named.toml", text);
    let named = world.path("etc/named.toml");
    let mut run = shelflife_with(&[("SHELFLIFE_SETTINGS", named.to_str().unwrap())], args);
    let folder = world.path("").display().to_string();
    run.stdout = run.stdout.replace(&folder, "[folder]/");
    run.stderr = run.stderr.replace(&folder, "[folder]/");
    run
}

fn world() -> World {
    let world = World::new();
    let product = read(&format!("products/{PRODUCT}.md"));
    world.write(format!("products/{PRODUCT}.md"), product);
    world
}

#[test]
fn a_default_of_a_named_file_counts_and_the_command_line_wins() {
    let world = world();
    let defaults = "[defaults]\nproducts_dir = \"../products\"\nrelease_data = \"data\"\nguard = \"off\"\njobs = 2\ndeadline = \"5m\"\n";
    let page = replay("-moved");
    let always = ["collect", "--replay", &page, "--today", "2026-11-23"];
    let run = with_settings(&world, defaults, &always);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let data = |folder: &str| world.path(&format!("{folder}/{PRODUCT}.json")).is_file();
    assert!(data("etc/data"));
    let other = world.path("other");
    let given = [
        "--release-data",
        other.to_str().unwrap(),
        "--deadline",
        "0s",
    ];
    let run = with_settings(&world, defaults, &[&always[..], &given].concat());
    assert!(
        run.stderr.contains("not finished before the deadline"),
        "{}",
        run.stderr
    );
    let run = with_settings(&world, defaults, &[&always[..], &given[..2]].concat());
    assert_eq!((run.code, data("other")), (0, true), "{}", run.stderr);
    // The path of a product names the folder, as without the file.
    let file = format!("products/{PRODUCT}.md");
    let update = ["update", &file, "--dry-run", "--replay", &page];
    let run = with_settings(&world, defaults, &update);
    assert!(
        run.stdout.contains(&format!("--- a/{file}")),
        "{}",
        run.stdout
    );
    // A file that the command line names is read in place of that of the environment.
    world.write("none.toml", "");
    let none = world.path("none.toml");
    let named = [&always[..], &["--settings", none.to_str().unwrap()]].concat();
    let run = with_settings(&world, defaults, &named);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(
        run.stderr.contains("--release-data <DIR>"),
        "{}",
        run.stderr
    );
}

#[test]
fn the_default_folder_counts_for_commands_that_only_look() {
    let world = world();
    let defaults = "[defaults]\nproducts_dir = \"../products\"\n";
    for command in [&["next", "--within", "3650d"][..], &["show", PRODUCT]] {
        let arguments = [command, &["--today", "2026-11-23"]].concat();
        let run = with_settings(&world, defaults, &arguments);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stdout.contains("2027-01-31"), "{}", run.stdout);
    }
}

#[test]
fn a_named_file_without_decisions_leaves_those_of_the_file_beside_the_products() {
    let world = world();
    let pin = format!(
        "[[pin]]\nproduct = \"{PRODUCT}\"\ncycle = \"6\"\nfield = \"eol\"\nwhy = \"told\"\nuntil = 2027-06-30\n"
    );
    world.write("shelflife.toml", &pin);
    let products = world.path("products");
    let page = replay("-moved");
    let update = [
        "update",
        "--dry-run",
        "-p",
        products.to_str().unwrap(),
        "--replay",
        &page,
        "--today",
        "2026-11-23",
    ];
    let is_pinned = |named: &str| {
        let run = with_settings(&world, named, &update);
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stderr.contains("pinned")
    };
    assert!(is_pinned("[defaults]\njobs = 2\n"));
    assert!(is_pinned("[network]\nallow = [\"10.0.0.0/8\"]\n"));
    assert!(!is_pinned("[defaults]\njobs = 2\n[guard]\njump = 30\n"));
    assert!(!is_pinned(""));
    // The file beside them, named by its path, may hold all.
    world.write("shelflife.toml", format!("[defaults]\njobs = 2\n{pin}"));
    let own = world.path("shelflife.toml");
    let run = shelflife(&[&update[..], &["--settings", own.to_str().unwrap()]].concat());
    assert!(run.stderr.contains("pinned"), "{}", run.stderr);
    world.write("shelflife.toml", "[defaults]\njobs = 2\n");
    let run = shelflife(&[&update[..], &["--settings", own.to_str().unwrap()]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn a_mistake_in_a_named_file_is_an_error_with_its_line_and_the_nearest_word() {
    let world = world();
    let said = |text: &str| {
        let run = with_settings(&world, text, &["check"]);
        assert_eq!(run.code, 2, "{}", run.stderr);
        let (_, said) = run.stderr.split_once("named.toml: ").unwrap();
        said.trim_end().to_owned()
    };
    let credential = |more: &str| format!("[[credential]]\nhost = \"a.test\"\nenv = \"A\"\n{more}");
    for (text, wanted) in [
        (
            "[defalts]\n",
            "line 1: unknown key `defalts`; did you mean `defaults`?",
        ),
        (
            "[defaults]\ndeadlin = \"1m\"\n",
            "line 2: unknown key `deadlin`; did you mean `deadline`?",
        ),
        (
            "[defaults]\ndeadline = \"soon\"\n",
            "line 2: `soon` is not a time such as 90s, 2m or 1h",
        ),
        (
            "[defaults]\njobs = 0\n",
            "line 2: 0 is not between 1 and 1024",
        ),
        (
            "[defaults]\nguard = \"hol\"\n",
            "line 2: unknown value `hol`; did you mean `hold`?",
        ),
        (
            "[network]\nalow = []\n",
            "line 2: unknown key `alow`; did you mean `allow`?",
        ),
        (
            "[network]\nallow = [\"10.1\"]\n",
            "line 2: `10.1` is not a network; write it as 10.1.0.0/16 or fd00::/8",
        ),
        (
            &credential("token = \"s3cret\"\n"),
            "line 4: unknown key `token`, expected one of `host`, `env`, `user`, `header`",
        ),
        (
            &credential("header = \"PRIVATE_TOKEN\"\n"),
            "line 4: unknown value `PRIVATE_TOKEN`; did you mean `PRIVATE-TOKEN`?",
        ),
        (
            &credential("user = \"me\"\nheader = \"JOB-TOKEN\"\n"),
            "line 1: `user` and `header` exclude each other",
        ),
        (
            &credential(&credential("")),
            "line 4: a second credential for this host",
        ),
        (
            "[[guard.off]]\nproduct = \"a\"\nrule = \"bak\"\nreason = \"r\"\nuntil = 2027-01-01\n",
            "line 1: no rule `bak`; did you mean `back`?",
        ),
    ] {
        assert_eq!(said(text), wanted);
    }
}

#[test]
fn each_settings_file_of_the_docs_is_read_and_the_schema_describes_it() {
    let pages = [
        "docs/reference/settings.md",
        "docs/how-to/private-folder.md",
    ]
    .map(read);
    let blocks = pages
        .iter()
        .flat_map(|page| page.split("```toml\n").skip(1));
    let blocks: Vec<&str> = blocks
        .filter_map(|block| block.split("```").next())
        .collect();
    let read = blocks.iter().map(|block| Settings::read(block).unwrap());
    let named: Vec<bool> = read.map(|settings| !settings.named.is_empty()).collect();
    assert_eq!(named, [false, true]);
    let schema = shelflife(&["schema", "--of", "settings"]).stdout;
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let is_valid = |text: &str| schema.is_valid(&toml::from_str(text).unwrap());
    assert!(is_valid(blocks[1]));
    for wrong in [
        "[defaults]\njobs = 0\n",
        "[network]\nalow = []\n",
        "[[credential]]\nhost = \"a\"\n",
    ] {
        assert!(!is_valid(wrong), "{wrong}");
    }
}

#[test]
fn a_near_miss_is_answered_with_the_right_word() {
    let page = replay("");
    let said = |args: &[&str]| {
        let run = shelflife(args);
        assert_eq!(run.code, 2, "{}", run.stderr);
        run.stderr
    };
    for (args, wanted) in [
        (&["updat"][..], "'update'"),
        (&["update", "--dryrun"], "'--dry-run'"),
        (
            &["methods", "table"],
            "no method `table`; did you mean `release_table`? `shelflife methods` lists all",
        ),
        (
            &["methods", "zzz"],
            "no method `zzz`; `shelflife methods` lists all",
        ),
        (
            &["check", "amazon-elasticash-redis"],
            "did you mean `amazon-elasticache-redis`?",
        ),
        (
            &["try", "amazon-elasticash-redis"],
            "did you mean `amazon-elasticache-redis`?",
        ),
        (
            &["try", "products/amazon-elasticash-redis.md"],
            "did you mean `products/amazon-elasticache-redis.md`?",
        ),
        (
            &["why", PRODUCT, "71", "--replay", &page],
            "did you mean `7`?",
        ),
        (
            &["why", PRODUCT, "6", "eolx", "--replay", &page],
            "did you mean `eol`?",
        ),
    ] {
        let said = said(args);
        assert!(said.contains(wanted), "{args:?}: {said}");
    }
    let by_name = shelflife(&["try", PRODUCT, "--replay", &page]);
    let by_path = shelflife(&["try", &format!("products/{PRODUCT}.md"), "--replay", &page]);
    assert_eq!(by_name.code, 0, "{}", by_name.stderr);
    assert_eq!(by_name.stdout, by_path.stdout);
}

#[test]
fn an_empty_folder_says_what_to_do() {
    let world = World::new();
    for args in [&["update"][..], &["check"], &["why", "foo"]] {
        let products = world.path("products");
        let mut run = shelflife(&[args, &["-p", products.to_str().unwrap()]].concat());
        run.stderr = run.stderr.replace(products.to_str().unwrap(), "[products]");
        assert_eq!((run.code, &*run.stdout), (2, ""));
        assert_eq!(
            run.stderr,
            "error: no product file (`*.md`) in [products]\n  hint: `shelflife new NAME URL` writes the first product file; another folder is named with --products-dir\n"
        );
    }
}
