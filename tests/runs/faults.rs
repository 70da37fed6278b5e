//! Whatever happens to a run or to what it stands on: each file is whole, old or new, nothing is
//! lost, and the next run heals.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
#[cfg(target_os = "linux")]
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::Instant;

use fs_err as fs;

#[cfg(target_os = "linux")]
use crate::world::workers_in;
use crate::world::{World, page, product, stderr};

const PRODUCTS: usize = 24;

/// The folders that belong to a stage and the bytes that each of their files may hold.
type Bytes = BTreeMap<String, Vec<u8>>;

/// A world of many products, all of which a run changes, with the host that answers for them.
struct Busy {
    world: World,
    host: SocketAddr,
}

/// A host that answers every request with this page, after this was done.
fn host(page: String, first: impl Fn(&str) + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (page, first) = (Arc::new(page), Arc::new(first));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (page, first) = (Arc::clone(&page), Arc::clone(&first));
            std::thread::spawn(move || {
                let Ok(mut stream) = stream else { return };
                let mut asked = Vec::new();
                let mut some = [0; 4096];
                while !asked.windows(4).any(|four| four == b"\r\n\r\n") {
                    match stream.read(&mut some) {
                        Ok(0) | Err(_) => return,
                        Ok(read) => asked.extend_from_slice(&some[..read]),
                    }
                }
                let asked = String::from_utf8_lossy(&asked).into_owned();
                first(asked.split(' ').nth(1).unwrap());
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    page.len()
                );
                // The peer may be killed by then.
                let _ = stream.write_all(&[head.as_bytes(), page.as_bytes()].concat());
            });
        }
    });
    address
}

fn new_page() -> String {
    let rows: [&[&str]; 1] = [&["1", "December 31, 2021"]];
    // Long enough not to be written at one stroke.
    page(&["Version", "End"], &rows) + &"<!-- long -->\n".repeat(2_000)
}

impl Busy {
    fn new() -> Self {
        let busy = Self {
            world: World::new(),
            host: host(new_page(), |_| {}),
        };
        busy.reset();
        busy
    }

    /// Everything as it was before the first run.
    fn reset(&self) {
        for folder in ["data", "cache", "recorded"] {
            let _ = fs::remove_dir_all(self.world.path(folder));
        }
        let _ = fs::remove_file(self.world.path("recorded.har"));
        for number in 0..PRODUCTS {
            let file = product(&format!("http://{}/{number}", self.host));
            self.world.write(format!("products/p{number}.md"), file);
            // Release data of an earlier run.
            let old = r#"{"releases": {"1": {"name": "1", "eol": "2020-01-01"}}, "versions": {}}"#;
            self.world.write(format!("data/p{number}.json"), old);
        }
    }

    fn program(&self, arguments: &[&str]) -> Command {
        let mut command = self.world.program(arguments);
        command.arg("--allow-local");
        command.stdout(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.program(arguments).output().unwrap()
    }

    /// The files of a folder that are no run's leftovers, by path.
    fn files(&self, folder: &str) -> Bytes {
        let below = self.world.path(folder);
        self.world
            .files()
            .into_iter()
            .filter(|(path, _)| path.starts_with(&below))
            .map(|(path, bytes)| {
                let path = path.strip_prefix(&below).unwrap().display().to_string();
                (path, bytes)
            })
            .filter(|(path, _)| !path.split('/').any(|name| name.starts_with('.')))
            .collect()
    }

    /// Ends runs with a signal at many moments; every file of the folder then is as before or as
    /// after a run that nobody ends, and the next run comes to the same.
    fn is_whole_when_ended(&self, signal: &str, arguments: &[&str], folder: &str) {
        let writing = self.world.path(&format!("{folder}/{}", self.host));
        self.reset();
        let old = self.files(folder);
        let started = Instant::now();
        assert_eq!(self.run(arguments).status.code(), Some(0));
        let takes = started.elapsed();
        let new = self.files(folder);
        assert_ne!(old, new);
        assert!(new.len() >= PRODUCTS, "{:?}", new.keys());
        let mut in_the_middle = 0;
        for number in 0..40 {
            self.reset();
            let mut child = self
                .program(arguments)
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            if folder == "recorded" {
                // Written at the end, all at once.
                while !writing.exists() && child.try_wait().unwrap().is_none() {}
            } else {
                sleep(takes * (20 + number * 7 % 80) / 100);
            }
            let sent = Command::new("kill")
                .args([signal, &child.id().to_string()])
                .stderr(Stdio::null())
                .status()
                .unwrap();
            let status = child.wait().unwrap();
            if signal == "-INT" && sent.success() {
                assert!(matches!(status.code(), Some(0 | 130)), "{status}");
            }
            let now = self.files(folder);
            for (path, bytes) in &now {
                assert!(
                    old.get(path) == Some(bytes) || new.get(path) == Some(bytes),
                    "{path} is neither old nor new"
                );
            }
            assert!(
                old.keys().all(|path| now.contains_key(path)),
                "a file is lost"
            );
            in_the_middle += usize::from(now != old && now != new);
            if in_the_middle > 2 {
                break;
            }
        }
        assert_eq!(self.run(arguments).status.code(), Some(0));
        assert_eq!(self.files(folder), new);
        assert!(
            in_the_middle > 0,
            "no {signal} hit a run while it wrote into {folder}"
        );
    }
}

const UPDATE: &[&str] = &["update", "--no-cache", "--jobs", "2"];
const COLLECT: &[&str] = &[
    "collect",
    "--no-cache",
    "--release-data",
    "data",
    "--jobs",
    "2",
];
const RECORD: &[&str] = &["update", "--dry-run", "--no-cache", "--record", "recorded"];

#[test]
fn a_run_killed_while_it_collects_leaves_every_file_of_release_data_whole() {
    let busy = Busy::new();
    busy.is_whole_when_ended("-KILL", COLLECT, "data");
    busy.is_whole_when_ended("-INT", COLLECT, "data");
}

#[test]
fn a_run_killed_while_it_fetches_and_writes_leaves_every_product_file_whole() {
    let busy = Busy::new();
    busy.is_whole_when_ended("-KILL", UPDATE, "products");
    busy.is_whole_when_ended("-INT", UPDATE, "products");
}

#[test]
fn a_run_killed_while_it_records_leaves_every_recorded_page_whole() {
    let busy = Busy::new();
    busy.is_whole_when_ended("-KILL", RECORD, "recorded");
}

#[test]
fn a_run_killed_while_it_caches_pages_leaves_a_usable_cache() {
    let busy = Busy::new();
    let update = ["update", "--dry-run", "--cache-dir", "cache"];
    let started = Instant::now();
    assert_eq!(busy.run(&update).status.code(), Some(0));
    let takes = started.elapsed();
    for number in 0..12 {
        busy.reset();
        let mut child = busy.program(&update).stderr(Stdio::null()).spawn().unwrap();
        sleep(takes * (20 + number * 7) / 100);
        child.kill().unwrap();
        child.wait().unwrap();
        let next = busy.run(&update);
        let said = stderr(&next);
        assert_eq!(next.status.code(), Some(0), "{said}");
        assert!(said.contains(&format!("{PRODUCTS} to change")), "{said}");
    }
}

/// The command with a bound on how large a file it may write, as on a disk that is full. The
/// signal that tells so is ignored, as a program does that wants to know.
fn on_a_full_disk(command: &Command, blocks: u32) -> Command {
    let mut limited = Command::new("sh");
    limited
        .arg("-c")
        .arg(format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\""))
        .arg("sh")
        .arg(command.get_program())
        .args(command.get_args())
        .current_dir(command.get_current_dir().unwrap())
        .env_clear();
    limited
}

#[test]
fn a_full_disk_fails_the_products_that_do_not_fit_and_loses_nothing() {
    let world = World::new();
    let rows: [&[&str]; 1] = [&["1", "May 2021"]];
    let long = product("https://a.test/x") + &"Body\n".repeat(200_000);
    world.write("products/long.md", &long);
    world.write("products/short.md", product("https://a.test/x"));
    world.write("pages/a.test/x", page(&["Version", "End"], &rows));
    let arguments = ["update", "--replay", "pages", "--release-data", "data"];
    let output = on_a_full_disk(&world.program(&arguments), 200)
        .output()
        .unwrap();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("cannot write products/long.md"), "{said}");
    assert_eq!(world.read("products/long.md"), long.as_bytes());
    let short = String::from_utf8(world.read("products/short.md")).unwrap();
    assert!(short.contains("eol: 2021-05-31 # told"), "{short}");
    let names: Vec<_> = fs::read_dir(world.path("products")).unwrap().collect();
    assert_eq!(names.len(), 2, "a temporary file stayed");
    // Nothing fits at all.
    world.write("products/short.md", product("https://a.test/x"));
    let before = world.files();
    let output = on_a_full_disk(&world.program(&arguments), 0)
        .output()
        .unwrap();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(world.files() == before, "a file differs");
    // There is room again.
    assert!(world.update(&[]).status.success());
    assert_ne!(world.read("products/long.md"), long.as_bytes());
}

#[test]
fn a_full_disk_under_the_cache_fails_no_page() {
    let busy = Busy::new();
    let command = busy
        .world
        .program(&["update", "--allow-local", "--cache-dir", "cache"]);
    let output = on_a_full_disk(&command, 20).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains(&format!("{PRODUCTS} changed")));
    let kept = busy.files("cache").into_keys();
    assert_eq!(kept.filter(|path| path.contains(".page")).count(), 0);
}

#[test]
fn unwritable_job_outputs_are_an_error_and_the_products_are_written() {
    for variable in ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"] {
        let world = World::new();
        world.write("products/p.md", product("https://a.test/x"));
        world.write(
            "pages/a.test/x",
            page(&["Version", "End"], &[&["1", "May 2021"]]),
        );
        let output = world
            .program(&["update", "--replay", "pages"])
            .env(variable, "/dev/full")
            .output()
            .unwrap();
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("No space left on device"), "{said}");
        assert!(
            String::from_utf8(world.read("products/p.md"))
                .unwrap()
                .contains("2021-05-31")
        );
    }
}

#[test]
fn a_closed_stdout_stops_no_write() {
    let world = World::new();
    world.write("products/p.md", product("https://a.test/x"));
    world.write(
        "pages/a.test/x",
        page(&["Version", "End"], &[&["1", "May 2021"]]),
    );
    for target in ["/dev/full", "pipe"] {
        world.write("products/p.md", product("https://a.test/x"));
        let mut command = world.program(&["update", "--replay", "pages", "--format", "json"]);
        let output = if target == "pipe" {
            let mut child = command
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            drop(child.stdout.take());
            child.wait_with_output().unwrap()
        } else {
            let full = fs::OpenOptions::new().write(true).open(target).unwrap();
            command.stdout(full.into_file()).output().unwrap()
        };
        let said = stderr(&output);
        assert!(!said.contains("panicked"), "{said}");
        assert!(
            output.status.code().is_some(),
            "{target}: {}",
            output.status
        );
        assert!(
            String::from_utf8(world.read("products/p.md"))
                .unwrap()
                .contains("2021-05-31"),
            "{target}: {said}"
        );
    }
}

/// Runs as somebody whom the modes of files bind: as nobody where the tests run as root.
fn bound_by_modes(world: &World, arguments: &[&str]) -> Output {
    let command = world.program(arguments);
    let id = Command::new("id").arg("-u").output().unwrap().stdout;
    if id != b"0\n" {
        return { command }.output().unwrap();
    }
    // Nobody may not look into where the program was built.
    let program = world.path("program");
    if !program.exists() {
        fs::copy(command.get_program(), &program).unwrap();
    }
    set_mode(&world.path(""), 0o755);
    Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
        .arg(program)
        .args(command.get_args())
        .current_dir(world.path(""))
        .env_clear()
        .output()
        .unwrap()
}

fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn in_a_read_only_folder_every_change_fails_and_is_named() {
    let world = World::new();
    for name in ["a", "b"] {
        world.write(format!("products/{name}.md"), product("https://a.test/x"));
    }
    world.write(
        "pages/a.test/x",
        page(&["Version", "End"], &[&["1", "May 2021"]]),
    );
    set_mode(&world.path("products"), 0o555);
    let update = ["update", "--replay", "pages"];
    let output = bound_by_modes(&world, &update);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for name in ["a", "b"] {
        assert!(
            said.contains(&format!("cannot write products/{name}.md")),
            "{said}"
        );
        let file = world.read(&format!("products/{name}.md"));
        assert_eq!(file, product("https://a.test/x").into_bytes());
    }
    // A file that may not be read fails alone.
    set_mode(&world.path("products"), 0o777);
    set_mode(&world.path("products/a.md"), 0o000);
    let output = bound_by_modes(&world, &update);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("1 changed, 1 failed"), "{said}");
    set_mode(&world.path("products/a.md"), 0o644);
    assert!(world.update(&[]).status.success());
}

/// A world of one product `p`, to whose file something happens while its page is fetched.
fn while_it_is_fetched(happens: fn(&Path)) -> (World, String) {
    let world = World::new();
    let path = world.path("products/p.md");
    let at = host(new_page(), move |_| happens(&path));
    let file = product(&format!("http://{at}/x"));
    world.write("products/p.md", &file);
    world.write(
        "products/q.md",
        product(&format!("http://{}/y", host(new_page(), |_| {}))),
    );
    let arguments = ["update", "--no-cache", "--allow-local"];
    let output = world.program(&arguments).output().unwrap();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("1 changed, 1 failed"), "{said}");
    (world, said)
}

#[test]
fn a_file_edited_during_the_run_keeps_the_edit() {
    let (world, said) = while_it_is_fetched(|path| {
        let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
        file.write_all(b"By hand.\n").unwrap();
    });
    assert!(said.contains("changed during the run"), "{said}");
    let file = String::from_utf8(world.read("products/p.md")).unwrap();
    assert!(
        file.contains("eol: 2020-01-01 # told") && file.ends_with("By hand.\n"),
        "{file}"
    );
    let output = world
        .program(&["update", "--no-cache", "--allow-local"])
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(1),
        "it is changed again: {}",
        stderr(&output)
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_worker_that_is_killed_while_it_waits_is_replaced() {
    let world = World::new();
    let folder = world.path("");
    let killed = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&killed);
    let at = host(new_page(), move |_| {
        for worker in workers_in(&folder) {
            rustix::process::kill_process(worker, rustix::process::Signal::KILL).unwrap();
            count.fetch_add(1, Ordering::Relaxed);
        }
    });
    world.write("products/p.md", product(&format!("http://{at}/x")));
    let arguments = ["update", "--no-cache", "--allow-local"];
    let output = world.program(&arguments).output().unwrap();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("1 changed"), "{said}");
    assert!(killed.load(Ordering::Relaxed) > 0);
}

#[test]
fn a_file_that_vanished_or_became_a_link_is_not_written() {
    let (world, said) = while_it_is_fetched(|path| fs::remove_file(path).unwrap());
    assert!(said.contains("cannot write products/p.md"), "{said}");
    assert!(!world.path("products/p.md").exists());
    let (world, said) = while_it_is_fetched(|path| {
        let elsewhere = path.with_file_name("../elsewhere");
        fs::rename(path, &elsewhere).unwrap();
        fs_err::os::unix::fs::symlink(elsewhere, path).unwrap();
    });
    assert!(said.contains("links are not followed"), "{said}");
    let file = String::from_utf8(world.read("elsewhere")).unwrap();
    assert!(file.contains("eol: 2020-01-01 # told"), "{file}");
}

#[test]
fn two_runs_at_once_on_one_folder_leave_every_file_new_and_whole() {
    let busy = Busy::new();
    let arguments = ["update", "--cache-dir", "cache", "--release-data", "data"];
    assert_eq!(busy.run(&arguments).status.code(), Some(0));
    let (products, data) = (busy.files("products"), busy.files("data"));
    for _ in 0..3 {
        busy.reset();
        let children: Vec<_> = (0..3)
            .map(|_| {
                busy.program(&arguments)
                    .stderr(Stdio::piped())
                    .spawn()
                    .unwrap()
            })
            .collect();
        for child in children {
            let output = child.wait_with_output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        }
        assert_eq!(busy.files("products"), products);
        assert_eq!(busy.files("data"), data);
    }
}

#[test]
fn a_clock_that_is_wrong_changes_no_date_that_a_page_states() {
    let world = World::new();
    world.write("products/p.md", product("https://a.test/x"));
    world.write(
        "pages/a.test/x",
        page(&["Version", "End"], &[&["1", "May 2021"]]),
    );
    for today in [
        "0001-01-01",
        "1970-01-01",
        "1999-12-31",
        "2038-01-20",
        "9999-12-31",
    ] {
        world.write("products/p.md", product("https://a.test/x"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_shelflife"));
        command
            .args([
                "update",
                "--replay",
                "pages",
                "--release-data",
                "data",
                "--today",
                today,
            ])
            .current_dir(world.path(""))
            .env_clear();
        let output = command.output().unwrap();
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(0), "{today}: {said}");
        let file = String::from_utf8(world.read("products/p.md")).unwrap();
        assert!(file.contains("eol: 2021-05-31 # told"), "{today}: {file}");
    }
}

#[test]
fn damaged_release_data_fails_its_product_and_is_not_written_over() {
    let cumulative = product("https://a.test/x").replace("auto:\n", "auto:\n  cumulative: true\n");
    let whole = r#"{"releases": {"1": {"name": "1", "eol": "2020-01-01"}}, "versions": {"1.0": {"name": "1.0", "date": "2020-01-01"}}}"#;
    for damaged in [
        &whole[..whole.len() - 1],
        &whole[..40],
        "",
        "\0\0\0\0",
        "[]",
        &whole.replace("2020-01-01\"}}}", "2020-13-01\"}}}"),
        &"[".repeat(100_000),
    ] {
        let world = World::new();
        world.write(
            "pages/a.test/x",
            page(&["Version", "End"], &[&["1", "May 2021"]]),
        );
        world.write("products/p.md", &cumulative);
        world.write("products/q.md", product("https://a.test/x"));
        world.write("data/p.json", damaged);
        let output = world.update(&["--release-data", "data"]);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{damaged:.60}: {said}");
        assert!(
            said.contains("cannot read data/p.json") && said.contains("hint: restore the file"),
            "{said}"
        );
        assert!(said.contains("1 changed, 1 failed"), "{said}");
        assert_eq!(world.read("data/p.json"), damaged.as_bytes());
        assert_eq!(world.read("products/p.md"), cumulative.as_bytes());
    }
}

#[test]
fn what_is_no_regular_file_is_neither_a_product_nor_release_data() {
    let world = World::new();
    world.write(
        "pages/a.test/x",
        page(&["Version", "End"], &[&["1", "May 2021"]]),
    );
    world.write("secret", product("https://a.test/x"));
    world.write("products/q.md", product("https://a.test/x"));
    for name in ["linked", "folder", "piped"] {
        world.write(
            format!("products/{name}-data.md"),
            product("https://a.test/x"),
        );
    }
    fs::create_dir_all(world.path("data")).unwrap();
    for (place, name) in [("products", "md"), ("data", "json")] {
        let at = |kind: &str| match place {
            "data" => world.path(&format!("data/{kind}-data.{name}")),
            _ => world.path(&format!("products/{kind}.{name}")),
        };
        fs_err::os::unix::fs::symlink("../secret", at("linked")).unwrap();
        fs::create_dir(at("folder")).unwrap();
        let made = Command::new("mkfifo").arg(at("piped")).status().unwrap();
        assert!(made.success());
    }
    let output = world.update(&["--release-data", "data"]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("1 changed, 6 failed"), "{said}");
    assert_eq!(said.matches("links are not followed").count(), 6, "{said}");
    assert_eq!(
        world.read("secret"),
        product("https://a.test/x").into_bytes()
    );
}

#[test]
fn a_folder_of_histories_that_is_a_link_is_not_followed() {
    for (folder, option) in [
        ("state", "--state=state"),
        ("data/.guard", "--release-data=data"),
    ] {
        let world = World::new();
        world.write(
            "pages/a.test/x",
            page(&["Version", "End"], &[&["1", "May 2021"]]),
        );
        world.write("products/package.md", product("https://a.test/x"));
        // What is no history is replaced.
        world.write("elsewhere/package.json", "{\"name\": \"package\"}");
        fs::create_dir_all(world.path("data")).unwrap();
        fs_err::os::unix::fs::symlink(world.path("elsewhere"), world.path(folder)).unwrap();
        let said = stderr(&world.update(&[option]));
        assert!(
            said.contains("it is a link, which is not followed"),
            "{said}"
        );
        assert!(said.contains("1 changed"), "{said}");
        assert_eq!(
            world.read("elsewhere/package.json"),
            b"{\"name\": \"package\"}"
        );
    }
}

/// What a run says that must end by itself; it is ended after a minute, with code 124.
fn said_at_the_end(world: &World, arguments: &[&str]) -> (Option<i32>, String) {
    let mut bounded = Command::new("timeout");
    bounded
        .args(["60", env!("CARGO_BIN_EXE_shelflife")])
        .args(arguments);
    bounded.current_dir(world.path("")).env_clear();
    bounded.stdout(Stdio::null());
    let output = bounded.output().unwrap();
    (output.status.code(), stderr(&output))
}

#[test]
fn no_file_that_a_run_reads_may_be_a_pipe_or_without_end() {
    let update = ["update", "--replay", "pages"];
    let guard = ["guard", "--history"];
    let readers: [(&str, &[&str], &[&str]); 6] = [
        ("shelflife.toml", &update, &[]),
        ("known", &update, &["--known", "known"]),
        ("named", &update, &["--settings", "named"]),
        ("presets/a.yaml", &update, &[]),
        ("pages.har", &["update", "--replay", "pages.har"], &[]),
        ("writes", &guard, &["writes"]),
    ];
    for (file, command, more) in readers {
        let world = World::new();
        let preset = product("https://a.test/x").replace("release_table: https", "a: https");
        let of_file = if file.starts_with("presets") {
            preset
        } else {
            product("https://a.test/x")
        };
        world.write("products/p.md", of_file);
        world.write(
            "pages/a.test/x",
            page(&["Version", "End"], &[&["1", "May 2021"]]),
        );
        let path = world.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let arguments = [command, more].concat();
        for kind in ["pipe", "endless"] {
            if kind == "pipe" {
                let made = Command::new("mkfifo").arg(&path).status().unwrap();
                assert!(made.success());
            } else {
                fs::remove_file(&path).unwrap();
                fs_err::os::unix::fs::symlink("/dev/zero", &path).unwrap();
            }
            let (code, said) = said_at_the_end(&world, &arguments);
            assert!(matches!(code, Some(1 | 2)), "{file} {kind}: {said}");
            assert!(
                said.contains("is not a regular file"),
                "{file} {kind}: {said}"
            );
        }
    }
}

#[test]
fn no_link_leads_known_notices_or_presets_out_of_their_folders() {
    let world = World::new();
    world.write("products/p.md", product("https://a.test/x"));
    world.write(
        "pages/a.test/x",
        page(&["Version", "End"], &[&["1", "May 2021"]]),
    );
    world.write("secret", "p:stale 1\n");
    fs::create_dir(world.path("elsewhere")).unwrap();
    let update = ["update", "--replay", "pages"];
    let known = [&update[..], &["--known", "known"]].concat();
    for (link, to, arguments) in [
        ("known", "secret", &known[..]),
        ("presets", "elsewhere", &update),
    ] {
        fs_err::os::unix::fs::symlink(to, world.path(link)).unwrap();
        let (code, said) = said_at_the_end(&world, arguments);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains("not followed"), "{said}");
        fs::remove_file(world.path(link)).unwrap();
    }
    assert_eq!(world.read("secret"), b"p:stale 1\n");
}

#[test]
fn evidence_and_state_that_cannot_be_written_fail_no_product_and_are_one_warning_each() {
    for kind in ["read-only", "not a folder"] {
        let world = World::new();
        for name in ["a", "b", "c"] {
            world.write(format!("products/{name}.md"), product("https://a.test/x"));
        }
        world.write(
            "pages/a.test/x",
            page(&["Version", "End"], &[&["1", "May 2021"]]),
        );
        let mut arguments = vec!["update", "--replay", "pages"];
        for (option, folder) in [("--evidence", "evidence"), ("--state", "state")] {
            if kind == "read-only" {
                fs::create_dir(world.path(folder)).unwrap();
                set_mode(&world.path(folder), 0o555);
                arguments.extend([option, folder]);
            } else {
                // A folder cannot be made below what is a file.
                world.write(folder, "");
                arguments.extend([
                    option,
                    if folder == "state" {
                        "state/x"
                    } else {
                        "evidence/x"
                    },
                ]);
            }
        }
        set_mode(&world.path("products"), 0o777);
        let output = bound_by_modes(&world, &arguments);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert!(said.contains("3 changed"), "{said}");
        for what in ["evidence", "guard history"] {
            let warning = format!("warning: {what} of 3 products cannot be written (");
            assert_eq!(said.matches(&warning).count(), 1, "{said}");
        }
        for name in ["a", "b", "c"] {
            let file = String::from_utf8(world.read(&format!("products/{name}.md"))).unwrap();
            assert!(file.contains("eol: 2021-05-31 # told"), "{file}");
        }
    }
}

#[test]
fn a_product_file_with_another_name_is_written_and_the_other_is_told_of() {
    let world = World::new();
    let old = product("https://a.test/x");
    world.write("products/p.md", &old);
    world.write(
        "pages/a.test/x",
        page(&["Version", "End"], &[&["1", "May 2021"]]),
    );
    fs::hard_link(world.path("products/p.md"), world.path("other")).unwrap();
    let output = world.update(&[]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(
        said.contains("products/p.md had 1 more name (hard link)"),
        "{said}"
    );
    assert_eq!(world.read("other"), old.as_bytes());
    assert_ne!(world.read("products/p.md"), old.as_bytes());
}
