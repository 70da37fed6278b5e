//! What a person should know of a product or a run beside what became of it.

use std::collections::HashSet;
use std::fmt;

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::render::{count, first_few, newest_first};
use crate::date::Date;
use crate::edit;
use crate::plan::{Change, FILE, Notice, Pin, StaleSince};
use crate::product::RetiredKey;
use crate::release_data::Release;
use crate::text::{Excerpt, visible};

/// What a person should know of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// An entry of `auto.methods` has a key that nothing reads any more.
    RetiredKey { path: String, key: RetiredKey },
    /// What earlier runs did cannot be read, so rules that need it are silent.
    HistoryUnreadable(String),
    /// What this run did cannot be kept.
    HistoryNotWritten(String),
    /// Where the values came from cannot be kept.
    EvidenceNotWritten(String),
    /// The file had so many other names (hard links), which hold the old file.
    OtherNames { path: String, others: u64 },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RetiredKey { path, key } => write!(f, "{path}:{}: {key}", key.line),
            Self::HistoryUnreadable(error) => write!(f, "guard history is unavailable: {error}"),
            Self::HistoryNotWritten(error) => write!(f, "guard history cannot be written: {error}"),
            Self::EvidenceNotWritten(error) => write!(f, "evidence cannot be written: {error}"),
            Self::OtherNames { path, others } => write!(
                f,
                "{path} had {others} more {}, which the run did not change: copy the file there again",
                if *others == 1 {
                    "name (hard link)"
                } else {
                    "names (hard links)"
                }
            ),
        }
    }
}

impl Note {
    /// What could not be kept of a run and why, where the run goes on without it.
    pub(super) fn not_kept(&self) -> Option<(&'static str, &str)> {
        match self {
            Self::HistoryNotWritten(error) => Some(("guard history", error)),
            Self::EvidenceNotWritten(error) => Some(("evidence", error)),
            _ => None,
        }
    }

    pub(super) fn json(&self) -> Json {
        match self {
            Self::RetiredKey { key, .. } => {
                json!({ "kind": "retired_key", "line": key.line, "key": key.key })
            }
            Self::HistoryUnreadable(error) => {
                json!({ "kind": "history_unreadable", "error": error })
            }
            Self::HistoryNotWritten(error) => {
                json!({ "kind": "history_not_written", "error": error })
            }
            Self::EvidenceNotWritten(error) => {
                json!({ "kind": "evidence_not_written", "error": error })
            }
            Self::OtherNames { others, .. } => {
                json!({ "kind": "other_names", "others": others })
            }
        }
    }
}

/// What a person should know of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RunNote {
    /// A file of release data whose product is gone.
    OrphanReleaseData { path: String },
    /// A subfolder or YAML file among the product files.
    Stray { path: String },
    /// A product file whose name is not UTF-8.
    NotUtf8 { path: String },
    /// An id was accepted, and nothing of the run has it.
    UnusedId { id: String },
    /// A folder of histories is not there, so these rules have nothing to compare with.
    NoHistory {
        path: String,
        rules: Vec<&'static str>,
    },
}

impl fmt::Display for RunNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OrphanReleaseData { path } => {
                write!(f, "{path} belongs to no product; remove it")
            }
            Self::Stray { path } => write!(
                f,
                "{path} is not read: product files end in `.md`, and `presets/` lies beside their folder"
            ),
            Self::NotUtf8 { path } => {
                write!(f, "{path} is not read: its name is not UTF-8; rename it")
            }
            Self::UnusedId { id } => write!(f, "unused `--accept` ID: {}", Excerpt(id)),
            Self::NoHistory { path, rules } => write!(
                f,
                "no guard history in {path}: rules {} have no effect in this run",
                rules.join(", ")
            ),
        }
    }
}

/// A stale copy of a page that a run used, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StaleCopy {
    pub url: String,
    pub cause: String,
}

impl fmt::Display for StaleCopy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.url, self.cause)
    }
}

/// The note on a change that a pin keeps from being written.
pub(super) fn pinned(pin: &Pin, change: &Change) -> String {
    let Pin { until, why, .. } = pin;
    format!(
        "{} {} is pinned until {until} ({}); the source gives {}",
        Excerpt(&change.cycle),
        Excerpt(&change.field),
        Excerpt(why),
        Excerpt(&change.new.to_string())
    )
}

/// The note on a pin with which the sources agree.
pub(super) fn pin_done(pin: &Pin) -> String {
    format!(
        "the source now agrees with the pin of {} {}: remove it from {FILE}",
        Excerpt(&pin.cycle),
        Excerpt(&pin.field)
    )
}

/// The note on a change that an earlier run planned and that never reached the file.
pub(super) fn planned_before(day: Date) -> String {
    format!("planned on {day}, not in the file")
}

/// What a person is told in a line, and the lines of a file that go with it.
pub(super) struct NoticeLine<'a> {
    pub(super) text: String,
    pub(super) to_add: Option<(&'a str, &'a Release)>,
}

/// The lines about the notices of a product. Versions are one line a cycle that would have them;
/// of others, more than `most` of one kind are one line.
pub(super) fn lines<'a>(notices: &[&'a Notice], most: usize) -> Vec<NoticeLine<'a>> {
    let mut groups: Vec<Vec<&'a Notice>> = Vec::new();
    for notice in notices {
        let kind = std::mem::discriminant(*notice);
        let mut kinds = groups.iter_mut();
        match kinds.find(|group| std::mem::discriminant(group[0]) == kind) {
            Some(group) => group.push(notice),
            None => groups.push(vec![notice]),
        }
    }
    let mut lines = Vec::new();
    for group in groups {
        if let Notice::UnmatchedVersion { .. } = group[0] {
            let texts = without_cycle(notices, &group, most).into_iter();
            lines.extend(texts.map(|text| NoticeLine { text, to_add: None }));
        } else if group.len() > most {
            let (text, to_add) = (together(group.into_iter().map(|one| (None, one))), None);
            lines.push(NoticeLine { text, to_add });
        } else {
            lines.extend(group.into_iter().map(|one| NoticeLine {
                text: notice(one),
                to_add: match one {
                    Notice::UnmatchedRelease { name, release, .. } => Some((name, &**release)),
                    _ => None,
                },
            }));
        }
    }
    lines
}

/// The lines about versions without a cycle, the newest cycle first. A cycle that the release
/// data lists is told of already.
fn without_cycle(all: &[&Notice], versions: &[&Notice], most: usize) -> Vec<String> {
    let listed = all.iter().filter_map(|one| match one {
        Notice::UnmatchedRelease { name, .. } => Some(&**name),
        _ => None,
    });
    let listed: HashSet<&str> = listed.collect();
    let mut cycles: IndexMap<&str, (usize, &Notice)> = IndexMap::new();
    for notice in versions {
        let cycle = notice.lacking().unwrap_or_default();
        if !listed.contains(cycle) {
            cycles.entry(cycle).or_insert((0, notice)).0 += 1;
        }
    }
    let cycles = cycles.into_iter();
    let cycles = cycles.map(|(cycle, (count, newest))| (cycle, count, newest));
    let mut cycles: Vec<(&str, usize, &Notice)> = cycles.collect();
    cycles.sort_by(|(a, ..), (b, ..)| newest_first(a, b));
    if cycles.len() > most {
        let number = cycles.len();
        let named = cycles.into_iter().map(|(cycle, versions, _)| {
            format!("{} ({})", Excerpt(cycle), count(versions, "version"))
        });
        return vec![format!(
            "{number} cycles are not in the file: {}",
            first_few(named)
        )];
    }
    let line = |(cycle, versions, newest): (&str, usize, &Notice)| {
        let newest = match newest {
            Notice::UnmatchedVersion { version, date, .. } => {
                format!("{}, {date}", Excerpt(version))
            }
            _ => String::new(),
        };
        let versions = count(versions, "version");
        format!("{}: {versions}, no cycle ({newest})", Excerpt(cycle))
    };
    cycles.into_iter().map(line).collect()
}

/// One line about many notices of one kind, with the product where they are of several.
pub(super) fn together<'a>(
    group: impl IntoIterator<Item = (Option<&'a str>, &'a Notice)>,
) -> String {
    let group: Vec<(Option<&str>, &Notice)> = group.into_iter().collect();
    let number = group.len();
    let named = group.iter().map(|(product, notice)| {
        let product = product.map(|product| format!("{} ", visible(product)));
        product.unwrap_or_default() + &name(notice)
    });
    let named = first_few(named);
    match group[0].1 {
        Notice::UnmatchedRelease { .. } | Notice::UnmatchedVersion { .. } => {
            format!("{number} releases are not in the file: {named}; -v prints what to add")
        }
        Notice::LatestUnknown { .. } => {
            format!("the latest versions of {number} cycles are not in the release data: {named}")
        }
        Notice::OnlyPreReleases { .. } => {
            format!("the release data has only pre-releases of {number} cycles: {named}")
        }
        Notice::NotAName { .. } => format!("{number} names cannot be those of cycles: {named}"),
        Notice::Stale { .. } => {
            format!("{number} cycles have had no new version for long: {named}; {WHAT_TO_DO}")
        }
        Notice::Unread { .. } => format!("{number} cells cannot be read: {named}"),
        Notice::Contradiction { .. } => format!("rows differ on {number} values: {named}"),
        Notice::NotAdded { .. } => format!("{number} release cycles are not added: {named}"),
        Notice::RuleDiffers { .. } => {
            format!("lifecycle rules differ from the sources on {number} values: {named}")
        }
    }
}

/// What a notice is about, among others of its kind.
fn name(notice: &Notice) -> String {
    match notice {
        Notice::UnmatchedRelease { name, .. } => Excerpt(name).to_string(),
        Notice::LatestUnknown { cycle, latest, .. } => {
            format!("{} ({})", Excerpt(cycle), Excerpt(latest))
        }
        Notice::OnlyPreReleases { cycle, version } => {
            format!("{} ({})", Excerpt(cycle), Excerpt(version))
        }
        Notice::Stale { cycle, days, .. } => format!("{} ({days} days)", Excerpt(cycle)),
        Notice::Contradiction { cycle, field, .. } => {
            format!("{} of {}", Excerpt(field), Excerpt(cycle))
        }
        Notice::RuleDiffers { cycle, field, .. } => format!("{field} of {}", Excerpt(cycle)),
        Notice::NotAdded { cycle, reason } => format!("{} ({reason})", Excerpt(cycle)),
        Notice::Unread { cell, .. } | Notice::NotAName { cell } => cell.to_string(),
        Notice::UnmatchedVersion { version, .. } => Excerpt(version).to_string(),
    }
}

/// What to do about a cycle that seems to be at its end.
const WHAT_TO_DO: &str = "set the `eol`, or raise `staleReleaseThresholdDays`";

fn notice(notice: &Notice) -> String {
    match notice {
        Notice::UnmatchedVersion { version, date, .. } => format!(
            "version {} ({date}) belongs to no release cycle",
            Excerpt(version)
        ),
        Notice::UnmatchedRelease { name, missing, .. } => {
            let missing = match &**missing {
                [] => String::new(),
                missing => format!(", with `{}`, which `check` requires", missing.join("`, `")),
            };
            let name = Excerpt(name);
            format!("release {name} is not in the file; to add it{missing}:")
        }
        Notice::LatestUnknown {
            cycle,
            latest,
            newest,
        } => {
            let newest = newest.as_ref().map(|newest| {
                let newest = Excerpt(newest);
                format!("; the newest version there is {newest}")
            });
            format!(
                "the latest version of {}, {}, is not in the release data{}",
                Excerpt(cycle),
                Excerpt(latest),
                newest.unwrap_or_default()
            )
        }
        Notice::OnlyPreReleases { cycle, version } => format!(
            "the release data has only pre-releases of {}, such as {}",
            Excerpt(cycle),
            Excerpt(version)
        ),
        Notice::NotAName { cell } => cell.to_string(),
        Notice::NotAdded { cycle, reason } => {
            format!("release cycle {} is not added: {reason}", Excerpt(cycle))
        }
        Notice::RuleDiffers {
            cycle,
            field,
            stated,
            gives,
            origin,
        } => format!(
            "{field} of {}: the source states {}, the lifecycle rule gives {gives} ({origin})",
            Excerpt(cycle),
            Excerpt(&stated.to_string()),
        ),
        Notice::Stale { cycle, days, since } => {
            let what = match since {
                StaleSince::Latest => "has had no new version for",
                StaleSince::Release => "has had neither a version nor an end date for",
            };
            format!("{} {what} {days} days: {WHAT_TO_DO}", Excerpt(cycle))
        }
        Notice::Unread { cell, .. } => format!("cannot be read: {cell}"),
        Notice::Contradiction {
            cycle,
            field,
            taken,
            other,
        } => format!(
            "rows differ on {} of {}: {} is taken ({}), {} is not ({})",
            Excerpt(field),
            Excerpt(cycle),
            taken.value,
            taken.origin,
            other.value,
            other.origin
        ),
    }
}

/// What to add to a file for a release, unless a line of it is too long to be shown.
pub(super) fn block(name: &str, release: &Release) -> Option<String> {
    const LONGEST: usize = 1_000;
    let block = edit::block(name, release);
    let is_short = block.lines().all(|line| line.len() <= LONGEST);
    is_short.then_some(block)
}
