//! Rows of a spreadsheet: CSV, or a sheet of an `.xlsx`.
//!
//! The header is the first row that holds all columns, among the first fifty, so titles may be
//! above it; the selector of a field is the header of its column. Where no row holds all, the one
//! with the most columns is the header, and each that is missing is named; a document with none of
//! them is refused. Every row below the header counts. CSV is separated by the first of `,`, `;`,
//! tab and `|` that gives such a header.
//!
//! A build without the feature `spreadsheet` reads CSV alone; an `.xlsx` is an error that
//! names the feature.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use schemars::JsonSchema;
use serde::Deserialize;

use super::error::ExtractError;
use super::rows::{Cell, Row, Rows, SkippedRow, Source};
use super::table::column::same_header;
use crate::bounds::bound;
use crate::page::Page;
use crate::release_data::{Place, SkipReason};
use crate::text::{Excerpt, trim};

/// Which part of a spreadsheet is meant.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spreadsheet {
    /// The sheet of a workbook, by its name; the first that is shown unless stated.
    #[serde(default)]
    sheet: Option<String>,
    /// The row of the header, from 1; unless stated, the first that holds all columns.
    #[serde(default)]
    header_row: Option<NonZeroUsize>,
}

/// A line of a sheet: its number from 1, and its texts by column from 0.
type Line = (usize, BTreeMap<usize, String>);

/// Among how many of the first rows the header is looked for.
pub const HEADER_WITHIN: usize = 50;

/// How many cells separated values may have.
const CELLS: usize = 5_000_000;

/// How often a header that is wanted may be compared with a cell.
const COMPARED: usize = 4_000_000;

/// What CSV may be separated by.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A sheet, and where its header is.
#[derive(Default)]
struct Sheet {
    number: usize,
    lines: Vec<Line>,
    /// The names of the sheets of the workbook.
    names: Vec<String>,
    /// The index of the header among the lines, and the columns of the fields in it.
    header: Option<(usize, Vec<Option<usize>>)>,
}

impl Sheet {
    /// The sheet, with the header that holds the most of what is wanted.
    fn with_header(mut self, stated: &Spreadsheet, fields: &[&String]) -> Result<Self, String> {
        let is_header = |row| stated.header_row.is_none_or(|header| header.get() == row);
        let lines = self.lines.iter().enumerate();
        let mut found: Option<(usize, Vec<Option<usize>>)> = None;
        let within = if stated.header_row.is_some() {
            usize::MAX
        } else {
            HEADER_WITHIN
        };
        let mut left = bound(COMPARED);
        for (index, (_, texts)) in lines.take(within).filter(|(_, (row, _))| is_header(*row)) {
            // One that is as wanted is found without much ado.
            let is_exact = |wanted: &&String| texts.values().any(|header| header == *wanted);
            if !fields.iter().all(is_exact) {
                let compared = texts.len() * fields.len();
                let too_many = || {
                    format!(
                        "its first rows have more cells than {COMPARED} comparisons find a header in; state `header_row`"
                    )
                };
                left = left.checked_sub(compared).ok_or_else(too_many)?;
            }
            let columns: Vec<_> = fields.iter().map(|wanted| column(texts, wanted)).collect();
            if found
                .as_ref()
                .is_none_or(|(_, most)| count(&columns) > count(most))
            {
                found = Some((index, columns));
            }
        }
        self.header = found.filter(|(_, columns)| fields.is_empty() || count(columns) > 0);
        Ok(self)
    }

    fn columns(&self) -> usize {
        self.header
            .as_ref()
            .map_or(0, |(_, columns)| count(columns))
    }
}

fn count(columns: &[Option<usize>]) -> usize {
    columns.iter().flatten().count()
}

/// The column of a header.
fn column(headers: &BTreeMap<usize, String>, wanted: &str) -> Option<usize> {
    let is = |same: fn(&str, &str) -> bool| {
        let mut headers = headers.iter();
        headers.find(|(_, header)| same(header, wanted))
    };
    let exact = is(|header, wanted| header == wanted);
    exact.or_else(|| is(same_header)).map(|(column, _)| *column)
}

impl Source for Spreadsheet {
    const KEYS: &'static [&'static str] = &["sheet", "header_row"];
    type Selector = String;

    fn rows(&self, page: &Page, fields: &[&String]) -> Result<Rows, ExtractError> {
        let sheet = if is_workbook(page) {
            Self::of_workbook(self, page, fields)?
        } else {
            self.of_csv(page, fields)?
        };
        let missing = |what| ExtractError::missing(page, what);
        let Some((_, first)) = sheet.lines.first() else {
            return Err(missing("header".to_owned()));
        };
        let Some((header, columns)) = &sheet.header else {
            return Err(missing(self.no_header(&sheet, first, fields)));
        };
        let table = sheet.number;
        let (line, headers) = &sheet.lines[*header];
        let no_column = fields
            .iter()
            .zip(columns)
            .filter(|(_, column)| column.is_none());
        let skipped: Vec<SkippedRow> = no_column
            .map(|(wanted, _)| SkippedRow {
                place: Place::Row { table, row: *line },
                raw: headers.values().cloned().collect::<Vec<_>>().join(", "),
                reason: SkipReason::Missing {
                    what: "column",
                    names: vec![(*wanted).clone()],
                },
            })
            .collect();
        let rows: Vec<Row> = sheet.lines[header + 1..]
            .iter()
            .map(|(row, texts)| {
                let row = *row;
                let cells = fields
                    .iter()
                    .zip(columns)
                    .map(|(wanted, column)| {
                        let column = (*column)?;
                        let place = Place::Cell {
                            table,
                            row,
                            column: wanted.as_str().into(),
                        };
                        let text = texts.get(&column).filter(|text| !text.is_empty())?;
                        let text = text.clone();
                        Some(Cell {
                            place,
                            text,
                            ..Cell::default()
                        })
                    })
                    .collect();
                Row {
                    place: Place::Row { table, row },
                    cells,
                }
            })
            .collect();
        if rows.is_empty() {
            return Err(missing("row below the header".to_owned()));
        }
        Ok(Rows { rows, skipped })
    }
}

impl Spreadsheet {
    #[cfg(not(feature = "spreadsheet"))]
    fn of_workbook(_: &Self, page: &Page, _: &[&String]) -> Result<Sheet, ExtractError> {
        Err(ExtractError::Unsupported {
            url: page.url.clone(),
            what: "workbooks",
            feature: "spreadsheet",
        })
    }

    #[cfg(feature = "spreadsheet")]
    fn of_workbook(&self, page: &Page, fields: &[&String]) -> Result<Sheet, ExtractError> {
        let sheet = super::workbook::sheet(&page.body, self.sheet.as_deref())
            .map_err(|reason| ExtractError::format(page, "workbook", reason))?;
        let sheet = Sheet {
            number: sheet.number,
            lines: sheet.lines.into_iter().collect(),
            names: sheet.names,
            header: None,
        };
        let sheet = sheet.with_header(self, fields);
        sheet.map_err(|reason| ExtractError::format(page, "workbook", reason))
    }

    /// Separated values, by the separator that gives the header.
    fn of_csv(&self, page: &Page, fields: &[&String]) -> Result<Sheet, ExtractError> {
        if let Some(sheet) = &self.sheet {
            let what = format!("sheet `{}`, as it is CSV,", Excerpt(sheet));
            return Err(ExtractError::missing(page, what));
        }
        let text = page.text();
        let mut found: Option<Sheet> = None;
        for separator in SEPARATORS {
            let lines = lines_of(&text, separator)
                .map_err(|reason| ExtractError::format(page, "CSV", reason))?;
            let sheet = Sheet {
                number: 1,
                lines,
                ..Sheet::default()
            };
            let sheet = sheet.with_header(self, fields);
            let sheet = sheet.map_err(|reason| ExtractError::format(page, "CSV", reason))?;
            if found
                .as_ref()
                .is_none_or(|found| sheet.columns() > found.columns())
            {
                found = Some(sheet);
            }
            if found
                .as_ref()
                .is_some_and(|found| found.columns() == fields.len())
            {
                break;
            }
        }
        Ok(found.unwrap_or_default())
    }

    /// What is missing in a sheet without any of the columns, and what is there instead.
    fn no_header(
        &self,
        sheet: &Sheet,
        first: &BTreeMap<usize, String>,
        fields: &[&String],
    ) -> String {
        let quoted = |texts: &mut dyn Iterator<Item = &String>| {
            let texts: Vec<_> = texts
                .take(20)
                .map(|text| Excerpt(text).to_string())
                .collect();
            format!("`{}`", texts.join("`, `"))
        };
        let columns = quoted(&mut fields.iter().copied());
        let wanted = match self.header_row {
            Some(row) => format!("column {columns} in row {row}"),
            None => format!("header with a column {columns}"),
        };
        let first = format!("the first row is {}", quoted(&mut first.values()));
        match &*sheet.names {
            [] | [_] => format!("{wanted} ({first})"),
            names => format!(
                "{wanted} in the sheet `{}` ({first}; `sheet` chooses one of {})",
                Excerpt(&names[sheet.number - 1]),
                quoted(&mut names.iter())
            ),
        }
    }
}

/// The name of a sheet, if it has one, and the texts of its lines.
pub type SheetTexts = (Option<String>, Vec<Vec<String>>);

/// The sheets of a workbook by their names, those that are shown first; or the one of separated
/// values, by the separator that gives the most cells. Each is the texts of its lines.
pub fn sheets(page: &Page) -> Result<Vec<SheetTexts>, ExtractError> {
    let texts = |lines: Vec<Line>| {
        let texts = lines.into_iter().map(|(_, texts)| {
            let width = texts.keys().last().map_or(0, |last| last + 1);
            let mut line = vec![String::new(); width];
            for (column, text) in texts {
                line[column] = text;
            }
            line
        });
        texts.collect::<Vec<_>>()
    };
    if is_workbook(page) {
        let first = Spreadsheet::of_workbook(&Spreadsheet::default(), page, &[])?;
        let number = first.number.saturating_sub(1);
        let names = first.names.clone();
        let mut all = vec![(names.get(number).cloned(), texts(first.lines))];
        for (_, name) in names
            .into_iter()
            .enumerate()
            .filter(|(at, _)| *at != number)
        {
            let stated = Spreadsheet {
                sheet: Some(name.clone()),
                header_row: None,
            };
            // A chart or another sheet without rows is none.
            let lines = Spreadsheet::of_workbook(&stated, page, &[]).map(|sheet| sheet.lines);
            all.push((Some(name), texts(lines.unwrap_or_default())));
        }
        return Ok(all);
    }
    let read = SEPARATORS
        .iter()
        .filter_map(|separator| lines_of(&page.text(), *separator).ok());
    let cells = |lines: &Vec<Line>| -> usize {
        let first = lines.iter().take(HEADER_WITHIN);
        first
            .map(|(_, texts)| texts.values().filter(|text| !text.is_empty()).count())
            .sum()
    };
    // Of equal ones the first.
    let lines = read.collect::<Vec<_>>().into_iter().rev().max_by_key(cells);
    Ok(vec![(None, texts(lines.unwrap_or_default()))])
}

/// Whether a page is a workbook, and no separated values.
fn is_workbook(page: &Page) -> bool {
    let path = page.url.split(['?', '#']).next().unwrap_or_default();
    path.to_ascii_lowercase().ends_with(".xlsx") || page.body.starts_with(b"PK\x03\x04")
}

/// The lines of separated values. A line may be shorter or longer than the header.
fn lines_of(text: &str, separator: u8) -> Result<Vec<Line>, String> {
    let is_cell = |byte: &u8| *byte == separator || *byte == b'\n';
    if text.bytes().filter(|byte| is_cell(byte)).count() > bound(CELLS) {
        return Err(format!("it has more than {CELLS} cells"));
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut lines = Vec::new();
    for (record, number) in reader.records().zip(1..) {
        let record = record.map_err(|error| error.to_string())?;
        // `="3.10"` is how a text is kept from becoming a number.
        let text_of = |text: &str| {
            let text = trim(text);
            let kept = text
                .strip_prefix("=\"")
                .and_then(|text| text.strip_suffix('"'));
            kept.unwrap_or(text).to_owned()
        };
        let texts = record.iter().map(text_of).enumerate();
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
        Spreadsheet::default().rows(&page, &fields.iter().collect::<Vec<_>>())
    }

    #[test]
    fn separated_values_of_too_many_cells_or_columns_are_refused() {
        for (body, reason) in [
            (",".repeat(5_000_001), "more than 5000000 cells"),
            (
                format!("{}\n", "a,".repeat(100_000)).repeat(30),
                "4000000 comparisons",
            ),
        ] {
            let error = rows("https://a.test/x.csv", body.as_bytes(), &["v", "w"]).unwrap_err();
            assert!(error.to_string().contains(reason), "{error}");
        }
        let wide = format!("{}v,w\n{}1,2", "a,".repeat(300_000), "b,".repeat(300_000));
        let read = rows("https://a.test/x.csv", wide.as_bytes(), &["v", "w"]).unwrap();
        assert_eq!(read.rows.len(), 1);
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

    fn texts(csv: &str, stated: &str, fields: &[&str]) -> Result<String, String> {
        let page = Page::of_text("https://a.test/x.csv", csv);
        let fields: Vec<String> = fields.iter().map(ToString::to_string).collect();
        let spreadsheet: Spreadsheet = serde_json::from_str(stated).unwrap();
        let found = spreadsheet
            .rows(&page, &fields.iter().collect::<Vec<_>>())
            .map_err(|error| error.to_string())?;
        let text = |cell: &Option<Cell>| cell.as_ref().map_or("-", |cell| &*cell.text).to_owned();
        let row = |row: &Row| row.cells.iter().map(text).collect::<Vec<_>>().join(" ");
        Ok(found.rows.iter().map(row).collect::<Vec<_>>().join("/"))
    }

    #[test]
    fn the_separator_is_the_one_that_gives_the_header() {
        for csv in [
            "Version;End\n7;2027-05-31\n",
            "sep=;\nVersion;End\n7;2027-05-31\n",
            "Version,End\n=\"7\",\"=\"\"2027-05-31\"\"\"\n",
            "Version\tEnd\r\n7\t2027-05-31\r\n",
            "Version|End|Notes\n7|2027-05-31|a,b;c\n",
            "\"Version\";\"Start; planned\";\"End\"\n7;x;\"2027-05-31\"\n",
            "Version,Start; planned,End\n7,\"a;b\",2027-05-31\n",
            "Lifecycle, all; products\nVersion;End\n7;2027-05-31\n",
        ] {
            assert_eq!(
                texts(csv, "{}", &["version", "End"]).as_deref(),
                Ok("7 2027-05-31"),
                "{csv}"
            );
        }
        assert_eq!(
            texts("Version\n7;8\n", "{}", &["Version"]).as_deref(),
            Ok("7;8")
        );
        let one = texts("Version;LTS\n7;yes\n", "{}", &["Version", "End"]);
        assert_eq!(one.as_deref(), Ok("7 -"));
    }

    #[test]
    fn titles_above_the_header_are_passed_over() {
        let csv = "Product lifecycle\nVersion,of 2026\n\nVersion,End\n7,2027-05-31\n";
        assert_eq!(
            texts(csv, "{}", &["Version", "End"]).as_deref(),
            Ok("7 2027-05-31")
        );
        // Blank lines are no rows.
        let stated = texts(csv, r#"{"header_row": 2}"#, &["Version", "of 2026"]);
        assert_eq!(stated.as_deref(), Ok("Version End/7 2027-05-31"));
        assert_eq!(
            texts(csv, "{}", &["Release", "EOL"]).unwrap_err(),
            "no header with a column `Release`, `EOL` (the first row is `Product lifecycle`) on https://a.test/x.csv"
        );
        assert!(
            texts(csv, r#"{"sheet": "A"}"#, &["Version"])
                .unwrap_err()
                .contains("CSV")
        );
        assert_eq!(
            texts(csv, r#"{"header_row": 1}"#, &["Version"]).unwrap_err(),
            "no column `Version` in row 1 (the first row is `Product lifecycle`) on https://a.test/x.csv"
        );
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

    #[cfg(feature = "spreadsheet")]
    #[test]
    fn a_sheet_without_the_columns_names_the_others() {
        use super::super::workbook::tests::{cell, workbook};
        let [cover, rest] = ["About", "Version"].map(|text| {
            format!(
                "<sheetData><row r='1'>{}</row><row r='2'>{}</row></sheetData>",
                cell("A1", text),
                cell("A2", "7")
            )
        });
        let book = workbook(&[("visible", &cover), ("visible", &rest)]);
        let error = rows("https://a.test/a.xlsx", &book, &["Version"]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no header with a column `Version` in the sheet `S1` (the first row is `About`; `sheet` chooses one of `S1`, `S2`) on https://a.test/a.xlsx"
        );
        let chosen: Spreadsheet = serde_json::from_str(r#"{"sheet": "S2"}"#).unwrap();
        let page = Page::new(
            "https://a.test/a.xlsx",
            None,
            book,
            crate::page::ResponseMeta::default(),
        );
        let found = chosen.rows(&page, &[&"Version".to_owned()]).unwrap();
        assert_eq!(found.rows[0].place, Place::Row { table: 2, row: 2 });
    }
}
