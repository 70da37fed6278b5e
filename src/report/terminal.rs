//! Lines for a person about a failure, release data and a run as a whole.
//!
//! Colours are always written; the console strips them where they are not wanted. The words
//! say the same without them.

use std::cmp::Reverse;
use std::fmt::{self, Write as _};

use anstyle::{AnsiColor, Style};

use super::failure::Failure;
use super::outcome::Report;
use super::render::{count, newest_first, written};
use crate::fetch::FetchStatistics;
use crate::release_data::{Origin, ReleaseData, Skipped};
use crate::text::{Excerpt, visible};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Failures, and the last line.
    Quiet,
    /// Changes, failures, and notices that are news; what is alike is one line.
    Normal,
    /// Every product, also what was seen on pages and gave nothing, and every notice.
    Verbose,
}

pub(super) const GOOD: Style = AnsiColor::Green.on_default();
pub(super) const QUIET: Style = Style::new().dimmed();
pub(super) const LOOK: Style = AnsiColor::Yellow.on_default();
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();

/// What was seen and gave nothing, and why.
pub fn skipped_items(skipped: &[Skipped]) -> String {
    written(|out| write_skipped_items(out, "", skipped))
}

pub(super) fn write_skipped_items(
    out: &mut String,
    indent: &str,
    skipped: &[Skipped],
) -> fmt::Result {
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
        let mut releases = data.sorted_releases();
        releases.sort_by(|(a, _), (b, _)| newest_first(a, b));
        for (name, release) in releases {
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
        let mut versions = data.sorted_versions();
        versions.sort_by(|(a, one), (b, other)| {
            (other.date.cmp(&one.date)).then_with(|| newest_first(a, b))
        });
        for (name, version) in versions {
            writeln!(out, "version {}  {}", Excerpt(name), version.date)?;
        }
        Ok(())
    })
}

/// A failure, with what it belongs to before it.
pub fn failure(subject: &str, failure: &Failure) -> String {
    written(|out| write_failure(out, subject, failure))
}

pub(super) fn write_failure(out: &mut String, subject: &str, failure: &Failure) -> fmt::Result {
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
    write_hint(out, failure.hint.as_ref())
}

pub(super) fn write_hint(out: &mut String, hint: Option<&String>) -> fmt::Result {
    hint.map_or(Ok(()), |hint| {
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
        hosts.sort_by_key(|(_, count)| Reverse(**count));
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

/// What is known of the run as a whole; the last line is what it does to the products.
pub fn summary(report: &Report, verbosity: Verbosity) -> String {
    written(|out| {
        if verbosity > Verbosity::Quiet {
            write_notes(out, report)?;
        }
        let [changed, unchanged, skipped, failed, timed_out] = report.counts();
        let (change, fail) = if report.dry {
            ("to change", "failing")
        } else {
            ("changed", "failed")
        };
        let lacking = report.lacking_count();
        let cycles = if lacking == 1 { "cycle" } else { "cycles" };
        write!(out, "{changed} {change}")?;
        for (number, what) in [
            (report.held_count(), "held"),
            (lacking, &format!("{cycles} to add")),
            (failed, fail),
            (report.degraded_count(), "degraded"),
            (timed_out, "not finished before the deadline"),
            (skipped, "skipped"),
            (unchanged, "unchanged"),
        ] {
            if number > 0 {
                write!(out, ", {number} {what}")?;
            }
        }
        writeln!(out)
    })
}

fn write_notes(out: &mut String, report: &Report) -> fmt::Result {
    let mut line = |word, text: &str| writeln!(out, "{}: {}", styled(LOOK, word), visible(text));
    for copy in &report.stale_copies {
        line("stale copy used", &copy.to_string())?;
    }
    for note in &report.notes {
        line("note", &note.to_string())?;
    }
    for not_kept in report.not_kept() {
        line("warning", &not_kept)?;
    }
    if let Some(not_known) = report.not_known() {
        line("not collected", &not_known)?;
    }
    if let known @ 1.. = report.known_notices() {
        line("note", &format!("{} known before", count(known, "notice")))?;
    }
    Ok(())
}

pub(super) fn styled(style: Style, text: &str) -> impl fmt::Display {
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
