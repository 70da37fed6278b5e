//! HTML tables: which ones fit a config, and the cells of their rows.
//!
//! A table fits when its header row has every column that is wanted. With many tables on
//! a page that is how the right one is told from the others, so a table that lacks one
//! column is left alone however well the rest fits; it is named when none fits.
//!
//! # Cells that span
//! A row into which a cell reaches from above, and a row that is too short as it is written,
//! are laid out as a browser does. A cell that then covers two of the wanted columns says which it means for
//! neither, and gives nothing. A cell across the whole row is a heading, no data. Any other
//! row is read as it is written.

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

    fn rows(&self, page: &Page, fields: &[&Column]) -> Result<Rows, ExtractError> {
        let query = Query::new(
            self.selector.clone(),
            self.header_selector.clone(),
            self.rows_selector.clone(),
            fields.iter().map(|column| (*column).clone()).collect(),
        );
        let found = query.find(&page.url, &page.text())?;
        let row = |FoundRow { table, row, cells }| {
            let cells = fields.iter().zip(cells).map(|(column, text)| {
                let column = column.label().into();
                let place = Place::Cell { table, row, column };
                text.map(|text| rows::Cell { place, text })
            });
            rows::Row {
                place: Place::Row { table, row },
                cells: cells.collect(),
            }
        };
        Ok(Rows {
            rows: found.rows.into_iter().map(row).collect(),
            skipped: found.skipped,
        })
    }
}

/// What is wanted of the tables of a page.
#[derive(Debug, Clone)]
pub struct Query {
    /// Finds the tables of the page.
    pub tables: Selector,
    /// Finds the header row in a table: its first match.
    pub header: Selector,
    /// Finds the rows in a table.
    pub rows: Selector,
    /// The columns that a table must have.
    pub columns: Vec<Column>,
}

/// A row of a table that fits: its cells in the order of the columns that were wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRow {
    /// The number of the table among those that the selector finds, from 1.
    pub table: usize,
    /// The number of the row among those that the selector finds, from 1.
    pub row: usize,
    /// The texts of the wanted cells, trimmed; none of a cell that is that of several columns.
    pub cells: Vec<Option<String>>,
}

/// The rows of the tables that fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The rows, in document order.
    pub rows: Vec<FoundRow>,
    /// What was passed over.
    pub skipped: Vec<SkippedRow>,
    /// How many tables fit.
    pub fitting: usize,
}

impl Query {
    /// A query in which what is not stated is as in most tables.
    pub fn new(
        tables: Option<Selector>,
        header: Option<Selector>,
        rows: Option<Selector>,
        columns: Vec<Column>,
    ) -> Self {
        Self {
            tables: tables.unwrap_or_else(|| selector("table")),
            header: header.unwrap_or_else(|| selector("thead tr")),
            rows: rows.unwrap_or_else(|| selector("tbody tr")),
            columns,
        }
    }

    /// The rows of every table of a page that has all the columns.
    pub fn find(&self, url: &str, page: &str) -> Result<Found, ExtractError> {
        let document = Document::parse(page, [&self.tables, &self.header, &self.rows]);
        let tables: Vec<Table<'_>> = self.tables_of(&document).collect();
        let mut found = Found {
            rows: Vec::new(),
            skipped: Vec::new(),
            fitting: 0,
        };
        for table in &tables {
            match table.locate(&self.columns) {
                Some(places) => {
                    found.fitting += 1;
                    found.take(table, &places);
                }
                None => found.skipped.push(SkippedRow {
                    place: Place::Table {
                        table: table.number,
                    },
                    raw: String::new(),
                    reason: match table.headers {
                        Some(_) => SkipReason::Missing {
                            what: "column",
                            names: table.missing(&self.columns),
                        },
                        None => SkipReason::missing("header row"),
                    },
                }),
            }
        }
        if found.fitting > 0 {
            return Ok(found);
        }
        Err(ExtractError::NoTable {
            url: url.to_owned(),
            wanted: self.names(),
            tables: tables.into_iter().map(Table::sketch).collect(),
            selector: self.tables.source().to_owned(),
        })
    }

    /// The headers that are wanted, each once.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for column in &self.columns {
            if let Column::Named(name) = column
                && !names.contains(name)
            {
                names.push(name.clone());
            }
        }
        names
    }

    /// The tables of a page, in document order, those within others too.
    fn tables_of<'d>(&'d self, document: &'d Document) -> impl Iterator<Item = Table<'d>> {
        document
            .select(&self.tables)
            .zip(1..)
            .map(|(element, number)| {
                let header = select_within(element, &self.header).next();
                let headers =
                    header.map(|row| cells(row).map(|cell| collapse(&text_of(cell))).collect());
                Table {
                    number,
                    headers,
                    element,
                    rows: &self.rows,
                }
            })
    }
}

impl Found {
    /// Takes the rows of a table whose columns are at these places.
    fn take(&mut self, table: &Table<'_>, places: &[usize]) {
        let needed = places.iter().max().map_or(0, |most| most + 1);
        for row in table.rows(needed) {
            let place = Place::Row {
                table: table.number,
                row: row.number,
            };
            let reason = if row.heading {
                "one cell across the whole row is not data".into()
            } else if row.cells.len() < needed {
                let found = row.cells.len();
                SkipReason::TooFewCells { found, needed }
            } else {
                // Two fields may read one column; one cell must not stand in two of the columns.
                let shared = |cell: &Cell| {
                    let covers = |place: &usize| row.cells[*place].id == cell.id;
                    let mut covered = places.iter().filter(|place| covers(place));
                    covered
                        .next()
                        .is_some_and(|first| covered.any(|other| other != first))
                };
                let wanted = || places.iter().map(|place| &row.cells[*place]);
                if let Some(cell) = wanted().find(|cell| shared(cell)) {
                    self.skipped.push(SkippedRow {
                        place,
                        raw: cell.text.clone(),
                        reason: "one cell for several of the columns".into(),
                    });
                }
                let cells = wanted()
                    .map(|cell| (!shared(cell)).then(|| cell.text.clone()))
                    .collect();
                self.rows.push(FoundRow {
                    table: table.number,
                    row: row.number,
                    cells,
                });
                continue;
            };
            let raw = row
                .cells
                .into_iter()
                .next()
                .map_or_else(String::new, |cell| cell.text);
            self.skipped.push(SkippedRow { place, raw, reason });
        }
    }
}

/// One table of a page.
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
    /// Whether one cell stands across the whole row.
    heading: bool,
}

impl Table<'_> {
    /// Where the columns are, counted from 0, if all of them are there.
    fn locate(&self, columns: &[Column]) -> Option<Vec<usize>> {
        let headers = self.headers.as_ref()?;
        columns
            .iter()
            .map(|column| match column {
                Column::Numbered(number) => Some(number - 1),
                Column::Named(name) => headers.iter().position(|header| same_header(header, name)),
            })
            .collect()
    }

    /// The columns that are not there, by their names.
    fn missing(&self, columns: &[Column]) -> Vec<String> {
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

    /// The table as an error shows it.
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

    fn query(columns: Vec<Column>) -> Query {
        Query::new(None, None, None, columns)
    }

    fn rows(page: &str) -> Vec<Vec<String>> {
        let query = query(Vec::new());
        let document = Document::parse(page, []);
        let tables: Vec<Table<'_>> = query.tables_of(&document).collect();
        let rows = tables.iter().flat_map(|table| table.rows(3));
        rows.filter(|row| !row.heading)
            .map(|row| row.cells.into_iter().map(|cell| cell.text).collect())
            .collect()
    }

    fn table(rows: &str) -> String {
        format!("<table><thead><tr><th>V<th>From<th>To</thead>{rows}</table>")
    }

    #[test]
    fn a_header_is_told_by_its_words() {
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
    fn a_cell_that_spans_rows_stands_in_each() {
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
    fn a_cell_that_covers_two_wanted_columns_gives_nothing() {
        let all = vec![named("v"), named("from"), named("to")];
        let found = query(all)
            .find("u", &table("<tr><td>1<td colspan=2>2024-01-31"))
            .unwrap();
        assert_eq!(found.rows[0].cells, [Some("1".into()), None, None]);
        assert_eq!(
            found.skipped[0].reason.to_string(),
            "one cell for several of the columns"
        );
        let some = vec![named("v"), named("to")];
        let found = query(some)
            .find("u", &table("<tr><td>1<td colspan=2>2024-01-31"))
            .unwrap();
        assert_eq!(found.rows[0].cells, texts(["1", "2024-01-31"]));
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

    fn texts(texts: [&str; 2]) -> Vec<Option<String>> {
        texts.map(|text| Some(text.to_owned())).to_vec()
    }

    fn named(name: &str) -> Column {
        Column::Named(name.into())
    }

    #[test]
    fn cells_come_in_the_order_of_the_columns() {
        let found = query(vec![named("to"), Column::Numbered(1)])
            .find("u", &table("<tr><td>1<td>a<td>b<tr><td>2"))
            .unwrap();
        assert_eq!(
            found.rows,
            [FoundRow {
                table: 1,
                row: 1,
                cells: texts(["b", "1"])
            }]
        );
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
        let found = query(vec![named("v"), named("until")])
            .find("u", &page)
            .unwrap();
        assert_eq!(
            found.rows,
            [FoundRow {
                table: 2,
                row: 1,
                cells: texts(["2", "c"])
            }]
        );
        assert_eq!(found.skipped[0].reason.to_string(), "no column `until`");
    }

    #[test]
    fn a_page_without_a_fitting_table_says_what_it_has() {
        let error = query(vec![named("Version"), named("Fro m")])
            .find("https://a.test/", &table(""))
            .unwrap_err();
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
    fn only_the_columns_that_no_table_has_are_missed() {
        let message = |columns: Vec<Column>, page: &str| {
            let error = query(columns).find("https://a.test/", page);
            error.unwrap_err().to_string()
        };
        let other = "<table><thead><tr><td>V<td>Until</thead><tr><td>2<td>c</table>";
        let page = format!("{}{other}", table(""));
        assert_eq!(
            message(vec![named("v"), named("ends"), Column::Numbered(1)], &page),
            "no table with column `ends` on https://a.test/"
        );
        assert_eq!(
            message(vec![named("from"), named("until"), named("from")], &page),
            "no table with all of `from`, `until` on https://a.test/"
        );
        assert_eq!(
            message(vec![Column::Numbered(1)], "<table><tr><td>1</table>"),
            "no table with a header row on https://a.test/"
        );
        assert_eq!(
            message(vec![named("v")], "<p>Moved.</p>"),
            "no table on https://a.test/: nothing there matches `table`"
        );
    }
}
