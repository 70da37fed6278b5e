//! A form of a date in `strptime` notation, compiled to a regular expression.
//!
//! The grammar is Python's: one or two digits for a day or month, exactly four for a year,
//! English names in any case, any run of blanks for a blank.

use chrono::{FixedOffset, NaiveDate as Date, NaiveDateTime, NaiveTime};
use regex::{Captures, Regex};

use crate::text::trim;

const MONTH_NAMES: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// A day and time of day, and how far its zone is from UTC.
pub(super) struct Moment {
    pub(super) local: NaiveDateTime,
    pub(super) offset: FixedOffset,
}

/// One accepted form, compiled.
pub(super) struct Form {
    regex: Regex,
}

impl Form {
    pub(super) fn new(form: &str) -> Self {
        let mut pattern = String::from(r"\A(?i:");
        let mut chars = form.chars();
        while let Some(c) = chars.next() {
            match c {
                '%' => pattern.push_str(&directive(chars.next().expect("a directive after %"))),
                ' ' => pattern.push_str(r"[\s\x1c-\x1f]+"),
                c => pattern.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
            }
        }
        pattern.push(')');
        Self {
            regex: Regex::new(&pattern).expect("a valid pattern"),
        }
    }

    /// The parts of a text that fits this form to its end.
    pub(super) fn parts<'t>(&self, text: &'t str) -> Option<Parts<'t>> {
        let captures = self.regex.captures(text)?;
        (captures.get(0)?.end() == text.len()).then_some(Parts(captures))
    }
}

/// The regular expression of one `strptime` directive, with Python's digits.
fn directive(letter: char) -> String {
    let names = |length: usize| {
        MONTH_NAMES
            .iter()
            .map(|name| &name[..length.min(name.len())])
            .collect::<Vec<_>>()
            .join("|")
    };
    match letter {
        'd' => r"(?P<day>3[0-1]|[1-2][0-9]|0[1-9]|[1-9]| [1-9])".into(),
        'm' => r"(?P<month>1[0-2]|0[1-9]|[1-9])".into(),
        'Y' => r"(?P<year>\d{4})".into(),
        'B' => format!("(?P<name>{})", names(usize::MAX)),
        'b' => format!("(?P<name>{})", names(3)),
        'A' => "(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)".into(),
        'a' => "(?:mon|tue|wed|thu|fri|sat|sun)".into(),
        'H' => "(?P<hour>2[0-3]|[0-1][0-9]|[0-9])".into(),
        'I' => "(?P<hour>1[0-2]|0[1-9]|[1-9])".into(),
        'M' => "(?P<minute>[0-5][0-9]|[0-9])".into(),
        'S' => "(?P<second>6[0-1]|[0-5][0-9]|[0-9])".into(),
        'f' => "[0-9]+".into(),
        'p' => "(?P<half>am|pm)".into(),
        'z' => r"(?P<zone>[+-][0-9]{2}:?[0-5][0-9](?::?[0-5][0-9])?|(?-i:Z))".into(),
        'Z' => "(?:utc|gmt)".into(),
        other => unreachable!("the table has no %{other}"),
    }
}

/// What a digit is worth; a year may be written in the digits of another script.
fn digit(c: char) -> Option<u32> {
    /// The zeros of scripts in use; nine more digits follow each of them.
    const ZEROS: [char; 12] = [
        '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{be6}', '\u{c66}',
        '\u{ce6}', '\u{e50}', '\u{ed0}', '\u{ff10}',
    ];
    c.to_digit(10).or_else(|| {
        ZEROS
            .iter()
            .filter_map(|zero| u32::from(c).checked_sub(u32::from(*zero)))
            .find(|worth| *worth < 10)
    })
}

/// The named parts of a text that fits a form.
pub(super) struct Parts<'t>(Captures<'t>);

impl Parts<'_> {
    fn text(&self, part: &str) -> Option<&str> {
        self.0.name(part).map(|found| found.as_str())
    }

    fn number(&self, part: &str) -> Option<u32> {
        trim(self.text(part)?).chars().try_fold(0_u32, |number, c| {
            number.checked_mul(10)?.checked_add(digit(c)?)
        })
    }

    pub(super) fn date(&self) -> Option<Date> {
        let month = match self.text("name") {
            Some(name) => {
                let name = name.to_ascii_lowercase();
                MONTH_NAMES
                    .iter()
                    .zip(1..)
                    .find(|(full, _)| full.starts_with(&name))?
                    .1
            }
            None => self.number("month")?,
        };
        let year = i32::try_from(self.number("year")?)
            .ok()
            .filter(|year| *year >= 1)?;
        let day = if self.text("day").is_some() {
            self.number("day")?
        } else {
            1
        };
        Date::from_ymd_opt(year, month, day)
    }

    pub(super) fn moment(&self) -> Option<Moment> {
        let mut hour = self.number("hour")?;
        if let Some(half) = self.text("half") {
            hour = hour % 12
                + if half.eq_ignore_ascii_case("pm") {
                    12
                } else {
                    0
                };
        }
        let second = if self.text("second").is_some() {
            self.number("second")?
        } else {
            0
        };
        let time = NaiveTime::from_hms_opt(hour, self.number("minute")?, second)?;
        Some(Moment {
            local: self.date()?.and_time(time),
            offset: self.offset()?,
        })
    }

    fn offset(&self) -> Option<FixedOffset> {
        let zone = self.text("zone").unwrap_or("Z");
        if zone == "Z" {
            return FixedOffset::east_opt(0);
        }
        let digits: Vec<i32> = zone
            .bytes()
            .filter(u8::is_ascii_digit)
            .map(|digit| i32::from(digit - b'0'))
            .collect();
        let seconds = digits
            .chunks(2)
            .zip([3600, 60, 1])
            .map(|(pair, unit)| (pair[0] * 10 + pair[1]) * unit)
            .sum::<i32>();
        FixedOffset::east_opt(if zone.starts_with('-') {
            -seconds
        } else {
            seconds
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(form: &str, text: &str) -> Option<String> {
        let form = Form::new(form);
        form.parts(text)?.date().map(|date| date.to_string())
    }

    #[test]
    fn the_whole_text_must_fit() {
        assert_eq!(
            day("%d %B %Y", "5 may  2020").as_deref(),
            Some("2020-05-05")
        );
        assert_eq!(day("%d %B %Y", "5 May 2020 or later"), None);
        assert_eq!(day("%d %B %Y", "on 5 May 2020"), None);
        assert_eq!(day("%d.%m.%Y", "5x5x2020"), None);
    }
}
