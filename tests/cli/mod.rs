//! The whole way with the real binary: what it prints, how it exits, what it writes.

mod check;
mod completions;
mod dates;
mod deadline;
mod docs;
mod dry_run;
mod guard;
mod messages;
mod methods;
mod new_command;
mod next;
mod readme;
mod reference;
mod settings;
mod show;
mod shown_text;
mod try_command;
mod update;
mod why;

use std::path::{Path, PathBuf};
use std::process::Command;

use fs_err as fs;

const PRODUCT: &str = "amazon-elasticache-redis";

/// What a run of the program came to.
struct Run {
    code: i32,
    stdout: String,
    stderr: String,
}

/// Runs the program in the project's folder on a set day, with nothing of the environment.
fn shelflife(args: &[&str]) -> Run {
    shelflife_with(&[], args)
}

/// The same, with these variables.
fn shelflife_with(variables: &[(&str, &str)], args: &[&str]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_shelflife"))
        .args(args)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    Run {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A run of `try` that prints JSON, for a product with this config and this page in a file.
fn try_document(config: &str, file: &str, page: &str, args: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let (product, saved) = (folder.path().join("p.md"), folder.path().join(file));
    let front = format!(
        "---\ntitle: p\ncategory: app\npermalink: /p\nauto:\n  methods:\n{config}\
         releases:\n  - releaseCycle: \"1\"\n    releaseDate: 2020-01-01\n    eol: false\n---\n"
    );
    fs::write(&product, front).unwrap();
    fs::write(&saved, page).unwrap();
    let (product, saved) = (product.to_str().unwrap(), saved.to_str().unwrap());
    let always = [
        "try",
        product,
        "--page",
        saved,
        "--today",
        "2026-11-25",
        "--format",
        "json",
    ];
    shelflife(&[&always[..], args].concat())
}

/// A run of `update` for the project's own product, its page answered by a fixture.
fn update(fixture: &str, args: &[&str]) -> Run {
    let fixture = replay(fixture);
    let always = ["update", PRODUCT, "--replay", &fixture];
    let day = ["--today", "2026-11-23"];
    shelflife(&[&always[..], args, &day[..]].concat())
}

/// The folder of one of the pages that stand for the product's.
fn replay(fixture: &str) -> String {
    format!("fixtures/release_table/{PRODUCT}{fixture}")
}

/// The file of that page.
fn page(fixture: &str) -> String {
    let path = "docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html";
    format!("{}/{path}", replay(fixture))
}

/// The text of a file of the project.
fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// A folder of product files, to be written to.
struct Folder(tempfile::TempDir);

impl Folder {
    /// One file, the project's own with a text in it replaced.
    fn of_product(from: &str, to: &str) -> Self {
        let product = read(&format!("products/{PRODUCT}.md"));
        assert!(product.contains(from), "{from}");
        let folder = Self(tempfile::tempdir().unwrap());
        fs::write(folder.file(), product.replace(from, to)).unwrap();
        folder
    }

    fn file(&self) -> PathBuf {
        self.path(&format!("{PRODUCT}.md"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn text(&self) -> String {
        fs::read_to_string(self.file()).unwrap()
    }

    /// The names of all that is in it, sorted.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.0.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn as_str(&self) -> &str {
        self.0.path().to_str().unwrap()
    }
}

impl Run {
    /// All of it, as a snapshot shows it: without blanks at the ends of lines.
    fn shown(&self) -> String {
        let mut out = format!("exit code {}\n", self.code);
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                out.extend(["-- ", name, " --\n"]);
            }
            for line in text.lines() {
                out.push_str(line.trim_end());
                out.push('\n');
            }
        }
        out
    }

    /// The same, a folder of this machine left out.
    fn shown_without(&self, folder: &Folder) -> String {
        self.shown().replace(folder.as_str(), "[folder]")
    }
}
