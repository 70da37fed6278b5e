//! What is said when something is wrong with what was given.

use insta::assert_snapshot;

use super::{Folder, PRODUCT, Run, page, replay, shelflife, shelflife_with};

/// A dry run over a folder whose file has a mistake in it; no page can be had.
fn mistaken(from: &str, to: &str) -> String {
    let folder = Folder::of_product(from, to);
    let pages = tempfile::tempdir().unwrap();
    let pages = pages.path().to_str().unwrap();
    let args = [
        "update",
        "-p",
        folder.as_str(),
        "--dry-run",
        "--replay",
        pages,
    ];
    shelflife(&args).shown_without(&folder)
}

#[test]
fn a_misspelt_key_is_reported_with_its_line_before_any_request() {
    assert_snapshot!(mistaken("          regex:", "          regx:"), @r"
    exit code 1
    -- stderr --
    error: amazon-elasticache-redis: [folder]/amazon-elasticache-redis.md:20: unknown key `regx`
      hint: did you mean `regex`?
    0 to change, 1 failing
    ");
    assert_snapshot!(mistaken("      fields:", "      feilds:"), @r"
    exit code 1
    -- stderr --
    error: amazon-elasticache-redis: [folder]/amazon-elasticache-redis.md:17: unknown key `feilds`
      hint: did you mean `fields`?
    0 to change, 1 failing
    ");
}

#[test]
fn a_misspelt_method_is_reported_with_the_nearest() {
    assert_snapshot!(mistaken("- release_table:", "- relese_table:"), @r"
    exit code 1
    -- stderr --
    error: amazon-elasticache-redis: [folder]/amazon-elasticache-redis.md:16: unknown method `relese_table`
      hint: did you mean `release_table`?
    0 to change, 1 failing
    ");
}

#[test]
fn a_bad_regex_is_reported_with_its_line() {
    assert_snapshot!(mistaken(r"^Redis OSS v(?P<value>\d+", r"^Redis OSS v(?P<value>\d+("), @r"
    exit code 1
    -- stderr --
    error: amazon-elasticache-redis: [folder]/amazon-elasticache-redis.md:20: bad regex `^Redis OSS v(?P<value>\d+((\.\d+)?)$`: unclosed group
    0 to change, 1 failing
    ");
}

#[test]
fn a_page_that_is_not_recorded_is_named() {
    assert_snapshot!(mistaken("", ""), @r"
    exit code 1
    -- stderr --
    error: amazon-elasticache-redis: method `release_table` ([folder]/amazon-elasticache-redis.md:16) failed
      caused by: not recorded: GET https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html (no file `docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html`)
      hint: run with --record to save the answers of the network
    0 to change, 1 failing
    ");
}

#[test]
fn an_unknown_product_is_reported_with_the_nearest() {
    let run = shelflife(&["update", "amazon-elasticash-redis"]);
    assert_snapshot!(run.shown(), @r"
    exit code 2
    -- stderr --
    error: no product `amazon-elasticash-redis` in products
      hint: did you mean `amazon-elasticache-redis`?
    ");
    // An id is one word, so that what follows it is a product.
    let run = shelflife(&["update", "--accept", "0123456789", "redis"]);
    assert_snapshot!(run.shown(), @r"
    exit code 2
    -- stderr --
    error: no product `redis` in products
      hint: did you mean `amazon-elasticache-redis`?
    ");
    let run = shelflife(&["why", "products/elasticache-redis.md"]);
    assert_snapshot!(run.shown(), @r"
    exit code 2
    -- stderr --
    error: no product file `elasticache-redis.md` in products
      hint: did you mean `products/amazon-elasticache-redis.md`?
    ");
}

#[test]
fn a_path_that_is_no_product_file_is_reported_with_a_hint() {
    let none = |args: &[&str]| shelflife(args).shown();
    assert_snapshot!(none(&["check", "fixtures/redis.md"]), @r"
    exit code 2
    -- stderr --
    error: no product file `redis.md` in fixtures
      hint: give the name of a product or the path of its `.md` file; a folder goes after --products-dir
    ");
    assert_snapshot!(none(&["merge", "--release-data", "none", "products/"]), @r"
    exit code 2
    -- stderr --
    error: no product file `products` in .
      hint: give the name of a product or the path of its `.md` file; a folder goes after --products-dir
    ");
    assert_snapshot!(none(&["check", "none/redis.md"]), @r"
    exit code 2
    -- stderr --
    error: cannot read the folder none
      caused by: failed to read directory `none`: No such file or directory (os error 2)
      hint: name the folder of product files with --products-dir
    ");
    let file = format!("products/{PRODUCT}.md");
    assert_snapshot!(none(&["collect", "--release-data", "none", &file, "fixtures/redis.md"]), @r"
    exit code 2
    -- stderr --
    error: fixtures/redis.md is not in the folder products
      hint: a run works on one folder: name products of it, or run once for each folder
    ");
    assert_snapshot!(none(&["update", "-p", "fixtures", &file]), @r"
    exit code 2
    -- stderr --
    error: products/amazon-elasticache-redis.md is not in the folder fixtures
      hint: a run works on one folder: name products of it, or run once for each folder
    ");
}

#[test]
fn a_product_is_named_by_name_by_path_or_by_the_hidden_option() {
    let file = format!("products/{PRODUCT}.md");
    let replay = replay("-moved");
    let update = |product: &[&str]| {
        let always = ["--dry-run", "--replay", &replay, "--today", "2026-11-23"];
        let run = shelflife(&[&["update"], product, &always].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        (run.stdout, run.stderr)
    };
    let by_name = update(&[PRODUCT]);
    assert!(by_name.1.starts_with("would update: "), "{}", by_name.1);
    assert_eq!(update(&[&file]), by_name);
    assert_eq!(update(&["--product", PRODUCT]), by_name);
    let thrice = [PRODUCT, &file, "--product", PRODUCT, "-p", "./products"];
    let (_, said) = update(&thrice);
    assert_eq!(said, by_name.1);
    let why = |product: &str| shelflife(&["why", product, "6", "--replay", &replay]).shown();
    assert_eq!(why(&file), why(PRODUCT));
}

#[test]
fn unreadable_input_is_named_and_exits_2() {
    let none = |args: &[&str]| -> Run { shelflife(args) };
    assert_snapshot!(none(&["update", "-p", "none"]).shown(), @r"
    exit code 2
    -- stderr --
    error: cannot read the folder none
      caused by: failed to read directory `none`: No such file or directory (os error 2)
      hint: name the folder of product files with --products-dir
    ");
    assert_snapshot!(none(&["update", "--replay", "none"]).shown(), @r"
    exit code 2
    -- stderr --
    error: cannot read the recording none
      caused by: No such file or directory (os error 2)
    ");
    assert_snapshot!(none(&["try", "none.md"]).shown(), @r"
    exit code 2
    -- stderr --
    error: no product file `none.md` in .
      hint: give the name of a product or the path of its `.md` file; a folder goes after --products-dir
    ");
    let file = format!("products/{PRODUCT}.md");
    assert_snapshot!(none(&["try", &file, "--page", "none.html"]).shown(), @r"
    exit code 2
    -- stderr --
    error: cannot read the page
      caused by: failed to open file `none.html`: No such file or directory (os error 2)
    ");
    assert_snapshot!(none(&["try", &file, "--method", "3"]).shown(), @r"
    exit code 2
    -- stderr --
    error: products/amazon-elasticache-redis.md:1: no entry 3 in `auto.methods`, which has 1
    ");
}

#[test]
fn wrong_usage_exits_2() {
    for args in [
        &["updat"][..],
        &["update", "--today", "tomorrow"],
        &["update", "--jobs", "0"],
        &["try"],
        &[],
    ] {
        let run = shelflife(args);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{args:?}");
    }
}

#[test]
fn no_colour_reaches_a_pipe() {
    let fixture = replay("-renamed-header");
    let args = ["update", PRODUCT, "--dry-run", "--replay", &fixture];
    for variables in [
        &[][..],
        &[("TERM", "xterm-256color")],
        &[("NO_COLOR", "1"), ("TERM", "xterm-256color")],
    ] {
        let run = shelflife_with(variables, &args);
        assert_eq!(run.code, 1);
        assert!(!run.stderr.contains('\u{1b}'), "{}", run.stderr);
    }
    let forced = shelflife_with(&[("CLICOLOR_FORCE", "1")], &args);
    assert!(forced.stderr.starts_with("\u{1b}["), "{}", forced.stderr);
}

#[test]
fn escape_codes_of_a_page_are_printed_escaped() {
    let folder = Folder::of_product("", "");
    let hostile = folder.path("page.html");
    let text = super::read(&page("")).replace("Not announced", "\u{1b}[2J\u{202e}soon");
    fs_err::write(&hostile, text).unwrap();
    let file = format!("products/{PRODUCT}.md");
    let run = shelflife(&["try", &file, "-v", "--page", hostile.to_str().unwrap()]);
    assert_eq!(run.code, 0);
    assert!(
        run.stderr.contains(r"\u{1b}[2J\u{202e}soon"),
        "{}",
        run.stderr
    );
    assert!(!run.stderr.contains(['\u{1b}', '\u{202e}']));
}

#[cfg(feature = "browser")]
#[test]
fn without_a_browser_the_error_says_what_to_install() {
    let page = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html";
    let rendered = "http://127.0.0.1:9/lifecycle\n      render_javascript: true";
    let folder = Folder::of_product(
        &format!("{page}\n      fields"),
        &format!("{rendered}\n      fields"),
    );
    let file = folder.file();
    let run = shelflife_with(
        &[("CHROME", "/nowhere/chromium")],
        &["try", file.to_str().unwrap(), "--allow-local", "--no-cache"],
    );
    assert_eq!(run.code, 1);
    let said = run.stderr;
    assert!(said.contains("no Chromium in `CHROME` or `PATH`"), "{said}");
    assert!(said.contains("apt install chromium"), "{said}");
}
