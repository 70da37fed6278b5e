//! What is written, and how a run exits.

use fs_err as fs;
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{Folder, PRODUCT, update};

#[test]
fn an_update_changes_the_date_and_no_other_byte() {
    let folder = Folder::of_product("", "");
    let before = folder.text();
    let run = update("-moved", &["-p", folder.as_str()]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    assert_eq!(
        folder.text(),
        before.replace("eol: 2027-01-31", "eol: 2027-04-30")
    );
    assert_eq!(folder.names(), [format!("{PRODUCT}.md")]);
    assert_snapshot!(run.shown(), @r"
    exit code 0
    -- stderr --
    updated: amazon-elasticache-redis, 1 change
      6 eol: 2027-01-31 -> 2027-04-30
        table 1, row 3, column `End of Standard Support` of https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html reads `4/30/2027`
    1 changed
    ");

    let again = update("-moved", &["-p", folder.as_str()]);
    assert_eq!(again.stderr, "0 changed, 1 unchanged\n");
}

#[test]
fn crlf_and_invalid_utf8_stay() {
    let folder = Folder::of_product("\n", "\r\n");
    let mut file = fs::read(folder.file()).unwrap();
    file.extend(b"\xff no line end");
    fs::write(folder.file(), &file).unwrap();
    assert_eq!(update("-moved", &["-p", folder.as_str()]).code, 0);
    let (old, new) = (b"eol: 2027-01-31", b"eol: 2027-04-30");
    let at = file.windows(old.len()).position(|at| at == old).unwrap();
    file[at..at + new.len()].copy_from_slice(new);
    assert_eq!(fs::read(folder.file()).unwrap(), file);
}

#[test]
fn a_failed_product_is_unchanged_and_the_others_are_updated() {
    let folder = Folder::of_product("2027-01-31", "2027-01-01");
    let broken = folder.path("broken.md");
    let text = folder.text().replace("v(?P<value>", "version (?P<value>");
    fs::write(&broken, &text).unwrap();
    let args = [
        "update",
        "-p",
        folder.as_str(),
        "--replay",
        &super::replay(""),
    ];
    let run = super::shelflife(&args);
    assert_eq!(run.code, 1);
    assert_eq!(fs::read_to_string(&broken).unwrap(), text);
    assert!(folder.text().contains("2027-01-31"));
    assert_snapshot!(run.shown_without(&folder), @r"
    exit code 1
    -- stderr --
    updated: amazon-elasticache-redis, 1 change
      6 eol: 2027-01-01 -> 2027-01-31
        table 1, row 3, column `End of Standard Support` of https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html reads `1/31/2027`
    error: broken: method `release_table` ([folder]/broken.md:16) failed
      caused by: no usable row on https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html (4 read)
        table 1, row 1, column `Major Engine Version`, `Redis OSS v4`: matches no `regex`
        table 1, row 2, column `Major Engine Version`, `Redis OSS v5`: matches no `regex`
        table 1, row 3, column `Major Engine Version`, `Redis OSS v6`: matches no `regex`
        table 1, row 4, column `Major Engine Version`, `Redis OSS v7`: matches no `regex`
      hint: no name passes the `regex` of the entry: correct it in [folder]/broken.md:16
    1 changed, 1 failed
    ");
}

#[test]
fn update_check_writes_nothing_and_exits_1_where_a_file_would_change() {
    let folder = Folder::of_product("", "");
    let before = folder.text();
    for (fixture, code) in [("", 0), ("-moved", 1), ("-new-version", 0), ("-wall", 1)] {
        let run = update(fixture, &["--check", "-p", folder.as_str()]);
        assert_eq!((run.code, run.stdout.as_str()), (code, ""), "{fixture}");
    }
    assert_eq!(folder.text(), before);
}

#[test]
fn json_has_the_changes_with_their_evidence() {
    let run = update("-moved", &["--dry-run", "--format", "json"]);
    assert_eq!(run.code, 0);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    assert!(run.stdout.ends_with("}\n"));
    let product = &document["products"][0];
    assert!(
        product["diff"]
            .as_str()
            .unwrap()
            .contains("\n+    eol: 2027-04-30\n")
    );
    let kept = json!({
        "today": document["today"],
        "dry": document["dry"],
        "updated": document["updated"],
        "failed": document["failed"],
        "product": product["product"],
        "status": product["status"],
        "changes": product["changes"],
    });
    assert_snapshot!(serde_json::to_string_pretty(&kept).unwrap(), @r#"
    {
      "today": "2026-11-23",
      "dry": true,
      "updated": 1,
      "failed": 0,
      "product": "amazon-elasticache-redis",
      "status": "updated",
      "changes": [
        {
          "cycle": "6",
          "field": "eol",
          "old": "2027-01-31",
          "new": "2027-04-30",
          "basis": "source",
          "evidence": {
            "method": "release_table",
            "entry": 1,
            "page": {
              "url": "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html",
              "from": "recording",
              "sha256": "c0db0e68e461a84ebf6c57381d5666afe244ca15bb4694889649994439942238"
            },
            "table": 1,
            "row": 3,
            "column": "End of Standard Support",
            "raw": "4/30/2027",
            "regex": "^(?P<value>.+)$",
            "template": "{{value}}",
            "type": "date",
            "rule": "release_states"
          }
        }
      ]
    }
    "#);
}

#[test]
fn json_has_a_failure_with_its_causes() {
    let run = update("-renamed-header", &["--dry-run", "--format", "json"]);
    assert_eq!(run.code, 1);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let product = &document["products"][0];
    assert_eq!(product["status"], "failed");
    assert_eq!(product["changes"], json!([]));
    let error = serde_json::to_string_pretty(&product["error"]).unwrap();
    assert_snapshot!(error, @r#"
    {
      "error": "method `release_table` (products/amazon-elasticache-redis.md:16) failed",
      "causes": [
        "no table with column `End of Extended Support and version EOL` on https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html"
      ],
      "details": [
        "the closest header to `End of Extended Support and version EOL` is `End of Extended Support and end of life` in table 1",
        "table 1 has `Major Engine Version`, `End of Standard Support`, `Start of Extended Support Y1 Premium`, `Start of Extended Support Y2 Premium`, `Start of Extended Support Y3 Premium`, `End of Extended Support and end of life`",
        "table 2 has `Source Major Version`, `Source Minor Versions`, `Recommended Upgrade Target`, `EOL Date`"
      ],
      "hint": "the page may have changed; `shelflife try products/amazon-elasticache-redis.md --method 1 --record DIR` saves it",
      "line": 16
    }
    "#);
}
