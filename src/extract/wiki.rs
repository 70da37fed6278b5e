//! Wiki text as of `MediaWiki`: the data rows of its tables, in plain text.
//!
//! Both syntaxes of a table are read, `{| … |}` and `<tr> … </tr>`. Comments, templates and
//! references are left out; of a link its text counts. Header cells are no data.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::error::ExtractError;
use super::html::{Document, selector};
use crate::page::Page;
use crate::text::trim;

const DEEPEST: usize = 20;

static COMMENT: LazyLock<Regex> = LazyLock::new(|| compiled(r"(?s)<!--.*?-->"));
static TEMPLATE: LazyLock<Regex> = LazyLock::new(|| compiled(r"\{\{[^{}]*\}\}"));
static ROW: LazyLock<Regex> = LazyLock::new(|| compiled(r"(?is)<tr\b.*?</tr\s*>"));
static REFERENCE: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"(?is)<ref\b[^>]*/>|<ref\b[^>]*>.*?</ref\s*>"));
static LINK: LazyLock<Regex> = LazyLock::new(|| compiled(r"\[\[(?:[^\[\]]*\|)?([^\[\]|]*)\]\]"));
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| compiled(r"\[(?:\w+:)?//[^\s\]]+\s*([^\]]*)\]"));
static QUOTES: LazyLock<Regex> = LazyLock::new(|| compiled("'{2,}"));

/// The texts of the data cells of every row of every table, trimmed, in the order of the text.
pub fn rows(page: &Page) -> Result<Vec<Vec<String>>, ExtractError> {
    let text = page.text();
    let text = COMMENT.replace_all(&text, "");
    let text = without_templates(&text);
    let mut rows = rows_of_lines(&text);
    rows.extend(rows_of_elements(page, &text)?);
    rows.sort_by_key(|row| row.start);
    rows.retain(|row| !row.cells.is_empty());
    rows.iter()
        .map(|row| row.cells.iter().map(|cell| plain(page, cell)).collect())
        .collect()
}

/// A row of a table: where it starts in the text, and what its data cells hold.
#[derive(Default)]
struct Row {
    start: usize,
    cells: Vec<String>,
    /// Whether a line that starts no cell goes on with the last data cell.
    open: bool,
}

/// The rows of the tables between `{|` and `|}`.
fn rows_of_lines(text: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    // The row that is being read in each table that is open, the innermost last.
    let mut tables: Vec<Row> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = trim(line);
        if line.starts_with("{|") {
            tables.push(Row::default());
            continue;
        }
        let Some(row) = tables.last_mut() else {
            continue;
        };
        if line.starts_with("|}") {
            rows.extend(tables.pop());
        } else if line.starts_with("|-") {
            let next = Row {
                start,
                ..Row::default()
            };
            rows.push(std::mem::replace(row, next));
        } else if line.starts_with("|+") || line.starts_with('!') {
            row.open = false;
        } else if let Some(cells) = line.strip_prefix('|') {
            row.open = true;
            row.cells.extend(cells_of(cells).map(str::to_owned));
        } else if let Some(cell) = row.cells.last_mut().filter(|_| row.open) {
            cell.push('\n');
            cell.push_str(line);
        }
    }
    rows.extend(tables);
    rows
}

fn cells_of(line: &str) -> impl Iterator<Item = &str> {
    line.split("||").map(|cell| {
        let mut depth = 0_usize;
        let bar = cell.char_indices().find_map(|(at, c)| {
            match c {
                '[' => depth += 1,
                ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            (c == '|' && depth == 0).then_some(at)
        });
        bar.map_or(cell, |at| &cell[at + 1..])
    })
}

/// The rows between `<tr>` and `</tr>`.
fn rows_of_elements(page: &Page, text: &str) -> Result<Vec<Row>, ExtractError> {
    let cell = selector("td");
    ROW.find_iter(text)
        .map(|row| {
            let table = format!("<table>{}</table>", row.as_str());
            let document = Document::of_part(page, &table, [])?;
            let cells = document.select(&cell).map(|cell| cell.inner_html());
            Ok(Row {
                start: row.start(),
                cells: cells.collect(),
                open: false,
            })
        })
        .collect()
}

fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a valid pattern")
}

fn without_templates(text: &str) -> Cow<'_, str> {
    let mut out = Cow::Borrowed(text);
    for _ in 0..DEEPEST {
        match TEMPLATE.replace_all(&out, "") {
            Cow::Borrowed(_) => break,
            Cow::Owned(shorter) => out = Cow::Owned(shorter),
        }
    }
    out
}

/// What a reader sees of a cell.
fn plain(page: &Page, cell: &str) -> Result<String, ExtractError> {
    let text = REFERENCE.replace_all(cell, "");
    let text = LINK.replace_all(&text, "$1");
    let text = ADDRESS.replace_all(&text, "$1");
    let text = QUOTES.replace_all(&text, "");
    Ok(trim(&Document::of_part(page, &text, [])?.text()).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        super::rows(&Page::of_text("https://a.test/", text)).unwrap()
    }

    #[test]
    fn both_syntaxes_of_a_table_are_read() {
        let text = "{| class=x\n|+ caption\n! head\n|-\n|1.0\n|2020-01-01\n|some\ntext\n|-\n| style=x|2.0 || 2020-02-02\n|}\n<table><tr><td>3.0<td>2020-03-03</tr></table>\n| no table";
        assert_eq!(
            rows(text),
            [
                vec!["1.0", "2020-01-01", "some\ntext"],
                vec!["2.0", "2020-02-02"],
                vec!["3.0", "2020-03-03"],
            ]
        );
    }

    #[test]
    fn a_cell_reads_as_a_reader_sees_it() {
        let text = "{|\n|[[a|b]]||[https://c.test d]||'''e'''&amp;<b>f</b>||{{g|{{h}}}}||i<ref>j</ref><!-- k -->\n|}";
        assert_eq!(rows(text), [["b", "d", "e&f", "", "i"]]);
    }

    #[test]
    fn a_table_within_a_cell_has_rows_of_its_own() {
        let text = "{|\n|-\n|a\n|\n{|\n|-\n|x||y\n|}\n|b\n|}";
        assert_eq!(rows(text), [vec!["a", "", "b"], vec!["x", "y"]]);
    }
}
