//! How a run keeps its time.

use std::net::TcpListener;

use fs_err as fs;
use insta::assert_snapshot;

use super::shelflife;

/// A product whose host takes what it is asked and never answers; with the folder it is in.
fn unanswered() -> (TcpListener, tempfile::TempDir) {
    let host = TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let product = format!(
        "---\ntitle: A\nauto:\n  methods:\n    - release_table: http://{}/\n      fields:\n        releaseCycle: Version\nreleases:\n  - releaseCycle: \"1\"\n---\n",
        host.local_addr().unwrap()
    );
    fs::write(folder.path().join("a.md"), product).unwrap();
    fs::write(folder.path().join("b.md"), "---\ntitle: B\n---\n").unwrap();
    (host, folder)
}

#[test]
fn a_run_ends_at_its_deadline_and_names_unfinished_products() {
    let (_host, folder) = unanswered();
    let before = fs::read(folder.path().join("a.md")).unwrap();
    let folder = folder.path().to_str().unwrap();
    let run = |more: &[&str]| {
        let always = [
            "-p",
            folder,
            "--allow-local",
            "--no-cache",
            "--deadline",
            "1s",
        ];
        shelflife(&[more, &always[..]].concat())
    };
    let text = run(&["update"]);
    let shown = text.shown().replace(folder, "[folder]");
    // On a machine that is busy enough, not even that.
    let shown = shown.replace(
        "before it began",
        "while running `release_table` ([folder]/a.md:5)",
    );
    assert_snapshot!(shown, @r"
    exit code 1
    -- stderr --
    timed out: a: deadline reached while running `release_table` ([folder]/a.md:5)
    skipped: b: has no `auto.methods`
    0 changed, 1 not finished before the deadline, 1 skipped
    ");
    let json = run(&["update", "--format", "json"]);
    assert_eq!(json.code, 1);
    let document: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(
        (&document["timed_out"], &document["failed"]),
        (&1.into(), &0.into())
    );
    assert_eq!(document["products"][0]["status"], "timed_out");
    let reason = document["products"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("deadline reached"), "{reason}");
    // Nothing half: neither of the product file nor of its release data.
    let data = tempfile::tempdir().unwrap();
    let collected = run(&["collect", "--release-data", data.path().to_str().unwrap()]);
    assert_eq!(collected.code, 1);
    assert!(
        collected
            .stderr
            .contains("1 not finished before the deadline"),
        "{}",
        collected.stderr
    );
    assert_eq!(fs::read_dir(data.path()).unwrap().count(), 0);
    assert_eq!(fs::read(format!("{folder}/a.md")).unwrap(), before);
    assert_eq!(fs::read_dir(folder).unwrap().count(), 2);
}

#[test]
fn a_deadline_needs_a_unit() {
    for (given, ends) in [("2m", 1), ("1h 30m", 1), ("90", 2), ("soon", 2), ("-1s", 2)] {
        let run = shelflife(&[
            "update",
            super::PRODUCT,
            "--dry-run",
            "--replay",
            "fixtures/npm",
            &format!("--deadline={given}"),
        ]);
        assert_eq!(run.code, ends, "{given}: {}", run.stderr);
    }
}
