//! A text to the day that it names, by the one table of forms.

use std::borrow::Cow;
use std::sync::LazyLock;

use chrono::{Datelike as _, NaiveDate as Date, NaiveTime};
use regex::Regex;

use super::form::Form;
use super::moment::Timed;
use crate::text::{collapse, trim, with_hyphens, without_marks};

/// The forms of a day. Their order is free: no text fits two of them with two results. A weekday
/// may be before each, and a time of day after it.
const DAYS: [&str; 13] = [
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y-%b-%d", "%Y %b %d", "%b %d %Y", "%b %d,%Y", "%b-%d-%Y",
    "%d %b %Y", "%d-%b-%Y", "%d/%b/%Y", "%d%b%Y", "%d.%b.%Y",
];

/// The forms of a month, which is its last day.
const MONTHS: [&str; 5] = ["%b %Y", "%Y-%m", "%Y/%m", "%m-%Y", "%m/%Y"];

/// What is written anew before the forms are tried, one after the other: weekdays at the end, dates
/// of East Asia and of the middle of Europe, digits without anything between them, the hours of
/// DB2, an hour alone, and what says no more of a day or of a zone.
const REWRITTEN: [(&str, &str); 14] = [
    (
        r"(?i)\s*[(,]\s*(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?|[月火水木金土日](?:曜日?)?|[월화수목금토일](?:요일)?)\s*\)?\z",
        "",
    ),
    (
        r"\A(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일號号](?:\s*(?:[月火水木金土日]曜日?|(?:星期|周|週)[一二三四五六日天]|[월화수목금토일]요일))?(?:\s+|\z)",
        "$1-$2-$3 ",
    ),
    (r"\A(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\z", "$1-$2"),
    (
        r"\A(\d{4})\.\s?(\d{1,2})\.\s?(\d{1,2})\.?(\s|\z)",
        "$1.$2.$3$4",
    ),
    (r"\A(\d{1,2})\.\s(\d{1,2})\.\s(\d{4})", "$1.$2.$3"),
    (r"\A(\d{4})(\d\d)(\d\d)(\z|[Tt ]\d)", "$1-$2-$3$4"),
    (
        r"\A(\d{4})(\d\d)(\d\d)[-_]?(\d\d)(\d\d)(\d\d)(\z|[^\d])",
        "$1-$2-${3}T$4:$5:$6$7",
    ),
    (
        r"\A(\d{4}-\d\d-\d\d[Tt ]\d\d)(\d\d)(\d\d)(\z|[^\d:])",
        "$1:$2:$3$4",
    ),
    (r"\A(\d{4}-\d\d-\d\d[Tt ]\d\d)(\d\d)(\z|[^\d:])", "$1:$2$3"),
    (
        r"\A(\d{4}-\d\d-\d\d)-(\d\d)\.(\d\d)\.(\d\d)(?:\.\d+)?\z",
        "${1}T$2:$3:$4",
    ),
    (
        r"\A(\d{4}-\d\d-\d\d[Tt]\d\d)([Zz]|[+-]\d\d(?::?\d\d)?)\z",
        "$1:00$2",
    ),
    (r"\A(\d{4}-\d\d-\d\d)(?:[Zz]|[+-]\d\d:\d\d)\z", "$1"),
    (r"([^:\d]\d{4})\s+\(?(?:UTC|GMT)\)?\z", "$1"),
    (
        r"([+-]\d\d:?\d\d|\b(?:UTC?|GMT|[ECMP][SD]T))\s*\([^()]*\)\z",
        "$1",
    ),
];

/// What a text is to name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// A day.
    Day,
    /// A day, or a month, which is its last day.
    DayOrMonth,
    /// A moment, a day or a month.
    Any(Zone),
}

/// In which zone the day of a moment is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// In UTC, as the day of a release is.
    Utc,
    /// In the zone in which it is written, as the day on which support ends is.
    Written,
}

/// What the dates of a column say of their order: see the module `column`.
#[derive(Debug, Clone, Copy, Default)]
pub struct DayOrder {
    /// `31.12.2027` is day first by itself, so slashes and dots say nothing of each other.
    pub(super) dotted: Seen,
    pub(super) other: Seen,
}

impl DayOrder {
    /// What dates with this separator say.
    pub(super) fn seen(&mut self, separator: char) -> &mut Seen {
        if separator == '.' {
            &mut self.dotted
        } else {
            &mut self.other
        }
    }
}

/// Which orders a column was seen to have.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen {
    pub(super) month_first: bool,
    pub(super) day_first: bool,
}

/// A date of three numbers, the year last, in both orders.
pub(super) struct Numbers {
    pub(super) separator: char,
    pub(super) month_first: Option<Date>,
    pub(super) day_first: Option<Date>,
}

impl Numbers {
    /// The numbers of a tidy text, a time of day left aside.
    pub(super) fn of(tidied: &str) -> Option<Self> {
        if tidied.bytes().take(4).all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let timed = Timed::of(tidied);
        Self::of_day(timed.as_ref().map_or(tidied, |timed| &timed.day))
    }

    fn of_day(text: &str) -> Option<Self> {
        static NUMBERS: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"\A(?:(\d{1,2})/ ?(\d{1,2})/|(\d{1,2})\.(\d{1,2})\.|(\d{1,2})-(\d{1,2})-)(\d{4})\z")
                .expect("a valid pattern")
        });
        let text = without_weekday(text);
        let found = NUMBERS.captures(text)?;
        let mut numbers = found.iter().skip(1).flatten();
        let mut next = || numbers.next()?.as_str().parse::<u32>().ok();
        let (first, second, year) = (next()?, next()?, next()?.cast_signed());
        let date = |month, day| Date::from_ymd_opt(year, month, day).filter(is_plausible);
        Some(Self {
            separator: text.chars().find(|c| !c.is_ascii_digit())?,
            month_first: date(first, second),
            day_first: date(second, first),
        })
    }

    /// The day in a column of this order. Where the column says nothing, slashes are month first
    /// and dots day first, and nothing is known of hyphens.
    pub(super) fn day(&self, mut order: DayOrder) -> Option<Date> {
        let (month_first, day_first) = (self.month_first, self.day_first);
        if month_first == day_first {
            return day_first;
        }
        let seen = order.seen(self.separator);
        match (seen.month_first, seen.day_first, self.separator) {
            (true, false, _) | (false, false, '/') => month_first,
            (false, true, _) | (false, false, '.') => day_first,
            _ => month_first.xor(day_first),
        }
    }
}

/// Whether a date can be true, by its year. Programs write `0001-01-01`, `1970-01-01` and
/// `9999-12-31` where they have no date, 2570 is a year of another calendar, and no database of
/// SQL Server has a `smalldatetime` after June 2079.
pub fn is_plausible(date: &Date) -> bool {
    (1971..=2078).contains(&date.year())
}

/// A day written `YYYY-MM-DD`, the one form of product files and release data.
pub fn parse_iso(text: &str) -> Option<Date> {
    let [y, yy, yyy, yyyy, b'-', m, mm, b'-', d, dd] = text.as_bytes() else {
        return None;
    };
    let number = |digits: &[&u8]| {
        digits.iter().try_fold(0, |number, digit| {
            let value = digit.wrapping_sub(b'0');
            (value <= 9).then_some(number * 10 + u32::from(value))
        })
    };
    let year = number(&[y, yy, yyy, yyyy]).filter(|year| *year >= 1)?;
    Date::from_ymd_opt(year.cast_signed(), number(&[m, mm])?, number(&[d, dd])?)
}

/// The day that a tidy text names, if it is what is wanted.
pub(super) fn parse(tidied: &str, order: DayOrder, wanted: Wanted) -> Option<Date> {
    let day = || day_of(tidied, order);
    match wanted {
        Wanted::Day => day(),
        Wanted::DayOrMonth => day().or_else(|| month_end_of(tidied)),
        Wanted::Any(zone) => moment_of(tidied, order, zone)
            .or_else(day)
            .or_else(|| month_end_of(tidied)),
    }
}

/// What a date may have for a hyphen, beside those of Unicode.
const DASHES: [char; 2] = ['\u{2013}', '\u{2014}'];

/// A text as the forms know it: without commas, brackets, the ends of ordinals, and the mark of a
/// footnote.
pub(super) fn tidy(text: &str) -> String {
    static ORDINAL: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(\d+)(?:st|nd|rd|th)\b").expect("a valid pattern"));
    static PATTERNS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
        let compiled = |&(pattern, with): &(&str, &'static str)| {
            (Regex::new(pattern).expect("a valid pattern"), with)
        };
        REWRITTEN.iter().map(compiled).collect()
    });
    let text = with_hyphens(without_marks(&collapse(text)), &DASHES);
    let mut out: String = text.chars().map(latin).collect();
    if parse_iso(&out).is_some() {
        return out;
    }
    for (pattern, with) in &*PATTERNS {
        if let Cow::Owned(changed) = pattern.replace(&out, *with) {
            trim(&changed).clone_into(&mut out);
        }
    }
    for (from, to) in [(", ", " "), (" ,", " "), (". ", " "), ("(", ""), (")", "")] {
        if out.contains(from) {
            out = out.replace(from, to);
        }
    }
    match ORDINAL.replace_all(&out, "$1") {
        Cow::Borrowed(_) => out,
        Cow::Owned(changed) => changed,
    }
}

/// A digit of another script, or a character as wide as one of East Asia, as one of ours.
fn latin(c: char) -> char {
    /// The zeros of scripts in use; nine more digits follow each of them.
    const ZEROS: [char; 11] = [
        '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{be6}', '\u{c66}',
        '\u{ce6}', '\u{e50}', '\u{ed0}',
    ];
    if c.is_ascii() {
        return c;
    }
    if let '\u{ff01}'..='\u{ff5e}' = c {
        return char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c);
    }
    let worth = |zero: &char| u32::from(c).checked_sub(u32::from(*zero));
    let worth = ZEROS.iter().filter_map(worth).find(|worth| *worth < 10);
    worth
        .and_then(|worth| char::from_digit(worth, 10))
        .unwrap_or(c)
}

/// A text without the weekday at its start, which is not compared with the date.
fn without_weekday(text: &str) -> &str {
    static WEEKDAY: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\A(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?(?:[.,]\s*|\s+)")
            .expect("a valid pattern")
    });
    let end = WEEKDAY.find(text).map_or(0, |found| found.end());
    &text[end..]
}

fn days() -> &'static [Form] {
    static FORMS: LazyLock<Vec<Form>> =
        LazyLock::new(|| DAYS.iter().map(|form| Form::new(form)).collect());
    &FORMS
}

fn months() -> &'static [Form] {
    static FORMS: LazyLock<Vec<Form>> =
        LazyLock::new(|| MONTHS.iter().map(|form| Form::new(form)).collect());
    &FORMS
}

fn day_of(tidied: &str, order: DayOrder) -> Option<Date> {
    let text = without_weekday(tidied);
    parse_iso(text)
        .or_else(|| days().iter().find_map(|form| form.parts(text)?.date()))
        .or_else(|| Numbers::of_day(text)?.day(order))
        .or_else(|| day_of_year(text))
        .filter(is_plausible)
}

/// A day by its week or its number in the year, as in ISO 8601: `2026-W47-2`, `2026-321`.
fn day_of_year(text: &str) -> Option<Date> {
    let form = match text.as_bytes() {
        [_, _, _, _, b'-', b'W' | b'w', _, _, b'-', _] => "%G-W%V-%u",
        [_, _, _, _, b'-', _, _, _] => "%Y-%j",
        _ => return None,
    };
    Date::parse_from_str(&text.to_uppercase(), form).ok()
}

pub(super) fn month_end_of(tidied: &str) -> Option<Date> {
    let first = months()
        .iter()
        .find_map(|form| form.parts(tidied)?.date())?;
    let last = (28..=31).rev().find_map(|day| first.with_day(day));
    last.filter(is_plausible)
}

pub(super) fn moment_of(tidied: &str, order: DayOrder, zone: Zone) -> Option<Date> {
    if let Some(seconds) = epoch_seconds(tidied) {
        return day_of_epoch(seconds, zone);
    }
    let timed = Timed::of(tidied)?;
    let day = day_of(&timed.day, order)?;
    match zone {
        Zone::Utc => timed.utc(day).map(|utc| utc.date()),
        Zone::Written => Some(timed.local(day).date()),
    }
}

/// Seconds since 1970, in ten digits, or milliseconds in thirteen.
fn epoch_seconds(text: &str) -> Option<i64> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = text.parse::<i64>().ok()?;
    match text.len() {
        // `2026111713` is an hour too, and the number of a zone file.
        10 if day_of(&tidy(&text[..8]), DayOrder::default()).is_none() => Some(number),
        13 => Some(number / 1000),
        _ => None,
    }
}

/// The UTC day of a moment in numbers. Where the day as written is meant, nothing but the bounds
/// of a UTC day says that it is this one: any other may be midnight of the vendor's own zone.
fn day_of_epoch(seconds: i64, zone: Zone) -> Option<Date> {
    let utc = chrono::DateTime::from_timestamp(seconds, 0)?.naive_utc();
    let bound = utc.time() == NaiveTime::MIN || seconds % 86_400 == 86_399;
    Some(utc.date()).filter(|day| is_plausible(day) && (zone == Zone::Utc || bound))
}

/// Why a text that is written like a date is none.
pub fn why_no_date(text: &str) -> Option<&'static str> {
    let tidied = tidy(text);
    let timed = Timed::of(&tidied);
    let text = without_weekday(timed.as_ref().map_or(&tidied, |timed| &timed.day));
    let of_forms = || {
        days()
            .iter()
            .chain(months())
            .find_map(|form| Some(form.parts(text)?.date()))
    };
    let numbers = Numbers::of_day(text);
    if text.len() > 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some("a bare number is no date here");
    }
    match (of_forms(), numbers) {
        (Some(None), _) => Some("the calendar has no such day"),
        (Some(Some(date)), _) if !is_plausible(&date) => Some("no such year can be meant"),
        (
            None,
            Some(Numbers {
                month_first: None,
                day_first: None,
                ..
            }),
        ) => Some("no such day or year can be meant"),
        (None, Some(_)) => Some("day and month can be in either order"),
        _ => None,
    }
}
