//! The end of a run: its report is shown, handed to a CI job, and what the next run must know
//! is kept.

use super::console::Console;
use super::exit_status::ExitStatus;
use super::workflow::write_github_outputs;
use crate::cli::Common;
use crate::fetch::Fetcher;
use crate::report::{self, Failure, Report, StaleCopy};

/// Shows a report and writes the outputs of a job. `diff` shows what would change.
pub(super) fn finish(
    report: &Report,
    diff: bool,
    common: &Common,
    console: &Console,
) -> anyhow::Result<ExitStatus> {
    // Written at once, as far as no diff comes between.
    let mut text = String::new();
    for outcome in &report.outcomes {
        text += &report::outcome(outcome, report.dry, report.today, common.verbosity());
        if diff && !common.is_json() && !outcome.diff().is_empty() {
            console.print_message(&std::mem::take(&mut text));
            console.print_diff(outcome.diff())?;
        }
    }
    text += &report::fetched(&report.fetched, common.verbosity());
    console.print_message(&(text + &report::summary(report)));
    if common.is_json() {
        console.print_data(report::document(report).as_bytes())?;
    }
    write_github_outputs(report)?;
    Ok(if report.has_failures() {
        ExitStatus::Failure
    } else {
        ExitStatus::Success
    })
}

/// The old copies of pages that a run used, and why.
pub(super) fn stale_copies(fetcher: &Fetcher) -> Vec<StaleCopy> {
    let pages = fetcher.stale_pages().into_iter();
    pages
        .map(|page| StaleCopy {
            url: page.url,
            cause: Failure::new(&page.cause).whole(),
        })
        .collect()
}
