//! Where a run speaks: data to standard output, talk to standard error.
//!
//! Colours go where a terminal is and `NO_COLOR` is not. A progress bar stands on standard
//! error while pages are fetched, and only where a person watches.

use std::fmt;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::fetch::Fetcher;
use crate::report::tame;
use crate::sync::lock;
use crate::text::Excerpt;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Where a run speaks.
pub(super) struct Console {
    /// Whether standard output is gone, so that no more is written there.
    closed: Mutex<bool>,
    /// Whether a CI runner reads along, which takes some lines for commands.
    runner: bool,
}

impl Console {
    pub(super) fn new() -> Self {
        Self {
            closed: Mutex::new(false),
            runner: std::env::var_os("GITHUB_ACTIONS").is_some(),
        }
    }

    /// Says something to the person who runs this.
    pub(super) fn say(&self, text: &str) {
        let text = if self.runner { tame(text) } else { text.into() };
        // Nobody is left to be told that standard error is gone.
        drop(anstream::AutoStream::auto(io::stderr().lock()).write_all(text.as_bytes()));
    }

    /// Gives a diff to whoever reads standard output. Where a CI runner reads it, no line of a
    /// product file is a command.
    pub(super) fn give_diff(&self, diff: &[u8]) -> io::Result<()> {
        if !self.runner || diff.is_empty() {
            return self.give(diff);
        }
        let token: String = std::iter::repeat_with(fastrand::alphanumeric)
            .take(24)
            .collect();
        let guarded = [
            format!("::stop-commands::{token}\n").as_bytes(),
            diff,
            format!("::{token}::\n").as_bytes(),
        ]
        .concat();
        self.give(&guarded)
    }

    /// Gives data to whoever reads standard output.
    pub(super) fn give(&self, data: &[u8]) -> io::Result<()> {
        let mut closed = lock(&self.closed);
        if *closed {
            return Ok(());
        }
        let mut stdout = io::stdout().lock();
        match stdout.write_all(data).and_then(|()| stdout.flush()) {
            // The reader has seen enough.
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
