//! The writes of a products repository, read from its own history.
//!
//! A commit's author says whether a bot wrote it. What a bot wrote is a record; it was
//! taken back when a person put the old value back within 60 days. Each product file is
//! read before and after each commit that touches it, by the same reader as in a run, and
//! one that can not be read there is passed over for that commit.
//!
//! The `git` program reads the clone: paths and names go to it as arguments after `--` or
//! on its input, never through a shell, and none of its hooks or filters runs.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context as _, bail};
use regex::Regex;

use crate::date::{Date, parse_iso};
use crate::plan::guard::Record;
use crate::product::{Product, RELEASE_CYCLE};
use crate::value::Value;

/// Within how many days a person who puts the old value back takes a write back.
const DAYS: i64 = 60;

/// What stands in a product file: by cycle and field.
type State = HashMap<(String, String), String>;

/// One commit that touches product files.
struct Commit {
    id: String,
    day: Date,
    is_bot: bool,
    files: Vec<String>,
}

/// The records of a clone, the oldest first.
pub(super) fn records(dir: &Path, folder: &str, bots: &str) -> anyhow::Result<Vec<Record>> {
    let bots = Regex::new(bots).context("--bots is no regular expression")?;
    let commits = commits(dir, folder, &bots)?;
    let mut objects = Objects::open(dir)?;
    let mut states: HashMap<String, State> = HashMap::new();
    let mut records: Vec<Record> = Vec::new();
    // The records of a field, the newest last, as long as they can be taken back.
    let mut open: HashMap<(String, String, String), Vec<usize>> = HashMap::new();
    for commit in &commits {
        for file in &commit.files {
            let Some(product) = name_of(file) else {
                continue;
            };
            let Some(bytes) = objects.read(&format!("{}:{file}", commit.id))? else {
                states.remove(product);
                continue;
            };
            let Some(now) = state(product, bytes) else {
                continue;
            };
            let Some(before) = states.insert(product.to_owned(), now) else {
                continue;
            };
            let now = &states[product];
            for ((cycle, field), old, new) in changes(&before, now) {
                let place = (product.to_owned(), cycle.clone(), field.clone());
                if commit.is_bot {
                    open.entry(place).or_default().push(records.len());
                    records.push(Record {
                        commit: commit.id.clone(),
                        date: commit.day,
                        product: product.to_owned(),
                        cycle,
                        field,
                        old,
                        new,
                        restored: false,
                    });
                    continue;
                }
                for index in open.remove(&place).unwrap_or_default() {
                    let record = &mut records[index];
                    let soon = (commit.day - record.date).num_days() <= DAYS;
                    record.restored |= soon && record.old == new;
                }
            }
        }
    }
    Ok(records)
}

/// The commits that touch a folder, the oldest first, merges left out.
fn commits(dir: &Path, folder: &str, bots: &Regex) -> anyhow::Result<Vec<Commit>> {
    let output = git(dir)
        .args([
            "log",
            "--reverse",
            "--no-merges",
            "--no-renames",
            "--name-only",
            "--no-show-signature",
            "-z",
        ])
        .arg("--format=format:%x01%H%x02%cs%x02%an <%ae>%x02")
        .args(["--", folder])
        .output()
        .context("cannot run git")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("git can not read {}: {}", dir.display(), said.trim());
    }
    let log = String::from_utf8_lossy(&output.stdout);
    let mut commits = Vec::new();
    for entry in log.split('\u{1}').skip(1) {
        let mut parts = entry.splitn(4, '\u{2}');
        let (Some(id), Some(day), Some(author), Some(files)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            bail!("git log answers in another form");
        };
        commits.push(Commit {
            id: id.to_owned(),
            day: parse_iso(day).context("git log names no day")?,
            is_bot: bots.is_match(author),
            files: files
                .split(['\0', '\n'])
                .filter(|file| !file.is_empty())
                .map(str::to_owned)
                .collect(),
        });
    }
    Ok(commits)
}

fn git(dir: &Path) -> Command {
    let mut git = Command::new("git");
    git.arg("-C").arg(dir).args(["-c", "core.fsmonitor=false"]);
    git.env("GIT_OPTIONAL_LOCKS", "0").stdin(Stdio::null());
    git
}

/// Objects of a repository, read one after the other.
struct Objects {
    git: Child,
    ask: ChildStdin,
    answer: BufReader<ChildStdout>,
}

impl Objects {
    fn open(dir: &Path) -> anyhow::Result<Self> {
        let mut git = git(dir)
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot run git")?;
        let ask = git.stdin.take().context("git takes no input")?;
        let answer = git.stdout.take().context("git gives no output")?;
        Ok(Self {
            git,
            ask,
            answer: BufReader::new(answer),
        })
    }

    /// The bytes of an object; `None` where there is none of the name.
    fn read(&mut self, name: &str) -> anyhow::Result<Option<Vec<u8>>> {
        if name.contains('\n') {
            return Ok(None);
        }
        writeln!(self.ask, "{name}").context("git does not listen")?;
        let mut head = String::new();
        self.answer
            .read_line(&mut head)
            .context("git does not answer")?;
        let Some(size) = head
            .trim_end()
            .rsplit_once(' ')
            .filter(|(rest, _)| rest.ends_with(" blob"))
            .and_then(|(_, size)| size.parse::<usize>().ok())
        else {
            return Ok(None);
        };
        let mut bytes = vec![0; size + 1];
        self.answer
            .read_exact(&mut bytes)
            .context("git stopped in the middle of an answer")?;
        bytes.pop();
        Ok(Some(bytes))
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        // It ends when its input does; what it says then is nobody's matter.
        drop(self.git.kill());
        drop(self.git.wait());
    }
}

/// The product of a path.
fn name_of(file: &str) -> Option<&str> {
    file.rsplit('/').next()?.strip_suffix(".md")
}

/// What a product file says; `None` where it can not be read.
fn state(product: &str, bytes: Vec<u8>) -> Option<State> {
    let product = Product::read(product, product, bytes).ok()?;
    let mut state = State::new();
    for cycle in product.cycles() {
        for (key, node) in cycle.node().entries() {
            if let (Some(field), Some(value)) = (key.text(), node.value()) {
                let text = match value {
                    Value::Null => continue,
                    value => value.to_string(),
                };
                state.insert((cycle.name().to_owned(), field.to_owned()), text);
            }
        }
    }
    Some(state)
}

type Changed = ((String, String), Option<String>, Option<String>);

/// What differs in cycles that are on both sides, sorted.
fn changes(before: &State, now: &State) -> Vec<Changed> {
    let is_in = |state: &State, cycle: &str| {
        state.contains_key(&(cycle.to_owned(), RELEASE_CYCLE.to_owned()))
    };
    let mut places: Vec<&(String, String)> = before
        .keys()
        .chain(now.keys())
        .filter(|(cycle, _)| is_in(before, cycle) && is_in(now, cycle))
        .filter(|place| before.get(*place) != now.get(*place))
        .collect();
    places.sort();
    places.dedup();
    places
        .into_iter()
        .map(|place| {
            (
                place.clone(),
                before.get(place).cloned(),
                now.get(place).cloned(),
            )
        })
        .collect()
}
