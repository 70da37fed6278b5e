//! The lines of an entry that reads chosen columns of a grid.

use std::fmt::Write as _;

use super::grid::{Column, Grid};
use super::proposal::argument_of;
use crate::extract::field::Rules;
use crate::product::front_matter::double_quoted;

/// A column that is a field.
#[derive(Clone)]
pub(super) struct Chosen<'g> {
    pub(super) field: &'static str,
    pub(super) column: &'g Column,
    pub(super) regex: Option<String>,
    pub(super) kind: Option<&'static str>,
}

/// A text in single quotes, as regexes are written.
pub(super) fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn start_of_entry(grid: &Grid, method: &str, url: &str) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "    - {method}: {}", argument_of(url));
    for (key, value) in &grid.keys {
        let _ = writeln!(out, "      {key}: {value}");
    }
    out
}

/// The lines of a field: its place alone, or with how it is read.
fn field_lines(key: &str, chosen: &Chosen<'_>, grid: &Grid, indent: &str) -> String {
    let place = double_quoted(&chosen.column.place);
    if chosen.regex.is_none() && chosen.kind.is_none() {
        return format!("{indent}{key}: {place}\n");
    }
    let place_key = if grid.rules == Rules::Table {
        "column"
    } else {
        "selector"
    };
    let mut out = format!("{indent}{key}:\n{indent}  {place_key}: {place}\n");
    if let Some(kind) = chosen.kind {
        let _ = writeln!(out, "{indent}  type: {kind}");
    }
    if let Some(regex) = &chosen.regex {
        let _ = writeln!(out, "{indent}  regex: {}", single_quoted(regex));
    }
    out
}

/// The entry of a method of releases.
pub(super) fn releases_entry(grid: &Grid, url: &str, fields: &[Chosen<'_>]) -> String {
    let mut out = start_of_entry(grid, grid.methods[0], url);
    out.push_str("      fields:\n");
    for field in fields {
        out.push_str(&field_lines(field.field, field, grid, "        "));
    }
    out
}

/// The entry of a method of versions.
pub(super) fn versions_entry(
    grid: &Grid,
    url: &str,
    name: &Chosen<'_>,
    date: &Chosen<'_>,
) -> String {
    let mut out = start_of_entry(grid, grid.methods[1], url);
    if grid.rules == Rules::Table {
        let (name_at, date_at) = (
            double_quoted(&name.column.place),
            double_quoted(&date.column.place),
        );
        let _ = writeln!(
            out,
            "      name_column: {name_at}\n      date_column: {date_at}"
        );
        if let Some(regex) = &name.regex {
            let regex = single_quoted(regex);
            let _ = writeln!(
                out,
                "      regex: {regex}\n      template: \"{{{{value}}}}\""
            );
        }
    } else {
        out.push_str(&field_lines("name", name, grid, "      "));
        out.push_str(&field_lines("date", date, grid, "      "));
    }
    out
}
