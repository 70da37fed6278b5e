//! The pages below `docs/`: their commands print what is shown.

use std::path::{Path, PathBuf};

use fs_err as fs;

use super::read;
use crate::console::{Part, executed, must_hold, parts};

/// The page whose commands need recorded data: a test of `tests/data.rs` runs them.
const RECORDED: &str = "docs/how-to/migrate.md";

const TODAY: &str = "2026-11-23";

/// Every page below `docs/`, sorted.
fn pages() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("docs")];
    let mut pages = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "md") {
                let path = path.strip_prefix(root).unwrap().to_str().unwrap();
                pages.push(path.replace('\\', "/"));
            }
        }
    }
    pages.sort();
    pages
}

/// Copies a folder of the project.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(path, to).unwrap();
        }
    }
}

/// The folders of the project that a page names: its fixtures, and the products.
fn folders(page: &str) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = page
        .split("fixtures/")
        .skip(1)
        .filter_map(|rest| rest.split(['/', ' ', '\n', '`']).next())
        .map(|name| Path::new("fixtures").join(name))
        .collect();
    folders.dedup();
    if page.contains(super::PRODUCT) {
        folders.push("products".into());
    }
    folders
}

/// Runs the commands of a page, and gives how many blocks of them it has.
fn run(path: &str) -> usize {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = read(path);
    let is_run = |part: &Part<'_>| matches!(part, Part::Block(block) if block.info == "console");
    let blocks = parts(&page).iter().filter(|part| is_run(part)).count();
    if blocks == 0 || path == RECORDED {
        return 0;
    }
    let scratch = tempfile::tempdir().unwrap();
    for folder in folders(&page) {
        copy(&root.join(&folder), &scratch.path().join(&folder));
    }
    must_hold(path, &executed(&page, scratch.path(), TODAY));
    blocks
}

#[test]
fn every_command_of_the_documentation_prints_what_is_shown() {
    let pages = pages();
    let blocks: usize = std::thread::scope(|scope| {
        let runs: Vec<_> = pages.iter().map(|path| scope.spawn(|| run(path))).collect();
        runs.into_iter().map(|run| run.join().unwrap()).sum()
    });
    assert!(blocks > 15, "{blocks} blocks of commands");
}

#[test]
fn a_command_that_prints_something_else_is_shown_as_it_prints() {
    let scratch = tempfile::tempdir().unwrap();
    let page = "A\n\n```text a/b.txt\nx\ny\n```\n\n```console\n$ cat a/b.txt; echo z\nx\n...\nz\n$ false\n$ echo $?\n2\n```\nB\n";
    assert_eq!(
        executed(page, scratch.path(), TODAY),
        page.replace("\n2\n", "\n1\n")
    );
}
