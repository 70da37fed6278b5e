//! Rows whose cells span others, laid out as a browser shows them.

use std::collections::HashMap;

use ego_tree::NodeId;
use scraper::ElementRef;

use super::column::WIDEST;
use crate::extract::html::{is_cell, trimmed_text_of};

/// The cell in one column of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) text: String,
    /// The same in each column that a cell covers.
    pub(super) id: NodeId,
}

impl Cell {
    pub(super) fn of(element: ElementRef<'_>) -> Self {
        Self {
            text: trimmed_text_of(element),
            id: element.id(),
        }
    }
}

/// A row with a cell in each column, as a browser shows it.
pub(super) struct LaidOut {
    pub(super) cells: Vec<Cell>,
    /// Whether a cell of a row above reaches into it.
    pub(super) reached: bool,
}

/// The rows of a part of a table laid out, if any cell of it spans anything.
pub(super) fn lay_out(part: ElementRef<'_>, width: usize) -> HashMap<NodeId, LaidOut> {
    let rows = || {
        part.child_elements()
            .filter(|element| &*element.value().name.local == "tr")
    };
    let spans = |cell: ElementRef<'_>| span(cell, "colspan") > 1 || span(cell, "rowspan") > 1;
    if !rows().any(|row| {
        row.child_elements()
            .any(|cell| is_cell(cell) && spans(cell))
    }) {
        return HashMap::new();
    }
    // Of each column, the cell that reaches down into it and for how many more rows.
    let mut reaching: Vec<Option<(Cell, usize)>> = Vec::new();
    let mut lines = HashMap::new();
    for row in rows() {
        let mut line: Vec<Cell> = Vec::new();
        let mut reached = false;
        let mut own = row.child_elements().filter(|cell| is_cell(*cell));
        while line.len() < WIDEST {
            let column = line.len();
            if let Some(Some((cell, _))) = reaching.get(column) {
                line.push(cell.clone());
                reached = true;
            } else if let Some(element) = own.next() {
                let cell = Cell::of(element);
                let (columns, rows) = (
                    span(element, "colspan").min(width),
                    span(element, "rowspan"),
                );
                for covered in column..(column + columns.max(1)).min(WIDEST) {
                    line.push(cell.clone());
                    if rows > 1 {
                        reaching.resize(reaching.len().max(covered + 1), None);
                        reaching[covered] = Some((cell.clone(), rows));
                    }
                }
            } else if reaching.iter().skip(column).any(Option::is_some) {
                line.push(Cell {
                    text: String::new(),
                    id: row.id(),
                });
            } else {
                break;
            }
        }
        for reach in &mut reaching {
            *reach = reach
                .take()
                .filter(|(_, rows)| *rows > 1)
                .map(|(cell, rows)| (cell, rows - 1));
        }
        lines.insert(
            row.id(),
            LaidOut {
                cells: line,
                reached,
            },
        );
    }
    lines
}

/// How many rows or columns a cell spans; 1 unless stated.
pub(super) fn span(cell: ElementRef<'_>, attribute: &str) -> usize {
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
