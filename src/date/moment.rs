//! The time of day within a moment, and how far its zone is from UTC.
//!
//! A moment is a day of any form with a time: after it (`2026-11-17T10:00Z`), or before its year
//! as C prints it (`Tue Nov 17 10:00:00 UTC 2026`). A zone without a known distance from UTC, such
//! as `IST`, is read; only the UTC day of such a moment is not known.

use std::sync::LazyLock;

use chrono::{Duration, FixedOffset, NaiveDate as Date, NaiveDateTime, NaiveTime};
use regex::Regex;

/// Zones by name, in hours from UTC: those of RFC 5322 as it reads them, and others that name one
/// zone alone.
const ZONES: [(&str, i32); 23] = [
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("wet", 0),
    ("cet", 1),
    ("cest", 2),
    ("eet", 2),
    ("eest", 3),
    ("msk", 3),
    ("hkt", 8),
    ("sgt", 8),
    ("jst", 9),
    ("kst", 9),
    ("aest", 10),
    ("aedt", 11),
    ("est", -5),
    ("edt", -4),
    ("cst", -6),
    ("cdt", -5),
    ("mst", -7),
    ("mdt", -6),
    ("pst", -8),
    ("pdt", -7),
];

/// A time of day with the text of the day around it.
pub(super) struct Timed {
    /// The text of the day.
    pub(super) day: String,
    time: NaiveTime,
    /// `None` where the zone is not known.
    offset: Option<FixedOffset>,
}

impl Timed {
    /// Takes a text apart, if it has a time of day.
    pub(super) fn of(text: &str) -> Option<Self> {
        static TIMED: LazyLock<Regex> = LazyLock::new(|| {
            let zone = r"(?:(?:utc|gmt)\s?)?[+-]\d{1,2}(?::?\d{2}(?::?\d{2})?)?(?:\s[a-z]{1,5}|\[[\w/+-]+\])?|[a-z]{1,5}";
            let pattern = format!(
                r"(?xi)\A (?P<day>.*?) (?:[t:]|\s+(?:at\s+)?)
                (?P<hour>\d{{1,2}}):(?P<minute>[0-5]?\d)(?::(?P<second>[0-5]?\d)(?:[.,]\d+)?)?
                (?:\s*(?P<half>[ap])\.?m\.?)?
                (?:\s*(?P<zone>{zone}))?
                (?P<year>\s+\d{{4}}(?:\s+(?P<last>{zone}))?)?\z"
            );
            Regex::new(&pattern).expect("a valid pattern")
        });
        if !text.contains(':') {
            return None;
        }
        let found = TIMED.captures(text)?;
        let part = |name| found.name(name).map(|part| part.as_str());
        let number = |name| part(name).map_or(Some(0), |digits| digits.parse::<u32>().ok());
        let mut hour = number("hour")?;
        if let Some(half) = part("half") {
            if !(1..=12).contains(&hour) {
                return None;
            }
            let later = half.eq_ignore_ascii_case("p");
            hour = hour % 12 + if later { 12 } else { 0 };
        }
        let year = part("year").unwrap_or_default();
        let last = part("last").unwrap_or_default();
        let year = year.strip_suffix(last).unwrap_or(year);
        let zone = part("zone").or(part("last")).unwrap_or("z");
        Some(Self {
            day: format!("{}{}", part("day")?, year.trim_end()),
            time: NaiveTime::from_hms_opt(hour, number("minute")?, number("second")?)?,
            offset: offset(zone),
        })
    }

    /// The moment on its day, in its zone.
    pub(super) fn local(&self, day: Date) -> NaiveDateTime {
        day.and_time(self.time)
    }

    /// The moment on its day, in UTC.
    pub(super) fn utc(&self, day: Date) -> Option<NaiveDateTime> {
        let ahead = Duration::seconds(i64::from(self.offset?.local_minus_utc()));
        self.local(day).checked_sub_signed(ahead)
    }
}

/// How far a zone is from UTC: `+02:00`, `GMT-8`, `PST`.
fn offset(zone: &str) -> Option<FixedOffset> {
    let zone = zone.to_ascii_lowercase();
    let Some(sign) = zone.find(['+', '-']) else {
        // RFC 5322: a single letter says no more than `Z` does.
        if zone.len() == 1 {
            return FixedOffset::east_opt(0);
        }
        let (_, hours) = ZONES.iter().find(|(name, _)| *name == zone)?;
        return FixedOffset::east_opt(hours * 3600);
    };
    let digits = zone[sign + 1..]
        .split(|c: char| !c.is_ascii_digit() && c != ':')
        .next()?;
    let digits = digits.replace(':', "");
    let digits = if digits.len() == 1 {
        format!("0{digits}")
    } else {
        digits
    };
    let mut seconds = 0;
    for (start, unit) in (0..digits.len()).step_by(2).zip([3600, 60, 1]) {
        let pair: i32 = digits.get(start..start + 2)?.parse().ok()?;
        if unit < 3600 && pair > 59 {
            return None;
        }
        seconds += pair * unit;
    }
    FixedOffset::east_opt(if zone[sign..].starts_with('-') {
        -seconds
    } else {
        seconds
    })
}
