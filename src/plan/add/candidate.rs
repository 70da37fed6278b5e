//! Which names are new release cycles of a product.
//!
//! A name is a release of the sources, or the part of a version up to where the names of the
//! newest cycles end: `16.0.1` is of `16` where these are `15` and `14`, and of `16.0` where
//! these are `15.2` and `15.1`. Numbers apart, it is written as one of the newest cycles.
//!
//! # What is none
//! A pre-release, and what only pre-releases are known of; a name that another cycle includes, or
//! that includes one; one without a day, or from the future; one whose first number has more digits
//! than those of the file have, such as the day of a nightly build.

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::date::Date;
use crate::plan::notice::Notice;
use crate::product::{Product, includes};
use crate::release_data::{Origin, ReleaseData};
use crate::value::Value;
use crate::version::{is_prerelease, order};

/// How long ago a cycle may have been released, in days. Of those that people added to automated
/// files 80 % were younger; older ones are mostly left out on purpose.
const RECENT_DAYS: i64 = 90;

/// How many of the newest cycles say how a name is written.
const NEWEST: usize = 3;

/// A cycle that the file lacks.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) name: String,
    pub(super) date: Date,
    /// Where its name was read.
    pub(super) origin: Origin,
}

/// A cycle of the file.
struct Known<'a> {
    name: &'a str,
    date: Option<Date>,
    out_of_order: bool,
}

/// The cycles that may be added, the oldest first.
pub(super) fn candidates(
    product: &Product,
    data: &ReleaseData,
    notices: &[Notice],
    today: Date,
) -> Vec<Candidate> {
    let known: Vec<Known<'_>> = product
        .cycles()
        .map(|cycle| Known {
            name: cycle.name(),
            date: cycle
                .value("releaseDate")
                .and_then(|day| day.date_or_quoted()),
            out_of_order: cycle.value("outOfOrder") == Some(Value::Bool(true)),
        })
        .collect();
    let newest: Vec<&str> = newest(&known);
    let mut found: Vec<Candidate> = Vec::new();
    let first_versions = first_versions(data, notices);
    for notice in notices {
        if let Notice::UnmatchedRelease { name, release, .. } = notice
            && newest.iter().any(|known| shape(known) == shape(name))
            && !is_prerelease(name)
        {
            let day = release.value("releaseDate").and_then(Value::date_or_quoted);
            let day = day.or_else(|| first_versions.get(&**name).copied());
            let origin = release.named.last().cloned();
            let origin =
                origin.or_else(|| Some(release.fields.values().next()?.origin.reading(name)));
            found.extend(day.map(|date| Candidate {
                name: name.clone(),
                date,
                origin: origin.unwrap_or_default(),
            }));
        }
    }
    // A product can have as many versions as its pages list, so each is looked up and none searched.
    let places = found.iter().enumerate();
    let mut places: HashMap<String, usize> =
        places.map(|(at, one)| (one.name.clone(), at)).collect();
    for notice in notices {
        let Notice::UnmatchedVersion { version, date, .. } = notice else {
            continue;
        };
        if is_prerelease(version)
            || starts(version)
                .filter(|start| includes(start, version))
                .filter_map(|start| places.get(start))
                .any(|at| found[*at].date <= *date)
        {
            continue;
        }
        let Some(name) = newest.iter().find_map(|known| start_like(version, known)) else {
            continue;
        };
        match places.get(name).map(|at| &mut found[*at]) {
            Some(one)
                if one.date > *date
                    && data
                        .release_of(name)
                        .and_then(|release| release.value("releaseDate"))
                        .is_none() =>
            {
                one.date = *date;
            }
            Some(_) => {}
            None => {
                places.insert(name.to_owned(), found.len());
                found.push(Candidate {
                    name: name.to_owned(),
                    date: *date,
                    origin: data
                        .versions
                        .get(&**version)
                        .map(crate::release_data::Version::name_origin)
                        .unwrap_or_default(),
                });
            }
        }
    }
    found.retain(|one| {
        let age = (today - one.date).num_days();
        (0..=RECENT_DAYS).contains(&age)
            && !known
                .iter()
                .any(|known| includes(known.name, &one.name) || includes(&one.name, known.name))
            && is_newer(one, &known)
            && newest
                .iter()
                .any(|known| digits(&one.name) <= digits(known) + 1)
    });
    found.sort_by(|a, b| {
        a.date
            .cmp(&b.date)
            .then_with(|| order(&a.name, &b.name).unwrap_or(Ordering::Equal))
    });
    found
}

/// Whether a cycle is newer than those of the file.
fn is_newer(one: &Candidate, known: &[Known<'_>]) -> bool {
    known
        .iter()
        .filter(|known| !known.out_of_order)
        .all(|known| match order(&one.name, known.name) {
            Some(order) => order == Ordering::Greater,
            None => known.date.is_some_and(|date| date < one.date),
        })
}

/// The names of the newest cycles: the first of the file, and those of the latest days.
fn newest<'a>(known: &[Known<'a>]) -> Vec<&'a str> {
    let in_line = || known.iter().filter(|known| !known.out_of_order);
    let mut by_day: Vec<&Known<'_>> = in_line().collect();
    by_day.sort_by_key(|known| std::cmp::Reverse(known.date));
    let mut newest: Vec<&str> = in_line().take(NEWEST).map(|known| known.name).collect();
    newest.extend(by_day.iter().take(NEWEST).map(|known| known.name));
    newest
}

/// The starts of a version, itself too.
fn starts(version: &str) -> impl Iterator<Item = &str> {
    let ends = version.char_indices().map(|(at, c)| at + c.len_utf8());
    ends.map(|end| &version[..end])
}

/// The days of the first versions of the releases that the file lacks.
fn first_versions<'a>(data: &ReleaseData, notices: &'a [Notice]) -> HashMap<&'a str, Date> {
    let names = notices.iter().filter_map(|notice| match notice {
        Notice::UnmatchedRelease { name, .. } => Some((&**name, None)),
        _ => None,
    });
    let mut days: HashMap<&str, Option<Date>> = names.collect();
    for (version, of) in data
        .versions
        .iter()
        .filter(|(name, _)| !is_prerelease(name))
    {
        for start in starts(version).filter(|start| includes(start, version)) {
            if let Some(day) = days.get_mut(start) {
                *day = Some(day.map_or(of.date, |day| day.min(of.date)));
            }
        }
    }
    let days = days.into_iter();
    days.filter_map(|(name, day)| Some((name, day?))).collect()
}

/// A name with a digit for each of its numbers.
fn shape(name: &str) -> String {
    let mut shape = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            c if c.is_ascii_digit() && shape.ends_with('0') => {}
            c if c.is_ascii_digit() => shape.push('0'),
            c => shape.push(c),
        }
    }
    shape
}

/// The part of a version that is written as a cycle is.
fn start_like<'a>(version: &'a str, cycle: &str) -> Option<&'a str> {
    let shape_of_cycle = shape(cycle);
    let mut ends = version.char_indices().map(|(at, c)| at + c.len_utf8());
    let end = ends.find(|end| {
        let goes_on = version[*end..].starts_with(|c: char| c.is_ascii_digit());
        shape(&version[..*end]) == shape_of_cycle
            && !(goes_on && version[..*end].ends_with(|c: char| c.is_ascii_digit()))
    })?;
    Some(&version[..end])
}

/// How many digits the first number of a name has.
fn digits(name: &str) -> usize {
    let number = name.trim_start_matches(|c: char| !c.is_ascii_digit());
    number
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(number.len())
}
