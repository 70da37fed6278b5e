//! Text to date: every form that pages are known to use, in one table.
//!
//! A form is written in `strptime` notation (the module `form` defines it), and the whole
//! text must fit it. A text that fits no form is not a date: nothing is guessed from a part.
//!
//! # Which forms are accepted
//! Those with one reading, `August 31,2020`, `31.08.2020`, ISO times without seconds or with
//! more than six fractional digits among them. `25/01/2020` is refused, because the slashed
//! form is month first and nothing in the text shows otherwise.
//!
//! # Why the last day of a month
//! A month without a day ends on its last day, also in `releaseDate`, because the
//! recorded data of the field is written that way.

mod form;

use std::sync::LazyLock;

use chrono::{Datelike as _, NaiveDate};
use regex::Regex;

use self::form::{Form, Moment};
use crate::text::trim;

/// A calendar day.
pub type Date = NaiveDate;

/// The forms of a day. Their order is free: no text fits two of them with two results.
const DAYS: &[&str] = &[
    "%Y-%m-%d",
    "%B %d %Y",
    "%b %d %Y",
    "%d %B %Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d-%B-%Y",
    "%Y-%b-%d",
    "%m/%d/%Y",
    "%Y/%m/%d",
    "%A %d %B %Y",
    "%A %d %b %Y",
    "%B %d,%Y",
    "%b %d,%Y",
    "%d.%m.%Y",
];

const MONTHS: &[&str] = &["%B %Y", "%b %Y", "%Y-%m", "%Y/%m", "%m-%Y", "%m/%Y"];

const MOMENTS: &[&str] = &[
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%d-%b-%Y %H:%M",
    "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%dT%H:%M:%S.%f%z",
    "%Y/%m/%d %H:%M:%S",
    "%a %d %b %Y %H:%M:%S %Z",
    "%a %d %b %Y %H:%M:%S %z",
    "%a %b %d %H:%M:%S %Z %Y",
    "%a %b %d %H:%M:%S %z %Y",
    "%b %d %Y %I:%M %p",
    "%Y%m%d%H%M%S",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%dT%H:%M%z",
    "%Y-%m-%dT%H:%M:%S.%f",
];

/// The day that a text names, such as `5 May 2020` or `Sept. 5th, 2020`.
pub fn parse_day(text: &str) -> Option<Date> {
    day_of(&tidy(text))
}

/// The day that a text names, or the last day of the month it names.
pub fn parse_day_or_month(text: &str) -> Option<Date> {
    let tidied = tidy(text);
    day_of(&tidied).or_else(|| month_end_of(&tidied))
}

/// The last day of the month that a text names, such as `May 2020` or `2020-05`.
pub fn parse_month(text: &str) -> Option<Date> {
    month_end_of(&tidy(text))
}

/// The UTC day of the moment that a text names, such as `2020-05-05T23:30:00-08:00`.
///
/// A moment without a numeric zone is taken as UTC.
pub fn parse_moment(text: &str) -> Option<Date> {
    let moment = moment_of(&tidy(text))?;
    let offset = chrono::Duration::seconds(i64::from(moment.offset.local_minus_utc()));
    moment
        .local
        .checked_sub_signed(offset)
        .map(|utc| utc.date())
}

/// The day of the moment that a text names, in the zone in which it is written.
pub fn parse_local_moment(text: &str) -> Option<Date> {
    moment_of(&tidy(text)).map(|moment| moment.local.date())
}

/// The day of whatever a text names: a moment, else a day, else a month.
pub fn parse_any(text: &str) -> Option<Date> {
    parse_moment(text).or_else(|| parse_day_or_month(text))
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

/// A text as the forms know it: without commas, brackets and the ends of ordinals.
fn tidy(text: &str) -> String {
    static ORDINAL: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(\d+)(?:st|nd|rd|th)\b").expect("a valid pattern"));
    let mut out = trim(text).to_owned();
    for (from, to) in [
        (", ", " "),
        (" ,", " "),
        (". ", " "),
        ("(", ""),
        (")", ""),
        ("Sept ", "Sep "),
        ("Sept-", "Sep-"),
        ("sept ", "sep "),
        ("sept-", "sep-"),
    ] {
        if out.contains(from) {
            out = out.replace(from, to);
        }
    }
    match ORDINAL.replace_all(&out, "$1") {
        std::borrow::Cow::Borrowed(_) => out,
        std::borrow::Cow::Owned(changed) => changed,
    }
}

fn day_of(tidied: &str) -> Option<Date> {
    static FORMS: LazyLock<Vec<Form>> =
        LazyLock::new(|| DAYS.iter().map(|form| Form::new(form)).collect());
    parse_iso(tidied).or_else(|| FORMS.iter().find_map(|form| form.parts(tidied)?.date()))
}

fn month_end_of(tidied: &str) -> Option<Date> {
    static FORMS: LazyLock<Vec<Form>> =
        LazyLock::new(|| MONTHS.iter().map(|form| Form::new(form)).collect());
    let first = FORMS.iter().find_map(|form| form.parts(tidied)?.date())?;
    (28..=31).rev().find_map(|day| first.with_day(day))
}

fn moment_of(tidied: &str) -> Option<Moment> {
    static FORMS: LazyLock<Vec<Form>> =
        LazyLock::new(|| MOMENTS.iter().map(|form| Form::new(form)).collect());
    FORMS.iter().find_map(|form| form.parts(tidied)?.moment())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<String> {
        parse_day(text).map(|date| date.to_string())
    }

    #[test]
    fn every_day_form_is_read() {
        for text in [
            "January 5 2020",
            "Jan 5 2020",
            "5 January 2020",
            "5 Jan 2020",
            "5-Jan-2020",
            "05-january-2020",
            "2020-Jan-5",
            "2020-1-5",
            "1/5/2020",
            "2020/01/05",
            "Monday 5 January 2020",
            "sunday 5 jan 2020",
            "January 5th, 2020",
            "(Jan 5, 2020)",
            "Jan. 5, 2020",
            "January 5 , 2020",
            "\u{a0}Jan\u{a0}5\n2020 ",
            "January 5,2020",
            "5.1.2020",
        ] {
            assert_eq!(day(text).as_deref(), Some("2020-01-05"), "{text}");
        }
    }

    #[test]
    fn a_year_may_be_in_the_digits_of_another_script() {
        assert_eq!(day("٢٠٢٠-04-08").as_deref(), Some("2020-04-08"));
        assert_eq!(day("5 May ２０２０").as_deref(), Some("2020-05-05"));
    }

    #[test]
    fn september_has_a_fourth_letter() {
        for text in ["Sept. 5, 2020", "5-sept-2020", "Sept 5 2020"] {
            assert_eq!(day(text).as_deref(), Some("2020-09-05"), "{text}");
        }
    }

    #[test]
    fn what_is_no_day_stays_none() {
        for text in [
            "",
            "5th of May 2020",
            "Wed 1 Jan 2020",
            "SEPT 5 2020",
            "2020-01-05 (estimated)",
            "Q1 2020",
            "25/01/2020",
            "30 February 2020",
            "31 June 2021",
            "5 May 20",
            "0000-01-01",
            "2020-13-01",
            "N/A",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn a_month_is_its_last_day() {
        for (text, end) in [
            ("February 2024", "2024-02-29"),
            ("Feb 2023", "2023-02-28"),
            ("2023-4", "2023-04-30"),
            ("2023/12", "2023-12-31"),
            ("4-2023", "2023-04-30"),
            ("04/2023", "2023-04-30"),
            ("Sept, 2023", "2023-09-30"),
        ] {
            assert_eq!(
                parse_day_or_month(text).map(|d| d.to_string()).as_deref(),
                Some(end),
                "{text}"
            );
            assert_eq!(parse_day(text), None, "{text}");
        }
    }

    #[test]
    fn a_moment_is_its_day_in_utc() {
        for (text, utc, local) in [
            ("2020-05-05 23:30", "2020-05-05", "2020-05-05"),
            ("2020-05-05 23:30:00 -0800", "2020-05-06", "2020-05-05"),
            ("2020-05-05T00:30:00+02:00", "2020-05-04", "2020-05-05"),
            ("2020-05-05T00:30:00.123456Z", "2020-05-05", "2020-05-05"),
            ("2020-05-05T00:30:00.123456789Z", "2020-05-05", "2020-05-05"),
            ("2020-05-05T00:30", "2020-05-05", "2020-05-05"),
            ("Tue, 05 May 2020 10:00:00 GMT", "2020-05-05", "2020-05-05"),
            (
                "Tue, 05 May 2020 23:00:00 -0100",
                "2020-05-06",
                "2020-05-05",
            ),
            ("Tue May 5 10:00:00 UTC 2020", "2020-05-05", "2020-05-05"),
            ("May 5, 2020 11:59 pm", "2020-05-05", "2020-05-05"),
            ("May 5, 2020 12:01 am", "2020-05-05", "2020-05-05"),
            ("05-May-2020 10:00", "2020-05-05", "2020-05-05"),
            ("2020/05/05 1:2:3", "2020-05-05", "2020-05-05"),
            ("20200505101112", "2020-05-05", "2020-05-05"),
        ] {
            assert_eq!(
                parse_moment(text).map(|d| d.to_string()).as_deref(),
                Some(utc),
                "{text}"
            );
            assert_eq!(
                parse_local_moment(text).map(|d| d.to_string()).as_deref(),
                Some(local),
                "{text}"
            );
        }
        assert_eq!(parse_moment("2020-05-05 10:00:60"), None);
        assert_eq!(parse_moment("2020-05-05"), None);
        assert_eq!(
            parse_any("May 2020").map(|d| d.to_string()).as_deref(),
            Some("2020-05-31")
        );
    }

    #[test]
    fn iso_takes_one_form_only() {
        assert!(parse_iso("2020-02-29").is_some());
        assert!(parse_iso("2021-02-29").is_none());
        assert!(parse_iso("2020-2-29").is_none());
        assert!(parse_iso("2020-02-29 ").is_none());
        assert!(parse_iso("2020-0é-9").is_none());
    }
}
