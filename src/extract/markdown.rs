//! The pipe tables of a Markdown text.
//!
//! A line that starts with a pipe and has a second one is a row. A table is a header row, a
//! row of dashes (with colons where columns are aligned), and all rows up to the next line
//! that is none; the end of the text ends a table too. A header without dashes below it is
//! no table.

use crate::text::trim;

/// A table; rows come with the number of their line, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The cells of the header row.
    pub header: Vec<String>,
    /// The rows below the dashes, each as wide as it is written.
    pub rows: Vec<(usize, Vec<String>)>,
}

/// The tables of a text, in order.
pub fn tables(text: &str) -> Vec<Table> {
    let mut tables = Vec::new();
    let mut lines = text.lines().zip(1..).peekable();
    while let Some((line, _)) = lines.next() {
        let Some(header) = row(line) else { continue };
        if lines
            .next_if(|(below, _)| is_rule(below, header.len()))
            .is_none()
        {
            continue;
        }
        let mut rows = Vec::new();
        while let Some((cells, line)) = lines
            .peek()
            .and_then(|(below, number)| Some((row(below)?, *number)))
        {
            rows.push((line, cells));
            lines.next();
        }
        tables.push(Table { header, rows });
    }
    tables
}

/// The cells of a line that is a row, trimmed.
fn row(line: &str) -> Option<Vec<String>> {
    let line = trim(line);
    if !line.starts_with('|') || line.matches('|').count() < 2 {
        return None;
    }
    let cells = line.trim_matches('|').split('|');
    Some(cells.map(|cell| trim(cell).to_owned()).collect())
}

/// Whether a line is the row of dashes below a header of so many cells.
fn is_rule(line: &str, width: usize) -> bool {
    row(line).is_some_and(|cells| {
        cells.len() == width
            && cells.iter().all(|cell| {
                let dashes = cell.strip_prefix(':').unwrap_or(cell);
                let dashes = dashes.strip_suffix(':').unwrap_or(dashes);
                !dashes.is_empty() && dashes.chars().all(|c| c == '-')
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<Vec<String>>> {
        let tables = tables(text);
        let cells = |table: Table| table.rows.into_iter().map(|(_, cells)| cells).collect();
        tables.into_iter().map(cells).collect()
    }

    #[test]
    fn a_table_ends_with_the_next_line_or_the_text() {
        assert_eq!(
            rows("|a|b|\n|-|:-:|\n| 1 | 2 |\r\n\n  | c |\n|---|\n|3|"),
            [vec![vec!["1", "2"]], vec![vec!["3"]]]
        );
    }

    #[test]
    fn a_header_alone_is_no_table() {
        assert!(rows("| a | b |\n| 1 | 2 |\nx | y\n| a |\n|:|").is_empty());
    }

    #[test]
    fn a_row_is_as_wide_as_it_is_written() {
        assert_eq!(
            rows("|a|b|\n|-|-|\n|1|\n|1|2|3|")[0],
            [vec!["1"], vec!["1", "2", "3"]]
        );
    }
}
