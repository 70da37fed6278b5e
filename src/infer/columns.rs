//! A grid to entries of `auto.methods`: which column is the name, and which are the fields.
//!
//! A column is a field by the words of its header and by what is in it: a day in a third of its
//! cells or more. Where two columns may be one field, there is an entry for each, and
//! [`Proposal::unclear`] says so. Without any end, the rows may be versions as well as cycles, and
//! there are entries for both.

use std::fmt::Write as _;

use super::grid::{Column, Grid};
use super::header::{self, Meaning, Support, meaning};
use super::name::{Naming, naming};
use super::proposal::{Cycles, Proposal, argument_of};
use crate::date::parse_any;
use crate::extract::field::Rules;
use crate::product::front_matter::double_quoted;
use crate::product::{RELEASE_CYCLE, SITE_FIELDS};
use crate::version::Pattern;

/// A date with something in brackets behind it.
const BEFORE_BRACKETS: &str = r"^(?P<value>[^(\[]+?)(\s*[(\[].*)?$";
/// The most ways in which one grid is read.
const WAYS: usize = 8;

/// A column that is a field.
#[derive(Clone)]
struct Chosen<'g> {
    field: &'static str,
    column: &'g Column,
    regex: Option<String>,
    kind: Option<&'static str>,
}

/// A column of dates, and the regex that finds them in its texts, where one is needed.
#[derive(Clone)]
struct Dated<'g> {
    column: &'g Column,
    regex: Option<String>,
}

/// One way to read the ends or the start: the fields, and what is unclear about them.
type Way<'g> = (Vec<Chosen<'g>>, Vec<(&'static str, String)>);

/// The entries that read a grid at this URL.
pub(super) fn proposals(grid: &Grid, url: &str) -> Vec<Proposal> {
    let Some((name, naming)) = name_of(grid) else {
        return Vec::new();
    };
    let others = || {
        grid.columns
            .iter()
            .filter(|column| !std::ptr::eq(*column, name))
    };
    let dated: Vec<Dated<'_>> = others().filter_map(dates).collect();
    let name = Chosen {
        field: RELEASE_CYCLE,
        column: name,
        regex: naming.regex.clone(),
        kind: None,
    };
    let is_of_patches = naming.is_of_patches || meaning(&name.column.header) == Meaning::Name(4);
    let starts = starts(&dated);
    let mut out = Vec::new();
    for (ends, unclear_ends) in ends(&dated) {
        for (start, unclear_start) in &starts {
            if out.len() >= WAYS || (ends.is_empty() && start.is_empty()) {
                continue;
            }
            let unclear = [&unclear_ends[..], unclear_start].concat();
            if ends.is_empty() {
                let versions = [Cycles::Minor, Cycles::Major];
                out.extend(versions.map(|cycles| Proposal {
                    entry: versions_entry(grid, url, &name, &start[0]),
                    cycles,
                    unclear: unclear_start.clone(),
                }));
            }
            if ends.is_empty() && is_of_patches {
                continue;
            }
            let has_end = !ends.is_empty();
            let mut fields = vec![name.clone()];
            fields.extend(start.iter().chain(&ends).cloned());
            fields.extend(
                others()
                    .filter_map(|column| other_field(grid, column, &fields))
                    .collect::<Vec<_>>(),
            );
            let place =
                |field: &Chosen<'_>| SITE_FIELDS.iter().position(|name| *name == field.field);
            fields.sort_by_key(place);
            out.push(Proposal {
                entry: releases_entry(grid, url, &fields),
                cycles: if is_of_patches {
                    Cycles::Patches
                } else if has_end {
                    Cycles::WithEnds
                } else {
                    Cycles::Listed
                },
                unclear,
            });
        }
    }
    out
}

/// The column of the names: by its header, else the first column if it holds numbers.
fn name_of(grid: &Grid) -> Option<(&Column, Naming)> {
    let mut found: Vec<((usize, u8, usize), &Column, Naming)> = Vec::new();
    for (place, column) in grid.columns.iter().enumerate() {
        let rank = match meaning(&column.header) {
            Meaning::Name(rank) => rank,
            Meaning::End(_) if dates(column).is_none() => match header::name_rank(&column.header) {
                Some(rank) => rank,
                None => continue,
            },
            Meaning::Other if place == 0 => 5,
            _ => continue,
        };
        let texts: Vec<&str> = column.texts.iter().map(String::as_str).collect();
        let days = texts
            .iter()
            .filter(|text| crate::date::parse_day(text).is_some());
        if 2 * days.count() > texts.len() {
            continue;
        }
        let Some(naming) = naming(grid.rules, &texts) else {
            continue;
        };
        let doubt = match naming.numeric {
            100 => 0,
            80.. => 1,
            _ => 2,
        };
        if rank < 5 || doubt == 0 {
            found.push(((doubt, rank, place), column, naming));
        }
    }
    let first = found.into_iter().min_by_key(|(order, ..)| *order)?;
    Some((first.1, first.2))
}

/// How the dates of a column are read: as they are, or before brackets. `None` where less than a
/// third of its texts are dates.
fn dates(column: &Column) -> Option<Dated<'_>> {
    let count = |pattern: Option<&Pattern>| {
        let texts = column.texts.iter().filter(|text| match pattern {
            None => parse_any(text).is_some(),
            Some(pattern) => pattern.groups(text).is_some_and(|groups| {
                let value = groups.iter().find(|(name, _)| &**name == "value");
                value
                    .and_then(|(_, text)| parse_any(text.as_ref()?))
                    .is_some()
            }),
        });
        texts.count()
    };
    let plain = count(None);
    let brackets = Pattern::new(BEFORE_BRACKETS).ok();
    let more = brackets.as_ref().map_or(0, |pattern| count(Some(pattern)));
    let enough = |count: usize| count > 0 && 3 * count >= column.texts.len();
    if 4 * more > 5 * plain && enough(more) {
        let regex = Some(BEFORE_BRACKETS.to_owned());
        return Some(Dated { column, regex });
    }
    let regex = None;
    enough(plain).then_some(Dated { column, regex })
}

fn chosen<'g>(field: &'static str, dated: &Dated<'g>) -> Chosen<'g> {
    Chosen {
        field,
        column: dated.column,
        regex: dated.regex.clone(),
        kind: None,
    }
}

/// The ways to read the day of the first version; one without it where no column has it.
fn starts<'g>(dated: &[Dated<'g>]) -> Vec<Way<'g>> {
    let rank = |column: &Column| match meaning(&column.header) {
        Meaning::Start(rank) => Some(rank),
        Meaning::Name(1) => Some(2), // `Release`, over dates
        _ => None,
    };
    let least = dated.iter().filter_map(|dated| rank(dated.column)).min();
    let best: Vec<_> = dated
        .iter()
        .filter(|dated| least.is_some() && rank(dated.column) == least)
        .collect();
    let unclear = both(&best, "releaseDate");
    let way = |start: &&Dated<'g>| (vec![chosen("releaseDate", start)], unclear.clone());
    match &*best {
        [] => vec![(Vec::new(), Vec::new())],
        best => best.iter().map(way).collect(),
    }
}

/// What is unclear where several columns may be one field.
fn both(columns: &[&Dated<'_>], field: &'static str) -> Vec<(&'static str, String)> {
    let headers: Vec<String> = columns
        .iter()
        .map(|dated| format!("`{}`", dated.column.header))
        .collect();
    if headers.len() < 2 {
        return Vec::new();
    }
    vec![(
        field,
        format!("{} may all be `{field}`", headers.join(" and ")),
    )]
}

/// The ways to read the ends: one for each choice among columns of one kind.
fn ends<'g>(dated: &[Dated<'g>]) -> Vec<Way<'g>> {
    let mut kinds: Vec<(Support, Vec<&Dated<'g>>)> = Vec::new();
    for column in dated {
        let Meaning::End(kind) = meaning(&column.column.header) else {
            continue;
        };
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, columns)) => columns.push(column),
            None => kinds.push((kind, vec![column])),
        }
    }
    kinds.sort_by_key(|(kind, _)| *kind);
    let all: Vec<Support> = kinds.iter().map(|(kind, _)| *kind).collect();
    let none = || vec![(Vec::new(), Vec::new())];
    if all.is_empty() {
        return none();
    }
    let Some(fields) = header::fields(&all) else {
        // The last is the end of all; what the others are, their headers do not tell.
        let (kind, columns) = &kinds[kinds.len() - 1];
        let headers = kinds
            .iter()
            .flat_map(|(_, columns)| columns)
            .map(|dated| format!("`{}`", dated.column.header));
        let headers = headers.collect::<Vec<_>>().join(", ");
        let unclear = vec![(
            "eol",
            format!("{headers}: which of them is `eol` is unclear"),
        )];
        return match kind {
            Support::Deprecated => none(),
            _ => vec![(vec![chosen("eol", columns[0])], unclear)],
        };
    };
    let mut ways: Vec<Way<'g>> = none();
    for (field, (_, columns)) in fields.into_iter().zip(&kinds) {
        let unclear = both(columns, field);
        let longer = |way: &Way<'g>, column: &&Dated<'g>| {
            let (mut fields, mut doubts) = way.clone();
            fields.push(chosen(field, column));
            doubts.extend(unclear.iter().cloned());
            (fields, doubts)
        };
        let product = ways
            .iter()
            .flat_map(|way| columns.iter().map(|column| longer(way, column)));
        ways = product.take(WAYS).collect();
    }
    ways
}

/// A column that is one of the other fields, which none of those before is.
fn other_field<'g>(grid: &Grid, column: &'g Column, known: &[Chosen<'_>]) -> Option<Chosen<'g>> {
    let Meaning::Field(field) = meaning(&column.header) else {
        return None;
    };
    let dated = dates(column);
    let share = |is: fn(&String) -> bool| {
        let count = column.texts.iter().filter(|text| is(text)).count();
        count > 0 && 2 * count >= column.texts.len()
    };
    let is_flag = share(|text| matches!(&*text.to_lowercase(), "true" | "false"));
    let of_documents = grid.rules == Rules::Document;
    let (field, kind) = match field {
        "latest" if dated.is_some() => return None,
        "latest" => {
            let is_version = |text: &String| {
                text.trim_start_matches('v')
                    .starts_with(|c: char| c.is_ascii_digit())
            };
            ("latest", share(is_version).then_some(None)?)
        }
        "lts" if dated.is_some() => ("lts", of_documents.then_some("date")),
        "lts" => ("lts", (is_flag && of_documents).then_some(None)?),
        "codename" => ("codename", share(|text| text.len() < 40).then_some(None)?),
        field => (field, dated.is_some().then_some(None)?),
    };
    let is_new = known.iter().all(|known| known.field != field);
    is_new.then(|| Chosen {
        field,
        column,
        regex: dated.and_then(|dated| dated.regex),
        kind,
    })
}

/// A text in single quotes, as regexes are written.
fn single_quoted(text: &str) -> String {
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

fn releases_entry(grid: &Grid, url: &str, fields: &[Chosen<'_>]) -> String {
    let mut out = start_of_entry(grid, grid.methods[0], url);
    out.push_str("      fields:\n");
    for field in fields {
        out.push_str(&field_lines(field.field, field, grid, "        "));
    }
    out
}

fn versions_entry(grid: &Grid, url: &str, name: &Chosen<'_>, date: &Chosen<'_>) -> String {
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
