//! One table of a page: where the wanted columns are in it, and their cells in its rows.

use std::collections::{BTreeSet, HashMap, HashSet};

use ego_tree::NodeId;
use scraper::ElementRef;

use super::column::{Column, Places, locate};
use super::layout::{Grid, Header, is_row, span};
use crate::extract::error::TableSketch;
use crate::extract::html::{Selector, cells, select_within};

/// One table of a page.
pub(super) struct Table<'d> {
    /// Its number among those that the selector finds, from 1.
    pub(super) number: usize,
    pub(super) header: Option<Header<'d>>,
    pub(super) element: ElementRef<'d>,
    /// Whether a config says which row is the header.
    pub(super) is_stated: bool,
    /// Finds its rows.
    pub(super) selector: &'d Selector,
    /// The columns that are wanted.
    pub(super) columns: &'d [Column],
}

/// One row of a table.
pub(super) struct Row<'d> {
    pub(super) number: usize,
    /// How many cells it has.
    pub(super) width: usize,
    /// Those of them that are wanted, by their places.
    cells: Vec<(usize, ElementRef<'d>)>,
    /// Whether they are where a browser shows them under the header as it shows that.
    pub(super) laid_out: bool,
    /// Whether a cell of a row above reaches into it.
    reached: bool,
    /// Whether one cell spans the whole row.
    pub(super) heading: bool,
}

impl<'d> Row<'d> {
    /// The cell at a place.
    pub(super) fn cell(&self, place: usize) -> Option<ElementRef<'d>> {
        let mut cells = self.cells.iter();
        cells.find(|(at, _)| *at == place).map(|(_, cell)| *cell)
    }

    /// How many nodes are in those of its cells that are wanted.
    pub(super) fn nodes(&self) -> usize {
        let cells = self.cells.iter();
        cells.map(|(_, cell)| cell.descendants().count()).sum()
    }
}

impl<'d> Table<'d> {
    /// Where the columns are, if all of them are there: in rows that are laid out, and in those
    /// that are read as written.
    pub(super) fn locate(&self, columns: &[Column]) -> Option<(Places, Places)> {
        let header = self.header.as_ref()?;
        let laid_out = locate(header.rows(columns), columns)?;
        let written = locate(std::slice::from_ref(&header.written), columns);
        let written = written.unwrap_or_else(|| laid_out.clone());
        Some((laid_out, written))
    }

    /// The columns that are not there, by their names.
    pub(super) fn missing(&self, columns: &[Column]) -> Vec<String> {
        let header = self.header.as_ref();
        let is_there = |column: &Column| {
            header.is_some_and(|header| {
                let column = std::slice::from_ref(column);
                let written = std::slice::from_ref(&header.written);
                locate(header.rows(columns), column)
                    .or(locate(written, column))
                    .is_some()
            })
        };
        columns
            .iter()
            .filter_map(|column| match column {
                Column::Named(name) if !is_there(column) => Some(name.clone()),
                _ => None,
            })
            .collect()
    }

    /// The rows in document order, with the cells at these places.
    pub(super) fn rows(&self, laid_out: &Places, written: &Places) -> Vec<Row<'d>> {
        let Some(header) = &self.header else {
            return Vec::new();
        };
        let wanted = laid_out.iter().chain(written).flatten().flatten();
        let wanted: BTreeSet<usize> = wanted.copied().chain([0]).collect();
        let needed = needed(&written[0]);
        // A row of names is no data; where columns are numbered, it may be none of names.
        let skipped = if self.columns.iter().any(Column::is_named) {
            &*header.ids
        } else {
            &[]
        };
        let table = table_of(header.row);
        let around: HashSet<NodeId> = header.row.ancestors().map(|node| node.id()).collect();
        let is_own = |row: &ElementRef<'_>| {
            let nested = || row.ancestors().any(|node| Some(node.id()) == table);
            !around.contains(&row.id()) && (table_of(*row) == table || table.is_none() || !nested())
        };
        // Parts of the table laid out so far: each is laid out once, however many rows need it.
        let mut parts: HashMap<NodeId, HashMap<NodeId, Row<'d>>> = HashMap::new();
        let mut rows = Vec::new();
        for (row, number) in select_within(self.element, self.selector).zip(1..) {
            if skipped.contains(&row.id()) || !is_own(&row) {
                continue;
            }
            let own: Vec<ElementRef<'d>> = cells(row).collect();
            let part = row
                .parent()
                .and_then(ElementRef::wrap)
                .filter(|_| is_row(&row));
            let line = part.and_then(|part| {
                let lines = parts
                    .entry(part.id())
                    .or_insert_with(|| lay_out(part, header.width(), &wanted));
                lines.remove(&row.id())
            });
            let fits = |line: &Row<'_>| line.laid_out || line.reached || own.len() < needed;
            let reached = line.as_ref().is_some_and(|line| line.reached);
            let width = header.written.len();
            let heading =
                own.len() == 1 && width > 1 && !reached && span(own[0], "colspan") >= width;
            let written = || Row {
                number,
                width: own.len(),
                cells: picked(&wanted, |at| own.get(at).copied()),
                laid_out: false,
                reached,
                heading,
            };
            let row = line.filter(fits).unwrap_or_else(written);
            rows.push(Row {
                number,
                heading,
                ..row
            });
        }
        rows
    }

    /// The table as an error shows it.
    pub(super) fn sketch(self) -> TableSketch {
        let columns = self.columns;
        let another = match &self.header {
            _ if self.is_stated => None,
            Some(header) => header.another(columns),
            None => {
                let first = self.element.descendent_elements().find(is_row);
                first.map(|row| ("tr".to_owned(), Header::of(row).texts(columns)))
            }
        };
        TableSketch {
            number: self.number,
            headers: self.header.map(|header| header.texts(columns)),
            another,
        }
    }
}

/// The rows of a part of a table laid out, with the cells at these places.
fn lay_out<'d>(
    part: ElementRef<'d>,
    width: usize,
    wanted: &BTreeSet<usize>,
) -> HashMap<NodeId, Row<'d>> {
    let mut grid = Grid::new(width);
    let rows = part.child_elements().filter(is_row);
    rows.map(|row| {
        let line = grid.lay_out(row);
        let line = Row {
            number: 0,
            width: line.cells.len(),
            cells: picked(wanted, |at| *line.cells.get(at)?),
            laid_out: line.cells.len() == width,
            reached: line.reached,
            heading: false,
        };
        (row.id(), line)
    })
    .collect()
}

/// The cells at places where there is one.
fn picked<'d>(
    wanted: &BTreeSet<usize>,
    cell: impl Fn(usize) -> Option<ElementRef<'d>>,
) -> Vec<(usize, ElementRef<'d>)> {
    let found = wanted.iter().filter_map(|at| Some((*at, cell(*at)?)));
    found.collect()
}

/// How many cells a row must have.
pub(super) fn needed(columns: &[Vec<usize>]) -> usize {
    let needed = columns.iter().map(|places| places[0] + 1).max();
    needed.unwrap_or(0)
}

/// The table that an element is in.
pub(super) fn table_of(element: ElementRef<'_>) -> Option<NodeId> {
    let mut around = element.ancestors().filter_map(ElementRef::wrap);
    let table = around.find(|element| element.value().name() == "table");
    table.map(|table| table.id())
}
