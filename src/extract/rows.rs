//! Rows of a document, whatever its format.
//!
//! A source is the part of an entry that selects the rows: which document, which rows of it.
//! It finds the text of each field in a row; [`super::field`] makes a value of it.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::error::ExtractError;
use super::field::{Field, Rules};
use crate::date::{Attribute, DayOrder, parse_any};
use crate::page::Page;
use crate::release_data::{Place, SkipReason};
use crate::value::Value;

/// Which rows of a document are meant.
pub trait Source: DeserializeOwned + JsonSchema + Send + Sync {
    /// The keys of an entry that select them.
    const KEYS: &'static [&'static str];
    /// The key of a field for its place in a row.
    const FIELD_KEY: &'static str = "selector";
    /// How fields are read where nothing is stated.
    const RULES: Rules = Rules::Document;
    /// The place of a field in a row.
    type Selector: DeserializeOwned + JsonSchema + Send + Sync;

    /// What is wrong with a field's place, before anything is fetched.
    fn check(&self, _: &Self::Selector) -> Result<(), String> {
        Ok(())
    }

    /// The rows of a document, each with a cell or none for each of the fields, in order.
    ///
    /// A document that has no such rows is an error, and never an empty list.
    fn rows(&self, page: &Page, fields: &[&Self::Selector]) -> Result<Rows, ExtractError>;
}

/// The rows of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    /// The rows, in the order of the document.
    pub rows: Vec<Row>,
    /// What was skipped.
    pub skipped: Vec<SkippedRow>,
}

/// A table or a row that was skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedRow {
    pub place: Place,
    pub raw: String,
    pub reason: SkipReason,
}

/// Why a cell under several columns gives nothing.
pub const SHARED: &str = "one cell for several of the columns";
/// Why several cells under one header give nothing.
const DIFFERING: &str = "several columns have its header, and their days differ";

/// One row of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where it is.
    pub place: Place,
    /// The cells of the fields that were asked for, in order; `None` where there is none.
    pub cells: Vec<Option<Cell>>,
}

impl Row {
    /// The number of its table; 0 where it is in none.
    fn table(&self) -> usize {
        self.place.row().map_or(0, |(table, _)| table)
    }

    /// The cells, if each of these many fields has one of its own, or why not.
    pub fn whole<const N: usize>(&self) -> Result<[&Cell; N], SkipReason> {
        let cells: Vec<&Cell> = self.cells.iter().flatten().collect();
        if cells.iter().any(|cell| cell.shared) {
            return Err(SHARED.into());
        }
        let differs = |cell: &&Cell| {
            let days = cell.others.iter().filter_map(|text| parse_any(text));
            parse_any(&cell.text).is_some_and(|day| days.into_iter().any(|other| other != day))
        };
        if cells.iter().any(differs) {
            return Err(DIFFERING.into());
        }
        let missing = || SkipReason::missing("name, or no date");
        cells.try_into().map_err(|_| missing())
    }

    /// The value of the field of this number, among those that were asked for.
    pub fn read(
        &self,
        number: usize,
        fields: &[Field],
        order: DayOrder,
    ) -> Option<Result<Value, SkipReason>> {
        let cell = self.cells.get(number)?.as_ref()?;
        let shares = |cell: &Option<Cell>| cell.as_ref().is_some_and(|cell| cell.shared);
        let sharing = fields.iter().zip(&self.cells);
        let sharing = sharing.filter(|(field, cell)| field.is_day() && shares(cell));
        let days: Vec<&Field> = sharing.map(|(field, _)| field).collect();
        let of_days = days.len() == 1 || days.iter().all(|field| field.is_end());
        if cell.shared && !(fields[number].is_day() && of_days) {
            return Some(Err(SHARED.into()));
        }
        Some(cell.read(&fields[number], order))
    }
}

/// The text of one field in one row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    /// Where it is.
    pub place: Place,
    /// The text, trimmed.
    pub text: String,
    /// Whether it is under the column of another field too. Then it is a day, of the one field
    /// that is a day or of several on which something ends, and the text of none.
    pub shared: bool,
    /// The texts of further cells under a header of the same words.
    pub others: Vec<String>,
    /// What its attributes may say of a day.
    pub attributes: Vec<Attribute>,
}

impl Cell {
    /// The value that a field gives; of several cells under one header none, where they give
    /// different days.
    pub fn read(&self, field: &Field, order: DayOrder) -> Result<Value, SkipReason> {
        let value = field.read_in(order, &self.text, &self.attributes)?;
        let differs = |text: &String| match field.read_in(order, text, &[]) {
            Ok(other @ Value::Date(_)) => other != value,
            _ => false,
        };
        if matches!(value, Value::Date(_)) && self.others.iter().any(differs) {
            return Err(DIFFERING.into());
        }
        Ok(value)
    }
}

/// What the dates of a document say of their order: those of each column of each table, and all.
pub struct DayOrders {
    columns: HashMap<(usize, usize), DayOrder>,
    document: DayOrder,
}

impl DayOrders {
    /// Reads the cells of these columns; `date_of` gives the part of a text that is a date.
    pub fn new(rows: &[Row], date_of: impl Fn(usize, &str) -> Option<String>) -> Self {
        let mut columns: HashMap<(usize, usize), DayOrder> = HashMap::new();
        let mut document = DayOrder::default();
        for row in rows {
            for (column, cell) in row.cells.iter().enumerate() {
                if let Some(cell) = cell
                    && may_be_numbers(&cell.text)
                    && let Some(text) = date_of(column, &cell.text)
                {
                    let order = columns.entry((row.table(), column)).or_default();
                    order.note(&text, &cell.attributes);
                    document.note(&text, &cell.attributes);
                }
            }
        }
        Self { columns, document }
    }

    /// The order in a column of the table of a row.
    pub fn of(&self, row: &Row, column: usize) -> DayOrder {
        let own = self.columns.get(&(row.table(), column)).copied();
        own.unwrap_or_default().or(self.document)
    }
}

/// Whether a text can hold a date of numbers with the year last, however wide.
fn may_be_numbers(text: &str) -> bool {
    let four = |rest: &str| rest.bytes().take_while(u8::is_ascii_digit).count() >= 4;
    let mut separated = text.split(['/', '.', '-']).skip(1);
    !text.is_ascii() || separated.any(|rest| four(rest.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::super::field::FieldOptions;
    use super::*;

    fn read(name: &str, fields: &[&str]) -> Result<Value, SkipReason> {
        let number = fields.iter().position(|field| *field == name).unwrap();
        let field = |name: &&str| Field::new(Rules::Table, name, FieldOptions::default()).unwrap();
        let cell = Cell {
            text: "2026-01-09".into(),
            shared: true,
            ..Cell::default()
        };
        let row = Row {
            place: Place::default(),
            cells: vec![Some(cell); fields.len()],
        };
        let fields: Vec<Field> = fields.iter().map(field).collect();
        row.read(number, &fields, DayOrder::default()).unwrap()
    }

    #[test]
    fn a_day_under_two_columns_ends_both_and_begins_none() {
        assert!(read("eol", &["eoas", "eol"]).is_ok() && read("eoas", &["eoas", "eol"]).is_ok());
        assert_eq!(read("eol", &["releaseDate", "eol"]), Err(SHARED.into()));
        assert!(read("eol", &["releaseLabel", "eol"]).is_ok());
        assert_eq!(read("codename", &["codename", "eol"]), Err(SHARED.into()));
        assert_eq!(read("codename", &["codename", "link"]), Err(SHARED.into()));
    }

    #[test]
    fn columns_of_one_header_give_no_day_where_they_differ() {
        let field = Field::new(Rules::Table, "eol", FieldOptions::default()).unwrap();
        let read = |text: &str, other: &str| {
            let (text, others) = (text.to_owned(), vec![other.to_owned()]);
            let cell = Cell {
                text,
                others,
                ..Cell::default()
            };
            cell.read(&field, DayOrder::default()).is_ok()
        };
        assert!(read("2026-01-09", "9 January 2026") && read("2026-01-09", "Notes"));
        assert!(!read("2026-01-09", "2027-01-09"));
    }
}
