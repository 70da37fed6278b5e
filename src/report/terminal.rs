//! Lines for a person: one per product, then the details.
//!
//! Colours are always written; the console strips them where they are not wanted. The words
//! say the same without them.

use std::fmt::{self, Write as _};

use anstyle::{AnsiColor, Style};

use super::failure::Failure;
use super::note;
use super::outcome::{Ended, Outcome, Report};
use super::render::{count, written};
use crate::collect::NotCollected;
use crate::date::Date;
use crate::fetch::FetchStatistics;
use crate::plan::Notice;
use crate::release_data::{Origin, ReleaseData, Rule, Skipped};
use crate::text::{Excerpt, visible};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Outcomes, changes, failures, and notices that are news.
    Normal,
    /// Also what was seen on pages and gave nothing, and every notice.
    Verbose,
}

const GOOD: Style = AnsiColor::Green.on_default();
const QUIET: Style = Style::new().dimmed();
const LOOK: Style = AnsiColor::Yellow.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();

pub fn outcome(outcome: &Outcome, dry: bool, today: Date, verbosity: Verbosity) -> String {
    written(|out| write_outcome(out, outcome, dry, today, verbosity))
}

fn write_outcome(
    out: &mut String,
    outcome: &Outcome,
    dry: bool,
    today: Date,
    verbosity: Verbosity,
) -> fmt::Result {
    let product = &*visible(&outcome.product);
    let verbose = verbosity >= Verbosity::Verbose;
    match &outcome.ended {
        Ended::Planned { .. } | Ended::Collected { .. } if outcome.is_changed() => {
            let word = if dry { "would update" } else { "updated" };
            let changes = outcome.changes().len() + outcome.differences().len();
            let changes = count(changes, "change");
            let added = match outcome.added().count() {
                0 => String::new(),
                added => format!(", {} added", count(added, "release cycle")),
            };
            writeln!(out, "{}: {product}, {changes}{added}", styled(GOOD, word))?;
            for (change, planned) in outcome.writes() {
                writeln!(out, "  {change}")?;
                let basis = change.origin.rule.map_or("source", Rule::basis);
                let style = if basis == "assumed" { LOOK } else { QUIET };
                writeln!(out, "    {}", styled(style, &change.origin.to_string()))?;
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
        // The summary names all of them.
        Ended::Skipped(NotCollected::UnknownMethods(_)) if !verbose => {}
        Ended::Skipped(reason) => write_line(out, QUIET, "skipped", product, reason)?,
        Ended::Failed { failure, .. } => write_failure(out, &format!("{product}: "), failure)?,
        Ended::TimedOut(phase) => write_line(out, BAD, "timed out", product, phase)?,
    }
    for rejection in outcome.rejections() {
        write_line(out, BAD, "rejected", product, &rejection)?;
    }
    for line in outcome.held_lines(verbose) {
        write_line(out, BAD, line.word, product, &line)?;
    }
    let pins = outcome.pins_of_held(today);
    if verbose && !pins.is_empty() {
        let intro = "or keep the value of the file, in shelflife.toml:";
        writeln!(out, "  {}\n{pins}", styled(QUIET, intro))?;
    }
    let before = outcome.held_before();
    if before > 0 && !verbose {
        let before = format!("and {} held before", count(before, "change"));
        writeln!(out, "  {}", styled(QUIET, &before))?;
    }
    for note in &outcome.notes {
        write_line(out, LOOK, "note", product, note)?;
    }
    for (pin, change) in outcome.pinned() {
        write_line(out, LOOK, "note", product, &note::pinned(pin, change))?;
    }
    for pin in outcome.pins_done() {
        write_line(out, LOOK, "note", product, &note::pin_done(pin))?;
    }
    for notice in outcome.news(today) {
        write_notice(out, product, notice, today, verbose)?;
    }
    let known = outcome.known_notices();
    if known > 0 {
        let known = format!("and {} known before", count(known, "notice"));
        writeln!(out, "  {}", styled(QUIET, &known))?;
    }
    if verbose {
        write_skipped_items(out, "  ", &outcome.skipped)?;
    }
    Ok(())
}

/// A line about a product, which begins with a word that is coloured.
fn write_line(
    out: &mut String,
    style: Style,
    word: &str,
    product: &str,
    text: &impl ToString,
) -> fmt::Result {
    let text = text.to_string();
    writeln!(
        out,
        "{}: {product}: {}",
        styled(style, word),
        visible(&text)
    )
}

fn write_notice(
    out: &mut String,
    product: &str,
    notice: &Notice,
    today: Date,
    verbose: bool,
) -> fmt::Result {
    let Some(text) = note::notice(notice, product, today, verbose) else {
        return Ok(());
    };
    write_line(out, LOOK, "notice", product, &text)?;
    if let Notice::UnmatchedRelease { name, release } = notice {
        match note::block(name, release) {
            Some(block) => out.push_str(&block),
            None => writeln!(out, "  (too long to print; --format json has it)")?,
        }
    }
    Ok(())
}

/// What was seen and gave nothing, and why.
pub fn skipped_items(skipped: &[Skipped]) -> String {
    written(|out| write_skipped_items(out, "", skipped))
}

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

/// Release data for a person: releases with their fields, then versions with their days.
pub fn release_data(data: &ReleaseData) -> String {
    written(|out| {
        for (name, release) in data.sorted_releases() {
            let fields = release.fields.iter().map(|(field, stated)| {
                let value = stated.value.to_string();
                format!("{}: {}", Excerpt(field), Excerpt(&value))
            });
            let fields = match &*fields.collect::<Vec<_>>() {
                [] => "no fields".to_owned(),
                fields => fields.join(", "),
            };
            writeln!(out, "release {}  {fields}", Excerpt(name))?;
        }
        for (name, version) in data.sorted_versions() {
            writeln!(out, "version {}  {}", Excerpt(name), version.date)?;
        }
        Ok(())
    })
}

/// A failure, with what it belongs to before it.
pub fn failure(subject: &str, failure: &Failure) -> String {
    written(|out| write_failure(out, subject, failure))
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
    if *pages > 0 {
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

pub fn summary(report: &Report) -> String {
    written(|out| {
        for copy in &report.stale_copies {
            let copy = copy.to_string();
            writeln!(
                out,
                "{}: {}",
                styled(LOOK, "stale copy used"),
                visible(&copy)
            )?;
        }
        for note in &report.notes {
            let note = note.to_string();
            writeln!(out, "{}: {}", styled(LOOK, "note"), visible(&note))?;
        }
        if let Some(not_known) = report.not_known() {
            writeln!(out, "{}: {not_known}", styled(LOOK, "not collected"))?;
        }
        let [updated, unchanged, skipped, failed, timed_out] = report.counts();
        let word = if report.dry {
            "would be updated"
        } else {
            "updated"
        };
        let timed_out = match timed_out {
            0 => String::new(),
            _ => format!(", {timed_out} not finished before the deadline"),
        };
        let degraded = match report.degraded_count() {
            0 => String::new(),
            degraded => format!(", {degraded} degraded"),
        };
        writeln!(
            out,
            "{updated} {word}, {unchanged} unchanged, {skipped} skipped, {failed} failed\
             {degraded}{timed_out}"
        )?;
        match report.held_count() {
            0 => Ok(()),
            held => writeln!(
                out,
                "{} held; apply one with `--accept <ID>`",
                count(held, "change")
            ),
        }
    })
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
