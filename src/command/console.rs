//! What a run prints: data to standard output, messages to standard error.
//!
//! Colours are printed to a terminal, unless `NO_COLOR` is set. While pages are fetched, a
//! progress bar is shown on standard error, if that is a terminal.

use std::fmt;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::workflow::delimiter;
use crate::fetch::{FetchError, Fetcher};
use crate::report::{Failure, escape_workflow_commands, failure};
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
        let text = self.colored(text, anstream::AutoStream::choice(&stderr));
        // An error has nowhere to be printed.
        drop(stderr.write_all(text.as_bytes()));
    }

    /// Prints text for a person to standard output.
    pub(super) fn print_text(&self, text: &str) -> io::Result<()> {
        let choice = anstream::AutoStream::choice(&io::stdout());
        self.print_data(self.colored(text, choice).as_bytes())
    }

    /// The text without colours where they are not wanted, and without commands for a runner. It
    /// is printed in one write: `AutoStream` makes one of every piece between two colours.
    fn colored(&self, text: &str, choice: anstream::ColorChoice) -> String {
        let text = if self.runner {
            escape_workflow_commands(text)
        } else {
            text.into()
        };
        match choice {
            anstream::ColorChoice::Never => anstream::adapter::strip_str(&text).to_string(),
            _ => text.into_owned(),
        }
    }

    /// How wide text on standard output may be: as `COLUMNS` states, else as the terminal is.
    pub(super) fn width() -> usize {
        const ELSEWHERE: usize = 100;
        let stated = std::env::var("COLUMNS").ok();
        let stated = stated.and_then(|columns| columns.parse().ok());
        let terminal = || console::Term::stdout().size_checked();
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
            return self.print_data(diff);
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
