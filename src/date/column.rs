//! Which number of `02/07/2027` is the day: the other dates of its column say so, or an attribute
//! of its cell.
//!
//! A column is all cells of one field of one table or document; where they say nothing, all dates
//! of the document are asked. Where it holds `15/06/2028`, it is day first, unless it holds
//! `12/31/2027` too: then a date that can be read both ways is refused, never guessed.
//! `13/25/2024` says nothing, as it is a date in neither order.
//!
//! A day in an attribute (`<time datetime>`, `data-order`, `data-sort`, `data-value`, `title`) that
//! agrees with one reading of what the cell shows settles its order and that of its column. One
//! that agrees with no reading refuses the cell. Where all that a cell shows is a `<time>` whose
//! text is no date (`in 13 months`), its `datetime` is read.

use chrono::{Datelike as _, NaiveDate as Date};

use super::read::{
    DayOrder, Numbers, Seen, Wanted, Zone, moment_of, month_end_of, parse, tidy, why_no_date,
};

/// An attribute of a cell, or of an element in it, that may hold a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// How it reads.
    pub text: String,
    /// Whether its element shows all the text of the cell; what is in a part of a cell can
    /// agree with the shown day, and contradicts nothing.
    pub is_whole: bool,
    /// Whether it is a `datetime`, the day that its element stands for.
    pub is_datetime: bool,
}

/// Why a text gives no day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoDay {
    /// It is not a date.
    NotADate,
    /// Day and month can be in either order.
    Ambiguous,
    /// An attribute of its cell holds another day.
    Contradicted(String),
}

impl DayOrder {
    /// Notes what a cell of the column says of its order.
    pub fn note(&mut self, text: &str, attributes: &[Attribute]) {
        let Some(numbers) = Numbers::of(&tidy(text)) else {
            return;
        };
        let mut readings = [numbers.month_first, numbers.day_first];
        let agreed = readings.map(|day| day.filter(|day| agrees(attributes, *day)));
        if agreed != [None, None] {
            readings = agreed;
        }
        let seen = self.seen(numbers.separator);
        seen.month_first |= readings[0].is_some() && readings[1].is_none();
        seen.day_first |= readings[1].is_some() && readings[0].is_none();
    }

    /// The day that a cell of the column names.
    pub fn read(self, text: &str, attributes: &[Attribute], wanted: Wanted) -> Result<Date, NoDay> {
        let tidied = tidy(text);
        if let Some(numbers) = Numbers::of(&tidied)
            && let (Some(month_first), Some(day_first)) = (numbers.month_first, numbers.day_first)
            && month_first != day_first
        {
            // In either order it is a date; a column of that order says whether one is wanted here.
            let settled = match [month_first, day_first].map(|day| agrees(attributes, day)) {
                [true, false] => self.with(&numbers, [true, false]),
                [false, true] => self.with(&numbers, [false, true]),
                [false, false] => match contradiction(attributes) {
                    Some(other) => return Err(NoDay::Contradicted(other)),
                    None => self,
                },
                [true, true] => self,
            };
            let unclear = if numbers.day(settled).is_none() {
                NoDay::Ambiguous
            } else {
                NoDay::NotADate
            };
            return parse(&tidied, settled, wanted).ok_or(unclear);
        }
        let Some(day) = parse(&tidied, self, wanted) else {
            let mut shown = attributes.iter();
            let shown = shown.find(|attribute| attribute.is_whole && attribute.is_datetime);
            let shown = shown.filter(|_| why_no_date(text).is_none());
            let shown = shown.and_then(|shown| parse(&tidy(&shown.text), self, wanted));
            return shown.ok_or(NoDay::NotADate);
        };
        let last = month_end_of(&tidied).filter(|last| *last == day);
        let days = last.map_or(1, |last| last.day());
        let mut days = day.iter_days().rev().take(days as usize);
        match contradiction(attributes) {
            Some(other) if !days.any(|day| agrees(attributes, day)) => {
                Err(NoDay::Contradicted(other))
            }
            _ => Ok(day),
        }
    }

    /// What the column says, and of what it is silent on, what the whole document says.
    #[must_use]
    pub fn or(self, document: Self) -> Self {
        let or = |own: Seen, other: Seen| {
            if own.month_first || own.day_first {
                own
            } else {
                other
            }
        };
        Self {
            dotted: or(self.dotted, document.dotted),
            other: or(self.other, document.other),
        }
    }

    fn with(mut self, numbers: &Numbers, [month_first, day_first]: [bool; 2]) -> Self {
        let seen = self.seen(numbers.separator);
        (seen.month_first, seen.day_first) = (month_first, day_first);
        self
    }
}

/// The day of an attribute, and whether it is that of a moment, which may be a day off elsewhere.
fn day_of(attribute: &Attribute) -> Option<(Date, bool)> {
    let (tidied, order) = (tidy(&attribute.text), DayOrder::default());
    let moment = moment_of(&tidied, order, Zone::Utc).map(|day| (day, true));
    moment.or_else(|| Some((parse(&tidied, order, Wanted::Day)?, false)))
}

/// Whether an attribute holds this day.
fn agrees(attributes: &[Attribute], day: Date) -> bool {
    let mut days = attributes.iter().filter_map(day_of);
    days.any(|(stated, is_moment)| {
        let apart = (stated - day).num_days().abs();
        apart == 0 || (is_moment && apart == 1)
    })
}

/// The first attribute that holds a day. A bare number may be none, and contradicts nothing.
fn contradiction(attributes: &[Attribute]) -> Option<String> {
    let is_bare = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let mut stated = attributes.iter().filter(|attribute| {
        let tidied = tidy(&attribute.text);
        attribute.is_whole
            && !is_bare(&attribute.text)
            && Numbers::of(&tidied).is_none()
            && day_of(attribute).is_some()
    });
    stated.next().map(|attribute| attribute.text.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(text: &str) -> Vec<Attribute> {
        vec![Attribute {
            text: text.to_owned(),
            is_whole: true,
            is_datetime: true,
        }]
    }

    /// What each cell of a column is read as: its text, a space and `@`, and its attribute.
    fn column(cells: &[&str]) -> Vec<String> {
        let cells = cells.iter().map(|cell| match cell.split_once(" @") {
            Some((text, stated)) => (text, attribute(stated)),
            None => (*cell, Vec::new()),
        });
        let mut order = DayOrder::default();
        for (text, attributes) in cells.clone() {
            order.note(text, &attributes);
        }
        let read = |(text, attributes): (&str, Vec<Attribute>)| match order.read(
            text,
            &attributes,
            Wanted::Any(Zone::Written),
        ) {
            Ok(day) => day.to_string(),
            Err(why) => format!("{why:?}"),
        };
        cells.map(read).collect()
    }

    #[test]
    fn a_column_that_is_day_first_somewhere_is_so_everywhere() {
        assert_eq!(
            column(&["02/07/2027", "15/06/2028", "05/05/2027 10:00"]),
            ["2027-07-02", "2028-06-15", "2027-05-05"]
        );
        assert_eq!(
            column(&["02-07-2027", "31-12-2026"]),
            ["2027-07-02", "2026-12-31"]
        );
        assert_eq!(
            column(&["02-07-2027", "12-31-2026"]),
            ["2027-02-07", "2026-12-31"]
        );
    }

    #[test]
    fn a_column_that_is_both_gives_no_ambiguous_day() {
        assert_eq!(
            column(&["02/07/2027", "15/06/2028", "12/31/2027", "05/05/2027"]),
            ["Ambiguous", "2028-06-15", "2027-12-31", "2027-05-05"]
        );
    }

    #[test]
    fn slashes_are_month_first_where_nothing_contradicts() {
        assert_eq!(
            column(&[
                "02/07/2027",
                "13/25/2024",
                "31.12.2027",
                "02.07.2027",
                "31/02/2027"
            ]),
            [
                "2027-02-07",
                "NotADate",
                "2027-12-31",
                "2027-07-02",
                "NotADate"
            ]
        );
        assert_eq!(column(&["02-07-2027"]), ["Ambiguous"]);
    }

    #[test]
    fn an_attribute_settles_the_order_of_its_column() {
        assert_eq!(
            column(&["12/11/2027 @2027-11-12", "05/12/2026"]),
            ["2027-11-12", "2026-12-05"]
        );
        assert_eq!(
            column(&["12/11/2027 @20271112", "05/12/2026 @1796428800"]),
            ["2027-11-12", "2026-12-05"]
        );
        assert_eq!(
            column(&["12/11/2027 @2027-12-11", "05/12/2026"]),
            ["2027-12-11", "2026-05-12"]
        );
        assert_eq!(
            column(&[
                "12/11/2027 @2027-11-12",
                "05/12/2026 @2026-05-12",
                "01/02/2026"
            ]),
            ["2027-11-12", "2026-05-12", "Ambiguous"]
        );
    }

    #[test]
    fn an_attribute_that_agrees_with_no_reading_refuses_the_cell() {
        let contradicted = |text: &str| format!("Contradicted({text:?})");
        for (cell, stated) in [
            ("12/11/2027 @2027-10-01", "2027-10-01"),
            ("31 December 2027 @2027-12-30", "2027-12-30"),
            ("December 2027 @2027-11-01", "2027-11-01"),
        ] {
            assert_eq!(column(&[cell]), [contradicted(stated)], "{cell}");
        }
    }

    #[test]
    fn an_attribute_that_says_the_same_or_nothing_changes_nothing() {
        for (cell, day) in [
            ("31 December 2027 @2027-12-31", "2027-12-31"),
            ("30 June 2027 @2027-06-29T22:00:00Z", "2027-06-30"),
            ("December 2027 @2027-12-01", "2027-12-31"),
            ("31 December 2027 @Extended support", "2027-12-31"),
            ("31 December 2027 @1234567890", "2027-12-31"),
            ("31 December 2027 @02/07/2027", "2027-12-31"),
        ] {
            assert_eq!(column(&[cell]), [day], "{cell}");
        }
    }

    #[test]
    fn a_time_is_read_where_its_text_is_no_date() {
        assert_eq!(
            column(&[
                "in 13 months @2027-12-31",
                "in 13 months",
                "31 April 2027 @2027-05-01"
            ]),
            ["2027-12-31", "NotADate", "NotADate"]
        );
        let in_a_part = Attribute {
            is_whole: false,
            ..attribute("2026-11-01")[0].clone()
        };
        let read =
            |text| DayOrder::default().read(text, std::slice::from_ref(&in_a_part), Wanted::Day);
        assert_eq!(read("open, seen 3 weeks ago"), Err(NoDay::NotADate));
        assert!(read("31 December 2027").is_ok());
    }

    #[test]
    fn a_silent_column_follows_its_document() {
        let mut document = DayOrder::default();
        document.note("15/06/2028", &[]);
        let read = |order: DayOrder| order.read("02/07/2027", &[], Wanted::Day);
        assert_eq!(
            read(DayOrder::default().or(document)).unwrap().to_string(),
            "2027-07-02"
        );
        let mut own = DayOrder::default();
        own.note("12/31/2027", &[]);
        assert_eq!(read(own.or(document)).unwrap().to_string(), "2027-02-07");
    }
}
