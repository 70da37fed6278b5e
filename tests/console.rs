//! Runs the commands that a page of the documentation shows, and compares what they print.
//!
//! A block ```` ```console ```` holds commands, each after `$ `, and below each what it prints; a
//! line `...` stands for any lines. A block with a path behind its language, such as
//! ```` ```yaml products/foo.md ````, is that file, written before the commands that follow it.
//! All other blocks are text. `INSTA_UPDATE=always` writes what the commands print.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use fs_err as fs;

/// A fenced block: the words behind its first fence, and its lines.
pub(crate) struct Block<'a> {
    pub(crate) info: &'a str,
    pub(crate) body: &'a str,
}

/// A page in parts: text with its fences, and the blocks between.
pub(crate) enum Part<'a> {
    Text(&'a str),
    Block(Block<'a>),
}

pub(crate) fn parts(page: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    let mut open: Option<(&str, &str)> = None;
    for line in page.split_inclusive('\n') {
        let text = line.trim();
        let fence = &text[..text.len() - text.trim_start_matches('`').len()];
        match open {
            None if fence.len() >= 3 => {
                parts.push(Part::Text(&page[start..at + line.len()]));
                (open, start) = (Some((fence, &text[fence.len()..])), at + line.len());
            }
            Some((first, info)) if text == first => {
                let body = &page[start..at];
                parts.push(Part::Block(Block { info, body }));
                (open, start) = (None, at);
            }
            _ => {}
        }
        at += line.len();
    }
    assert!(open.is_none(), "a block does not end: {page}");
    parts.push(Part::Text(&page[start..]));
    parts
}

/// Runs the commands of a page in a folder on a day, and gives the page with what they print.
pub(crate) fn executed(page: &str, folder: &Path, today: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    let mut out = String::new();
    for part in parts(page) {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Block(Block { info, body }) => match info.split_once(' ') {
                Some((_, path)) => {
                    let path = folder.join(path);
                    fs::create_dir_all(path.parent().unwrap()).unwrap();
                    fs::write(path, body).unwrap();
                    out.push_str(body);
                }
                None if info == "console" => {
                    run_block(body, [folder, home.path()], today, &mut out);
                }
                None => out.push_str(body),
            },
        }
    }
    out
}

/// The commands of a block. The exit code of one that fails must be shown by the next.
fn run_block(body: &str, folders: [&Path; 2], today: &str, out: &mut String) {
    let mut code = 0;
    let (before, commands) = body.split_at(body.find("$ ").unwrap());
    assert_eq!(before, "", "a block of commands starts with one");
    for shown in format!("\n{commands}").split("\n$ ").skip(1) {
        let (command, expected) = shown.split_once('\n').unwrap_or((shown, ""));
        assert!(
            code == 0 || command == "echo $?",
            "exit code {code}: {shown}"
        );
        let printed;
        (code, printed) = run(command, code, folders, today);
        let expected: Vec<&str> = expected.trim_end().lines().collect();
        let printed: Vec<&str> = printed.lines().map(str::trim_end).collect();
        let is_right = matches(&expected, &printed);
        writeln!(out, "$ {command}").unwrap();
        for line in if is_right { expected } else { printed } {
            writeln!(out, "{line}").unwrap();
        }
    }
    assert_eq!(code, 0, "the last command failed: {body}");
}

/// The exit code of a command in a folder with a home, and what it prints.
fn run(command: &str, last: i32, [folder, home]: [&Path; 2], today: &str) -> (i32, String) {
    let program = env!("CARGO_BIN_EXE_shelflife");
    let script = format!(
        "exec 2>&1\nshelflife() {{\n  case \"$1 $*\" in\n    *--today*) '{program}' \"$@\" ;;\n    \
         update* | collect* | merge* | check* | try* | why*) '{program}' \"$@\" --today {today} ;;\n    \
         *) '{program}' \"$@\" ;;\n  esac\n}}\n(exit {last})\n{command}\n"
    );
    let output = Command::new("sh")
        .args(["-c", &script])
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", home)
        .env("GIT_COMMITTER_DATE", format!("{today}T12:00:00Z"))
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    (output.status.code().unwrap(), printed)
}

/// Whether lines are those that are expected, where a line `...` is any lines.
fn matches(expected: &[&str], lines: &[&str]) -> bool {
    match expected {
        [] => lines.is_empty(),
        ["...", rest @ ..] => (0..=lines.len()).any(|skip| matches(rest, &lines[skip..])),
        [first, rest @ ..] => lines.first() == Some(first) && matches(rest, &lines[1..]),
    }
}

/// A file of the project must hold this text. With `INSTA_UPDATE=always` it is written.
pub(crate) fn must_hold(path: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        return fs::write(file, text).unwrap();
    }
    let held = fs::read_to_string(file).unwrap_or_default();
    let diff = similar::TextDiff::from_lines(&*held, text);
    let diff = diff.unified_diff().header("held", "wanted").to_string();
    assert!(
        held == text,
        "{path}: the test that fails here writes it with `INSTA_UPDATE=always`:\n{diff}"
    );
}
