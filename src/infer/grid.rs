//! A page as grids: columns with a header and a text in each row, whatever the document is.
//!
//! Tables and sheets are read by the sources of `extract`, so that a grid holds what a method will
//! read. In JSON each list of objects is a grid, and so is each object of objects, whose keys may be
//! names; a key of an object in a row is a column too (`support.eol`).

use std::collections::BTreeSet;

use serde_json::Value;

use super::header::{Meaning, meaning};
use crate::extract::field::Rules;
use crate::extract::rows::Source as _;
use crate::extract::spreadsheet;
use crate::extract::table::{self, Column as TableColumn, TableRows};
use crate::extract::{ExtractError, TableSketch, json};
use crate::page::Page;
use crate::product::front_matter::double_quoted;

/// Columns of a document, and how an entry selects their rows.
pub(super) struct Grid {
    /// The methods that read it: of releases, and of versions.
    pub(super) methods: [&'static str; 2],
    /// The keys of the entry that select the rows, as YAML.
    pub(super) keys: Vec<(&'static str, String)>,
    pub(super) rules: Rules,
    pub(super) columns: Vec<Column>,
}

/// One column.
#[derive(Default)]
pub(super) struct Column {
    /// What a person reads above it.
    pub(super) header: String,
    /// What an entry names it by.
    pub(super) place: String,
    /// The texts of the rows that have one.
    pub(super) texts: Vec<String>,
}

/// The most grids and columns that are looked at, and how deep JSON is.
const MOST: usize = 60;
const DEEPEST: usize = 6;

/// The tables of a page: a grid for each set of headers.
pub(super) fn tables(page: &Page) -> Result<(Vec<Grid>, Vec<TableSketch>), ExtractError> {
    let sketches = table::sketches(page)?;
    let mut seen = BTreeSet::new();
    let mut grids = Vec::new();
    for table in &sketches {
        let own = table.headers.iter().map(|headers| (None, headers.clone()));
        let another = table.another.iter().cloned();
        let another = another.map(|(selector, headers)| (Some(selector), headers));
        for (selector, mut headers) in own.chain(another) {
            let mut known = BTreeSet::new();
            headers.retain(|header| !header.is_empty() && known.insert(header.clone()));
            headers.truncate(MOST);
            if grids.len() < MOST && seen.insert((selector.clone(), headers.clone())) {
                grids.extend(table_grid(page, selector, &headers));
            }
        }
    }
    Ok((grids, sketches))
}

fn table_grid(page: &Page, header_selector: Option<String>, headers: &[String]) -> Option<Grid> {
    let stated = header_selector
        .iter()
        .map(|selector| ("header_selector", selector.clone()));
    let stated: serde_json::Map<String, Value> = stated
        .map(|(key, value)| (key.to_owned(), value.into()))
        .collect();
    let source: TableRows = serde_json::from_value(stated.into()).ok()?;
    let columns: Vec<TableColumn> = headers.iter().cloned().map(TableColumn::Named).collect();
    let rows = source
        .rows(page, &columns.iter().collect::<Vec<_>>())
        .ok()?
        .rows;
    let column = |(number, header): (usize, &String)| Column {
        header: header.clone(),
        place: header.clone(),
        texts: rows
            .iter()
            .filter_map(|row| row.cells[number].as_ref().filter(|cell| !cell.shared))
            .map(|cell| cell.text.clone())
            .filter(|text| !text.is_empty())
            .collect(),
    };
    Some(Grid {
        methods: ["release_table", "version_table"],
        keys: header_selector
            .map(|selector| ("header_selector", double_quoted(&selector)))
            .into_iter()
            .collect(),
        rules: Rules::Table,
        columns: headers.iter().enumerate().map(column).collect(),
    })
}

/// The sheets of a workbook, or of separated values: each below the row of which most headers
/// mean something.
pub(super) fn sheets(page: &Page) -> Result<Vec<Grid>, ExtractError> {
    let mut grids = Vec::new();
    for (number, (name, lines)) in spreadsheet::sheets(page)?.into_iter().enumerate() {
        let known = |line: &Vec<String>| {
            let known = line.iter().filter(|text| meaning(text) != Meaning::Other);
            known.count()
        };
        let within = lines.iter().take(spreadsheet::HEADER_WITHIN).enumerate();
        // Of equal ones the first.
        let Some((at, headers)) = within.rev().max_by_key(|(_, line)| known(line)) else {
            continue;
        };
        let column = |(column, header): (usize, &String)| Column {
            header: header.clone(),
            place: header.clone(),
            texts: lines[at + 1..]
                .iter()
                .filter_map(|line| line.get(column))
                .filter(|text| !text.is_empty())
                .cloned()
                .collect(),
        };
        let name = name.filter(|_| number > 0);
        grids.push(Grid {
            methods: ["spreadsheet_releases", "spreadsheet_versions"],
            keys: name
                .map(|name| ("sheet", double_quoted(&name)))
                .into_iter()
                .collect(),
            rules: Rules::Document,
            columns: headers
                .iter()
                .enumerate()
                .map(column)
                .filter(|column| !column.header.is_empty())
                .collect(),
        });
    }
    Ok(grids)
}

/// The lists of objects and the objects of objects of a JSON document.
pub(super) fn json(page: &Page) -> Result<Vec<Grid>, ExtractError> {
    let document: Value = json::read(page)?;
    let mut grids = Vec::new();
    walk("$", &[(None, &document)], 0, &mut grids);
    Ok(grids)
}

/// Adds the grids below the values that a path finds; each has the key that it stands under.
fn walk(path: &str, values: &[(Option<&str>, &Value)], depth: usize, grids: &mut Vec<Grid>) {
    if depth > DEEPEST || grids.len() >= MOST {
        return;
    }
    let items: Vec<(Option<&str>, &Value)> = values
        .iter()
        .filter_map(|(_, value)| value.as_array())
        .flat_map(|items| items.iter().map(|item| (None, item)))
        .collect();
    if !items.is_empty() {
        rows(&format!("{path}[*]"), &items, grids);
        return walk(&format!("{path}[*]"), &items, depth + 1, grids);
    }
    if let [(_, Value::Object(object))] = values
        && object.len() > 1
        && object.values().all(Value::is_object)
    {
        let named = object.iter().map(|(key, value)| (Some(&**key), value));
        rows(&format!("{path}.*"), &named.collect::<Vec<_>>(), grids);
    }
    let objects = || values.iter().filter_map(|(_, value)| value.as_object());
    let keys: BTreeSet<&String> = objects()
        .flat_map(serde_json::Map::keys)
        .take(MOST)
        .collect();
    for key in keys {
        let values: Vec<(Option<&str>, &Value)> = objects()
            .filter_map(|object| Some((None, object.get(key)?)))
            .collect();
        walk(&format!("{path}{}", step(key)), &values, depth + 1, grids);
    }
}

/// The rows that a path finds, as a grid.
fn rows(selector: &str, rows: &[(Option<&str>, &Value)], grids: &mut Vec<Grid>) {
    let mut columns: Vec<Column> = Vec::new();
    let mut add = |header: &str, place: &str, value: &Value| {
        let text = match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            _ => return,
        };
        let known = columns.iter().position(|column| column.place == place);
        let at = known.unwrap_or_else(|| {
            columns.push(Column {
                header: header.to_owned(),
                place: place.to_owned(),
                texts: Vec::new(),
            });
            columns.len() - 1
        });
        if !text.is_empty() {
            columns[at].texts.push(text);
        }
    };
    for (key, row) in rows {
        let Some(row) = row.as_object() else {
            continue;
        };
        if let Some(key) = key {
            add("key", "$~", &Value::from(*key));
        }
        for (key, value) in row.iter().take(MOST) {
            add(key, &format!("${}", step(key)), value);
            for (inner, value) in value.as_object().into_iter().flatten().take(MOST) {
                let place = format!("${}{}", step(key), step(inner));
                add(&format!("{key} {inner}"), &place, value);
            }
        }
    }
    grids.push(Grid {
        methods: ["json_releases", "json_versions"],
        keys: vec![("selector", double_quoted(selector))],
        rules: Rules::Document,
        columns,
    });
}

/// A key as a step of a JSONPath.
fn step(key: &str) -> String {
    let is_plain = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_plain {
        format!(".{key}")
    } else {
        let escaped = key.replace('\\', "\\\\").replace('\'', "\\'");
        format!("['{escaped}']")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(grid: &Grid) -> String {
        let columns = grid
            .columns
            .iter()
            .map(|column| format!("{}={}", column.place, column.texts.join(",")));
        format!(
            "{} {}",
            grid.keys[0].1,
            columns.collect::<Vec<_>>().join(" ")
        )
    }

    #[test]
    fn keys_of_objects_and_nested_lists_are_rows() {
        let page = Page::of_text(
            "u",
            r#"{"v4": {"start": "2015-09-08", "end": {"of-life": "2018"}}, "v5": {"start": "2015-10-29"}}"#,
        );
        let grids = json(&page).unwrap();
        let all: Vec<String> = grids.iter().map(shown).collect();
        assert_eq!(
            all,
            [r#""$.*" $~=v4,v5 $.start=2015-09-08,2015-10-29 $.end['of-life']=2018"#]
        );
        let page = Page::of_text(
            "u",
            r#"{"products": [{"versions": [{"v": 1}]}, {"versions": [{"v": 2}]}]}"#,
        );
        let grids = json(&page).unwrap();
        assert_eq!(
            shown(grids.last().unwrap()),
            r#""$.products[*].versions[*]" $.v=1,2"#
        );
    }

    #[test]
    fn a_header_below_titles_is_found() {
        let page = Page::of_text(
            "a.csv",
            "Lifecycle;;\nVersion;End of life;Notes\n1;2025-01-31;x\n2;;y\n",
        );
        let grids = sheets(&page).unwrap();
        let headers: Vec<&str> = grids[0]
            .columns
            .iter()
            .map(|column| &*column.header)
            .collect();
        assert_eq!(headers, ["Version", "End of life", "Notes"]);
        assert_eq!(grids[0].columns[1].texts, ["2025-01-31"]);
    }

    #[test]
    fn each_set_of_headers_is_a_grid_and_one_without_a_header_row_gets_one() {
        let table = "<table><tr><th>Version<th>EOL<tr><td>1<td>2025-01-31</table>";
        let plain = "<table><tr><td>Version<td>EOL<tr><td>1<td>2025-01-31</table>";
        let (grids, _) = tables(&Page::of_text("u", format!("{table}{table}{plain}"))).unwrap();
        assert_eq!(grids.len(), 2);
        assert_eq!(grids[0].columns[0].texts, ["1", "1"]);
        assert_eq!(grids[1].keys, [("header_selector", "\"tr\"".to_owned())]);
    }
}
