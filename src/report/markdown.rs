//! The summary of a run as Markdown, for a job's summary page or a pull request.
//!
//! What needs a person comes first, then what changed and what is new, so that the text is useful
//! when it is cut after 60,000 bytes. No table is empty. Nothing of a page or a product file can
//! become markup: every foreign text goes through [`inline`].

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::sync::LazyLock;
use std::time::Duration;

use regex::Regex;

use super::commit_message::{limited, without_commits};
use super::note;
use super::origin::phrase;
use super::outcome::{Ended, Outcome, Report};
use super::render::{count, written};
use crate::plan::Notice;
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
    write_held(out, report)?;
    write_updates(out, report)?;
    write_notices(out, report)?;
    write_runs(out, report)
}

/// A table with a heading; nothing where it has no row.
fn write_table<const N: usize>(
    out: &mut String,
    heading: &str,
    names: &[&str; N],
    rows: &[[String; N]],
) -> fmt::Result {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "{heading}\n")?;
    write_header(out, names)?;
    for row in rows {
        write_row(out, &row.each_ref().map(String::as_str))?;
    }
    writeln!(out)
}

fn write_attention(out: &mut String, report: &Report) -> fmt::Result {
    let mut rows = Vec::new();
    let mut row = |product: &str, what: &str, why: &str| {
        rows.push([inline(product), what.to_owned(), inline(why)]);
    };
    for outcome in &report.outcomes {
        if let Ended::Failed { failure, .. } = &outcome.ended {
            row(&outcome.product, "failed", &failure.whole());
        }
    }
    for outcome in &report.outcomes {
        if let Ended::TimedOut(phase) = &outcome.ended {
            row(&outcome.product, "timed out", &phase.to_string());
        }
    }
    for outcome in &report.outcomes {
        let product = &outcome.product;
        for rejection in outcome.rejections() {
            row(product, "rejected", &rejection.to_string());
        }
        let lines = outcome.held_lines(false).into_iter();
        for line in lines.filter(|line| line.word == "suspicious") {
            row(product, line.word, &line.to_string());
        }
        for cell in outcome.unread() {
            row(product, "cannot be read", &cell.to_string());
        }
    }
    for copy in &report.stale_copies {
        row("", "stale copy used", &copy.to_string());
    }
    let names = ["Product", "What", "Why"];
    write_table(out, "## Needs attention", &names, &rows)
}

fn write_held(out: &mut String, report: &Report) -> fmt::Result {
    let mut rows = Vec::new();
    for outcome in &report.outcomes {
        for line in outcome.waiting_lines() {
            let option = format!("`--accept {}`", line.id);
            let (what, rule) = (inline(&line.what), inline(&line.rule));
            rows.push([inline(&outcome.product), what, rule, option]);
        }
    }
    let heading = "## Held changes\n\nRun the same command with the option of a row to apply it.";
    let names = ["Product", "What and why", "Rule and source", "Option"];
    write_table(out, heading, &names, &rows)
}

fn write_updates(out: &mut String, report: &Report) -> fmt::Result {
    writeln!(out, "## Update summary\n")?;
    let changed = report
        .outcomes
        .iter()
        .filter(|outcome| outcome.is_changed());
    let changed: Vec<&Outcome> = changed.collect();
    if changed.is_empty() {
        return writeln!(out, "No update\n");
    }
    let names: Vec<String> = changed.iter().map(|one| inline(&one.product)).collect();
    let names = names.join(", ");
    let word = if report.dry {
        "Would update"
    } else {
        "Updated"
    };
    let products = count(changed.len(), "product");
    writeln!(out, "{word} {products}: {names}.\n")?;
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

/// What a person should look at; cells that cannot be read are among what needs attention.
fn write_notices(out: &mut String, report: &Report) -> fmt::Result {
    const SHOWN: usize = 50;
    let mut lines = String::new();
    for outcome in &report.outcomes {
        let product = &outcome.product;
        let mut notices = outcome.news(report.today, false);
        notices.retain(|notice| !matches!(notice, Notice::Unread { .. }));
        let notices = note::lines(&notices, SHOWN);
        for line in notices.iter().take(SHOWN) {
            writeln!(lines, "- {}: {}", inline(product), inline(&line.text))?;
            if let Some((name, release)) = line.to_add {
                write_block(&mut lines, note::block(name, release).as_deref())?;
            }
        }
        if let more @ 1.. = notices.len().saturating_sub(SHOWN) {
            writeln!(lines, "- {}: and {more} more, see the log", inline(product))?;
        }
        if let known @ 1.. = outcome.known_notices(report.today) {
            let known = count(known, "notice");
            writeln!(lines, "- {}: and {known} known before", inline(product))?;
        }
    }
    if let Some(not_known) = report.not_known() {
        writeln!(lines, "- not collected: {}", inline(&not_known))?;
    }
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "## Notices\n\n{lines}")
}

/// Lines to paste, in a fence that is longer than any in them. No markup works there.
fn write_block(out: &mut String, block: Option<&str>) -> fmt::Result {
    let Some(block) = block else {
        return writeln!(out, "  (too long to show; `--format json` has it)");
    };
    let longest = block
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(3.max(longest + 1));
    writeln!(out, "\n  {fence}yaml")?;
    // Markdown ends a line at a carriage return, too, and with it the fence.
    for line in block.split_terminator(['\n', '\r']) {
        writeln!(out, "  {line}")?;
    }
    writeln!(out, "  {fence}\n")
}

/// How long products and methods took; nothing where all were short.
fn write_runs(out: &mut String, report: &Report) -> fmt::Result {
    let outcomes = report.outcomes.iter();
    let mut products: Vec<(Duration, &Outcome)> = outcomes
        .map(|outcome| (outcome.runs.iter().map(|run| run.duration).sum(), outcome))
        .collect();
    products.sort_by_key(|(duration, outcome)| (Reverse(*duration), &outcome.product));
    let mut of_products = Vec::new();
    for (duration, outcome) in products {
        let succeeded = outcome.runs.iter().all(|run| run.succeeded);
        if !succeeded || duration >= SHORT {
            let methods: Vec<String> = outcome.runs.iter().map(|run| inline(&run.method)).collect();
            let (product, succeeded) = (inline(&outcome.product), mark(succeeded).to_owned());
            of_products.push([product, seconds(duration), methods.join(", "), succeeded]);
        }
    }
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
    let mut of_methods = Vec::new();
    for (name, (duration, products, succeeded)) in methods {
        if !succeeded || duration >= SHORT {
            let (products, succeeded) = (products.to_string(), mark(succeeded).to_owned());
            of_methods.push([inline(name), seconds(duration), products, succeeded]);
        }
    }
    if of_products.is_empty() && of_methods.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "## Script execution summary\n\n\
         Executions below 3 seconds are hidden except in case of failure.\n"
    )?;
    let names = ["Name", "Duration", "Scripts", "Succeeded"];
    write_table(out, "### By products", &names, &of_products)?;
    let names = ["Name", "Duration", "#Products", "Succeeded"];
    write_table(out, "### By scripts", &names, &of_methods)
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
/// mention, no reference to an issue or a commit, no end of a table cell.
///
/// Mentions, references and bare addresses become links after entities and backslashes are
/// resolved, so an invisible character is put into them: after `@`, `#`, `www`, `GH-` and the
/// colon of `://`, wherever they stand, and after six digits of what may be a commit.
pub(super) fn inline(text: &str) -> String {
    const LONGEST: usize = 500;
    static LINKS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?i)@|#|www|gh-").expect("a valid pattern"));
    let mut out = String::new();
    for (shown, c) in visible(text).chars().enumerate() {
        if shown == LONGEST {
            out.push('…');
            break;
        }
        match c {
            // At the start of a text, it may be that of a list.
            '-' | '+' if out.trim_start().is_empty() => out.extend(['\\', c]),
            '.' if is_number(out.trim_start()) => out.push_str("\\."),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '(' | ')' | '#' | '~' | '!' | '$' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    let out = LINKS.replace_all(&out, "$0&#8203;");
    let out = out.replace("://", ":&#8203;//");
    without_commits(&out, |c| format!("&#8203;{c}&#8203;")).into_owned()
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
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
        | b | failed | a \| b &lt;img&gt; @&#8203;x\\n\#&#8203; y |

        ## Update summary

        Updated 1 product: a.

        ### a

        | Cycle | Field | Old | New | Source |
        |---|---|---|---|---|
        | 7\|\` | eol |  | true |  |

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
        ");
    }

    #[test]
    fn no_text_becomes_a_link_a_mention_or_a_reference() {
        assert_eq!(
            inline("closes #1, GH-2 and x/y#3 of https://a.test by @all, www.b.test"),
            r"closes \#&#8203;1, GH-&#8203;2 and x/y\#&#8203;3 of https:&#8203;//a.test by @&#8203;all, www&#8203;.b.test"
        );
        for (text, shown) in [
            ("_www.a.test", r"\_www&#8203;.a.test"),
            ("*WWW.a.test", r"\*WWW&#8203;.a.test"),
            ("mailto:me@a.test", "mailto:me@&#8203;a.test"),
            ("ftp://a.test", "ftp:&#8203;//a.test"),
            ("x_gh-1", r"x\_gh-&#8203;1"),
            ("20260131", "20260131"),
            (
                "x/y@0123456789abcdef",
                "x/y@&#8203;012345&#8203;6&#8203;789abc&#8203;d&#8203;ef",
            ),
            ("deadbee.", "deadbe&#8203;e&#8203;."),
            ("a\rb", r"a\\rb"),
            ("- x", r"\- x"),
            (" 12. x", r" 12\. x"),
            ("8.1.2 - x", "8\\.1.2 - x"),
            ("2026-01-31", "2026-01-31"),
        ] {
            assert_eq!(inline(text), shown);
        }
    }

    #[test]
    fn a_fence_is_longer_than_any_in_its_block() {
        let block = written(|out| write_block(out, Some("x: \"````\"\n```\n")));
        assert_eq!(block, "\n  `````yaml\n  x: \"````\"\n  ```\n  `````\n\n");
        let block = written(|out| write_block(out, Some("x: a\r# b\n")));
        assert_eq!(block, "\n  ```yaml\n  x: a\n  # b\n  ```\n\n");
    }
}
