//! HTML tables: which ones fit a config, and the cells of their rows.
//!
//! A table fits when its header row has every column that is wanted. With many tables on
//! a page that is how the right one is found among the others, so a table that lacks one
//! column is left alone however well the rest fits; it is named when none fits.
//!
//! # The header
//! Where no row is configured, the header is the first row of `thead`, or of a table without one the
//! first row, if all its cells are `th`. It is laid out as a browser does: what comes after a cell
//! with `colspan` is further on, and a cell with `rowspan` is over the rows below it too. A
//! column that the row does not name, while it names another, is looked for in the other rows of
//! `thead`, and in those into which the row reaches.
//!
//! A header that is there twice makes a folded table: its parts are read one after the other. Where
//! only some of the wanted headers are there twice, the first column is read, and a cell gives nothing
//! where another column of the same header gives a different day.
//!
//! # Cells that span
//! A row is laid out as a browser does, `rowspan="0"` to the end of its part of the table, where it
//! is then as wide as the header is, where a cell reaches into it from above, and where it is too
//! short as it is written. Any other row is read as it is written, under a header as it is written.
//! A cell under several of the wanted columns gives its day to the one field that is a day, or to
//! all on which something ends; whose text it is it does not say, and so it gives none. A cell
//! across the whole row is a heading, no data. The cells and rows of a table within a cell belong
//! to neither the row nor the table.

pub(in crate::extract) mod column;
mod layout;
mod table_element;

use scraper::ElementRef;

use column::Places;
pub use column::{Column, same_header};
pub use layout::laid_out;
use layout::{Header, is_in_head, is_row};
use table_element::{Table, needed, table_of};

use super::error::{ExtractError, TableSketch};
use super::field::Rules;
use super::html::{
    Document, Selector, cells, day_attributes_of, select_within, selector, trimmed_text_of,
};
use super::rows::{Cell, Row, Rows, SkippedRow, Source};
use crate::bounds::bound;
use crate::page::Page;
use crate::release_data::{Place, SkipReason};

/// Which rows of which tables of a page are meant.
#[derive(Debug, Clone, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TableRows {
    /// The tables, `table` unless stated.
    pub selector: Option<Selector>,
    /// The row of headers in a table; unless stated, the first of `thead`, or a first row of `th`.
    pub header_selector: Option<Selector>,
    /// The rows of a table, `tbody tr` unless stated.
    pub rows_selector: Option<Selector>,
}

impl Source for TableRows {
    const KEYS: &'static [&'static str] = &["selector", "header_selector", "rows_selector"];
    const FIELD_KEY: &'static str = "column";
    const RULES: Rules = Rules::Table;
    type Selector = Column;

    fn rows(&self, page: &Page, columns: &[&Column]) -> Result<Rows, ExtractError> {
        let query = Query::new(
            self.selector.clone(),
            self.header_selector.clone(),
            self.rows_selector.clone(),
            columns.iter().map(|column| (*column).clone()).collect(),
        );
        query.find(page)
    }
}

/// The tables of a page with their headers, and with another row of the head that may be it.
pub fn sketches(page: &Page) -> Result<Vec<TableSketch>, ExtractError> {
    let query = Query::new(None, None, None, Vec::new());
    let document = Document::parse(page, [&query.tables, &query.rows])?;
    let elements: Vec<_> = document.select(&query.tables).collect();
    document
        .steps()
        .check_nesting(page, &query.tables, &elements)?;
    let tables = query.tables_of(elements).map(Table::sketch);
    Ok(tables.collect())
}

/// How often what a page holds may be in its tables again, as cells span.
const AGAIN: usize = 8;

/// How often a column that is wanted may be compared with a cell of a header.
const COMPARED: usize = 4_000_000;

/// What is wanted of the tables of a page.
struct Query {
    tables: Selector,
    /// Finds the header row in a table: its first match. Where none is stated, the table tells.
    header: Option<Selector>,
    rows: Selector,
    columns: Vec<Column>,
}

impl Query {
    /// A query in which what is not stated is as in most tables.
    fn new(
        tables: Option<Selector>,
        header: Option<Selector>,
        rows: Option<Selector>,
        columns: Vec<Column>,
    ) -> Self {
        Self {
            tables: tables.unwrap_or_else(|| selector("table")),
            header,
            rows: rows.unwrap_or_else(|| selector("tbody tr")),
            columns,
        }
    }

    /// The rows of every table of a page that has all the columns.
    fn find(&self, page: &Page) -> Result<Rows, ExtractError> {
        let selectors = [Some(&self.tables), self.header.as_ref(), Some(&self.rows)];
        let document = Document::parse(page, selectors.into_iter().flatten())?;
        let steps = document.steps();
        steps.check(page, &self.tables)?;
        let elements: Vec<_> = document.select(&self.tables).collect();
        steps.check_nesting(page, &self.tables, &elements)?;
        for selector in [self.header.as_ref(), Some(&self.rows)]
            .into_iter()
            .flatten()
        {
            steps.check_within(page, selector, &elements)?;
        }
        let tables: Vec<Table<'_>> = self.tables_of(elements).collect();
        let headers = tables.iter().filter_map(|table| table.header.as_ref());
        let headings: usize = headers.map(Header::cells).sum();
        if headings * self.columns.len() > bound(COMPARED) {
            let columns = self.columns.len();
            let bound = format!(
                "has {headings} cells in headers, too many to look for {columns} columns; state \
                 which tables are meant by `selector`"
            );
            return Err(ExtractError::bound(page, bound));
        }
        let columns = self.columns.len().max(1);
        let mut left = bound(AGAIN).saturating_mul((page.text().len() + 1_000) * columns);
        let (mut found, mut fitting) = (Rows::default(), 0);
        for table in &tables {
            match table.locate(&self.columns) {
                Some(places) => {
                    fitting += 1;
                    let taken = self.take(table, &places, &mut left, &mut found);
                    taken.ok_or_else(|| ExtractError::Format {
                        url: page.url.clone(),
                        format: "a page of tables",
                        reason: "their cells span too many rows".to_owned(),
                    })?;
                }
                None => found.skipped.push(SkippedRow {
                    place: Place::Table {
                        table: table.number,
                    },
                    raw: String::new(),
                    reason: match table.header {
                        Some(_) => SkipReason::Missing {
                            what: "column",
                            names: table.missing(&self.columns),
                        },
                        None => SkipReason::missing("header row"),
                    },
                }),
            }
        }
        if fitting > 0 {
            return Ok(found);
        }
        Err(ExtractError::NoTable {
            url: page.url.clone(),
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
    fn tables_of<'d>(&'d self, elements: Vec<ElementRef<'d>>) -> impl Iterator<Item = Table<'d>> {
        elements
            .into_iter()
            .zip(1..)
            .map(|(element, number)| Table {
                number,
                header: self.header_of(element),
                element,
                is_stated: self.header.is_some(),
                selector: &self.rows,
                columns: &self.columns,
            })
    }

    /// The header of a table; that of a table within it only where it has none itself.
    fn header_of<'d>(&'d self, element: ElementRef<'d>) -> Option<Header<'d>> {
        let is_own = |row: &ElementRef<'_>| table_of(*row) == Some(element.id());
        let rows = || element.descendent_elements().filter(is_row);
        let heads: Vec<ElementRef<'d>> = match &self.header {
            Some(selector) => select_within(element, selector).collect(),
            None => rows().filter(|row| is_in_head(*row)).collect(),
        };
        let names = || {
            let of_names =
                |row: &ElementRef<'_>| cells(*row).all(|cell| cell.value().name() == "th");
            let found = rows()
                .filter(is_own)
                .find(|row| cells(*row).nth(1).is_some());
            found.filter(|row| self.header.is_none() && of_names(row))
        };
        let own = heads.iter().copied().find(is_own);
        let row = own.or_else(names).or(heads.first().copied());
        row.map(Header::of)
    }

    /// Takes the rows of a table whose columns are at these places, in a row that is laid out and
    /// in one that is read as written; not if their nodes and texts are more than what is left.
    fn take(
        &self,
        table: &Table<'_>,
        (laid_out, written): &(Places, Places),
        left: &mut usize,
        found: &mut Rows,
    ) -> Option<()> {
        for row in table.rows(laid_out, written) {
            let text = |at: usize| row.cell(at).map(trimmed_text_of).unwrap_or_default();
            let parts = if row.laid_out { laid_out } else { written };
            let needed = needed(&parts[0]);
            let reason = if row.heading {
                Some("one cell across the whole row is not data".into())
            } else {
                let found = row.width;
                (found < needed).then_some(SkipReason::TooFewCells { found, needed })
            };
            *left = left.checked_sub(row.nodes())?;
            if let Some(reason) = reason {
                let (table, row) = (table.number, row.number);
                let place = Place::Row { table, row };
                let raw = text(0);
                *left = left.checked_sub(raw.len())?;
                found.skipped.push(SkippedRow { place, raw, reason });
                continue;
            }
            for (columns, part) in parts.iter().zip(1..) {
                let id = |place: usize| row.cell(place).map(|cell| cell.id());
                let cells = columns.iter().zip(&self.columns).map(|(places, column)| {
                    let (at, own) = (places[0], id(places[0]));
                    // Two fields may read one column; one cell must not be in two of the columns.
                    let mut others = columns.iter().filter(|other| other[0] != at);
                    let beside = places
                        .windows(2)
                        .map(|pair| (id(pair[0]), id(pair[1]), pair[1]));
                    let beside = beside.filter(|(before, id, _)| id != before && *id != own);
                    let column = match part {
                        1 => column.label().into(),
                        part => format!("{} ({part})", column.label()).into(),
                    };
                    let (table, number) = (table.number, row.number);
                    Cell {
                        place: Place::Cell {
                            table,
                            row: number,
                            column,
                        },
                        text: text(at),
                        shared: own.is_some() && others.any(|other| id(other[0]) == own),
                        others: beside.map(|(.., at)| text(at)).collect(),
                        attributes: row.cell(at).map(day_attributes_of).unwrap_or_default(),
                    }
                });
                let cells: Vec<Cell> = cells.collect();
                let texts = cells
                    .iter()
                    .flat_map(|cell| cell.others.iter().chain([&cell.text]));
                let length: usize = texts.map(String::len).sum();
                *left = left.checked_sub(length)?;
                // The last rows of a folded table may be short.
                if part == 1 || length > 0 {
                    let (table, row) = (table.number, row.number);
                    found.rows.push(Row {
                        place: Place::Row { table, row },
                        cells: cells.into_iter().map(Some).collect(),
                    });
                }
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(columns: Vec<Column>) -> Query {
        Query::new(None, None, None, columns)
    }

    fn cell(found: &Rows, row: usize, column: usize) -> &Cell {
        found.rows[row].cells[column].as_ref().unwrap()
    }

    fn texts(found: &Rows) -> Vec<Vec<&str>> {
        let rows = found.rows.iter();
        rows.map(|row| row.cells.iter().flatten().map(|cell| &*cell.text).collect())
            .collect()
    }

    #[test]
    fn a_long_heading_over_many_rows_is_refused() {
        let long = "x".repeat(10_000);
        let page = format!(
            "<table><thead><tr><th>A<th>B</thead><tbody><tr><td colspan=2 rowspan=9999>{long}{}</table>",
            "<tr>".repeat(2_000)
        );
        let found = query(vec![named("A"), named("B")]).find(&Page::of_text("u", page));
        let error = found.map(|found| found.skipped.len()).unwrap_err();
        assert!(error.to_string().contains("span too many rows"), "{error}");
    }

    #[test]
    fn tables_that_are_in_one_another_without_end_are_refused() {
        let nested = |depth: usize| {
            let open = "<table><thead><tr><th>v<th>a<tbody><tr><td>1<td>".repeat(depth);
            let page = Page::of_text("u", format!("{open}2"));
            query(vec![named("v"), named("a")]).find(&page)
        };
        assert_eq!(nested(20).map(|found| found.rows.len()), Ok(20));
        let error = nested(200).unwrap_err().to_string();
        assert!(error.contains("nests what `table` finds"), "{error}");
    }

    #[test]
    fn headers_of_too_many_cells_are_refused() {
        let page = format!("<table><thead><tr>{}", "<th>a".repeat(30_000));
        let columns: Vec<Column> = (0..200).map(|at| named(&at.to_string())).collect();
        let error = query(columns).find(&Page::of_text("u", page.clone()));
        let error = error.unwrap_err().to_string();
        assert!(error.contains("cells in headers"), "{error}");
        let error = query(vec![named("b")]).find(&Page::of_text("u", page));
        assert!(
            matches!(error, Err(ExtractError::NoTable { .. })),
            "{error:?}"
        );
    }

    fn read(columns: &[&str], page: &str) -> Vec<Vec<String>> {
        let columns = columns.iter().map(|name| named(name)).collect();
        let found = query(columns).find(&Page::of_text("u", page)).unwrap();
        let text = |cell: Cell| {
            if cell.shared {
                "shared".into()
            } else {
                cell.text
            }
        };
        let rows = found.rows.into_iter();
        rows.map(|row| row.cells.into_iter().flatten().map(text).collect())
            .collect()
    }

    fn rows(page: &str) -> Vec<Vec<String>> {
        read(&["v", "from", "to"], page)
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
        assert_eq!(rows(&page)[1], ["2", "a", "c"]);
    }

    #[test]
    fn a_cell_under_two_wanted_columns_says_so() {
        let page = table("<tr><td>1<td colspan=2>2024-01-31");
        assert_eq!(rows(&page), [["1", "shared", "shared"]]);
        assert_eq!(read(&["v", "to"], &page), [["1", "2024-01-31"]]);
        assert_eq!(
            read(&["v", "to", "to"], &page).concat().last().unwrap(),
            "2024-01-31"
        );
    }

    #[test]
    fn a_row_as_wide_as_the_header_is_laid_out_though_it_has_cells_enough() {
        let wide =
            |row: &str| format!("<table><thead><tr><th>V<th>A<th>B<th>C</thead>{row}</table>");
        let row = wide("<tr><td>1<td colspan=2>2024-01-31<td>2025-01-31");
        assert_eq!(
            read(&["v", "a", "c"], &row),
            [["1", "2024-01-31", "2025-01-31"]]
        );
        assert_eq!(read(&["v", "b"], &row), [["1", "2024-01-31"]]);
        let wider = wide("<tr><td colspan=2>1<td>a<td>b<td>c");
        assert_eq!(read(&["v", "a", "c"], &wider), [["1", "a", "c"]]);
    }

    #[test]
    fn what_follows_a_wide_header_stands_further_on() {
        let page = "<table><thead><tr><th>V<th colspan=2>Ends<th>To</thead>\
                    <tr><td>1<td>a<td>b<td>c<tr><td>2<td colspan=2>d<td>e<tr><td>3<td>f<td>g</table>";
        assert_eq!(
            read(&["v", "to"], page),
            [["1", "c"], ["2", "e"], ["3", "g"]]
        );
        let found = query(vec![named("v"), named("ends")])
            .find(&Page::of_text("u", page))
            .unwrap();
        let ends = [0, 1, 2].map(|row| cell(&found, row, 1));
        assert_eq!(
            (&*ends[0].text, &*ends[0].others),
            ("a", &["b".to_owned()][..])
        );
        assert_eq!((&*ends[1].text, ends[1].others.len()), ("d", 0));
        assert_eq!((&*ends[2].text, ends[2].others.len()), ("f", 0));
    }

    #[test]
    fn a_header_of_two_rows_is_laid_out() {
        let head = "<tr><th rowspan=2>V<th rowspan=2>From<th colspan=2>Ends<tr><th>To<th>Until";
        let body = "<tr><td>1<td>a<td>b<td>c";
        for page in [
            format!("<table><thead>{head}</thead>{body}</table>"),
            format!("<table>{head}{body}</table>"),
        ] {
            assert_eq!(rows(&page), [["1", "a", "b"]]);
            assert_eq!(read(&["until", "v"], &page), [["c", "1"]]);
        }
        let second = selector("tr:nth-of-type(2)");
        let columns = vec![Column::Numbered(1), named("until")];
        let found = Query::new(None, Some(second), None, columns)
            .find(&Page::of_text(
                "u",
                format!("<table><thead>{head}</thead>{body}</table>"),
            ))
            .unwrap();
        assert_eq!(cell(&found, 0, 1).text, "c");
    }

    #[test]
    fn a_title_in_the_head_is_no_header_and_the_error_tells_which_row_is() {
        let page =
            "<table><thead><tr><th colspan=2>Ends<tr><th>V<th>To</thead><tr><td>1<td>a</table>";
        let columns = || vec![named("v"), named("to")];
        let error = query(columns())
            .find(&Page::of_text("u", page))
            .unwrap_err();
        let remedy =
            "table 1 has `Ends`; `header_selector: thead tr:nth-of-type(2)` takes `V`, `To`";
        assert_eq!(error.details().last().unwrap(), remedy);
        let second = selector("thead tr:nth-of-type(2)");
        let found = Query::new(None, Some(second), None, columns()).find(&Page::of_text("u", page));
        assert_eq!(cell(&found.unwrap(), 0, 1).text, "a");
    }

    #[test]
    fn rowspan_0_reaches_to_the_end_of_its_part() {
        let page = table(
            "<tbody><tr><td>1<td>a<td rowspan=0>b<tr><td>2<td>c<tr><td>3<td>d\
                          <tbody><tr><td>4<td>e<td>f",
        );
        let to: Vec<String> = rows(&page).into_iter().map(|row| row[2].clone()).collect();
        assert_eq!(to, ["b", "b", "b", "f"]);
    }

    #[test]
    fn a_span_reads_as_in_a_browser() {
        let page = |span: &str| table(&format!("<tr><td>1<td>a<td rowspan={span}>b<tr><td>2<td>c"));
        for two in ["2", "' 2 '", "2x", "+2", "2.9", "70000", "0"] {
            assert_eq!(rows(&page(two)).len(), 2, "{two}");
        }
        for one in ["1", "-1", "x", "''"] {
            assert_eq!(rows(&page(one)).len(), 1, "{one}");
        }
    }

    #[test]
    fn cells_and_rows_of_a_table_within_a_cell_are_none_of_the_row_and_the_table() {
        let nested = "<table><tr><td>x<td>y<td>z</table>";
        let page = table(&format!("<tr><td>1<td>{nested}<td>b"));
        assert_eq!(read(&["v", "to"], &page), [["1", "b"]]);
        let around = format!("<table><tr><td>menu<td>more<td>{page}</table>");
        assert_eq!(read(&["v", "to"], &around)[0], ["1", "b"]);
        assert!(
            !read(&["v", "to"], &around)
                .concat()
                .contains(&"menu".into())
        );
    }

    #[test]
    fn a_first_row_of_names_is_a_header_without_thead() {
        let body = "<tr><td>1<td>a<td>b";
        let page = format!("<table><tr><th>V<th>From<th>To{body}</table>");
        assert_eq!(rows(&page), [["1", "a", "b"]]);
        let titled = format!("<table><tr><th colspan=3>Ends<tr><th>V<th>From<th>To{body}</table>");
        assert_eq!(rows(&titled), [["1", "a", "b"]]);
        let page = format!("<table><tr><td>V<td>From<td>To{body}</table>");
        let error = query(vec![named("v")])
            .find(&Page::of_text("u", &page))
            .unwrap_err();
        assert_eq!(
            error.details(),
            ["table 1 has no header row; `header_selector: tr` takes `V`, `From`, `To`"]
        );
        let header = Query::new(
            None,
            Some(selector("tr")),
            None,
            vec![named("v"), named("to")],
        );
        let found = header.find(&Page::of_text("u", &page)).unwrap();
        assert_eq!((found.rows.len(), &*cell(&found, 0, 1).text), (1, "b"));
        let header = Query::new(None, Some(selector("tr")), None, vec![Column::Numbered(1)]);
        assert_eq!(
            header.find(&Page::of_text("u", &page)).unwrap().rows.len(),
            2
        );
    }

    #[test]
    fn each_part_of_a_folded_table_is_read() {
        let folded = |row: &str| {
            format!("<table><thead><tr><th>V<th>To<th>V<th>To<th>Note</thead>{row}</table>")
        };
        let page = folded("<tr><td>1<td>a<td>2<td>b<td>x<tr><td>3<td>c");
        assert_eq!(
            read(&["v", "to"], &page),
            [["1", "a"], ["2", "b"], ["3", "c"]]
        );
        let found = query(vec![Column::Numbered(1), named("to")])
            .find(&Page::of_text("u", &page))
            .unwrap();
        let column = "to (2)".into();
        let place = Place::Cell {
            table: 1,
            row: 1,
            column,
        };
        assert_eq!(cell(&found, 1, 1).place, place);
        assert_eq!(read(&["v", "to", "note"], &page), [["1", "a", "x"]]);
    }

    #[test]
    fn columns_of_one_header_that_are_no_folded_table_stand_beside_each_other() {
        let groups = "<tr><th colspan=2>Home<th colspan=2>Business";
        for (head, row) in [
            ("<tr><th>V<th>To<th>To".to_owned(), 1),
            (format!("{groups}<tr><th>V<th>To<th>V<th>To"), 2),
        ] {
            let page = format!("<table><thead>{head}</thead><tr><td>1<td>a<td>b<td>c</table>");
            let header = selector(&format!("thead tr:nth-of-type({row})"));
            let columns = vec![named("v"), named("to")];
            let found = Query::new(None, Some(header), None, columns)
                .find(&Page::of_text("u", &page))
                .unwrap();
            assert_eq!(found.rows.len(), 1);
            assert_eq!(cell(&found, 0, 1).text, "a");
            assert_eq!(cell(&found, 0, 1).others.len(), 1);
        }
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
        let all = vec![named("v"), named("from"), named("to")];
        let found = query(all)
            .find(&Page::of_text("u", table("<tr><td>1<td>a")))
            .unwrap();
        assert_eq!((found.rows.len(), found.skipped.len()), (0, 1));
    }

    #[test]
    fn cells_that_repeat_more_than_the_page_are_refused() {
        let long = "x".repeat(10_000);
        let rows = "<tr><td>1".repeat(1_000);
        let page = table(&format!("<tr><td>1<td rowspan=0 colspan=2>{long}{rows}"));
        let error = query(vec![named("v"), named("to")]).find(&Page::of_text("u", &page));
        assert!(
            error
                .unwrap_err()
                .to_string()
                .contains("span too many rows")
        );
    }

    fn named(name: &str) -> Column {
        Column::Named(name.into())
    }

    #[test]
    fn cells_come_in_the_order_of_the_columns() {
        let found = query(vec![named("to"), Column::Numbered(1)])
            .find(&Page::of_text("u", table("<tr><td>1<td>a<td>b<tr><td>2")))
            .unwrap();
        assert_eq!(texts(&found), [["b", "1"]]);
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
        let found = query(vec![named("v"), named("until")])
            .find(&Page::of_text("u", &page))
            .unwrap();
        assert_eq!(texts(&found), [["2", "c"]]);
        assert_eq!(found.rows[0].place, Place::Row { table: 2, row: 1 });
        assert_eq!(found.skipped[0].reason.to_string(), "no column `until`");
    }

    #[test]
    fn a_page_without_a_fitting_table_says_what_it_has() {
        let error = query(vec![named("Version"), named("Fro m")])
            .find(&Page::of_text("https://a.test/", table("")))
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
            let error = query(columns).find(&Page::of_text("https://a.test/", page));
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
