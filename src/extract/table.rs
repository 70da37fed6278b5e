//! HTML tables: which ones fit a config, and the cells of their rows.
//!
//! A table fits when its header row has every column that is wanted. With many tables on
//! a page that is how the right one is told from the others, so a table that lacks one
//! column is left alone however well the rest fits; it is named when none fits.
//!
//! # Cells that span
//! The predecessor counts the cells that are written, so a cell that spans rows or
//! columns shifts all that follow it into the wrong columns. Here a row that has fewer
//! cells than the header is laid out as a browser would before it is read, and a cell
//! across the whole width is a heading, no data. A row with cells enough is read as it is
//! written, as the predecessor reads it.

use std::collections::HashMap;

use ego_tree::NodeId;
use scraper::ElementRef;

use super::TableSketch;
use super::html::{Document, Selector, cells, is_cell, select_within, trimmed_text_of};
use crate::page::latin1_reading;
use crate::text::collapse;

/// The most columns that a cell is believed to span.
const WIDEST: usize = 200;

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

/// The selectors that find tables, their header and their rows.
#[derive(Debug, Clone)]
pub struct Layout {
    /// Finds the tables of the page.
    pub tables: Selector,
    /// Finds the header row in a table: its first match.
    pub header: Selector,
    /// Finds the rows in a table.
    pub rows: Selector,
}

impl Layout {
    /// A layout in which what is not stated is as in most tables.
    pub fn or_standard(
        tables: Option<Selector>,
        header: Option<Selector>,
        rows: Option<Selector>,
    ) -> Self {
        let standard = |source| Selector::new(source).expect("a valid selector");
        Self {
            tables: tables.unwrap_or_else(|| standard("table")),
            header: header.unwrap_or_else(|| standard("thead tr")),
            rows: rows.unwrap_or_else(|| standard("tbody tr")),
        }
    }

    /// Parses a page of which tables are asked.
    pub fn parse(&self, page: &str) -> Document {
        Document::parse(page, [&self.tables, &self.header, &self.rows])
    }

    /// The tables of a page, in document order, those within others too.
    pub fn tables<'d>(&'d self, document: &'d Document) -> Vec<Table<'d>> {
        document
            .select(&self.tables)
            .zip(1..)
            .map(|(element, number)| {
                let header = select_within(element, &self.header).next();
                let headers = header.map(|row| {
                    cells(row)
                        .map(|cell| collapse(&trimmed_text_of(cell)))
                        .collect()
                });
                Table {
                    number,
                    headers,
                    element,
                    rows: &self.rows,
                }
            })
            .collect()
    }
}

/// One table of a page.
pub struct Table<'d> {
    /// Its number among those that the selector finds, from 1.
    pub number: usize,
    /// The texts of its header row, if it has one.
    pub headers: Option<Vec<String>>,
    element: ElementRef<'d>,
    rows: &'d Selector,
}

/// One row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number among those that the selector finds, from 1.
    pub number: usize,
    /// The texts of its cells, trimmed.
    pub cells: Vec<String>,
    /// Whether one cell stands across the whole row.
    pub heading: bool,
}

impl Table<'_> {
    /// Where the columns are, counted from 0, if all of them are there.
    pub fn locate<'c>(&self, columns: impl IntoIterator<Item = &'c Column>) -> Option<Vec<usize>> {
        let headers = self.headers.as_ref()?;
        columns
            .into_iter()
            .map(|column| match column {
                Column::Numbered(number) => Some(number - 1),
                Column::Named(name) => headers.iter().position(|header| same_header(header, name)),
            })
            .collect()
    }

    /// The columns that are not there, by their names.
    pub fn missing<'c>(&self, columns: impl IntoIterator<Item = &'c Column>) -> Vec<String> {
        let headers = self.headers.as_deref().unwrap_or_default();
        columns
            .into_iter()
            .filter_map(|column| match column {
                Column::Named(name) if !headers.iter().any(|header| same_header(header, name)) => {
                    Some(name.clone())
                }
                _ => None,
            })
            .collect()
    }

    /// The rows in document order.
    pub fn rows(&self) -> Vec<Row> {
        let width = self.headers.as_ref().map_or(0, Vec::len);
        // Parts of the table laid out so far: each is laid out once, however many short rows it has.
        let mut parts: HashMap<NodeId, HashMap<NodeId, Vec<String>>> = HashMap::new();
        select_within(self.element, self.rows)
            .zip(1..)
            .map(|(row, number)| {
                let written: Vec<String> = cells(row).map(trimmed_text_of).collect();
                let part = row
                    .parent()
                    .and_then(ElementRef::wrap)
                    .filter(|_| written.len() < width);
                let Some(part) = part else {
                    return Row {
                        number,
                        cells: written,
                        heading: false,
                    };
                };
                let heading = written.len() == 1
                    && width > 1
                    && cells(row).any(|cell| span(cell, "colspan") >= width);
                let laid_out = parts
                    .entry(part.id())
                    .or_insert_with(|| lay_out(part, width));
                Row {
                    number,
                    cells: laid_out.remove(&row.id()).unwrap_or(written),
                    heading,
                }
            })
            .collect()
    }

    /// The table as an error shows it.
    pub fn sketch(&self) -> TableSketch {
        TableSketch {
            number: self.number,
            headers: self.headers.clone(),
        }
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

/// The cells of each row of a part of a table by column: a cell that spans rows or columns
/// stands in each that it covers.
fn lay_out(part: ElementRef<'_>, width: usize) -> HashMap<NodeId, Vec<String>> {
    // Of each column, the text that reaches down into it and for how many more rows.
    let mut reaching: Vec<Option<(String, usize)>> = Vec::new();
    let mut lines = HashMap::new();
    for row in part
        .child_elements()
        .filter(|element| &*element.value().name.local == "tr")
    {
        let mut line: Vec<String> = Vec::new();
        let mut own = row.child_elements().filter(|cell| is_cell(*cell));
        while line.len() < WIDEST {
            let column = line.len();
            if let Some(Some((text, _))) = reaching.get(column) {
                line.push(text.clone());
            } else if let Some(cell) = own.next() {
                let text = trimmed_text_of(cell);
                let (columns, rows) = (span(cell, "colspan").min(width), span(cell, "rowspan"));
                for covered in column..(column + columns).min(WIDEST) {
                    line.push(text.clone());
                    if rows > 1 {
                        reaching.resize(reaching.len().max(covered + 1), None);
                        reaching[covered] = Some((text.clone(), rows));
                    }
                }
            } else if reaching.iter().skip(column).any(Option::is_some) {
                line.push(String::new());
            } else {
                break;
            }
        }
        for reach in &mut reaching {
            *reach = reach
                .take()
                .filter(|(_, rows)| *rows > 1)
                .map(|(text, rows)| (text, rows - 1));
        }
        lines.insert(row.id(), line);
    }
    lines
}

/// How many rows or columns a cell spans; 1 where it does not say.
fn span(cell: ElementRef<'_>, attribute: &str) -> usize {
    let digits: String = cell
        .attr(attribute)
        .unwrap_or("1")
        .trim()
        .chars()
        .take_while(char::is_ascii_digit)
        .take(6)
        .collect();
    digits.parse().unwrap_or(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(page: &str) -> Vec<Vec<String>> {
        let layout = Layout::or_standard(None, None, None);
        let document = layout.parse(page);
        let tables = layout.tables(&document);
        tables
            .iter()
            .flat_map(|table| {
                table
                    .rows()
                    .into_iter()
                    .filter(|row| !row.heading)
                    .map(|row| row.cells)
                    .collect::<Vec<_>>()
            })
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
    fn a_cell_that_spans_columns_stands_in_each() {
        assert_eq!(
            rows(&table(
                "<tr><td>1<td colspan=2>a<tr><td rowspan='2'>2<td>b<td>c<tr><td colspan=2>d"
            )),
            [["1", "a", "a"], ["2", "b", "c"], ["2", "d", "d"]]
        );
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

    #[test]
    fn a_table_that_lacks_a_column_does_not_fit() {
        let layout = Layout::or_standard(None, None, None);
        let document = layout.parse(&table(""));
        let tables = layout.tables(&document);
        let named = |name: &str| Column::Named(name.into());
        assert_eq!(
            tables[0].locate(&[named("to"), Column::Numbered(9), named("v")]),
            Some(vec![2, 8, 0])
        );
        assert_eq!(tables[0].locate(&[named("v"), named("until")]), None);
        assert_eq!(tables[0].missing(&[named("v"), named("until")]), ["until"]);
    }
}
