//! What a run does to a product file, decided in one place: merge, guard, validate.
//!
//! [`Plan::new`] is the only function that decides. `update`, `merge`, `collect` and `why`
//! call it, and differ in where the release data comes from and in what is written. It
//! reads no file and no clock, so that a dry run decides what a run decides.
//!
//! 1. `merge` compares release data with the file: changes, and notices for a person.
//!    Where it was asked for, `add` finds release cycles that the file lacks.
//! 2. A pin of `shelflife.toml` keeps a value as it is, and some have no place in the file.
//! 3. `guard` objects to what is suspicious. A version and its day are one decision.
//! 4. `validate` rejects what the site would refuse.
//!
//! What reached the file is known only when a later run reads it there, so the writes of a
//! plan are *pending* in the history until then (`guard/history.rs`).

mod add;
mod addition;
mod change;
mod decision;
pub mod guard;
mod guard_mode;
pub mod lifecycle;
pub mod merge;
mod named_settings;
mod notice;
mod policy;
mod settings;
#[cfg(test)]
mod tests;
pub mod validate;

pub use addition::Addition;
pub use change::Change;
pub use decision::{Decision, Objection, Sources, Verdict};
pub use guard_mode::GuardMode;
pub use named_settings::{Defaults, NamedSettings};
pub use notice::{NotAdded, Notice, StaleSince};
pub use policy::Policy;
pub use settings::{FILE, Ignored, Pin, Settings, SettingsError, schema};

use std::cell::LazyCell;
use std::collections::{BTreeMap, HashSet};

use change::other_half;
use guard::{FieldWrite, GuardInput, History, HistoryIndex, Hold, Objections, SourceCounts};

use crate::date::Date;
use crate::product::{CycleNames, Product};
use crate::release_data::ReleaseData;

/// What becomes of a product, and why.
#[derive(Debug)]
pub struct Plan {
    /// Whether what the sources list as a whole can be true.
    pub sources: Sources,
    /// Every change that the sources want, in the order of the file.
    pub decisions: Vec<Decision>,
    /// The release cycles to add, in the order of the file; their fields are among the decisions,
    /// which are written all or none.
    additions: Vec<Addition>,
    /// What a person should look at.
    pub notices: Vec<Notice>,
    /// The pins with which the sources agree: they can be taken out.
    pub pins_done: Vec<Pin>,
    /// What the sources list, where the guard looked at it and it is trusted.
    counts: Option<SourceCounts>,
    /// The pending fields in which sources and file agree.
    agreed: Vec<(String, String)>,
    /// Whether the guard looked at anything.
    guarded: bool,
}

impl Plan {
    /// Decides what becomes of a product on a day. `data` is what its sources list now, and
    /// `None` where nothing was ever collected; `history` is settled by the file as it reads.
    pub fn new(
        product: &Product,
        data: Option<&ReleaseData>,
        history: &History,
        policy: &Policy,
        today: Date,
    ) -> Self {
        let nothing = ReleaseData::new(today);
        let mut merged = merge::merge(product, data.unwrap_or(&nothing), today);
        let additions = if policy.add {
            let data = data.unwrap_or(&nothing);
            add::add(product, data, &mut merged, history, &policy.settings, today)
        } else {
            Vec::new()
        };
        let merge::Merged { changes, notices } = merged;
        let all: Vec<&Change> = changes.iter().collect();
        let stopped = stopped(product, &all, &policy.settings, today);
        let free: Vec<&Change> = all
            .iter()
            .zip(&stopped)
            .filter_map(|(change, stopped)| stopped.is_none().then_some(*change))
            .collect();
        let index = HistoryIndex::of(history);
        let guarded = policy.guard != GuardMode::Off;
        let counts = data
            .filter(|_| guarded)
            .map(|data| SourceCounts::of(data, product));
        let objections = if guarded {
            let input = GuardInput {
                thresholds: &policy.settings.thresholds,
                suppressions: &policy.settings.suppressions,
                history: &index,
                accepted: &policy.accepted,
                today,
            };
            guard::check(&product.name, &free, counts.as_ref(), &input)
        } else {
            Objections::none(free.len())
        };
        let stops = |hold: &Hold| policy.guard == GuardMode::Hold && !hold.accepted;
        let is_held = |hold: &Option<Hold>| hold.as_ref().is_some_and(stops);
        let to_write: Vec<&Change> = free
            .iter()
            .zip(&objections.changes)
            .filter_map(|(change, hold)| (!is_held(hold)).then_some(*change))
            .collect();
        let violations = if policy.validate {
            validate::reject(product, &to_write, today)
        } else {
            vec![None; to_write.len()]
        };
        let mut holds = objections.changes.into_iter();
        let mut violations = violations.into_iter();
        let verdicts: Vec<Verdict> = stopped
            .into_iter()
            .zip(&changes)
            .map(|(stopped, change)| {
                if let Some(verdict) = stopped {
                    return verdict;
                }
                match holds.next().flatten() {
                    Some(hold) if stops(&hold) => Verdict::Held(hold),
                    despite => match violations.next().flatten() {
                        Some(violation) => Verdict::Rejected { violation, despite },
                        None => Verdict::Write {
                            despite,
                            planned: index.lost(change),
                        },
                    },
                }
            })
            .collect();
        let sources = match objections.sources {
            Some(hold) if stops(&hold) => Sources::Suspicious(hold),
            despite => Sources::Trusted { despite },
        };
        let decisions: Vec<Decision> = changes
            .into_iter()
            .zip(verdicts)
            .map(|(change, verdict)| Decision { change, verdict })
            .collect();
        let mut plan = Self {
            additions,
            counts: counts.filter(|_| matches!(sources, Sources::Trusted { .. })),
            sources,
            decisions,
            notices,
            pins_done: Vec::new(),
            agreed: Vec::new(),
            guarded,
        };
        if !plan.additions.is_empty() {
            let (additions, decisions) = (&plan.additions, &mut plan.decisions);
            add::decide(product, additions, decisions, policy.validate, today);
            plan.drop_notices_of_added_cycles();
        }
        plan.drop_notices_of_held_cycles();
        plan.compare_with_sources(product, data.unwrap_or(&nothing), history, policy, today);
        plan
    }

    /// A cycle is as old as its file says, where what would change that is held.
    fn drop_notices_of_held_cycles(&mut self) {
        let is_held = |decision: &&Decision| matches!(decision.verdict, Verdict::Held(_));
        let held = self.decisions.iter().filter(is_held);
        let held: HashSet<&str> = held.map(|decision| &*decision.change.cycle).collect();
        self.notices.retain(|notice| match notice {
            Notice::Stale { cycle, .. } => !held.contains(&**cycle),
            _ => true,
        });
    }

    fn drop_notices_of_added_cycles(&mut self) {
        let added: Vec<String> = self.additions().map(|one| one.cycle.clone()).collect();
        let added: CycleNames<'_> = added.iter().map(|cycle| &**cycle).collect();
        let is_added = |name: &str| added.including(name).next().is_some();
        self.notices.retain(|notice| match notice {
            Notice::UnmatchedVersion { version: name, .. }
            | Notice::UnmatchedRelease { name, .. } => !is_added(name),
            _ => true,
        });
    }

    /// Finds the pins and the pending fields in which sources and file agree.
    fn compare_with_sources(
        &mut self,
        product: &Product,
        data: &ReleaseData,
        history: &History,
        policy: &Policy,
        today: Date,
    ) {
        let wanted = self.decisions.iter().map(|decision| &decision.change);
        let wanted: HashSet<(&str, &str)> = wanted
            .map(|change| (&*change.cycle, &*change.field))
            .collect();
        let with_versions = LazyCell::new(|| with_versions(product, data));
        let has_value = |cycle: &str, field: &str| {
            let release = data.release_of(cycle);
            release.is_some_and(|release| release.value(field).is_some())
                || matches!(field, "latest" | "latestReleaseDate") && with_versions.contains(cycle)
        };
        let agrees =
            |cycle: &str, field: &str| !wanted.contains(&(cycle, field)) && has_value(cycle, field);
        let pins = policy.settings.pins(&product.name, today);
        let pins = pins.filter(|pin| agrees(&pin.cycle, &pin.field));
        self.pins_done = pins.cloned().collect();
        if let Sources::Trusted { .. } = self.sources {
            let pending = history.pending_fields();
            let agreed = pending.filter(|(cycle, field)| agrees(cycle, field));
            self.agreed = agreed
                .map(|(cycle, field)| (cycle.to_owned(), field.to_owned()))
                .collect();
        }
    }

    /// The release cycles that are added, each with its fields.
    pub fn added(&self) -> impl Iterator<Item = (&Addition, Vec<&Change>)> {
        add::written(&self.additions, &self.decisions)
    }

    /// The release cycles that are added.
    pub fn additions(&self) -> impl Iterator<Item = &Addition> {
        self.added().map(|(addition, _)| addition)
    }

    /// The changes that are written to the cycles of the file.
    pub fn writes(&self) -> impl Iterator<Item = &Change> {
        let is_added = |index: usize| {
            self.additions
                .iter()
                .any(|addition| addition.index == index)
        };
        self.decisions
            .iter()
            .filter(|decision| matches!(decision.verdict, Verdict::Write { .. }))
            .map(|decision| &decision.change)
            .filter(move |change| !is_added(change.index))
    }

    /// What the guard objects to and is not accepted; what is about the sources as a whole
    /// comes first.
    pub fn objections(&self) -> impl Iterator<Item = Objection<'_>> {
        self.all_objections()
            .filter(|objection| !objection.hold.accepted)
    }

    /// The ids of what the guard objects to and a person accepted.
    pub fn accepted_ids(&self) -> impl Iterator<Item = &str> {
        self.all_objections()
            .filter(|objection| objection.hold.accepted)
            .flat_map(|objection| [&*objection.hold.id, &*objection.hold.group])
    }

    fn all_objections(&self) -> impl Iterator<Item = Objection<'_>> {
        let (hold, written) = match &self.sources {
            Sources::Trusted { despite } => (despite.as_ref(), true),
            Sources::Suspicious(hold) => (Some(hold), false),
        };
        let sources = hold.map(|hold| Objection {
            hold,
            change: None,
            written,
        });
        let changes = self.decisions.iter().filter_map(|decision| {
            let (hold, written) = match &decision.verdict {
                Verdict::Held(hold) => (hold, false),
                Verdict::Write { despite, .. } | Verdict::Rejected { despite, .. } => {
                    (despite.as_ref()?, true)
                }
                Verdict::Pinned(_) => return None,
            };
            let change = Some(&decision.change);
            Some(Objection {
                hold,
                change,
                written,
            })
        });
        sources.into_iter().chain(changes)
    }

    /// The history after a run that writes this plan. `seen` is what the plan was made with,
    /// `now` what the history is at this moment: another run may have added to it.
    pub fn history_after(&self, seen: &History, now: History, today: Date) -> History {
        let mut after = self.with_counts(now);
        if self.guarded {
            let held = self.objections().filter(|objection| !objection.written);
            let held = held.map(|objection| objection.hold);
            after.held = held
                .map(|hold| (hold.id.clone(), hold.since.unwrap_or(today)))
                .collect();
        }
        after.drop_agreed(seen, &self.agreed);
        let writes = self.decisions.iter();
        let writes = writes.filter_map(|decision| match &decision.verdict {
            Verdict::Write { despite, .. } => {
                let accepted = despite.as_ref().is_some_and(|hold| hold.accepted);
                Some((FieldWrite::of(&decision.change), accepted))
            }
            _ => None,
        });
        after.plan(writes.collect(), today);
        for addition in self.additions() {
            after.offered.entry(addition.cycle.clone()).or_insert(today);
        }
        after
    }

    /// The history after a run that collected release data: what the sources list, or since
    /// when they are not trusted. What is held of the changes stays as it is.
    pub fn history_after_collecting(&self, now: History, today: Date) -> History {
        let mut after = self.with_counts(now);
        if self.guarded {
            after.held_sources = match &self.sources {
                Sources::Suspicious(hold) => {
                    let since = hold.since.unwrap_or(today);
                    std::iter::once((hold.id.clone(), since)).collect()
                }
                Sources::Trusted { .. } => BTreeMap::new(),
            };
        }
        after
    }

    fn with_counts(&self, mut history: History) -> History {
        if let Some(counts) = &self.counts {
            let known = history.counts.as_ref();
            history.counts = Some(counts.clone().keeping_columns_of(known));
        }
        history
    }

    /// A plan that writes these changes.
    #[cfg(test)]
    pub(crate) fn of_test(changes: Vec<Change>, notices: Vec<Notice>) -> Self {
        let verdict = || Verdict::Write {
            despite: None,
            planned: None,
        };
        let decision = |change| Decision {
            change,
            verdict: verdict(),
        };
        Self {
            sources: Sources::Trusted { despite: None },
            decisions: changes.into_iter().map(decision).collect(),
            additions: Vec::new(),
            notices,
            pins_done: Vec::new(),
            counts: None,
            agreed: Vec::new(),
            guarded: true,
        }
    }
}

/// What keeps each change from being written, whatever its value: a pin, or that the file has
/// no place for it. It stops a version and its day together: a version beside the day of
/// another is in no source.
fn stopped(
    product: &Product,
    changes: &[&Change],
    settings: &Settings,
    today: Date,
) -> Vec<Option<Verdict>> {
    let names = LazyCell::new(|| product.cycle_names());
    let stop = |change: &Change| {
        let pin = settings.pin(&product.name, &change.cycle, &change.field, today);
        let misplaced = || {
            validate::misplaced(product, &names, change).map(|violation| Verdict::Rejected {
                violation,
                despite: None,
            })
        };
        pin.cloned().map(Verdict::Pinned).or_else(misplaced)
    };
    (0..changes.len())
        .map(|place| {
            let other = || other_half(changes, place).map(|other| changes[other]);
            stop(changes[place]).or_else(|| other().and_then(stop))
        })
        .collect()
}

/// The names of the cycles that a version of the data belongs to.
fn with_versions<'a>(product: &'a Product, data: &ReleaseData) -> HashSet<&'a str> {
    let names = product.cycle_names();
    let cycles: Vec<_> = product.cycles().collect();
    let versions = data.versions.keys();
    versions
        .flat_map(|version| names.including(version))
        .map(|number| cycles[number].name())
        .collect()
}
