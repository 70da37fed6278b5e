//! The lines about the products of a run: a block per product that there is news of, then what
//! many have alike. Nothing is cut without a count, and verbosely nothing is cut.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use anstyle::Style;

use super::failure::Failure;
use super::note;
use super::outcome::{Ended, Outcome, Report};
use super::render::{count, first_few, written};
use super::terminal::{
    BAD, GOOD, LOOK, QUIET, Verbosity, styled, write_failure, write_hint, write_skipped_items,
};
use crate::collect::NotCollected;
use crate::plan::Notice;
use crate::release_data::Rule;
use crate::text::visible;

/// How many products that ended for one reason are still a line each.
const EACH_PRODUCT: usize = 5;

/// How many notices of one kind are still a line each.
const EACH_NOTICE: usize = 2;

/// The lines about the products of a run.
pub struct Listing<'a> {
    report: &'a Report,
    verbosity: Verbosity,
    /// The products that ended for one reason, by its word and text.
    alike: BTreeMap<(&'static str, String), Vec<&'a Outcome>>,
    /// What stands so for long in many products, by its kind.
    standing: Vec<Vec<(&'a Outcome, &'a Notice)>>,
}

impl<'a> Listing<'a> {
    pub fn new(report: &'a Report, verbosity: Verbosity) -> Self {
        let mut alike = BTreeMap::new();
        let mut standing = vec![Vec::new(); KINDS];
        if verbosity < Verbosity::Verbose {
            for outcome in &report.outcomes {
                if let Some(reason) = stopped(outcome) {
                    alike.entry(reason).or_insert_with(Vec::new).push(outcome);
                }
                for notice in outcome.news(report.today, false) {
                    if let Some(kind) = standing_kind(notice) {
                        standing[kind].push((outcome, notice));
                    }
                }
            }
            for notices in &mut standing {
                let products = notices.chunk_by(|(a, _), (b, _)| a.product == b.product);
                if products.count() <= EACH_PRODUCT {
                    notices.clear();
                }
                notices.sort_by_key(|(_, notice)| Reverse(notice.day(report.today)));
            }
            alike.retain(|_, outcomes| outcomes.len() > EACH_PRODUCT);
        }
        Self {
            report,
            verbosity,
            alike,
            standing,
        }
    }

    /// A block of lines about a product: the first one names it.
    pub fn outcome(&self, outcome: &Outcome) -> String {
        written(|out| self.write_outcome(out, outcome))
    }

    /// A line for each reason for which many products ended, and for what stands so in many.
    pub fn alike(&self) -> String {
        written(|out| {
            for ((word, reason), outcomes) in &self.alike {
                let failures: Vec<&Failure> =
                    outcomes.iter().filter_map(|one| failure_of(one)).collect();
                if failures.is_empty() && self.verbosity == Verbosity::Quiet {
                    continue;
                }
                let style = if *word == "skipped" { QUIET } else { BAD };
                let names = outcomes
                    .iter()
                    .map(|one| visible(&one.product).into_owned());
                let (head, names) = (styled(style, word), first_few(names));
                let products = count(outcomes.len(), "product");
                writeln!(
                    out,
                    "{head}: {}: {products}: {names}; -v prints all",
                    visible(reason)
                )?;
                let hint = failures.first().and_then(|first| first.hint.as_ref());
                let hint =
                    hint.filter(|hint| failures.iter().all(|one| one.hint.as_ref() == Some(hint)));
                write_hint(out, hint)?;
            }
            if self.verbosity == Verbosity::Quiet {
                return Ok(());
            }
            for notices in self.standing.iter().filter(|notices| !notices.is_empty()) {
                let notices = notices
                    .iter()
                    .map(|(outcome, notice)| (Some(&*outcome.product), *notice));
                let text = note::together(notices);
                writeln!(
                    out,
                    "{}: {}; -v prints all",
                    styled(LOOK, "notice"),
                    visible(&text)
                )?;
            }
            Ok(())
        })
    }

    fn write_outcome(&self, out: &mut String, outcome: &Outcome) -> fmt::Result {
        let Self {
            report, verbosity, ..
        } = self;
        let (today, verbose) = (report.today, *verbosity == Verbosity::Verbose);
        let product = &*visible(&outcome.product);
        let is_alike = stopped(outcome).is_some_and(|reason| self.alike.contains_key(&reason));
        let mut block = Block {
            out,
            product,
            begun: false,
        };
        if let Some(failure) = failure_of(outcome).filter(|_| !is_alike) {
            write_failure(block.out, &format!("{product}: "), failure)?;
            block.begun = true;
        }
        if *verbosity == Verbosity::Quiet {
            return match &outcome.ended {
                Ended::TimedOut(phase) if !is_alike => block.line(BAD, "timed out", phase),
                _ => Ok(()),
            };
        }
        match &outcome.ended {
            _ if is_alike => {}
            Ended::Planned { .. } | Ended::Collected { .. } if outcome.is_changed() => {
                block.write_changes(outcome, report.dry)?;
            }
            Ended::Planned { .. } | Ended::Collected { .. } if verbose => {
                writeln!(block.out, "{}: {product}", styled(QUIET, "unchanged"))?;
                block.begun = true;
            }
            // The summary names all of them.
            Ended::Skipped(NotCollected::UnknownMethods(_)) if !verbose => {}
            Ended::Skipped(reason) => block.line(QUIET, "skipped", reason)?,
            Ended::TimedOut(phase) => block.line(BAD, "timed out", phase)?,
            Ended::Planned { .. } | Ended::Collected { .. } | Ended::Failed { .. } => {}
        }
        for rejection in outcome.rejections() {
            block.line(BAD, "rejected", &rejection)?;
        }
        for line in outcome.held_lines(verbose) {
            block.line(BAD, line.word, &line)?;
        }
        let pins = outcome.pins_of_held(today);
        if verbose && !pins.is_empty() {
            let intro = "or keep the value of the file, in shelflife.toml:";
            writeln!(block.out, "  {}\n{pins}", styled(QUIET, intro))?;
        }
        let before = outcome.held_before();
        if before > 0 && !verbose {
            let before = format!("{} as before; -v prints them", count(before, "change"));
            block.line(QUIET, "held", &before)?;
        }
        // What could not be kept is told once for the run.
        for note in outcome
            .notes
            .iter()
            .filter(|note| note.not_kept().is_none())
        {
            block.line(LOOK, "note", note)?;
        }
        for (pin, change) in outcome.pinned() {
            block.line(LOOK, "note", &note::pinned(pin, change))?;
        }
        for pin in outcome.pins_done() {
            block.line(LOOK, "note", &note::pin_done(pin))?;
        }
        let most = if verbose { usize::MAX } else { EACH_NOTICE };
        let mut news = outcome.news(today, verbose);
        news.retain(|notice| {
            let kind = standing_kind(notice).and_then(|kind| self.standing.get(kind));
            kind.is_none_or(Vec::is_empty)
        });
        for line in note::lines(&news, most) {
            block.line(LOOK, "notice", &line.text)?;
            let to_add = line
                .to_add
                .map(|(name, release)| note::block(name, release));
            match to_add {
                None => {}
                Some(Some(to_add)) => block.out.push_str(&to_add),
                Some(None) => writeln!(block.out, "  (too long to print; --format json has it)")?,
            }
        }
        let known = outcome.known_notices(today);
        if known > 0 && verbose {
            let known = count(known, "notice");
            block.line(
                QUIET,
                "known",
                &format!("{known}, printed by an earlier run"),
            )?;
        }
        if verbose {
            write_skipped_items(block.out, "  ", &outcome.skipped)?;
        }
        Ok(())
    }
}

const KINDS: usize = 2;

/// The kind of a notice that many products have for long.
fn standing_kind(notice: &Notice) -> Option<usize> {
    match notice {
        Notice::LatestUnknown { .. } => Some(0),
        Notice::Stale { .. } => Some(1),
        _ => None,
    }
}

fn failure_of(outcome: &Outcome) -> Option<&Failure> {
    match &outcome.ended {
        Ended::Failed { failure, .. } => Some(failure),
        _ => None,
    }
}

/// Why a product was not processed to its end.
fn stopped(outcome: &Outcome) -> Option<(&'static str, String)> {
    match &outcome.ended {
        Ended::Skipped(NotCollected::UnknownMethods(_))
        | Ended::Planned { .. }
        | Ended::Collected { .. } => None,
        Ended::Skipped(reason) => Some(("skipped", reason.to_string())),
        Ended::Failed { failure, .. } => Some(("error", failure.reason())),
        Ended::TimedOut(phase) => Some(("timed out", phase.to_string())),
    }
}

/// The lines about one product.
struct Block<'a> {
    out: &'a mut String,
    product: &'a str,
    /// Whether a line named the product.
    begun: bool,
}

impl Block<'_> {
    /// A line that begins with a word that is coloured.
    fn line(&mut self, style: Style, word: &str, text: &impl ToString) -> fmt::Result {
        let (word, text) = (styled(style, word), text.to_string());
        let text = visible(&text);
        if std::mem::replace(&mut self.begun, true) {
            writeln!(self.out, "  {word}: {text}")
        } else {
            writeln!(self.out, "{word}: {}: {text}", self.product)
        }
    }

    fn write_changes(&mut self, outcome: &Outcome, dry: bool) -> fmt::Result {
        let word = if dry { "would update" } else { "updated" };
        let changes = outcome.changes().len() + outcome.differences().len();
        let (word, changes) = (styled(GOOD, word), count(changes, "change"));
        let added = match outcome.added().count() {
            0 => String::new(),
            added => format!(", {} added", count(added, "release cycle")),
        };
        writeln!(self.out, "{word}: {}, {changes}{added}", self.product)?;
        self.begun = true;
        let mut writes = outcome.writes().peekable();
        while let Some((change, planned)) = writes.next() {
            writeln!(self.out, "  {change}")?;
            let origin = change.origin.to_string();
            let next = writes.peek().map(|(next, _)| next.origin.to_string());
            if planned.is_some() || next.is_none_or(|next| next != origin) {
                let is_assumed = change.origin.rule.is_some_and(Rule::is_assumed);
                let style = if is_assumed { LOOK } else { QUIET };
                writeln!(self.out, "    {}", styled(style, &origin))?;
            }
            if let Some(day) = planned {
                writeln!(
                    self.out,
                    "    {}",
                    styled(QUIET, &note::planned_before(day))
                )?;
            }
        }
        let mut differences = outcome.differences().iter();
        differences.try_for_each(|difference| writeln!(self.out, "  {difference}"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::terminal::summary;
    use super::*;
    use crate::release_data::Origin;

    fn listed(report: &Report, verbosity: Verbosity) -> String {
        let listing = Listing::new(report, verbosity);
        let outcomes = report.outcomes.iter();
        let mut text: String = outcomes.map(|outcome| listing.outcome(outcome)).collect();
        text += &listing.alike();
        text += &summary(report, verbosity);
        anstream::adapter::strip_str(&text).to_string()
    }

    fn missing(product: &str) -> Outcome {
        let text = format!("not recorded: GET https://{product}.test/");
        let hint = Some("record".to_owned());
        Outcome::failed(
            product,
            Failure::new(&std::io::Error::other(text)).hint(hint),
        )
    }

    fn stale(cycle: &str, days: i64) -> Notice {
        Notice::Stale {
            cycle: cycle.into(),
            days,
            since: crate::plan::StaleSince::Latest,
        }
    }

    #[test]
    fn failures_of_one_reason_are_one_line_and_each_a_line_when_they_are_few() {
        let names = ["a", "b", "c", "d", "e", "f"];
        let mut report = Report::of_test(names.map(missing).into());
        let together =
            "error: not recorded: 6 products: a, b, c and 3 more; -v prints all\n  hint: record\n";
        for verbosity in [Verbosity::Normal, Verbosity::Quiet] {
            assert_eq!(
                listed(&report, verbosity),
                format!("{together}0 changed, 6 failed\n")
            );
        }
        let verbose = listed(&report, Verbosity::Verbose);
        assert_eq!(
            verbose.matches("\n  hint: record\n").count(),
            6,
            "{verbose}"
        );
        report.outcomes.pop();
        let few = listed(&report, Verbosity::Quiet);
        assert!(
            few.contains("error: e: not recorded: GET https://e.test/\n"),
            "{few}"
        );
    }

    #[test]
    fn a_product_without_news_is_counted_and_a_block_names_its_product_once() {
        let notices = vec![stale("2", 400), stale("1", 4317)];
        let report = Report::of_test(vec![
            Outcome::planned("a", Vec::new(), Vec::new()),
            Outcome::planned("b", Vec::new(), notices),
        ]);
        assert_eq!(
            listed(&report, Verbosity::Normal),
            "notice: b: 2 has had no new version for 400 days: set the `eol`, or raise `staleReleaseThresholdDays`\n  \
             notice: 1 has had no new version for 4317 days: set the `eol`, or raise `staleReleaseThresholdDays`\n\
             0 changed, 2 unchanged\n"
        );
        assert_eq!(
            listed(&report, Verbosity::Quiet),
            "0 changed, 2 unchanged\n"
        );
        assert!(listed(&report, Verbosity::Verbose).starts_with("unchanged: a\nunchanged: b\n"));
    }

    #[test]
    fn what_stands_for_long_in_many_products_is_one_line_the_youngest_first() {
        let outcome = |number: i64| {
            let notices = vec![stale("1", 400 + number), stale("0", 900)];
            Outcome::planned(&format!("p{number}"), Vec::new(), notices)
        };
        let report = Report::of_test((0..6).map(outcome).collect());
        assert_eq!(
            listed(&report, Verbosity::Normal),
            "notice: 12 cycles have had no new version for long: p0 1 (400 days), p1 1 (401 days), p2 1 (402 days) and 9 more; set the `eol`, or raise `staleReleaseThresholdDays`; -v prints all\n\
             0 changed, 6 unchanged\n"
        );
        let verbose = listed(&report, Verbosity::Verbose);
        assert_eq!(verbose.matches("notice: ").count(), 12, "{verbose}");
        assert!(!verbose.contains("-v"), "{verbose}");
    }

    #[test]
    fn versions_without_a_cycle_are_a_line_a_cycle() {
        let notice = |cycle: &str, version: &str| Notice::UnmatchedVersion {
            version: version.into(),
            cycle: cycle.into(),
            is_newer: true,
            date: crate::date::parse_iso("2025-01-01").unwrap(),
            origin: Origin::default().into(),
        };
        let versions = |cycles: &[&str]| {
            let all = cycles.iter();
            let all = all.flat_map(|cycle| {
                [".2", ".1"].map(|end| notice(cycle, &(cycle.to_string() + end)))
            });
            let outcome = Outcome::planned("a", Vec::new(), all.collect());
            listed(&Report::of_test(vec![outcome]), Verbosity::Normal)
        };
        assert_eq!(
            versions(&["3.9", "3.10"]),
            "notice: a: 3.10: 2 versions, no cycle (3.10.2, 2025-01-01)\n  \
             notice: 3.9: 2 versions, no cycle (3.9.2, 2025-01-01)\n\
             0 changed, 2 cycles to add, 1 unchanged\n"
        );
        assert_eq!(
            versions(&["3.8", "3.9", "3.10", "3.7"]).lines().next(),
            Some(
                "notice: a: 4 cycles are not in the file: 3.10 (2 versions), 3.9 (2 versions), 3.8 (2 versions) and 1 more"
            )
        );
    }
}
