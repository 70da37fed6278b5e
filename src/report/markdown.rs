//! The summary of a run as Markdown, for a job's summary page or a pull request.
//!
//! What failed, timed out, was rejected or held comes first, so that the text is useful when it is
//! cut after 60,000 bytes. Nothing of a page or a product file can become markup: every
//! foreign text goes through [`inline`].

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::time::Duration;

use super::commit_message::limited;
use super::origin::phrase;
use super::outcome::{Ended, Outcome, Report};
use super::render::written;
use crate::text::visible;

/// Runs shorter than this are left out of the tables, unless they failed.
const SHORT: Duration = Duration::from_secs(3);

/// How much is written at most, in bytes; a summary page takes one mebibyte.
const MOST: usize = 900_000;

pub fn summary(report: &Report) -> String {
    let mut out = written(|out| write_summary(out, report));
    if out.len() > MOST {
        out.truncate(out.floor_char_boundary(MOST));
        out.push_str("\n\n… (cut, see the log)\n");
    }
    out
}

fn write_summary(out: &mut String, report: &Report) -> fmt::Result {
    write_attention(out, report)?;
    if report
        .outcomes
        .iter()
        .any(|outcome| !outcome.runs.is_empty())
    {
        write_runs(out, report)?;
    }
    writeln!(out, "## Update summary\n")?;
    let changed = report
        .outcomes
        .iter()
        .filter(|outcome| outcome.is_changed());
    let changed: Vec<&Outcome> = changed.collect();
    if changed.is_empty() {
        return writeln!(out, "No update");
    }
    let names: Vec<String> = changed.iter().map(|one| inline(&one.product)).collect();
    let names = names.join(", ");
    writeln!(out, "Updated {} products: {names}.\n", changed.len())?;
    for outcome in changed {
        writeln!(out, "### {}\n", inline(&outcome.product))?;
        if outcome.changes().is_empty() {
            for line in limited(outcome) {
                writeln!(out, "- {}", inline(&line))?;
            }
        } else {
            write_changes(out, outcome)?;
        }
        out.push('\n');
    }
    Ok(())
}

fn write_attention(out: &mut String, report: &Report) -> fmt::Result {
    let is_degraded = report.degraded_count() > 0;
    if !report.has_failures() && !is_degraded && report.stale_copies.is_empty() {
        return Ok(());
    }
    writeln!(out, "## Needs attention\n")?;
    write_header(out, &["Product", "What", "Why"])?;
    let mut row = |product: &str, what: &str, why: &str| {
        write_row(out, &[&inline(product), what, &inline(why)])
    };
    for outcome in &report.outcomes {
        if let Ended::Failed { failure, .. } = &outcome.ended {
            row(&outcome.product, "failed", &failure.whole())?;
        }
    }
    for outcome in &report.outcomes {
        if let Ended::TimedOut(phase) = &outcome.ended {
            row(&outcome.product, "timed out", &phase.to_string())?;
        }
    }
    for outcome in report
        .outcomes
        .iter()
        .filter(|outcome| outcome.is_degraded())
    {
        let product = &outcome.product;
        for rejection in outcome.rejections() {
            row(product, "rejected", &rejection.to_string())?;
        }
        for line in outcome.held_lines(false) {
            row(product, line.word, &line.text)?;
        }
        for cell in outcome.unread() {
            row(product, "cannot be read", &cell.to_string())?;
        }
        let before = outcome.held_before();
        if before > 0 {
            row(product, "held before", &format!("{before}, see the log"))?;
        }
    }
    for copy in &report.stale_copies {
        row("", "stale copy used", &copy.to_string())?;
    }
    writeln!(out)
}

fn write_runs(out: &mut String, report: &Report) -> fmt::Result {
    writeln!(out, "## Script execution summary\n")?;
    writeln!(
        out,
        "Executions below 3 seconds are hidden except in case of failure.\n"
    )?;
    writeln!(out, "### By products\n")?;
    write_header(out, &["Name", "Duration", "Scripts", "Succeeded"])?;
    let outcomes = report.outcomes.iter();
    let mut products: Vec<(Duration, &Outcome)> = outcomes
        .map(|outcome| (outcome.runs.iter().map(|run| run.duration).sum(), outcome))
        .collect();
    products.sort_by_key(|(duration, outcome)| (Reverse(*duration), &outcome.product));
    for (duration, outcome) in products {
        let succeeded = outcome.runs.iter().all(|run| run.succeeded);
        if !succeeded || duration >= SHORT {
            let methods: Vec<String> = outcome.runs.iter().map(|run| inline(&run.method)).collect();
            let (product, methods) = (inline(&outcome.product), methods.join(", "));
            write_row(
                out,
                &[&product, &seconds(duration), &methods, mark(succeeded)],
            )?;
        }
    }
    writeln!(out, "\n### By scripts\n")?;
    write_header(out, &["Name", "Duration", "#Products", "Succeeded"])?;
    let mut methods: BTreeMap<&str, (Duration, usize, bool)> = BTreeMap::new();
    for run in report.outcomes.iter().flat_map(|outcome| &outcome.runs) {
        let (duration, products, succeeded) =
            methods
                .entry(&run.method)
                .or_insert((Duration::ZERO, 0, true));
        *duration += run.duration;
        *products += 1;
        *succeeded &= run.succeeded;
    }
    let mut methods: Vec<_> = methods.into_iter().collect();
    methods.sort_by_key(|(name, (duration, ..))| (Reverse(*duration), *name));
    for (name, (duration, products, succeeded)) in methods {
        if !succeeded || duration >= SHORT {
            let (name, products) = (inline(name), products.to_string());
            write_row(
                out,
                &[&name, &seconds(duration), &products, mark(succeeded)],
            )?;
        }
    }
    writeln!(out)
}

fn write_changes(out: &mut String, outcome: &Outcome) -> fmt::Result {
    const SHOWN: usize = 200;
    write_header(out, &["Cycle", "Field", "Old", "New", "Source"])?;
    let changes = outcome.changes();
    for change in changes.iter().take(SHOWN) {
        let old = change.old.as_ref().map(ToString::to_string);
        let (old, new) = (old.unwrap_or_default(), change.new.to_string());
        let source = phrase(&change.origin);
        let cells = [&change.cycle, &change.field, &old, &new, &source].map(|cell| inline(cell));
        write_row(out, &cells.each_ref().map(String::as_str))?;
    }
    if changes.len() > SHOWN {
        writeln!(out, "\nand {} more, see the log", changes.len() - SHOWN)?;
    }
    Ok(())
}

/// The first two rows of a table.
pub(super) fn write_header<const N: usize>(out: &mut String, names: &[&str; N]) -> fmt::Result {
    write_row(out, names)?;
    writeln!(out, "|{}", "---|".repeat(N))
}

pub(super) fn write_row(out: &mut String, cells: &[&str]) -> fmt::Result {
    writeln!(out, "| {} |", cells.join(" | "))
}

fn seconds(duration: Duration) -> String {
    format!("{:.2}s", duration.as_secs_f64())
}

pub(super) fn mark(succeeded: bool) -> &'static str {
    if succeeded { "✅" } else { "❌" }
}

/// A foreign text as Markdown that shows it and does nothing else: no markup, no link, no
/// mention, no end of a table cell.
pub(super) fn inline(text: &str) -> String {
    const LONGEST: usize = 500;
    let mut out = String::new();
    for (shown, c) in visible(text).chars().enumerate() {
        if shown == LONGEST {
            out.push('…');
            break;
        }
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '@' => out.push_str("&#64;"),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '(' | ')' | '#' | '~' | '!' | '$' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Change;
    use crate::release_data::Origin;
    use crate::report::{Failure, MethodRun};
    use crate::value::Value;

    #[test]
    fn what_failed_stands_first_and_nothing_becomes_markup() {
        let error = std::io::Error::other("a | b <img> @x\n# y");
        let mut failed = Outcome::failed("b", Failure::new(&error));
        failed.runs = vec![MethodRun {
            method: "npm".into(),
            duration: Duration::from_millis(1234),
            succeeded: false,
        }];
        let change = Change {
            index: 0,
            cycle: "7|`".into(),
            field: "eol".into(),
            old: None,
            new: Value::Bool(true),
            origin: Origin::default(),
        };
        let mut updated = Outcome::planned("a", vec![change], Vec::new());
        updated.runs = vec![MethodRun {
            method: "npm".into(),
            duration: Duration::from_secs(4),
            succeeded: true,
        }];
        let report = Report::of_test(vec![updated, failed]);
        insta::assert_snapshot!(summary(&report), @r"
        ## Needs attention

        | Product | What | Why |
        |---|---|---|
        | b | failed | a \| b &lt;img&gt; &#64;x\\n\# y |

        ## Script execution summary

        Executions below 3 seconds are hidden except in case of failure.

        ### By products

        | Name | Duration | Scripts | Succeeded |
        |---|---|---|---|
        | a | 4.00s | npm | ✅ |
        | b | 1.23s | npm | ❌ |

        ### By scripts

        | Name | Duration | #Products | Succeeded |
        |---|---|---|---|
        | npm | 5.23s | 2 | ❌ |

        ## Update summary

        Updated 1 products: a.

        ### a

        | Cycle | Field | Old | New | Source |
        |---|---|---|---|---|
        | 7\|\` | eol |  | true |  |
        ");
    }
}
