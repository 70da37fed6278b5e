//! What a person should look at: nothing failed, and nothing is written.

use std::fmt;
use std::sync::Arc;

use super::settings::FILE;
use crate::date::Date;
use crate::release_data::{Origin, Release, Skipped, Superseded};
use crate::text::visible;
use crate::value::Value;

/// How old an unmatched version may be and still be news, in days.
const NEWS_DAYS: i64 = 30;

/// Something that a person should look at.
#[derive(Debug, Clone)]
pub enum Notice {
    /// A version that belongs to no cycle.
    UnmatchedVersion {
        version: String,
        /// The cycle that it would belong to, by the form of the names in the file.
        cycle: String,
        /// Whether that cycle began after the newest of the file, so that it is one to add.
        is_newer: bool,
        date: Date,
        origin: Arc<Origin>,
    },
    /// A release of which the file has no cycle.
    UnmatchedRelease {
        name: String,
        /// In a box, since most notices are of another kind.
        release: Box<Release>,
        /// The fields that the site requires of a cycle and the release does not state.
        missing: Vec<&'static str>,
    },
    /// A cycle whose latest version is none of those that are known; where older ones are, the
    /// newest of them.
    LatestUnknown {
        cycle: String,
        latest: String,
        newest: Option<String>,
    },
    /// A cycle without a latest version, of which only pre-releases are known.
    OnlyPreReleases { cycle: String, version: String },
    /// A name that can be no cycle's.
    NotAName { cell: Box<Skipped> },
    /// A cycle that is not at its end and that had no new version for long.
    Stale {
        cycle: String,
        days: i64,
        since: StaleSince,
    },
    /// A cell that can no longer be read.
    Unread {
        cycle: String,
        field: String,
        cell: Box<Skipped>,
    },
    /// Two rows that give one field different days.
    Contradiction {
        cycle: String,
        field: String,
        taken: Box<Superseded>,
        other: Box<Superseded>,
    },
    /// A release cycle that the sources show and that is not added.
    NotAdded { cycle: String, reason: NotAdded },
    /// A lifecycle rule of the file that gives another day than the sources state.
    RuleDiffers {
        cycle: String,
        field: &'static str,
        stated: Value,
        gives: Date,
        origin: Box<Origin>,
    },
}

/// Why a release cycle that the sources show is not added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAdded {
    /// The site requires a field that nothing gives.
    Lacks(&'static str),
    /// It, or others of the product, were offered since a day and are not in the file.
    NotTaken(Date),
    /// Why the file has no place for it.
    NoPlace(&'static str),
}

impl fmt::Display for NotAdded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lacks(field) => write!(f, "no source gives its `{field}`"),
            Self::NotTaken(since) => write!(
                f,
                "it, or others, were offered on {since} and not taken; decline it with `[[ignore]]` in {FILE}, or add it"
            ),
            Self::NoPlace(reason) => f.write_str(reason),
        }
    }
}

/// Since what a cycle is stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaleSince {
    /// Its latest version.
    Latest,
    /// Its release: no version is known.
    Release,
}

fn is_young(date: Date, today: Date) -> bool {
    (today - date).num_days() < NEWS_DAYS
}

impl Notice {
    /// The day of what is noticed, where it has one; of what has none, today.
    pub fn day(&self, today: Date) -> Date {
        match self {
            Self::UnmatchedVersion { date, .. } => *date,
            Self::UnmatchedRelease { release, .. } => release
                .value("releaseDate")
                .and_then(Value::date_or_quoted)
                .unwrap_or(today),
            Self::LatestUnknown { .. }
            | Self::Unread { .. }
            | Self::Contradiction { .. }
            | Self::OnlyPreReleases { .. }
            | Self::NotAdded { .. }
            | Self::RuleDiffers { .. }
            | Self::NotAName { .. } => today,
            Self::Stale { days, .. } => today - chrono::Duration::days(*days),
        }
    }

    /// Whether a person is told of it unasked.
    pub fn is_news(&self, today: Date) -> bool {
        match self {
            Self::UnmatchedVersion { date, is_newer, .. } => *is_newer || is_young(*date, today),
            Self::LatestUnknown { newest, .. } => newest.is_some(),
            _ => true,
        }
    }

    /// The cycle that the file lacks.
    pub fn lacking(&self) -> Option<&str> {
        match self {
            Self::UnmatchedVersion { cycle, .. } => Some(cycle),
            Self::UnmatchedRelease { name, .. } => Some(name),
            _ => None,
        }
    }

    /// The line of the job output `warning` about this, if it has one.
    pub fn warning(&self, product: &str, today: Date) -> Option<String> {
        match self {
            Self::UnmatchedVersion { version, date, .. } => is_young(*date, today)
                .then(|| format!("{product}:{version} ({date}) is not declared")),
            Self::UnmatchedRelease { name, .. } => {
                Some(format!("{product}:{name} is not declared"))
            }
            Self::LatestUnknown { .. }
            | Self::OnlyPreReleases { .. }
            | Self::NotAName { .. }
            | Self::NotAdded { .. }
            | Self::RuleDiffers { .. } => None,
            Self::Unread { cell, .. } => Some(format!("{product}: cannot be read: {cell}")),
            Self::Contradiction { cycle, field, .. } => {
                Some(format!("{product}:{cycle} has different days of {field}"))
            }
            Self::Stale {
                cycle,
                days,
                since: StaleSince::Latest,
            } => Some(format!(
                "{product}:{cycle} is not EOL and has not had a version in {days} days"
            )),
            Self::Stale {
                cycle,
                days,
                since: StaleSince::Release,
            } => Some(format!(
                "{product}:{cycle} is not EOL and is {days} days old"
            )),
        }
    }

    /// What it is about, without the days that it counts: by this it is known again.
    pub fn key(&self, product: &str) -> String {
        let product = visible(product);
        match self {
            Self::UnmatchedVersion { cycle, .. } => {
                format!("{product}:versions of {}", visible(cycle))
            }
            Self::UnmatchedRelease { name, .. } => format!("{product}:release {}", visible(name)),
            Self::LatestUnknown { cycle, latest, .. } => {
                format!("{product}:latest {} of {}", visible(latest), visible(cycle))
            }
            Self::OnlyPreReleases { cycle, .. } => {
                format!("{product}:only pre-releases of {}", visible(cycle))
            }
            Self::NotAName { cell } => format!("{product}:name {}", visible(&cell.origin.raw)),
            Self::Stale { cycle, .. } => format!("{product}:stale {}", visible(cycle)),
            Self::Unread { cycle, field, .. } => {
                format!("{product}:unread {} of {}", visible(field), visible(cycle))
            }
            Self::NotAdded { cycle, .. } => format!("{product}:not added {}", visible(cycle)),
            Self::RuleDiffers { cycle, field, .. } => {
                format!("{product}:rule on {field} of {}", visible(cycle))
            }
            Self::Contradiction { cycle, field, .. } => {
                format!("{product}:rows on {} of {}", visible(field), visible(cycle))
            }
        }
    }

    /// Whether it is about the sources themselves, and not about what they mean for the file.
    pub fn is_of_sources(&self) -> bool {
        matches!(self, Self::Unread { .. } | Self::Contradiction { .. })
    }
}
