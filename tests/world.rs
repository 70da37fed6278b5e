//! A small world on disk: products, the pages they ask for, and the program between them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use fs_err as fs;
use tempfile::TempDir;

/// A temporary folder with `products/` and `pages/`.
pub(crate) struct World {
    folder: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        let world = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        for folder in ["products", "pages"] {
            fs::create_dir(world.path(folder)).unwrap();
        }
        world
    }

    /// A path in the folder.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Writes a file, and the folders above it.
    pub(crate) fn write(&self, path: impl AsRef<Path>, body: impl AsRef<[u8]>) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, body).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> Vec<u8> {
        fs::read(self.path(path)).unwrap()
    }

    /// The bytes of a file that need not be there.
    pub(crate) fn read_or_nothing(&self, path: &str) -> Option<Vec<u8>> {
        fs::read(self.path(path)).ok()
    }

    /// Every file in the folder with its bytes, sorted by path.
    pub(crate) fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut folders = vec![self.folder.path().to_owned()];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.push((path.clone(), fs::read(path).unwrap()));
                }
            }
        }
        files.sort();
        files
    }

    /// The program in this folder, on a day of its own and with nothing of the environment.
    pub(crate) fn program(&self, arguments: &[&str]) -> Command {
        self.program_on("2026-11-23", arguments)
    }

    /// The program in this folder, on a day and with nothing of the environment.
    pub(crate) fn program_on(&self, today: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shelflife"));
        command
            .args(arguments)
            .args(["--today", today])
            .current_dir(self.folder.path())
            .env_clear();
        command
    }

    /// What comes of `update` with some more arguments, pages from `pages/`.
    pub(crate) fn update(&self, more: &[&str]) -> Output {
        self.program(&[&["update", "--replay", "pages"], more].concat())
            .output()
            .unwrap()
    }
}

/// A product file whose cycle `1` is to be changed by the page at a URL.
pub(crate) fn product(url: &str) -> String {
    format!(
        "---\ntitle: A\nauto:\n  methods:\n    - release_table: {url}\n      fields:\n        releaseCycle: Version\n        eol: End\nreleases:\n  - releaseCycle: \"1\"\n    eol: 2020-01-01 # told\n---\n\nBody\n"
    )
}

/// A page of one table with a header row, which may be anywhere, and these rows.
pub(crate) fn page(headers: &[&str], rows: &[&[&str]]) -> String {
    let cells = |cells: &[&str], tag: &str| -> String {
        let cell = |text: &&str| format!("<{tag}>{text}</{tag}>");
        cells.iter().map(cell).collect()
    };
    let rows: Vec<String> = rows
        .iter()
        .map(|row| format!("<tr>{}</tr>\n", cells(row, "td")))
        .collect();
    let rows = rows.concat();
    format!(
        "<!doctype html><meta charset=utf-8><table><thead><tr>{}</tr></thead>\n<tbody>{rows}</tbody></table>",
        cells(headers, "th")
    )
}

/// Standard error, which must be text.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The worker processes of the programs that run in a folder.
#[cfg(target_os = "linux")]
pub(crate) fn workers_in(folder: &Path) -> Vec<rustix::process::Pid> {
    let folder = fs::canonicalize(folder).unwrap();
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let worker = |process: fs::DirEntry| {
        let line = fs::read(process.path().join("cmdline")).unwrap_or_default();
        let at = fs::read_link(process.path().join("cwd")).unwrap_or_default();
        let is_worker = line.windows(8).any(|part| part == b"__worker") && at == folder;
        let id = process.file_name().to_str()?.parse().ok()?;
        rustix::process::Pid::from_raw(id).filter(|_| is_worker)
    };
    processes.filter_map(worker).collect()
}
