//! Where a value comes from, in words that a reviewer can follow back to the page.

use std::fmt;
use std::sync::Arc;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::identifier::release_key;
use super::skip_reason::SkipReason;
use crate::page::Provenance;
use crate::text::Excerpt;
use crate::version::Derivation;

/// Where a value comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Origin {
    pub method: Arc<str>,
    /// The number of its entry in `auto.methods`, from 1; 0 where no entry is behind it.
    pub entry: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<Arc<str>>,
    #[serde(flatten)]
    pub place: Place,
    /// The text as written there.
    pub raw: Arc<str>,
    /// How the page was fetched.
    #[serde(skip)]
    pub page: Option<Arc<Provenance>>,
    /// How the text became the value, where a pattern was used.
    #[serde(skip)]
    pub derivation: Option<Arc<Derivation>>,
    /// Why it is the value of the file; known once it is merged.
    #[serde(skip)]
    pub rule: Option<Rule>,
}

impl Origin {
    pub fn unread(method: &Arc<str>, entry: usize, url: &str) -> Self {
        let page = Arc::new(Provenance::unread(url));
        Self {
            method: Arc::clone(method),
            entry,
            url: Some(Arc::clone(&page.url)),
            page: Some(page),
            ..Self::default()
        }
    }

    /// The same place, at which something else is read.
    #[must_use]
    pub fn reading(&self, raw: &str) -> Self {
        Self {
            raw: raw.into(),
            ..self.clone()
        }
    }
}

/// Why a collected value is the value of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// A release of the cycle's name states the field.
    ReleaseStates,
    /// The newest version that belongs to the cycle.
    NewestVersion,
    /// The day of the newest version that belongs to the cycle.
    NewestVersionDay,
    /// The day of the first version that belongs to a new cycle.
    FirstVersionDay,
    /// A lifecycle rule of the product file gives it.
    Lifecycle,
    /// All recent cycles of the file have it.
    Neighbours,
    /// Nothing is known.
    Assumed,
}

impl Rule {
    /// What a value rests on, in a word.
    pub fn basis(self) -> &'static str {
        match self {
            Self::ReleaseStates
            | Self::NewestVersion
            | Self::NewestVersionDay
            | Self::FirstVersionDay => "source",
            Self::Lifecycle => "policy",
            Self::Neighbours => "neighbour",
            Self::Assumed => "assumed",
        }
    }

    /// Whether nothing says the value.
    pub fn is_assumed(self) -> bool {
        self == Self::Assumed
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReleaseStates => "the release of the cycle's name states the field",
            Self::NewestVersion => "it is the newest version that belongs to the cycle",
            Self::NewestVersionDay => "it is the day of the newest version of the cycle",
            Self::FirstVersionDay => "it is the day of the first version of the cycle",
            Self::Lifecycle => "a lifecycle rule of the file gives it",
            Self::Neighbours => "all recent cycles of the file have it",
            Self::Assumed => "assumed: no source and no rule says it",
        })
    }
}

/// A place on a page or in a file. Numbers count from 1.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", untagged)]
pub enum Place {
    /// Nowhere in particular.
    #[default]
    Nowhere,
    Table {
        /// The number of the table among those that the selector finds.
        table: usize,
    },
    Row {
        table: usize,
        /// The number of the row among those that the selector finds.
        row: usize,
    },
    Cell {
        table: usize,
        row: usize,
        /// The header of its column, or the column's number.
        column: Arc<str>,
    },
    /// A line of the product file itself.
    Line { line: usize },
    /// A path into a document, such as `$.releases[3].date`.
    Path { path: Arc<str> },
    /// One of many of a kind, such as the third heading.
    Item { kind: &'static str, item: usize },
    /// A tag of a repository.
    Tag {
        tag: Arc<str>,
        /// The object that the tag names, where it is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        object: Option<Arc<str>>,
        /// The commit of the tag, where it is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        commit: Option<Arc<str>>,
    },
    /// The release data of an earlier step.
    Stored { stored: Arc<str> },
}

impl Place {
    /// The table and the row, of what is in one.
    pub fn row(&self) -> Option<(usize, usize)> {
        match self {
            Self::Row { table, row } | Self::Cell { table, row, .. } => Some((*table, *row)),
            _ => None,
        }
    }

    pub fn path(path: impl Into<Arc<str>>) -> Self {
        Self::Path { path: path.into() }
    }

    /// One of the things of a kind on a page, by its number from 1.
    pub fn item(kind: &'static str, item: usize) -> Self {
        Self::Item { kind, item }
    }

    /// A tag of which only the name is known.
    pub fn tag(name: &str) -> Self {
        Self::Tag {
            tag: name.into(),
            object: None,
            commit: None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nowhere => Ok(()),
            Self::Table { table } => write!(f, "table {table}"),
            Self::Row { table, row } => write!(f, "table {table}, row {row}"),
            Self::Cell { table, row, column } => {
                write!(f, "table {table}, row {row}, column `{}`", Excerpt(column))
            }
            Self::Line { line } => write!(f, "line {line}"),
            Self::Path { path } => write!(f, "{}", Excerpt(path)),
            Self::Item { kind, item } => write!(f, "{kind} {item}"),
            Self::Tag { tag, .. } => write!(f, "tag `{}`", Excerpt(tag)),
            Self::Stored { stored } => write!(f, "{}", Excerpt(stored)),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if self.place != Place::Nowhere {
            parts.push(self.place.to_string());
        }
        if let Some(url) = &self.url {
            parts.push(format!("of {}", Excerpt(url)));
        }
        if !self.raw.is_empty() {
            parts.push(format!("reads `{}`", Excerpt(&self.raw)));
        }
        let rule = self.rule.filter(|rule| rule.basis() != "source");
        if let (Some(rule), true) = (rule, parts.is_empty()) {
            parts.push(rule.to_string());
        }
        f.write_str(&parts.join(" "))
    }
}

/// Something that was seen and not usable, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    #[serde(flatten)]
    pub origin: Origin,
    /// Why it was not usable.
    #[serde(flatten, serialize_with = "words_and_data")]
    pub reason: SkipReason,
    /// What it was about, as far as that is known.
    #[serde(skip)]
    pub subject: Subject,
}

/// A reason as `reason`, its words, and `why`, its data.
fn words_and_data<S: Serializer>(reason: &SkipReason, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(2))?;
    map.serialize_entry("reason", &reason.to_string())?;
    map.serialize_entry("why", reason)?;
    map.end()
}

/// What something that was seen is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    pub release: Option<String>,
    pub field: Option<String>,
    pub version: Option<String>,
}

impl Subject {
    /// Something about a release, or about one field of it.
    pub fn of_release(name: &str, field: Option<&str>) -> Self {
        Self {
            release: Some(release_key(name)),
            field: field.map(str::to_owned),
            version: None,
        }
    }

    /// A field of all releases.
    pub fn of_field(field: &str) -> Self {
        Self {
            field: Some(field.to_owned()),
            ..Self::default()
        }
    }

    /// What a reason says that it is about.
    pub(super) fn of_reason(reason: &SkipReason) -> Self {
        match reason {
            SkipReason::NotRead { field, of, .. } => match field.as_deref() {
                Some("date") => Self::of_version(of),
                Some(field) => Self::of_release(of, Some(field)),
                None => Self::default(),
            },
            _ => Self::default(),
        }
    }

    pub fn of_version(name: &str) -> Self {
        Self {
            version: Some(name.to_owned()),
            ..Self::default()
        }
    }
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A reason quotes what it is about, which may be long.
        const LONGEST: usize = 400;
        write!(
            f,
            "{}: {}",
            self.origin,
            crate::text::shortened(&self.reason.to_string(), LONGEST)
        )
    }
}
