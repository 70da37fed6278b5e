//! The end of a run: its report is shown, handed to a CI job, and what the next run must know
//! is kept.

use super::console::Console;
use super::exit_status::ExitStatus;
use super::run::Run;
use super::workflow::write_github_outputs;
use crate::cli::{Common, ExitCode};
use crate::fetch::Fetcher;
use crate::report::{self, Failure, Report, StaleCopy, Verbosity};

/// Shows a report and writes the outputs of a job. `diff` shows what would change.
pub(super) fn finish(
    run: &Run,
    report: &Report,
    diff: bool,
    (common, exit): (&Common, &ExitCode),
    console: &Console,
) -> anyhow::Result<ExitStatus> {
    // Written at once, as far as no diff comes between.
    let mut text = String::new();
    let verbosity = common.verbosity();
    let listing = report::Listing::new(report, verbosity);
    for outcome in &report.outcomes {
        text += &listing.outcome(outcome);
        if diff && !common.is_json() && !outcome.diff().is_empty() {
            console.print_message(&std::mem::take(&mut text));
            console.print_diff(outcome.diff())?;
        }
    }
    text += &listing.alike();
    if verbosity > Verbosity::Quiet {
        text += &report::fetched(&report.fetched, verbosity);
    }
    console.print_message(&(text + &report::summary(report, verbosity)));
    if common.is_json() {
        console.print_data(report::document(report, verbosity).as_bytes())?;
    }
    console.print_annotations(|| annotations(run, report));
    write_github_outputs(report)?;
    Ok(status(report, exit.detailed_exit_code))
}

fn status(report: &Report, detailed: bool) -> ExitStatus {
    if report.has_failures() {
        ExitStatus::Failure
    } else if detailed && report.is_degraded() {
        ExitStatus::Degraded
    } else if detailed && report.held_count() > 0 {
        ExitStatus::Held
    } else if detailed && report.is_changed() {
        ExitStatus::Changed
    } else {
        ExitStatus::Success
    }
}

/// What a run shows at the lines of product files, as they are now; errors first.
fn annotations(run: &Run, report: &Report) -> String {
    let mut all: Vec<_> = report
        .outcomes
        .iter()
        .filter(|outcome| !outcome.is_quiet(report.today))
        .flat_map(|outcome| {
            let product = run.store.products.read(&outcome.product).ok();
            let file = run.diff_path(&outcome.product);
            report::annotations(outcome, &file, product.as_ref())
        })
        .collect();
    all.sort_by_key(|annotation| annotation.level);
    all.iter().map(ToString::to_string).collect()
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
