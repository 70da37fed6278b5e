//! Why nothing could be read on a page, and what it has instead.

use std::fmt;
use std::fmt::Write as _;
use std::iter::repeat;

use super::table::column::same_header;
use crate::page::Page;
use crate::text::{Excerpt, nearest, visible};

/// Why nothing could be read on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExtractError {
    /// No table of the page has all the columns that are wanted.
    NoTable {
        url: String,
        /// The columns that the config names; numbered ones are not among them.
        wanted: Vec<String>,
        tables: Vec<TableSketch>,
        selector: String,
    },
    /// Something that must be on the page is not there.
    Missing {
        url: String,
        /// What is missing, such as "table `#released`".
        what: String,
    },
    /// Something on the page cannot be read.
    Unreadable {
        url: String,
        /// What it is, such as "date of 1.2.3".
        what: String,
        raw: String,
    },
    /// The page is not in the format that it must be in.
    Format {
        url: String,
        /// The format, such as "JSON".
        format: &'static str,
        reason: String,
    },
    /// The page needs a part that this build leaves out.
    Unsupported {
        url: String,
        /// What is not read, such as "workbooks".
        what: &'static str,
        feature: &'static str,
    },
    /// The page is larger than pages are, or nested deeper.
    Bound {
        url: String,
        /// Which bound it passes, as the rest of a sentence about the page.
        bound: String,
    },
    /// Rows were read, and none of them was usable.
    NoRow {
        url: String,
        rows: usize,
        /// Why the first of them were not.
        reasons: Vec<String>,
    },
}

/// A table as an error shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSketch {
    /// Its number among the tables that the selector finds, from 1.
    pub number: usize,
    /// Its headers; `None` where no header row was found.
    pub headers: Option<Vec<String>>,
    /// A row that may be the header, where no config says which one is: what selects it, and what
    /// is in it.
    pub another: Option<(String, Vec<String>)>,
}

impl fmt::Display for ExtractError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTable {
                url,
                wanted,
                tables,
                selector,
            } => {
                let (url, selector) = (Excerpt(url), Excerpt(selector));
                if tables.is_empty() {
                    return write!(f, "no table on {url}: nothing there matches `{selector}`");
                }
                let lacking = match &*nowhere(wanted, tables) {
                    [] if wanted.is_empty() => "a header row".to_owned(),
                    [] => format!("all of {}", list(wanted)),
                    [column] => format!("column `{}`", Excerpt(column)),
                    columns => format!("columns {}", list(columns)),
                };
                write!(f, "no table with {lacking} on {url}")
            }
            Self::Missing { url, what } => write!(f, "no {what} on {}", Excerpt(url)),
            Self::Unreadable { url, what, raw } => {
                write!(
                    f,
                    "cannot read the {what} on {}: `{}`",
                    Excerpt(url),
                    Excerpt(raw)
                )
            }
            Self::Format {
                url,
                format,
                reason,
            } => write!(f, "{} is not {format}: {}", Excerpt(url), visible(reason)),
            Self::Unsupported { url, what, feature } => write!(
                f,
                "cannot read {}: this build reads no {what}; build it with the feature `{feature}`",
                Excerpt(url)
            ),
            Self::Bound { url, bound } => write!(f, "{} {bound}", Excerpt(url)),
            Self::NoRow { url, rows, .. } => {
                write!(f, "no usable row on {} ({rows} read)", Excerpt(url))
            }
        }
    }
}

impl std::error::Error for ExtractError {}

impl ExtractError {
    /// Something that must be on a page is not there.
    pub fn missing(page: &Page, what: impl Into<String>) -> Self {
        Self::Missing {
            url: page.url.clone(),
            what: what.into(),
        }
    }

    /// Something on a page cannot be read.
    pub fn unreadable(page: &Page, what: impl Into<String>, raw: impl Into<String>) -> Self {
        Self::Unreadable {
            url: page.url.clone(),
            what: what.into(),
            raw: raw.into(),
        }
    }

    /// A page is not in the format that it must be in.
    pub fn format(page: &Page, format: &'static str, reason: impl fmt::Display) -> Self {
        Self::Format {
            url: page.url.clone(),
            format,
            reason: reason.to_string(),
        }
    }

    pub(super) fn bound(page: &Page, bound: String) -> Self {
        Self::Bound {
            url: page.url.clone(),
            bound,
        }
    }

    /// What the page has instead, one line each: the nearest header to each column that is
    /// nowhere, then the tables.
    pub fn details(&self) -> Vec<String> {
        const SHOWN: usize = 12;
        let (wanted, tables) = match self {
            Self::NoTable { wanted, tables, .. } => (wanted, tables),
            Self::NoRow { reasons, .. } => return reasons.clone(),
            _ => return Vec::new(),
        };
        let headers = || {
            tables
                .iter()
                .flat_map(|table| table.headers.iter().flatten().zip(repeat(table.number)))
        };
        let mut lines = Vec::new();
        for column in nowhere(wanted, tables) {
            let near = nearest(&column, headers().map(|(header, _)| header.as_str()))
                .and_then(|near| headers().find(|(header, _)| *header == near));
            if let Some((header, table)) = near {
                lines.push(format!(
                    "the closest header to `{}` is `{}` in table {table}",
                    Excerpt(&column),
                    Excerpt(header)
                ));
            }
        }
        lines.extend(tables.iter().take(SHOWN).map(|table| {
            let headers = match &table.headers {
                Some(headers) => list(headers),
                None => "no header row".to_owned(),
            };
            let another = table.another.as_ref().map(|(selector, headers)| {
                format!("; `header_selector: {selector}` takes {}", list(headers))
            });
            let another = another.unwrap_or_default();
            format!("table {} has {headers}{another}", table.number)
        }));
        if tables.len() > SHOWN {
            lines.push(format!("and {} more tables", tables.len() - SHOWN));
        }
        lines
    }
}

/// The wanted columns that no table has.
fn nowhere(wanted: &[String], tables: &[TableSketch]) -> Vec<String> {
    let has = |table: &TableSketch, column: &str| {
        let mut headers = table.headers.iter().flatten();
        headers.any(|header| same_header(header, column))
    };
    wanted
        .iter()
        .filter(|column| !tables.iter().any(|table| has(table, column)))
        .cloned()
        .collect()
}

/// Texts in back quotes, with commas; of many, the first twenty.
fn list(texts: &[String]) -> String {
    const SHOWN: usize = 20;
    let mut out = String::new();
    for (number, text) in texts.iter().take(SHOWN).enumerate() {
        let comma = if number == 0 { "" } else { ", " };
        write!(out, "{comma}`{}`", Excerpt(text)).expect("writing to a String does not fail");
    }
    if texts.len() > SHOWN {
        write!(out, " and {} more", texts.len() - SHOWN)
            .expect("writing to a String does not fail");
    }
    out
}
