//! What a person should know of a product or a run beside what became of it.

use std::fmt;

use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::date::Date;
use crate::edit;
use crate::plan::{Change, FILE, Notice, Pin, StaleSince};
use crate::product::RetiredKey;
use crate::release_data::Release;
use crate::text::Excerpt;

/// What a person should know of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// An entry of `auto.methods` has a key that nothing reads any more.
    RetiredKey { path: String, key: RetiredKey },
    /// What earlier runs did cannot be read, so rules that need it are silent.
    HistoryUnreadable(String),
    /// What this run did cannot be kept.
    HistoryNotWritten(String),
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RetiredKey { path, key } => write!(f, "{path}:{}: {key}", key.line),
            Self::HistoryUnreadable(error) => write!(f, "guard history is unavailable: {error}"),
            Self::HistoryNotWritten(error) => write!(f, "guard history cannot be written: {error}"),
        }
    }
}

impl Note {
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

/// The text of a notice; `None` of one that is no news.
pub(super) fn notice(notice: &Notice, product: &str, today: Date, verbose: bool) -> Option<String> {
    Some(match notice {
        Notice::UnmatchedVersion { version, date, .. } => {
            if !verbose && notice.warning(product, today).is_none() {
                return None;
            }
            format!(
                "version {} ({date}) belongs to no release cycle",
                Excerpt(version)
            )
        }
        Notice::UnmatchedRelease { name, .. } => {
            format!("release {} is not in the file; to add it:", Excerpt(name))
        }
        Notice::LatestUnknown { newest: None, .. } if !verbose => return None,
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
            format!("{} {what} {days} days", Excerpt(cycle))
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
    })
}

/// What to add to a file for a release, unless a line of it is too long to be shown.
pub(super) fn block(name: &str, release: &Release) -> Option<String> {
    const LONGEST: usize = 1_000;
    let block = edit::block(name, release);
    let is_short = block.lines().all(|line| line.len() <= LONGEST);
    is_short.then_some(block)
}
