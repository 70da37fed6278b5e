//! What the tags of a large repository cost: time, bytes, and what is left on the disk.
//!
//! `cargo bench --bench git` makes a repository of 3000 commits with a tag each, two thirds
//! of them annotated, and 100 files in 10 folders, serves it over smart HTTP on loopback,
//! and asks for its tags: with nothing known, again, and once more after one tag is new. It
//! prints the median of the rounds, beside the same with the predecessor's
//! `git fetch --tags --filter=blob:none --depth=1`. The bytes are those that the server sent.

mod http;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fs_err as fs;
use shelflife::fetch::{Fetcher, GitWanted, LocalAddresses, NetworkPolicy, Request};

use http::Server;

const TAGS: u32 = 3000;
const ROUNDS: u32 = 5;
const REPOSITORY: &str = "large.git";
/// What is done in a round, in order.
const STEPS: [&str; 3] = ["nothing known", "all known", "one new tag"];

/// What one step took.
#[derive(Clone, Copy)]
struct Cost {
    time: Duration,
    requests: u64,
    bytes: u64,
    files: u64,
    disk: u64,
}

/// Who asks, and what it cost at each step.
struct Asker {
    name: &'static str,
    ask: fn(&str, &Path) -> usize,
    costs: [Vec<Cost>; STEPS.len()],
}

impl Asker {
    fn new(name: &'static str, ask: fn(&str, &Path) -> usize) -> Self {
        let costs = Default::default();
        Self { name, ask, costs }
    }
}

fn main() {
    let root = tempfile::tempdir().expect("a folder");
    let repository = root.path().join(REPOSITORY);
    make(&repository);
    let server = Server::of(root.path()).expect("a server");
    let mut askers = [
        Asker::new("shelflife", ours),
        Asker::new("predecessor", theirs),
    ];
    let mut tags = TAGS;
    for _ in 0..ROUNDS {
        let kept = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
        git(kept[1].path(), &["init", "--quiet", "--bare"]);
        let url = server.url(REPOSITORY);
        git(kept[1].path(), &["remote", "add", "origin", &url]);
        for (number, step) in STEPS.iter().enumerate() {
            if *step == "one new tag" {
                tags += 1;
                import(&repository, &commit_and_tag(tags, true));
            }
            for (asker, folder) in askers.iter_mut().zip(&kept) {
                let (listed, cost) = measured(&server, folder.path(), asker.ask);
                assert_eq!(listed, tags as usize, "{}, {step}", asker.name);
                asker.costs[number].push(cost);
            }
        }
    }
    show(&mut askers);
}

/// Asks as shelflife does; gives the number of tags with a day.
fn ours(url: &str, cache: &Path) -> usize {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let fetcher = Fetcher::live(NetworkPolicy {
            local: LocalAddresses::Allow,
            cache: Some(cache.to_owned()),
            proxy: false,
            ..NetworkPolicy::default()
        })
        .expect("a fetcher");
        let page = fetcher.fetch(&Request::git(url, GitWanted::Tags)).await;
        let page = page.expect("the tags are listed");
        fetcher.finish().expect("it ends");
        let text = page.text();
        text.lines().filter(|line| !line.ends_with('\t')).count()
    })
}

/// Asks as the predecessor does; gives the number of tags with a day.
fn theirs(_: &str, clone: &Path) -> usize {
    git(
        clone,
        &[
            "-c",
            "extensions.partialClone=true",
            "fetch",
            "--quiet",
            "--force",
            "--tags",
            "--filter=blob:none",
            "--depth=1",
            "origin",
        ],
    );
    let tags = git(
        clone,
        &["for-each-ref", "--format=%(creatordate:short)", "refs/tags"],
    );
    tags.lines().filter(|day| !day.is_empty()).count()
}

fn measured(server: &Server, folder: &Path, ask: fn(&str, &Path) -> usize) -> (usize, Cost) {
    server.counts();
    let start = Instant::now();
    let listed = ask(&server.url(REPOSITORY), folder);
    let time = start.elapsed();
    let (requests, bytes) = server.counts();
    let (files, disk) = held(folder);
    let cost = Cost {
        time,
        requests,
        bytes,
        files,
        disk,
    };
    (listed, cost)
}

/// The files below a folder, and their bytes.
fn held(folder: &Path) -> (u64, u64) {
    let entries = fs::read_dir(folder).expect("the folder is read").flatten();
    entries.fold((0, 0), |(files, bytes), entry| {
        let about = entry.metadata().expect("it is there");
        let (more, larger) = if about.is_dir() {
            held(&entry.path())
        } else {
            (1, about.len())
        };
        (files + more, bytes + larger)
    })
}

#[expect(clippy::print_stdout, reason = "this is what it is for")]
fn show(askers: &mut [Asker]) {
    let git = git(Path::new("."), &["--version"]);
    println!("{}, {TAGS} tags, median of {ROUNDS} rounds", git.trim());
    println!("| | time | requests | sent to us | left on disk |\n|---|---|---|---|---|");
    for Asker { name, costs, .. } in askers {
        for (step, costs) in STEPS.iter().zip(costs) {
            costs.sort_by_key(|cost| cost.time);
            let cost = costs[costs.len() / 2];
            println!(
                "| {name}, {step} | {:.2} s | {} | {} kB | {} kB in {} files |",
                cost.time.as_secs_f64(),
                cost.requests,
                cost.bytes / 1000,
                cost.disk / 1000,
                cost.files
            );
        }
    }
}

/// A bare repository that answers as the large hosts do.
fn make(repository: &Path) {
    fs::create_dir_all(repository).expect("a folder");
    git(
        repository,
        &["init", "--quiet", "--bare", "--initial-branch=main"],
    );
    for key in ["uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"] {
        git(repository, &["config", key, "true"]);
    }
    let stream: String = (1..=TAGS).map(|tag| commit_and_tag(tag, false)).collect();
    import(repository, &stream);
    git(repository, &["repack", "-a", "-d", "--quiet"]);
    git(repository, &["pack-refs", "--all"]);
}

/// One commit that changes a file, and its tag, as `fast-import` reads them; `later`, if what
/// came before it was imported before.
fn commit_and_tag(number: u32, later: bool) -> String {
    let who = format!(
        "A <a@a.test> {} +0100",
        1_400_000_000 + u64::from(number) * 86_400 / 2
    );
    let data = |text: &str| format!("data {}\n{text}\n", text.len());
    let mut out = format!("commit refs/heads/main\ncommitter {who}\n");
    out += &data(&format!(
        "Change {number}\n\nWith some words about what was changed and why."
    ));
    let files = if number == 1 {
        0..100
    } else {
        number % 100..number % 100 + 1
    };
    if later {
        out += "from refs/heads/main^0\n";
    }
    for file in files {
        let text = format!("{number} {file}\n").repeat(20);
        write!(
            out,
            "M 100644 inline d{}/f{file}\n{}",
            file / 10,
            data(&text)
        )
        .expect("writing to a String does not fail");
    }
    if number.is_multiple_of(3) {
        write!(out, "reset refs/tags/v{number}\nfrom refs/heads/main\n\n")
    } else {
        let message = data(&format!("Release {number}"));
        write!(
            out,
            "tag v{number}\nfrom refs/heads/main\ntagger {who}\n{message}"
        )
    }
    .expect("writing to a String does not fail");
    out
}

fn import(repository: &Path, stream: &str) {
    let mut child = Command::new("git")
        .current_dir(repository)
        .args(["fast-import", "--quiet", "--force"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("git starts");
    let mut input = child.stdin.take().expect("it is piped");
    input.write_all(stream.as_bytes()).expect("it reads");
    drop(input);
    assert!(child.wait().expect("it ends").success(), "fast-import");
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .current_dir(folder)
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .expect("git runs");
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).expect("it is text")
}
