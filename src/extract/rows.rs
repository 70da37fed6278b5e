//! Rows of a document, whatever its format.
//!
//! A source is the part of an entry that selects the rows: which document, which rows of it.
//! It finds the text of each field in a row; [`super::field`] makes a value of it.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::error::ExtractError;
use super::field::Rules;
use crate::page::Page;
use crate::release_data::{Place, SkipReason};

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
    /// What was passed over.
    pub skipped: Vec<SkippedRow>,
}

/// A table or a row that was passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedRow {
    pub place: Place,
    pub raw: String,
    pub reason: SkipReason,
}

/// One row of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where it stands.
    pub place: Place,
    /// The cells of the fields that were asked for, in order; `None` where there is none.
    pub cells: Vec<Option<Cell>>,
}

impl Row {
    /// The cells, if each of these many fields has one.
    pub fn whole<const N: usize>(&self) -> Option<[&Cell; N]> {
        let cells: Vec<&Cell> = self.cells.iter().flatten().collect();
        cells.try_into().ok()
    }
}

/// The text of one field in one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Where it stands.
    pub place: Place,
    /// The text, trimmed.
    pub text: String,
}
