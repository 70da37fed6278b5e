//! Rows of a spreadsheet: CSV, or the first sheet of an `.xlsx`.
//!
//! The first row is the header, and the selector of a field is the header of its column.
//! Every other row counts. Dates of an `.xlsx` become ISO text.
//!
//! A build without the feature `spreadsheet` reads CSV alone; an `.xlsx` is an error that
//! names the feature.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::error::ExtractError;
use super::rows::{Cell, Row, Rows, SkippedRow, Source};
use super::table::column::same_header;
use crate::page::Page;
use crate::release_data::{Place, SkipReason};
use crate::text::trim;

/// A whole spreadsheet: nothing is stated of its rows.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spreadsheet {}

/// A line of a sheet: its number from 1, and its texts by column from 0.
type Line = (usize, BTreeMap<usize, String>);

impl Source for Spreadsheet {
    const KEYS: &'static [&'static str] = &[];
    type Selector = String;

    fn rows(&self, page: &Page, fields: &[&String]) -> Result<Rows, ExtractError> {
        let path = page.url.split(['?', '#']).next().unwrap_or_default();
        let (format, lines) = if path.to_ascii_lowercase().ends_with(".xlsx") {
            #[cfg(not(feature = "spreadsheet"))]
            return Err(ExtractError::Unsupported {
                url: page.url.clone(),
                what: "workbooks",
                feature: "spreadsheet",
            });
            #[cfg(feature = "spreadsheet")]
            (
                "workbook",
                super::workbook::lines(&page.body).map(|lines| lines.into_iter().collect()),
            )
        } else {
            ("CSV", of_csv(&page.text()))
        };
        let mut lines = lines
            .map_err(|reason| ExtractError::format(page, format, reason))?
            .into_iter();
        let missing = |what| ExtractError::missing(page, what);
        let (line, headers) = lines.next().ok_or_else(|| missing("header"))?;
        let column = |wanted: &str| {
            let exact = headers.iter().find(|(_, header)| *header == wanted);
            exact
                .or_else(|| {
                    headers
                        .iter()
                        .find(|(_, header)| same_header(header, wanted))
                })
                .map(|(column, _)| *column)
        };
        let columns: Vec<Option<usize>> = fields.iter().map(|wanted| column(wanted)).collect();
        let skipped = fields
            .iter()
            .zip(&columns)
            .filter(|(_, column)| column.is_none())
            .map(|(wanted, _)| SkippedRow {
                place: Place::Row {
                    table: 1,
                    row: line,
                },
                raw: headers.values().cloned().collect::<Vec<_>>().join(", "),
                reason: SkipReason::Missing {
                    what: "column",
                    names: vec![(*wanted).clone()],
                },
            })
            .collect();
        let rows: Vec<Row> = lines
            .map(|(row, texts)| {
                let cells = fields
                    .iter()
                    .zip(&columns)
                    .map(|(wanted, column)| {
                        let place = Place::Cell {
                            table: 1,
                            row,
                            column: wanted.as_str().into(),
                        };
                        let text = texts
                            .get(&(*column)?)
                            .filter(|text| !text.is_empty())?
                            .clone();
                        Some(Cell {
                            place,
                            text,
                            ..Cell::default()
                        })
                    })
                    .collect();
                Row {
                    place: Place::Row { table: 1, row },
                    cells,
                }
            })
            .collect();
        if rows.is_empty() {
            return Err(missing("row below the header"));
        }
        Ok(Rows { rows, skipped })
    }
}

/// The lines of comma-separated values. A line may be shorter or longer than the header.
fn of_csv(text: &str) -> Result<Vec<Line>, String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut lines = Vec::new();
    for (record, number) in reader.records().zip(1..) {
        let record = record.map_err(|error| error.to_string())?;
        let texts = record.iter().map(|text| trim(text).to_owned()).enumerate();
        lines.push((number, texts.collect()));
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(url: &str, body: &[u8], fields: &[&str]) -> Result<Rows, ExtractError> {
        let page = Page::new(url, None, body.into(), crate::page::ResponseMeta::default());
        let fields: Vec<String> = fields.iter().map(ToString::to_string).collect();
        Spreadsheet {}.rows(&page, &fields.iter().collect::<Vec<_>>())
    }

    #[test]
    fn a_short_line_lacks_its_last_columns_and_a_missing_column_is_named() {
        let csv = "\u{feff}Version,\"End of \nlife\"\r\n7, 2027-05-31 \r\n8\r\n";
        let found = rows(
            "https://a.test/x.csv",
            csv.as_bytes(),
            &["version", "End of life", "LTS"],
        )
        .unwrap();
        let texts: Vec<Vec<_>> = found
            .rows
            .iter()
            .map(|row| {
                row.cells
                    .iter()
                    .map(|cell| cell.as_ref().map(|cell| &*cell.text))
                    .collect()
            })
            .collect();
        assert_eq!(
            texts,
            [
                [Some("7"), Some("2027-05-31"), None],
                [Some("8"), None, None]
            ]
        );
        assert_eq!(found.skipped[0].reason.to_string(), "no column `LTS`");
        assert_eq!(found.rows[1].place, Place::Row { table: 1, row: 3 });
    }

    #[test]
    fn a_broken_workbook_or_an_empty_sheet_is_an_error() {
        for body in [&b"<html>"[..], b"", b"PK\x03\x04"] {
            assert!(matches!(
                rows("https://a.test/a.XLSX?b=c", body, &[]),
                Err(ExtractError::Format {
                    format: "workbook",
                    ..
                })
            ));
        }
        assert!(matches!(
            rows("https://a.test/a", b"", &[]),
            Err(ExtractError::Missing { .. })
        ));
        assert!(matches!(
            rows("https://a.test/a", b"a,b\n", &[]),
            Err(ExtractError::Missing { .. })
        ));
    }
}
