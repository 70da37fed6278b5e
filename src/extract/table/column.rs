//! Which column of a table is meant: by its header, or by its number.

use std::sync::Arc;

use ego_tree::NodeId;

use crate::page::latin1_reading;
use crate::text::{collapse, with_hyphens, without_marks};

/// The most columns that a cell may span.
pub(super) const WIDEST: usize = 200;

/// Where a column is: under a header, or at a number from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    /// Under this header.
    Named(String),
    /// At this number, from 1.
    Numbered(usize),
}

impl Column {
    /// Whether its header names it.
    pub(super) fn is_named(&self) -> bool {
        matches!(self, Self::Named(_))
    }

    /// The column in words.
    pub fn label(&self) -> String {
        match self {
            Self::Named(name) => name.clone(),
            Self::Numbered(number) => format!("column {number}"),
        }
    }
}

impl<'de> serde::Deserialize<'de> for Column {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameOrNumber;
        impl serde::de::Visitor<'_> for NameOrNumber {
            type Value = Column;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("the header of a column, or its number from 1")
            }
            fn visit_str<E>(self, name: &str) -> Result<Column, E> {
                Ok(Column::Named(name.to_owned()))
            }
            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Column, E> {
                match usize::try_from(number) {
                    Ok(number @ 1..=WIDEST) => Ok(Column::Numbered(number)),
                    _ => Err(E::custom(format!(
                        "columns are numbered from 1 to {WIDEST}, not {number}"
                    ))),
                }
            }
        }
        deserializer.deserialize_any(NameOrNumber)
    }
}

/// Whether a header is the wanted one: white space, the kind of a hyphen and case do not count, nor
/// do marks of footnotes at an end, and an old misreading of UTF-8 as Latin-1 on either side.
pub fn same_header(header: &str, wanted: &str) -> bool {
    same_words(header, wanted) || same_words(without_marks(header), without_marks(wanted))
}

fn same_words(header: &str, wanted: &str) -> bool {
    let plain = |text: &str| with_hyphens(&collapse(text), &[]).to_lowercase();
    let (a, b) = (plain(header), plain(wanted));
    a == b
        || (!header.is_ascii() && plain(&latin1_reading(header)) == b)
        || (!wanted.is_ascii() && plain(&latin1_reading(wanted)) == a)
}

/// A cell of a header, in one of the columns that it is over.
#[derive(Debug, Clone)]
pub(super) struct Heading {
    pub(super) text: Arc<str>,
    /// The same with all that is written, marks of footnotes among it.
    pub(super) written: Arc<str>,
    /// The same in each of the columns.
    pub(super) id: Option<NodeId>,
}

/// Where the wanted columns are in a row, counted from 0: of each, first the place that is meant,
/// then others under its header. There are several such lists where a table is folded.
pub(super) type Places = Vec<Vec<Vec<usize>>>;

/// Where columns are under a header of these rows, if all are there. Of the rows, the first
/// that has a name counts.
pub(super) fn locate(header: &[Vec<Heading>], columns: &[Column]) -> Option<Places> {
    // Of each column, the cells that are its header, and over which places each is.
    let cells = columns.iter().map(|column| match column {
        Column::Numbered(number) => Some(vec![vec![number - 1]]),
        Column::Named(name) => {
            let cells = header.iter().map(|row| named(row, name));
            cells.into_iter().find(|cells| !cells.is_empty())
        }
    });
    let all: Vec<Vec<Vec<usize>>> = cells.collect::<Option<_>>()?;
    let whole = || vec![all.iter().map(|cells| cells.concat()).collect()];
    Some(folded(header, &all).unwrap_or_else(whole))
}

/// Over which places each cell of this name stands in a row of a header: of the name as it is
/// written, else as it is shown, else but for marks of footnotes.
fn named(row: &[Heading], name: &str) -> Vec<Vec<usize>> {
    let named = |is_it: &dyn Fn(&Heading) -> bool| -> Vec<Vec<usize>> {
        let mut end = 0;
        row.chunk_by(|a, b| a.id.is_some() && a.id == b.id)
            .filter_map(|cell| {
                end += cell.len();
                is_it(&cell[0]).then(|| (end - cell.len()..end).collect())
            })
            .collect()
    };
    let ways: [&dyn Fn(&Heading) -> bool; 3] = [
        &|heading| same_words(&heading.written, name),
        &|heading| same_words(&heading.text, name),
        &|heading| same_header(&heading.text, name),
    ];
    let mut found = ways.iter().map(|is_it| named(*is_it));
    found.find(|found| !found.is_empty()).unwrap_or_default()
}

/// Where the columns are in each part of a folded table: in the first side by side, and in the
/// others a stride further under the same headers.
fn folded(header: &[Vec<Heading>], all: &[Vec<Vec<usize>>]) -> Option<Places> {
    let again = all.iter().max_by_key(|cells| cells.len())?;
    let stride = again.get(1)?[0] - again[0][0];
    let firsts = || all.iter().map(|cells| cells[0][0]);
    if firsts().max()? - firsts().min()? >= stride {
        return None;
    }
    let stands_again = |first: usize, place: usize| {
        let mut rows = header.iter().map(|row| (row.get(first), row.get(place)));
        header[0].len() > place
            && rows.all(|texts| match texts {
                (Some(first), Some(again)) => same_header(&first.text, &again.text),
                (first, again) => first.is_none() && again.is_none(),
            })
    };
    let part = |part: usize| {
        let places = all.iter().map(|cells| {
            let first = cells[0][0];
            let place = first + part * stride;
            let own = cells.iter().find(|cell| cell[0] == place).cloned();
            stands_again(first, place).then(|| own.unwrap_or_else(|| vec![place]))
        });
        places.collect()
    };
    (0..again.len()).map(part).collect()
}
