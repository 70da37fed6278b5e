//! Where a value comes from, in words that a reviewer can follow back to the page.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::text::Excerpt;

/// Where a value comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The method that learnt it.
    pub method: Arc<str>,
    /// The number of its entry in `auto.methods`, from 1; 0 where no entry is behind it.
    pub entry: usize,
    /// The URL of the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<Arc<str>>,
    /// Where on the page.
    #[serde(flatten)]
    pub place: Place,
    /// The text as it stands there.
    pub raw: String,
}

/// Where on a page, or in a file, a value stands. Numbers count from 1.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", untagged)]
pub enum Place {
    /// Nowhere in particular.
    #[default]
    Nowhere,
    /// A table of a page.
    Table {
        /// The number of the table among those that the selector finds.
        table: usize,
    },
    /// A row of a table.
    Row {
        /// The number of the table.
        table: usize,
        /// The number of the row among those that the selector finds.
        row: usize,
    },
    /// A cell of a table.
    Cell {
        /// The number of the table.
        table: usize,
        /// The number of the row.
        row: usize,
        /// The header of its column, or the column's number.
        column: Arc<str>,
    },
    /// A line of the product file itself.
    Line {
        /// The line.
        line: usize,
    },
    /// A path into a document, such as `$.releases[3].date`.
    Path {
        /// The path.
        path: Arc<str>,
    },
    /// One of many of a kind, such as the third heading.
    Item {
        /// The kind.
        kind: &'static str,
        /// Its number.
        item: usize,
    },
    /// A tag of a repository.
    Tag {
        /// The name of the tag.
        tag: Arc<str>,
    },
    /// The release data of an earlier step.
    Stored {
        /// The path of the file.
        stored: Arc<str>,
    },
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
            Self::Tag { tag } => write!(f, "tag `{}`", Excerpt(tag)),
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
        f.write_str(&parts.join(" "))
    }
}

/// Something that was seen and gave nothing, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// What was seen, and where.
    #[serde(flatten)]
    pub origin: Origin,
    /// Why it gave nothing.
    pub reason: String,
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A reason quotes what it is about, which may be long.
        const LONGEST: usize = 400;
        write!(
            f,
            "{}: {}",
            self.origin,
            crate::text::shortened(&self.reason, LONGEST)
        )
    }
}
