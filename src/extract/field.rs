//! A text of a page to the value of a field.
//!
//! A field has a filter (which texts count, and which part of them) and a kind (what the
//! part is read as). Tables, and whatever else has rows, share this.

use crate::date::parse_day_or_month;
use crate::release_data::identifier;
use crate::text::trim;
use crate::value::Value;
use crate::version::{Pattern, Patterns, Template, Unmatched, VersionFilter};

/// What the text of a field is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// As it is.
    String,
    /// A day, or the last day of a month.
    Date,
    /// The first and the last of a list with commas.
    Range,
    /// A name as release cycles are named.
    Identifier,
}

/// Fields that are days whatever a config says.
const DATES: [&str; 6] = [
    "releaseDate",
    "lts",
    "eoas",
    "eol",
    "eoes",
    "latestReleaseDate",
];

impl Kind {
    /// The kind of a field of this name for which a config asks `stated`.
    pub fn of_field(name: &str, stated: Option<Self>) -> Self {
        match (name, stated) {
            (name, _) if DATES.contains(&name) => Self::Date,
            ("releaseCycle" | "releaseLabel", Some(Self::Identifier)) => Self::Identifier,
            ("releaseCycle" | "releaseLabel", _) => Self::String,
            (_, stated) => stated.unwrap_or(Self::String),
        }
    }
}

/// How the text of a field becomes its value.
#[derive(Debug, Clone)]
pub struct Field {
    /// The name under which the value is set.
    pub name: String,
    kind: Kind,
    filter: VersionFilter,
}

/// What a text gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// A value.
    Value(Value),
    /// An exclude pattern matches: nothing is said, on purpose.
    Excluded,
    /// No include pattern matches.
    Unmatched,
    /// The part that counts is no day.
    NoDay(String),
}

impl Field {
    /// A field of this name, with what its config states.
    pub fn new(
        name: &str,
        stated: Option<Kind>,
        include: Option<Patterns>,
        exclude: Option<Patterns>,
        template: Option<Template>,
    ) -> Self {
        let include = include.map_or_else(|| vec![default_pattern(name)], |patterns| patterns.0);
        let template =
            template.unwrap_or_else(|| Template::new("{{value}}").expect("a valid template"));
        let filter = VersionFilter::new(include, exclude.unwrap_or_default().0, template);
        Self {
            name: name.to_owned(),
            kind: Kind::of_field(name, stated),
            filter,
        }
    }

    /// What a text gives.
    pub fn read(&self, raw: &str) -> Reading {
        let rendered = match self.filter.render(raw) {
            Ok(rendered) => rendered,
            Err(Unmatched::Excluded) => return Reading::Excluded,
            Err(Unmatched::NotIncluded) => return Reading::Unmatched,
        };
        match self.kind {
            Kind::String => Reading::Value(Value::Text(rendered)),
            Kind::Identifier => Reading::Value(Value::Text(identifier(&rendered))),
            Kind::Range => Reading::Value(Value::Text(range(&rendered))),
            Kind::Date => parse_day_or_month(&rendered).map_or_else(
                || Reading::NoDay(rendered),
                |day| Reading::Value(Value::Date(day)),
            ),
        }
    }
}

fn default_pattern(name: &str) -> Pattern {
    let source = if name == "releaseCycle" {
        r"^v?(?P<value>\d+(\.\d+)*)$"
    } else {
        "^(?P<value>.+)$"
    };
    Pattern::new(source).expect("a valid pattern")
}

fn range(text: &str) -> String {
    match (text.split(',').next(), text.split(',').next_back()) {
        (Some(first), Some(last)) if text.contains(',') => {
            format!(
                "{} - {}",
                first.trim_end_matches(crate::text::is_blank),
                last.trim_start_matches(crate::text::is_blank)
            )
        }
        _ => text.to_owned(),
    }
}

impl Reading {
    /// Why there is no value, in words for the run's log.
    pub fn reason(&self) -> Option<String> {
        match self {
            Self::Value(_) => None,
            Self::Excluded => Some(Unmatched::Excluded.to_string()),
            Self::Unmatched => Some(Unmatched::NotIncluded.to_string()),
            Self::NoDay(rendered) => Some(format!(
                "`{}` is no day",
                crate::text::Excerpt(trim(rendered))
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, kind: Option<Kind>) -> Field {
        Field::new(name, kind, None, None, None)
    }

    #[test]
    fn lifecycle_fields_are_days_whatever_is_stated() {
        let eol = field("eol", Some(Kind::String));
        assert_eq!(
            eol.read("May 2020"),
            Reading::Value(Value::of_text("2020-05-31"))
        );
        assert_eq!(eol.read("soon"), Reading::NoDay("soon".into()));
        assert_eq!(eol.read(""), Reading::Unmatched);
    }

    #[test]
    fn a_list_becomes_its_ends() {
        let range = |text: &str| field("php", Some(Kind::Range)).read(text);
        assert_eq!(
            range("8.1 , 8.2,8.4"),
            Reading::Value(Value::Text("8.1 - 8.4".into()))
        );
        assert_eq!(range("8.1"), Reading::Value(Value::Text("8.1".into())));
    }

    #[test]
    fn only_the_first_line_of_a_text_counts() {
        assert_eq!(
            field("codename", None).read("Jammy\nJellyfish"),
            Reading::Value(Value::Text("Jammy".into()))
        );
    }

    #[test]
    fn a_release_cycle_is_a_dotted_number() {
        let cycle = field("releaseCycle", Some(Kind::Range));
        assert_eq!(
            cycle.read("v1.2"),
            Reading::Value(Value::Text("1.2".into()))
        );
        assert_eq!(cycle.read("1.2 LTS"), Reading::Unmatched);
    }
}
