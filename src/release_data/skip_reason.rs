//! Why something that was seen on a page gave nothing: data, until a report words it.

use std::fmt;

use serde::Serialize;

use super::identifier;
use crate::date::{NoDay, why_no_date};
use crate::text::Excerpt;
use crate::value::Value;
use crate::version::{Unmatched, listed};

/// Words of the program itself.
type Words = &'static str;

/// Why something that was seen gave nothing. A name or a subject that is not there is what
/// was seen itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SkipReason {
    /// The patterns of the entry leave it out.
    Unmatched { name: Option<String>, by: Unmatched },
    /// The part of the text that counts is not a date.
    NotADate { text: String },
    /// Day and month of a date can be in either order, or an attribute of its cell says
    /// another day than is shown.
    UnclearDate {
        text: String,
        attribute: Option<String>,
    },
    /// The text has several names or days, one of which would have to be picked; the name is one
    /// of them.
    Several { text: String, name: Option<String> },
    /// The part of the text that counts is neither `true` nor `false`.
    NotABoolean { text: String },
    /// A field of a release or of a version cannot be read; without a field, nothing of it can.
    NotRead {
        field: Option<String>,
        of: String,
        why: Box<Self>,
    },
    /// It, or a release or a version that it names, is dated after today.
    ToCome { what: Option<String>, date: Value },
    /// Something that is looked for is not there.
    Missing { what: Words, names: Vec<String> },
    /// It is there and has not all that is needed.
    Lacks {
        subject: Option<String>,
        what: Words,
    },
    /// A release is left out because it lacks a field that the entry demands.
    Undefined { of: String, field: String },
    /// A row is too short.
    TooFewCells { found: usize, needed: usize },
    /// It is not a release, or not one that counts.
    NotARelease { name: Option<String>, why: Words },
    /// It is of a `channel` or a `stream` that is not followed.
    OtherTrack { track: Words, name: String },
    /// The page does not exist.
    Absent { error: String },
    /// The product file gives a version an earlier day.
    KnownEarlier { of: String, since: Value },
    /// It does not state the day of a field, which is `releaseDate` or `eol`.
    Unsaid { field: Words, of: String },
    /// Without the characters that an identifier cannot have it is the name of something else.
    Lossy { name: String },
    /// It has another form than the method reads.
    Unusable { why: Words },
    /// It is an item of JSON without what every item has.
    Malformed { error: String },
}

impl SkipReason {
    /// Its filter leaves nothing of a name.
    pub const EMPTY_NAME: Self = Self::Unusable {
        why: "has an empty name",
    };

    /// Something without a name is not there.
    pub fn missing(what: Words) -> Self {
        let names = Vec::new();
        Self::Missing { what, names }
    }

    /// The subject, or what was seen, lacks something.
    pub fn lacks(subject: Option<&str>, what: Words) -> Self {
        let subject = subject.map(str::to_owned);
        Self::Lacks { subject, what }
    }

    /// A name is refused, since its identifier is that of something else.
    pub fn lossy(name: &str) -> Self {
        let name = name.to_owned();
        Self::Lossy { name }
    }

    /// What was seen is not a release, or not one that counts.
    pub fn not_a_release(why: Words) -> Self {
        Self::NotARelease { name: None, why }
    }

    /// A field of a release or of a version cannot be read.
    pub fn not_read(field: Option<&str>, of: &str, why: impl Into<Self>) -> Self {
        let (field, of) = (field.map(str::to_owned), of.to_owned());
        let why = Box::new(why.into());
        Self::NotRead { field, of, why }
    }

    /// A text has several names or days.
    pub fn several(text: &str) -> Self {
        let (text, name) = (text.to_owned(), None);
        Self::Several { text, name }
    }

    /// The text of a name matches no pattern.
    pub fn not_included(text: &str) -> Self {
        if listed(text).is_empty() {
            return Unmatched::NotIncluded.into();
        }
        Self::several(text)
    }

    /// Whether it was to be read and cannot be; otherwise it is not wanted, or does not state it
    /// yet. A text without a digit, such as `TBD` or `Supported`, is not a misread date.
    pub fn is_unreadable(&self) -> bool {
        match self {
            Self::NotADate { text } => text.bytes().any(|byte| byte.is_ascii_digit()),
            Self::NotRead { why, .. } => why.is_unreadable(),
            Self::UnclearDate { .. }
            | Self::Several { .. }
            | Self::NotABoolean { .. }
            | Self::Missing { .. }
            | Self::Lacks { .. }
            | Self::TooFewCells { .. }
            | Self::Lossy { .. }
            | Self::Unusable { .. }
            | Self::Malformed { .. } => true,
            Self::Unmatched { .. }
            | Self::ToCome { .. }
            | Self::Undefined { .. }
            | Self::NotARelease { .. }
            | Self::OtherTrack { .. }
            | Self::Absent { .. }
            | Self::KnownEarlier { .. }
            | Self::Unsaid { .. } => false,
        }
    }

    /// A text gives no day.
    pub fn no_day(text: &str, why: NoDay) -> Self {
        let text = text.to_owned();
        let attribute = match why {
            NoDay::NotADate => return Self::NotADate { text },
            NoDay::Ambiguous => None,
            NoDay::Contradicted(other) => Some(other),
        };
        Self::UnclearDate { text, attribute }
    }

    /// Whether a field that holds `held` in the file stops reading by this: the text has a digit
    /// and cannot be read, or it is words where a day was.
    pub fn stops_reading(&self, raw: &str, held: Option<&Value>) -> bool {
        let was_day = || held.and_then(Value::date_or_quoted).is_some();
        match self {
            Self::NotRead { why, .. } => why.stops_reading(raw, held),
            Self::NotADate { .. } if self.is_unreadable() => true,
            Self::NotADate { .. }
            | Self::Unmatched {
                by: Unmatched::NotIncluded,
                ..
            } => raw.contains(char::is_alphanumeric) && was_day(),
            Self::Missing { .. } => was_day(),
            Self::NotABoolean { .. } => held.is_some_and(|held| !held.is_blank()),
            _ => self.is_unreadable(),
        }
    }

    /// The date of a version is not a date.
    pub fn bad_date(version: &str, text: &str) -> Self {
        let text = text.to_owned();
        Self::not_read(Some("date"), version, Self::NotADate { text })
    }
}

impl From<Unmatched> for SkipReason {
    fn from(by: Unmatched) -> Self {
        Self::Unmatched { name: None, by }
    }
}

impl From<Words> for SkipReason {
    fn from(why: Words) -> Self {
        Self::Unusable { why }
    }
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let then = |what: &Option<String>, after: &str| match what {
            Some(what) => format!("{what}{after}"),
            None => String::new(),
        };
        match self {
            Self::Unmatched { name, by } => write!(f, "{}{by}", then(name, " ")),
            Self::NotADate { text } => {
                let why = why_no_date(text).map(|why| format!(": {why}"));
                let why = why.unwrap_or_default();
                write!(f, "`{}` is not a date{why}", Excerpt(text))
            }
            Self::UnclearDate { text, attribute } => {
                let text = Excerpt(text);
                match attribute {
                    Some(other) => write!(
                        f,
                        "`{text}` is shown where an attribute says `{}`: the date is unclear",
                        Excerpt(other)
                    ),
                    None => write!(
                        f,
                        "`{text}` is an ambiguous date: day and month can be in either order"
                    ),
                }
            }
            Self::Several {
                name: Some(name), ..
            } => {
                write!(
                    f,
                    "{name} is one of several names, of which `regex` picks none"
                )
            }
            Self::Several { text, .. } => {
                let text = Excerpt(text);
                write!(
                    f,
                    "`{text}` has several values, of which `regex` picks none"
                )
            }
            Self::NotABoolean { text } => {
                write!(f, "`{}` is neither true nor false", Excerpt(text))
            }
            Self::NotRead { field, of, why } => write!(f, "{}{of}: {why}", then(field, " of ")),
            Self::ToCome { what, date } => {
                let dated = then(what, &format!(" is dated {date}, which "));
                write!(f, "{dated}is still to come")
            }
            Self::Missing { what, names } if names.is_empty() => write!(f, "no {what}"),
            Self::Missing { what, names } => write!(f, "no {what} `{}`", names.join("`, `")),
            Self::Lacks { subject, what } => write!(f, "{}has no {what}", then(subject, " ")),
            Self::Undefined { of, field } => write!(f, "{of} has no `{field}` and is left out"),
            Self::TooFewCells { found, needed } => {
                write!(f, "{found} cells where {needed} are needed")
            }
            Self::NotARelease { name, why } => write!(f, "{}{why}", then(name, " ")),
            Self::OtherTrack { track, name } => write!(f, "of {track} {name}"),
            Self::KnownEarlier { of, since } => write!(f, "{of} is known since {since}"),
            Self::Unsaid { field: "eol", of } => write!(f, "it states no end of {of}"),
            Self::Unsaid { of, .. } => write!(f, "it does not state when {of} came out"),
            Self::Absent { error } => f.write_str(error),
            Self::Lossy { name } => write!(
                f,
                "`{}` cannot be the name of a release cycle: it would be `{}`",
                Excerpt(name),
                identifier(name)
            ),
            Self::Unusable { why } => f.write_str(why),
            Self::Malformed { error } => write!(f, "is not of the expected shape: {error}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::release_data::{Origin, Skipped, Subject};

    #[test]
    fn a_skipped_item_in_json_has_the_words_and_the_data() {
        let skipped = Skipped {
            origin: Origin::default(),
            reason: SkipReason::bad_date("1.0", "soon"),
            subject: Subject::default(),
        };
        let skipped = json!(skipped);
        assert_eq!(skipped["reason"], "date of 1.0: `soon` is not a date");
        let why = json!({ "kind": "not_a_date", "text": "soon" });
        let all = json!({ "kind": "not_read", "field": "date", "of": "1.0", "why": why });
        assert_eq!(skipped["why"], all);
    }

    #[test]
    fn a_date_that_is_refused_says_why() {
        let said = |text, why| SkipReason::no_day(text, why).to_string();
        assert_eq!(
            said("30 February 2027", NoDay::NotADate),
            "`30 February 2027` is not a date: the calendar has no such day"
        );
        assert_eq!(
            said("02/07/2027", NoDay::Ambiguous),
            "`02/07/2027` is an ambiguous date: day and month can be in either order"
        );
        let other = NoDay::Contradicted("2027-12-30".into());
        assert_eq!(
            said("31 December 2027", other),
            "`31 December 2027` is shown where an attribute says `2027-12-30`: the date is unclear"
        );
    }

    #[test]
    fn a_date_that_is_not_there_yet_is_not_misread() {
        let is_unreadable = |text| SkipReason::bad_date("1.0", text).is_unreadable();
        assert!(
            !["", "-", "TBD", "Not announced"]
                .into_iter()
                .any(is_unreadable)
        );
        assert!(["31.31.2024", "Q3 2024"].into_iter().all(is_unreadable));
    }

    #[test]
    fn what_is_not_named_is_not_said() {
        let by = Unmatched::NotIncluded;
        let name = Some("1.0".to_owned());
        assert_eq!(SkipReason::from(by).to_string(), "matches no `regex`");
        let named = SkipReason::Unmatched { name, by };
        assert_eq!(named.to_string(), "1.0 matches no `regex`");
        assert_eq!(SkipReason::lacks(None, "age").to_string(), "has no age");
        let (what, date) = (None, Value::of_text("2026-02-01"));
        let to_come = SkipReason::ToCome { what, date };
        assert_eq!(to_come.to_string(), "is still to come");
    }
}
