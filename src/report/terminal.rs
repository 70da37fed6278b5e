//! Lines for a person: one a product, then what is to be known about it.
//!
//! Colours are always written; whoever prints strips them where they are not wanted. The
//! words say the same without them.

use std::fmt::{self, Write as _};

use anstyle::{AnsiColor, Style};

use super::failure::Failure;
use super::note;
use super::outcome::{Ended, Outcome, Report};
use crate::date::Date;
use crate::edit;
use crate::fetch::FetchStatistics;
use crate::plan::{Notice, StaleSince};
use crate::release_data::{Origin, ReleaseData, Skipped};
use crate::text::{Excerpt, visible};

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Outcomes, changes, failures, and notices that are news.
    Normal,
    /// Also what was seen on pages and gave nothing, and every notice.
    Verbose,
}

/// The longest line of a block to paste that is shown, in bytes.
const LONGEST: usize = 1_000;

const GOOD: Style = AnsiColor::Green.on_default();
const QUIET: Style = Style::new().dimmed();
const LOOK: Style = AnsiColor::Yellow.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();

/// What is said about one product.
pub fn outcome(outcome: &Outcome, dry: bool, today: Date, verbosity: Verbosity) -> String {
    let mut out = String::new();
    write_outcome(&mut out, outcome, dry, today, verbosity)
        .expect("writing to a String does not fail");
    out
}

fn write_outcome(
    out: &mut String,
    outcome: &Outcome,
    dry: bool,
    today: Date,
    verbosity: Verbosity,
) -> fmt::Result {
    let product = visible(&outcome.product);
    match &outcome.ended {
        Ended::Planned { .. } | Ended::Collected { .. } if outcome.is_changed() => {
            let word = if dry { "would update" } else { "updated" };
            let count = outcome.changes().len() + outcome.differences().len();
            let plural = if count == 1 { "" } else { "s" };
            writeln!(
                out,
                "{}: {product}, {count} change{plural}",
                styled(GOOD, word)
            )?;
            for (change, planned) in outcome.writes() {
                writeln!(out, "  {change}")?;
                writeln!(out, "    {}", styled(QUIET, &change.origin.to_string()))?;
                if let Some(day) = planned {
                    writeln!(out, "    {}", styled(QUIET, &note::planned_before(day)))?;
                }
            }
            for difference in outcome.differences() {
                writeln!(out, "  {difference}")?;
            }
        }
        Ended::Planned { .. } | Ended::Collected { .. } => {
            writeln!(out, "{}: {product}", styled(QUIET, "unchanged"))?;
        }
        Ended::Skipped(reason) => writeln!(
            out,
            "{}: {product}: {}",
            styled(QUIET, "skipped"),
            note::line(reason)
        )?,
        Ended::Failed { failure, .. } => write_failure(out, &format!("{product}: "), failure)?,
        Ended::TimedOut(phase) => writeln!(
            out,
            "{}: {product}: {}",
            styled(BAD, "timed out"),
            note::line(phase)
        )?,
    }
    let mut say = |style, word: &str, text: &str| {
        writeln!(out, "{}: {product}: {}", styled(style, word), visible(text))
    };
    for rejection in outcome.rejections() {
        say(BAD, "rejected", &rejection.to_string())?;
    }
    write_held(out, &product, outcome, verbosity)?;
    let notes = outcome.notes.iter().map(ToString::to_string);
    let pinned = outcome.pinned().into_iter();
    let pinned = pinned.map(|(pin, change)| note::pinned(pin, change));
    let done = outcome.pins_done().iter().map(note::pin_done);
    for note in notes.chain(pinned).chain(done) {
        let note = visible(&note);
        writeln!(out, "{}: {product}: {note}", styled(LOOK, "note"))?;
    }
    for notice in outcome.news(today) {
        write_notice(out, &product, notice, today, verbosity)?;
    }
    let known = outcome.known_notices();
    if known > 0 {
        writeln!(
            out,
            "  {}",
            styled(
                QUIET,
                &format!(
                    "and {known} notice{} known before",
                    if known == 1 { "" } else { "s" }
                )
            )
        )?;
    }
    if verbosity >= Verbosity::Verbose {
        write_skipped_items(out, "  ", &outcome.skipped)?;
    }
    Ok(())
}

/// What the guard objects to.
fn write_held(
    out: &mut String,
    product: &str,
    outcome: &Outcome,
    verbosity: Verbosity,
) -> fmt::Result {
    let verbose = verbosity >= Verbosity::Verbose;
    for line in outcome.held_lines(verbose) {
        writeln!(
            out,
            "{}: {product}: {}",
            styled(BAD, line.word),
            visible(&line.text)
        )?;
    }
    let before = outcome.held_before();
    if before > 0 && !verbose {
        let plural = if before == 1 { "" } else { "s" };
        let said = format!("and {before} change{plural} held before");
        writeln!(out, "  {}", styled(QUIET, &said))?;
    }
    Ok(())
}

fn write_notice(
    out: &mut String,
    product: &str,
    notice: &Notice,
    today: Date,
    verbosity: Verbosity,
) -> fmt::Result {
    let verbose = verbosity >= Verbosity::Verbose;
    let head = styled(LOOK, "notice");
    match notice {
        Notice::UnmatchedVersion { version, date, .. } => {
            if verbose || notice.warning(product, today).is_some() {
                writeln!(
                    out,
                    "{head}: {product}: version {} ({date}) belongs to no release cycle",
                    Excerpt(version)
                )?;
            }
        }
        Notice::UnmatchedRelease { name, release } => {
            writeln!(
                out,
                "{head}: {product}: release {} is not in the file; to add it:",
                Excerpt(name)
            )?;
            let block = edit::block(name, release);
            if block.lines().any(|line| line.len() > LONGEST) {
                writeln!(out, "  (too long to be shown; --format json has it)")?;
            } else {
                out.push_str(&block);
            }
        }
        Notice::LatestUnknown { cycle, latest } if verbose => writeln!(
            out,
            "{head}: {product}: the latest version of {}, {}, is none of those that are known",
            Excerpt(cycle),
            Excerpt(latest)
        )?,
        Notice::LatestUnknown { .. } => {}
        Notice::Stale { cycle, days, since } => {
            let what = match since {
                StaleSince::Latest => "has had no version for",
                StaleSince::Release => "is not at its end after",
            };
            writeln!(
                out,
                "{head}: {product}: {} {what} {days} days",
                Excerpt(cycle)
            )?;
        }
    }
    Ok(())
}

/// What was seen and gave nothing, and why.
pub fn skipped_items(skipped: &[Skipped]) -> String {
    let mut out = String::new();
    write_skipped_items(&mut out, "", skipped).expect("writing to a String does not fail");
    out
}

/// The same, page by page.
fn write_skipped_items(out: &mut String, indent: &str, skipped: &[Skipped]) -> fmt::Result {
    let head = styled(QUIET, "skipped");
    for page in skipped.chunk_by(|a, b| a.origin.url == b.origin.url) {
        let Some(url) = &page[0].origin.url else {
            for skipped in page {
                writeln!(out, "{indent}{head}: {skipped}")?;
            }
            continue;
        };
        writeln!(out, "{indent}{head} on {}:", Excerpt(url))?;
        for skipped in page {
            let there = Skipped {
                origin: Origin {
                    url: None,
                    ..skipped.origin.clone()
                },
                ..skipped.clone()
            };
            writeln!(out, "{indent}  {there}")?;
        }
    }
    Ok(())
}

/// What was learnt, for a person: releases with their fields, then versions with their days.
pub fn learnt(data: &ReleaseData) -> String {
    let mut out = String::new();
    for (name, release) in data.sorted_releases() {
        let fields: Vec<String> = release
            .fields
            .iter()
            .map(|(field, learnt)| {
                format!("{}: {}", Excerpt(field), Excerpt(&learnt.value.to_string()))
            })
            .collect();
        let fields = match &*fields {
            [] => "no fields".to_owned(),
            fields => fields.join(", "),
        };
        writeln!(out, "release {}  {fields}", Excerpt(name))
            .expect("writing to a String does not fail");
    }
    for (name, version) in data.sorted_versions() {
        writeln!(out, "version {}  {}", Excerpt(name), version.date)
            .expect("writing to a String does not fail");
    }
    out
}

/// What is said about a failure, with what it belongs to before it.
pub fn failure(subject: &str, failure: &Failure) -> String {
    let mut out = String::new();
    write_failure(&mut out, subject, failure).expect("writing to a String does not fail");
    out
}

fn write_failure(out: &mut String, subject: &str, failure: &Failure) -> fmt::Result {
    writeln!(
        out,
        "{}: {subject}{}",
        styled(BAD, "error"),
        visible(&failure.error)
    )?;
    for cause in &failure.causes {
        writeln!(out, "  caused by: {}", visible(cause))?;
    }
    for detail in &failure.details {
        writeln!(out, "    {}", visible(detail))?;
    }
    failure.hint.as_ref().map_or(Ok(()), |hint| {
        writeln!(out, "  {}: {}", styled(LOOK, "hint"), visible(hint))
    })
}

/// What a run fetched from its hosts; verbosely, also how. Nothing of a run that asked nobody.
pub fn fetched(fetched: &FetchStatistics, verbosity: Verbosity) -> String {
    let FetchStatistics {
        pages,
        not_modified,
        cached,
        failed,
        requests,
        retries,
        bytes,
        hosts,
    } = fetched;
    let plural = |count: u64| if count == 1 { "" } else { "s" };
    let mut out = String::new();
    if *requests > 0 {
        let same = match not_modified {
            0 => String::new(),
            count => format!(" ({count} not modified)"),
        };
        let count = hosts.len() as u64;
        let (s, hosts_s, size) = (plural(*pages), plural(count), size(*bytes));
        out = format!("fetched {pages} page{s}{same}, {size}, from {count} host{hosts_s}\n");
    }
    if verbosity >= Verbosity::Verbose && requests + cached > 0 {
        let mut hosts: Vec<_> = hosts.iter().collect();
        hosts.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let hosts = hosts.into_iter();
        let hosts: Vec<_> = hosts
            .map(|(host, count)| format!("{} {count}", Excerpt(host)))
            .collect();
        let hosts = if hosts.is_empty() {
            String::new()
        } else {
            format!(": {}", hosts.join(", "))
        };
        let (s, retried) = (plural(*requests), if *retries == 1 { "y" } else { "ies" });
        writeln!(
            out,
            "{requests} request{s} ({retries} retr{retried}, {failed} failed), \
             {cached} from the cache{hosts}"
        )
        .expect("writing to a String does not fail");
    }
    out
}

/// A number of bytes as people read it.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}

/// The last lines of a run.
pub fn summary(report: &Report) -> String {
    let [updated, unchanged, skipped, failed, timed_out] = report.counts();
    let mut out = String::new();
    for copy in &report.stale_copies {
        let copy = note::line(copy);
        writeln!(out, "{}: {copy}", styled(LOOK, "old copy used"))
            .expect("writing to a String does not fail");
    }
    for note in &report.notes {
        writeln!(out, "{}: {}", styled(LOOK, "note"), note::line(note))
            .expect("writing to a String does not fail");
    }
    let word = if report.dry {
        "would be updated"
    } else {
        "updated"
    };
    let timed_out = match timed_out {
        0 => String::new(),
        _ => format!(", {timed_out} not finished before the deadline"),
    };
    writeln!(
        out,
        "{updated} {word}, {unchanged} unchanged, {skipped} skipped, {failed} failed{timed_out}"
    )
    .expect("writing to a String does not fail");
    let held = report.held_count();
    if held > 0 {
        let plural = if held == 1 { "" } else { "s" };
        writeln!(
            out,
            "{held} change{plural} held; apply one with `--accept <ID>`"
        )
        .expect("writing to a String does not fail");
    }
    out
}

fn styled(style: Style, text: &str) -> impl fmt::Display {
    fmt::from_fn(move |f| write!(f, "{style}{text}{style:#}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_fetched_is_one_line_and_how_another() {
        let mut statistics = FetchStatistics::default();
        assert_eq!(fetched(&statistics, Verbosity::Verbose), "");
        statistics.cached = 7;
        assert_eq!(fetched(&statistics, Verbosity::Normal), "");
        assert_eq!(
            fetched(&statistics, Verbosity::Verbose),
            "0 requests (0 retries, 0 failed), 7 from the cache\n"
        );
        statistics = FetchStatistics {
            pages: 12,
            not_modified: 3,
            requests: 15,
            retries: 1,
            failed: 2,
            bytes: 1_250_000,
            hosts: [("a.test".to_owned(), 4), ("b.test".to_owned(), 11)].into(),
            ..statistics
        };
        let line = "fetched 12 pages (3 not modified), 1.2 MB, from 2 hosts\n";
        assert_eq!(fetched(&statistics, Verbosity::Normal), line);
        assert_eq!(
            fetched(&statistics, Verbosity::Verbose),
            format!(
                "{line}15 requests (1 retry, 2 failed), 7 from the cache: b.test 11, a.test 4\n"
            )
        );
    }
}
