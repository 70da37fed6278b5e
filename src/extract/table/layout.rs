//! Parts of a table laid out: which cells a browser shows in which columns of their rows.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use ego_tree::NodeId;
use scraper::ElementRef;

use super::column::{Column, Heading, WIDEST, locate};
use crate::extract::html::{cells, is_cell, text_of, trimmed_text_of};
use crate::text::collapse;

/// Over how many columns a cell spans where no header says how many there are.
const NARROW: usize = 12;

/// The most rows that a header has.
const TALLEST: usize = 8;

/// The rows of a table, each with the `td` that a browser shows in each of its columns. The
/// rows of tables within its cells are none of them.
pub fn laid_out<'d>(table: ElementRef<'d>) -> impl Iterator<Item = Vec<ElementRef<'d>>> {
    let mut parts: HashMap<NodeId, Grid<'d>> = HashMap::new();
    let within = move |row: &ElementRef<'d>| {
        let mut around = row.ancestors().take_while(|node| node.id() != table.id());
        !around.any(|node| ElementRef::wrap(node).is_some_and(is_cell))
    };
    let rows = table.descendent_elements().filter(is_row).filter(within);
    rows.map(move |row| {
        let part = row.parent().map_or(row.id(), |part| part.id());
        let grid = parts.entry(part).or_insert_with(|| Grid::new(NARROW));
        let cells = grid.lay_out(row).cells.into_iter().flatten();
        cells.filter(|cell| cell.value().name() == "td").collect()
    })
}

/// The header of a table.
pub(super) struct Header<'d> {
    /// The row that is meant.
    pub(super) row: ElementRef<'d>,
    /// All its rows.
    pub(super) ids: Vec<NodeId>,
    /// What is in each column: first in the row that is meant, then in the others.
    pub(super) laid_out: Vec<Vec<Heading>>,
    /// The cells of the row that is meant as they are written.
    pub(super) written: Vec<Heading>,
}

impl<'d> Header<'d> {
    /// The header with this row: the rows of `thead`, or the row and those into which it reaches.
    pub(super) fn of(row: ElementRef<'d>) -> Self {
        let in_head = is_in_head(row);
        let reach = cells(row).map(|cell| span(cell, "rowspan")).max();
        let most = if in_head {
            TALLEST
        } else {
            reach.unwrap_or(1).clamp(1, TALLEST)
        };
        let (mut header, mut grid) = (Vec::new(), Grid::new(WIDEST));
        let part = row.parent().and_then(ElementRef::wrap);
        let mut written = headings(cells(row).map(Some));
        for tr in part
            .iter()
            .flat_map(ElementRef::child_elements)
            .filter(is_row)
        {
            let line = grid.lay_out(tr);
            let is_meant = tr.id() == row.id();
            let headings = || headings(line.cells.iter().copied());
            if is_meant {
                if line.reached {
                    written = headings();
                }
                header.insert(0, (tr.id(), headings()));
            } else if header.len() < most && (in_head || !header.is_empty()) {
                header.push((tr.id(), headings()));
            }
            if header.len() >= most && header.iter().any(|(id, _)| *id == row.id()) {
                break;
            }
        }
        if header.is_empty() {
            header.push((row.id(), written.clone()));
        }
        let (ids, laid_out) = header.into_iter().unzip();
        Self {
            row,
            ids,
            laid_out,
            written,
        }
    }

    /// How many cells are looked at for a column.
    pub(super) fn cells(&self) -> usize {
        let laid_out = self.laid_out.iter().map(Vec::len);
        laid_out.sum::<usize>() + self.written.len()
    }

    /// How many columns it is wide.
    pub(super) fn width(&self) -> usize {
        self.laid_out.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// The rows that can have these columns: only the one that is meant, if it has none of them.
    pub(super) fn rows(&self, columns: &[Column]) -> &[Vec<Heading>] {
        let meant = &self.laid_out[..1];
        let mut named = columns.iter().filter(|column| column.is_named());
        if named.any(|column| locate(meant, std::slice::from_ref(column)).is_some()) {
            &self.laid_out
        } else {
            meant
        }
    }

    /// Another row of the head that has all these columns: what selects it, and its texts.
    pub(super) fn another(&self, columns: &[Column]) -> Option<(String, Vec<String>)> {
        let rows = self.laid_out.iter().zip(1..).skip(1);
        let has_all = |row: &&Vec<Heading>| locate(std::slice::from_ref(*row), columns).is_some();
        let (row, number) = rows.into_iter().find(|(row, _)| has_all(row))?;
        Some((format!("thead tr:nth-of-type({number})"), texts(row)))
    }

    /// The texts of its cells, each once.
    pub(super) fn texts(&self, columns: &[Column]) -> Vec<String> {
        texts(
            self.written
                .iter()
                .chain(self.rows(columns).iter().flatten()),
        )
    }
}

/// The texts of cells, each once.
fn texts<'h>(headings: impl IntoIterator<Item = &'h Heading>) -> Vec<String> {
    let mut seen = HashSet::new();
    let is_new = |heading: &&Heading| heading.id.is_some_and(|id| seen.insert(id));
    let new = headings.into_iter().filter(is_new);
    new.map(|heading| heading.text.to_string()).collect()
}

/// What is over each column, where these cells do. A text over many columns is held once.
fn headings<'d>(cells: impl Iterator<Item = Option<ElementRef<'d>>>) -> Vec<Heading> {
    let mut headings: Vec<Heading> = Vec::new();
    for cell in cells {
        let id = cell.map(|cell| cell.id());
        let same = headings.last().filter(|last| id.is_some() && last.id == id);
        let of = |text_of: fn(ElementRef<'d>) -> String| -> Arc<str> {
            collapse(&cell.map(text_of).unwrap_or_default()).into()
        };
        let new = || (of(trimmed_text_of), of(text_of));
        let (text, written) =
            same.map_or_else(new, |same| (same.text.clone(), same.written.clone()));
        headings.push(Heading { text, written, id });
    }
    headings
}

/// Whether an element is a row of a table.
pub(super) fn is_row(element: &ElementRef<'_>) -> bool {
    element.value().name() == "tr"
}

/// Whether a row is in the head of a table.
pub(super) fn is_in_head(row: ElementRef<'_>) -> bool {
    let part = row.parent().and_then(ElementRef::wrap);
    part.is_some_and(|part| part.value().name() == "thead")
}

/// A row as a browser shows it.
pub(super) struct Line<'d> {
    /// The cell in each column; none where nothing is shown.
    pub(super) cells: Vec<Option<ElementRef<'d>>>,
    /// Whether a cell of a row above reaches into it.
    pub(super) reached: bool,
}

/// The rows of one part of a table (`thead`, `tbody`, `tfoot`), laid out one after the other.
pub(super) struct Grid<'d> {
    /// How many columns are shown: a cell spans none beyond them.
    width: usize,
    /// Of each column, the cell that reaches down into it and for how many more rows.
    reaching: Vec<Option<(ElementRef<'d>, usize)>>,
}

impl<'d> Grid<'d> {
    pub(super) fn new(width: usize) -> Self {
        Self {
            width,
            reaching: Vec::new(),
        }
    }

    /// The next row of the part.
    pub(super) fn lay_out(&mut self, row: ElementRef<'d>) -> Line<'d> {
        let mut line = Line {
            cells: Vec::new(),
            reached: false,
        };
        let mut own = cells(row);
        while line.cells.len() < WIDEST {
            let column = line.cells.len();
            if let Some(Some((cell, _))) = self.reaching.get(column) {
                line.cells.push(Some(*cell));
                line.reached = true;
            } else if let Some(cell) = own.next() {
                let columns = span(cell, "colspan")
                    .min(self.width.saturating_sub(column))
                    .max(1);
                let rows = match span(cell, "rowspan") {
                    0 => usize::MAX,
                    rows => rows,
                };
                for covered in column..(column + columns).min(WIDEST) {
                    line.cells.push(Some(cell));
                    if rows > 1 {
                        let reaching = &mut self.reaching;
                        reaching.resize(reaching.len().max(covered + 1), None);
                        reaching[covered] = Some((cell, rows));
                    }
                }
            } else if self.reaching.iter().skip(column).any(Option::is_some) {
                line.cells.push(None);
            } else {
                break;
            }
        }
        for reach in &mut self.reaching {
            *reach = reach
                .filter(|(_, rows)| *rows > 1)
                .map(|(cell, rows)| (cell, rows - 1));
        }
        line
    }
}

/// How many rows or columns a cell spans, 1 unless stated; 0 is all rows that follow.
pub(super) fn span(cell: ElementRef<'_>, attribute: &str) -> usize {
    let written = cell.attr(attribute).unwrap_or("1").trim();
    let digits: String = written
        .strip_prefix('+')
        .unwrap_or(written)
        .chars()
        .take_while(char::is_ascii_digit)
        .take(6)
        .collect();
    digits.parse().unwrap_or(1)
}
