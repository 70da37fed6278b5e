//! HTML tables: which ones fit a config, and the cells of their rows.
//!
//! A table fits when its header row has every column that is wanted. With many tables on
//! a page that is how the right one is found among the others, so a table that lacks one
//! column is left alone however well the rest fits; it is named when none fits.
//!
//! # Cells that span
//! A row into which a cell reaches from above, and a row that is too short as it is written,
//! are laid out as a browser does. A cell that then covers two of
//! the wanted columns is skipped: which of the two is meant is unknown. A cell across the whole
//! row is a heading, no data. Any other row is read as it is written.

pub(in crate::extract) mod column;
mod layout;

use std::collections::HashMap;

use ego_tree::NodeId;
use scraper::ElementRef;

pub use column::{Column, same_header};
use layout::{Cell, LaidOut, lay_out, span};

use super::error::{ExtractError, TableSketch};
use super::field::Rules;
use super::html::{Document, Selector, cells, select_within, selector, text_of};
use super::rows::{self, Rows, SkippedRow, Source};
use crate::page::Page;
use crate::release_data::{Place, SkipReason};
use crate::text::collapse;

/// Which rows of which tables of a page are meant.
#[derive(Debug, Clone, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TableRows {
    /// The tables, `table` unless stated.
    pub selector: Option<Selector>,
    /// The row of headers in a table, `thead tr` unless stated.
    pub header_selector: Option<Selector>,
    /// The rows of a table, `tbody tr` unless stated.
    pub rows_selector: Option<Selector>,
}

impl Source for TableRows {
    const KEYS: &'static [&'static str] = &["selector", "header_selector", "rows_selector"];
    const FIELD_KEY: &'static str = "column";
    const RULES: Rules = Rules::Table;
    type Selector = Column;

    /// The rows of every table that has all the columns.
    fn rows(&self, page: &Page, columns: &[&Column]) -> Result<Rows, ExtractError> {
        let or_usual = |own: &Option<Selector>, usual| {
            let own = own.clone();
            own.unwrap_or_else(|| selector(usual))
        };
        let tables = or_usual(&self.selector, "table");
        let header = or_usual(&self.header_selector, "thead tr");
        let rows = or_usual(&self.rows_selector, "tbody tr");
        let document = Document::parse(page, [&tables, &header, &rows])?;
        let found = tables_of(&document, &tables, &header, &rows);
        let (mut read, mut fitting) = (Rows::default(), 0);
        for table in &found {
            if let Some(places) = table.locate(columns) {
                fitting += 1;
                table.read(columns, &places, &mut read);
                continue;
            }
            let (what, names) = ("column", table.missing(columns));
            read.skipped.push(SkippedRow {
                place: Place::Table {
                    table: table.number,
                },
                raw: String::new(),
                reason: match table.headers {
                    Some(_) => SkipReason::Missing { what, names },
                    None => SkipReason::missing("header row"),
                },
            });
        }
        if fitting > 0 {
            return Ok(read);
        }
        let mut wanted = Vec::new();
        for column in columns {
            if let Column::Named(name) = column
                && !wanted.contains(name)
            {
                wanted.push(name.clone());
            }
        }
        Err(ExtractError::NoTable {
            url: page.url.clone(),
            wanted,
            tables: found.into_iter().map(Table::sketch).collect(),
            selector: tables.source().to_owned(),
        })
    }
}

/// The tables of a page, in document order, those within others too.
fn tables_of<'d>(
    document: &'d Document,
    tables: &'d Selector,
    header: &'d Selector,
    rows: &'d Selector,
) -> Vec<Table<'d>> {
    let text = |cell| collapse(&text_of(cell));
    let tables = document.select(tables).zip(1..);
    let tables = tables.map(|(element, number)| Table {
        number,
        headers: select_within(element, header)
            .next()
            .map(|row| cells(row).map(text).collect()),
        element,
        rows,
    });
    tables.collect()
}

struct Table<'d> {
    /// Its number among those that the selector finds, from 1.
    number: usize,
    /// The texts of its header row, if it has one.
    headers: Option<Vec<String>>,
    element: ElementRef<'d>,
    rows: &'d Selector,
}

/// One row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    number: usize,
    cells: Vec<Cell>,
    /// Whether one cell spans the whole row.
    heading: bool,
}

impl Table<'_> {
    /// Where the columns are, counted from 0, if all of them are there.
    fn locate(&self, columns: &[&Column]) -> Option<Vec<usize>> {
        let headers = self.headers.as_ref()?;
        columns
            .iter()
            .map(|column| match column {
                Column::Numbered(number) => Some(number - 1),
                Column::Named(name) => headers.iter().position(|header| same_header(header, name)),
            })
            .collect()
    }

    fn missing(&self, columns: &[&Column]) -> Vec<String> {
        let headers = self.headers.as_deref().unwrap_or_default();
        columns
            .iter()
            .filter_map(|column| match column {
                Column::Named(name) if !headers.iter().any(|header| same_header(header, name)) => {
                    Some(name.clone())
                }
                _ => None,
            })
            .collect()
    }

    /// Reads the rows, where the columns are at these places.
    fn read(&self, columns: &[&Column], places: &[usize], found: &mut Rows) {
        let (needed, table) = (places.iter().max().map_or(0, |most| most + 1), self.number);
        for row in self.rows(needed) {
            let place = Place::Row {
                table,
                row: row.number,
            };
            let mut skip = |cell: Option<&Cell>, reason| {
                let raw = cell.map_or_else(String::new, |cell| cell.text.clone());
                let place = place.clone();
                found.skipped.push(SkippedRow { place, raw, reason });
            };
            if row.heading {
                let reason = "one cell across the whole row is not data".into();
                skip(row.cells.first(), reason);
                continue;
            }
            let count = row.cells.len();
            if count < needed {
                let reason = SkipReason::TooFewCells {
                    found: count,
                    needed,
                };
                skip(row.cells.first(), reason);
                continue;
            }
            // Two fields may read one column; one cell must not be in two of the columns.
            let shared = |cell: &Cell| {
                let covers = |place: &usize| row.cells[*place].id == cell.id;
                let mut covered = places.iter().filter(|place| covers(place));
                let first = covered.next();
                covered.any(|other| Some(other) != first)
            };
            let wanted = || places.iter().map(|place| &row.cells[*place]);
            if let Some(cell) = wanted().find(|cell| shared(cell)) {
                skip(Some(cell), "one cell for several of the columns".into());
            }
            let cells = columns.iter().zip(wanted()).map(|(column, cell)| {
                let (row, column) = (row.number, column.label().into());
                let place = Place::Cell { table, row, column };
                let text = cell.text.clone();
                (!shared(cell)).then_some(rows::Cell { place, text })
            });
            let cells = cells.collect();
            found.rows.push(rows::Row { place, cells });
        }
    }

    /// The rows in document order; `needed` is how many cells a row must have to be read as written.
    fn rows(&self, needed: usize) -> Vec<Row> {
        let width = self.headers.as_ref().map_or(0, Vec::len);
        // Parts of the table laid out so far: each is laid out once, however many rows need it.
        let mut parts: HashMap<NodeId, HashMap<NodeId, LaidOut>> = HashMap::new();
        select_within(self.element, self.rows)
            .zip(1..)
            .map(|(row, number)| {
                let written: Vec<Cell> = cells(row).map(Cell::of).collect();
                let heading = written.len() == 1
                    && width > 1
                    && cells(row).any(|cell| span(cell, "colspan") >= width);
                let Some(part) = row.parent().and_then(ElementRef::wrap) else {
                    return Row {
                        number,
                        cells: written,
                        heading,
                    };
                };
                let lines = parts
                    .entry(part.id())
                    .or_insert_with(|| lay_out(part, width));
                let cells = match lines.remove(&row.id()) {
                    Some(line) if line.reached || written.len() < needed => line.cells,
                    _ => written,
                };
                Row {
                    number,
                    cells,
                    heading,
                }
            })
            .collect()
    }

    fn sketch(self) -> TableSketch {
        TableSketch {
            number: self.number,
            headers: self.headers,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::column::WIDEST;
    use super::*;

    fn find(columns: &[Column], page: &str) -> Result<Rows, ExtractError> {
        let columns: Vec<&Column> = columns.iter().collect();
        TableRows::default().rows(&Page::of_text("https://a.test/", page), &columns)
    }

    fn rows(page: &str) -> Vec<Vec<String>> {
        let document = Document::parse(&Page::of_text("https://a.test/", page), []).unwrap();
        let (table, header, row) = (
            selector("table"),
            selector("thead tr"),
            selector("tbody tr"),
        );
        let tables = tables_of(&document, &table, &header, &row);
        let rows = tables.iter().flat_map(|table| table.rows(3));
        rows.filter(|row| !row.heading)
            .map(|row| row.cells.into_iter().map(|cell| cell.text).collect())
            .collect()
    }

    fn table(rows: &str) -> String {
        format!("<table><thead><tr><th>V<th>From<th>To</thead>{rows}</table>")
    }

    #[test]
    fn a_header_is_found_by_its_words() {
        assert!(same_header(" End\n of\u{a0}Life ", "end of life"));
        assert!(same_header("Apache Kafka®", "apache kafkaâ®"));
        assert!(same_header("Apache KafkaÂ®", "Apache Kafka®"));
        assert!(!same_header("End of Life1", "End of Life"));
    }

    #[test]
    fn a_row_is_read_as_written_where_it_has_cells_enough() {
        assert_eq!(
            rows(&table("<tr><td colspan=2>1<td>a<td>b")),
            [["1", "a", "b"]]
        );
    }

    #[test]
    fn a_cell_that_spans_rows_is_in_each() {
        let page = table("<tr><td>1<td rowspan=2>a<td>b<tr><td>2<td>c<tr><td>3<td>d<td>e");
        assert_eq!(
            rows(&page),
            [["1", "a", "b"], ["2", "a", "c"], ["3", "d", "e"]]
        );
    }

    #[test]
    fn a_row_with_cells_enough_is_laid_out_where_another_reaches_into_it() {
        let page = table("<tr><td>1<td rowspan=2>a<td>b<tr><td>2<td>c<td>more");
        assert_eq!(rows(&page)[1], ["2", "a", "c", "more"]);
    }

    #[test]
    fn a_cell_that_covers_two_wanted_columns_is_skipped() {
        let page = table("<tr><td>1<td colspan=2>2024-01-31");
        let found = find(&[named("v"), named("from"), named("to")], &page).unwrap();
        assert_eq!(texts(&found, 0), [Some("1"), None, None]);
        assert_eq!(
            found.skipped[0].reason.to_string(),
            "one cell for several of the columns"
        );
        let found = find(&[named("v"), named("to")], &page).unwrap();
        assert_eq!(texts(&found, 0), [Some("1"), Some("2024-01-31")]);
    }

    #[test]
    fn a_cell_across_the_row_is_a_heading() {
        assert_eq!(
            rows(&table(
                "<tr><td colspan='100%'>PostgreSQL 17<tr><td>1<td>a<td>b"
            )),
            [["1", "a", "b"]]
        );
    }

    #[test]
    fn a_short_row_stays_short() {
        assert_eq!(rows(&table("<tr><td>1<td>a")), [["1", "a"]]);
    }

    #[test]
    fn a_hostile_span_is_bounded() {
        let cells = rows(&table(
            "<tr><td colspan=999999 rowspan=999999>1<td>a<tr><td>2",
        ));
        assert!(cells.iter().all(|row| row.len() <= WIDEST));
        assert_eq!(cells.len(), 2);
    }

    fn texts(found: &Rows, row: usize) -> Vec<Option<&str>> {
        let cells = found.rows[row].cells.iter();
        cells.map(|cell| Some(&*cell.as_ref()?.text)).collect()
    }

    fn named(name: &str) -> Column {
        Column::Named(name.into())
    }

    #[test]
    fn cells_come_in_the_order_of_the_columns() {
        let page = table("<tr><td>1<td>a<td>b<tr><td>2");
        let found = find(&[named("to"), Column::Numbered(1)], &page).unwrap();
        assert_eq!(texts(&found, 0), [Some("b"), Some("1")]);
        assert_eq!(found.rows.len(), 1);
        assert_eq!(found.rows[0].place, Place::Row { table: 1, row: 1 });
        assert_eq!(
            found.skipped[0].reason.to_string(),
            "1 cells where 3 are needed"
        );
        assert_eq!(found.skipped[0].place, Place::Row { table: 1, row: 2 });
    }

    #[test]
    fn a_table_that_lacks_a_column_does_not_fit() {
        let page = format!(
            "{}{}",
            table("<tr><td>1<td>a<td>b"),
            "<table><thead><tr><td>V<td>Until</thead><tr><td>2<td>c</table>"
        );
        let found = find(&[named("v"), named("until")], &page).unwrap();
        assert_eq!(texts(&found, 0), [Some("2"), Some("c")]);
        assert_eq!(found.rows.len(), 1);
        assert_eq!(found.rows[0].place, Place::Row { table: 2, row: 1 });
        assert_eq!(found.skipped[0].reason.to_string(), "no column `until`");
    }

    #[test]
    fn an_error_about_a_page_without_a_fitting_table_lists_its_tables() {
        let error = find(&[named("Version"), named("Fro m")], &table("")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no table with columns `Version`, `Fro m` on https://a.test/"
        );
        assert_eq!(
            error.details(),
            [
                "the closest header to `Fro m` is `From` in table 1",
                "table 1 has `V`, `From`, `To`",
            ]
        );
    }

    #[test]
    fn only_columns_that_no_table_has_are_reported() {
        let message = |columns: &[Column], page: &str| find(columns, page).unwrap_err().to_string();
        let other = "<table><thead><tr><td>V<td>Until</thead><tr><td>2<td>c</table>";
        let page = format!("{}{other}", table(""));
        assert_eq!(
            message(&[named("v"), named("ends"), Column::Numbered(1)], &page),
            "no table with column `ends` on https://a.test/"
        );
        assert_eq!(
            message(&[named("from"), named("until"), named("from")], &page),
            "no table with all of `from`, `until` on https://a.test/"
        );
        assert_eq!(
            message(&[Column::Numbered(1)], "<table><tr><td>1</table>"),
            "no table with a header row on https://a.test/"
        );
        assert_eq!(
            message(&[named("v")], "<p>Moved.</p>"),
            "no table on https://a.test/: nothing there matches `table`"
        );
    }
}
