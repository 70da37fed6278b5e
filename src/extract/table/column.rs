//! Which column of a table is meant: by its header, or by its number.

use crate::page::latin1_reading;
use crate::text::collapse;

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

/// Whether a header is the wanted one: white space and case do not count, nor does an old
/// misreading of UTF-8 as Latin-1 on either side.
pub fn same_header(header: &str, wanted: &str) -> bool {
    let plain = |text: &str| collapse(text).to_lowercase();
    let (a, b) = (plain(header), plain(wanted));
    a == b
        || (!header.is_ascii() && plain(&latin1_reading(header)) == b)
        || (!wanted.is_ascii() && plain(&latin1_reading(wanted)) == a)
}
