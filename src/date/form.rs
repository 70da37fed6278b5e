//! A form of a date in `strptime` notation, compiled to a regular expression.
//!
//! The grammar is Python's: one or two digits for a day or month, exactly four for a year,
//! English names in any case, in full or their first three letters, any run of blanks for a blank.

use chrono::NaiveDate as Date;
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
    match letter {
        'd' => r"(?P<day>3[0-1]|[1-2][0-9]|0[1-9]|[1-9]| [1-9])".into(),
        'm' => r"(?P<month>1[0-2]|0[1-9]|[1-9])".into(),
        'Y' => "(?P<year>[0-9]{4})".into(),
        'b' => {
            let names = MONTH_NAMES.map(|name| match name {
                "september" => "september|sept|sep".to_owned(),
                name => format!("{name}|{}", &name[..3]),
            });
            format!("(?P<name>{})", names.join("|"))
        }
        other => unreachable!("the table has no %{other}"),
    }
}

/// The named parts of a text that fits a form.
pub(super) struct Parts<'t>(Captures<'t>);

impl Parts<'_> {
    fn text(&self, part: &str) -> Option<&str> {
        self.0.name(part).map(|found| found.as_str())
    }

    fn number(&self, part: &str) -> Option<u32> {
        trim(self.text(part)?).parse().ok()
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
            day("%d %b %Y", "5 may  2020").as_deref(),
            Some("2020-05-05")
        );
        assert_eq!(day("%d %b %Y", "5 May 2020 or later"), None);
        assert_eq!(day("%d %b %Y", "on 5 May 2020"), None);
        assert_eq!(day("%d.%m.%Y", "5x5x2020"), None);
    }
}
