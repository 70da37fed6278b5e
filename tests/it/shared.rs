//! Where recorded data of the field is, for the tests that use it.

use std::path::PathBuf;

use fs_err as fs;

/// The folder that `SHELFLIFE_SHARED` names; without it, what is skipped is said.
pub(crate) fn shared(test: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("SHELFLIFE_SHARED");
    if folder.is_none() {
        say_skipped(test);
    }
    folder.map(PathBuf::from)
}

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn say_skipped(test: &str) {
    eprintln!("skipped: {test}: SHELFLIFE_SHARED names no folder of recorded data");
}

/// The product files of the site, by name.
pub(crate) fn product_files(test: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let folder = shared(test)?.join("corpus/products-2026-08");
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    assert!(files.len() > 400, "{} product files", files.len());
    Some(files)
}
