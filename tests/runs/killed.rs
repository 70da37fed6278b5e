//! Killed at any moment, a run leaves every product file whole: the old one or the new one.

#![cfg(unix)]

use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use fs_err as fs;

use crate::world::{World, page, product, stderr};

const PRODUCTS: usize = 48;
const KILLS: u32 = 36;

/// What every run here says, one product after the other so that a kill hits between two.
const UPDATE: [&str; 5] = ["update", "--replay", "pages", "--jobs", "2"];

/// A folder of products, all of which a run changes, and each file before and after.
struct Change {
    world: World,
    /// Path, old bytes, new bytes.
    files: Vec<(String, Vec<u8>, Vec<u8>)>,
    /// How long a run takes.
    takes: Duration,
}

impl Change {
    fn new() -> Self {
        let world = World::new();
        let mut files = Vec::new();
        for number in 0..PRODUCTS {
            let path = format!("products/p{number}.md");
            // Long enough not to be written at one stroke.
            let old = product(&format!("https://a.test/{number}")) + &"Body\n".repeat(20_000);
            let new = old.replace("eol: 2020-01-01 #", "eol: 2021-12-31 #");
            world.write(&path, &old);
            let rows: [&[&str]; 1] = [&["1", "December 31, 2021"]];
            world.write(
                format!("pages/a.test/{number}"),
                page(&["Version", "End"], &rows),
            );
            files.push((path, old.into_bytes(), new.into_bytes()));
        }
        let mut change = Self {
            world,
            files,
            takes: Duration::ZERO,
        };
        let started = Instant::now();
        change.run_whole();
        change.takes = started.elapsed();
        change
    }

    fn reset(&self) {
        for (path, old, _) in &self.files {
            self.world.write(path, old);
        }
    }

    fn start(&self) -> Child {
        self.world
            .program(&UPDATE)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// A run that nobody stops: everything is new.
    fn run_whole(&self) {
        let output = self.world.program(&UPDATE).output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        assert_eq!(self.new_ones(), PRODUCTS);
    }

    /// How many files are the new ones; every other is the old one, and no other file is seen.
    fn new_ones(&self) -> usize {
        let names: Vec<String> = fs::read_dir(self.world.path("products"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| !name.starts_with(".shelflife-"))
            .collect();
        assert_eq!(names.len(), PRODUCTS, "{names:?}");
        let is_new = |(path, old, new): &&(String, Vec<u8>, Vec<u8>)| {
            let file = self.world.read(path);
            assert!(
                file == *old || file == *new,
                "{path} is neither old nor new"
            );
            file == *new
        };
        self.files.iter().filter(is_new).count()
    }
}

#[test]
fn a_killed_run_leaves_every_file_whole() {
    let change = Change::new();
    let started = Instant::now();
    let mut in_the_middle = 0;
    for kill in 0..KILLS {
        change.reset();
        let mut child = change.start();
        // From the first moment to the last, a little unevenly.
        sleep(change.takes * (kill * 7919 % KILLS) / KILLS);
        child.kill().unwrap();
        child.wait().unwrap();
        let new = change.new_ones();
        in_the_middle += usize::from(new > 0 && new < PRODUCTS);
        if started.elapsed() > Duration::from_secs(10) && in_the_middle > 3 {
            break;
        }
    }
    assert!(in_the_middle > 0, "no kill hit a run while it wrote");
    change.run_whole();
}

#[test]
fn temporary_files_of_killed_runs_are_removed_from_every_folder_when_they_are_old() {
    let world = World::new();
    world.write("products/p.md", product("https://a.test/x"));
    world.write(
        "pages/a.test/x",
        page(&["Version", "End"], &[&["1", "May 2021"]]),
    );
    let folders = ["products", "data", "evidence", "state"];
    for folder in folders {
        let (old, new) = (world.path(folder).join(".shelflife-old"), "half");
        world.write(&old, new);
        world.write(format!("{folder}/.shelflife-new"), new);
        let old = fs::File::options().write(true).open(&old).unwrap();
        let modified = old.metadata().unwrap().modified().unwrap();
        let two_hours = Duration::from_hours(2);
        old.file().set_modified(modified - two_hours).unwrap();
    }
    let folders_of_run = ["--release-data", "data", "--evidence", "evidence"];
    let run = |more: &[&str]| {
        let arguments = [&folders_of_run[..], &["--memory", "state"], more].concat();
        assert!(world.update(&arguments).status.success());
    };
    let left = |name: &str| folders.map(|folder| world.path(folder).join(name).exists());
    run(&["--dry-run"]);
    assert_eq!(left(".shelflife-old"), [true; 4]);
    run(&[]);
    assert_eq!(left(".shelflife-old"), [false; 4]);
    assert_eq!(left(".shelflife-new"), [true; 4]);
}

#[test]
fn an_interrupted_run_says_so_and_leaves_every_file_whole() {
    let change = Change::new();
    let mut codes = Vec::new();
    for _ in 0..20 {
        change.reset();
        let mut child = change.start();
        while change.new_ones() == 0 && child.try_wait().unwrap().is_none() {}
        let signal = std::process::Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .stderr(Stdio::null())
            .status()
            .unwrap();
        let code = child.wait().unwrap().code();
        let new = change.new_ones();
        if signal.success() && new < PRODUCTS {
            assert_eq!(code, Some(130));
            return;
        }
        // It was done before the signal came.
        codes.push(code);
    }
    panic!("no signal hit a run while it wrote: {codes:?}");
}
