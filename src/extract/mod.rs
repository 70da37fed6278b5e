//! A page's text to rows: what is on it, where, and what the config makes of it.
//!
//! Pure: text in, values out. [`html`] is the tree and its texts, [`table`] finds header
//! and cells, [`json`], [`graphql`], [`feed`], [`markdown`] and [`wiki`] read what is no HTML,
//! [`field`] turns a text into a value. What a row means is in `methods`; no method is
//! named here.
//!
//! # One idea for all documents
//! A [`rows::Source`] selects the rows of a document, and finds the texts of
//! fields in them: [`table`] in HTML tables, [`json::rows`] by JSONPath, [`markup`] by CSS in
//! XML and HTML, [`spreadsheet`] by column, [`regex_rows`] by the groups of a regex in any text.
//! A new kind of document is one more of them, and every method over rows can read it.

mod error;
pub mod feed;
pub mod field;
pub mod graphql;
pub mod html;
pub mod json;
pub mod markdown;
pub mod markup;
pub mod regex_rows;
pub mod rows;
pub mod spreadsheet;
pub mod table;
pub mod wiki;
#[cfg(feature = "spreadsheet")]
mod workbook;
mod xml;

pub use error::{ExtractError, TableSketch};
