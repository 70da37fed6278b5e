//! What a dry run says to each of the pages that stand for the product's.

use insta::assert_snapshot;

use super::update;

fn dry_run(fixture: &str) -> String {
    update(fixture, &["--dry-run"]).shown()
}

#[test]
fn an_unchanged_page_changes_nothing() {
    assert_snapshot!(dry_run(""), @r"
    exit code 0
    -- stderr --
    0 to change, 1 unchanged
    ");
}

#[test]
fn a_date_that_moved_is_a_diff_of_one_line() {
    assert_snapshot!(dry_run("-moved"), @r#"
    exit code 0
    -- stdout --
    --- a/products/amazon-elasticache-redis.md
    +++ b/products/amazon-elasticache-redis.md
    @@ -31,7 +31,7 @@

       - releaseCycle: "6"
         releaseDate: 2020-10-13
    -    eol: 2027-01-31
    +    eol: 2027-04-30
         eoes: 2030-01-31
         latest: "6.2"
         latestReleaseDate: 2021-11-23
    -- stderr --
    would update: amazon-elasticache-redis, 1 change
      6 eol: 2027-01-31 -> 2027-04-30
        table 1, row 3, column `End of Standard Support` of https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html reads `4/30/2027`
    1 to change
    "#);
}

#[test]
fn a_new_version_is_shown_as_the_lines_to_add() {
    assert_snapshot!(dry_run("-new-version"), @r#"
    exit code 0
    -- stderr --
    notice: amazon-elasticache-redis: release 8 is not in the file; to add it, with `releaseDate`, which `check` requires:
      - releaseCycle: "8"
        eol: 2031-01-31
        eoes: 2034-01-31
    0 to change, 1 cycle to add, 1 unchanged
    "#);
}

#[test]
fn a_renamed_header_is_named_with_the_closest() {
    assert_snapshot!(dry_run("-renamed-header"), @r"
    exit code 1
    -- stderr --
    error: amazon-elasticache-redis: method `release_table` (products/amazon-elasticache-redis.md:16) failed
      caused by: no table with column `End of Extended Support and version EOL` on https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html
        the closest header to `End of Extended Support and version EOL` is `End of Extended Support and end of life` in table 1
        table 1 has `Major Engine Version`, `End of Standard Support`, `Start of Extended Support Y1 Premium`, `Start of Extended Support Y2 Premium`, `Start of Extended Support Y3 Premium`, `End of Extended Support and end of life`
        table 2 has `Source Major Version`, `Source Minor Versions`, `Recommended Upgrade Target`, `EOL Date`
      hint: the page may have changed; `shelflife try products/amazon-elasticache-redis.md --method 1 --record DIR` saves it
    0 to change, 1 failing
    ");
}

#[test]
fn a_bot_wall_is_not_taken_for_the_page() {
    assert_snapshot!(dry_run("-wall"), @r"
    exit code 1
    -- stderr --
    error: amazon-elasticache-redis: method `release_table` (products/amazon-elasticache-redis.md:16) failed
      caused by: cannot fetch https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html (blocked by AWS WAF, by its `window.gokuprops`, 200)
      hint: the vendor blocks robots; ask it for access or choose another page
    0 to change, 1 failing
    ");
}

#[test]
fn a_page_without_the_table_lists_those_it_has() {
    assert_snapshot!(dry_run("-table-gone"), @r"
    exit code 1
    -- stderr --
    error: amazon-elasticache-redis: method `release_table` (products/amazon-elasticache-redis.md:16) failed
      caused by: no table with columns `Major Engine Version`, `End of Standard Support`, `End of Extended Support and version EOL` on https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html
        table 1 has `Source Major Version`, `Source Minor Versions`, `Recommended Upgrade Target`, `EOL Date`
      hint: the page may have changed; `shelflife try products/amazon-elasticache-redis.md --method 1 --record DIR` saves it
    0 to change, 1 failing
    ");
}

#[test]
fn verbose_lists_skipped_rows() {
    assert_snapshot!(update("", &["--dry-run", "-v"]).shown(), @"
    exit code 0
    -- stderr --
    unchanged: amazon-elasticache-redis
      skipped on https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html:
        table 2: no column `Major Engine Version`, `End of Standard Support`, `End of Extended Support and version EOL`
        table 1, row 4, column `End of Standard Support` reads `Not announced`: eol of 7: `Not announced` is not a date
        table 1, row 4, column `End of Extended Support and version EOL` reads `Not announced`: eoes of 7: `Not announced` is not a date
    0 to change, 1 unchanged
    ");
}

#[test]
fn quiet_prints_failures_and_the_last_line() {
    let run = update("-moved", &["--dry-run", "-q"]);
    assert_eq!(run.stderr, "1 to change\n");
    assert!(run.stdout.starts_with("--- a/products/"), "{}", run.stdout);
    let failed = update("-table-gone", &["--dry-run", "--quiet"]);
    assert_eq!(failed.code, 1);
    assert!(failed.stderr.starts_with("error: "), "{}", failed.stderr);
    assert!(failed.stderr.ends_with("\n0 to change, 1 failing\n"));
}

#[test]
fn colours_are_printed_when_they_are_asked_for_and_not_into_a_pipe() {
    for (color, is_coloured) in [("auto", false), ("always", true), ("never", false)] {
        let run = update("-moved", &["--dry-run", "--color", color]);
        assert_eq!(run.stderr.contains("\u{1b}["), is_coloured, "{color}");
        let removed = run.stdout.contains("\u{1b}[31m-");
        assert_eq!(removed, is_coloured, "{color}: {}", run.stdout);
    }
}

#[test]
fn a_document_leaves_out_what_is_no_news_unless_verbose() {
    for (more, products) in [(None, 0), (Some("-v"), 1)] {
        let arguments: Vec<&str> = ["--dry-run", "--format", "json"]
            .into_iter()
            .chain(more)
            .collect();
        let run = update("", &arguments);
        let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(document["unchanged"], 1);
        assert_eq!(document["products"].as_array().unwrap().len(), products);
    }
}
