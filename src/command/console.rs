//! What a run prints: data to standard output, messages to standard error.
//!
//! Colours are printed to a terminal, unless `NO_COLOR` is set or `--color` says otherwise, and
//! long lines are folded to its width. While pages are fetched, a
//! progress bar is shown on standard error, if that is a terminal.

use std::fmt;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ::console::{Term, measure_text_width};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::workflow::delimiter;
use crate::cli::Color;
use crate::fetch::{FetchError, Fetcher};
use crate::report::{Failure, coloured, escape_workflow_commands, failure};
use crate::store::StoreError;
use crate::sync::lock;
use crate::text::Excerpt;

pub(super) struct Console {
    /// Whether standard output was closed, so that no more is written to it.
    closed: Mutex<bool>,
    /// Whether a runner of GitHub Actions reads the output, which takes some lines for commands.
    runner: bool,
}

impl Console {
    pub(super) fn new() -> Self {
        Self {
            closed: Mutex::new(false),
            runner: std::env::var_os("GITHUB_ACTIONS").is_some(),
        }
    }

    /// Prints why a command could not begin.
    pub(super) fn print_error(&self, error: &anyhow::Error) {
        let of_store = error.downcast_ref().and_then(StoreError::hint);
        let of_fetch = || error.downcast_ref().and_then(FetchError::hint);
        let hint = of_store.or_else(of_fetch);
        self.print_message(&failure("", &Failure::new(error.as_ref()).hint(hint)));
    }

    pub(super) fn print_message(&self, text: &str) {
        let mut stderr = io::stderr().lock();
        let watched = io::stderr().is_terminal().then(Term::stderr);
        let text = self.coloured(text, anstream::AutoStream::choice(&stderr), watched);
        // An error has nowhere to be printed.
        drop(stderr.write_all(text.as_bytes()));
    }

    /// Prints text for a person to standard output; `folded` where its lines may be long.
    pub(super) fn print_text(&self, text: &str, folded: bool) -> io::Result<()> {
        let watched = (folded && io::stdout().is_terminal()).then(Term::stdout);
        let choice = anstream::AutoStream::choice(&io::stdout());
        self.print_data(self.coloured(text, choice, watched).as_bytes())
    }

    /// The text without colours where they are not wanted, without commands for a runner, and
    /// folded for a terminal. It is printed in one write: `AutoStream` makes one of every piece
    /// between two colours.
    fn coloured(&self, text: &str, choice: anstream::ColorChoice, folded: Option<Term>) -> String {
        let text = if self.runner {
            escape_workflow_commands(text)
        } else {
            text.into()
        };
        let text = fold(&text, folded);
        match choice {
            anstream::ColorChoice::Never => anstream::adapter::strip_str(&text).to_string(),
            _ => text,
        }
    }

    /// How wide text on standard output may be: as `COLUMNS` states, else as the terminal is.
    pub(super) fn width() -> usize {
        const ELSEWHERE: usize = 100;
        let stated = std::env::var("COLUMNS").ok();
        let stated = stated.and_then(|columns| columns.parse().ok());
        let terminal = || Term::stdout().size_checked();
        stated
            .or_else(|| terminal().map(|(_, columns)| usize::from(columns)))
            .unwrap_or(ELSEWHERE)
    }

    /// Prints annotations to standard error, where a runner of GitHub Actions reads it.
    pub(super) fn print_annotations(&self, annotations: impl FnOnce() -> String) {
        if self.runner {
            // An error has nowhere to be printed.
            drop(io::stderr().lock().write_all(annotations().as_bytes()));
        }
    }

    /// Prints a diff to standard output. A runner of GitHub Actions takes no line of it for a
    /// command.
    pub(super) fn print_diff(&self, diff: &[u8]) -> io::Result<()> {
        if !self.runner || diff.is_empty() {
            return match anstream::AutoStream::choice(&io::stdout()) {
                anstream::ColorChoice::Never => self.print_data(diff),
                _ => self.print_data(&coloured(diff)),
            };
        }
        let token = delimiter();
        let start = format!("::stop-commands::{token}\n");
        let end = format!("::{token}::\n");
        self.print_data(&[start.as_bytes(), diff, end.as_bytes()].concat())
    }

    pub(super) fn print_data(&self, data: &[u8]) -> io::Result<()> {
        let mut closed = lock(&self.closed);
        if *closed {
            return Ok(());
        }
        let mut stdout = io::stdout().lock();
        match stdout.write_all(data).and_then(|()| stdout.flush()) {
            // Its reader, such as `head`, needs no more.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                *closed = true;
                Ok(())
            }
            outcome => outcome,
        }
    }

    /// A bar of how many products are done and which hosts are waited for, where a person
    /// watches.
    pub(super) fn progress(&self, products: usize, fetcher: Option<&Arc<Fetcher>>) -> ProgressBar {
        let watched = products > 1
            && !self.runner
            && io::stderr().is_terminal()
            && std::env::var_os("CI").is_none();
        if !watched {
            return ProgressBar::hidden();
        }
        let bar =
            ProgressBar::with_draw_target(Some(products as u64), ProgressDrawTarget::stderr());
        let template = "{bar:30} {pos}/{len} products, {elapsed}{waiting}";
        let style = ProgressStyle::with_template(template).expect("a valid template");
        let fetcher = fetcher.cloned();
        bar.set_style(
            style.with_key("waiting", move |_: &_, out: &mut dyn fmt::Write| {
                let hosts = fetcher.iter().flat_map(|fetcher| fetcher.waiting_for());
                let _ = out.write_str(&waiting_for(&hosts.collect::<Vec<_>>()));
            }),
        );
        bar.enable_steady_tick(Duration::from_millis(200));
        bar
    }
}

/// Says whether colours are printed, for all that this program prints.
pub(super) fn colour(color: Color) {
    match color {
        Color::Auto => anstream::ColorChoice::Auto,
        Color::Always => anstream::ColorChoice::Always,
        Color::Never => anstream::ColorChoice::Never,
    }
    .write_global();
}

/// The text with lines that fit a terminal.
fn fold(text: &str, terminal: Option<Term>) -> String {
    let size = terminal.and_then(|terminal| terminal.size_checked());
    size.map_or_else(
        || text.to_owned(),
        |(_, columns)| fold_at(text, usize::from(columns)),
    )
}

/// The text with lines of at most so many columns, as far as its words allow: an address can be
/// copied whole. What is folded is indented.
fn fold_at(text: &str, columns: usize) -> String {
    const INDENT: usize = 4;
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let mut start = line.len() - line.trim_start_matches(' ').len();
        let indent = start + INDENT;
        let mut column = 0;
        for word in line.split_inclusive(' ') {
            if column > start && column + measure_text_width(word.trim_end()) > columns {
                out.truncate(out.trim_end_matches(' ').len());
                out.extend(["\n", &" ".repeat(indent)]);
                (start, column) = (indent, indent);
            }
            out.push_str(word);
            column += measure_text_width(word);
        }
    }
    out
}

/// Which hosts a run waits for, as the end of a line.
fn waiting_for(hosts: &[String]) -> String {
    const SHOWN: usize = 2;
    let shown: Vec<String> = hosts
        .iter()
        .take(SHOWN)
        .map(|host| Excerpt(host).to_string())
        .collect();
    match hosts.len() {
        0 => String::new(),
        count if count > SHOWN => {
            let more = count - SHOWN;
            format!(", waiting for {} and {more} more", shown.join(", "))
        }
        _ => format!(", waiting for {}", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_fold_between_words_and_an_address_stays_whole() {
        let text = "  notice: one two\n\u{1b}[31merror\u{1b}[0m: https://a.test/a-long-path is gone\nshort\n";
        assert_eq!(
            fold_at(text, 14),
            "  notice: one\n      two\n\u{1b}[31merror\u{1b}[0m:\n    https://a.test/a-long-path\n    is gone\nshort\n"
        );
        assert_eq!(fold_at(text, 200), text);
    }

    #[test]
    fn the_first_hosts_that_are_waited_for_are_named() {
        let hosts = ["a.test", "b.test", "c.test"].map(str::to_owned);
        let ends = [0, 1, 2, 3].map(|count| waiting_for(&hosts[..count]));
        assert_eq!(
            ends,
            [
                "",
                ", waiting for a.test",
                ", waiting for a.test, b.test",
                ", waiting for a.test, b.test and 1 more"
            ]
        );
    }
}
