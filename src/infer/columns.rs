//! A grid to entries of `auto.methods`: which column is the name, and which are the fields.
//!
//! A column is a field by the words of its header and by what is in it: a day in a third of its
//! cells or more. Where two columns may be one field, there is an entry for each, and
//! [`Proposal::unclear`] says so. Without any end, the rows may be versions as well as cycles, and
//! there are entries for both.

use super::entry::{Chosen, releases_entry, versions_entry};
use super::grid::{Column, Grid};
use super::header::{self, Meaning, Support, meaning};
use super::name::{Naming, naming};
use super::proposal::{Cycles, Proposal};
use crate::date::{Date, parse_any, parse_day};
use crate::extract::field::Rules;
use crate::product::{RELEASE_CYCLE, SITE_FIELDS};
use crate::version::Pattern;

/// A date with something in brackets behind it.
const BEFORE_BRACKETS: &str = r"^(?P<value>[^(\[]+?)(\s*[(\[].*)?$";
/// The most ways in which one grid is read.
const WAYS: usize = 8;

/// A column of dates, and the regex that finds them in its texts, where one is needed.
#[derive(Clone)]
struct Dated<'g> {
    column: &'g Column,
    regex: Option<String>,
}

/// One way to read the ends or the start: the fields, and what is unclear about them.
type Way<'g> = (Vec<Chosen<'g>>, Vec<(&'static str, String)>);

/// The entries that read a grid at this URL.
pub(super) fn proposals(grid: &Grid, url: &str, today: Date) -> Vec<Proposal> {
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
            let mut unclear = [&unclear_ends[..], unclear_start].concat();
            if ends.is_empty() {
                let unread = dated.iter().filter(|dated| is_of_ends(dated.column, today));
                unclear.extend(unread.map(|dated| {
                    let why = format!("`{}` has dates that may be ends", dated.column.header);
                    ("eol", why)
                }));
                let versions = [Cycles::Minor, Cycles::Major];
                out.extend(versions.map(|cycles| Proposal {
                    entry: versions_entry(grid, url, &name, &start[0]),
                    cycles,
                    unclear: unclear.clone(),
                }));
            }
            if ends.is_empty() && is_of_patches {
                continue;
            }
            let has_end = !ends.is_empty();
            let mut fields = vec![name.clone()];
            fields.extend(start.iter().chain(&ends).cloned());
            for column in others() {
                fields.extend(other_field(grid, column, &fields));
            }
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

/// The column of the names: the one of the likeliest header, else the first column if it holds
/// numbers. Where no names are below `Version` itself, another column is not believed.
fn name_of(grid: &Grid) -> Option<(&Column, Naming)> {
    type Order = (u8, usize, usize);
    let mut found: Vec<(Order, &Column, Option<Naming>)> = Vec::new();
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
        let days = texts.iter().filter(|text| parse_day(text).is_some());
        if texts.is_empty() || 2 * days.count() > texts.len() {
            continue;
        }
        let naming = naming(grid.rules, &texts);
        let doubt = match naming.as_ref().map_or(0, |naming| naming.numeric) {
            100 => 0,
            80.. => 1,
            _ => 2,
        };
        if rank < 5 || doubt == 0 {
            found.push(((rank, doubt, place), column, naming));
        }
    }
    found.sort_by_key(|(order, ..)| *order);
    let is_it =
        |((rank, ..), _, naming): &(Order, &Column, Option<Naming>)| *rank <= 1 || naming.is_some();
    let (_, column, naming) = found.into_iter().find(is_it)?;
    Some((column, naming?))
}

/// How the dates of a column are read: as they are, or before brackets. `None` where less than a
/// third of its texts are dates, or none below the header of an end.
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
    // Where the header says so, one date is enough: the others may have no end yet.
    let is_end = matches!(meaning(&column.header), Meaning::End(_));
    let enough = |count: usize| count > 0 && (is_end || 3 * count >= column.texts.len());
    if 4 * more > 5 * plain && enough(more) {
        let regex = Some(BEFORE_BRACKETS.to_owned());
        return Some(Dated { column, regex });
    }
    let regex = None;
    enough(plain).then_some(Dated { column, regex })
}

/// Whether the dates of a column may be ends, though it is not read as one: its header says so, or
/// is not known and one of them is still to come.
fn is_of_ends(column: &Column, today: Date) -> bool {
    let mut dates = column.texts.iter().filter_map(|text| parse_any(text));
    match meaning(&column.header) {
        Meaning::End(_) => true,
        Meaning::Other => dates.any(|date| date > today),
        _ => false,
    }
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
    let readings = header::fields(&all);
    if readings.is_empty() {
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
    }
    let doubt =
        |fields: &[&str]| format!("whether the ends are {} is unclear", fields.join(" and "));
    let ways = readings.iter().flat_map(|fields| {
        let unclear = (readings.len() > 1).then(|| ("eol", doubt(fields)));
        ways_of(fields, &kinds, unclear.into_iter().collect())
    });
    ways.collect()
}

/// The ways to read the ends as these fields: one for each choice among columns of one kind.
fn ways_of<'g>(
    fields: &[&'static str],
    kinds: &[(Support, Vec<&Dated<'g>>)],
    unclear: Vec<(&'static str, String)>,
) -> Vec<Way<'g>> {
    let mut ways: Vec<Way<'g>> = vec![(Vec::new(), unclear)];
    for (field, (_, columns)) in fields.iter().zip(kinds) {
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
