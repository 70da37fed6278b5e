//! How a product and a run ended: typed, so that each renderer writes it for its readers.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use super::failure::Failure;
use super::note::{Note, RunNote, StaleCopy};
use super::render::{count, first_few};
use crate::collect::NotCollected;
use crate::date::Date;
use crate::fetch::FetchStatistics;
use crate::plan::guard::Hold;
use crate::plan::validate::Violation;
use crate::plan::{Addition, Change, Decision, Notice, Objection, Pin, Plan, Verdict};
use crate::release_data::Skipped;
use crate::release_data::difference::DataDifference;
use crate::text::{Excerpt, visible};
use crate::version::is_prerelease;

#[derive(Debug)]
pub struct Report {
    pub today: Date,
    /// Whether nothing was to be written.
    pub dry: bool,
    /// One outcome a product, sorted by name.
    pub outcomes: Vec<Outcome>,
    /// Old copies of pages that were used because their hosts did not answer.
    pub stale_copies: Vec<StaleCopy>,
    /// What a person should know of the run.
    pub notes: Vec<RunNote>,
    /// What the run fetched; a replay fetches nothing.
    pub fetched: FetchStatistics,
}

/// How a product ended, and what was seen on the way.
#[derive(Debug)]
pub struct Outcome {
    pub product: String,
    pub ended: Ended,
    /// What was seen on pages and gave nothing.
    pub skipped: Vec<Skipped>,
    /// What a person should know of it.
    pub notes: Vec<Note>,
    pub runs: Vec<MethodRun>,
    /// The keys of its notices that a person was told of in an earlier run.
    pub known: BTreeSet<String>,
}

#[derive(Debug)]
pub enum Ended {
    /// It was decided what becomes of its file, and that was done.
    Planned {
        plan: Plan,
        /// The change as a unified diff; empty where nothing changes.
        diff: Vec<u8>,
    },
    /// Its release data was collected, and no file is to be written.
    Collected {
        /// What differs from the release data of earlier runs.
        differences: Vec<DataDifference>,
        /// Why its sources are suspicious, so that nothing was kept.
        suspicious: Option<Hold>,
        /// What a person should look at of the sources.
        notices: Vec<Notice>,
    },
    Skipped(NotCollected),
    /// Something went wrong, and its file is as it was.
    Failed {
        failure: Failure,
        /// What was to become of its file, where that was decided.
        plan: Option<Plan>,
    },
    /// The deadline was reached before it was done, and its file is as it was.
    TimedOut(Phase),
}

impl Ended {
    pub fn failed(failure: Failure) -> Self {
        let plan = None;
        Self::Failed { failure, plan }
    }

    pub fn not_collected(reason: NotCollected) -> Self {
        match reason {
            NotCollected::Config(error) => Self::failed(Failure::of_product(&error)),
            reason => Self::Skipped(reason),
        }
    }
}

/// How far a product was when the deadline was reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    Waiting,
    Collecting {
        method: String,
        path: String,
        line: usize,
    },
    Writing,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Waiting => f.write_str("deadline reached before it began"),
            Self::Collecting { method, path, line } => write!(
                f,
                "deadline reached while running `{method}` ({path}:{line})"
            ),
            Self::Writing => f.write_str("deadline reached while writing; check the file"),
        }
    }
}

impl fmt::Display for NotCollected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoMethods => f.write_str("has no `auto.methods`"),
            Self::AutoDisabled => f.write_str("`auto` is disabled"),
            Self::AllDisabled => f.write_str("all methods are disabled"),
            Self::UnknownMethods(names) => {
                write!(f, "shelflife does not know `{}`", shown_list(names, "`, `"))
            }
            Self::Config(error) => error.fmt(f),
        }
    }
}

/// Names of strangers, in one line.
fn shown_list(names: &BTreeSet<String>, between: &str) -> String {
    let names = names.iter().map(|name| Excerpt(name).to_string());
    names.collect::<Vec<_>>().join(between)
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MethodRun {
    pub method: String,
    /// How long it took, waiting included.
    pub duration: Duration,
    /// Whether it collected something.
    pub succeeded: bool,
}

/// A change that the site's rules refuse.
pub(super) struct Rejection<'a> {
    pub(super) change: &'a Change,
    pub(super) violation: &'a Violation,
}

impl fmt::Display for Rejection<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { change, violation } = self;
        let (rule, origin) = (violation.rule, &change.origin);
        write!(f, "{change} violates rule `{rule}`: {violation} ({origin})")
    }
}

impl Outcome {
    /// A product that ended so, with nothing more to say yet.
    pub fn new(product: &str, ended: Ended) -> Self {
        Self {
            product: product.to_owned(),
            ended,
            skipped: Vec::new(),
            notes: Vec::new(),
            runs: Vec::new(),
            known: BTreeSet::new(),
        }
    }

    /// A product of which nothing is known yet.
    pub fn waiting(product: &str) -> Self {
        Self::new(product, Ended::TimedOut(Phase::Waiting))
    }

    pub fn failed(product: &str, failure: Failure) -> Self {
        Self::new(product, Ended::failed(failure))
    }

    pub fn plan(&self) -> Option<&Plan> {
        match &self.ended {
            Ended::Planned { plan, .. } => Some(plan),
            Ended::Failed { plan, .. } => plan.as_ref(),
            _ => None,
        }
    }

    fn decisions(&self) -> impl Iterator<Item = &Decision> {
        self.plan().into_iter().flat_map(|plan| &plan.decisions)
    }

    /// The changes of its file, made or to be made.
    pub fn changes(&self) -> Vec<&Change> {
        self.writes().map(|(change, _)| change).collect()
    }

    /// The same, each with the day on which an earlier run planned it, where it never reached
    /// the file.
    pub(super) fn writes(&self) -> impl Iterator<Item = (&Change, Option<Date>)> {
        let decisions = self.decisions().filter(|_| !self.is_failed());
        decisions.filter_map(|decision| match decision.verdict {
            Verdict::Write { planned, .. } => Some((&decision.change, planned)),
            _ => None,
        })
    }

    /// The release cycles that are added to its file.
    pub(super) fn added(&self) -> impl Iterator<Item = &Addition> {
        let plan = self.plan().filter(|_| !self.is_failed());
        plan.into_iter().flat_map(Plan::additions)
    }

    /// What differs in its release data, where no file is to be written.
    pub fn differences(&self) -> &[DataDifference] {
        match &self.ended {
            Ended::Collected { differences, .. } => differences,
            _ => &[],
        }
    }

    /// The change of its file as a unified diff.
    pub fn diff(&self) -> &[u8] {
        match &self.ended {
            Ended::Planned { diff, .. } => diff,
            _ => &[],
        }
    }

    pub fn is_changed(&self) -> bool {
        !self.changes().is_empty() || !self.differences().is_empty()
    }

    pub fn is_failed(&self) -> bool {
        matches!(self.ended, Ended::Failed { .. })
    }

    pub fn is_timed_out(&self) -> bool {
        matches!(self.ended, Ended::TimedOut(_))
    }

    /// What the guard objects to and no person accepted.
    pub(super) fn objections(&self) -> Vec<Objection<'_>> {
        match &self.ended {
            Ended::Planned { plan, .. }
            | Ended::Failed {
                plan: Some(plan), ..
            } => plan.objections().collect(),
            Ended::Collected {
                suspicious: Some(hold),
                ..
            } => vec![Objection {
                hold,
                change: None,
                written: false,
            }],
            _ => Vec::new(),
        }
    }

    pub(super) fn rejections(&self) -> Vec<Rejection<'_>> {
        let rejections = self.decisions().filter_map(|decision| {
            let Verdict::Rejected { violation, .. } = &decision.verdict else {
                return None;
            };
            let change = &decision.change;
            Some(Rejection { change, violation })
        });
        rejections.collect()
    }

    pub(super) fn pinned(&self) -> Vec<(&Pin, &Change)> {
        let pinned = self
            .decisions()
            .filter_map(|decision| match &decision.verdict {
                Verdict::Pinned(pin) => Some((pin, &decision.change)),
                _ => None,
            });
        pinned.collect()
    }

    pub(super) fn pins_done(&self) -> &[Pin] {
        self.plan().map_or(&[], |plan| &plan.pins_done)
    }

    /// What a person should look at, in the order of the merge.
    pub fn notices(&self) -> &[Notice] {
        match &self.ended {
            Ended::Collected { notices, .. } => notices,
            _ => self.plan().map_or(&[], |plan| &plan.notices),
        }
    }

    /// The notices that are news, or all that are not known, the newest first.
    pub(super) fn news(&self, today: Date, everything: bool) -> Vec<&Notice> {
        let is_shown =
            |notice: &&Notice| (everything || notice.is_news(today)) && !self.is_known(notice);
        let mut news: Vec<&Notice> = self.notices().iter().filter(is_shown).collect();
        news.sort_by_key(|notice| Reverse(notice.day(today)));
        news
    }

    /// The keys of the notices of which a person is told unasked.
    pub fn keys_of_news(&self, today: Date) -> BTreeSet<String> {
        let news = self.notices().iter();
        let news = news.filter(|notice| notice.is_news(today));
        news.map(|notice| notice.key(&self.product)).collect()
    }

    /// How many of them a person was told of in an earlier run.
    pub(super) fn known_notices(&self, today: Date) -> usize {
        let keys = self.keys_of_news(today);
        keys.intersection(&self.known).count()
    }

    /// The cycles to add to its file, as far as a person was not told of them. One of which only
    /// pre-releases are known is not to be added yet.
    pub(super) fn lacking(&self, today: Date) -> BTreeSet<&str> {
        let is_early = |notice: &&Notice| matches!(notice, Notice::UnmatchedVersion { version, .. } if is_prerelease(version));
        let news = self.news(today, false).into_iter();
        let news = news.filter(|notice| !is_early(notice));
        news.filter_map(Notice::lacking).collect()
    }

    /// Whether there is nothing to tell of it.
    pub fn is_quiet(&self, today: Date) -> bool {
        matches!(self.ended, Ended::Planned { .. } | Ended::Collected { .. })
            && !self.is_changed()
            && !self.is_degraded()
            && self.objections().is_empty()
            && self.notes.is_empty()
            && self.pinned().is_empty()
            && self.pins_done().is_empty()
            && self.news(today, false).is_empty()
    }

    fn is_known(&self, notice: &Notice) -> bool {
        !self.known.is_empty() && self.known.contains(&notice.key(&self.product))
    }

    /// Whether something was rejected, or its sources could be read in part only.
    pub fn is_degraded(&self) -> bool {
        !self.rejections().is_empty() || self.unread().next().is_some()
    }

    /// The cells that can no longer be read.
    pub(super) fn unread(&self) -> impl Iterator<Item = &Skipped> {
        let notices = self.notices().iter();
        notices.filter_map(|notice| match notice {
            Notice::Unread { cell, .. } => Some(&**cell),
            _ => None,
        })
    }

    pub fn held_count(&self) -> usize {
        let held = self.objections().into_iter();
        held.filter(|objection| !objection.written).count()
    }
}

#[cfg(test)]
impl Outcome {
    pub(super) fn planned(product: &str, changes: Vec<Change>, notices: Vec<Notice>) -> Self {
        let (plan, diff) = (Plan::of_test(changes, notices), Vec::new());
        Self::new(product, Ended::Planned { plan, diff })
    }
}

#[cfg(test)]
impl Report {
    /// The report of a run on 2026-01-31.
    pub(super) fn of_test(outcomes: Vec<Outcome>) -> Self {
        Self {
            today: crate::date::parse_iso("2026-01-31").unwrap(),
            dry: false,
            outcomes,
            stale_copies: Vec::new(),
            notes: Vec::new(),
            fetched: FetchStatistics::default(),
        }
    }
}

impl Report {
    /// How many products ended updated, unchanged, skipped, failed and timed out.
    pub fn counts(&self) -> [usize; 5] {
        let mut counts = [0; 5];
        for outcome in &self.outcomes {
            let place = match outcome.ended {
                Ended::Planned { .. } | Ended::Collected { .. } => {
                    usize::from(!outcome.is_changed())
                }
                Ended::Skipped(_) => 2,
                Ended::Failed { .. } => 3,
                Ended::TimedOut(_) => 4,
            };
            counts[place] += 1;
        }
        counts
    }

    /// The products that changed, or would, as they may be shown.
    pub(super) fn changed(&self) -> Vec<Cow<'_, str>> {
        let changed = self.outcomes.iter().filter(|outcome| outcome.is_changed());
        changed.map(|outcome| visible(&outcome.product)).collect()
    }

    /// Whether some product failed or timed out.
    pub fn has_failures(&self) -> bool {
        let mut outcomes = self.outcomes.iter();
        outcomes.any(|outcome| outcome.is_failed() || outcome.is_timed_out())
    }

    /// How many products are degraded ([`Outcome::is_degraded`]).
    pub fn degraded_count(&self) -> usize {
        let outcomes = self.outcomes.iter();
        outcomes.filter(|outcome| outcome.is_degraded()).count()
    }

    /// How many notices a person was told of in an earlier run.
    pub(super) fn known_notices(&self) -> usize {
        let outcomes = self.outcomes.iter();
        outcomes
            .map(|outcome| outcome.known_notices(self.today))
            .sum()
    }

    /// How many release cycles are to be added to product files.
    pub(super) fn lacking_count(&self) -> usize {
        let outcomes = self.outcomes.iter();
        outcomes
            .map(|outcome| outcome.lacking(self.today).len())
            .sum()
    }

    pub fn held_count(&self) -> usize {
        self.outcomes.iter().map(Outcome::held_count).sum()
    }

    /// Whether a product is degraded, or a stale copy of a page was used.
    pub fn is_degraded(&self) -> bool {
        self.degraded_count() > 0 || !self.stale_copies.is_empty()
    }

    /// Whether a product file or release data changed, or would.
    pub fn is_changed(&self) -> bool {
        self.outcomes.iter().any(Outcome::is_changed)
    }

    /// What could not be kept of the products, one line a kind, with the first reason.
    pub(super) fn not_kept(&self) -> Vec<String> {
        let mut kinds: BTreeMap<&str, (&str, Vec<String>)> = BTreeMap::new();
        for outcome in &self.outcomes {
            for (what, error) in outcome.notes.iter().filter_map(Note::not_kept) {
                let (_, products) = kinds.entry(what).or_insert((error, Vec::new()));
                products.push(visible(&outcome.product).into_owned());
            }
        }
        let line = |(what, (error, products)): (&str, (&str, Vec<String>))| {
            let number = count(products.len(), "product");
            format!(
                "{what} of {number} cannot be written ({error}): {}",
                first_few(products)
            )
        };
        kinds.into_iter().map(line).collect()
    }

    /// The products that were not collected because of methods that are not known, in one line.
    pub(super) fn not_known(&self) -> Option<String> {
        let outcomes = self.outcomes.iter();
        let not_known = outcomes.filter_map(|outcome| match &outcome.ended {
            Ended::Skipped(NotCollected::UnknownMethods(names)) => {
                let names = shown_list(names, ", ");
                Some(format!("{} ({names})", visible(&outcome.product)))
            }
            _ => None,
        });
        let not_known: Vec<String> = not_known.collect();
        let have = match not_known.len() {
            0 => return None,
            1 => "has",
            _ => "have",
        };
        let products = count(not_known.len(), "product");
        let names = not_known.join(", ");
        Some(format!(
            "{products} {have} a method that shelflife does not know: {names}"
        ))
    }

    /// Whether the file of some product changed, or would.
    pub fn has_changes(&self) -> bool {
        let mut outcomes = self.outcomes.iter();
        outcomes.any(|outcome| !outcome.changes().is_empty())
    }
}
