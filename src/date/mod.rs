//! Text to date: every form that pages are known to use, in one table.
//!
//! A form is written in `strptime` notation (the module `form` defines it), and the whole
//! text must fit it. A text that fits no form is not a date: nothing is guessed from a part.
//!
//! # Which forms are accepted
//! Those with one reading: with or without a weekday (`Fri, Dec 31, 2027`), in numbers
//! (`2027.12.31`, `20271231`, `2027年12月31日`), and moments as RFC 5322, ISO 8601, C, JavaScript
//! and SQL write them. A slashed date is month first, a dotted one day first, and one with hyphens
//! neither, unless its [column](DayOrder) says otherwise. A year has four digits.
//!
//! # What is no date
//! A day that the calendar lacks (`30 February`); a year before 1971 or after 2078, which programs
//! write where they have no date; a bare number, except `YYYYMMDD`, `YYYYMMDDHHMMSS` and, where a
//! moment may be, seconds (ten digits) or milliseconds (thirteen) since 1970.
//!
//! # Which day a moment is
//! That of a release is its UTC day. The end of support is the day that is written, in whatever
//! zone: `2027-06-30T00:00:00+02:00` is 30 June.
//!
//! # Why the last day of a month
//! A month without a day ends on its last day, also in `releaseDate`, because the
//! recorded data of the field is written that way.

mod column;
mod form;
mod moment;
mod read;

use chrono::NaiveDate;

pub use column::{Attribute, NoDay};
pub use read::{DayOrder, Wanted, Zone, is_plausible, parse_iso, why_no_date};
use read::{moment_of, month_end_of, parse, tidy};

/// A calendar day.
pub type Date = NaiveDate;

/// The day that a text names, such as `5 May 2020` or `Sept. 5th, 2020`.
pub fn parse_day(text: &str) -> Option<Date> {
    parse(&tidy(text), DayOrder::default(), Wanted::Day)
}

/// The day that a text names, or the last day of the month it names.
pub fn parse_day_or_month(text: &str) -> Option<Date> {
    parse(&tidy(text), DayOrder::default(), Wanted::DayOrMonth)
}

/// The last day of the month that a text names, such as `May 2020` or `2020-05`.
pub fn parse_month(text: &str) -> Option<Date> {
    month_end_of(&tidy(text))
}

/// The UTC day of the moment that a text names, such as `2020-05-05T23:30:00-08:00`.
///
/// A moment without a zone is taken as UTC.
pub fn parse_moment(text: &str) -> Option<Date> {
    moment_of(&tidy(text), DayOrder::default(), Zone::Utc)
}

/// The day of the moment that a text names, in the zone in which it is written.
pub fn parse_local_moment(text: &str) -> Option<Date> {
    moment_of(&tidy(text), DayOrder::default(), Zone::Written)
}

/// The day of whatever a text names: a moment, in UTC, else a day, else a month.
pub fn parse_any(text: &str) -> Option<Date> {
    parse(&tidy(text), DayOrder::default(), Wanted::Any(Zone::Utc))
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
            "Sunday, January 5, 2020",
            "Sun, 5 Jan 2020",
            "Sun Jan 05 2020",
            "2020.1.5",
            "2020. 1. 5.",
            "5. 1. 2020",
            "20200105",
            "5/Jan/2020",
            "2020年1月5日",
            "2020 年 01 月 05 日",
            "２０２０年１月５日(日)",
            "2020年1月5日 星期日",
            "2020/1/5(日)",
            "２０２０／１／５",
            "2020-01-05 (Sun)",
            "2020-01-05+02:00",
            "5 January 2020 UTC",
            "05JAN2020",
            "2020 January 5",
            "Jan-05-2020",
            "2020-W01-7",
            "2020-005",
            "2020년 1월 5일 (일요일)",
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
        for text in ["Sept. 5, 2020", "5-sept-2020", "SEPT 5 2020"] {
            assert_eq!(day(text).as_deref(), Some("2020-09-05"), "{text}");
        }
    }

    #[test]
    fn what_is_no_day_stays_none() {
        for text in [
            "",
            "5th of May 2020",
            "2020-01-05 (estimated)",
            "2020-01-05 (monthly)",
            "Q1 2020",
            "25/01/2020",
            "30 February 2020",
            "31 June 2021",
            "5 May 20",
            "17-Nov-26",
            "Saturday May 2020",
            "02-07-2027",
            "0000-01-01",
            "0001-01-01",
            "1970-01-01",
            "31.12.2570",
            "9999-12-31",
            "1793049600",
            "202005051011",
            "2079-06-06",
            "2027",
            "46387",
            "2020-W54-1",
            "2021-366",
            "2020年2月30日",
            "令和2年1月5日",
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
            ("Tue, 05 May 2020 23:30 EST", "2020-05-06", "2020-05-05"),
            (
                "5 May 2020 23:30:00 -0800 (PST)",
                "2020-05-06",
                "2020-05-05",
            ),
            (
                "Tue, May 05 2020 04:45:26 +0000",
                "2020-05-05",
                "2020-05-05",
            ),
            ("Tue May  5 10:00:00 2020", "2020-05-05", "2020-05-05"),
            ("Tue May 5 00:30:00 2020 +0100", "2020-05-04", "2020-05-05"),
            (
                "Tue May 05 2020 00:30:00 GMT+0100 (Central European Time)",
                "2020-05-04",
                "2020-05-05",
            ),
            ("5/5/2020, 10:00:00\u{202f}AM", "2020-05-05", "2020-05-05"),
            ("May 5, 2020 at 10:00 a.m. UTC", "2020-05-05", "2020-05-05"),
            ("May  5 2020 10:00AM", "2020-05-05", "2020-05-05"),
            ("2020-05-05 10:00:00.123456+00", "2020-05-05", "2020-05-05"),
            ("2020-05-05 10:00:00 +0000 UTC", "2020-05-05", "2020-05-05"),
            ("2020-05-05t10:00:00,5z", "2020-05-05", "2020-05-05"),
            (
                "2020-05-05T00:30+02:00[Europe/Paris]",
                "2020-05-04",
                "2020-05-05",
            ),
            ("20200505T101112Z", "2020-05-05", "2020-05-05"),
            ("20200505T1011", "2020-05-05", "2020-05-05"),
            ("20200505003000+0200", "2020-05-04", "2020-05-05"),
            ("5/May/2020:10:00:00 +0000", "2020-05-05", "2020-05-05"),
            ("2020年5月5日 10:00", "2020-05-05", "2020-05-05"),
            (
                "Tue May 5 10:00:00 AM CEST 2020",
                "2020-05-05",
                "2020-05-05",
            ),
            (
                "Tue, 05 May 2020 10:00:00 GMT (UTC)",
                "2020-05-05",
                "2020-05-05",
            ),
            ("Tue, 05 May 2020 10:00:00 A", "2020-05-05", "2020-05-05"),
            ("2020-05-05-10.11.12.000000", "2020-05-05", "2020-05-05"),
            ("2020-05-05T10Z", "2020-05-05", "2020-05-05"),
            ("2020-05-05T23:30:00.1234-08:00", "2020-05-06", "2020-05-05"),
            ("20200505-101112", "2020-05-05", "2020-05-05"),
            ("1588636800", "2020-05-05", "2020-05-05"),
            ("1588636800000", "2020-05-05", "2020-05-05"),
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
        for text in [
            "2020-05-05 10:00:60",
            "2020-05-05 13:00 pm",
            "5 May 20 10:00:00 GMT",
            "30 Feb 2020 10:00:00 GMT",
            "1970-01-01T00:00:00Z",
            "2020-05-05 10:00 XYZ",
            "158863680000",
            "2026111713",
            "0",
        ] {
            assert_eq!(parse_moment(text), None, "{text}");
        }
        assert_eq!(parse_moment("2020-05-05"), None);
        assert_eq!(
            parse_any("May 2020").map(|d| d.to_string()).as_deref(),
            Some("2020-05-31")
        );
    }

    #[test]
    fn seconds_are_the_written_day_at_its_bounds_alone() {
        assert!(parse_local_moment("1814313599").is_some());
        assert!(parse_moment("1814306400").is_some());
        assert!(parse_local_moment("1814306400").is_none());
    }

    #[test]
    fn what_chrono_prints_in_each_form_is_read_back() {
        let zone = chrono::FixedOffset::east_opt(-5 * 3600).unwrap();
        let first = NaiveDate::from_ymd_opt(1971, 1, 1).unwrap();
        for date in first.iter_days().step_by(13).take(3_000) {
            for form in [
                "%Y-%m-%d",
                "%Y/%m/%d",
                "%Y.%m.%d",
                "%Y%m%d",
                "%Y-%b-%d",
                "%B %-d, %Y",
                "%b %d %Y",
                "%b. %e, %Y",
                "%A, %B %d, %Y",
                "%a, %d %b %Y",
                "%d.%m.%Y",
                "%d-%b-%Y",
                "%d/%b/%Y",
                "%m/%d/%Y",
                "%Y年%-m月%-d日",
                "%Y년 %-m월 %-d일",
            ] {
                let text = date.format(form).to_string();
                assert_eq!(parse_day(&text), Some(date), "{text}");
            }
            let at = date.and_hms_opt(21, 7, 43).unwrap();
            let at = at.and_local_timezone(zone).unwrap();
            for form in [
                "%+",
                "%c %z",
                "%a, %d %b %Y %H:%M:%S %z",
                "%d %b %Y %H:%M %z",
                "%a %b %e %H:%M:%S %z %Y",
                "%a %b %e %H:%M:%S %Y %z",
                "%a %b %d %Y %H:%M:%S GMT%z",
                "%Y-%m-%d %H:%M:%S%.6f%:z",
                "%Y-%m-%dT%H:%M%:z",
                "%Y%m%dT%H%M%S%z",
                "%Y%m%d%H%M%S%z",
                "%Y/%m/%d %I:%M %p EST",
                "%m/%d/%Y, %I:%M:%S %p %:z",
            ] {
                let text = at.format(form).to_string();
                assert_eq!(parse_moment(&text), Some(at.naive_utc().date()), "{text}");
                assert_eq!(parse_local_moment(&text), Some(date), "{text}");
            }
        }
    }

    #[test]
    fn a_refused_date_says_why() {
        for (text, why) in [
            ("30 February 2027", "the calendar has no such day"),
            ("2027-06-31T00:00:00Z", "the calendar has no such day"),
            ("9999-12-31", "no such year can be meant"),
            ("13/25/2024", "no such day or year can be meant"),
            ("02-07-2027", "day and month can be in either order"),
            ("1793049600", "a bare number is no date here"),
        ] {
            assert_eq!(why_no_date(text), Some(why), "{text}");
        }
        assert_eq!(why_no_date("Q3 2027"), None);
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
