//! A text of a document to the value of a field.
//!
//! A field has a filter (which texts count, and which part of them) and a kind (what the
//! part is read as). Whatever has rows shares this: tables, JSON, XML, spreadsheets, text.
//!
//! Without a regex, the lines of a text are one. A name or a day has no mark of a footnote at an
//! end, and hyphens for the hyphens and minus signs of Unicode.
//!
//! A name that lists several (`3.1 and 3.2`, `4.1` above `4.2`) is refused, and so is a first
//! line which a regex that ends in `$` takes where a later line gives another name or day.

use std::sync::Arc;

use crate::date::{Attribute, DayOrder, Wanted, Zone, parse_any};
use crate::release_data::{SkipReason, identifier, is_lossy};
use crate::text::{collapse, plain, trim, with_hyphens, without_marks};
use crate::value::Value;
use crate::version::{
    Derivation, Pattern, Patterns, Template, Unmatched, VersionError, VersionFilter, WHOLE, listed,
};

/// What the text of a field is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// As it is.
    String,
    /// A day, and no month.
    Day,
    /// A day, or the last day of a month.
    Date,
    /// A moment, a day, or the last day of a month. The moment of a release is its day in UTC,
    /// any other the day that is written.
    Datetime,
    /// `true` or `false`, in any case.
    Boolean,
    /// The first and the last of a list with commas.
    Range,
    /// A name as release cycles are named.
    Identifier,
}

/// By which rules a field is read where its config does not state it.
///
/// Product files have configs of both sorts, and what is not stated means different things
/// in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rules {
    /// Those of `release_table`: support dates are days whatever is stated, `^` and `$` are
    /// the ends of lines, and an excluded text takes the field back.
    Table,
    /// Those of all other documents: a stated kind counts, `^` and `$` are the ends of the
    /// text, and an excluded text is skipped.
    Document,
}

/// Fields that are days, and `lts`, which is one in tables only.
const DATES: [&str; 6] = [
    "releaseDate",
    "eoas",
    "eol",
    "eoes",
    "latestReleaseDate",
    "lts",
];

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Day => "day",
            Self::Date => "date",
            Self::Datetime => "datetime",
            Self::Boolean => "boolean",
            Self::Range => "range",
            Self::Identifier => "identifier",
        }
    }

    /// The kind of a field of this name for which a config asks `stated`.
    pub fn of_field(rules: Rules, name: &str, stated: Option<Self>) -> Self {
        match (name, stated) {
            ("releaseCycle" | "releaseLabel" | "name", Some(Self::Identifier)) => Self::Identifier,
            ("releaseCycle", _) => Self::String,
            ("releaseLabel", _) if rules == Rules::Table => Self::String,
            (name, _) if rules == Rules::Table && DATES.contains(&name) => Self::Date,
            (_, Some(stated)) => stated,
            ("lts", None) => Self::Boolean,
            ("date", None) => Self::Datetime,
            (name, None) if DATES.contains(&name) => Self::Datetime,
            _ => Self::String,
        }
    }
}

/// How the text of a field becomes its value.
#[derive(Debug, Clone)]
pub struct Field {
    /// The name under which the value is set.
    pub name: String,
    /// Whether an excluded text takes back what was known.
    pub taken_back: bool,
    /// Whether the config states its regex.
    is_stated: bool,
    kind: Kind,
    filter: VersionFilter,
}

/// The options of a field in a config, beside its place.
#[derive(Debug, Clone, Default)]
pub struct FieldOptions {
    /// What it is read as.
    pub kind: Option<Kind>,
    /// Which texts count; the first pattern that matches does.
    pub regex: Option<Patterns>,
    /// Which texts do not.
    pub regex_exclude: Option<Patterns>,
    /// What is made of the groups.
    pub template: Option<Template>,
}

impl Field {
    /// A field of this name, with what its config states.
    pub fn new(rules: Rules, name: &str, options: FieldOptions) -> Result<Self, VersionError> {
        let compile = |patterns: Option<Patterns>| {
            let patterns = patterns.unwrap_or_default().0;
            match rules {
                Rules::Table => Ok(patterns),
                Rules::Document => patterns
                    .iter()
                    .map(|pattern| Pattern::whole(pattern.source()))
                    .collect(),
            }
        };
        let is_stated = options.regex.is_some();
        let include = match options.regex {
            Some(patterns) => compile(Some(patterns))?,
            None => vec![default_pattern(rules, name)],
        };
        let template = options
            .template
            .unwrap_or_else(|| Template::new(WHOLE.1).expect("a valid template"));
        let kind = Kind::of_field(rules, name, options.kind);
        let filter = VersionFilter::new(include, compile(options.regex_exclude)?, template);
        filter.check(None)?;
        Ok(Self {
            name: name.to_owned(),
            taken_back: rules == Rules::Table,
            is_stated,
            kind,
            filter: filter.read_as(kind.word()),
        })
    }

    /// Whether it is read as a day.
    pub fn is_day(&self) -> bool {
        matches!(self.kind, Kind::Day | Kind::Date | Kind::Datetime)
    }

    /// Whether it is a day on which something ends.
    pub fn is_end(&self) -> bool {
        self.is_day() && matches!(&*self.name, "eoas" | "eol" | "eoes" | "discontinued")
    }

    /// How a text becomes a value.
    pub fn derivation(&self, raw: &str) -> Option<&Arc<Derivation>> {
        self.matched(raw).ok().map(|(_, derivation)| derivation)
    }

    /// Whether it is the name of a release or of a version.
    fn is_name(&self) -> bool {
        matches!(&*self.name, "releaseCycle" | "name")
    }

    /// The part of a text that counts.
    fn matched(&self, raw: &str) -> Result<(String, &Arc<Derivation>), Unmatched> {
        if !self.is_stated && raw.contains('\n') {
            return self.filter.render_by(&collapse(raw));
        }
        self.filter.render_by(raw)
    }

    /// The value of a text, or why it has none.
    pub fn read(&self, raw: &str) -> Result<Value, SkipReason> {
        self.read_in(DayOrder::default(), raw, &[])
    }

    /// The part of a text that is to be a date; none where the field is something else.
    pub fn date_text(&self, raw: &str) -> Option<String> {
        let (text, _) = self.wanted().and_then(|_| self.matched(raw).ok())?;
        Some(text)
    }

    /// Which dates it takes, if it is one: the day of a release is that of UTC, any other is the
    /// day that is written.
    fn wanted(&self) -> Option<Wanted> {
        match self.kind {
            Kind::Day => Some(Wanted::Day),
            // Nothing is stated of a date of a table, and it may show a moment.
            Kind::Date if !self.taken_back => Some(Wanted::DayOrMonth),
            Kind::Date | Kind::Datetime => Some(Wanted::Any(match self.name.as_str() {
                "date" | "releaseDate" | "latestReleaseDate" => Zone::Utc,
                _ => Zone::Written,
            })),
            Kind::String | Kind::Boolean | Kind::Range | Kind::Identifier => None,
        }
    }

    /// What a text with these attributes gives in a column whose dates have this order.
    pub fn read_in(
        &self,
        order: DayOrder,
        raw: &str,
        attributes: &[Attribute],
    ) -> Result<Value, SkipReason> {
        if is_formula(raw) {
            return Err("is a formula without a saved value".into());
        }
        let unmatched = |by| match by {
            Unmatched::NotIncluded if self.is_name() => SkipReason::not_included(raw),
            by => by.into(),
        };
        let (mut rendered, derivation) = self.matched(raw).map_err(unmatched)?;
        let is_value = |text: &str| self.is_name() || (self.is_day() && parse_any(text).is_some());
        if self.taken_back
            && self
                .filter
                .is_first_line(raw, (&rendered, derivation), is_value)
        {
            return Err(SkipReason::several(raw));
        }
        if self.is_name() {
            let hyphened = with_hyphens(&rendered, &[]);
            without_marks(&hyphened).clone_into(&mut rendered);
            let is_whole = !self.is_stated || rendered == plain(raw);
            let whole = if is_whole { raw } else { &rendered };
            if !listed(whole).is_empty() {
                return Err(SkipReason::several(whole));
            }
        }
        let text = trim(&rendered).to_owned();
        if let Some(wanted) = self.wanted() {
            // An attribute is beside the whole text, and contradicts no part of it.
            let attributes = if text == raw { attributes } else { &[] };
            let day = order.read(&rendered, attributes, wanted);
            let refused = |why| SkipReason::no_day(&text, why);
            return day.map(Value::Date).map_err(refused);
        }
        match self.kind {
            Kind::Identifier if is_lossy(&rendered) => Err(SkipReason::lossy(&text)),
            Kind::Identifier => Ok(Value::Text(identifier(&rendered))),
            Kind::Range => Ok(Value::Text(range(&rendered))),
            Kind::Boolean => match text.to_lowercase().as_str() {
                "true" => Ok(Value::Bool(true)),
                "false" => Ok(Value::Bool(false)),
                _ => Err(SkipReason::NotABoolean { text }),
            },
            _ => Ok(Value::Text(rendered)),
        }
    }
}

/// Whether a text is a formula of a spreadsheet, of which nobody knows the value.
fn is_formula(text: &str) -> bool {
    let formula = text.strip_prefix('=');
    formula.is_some_and(|formula| formula.starts_with(|c: char| c.is_alphanumeric() || c == '('))
}

fn default_pattern(rules: Rules, name: &str) -> Pattern {
    let (new, source): (fn(&str) -> _, _) = match (rules, name) {
        (Rules::Table, "releaseCycle") => (Pattern::new, r"^v?(?P<value>\d+(\.\d+)*)$"),
        (Rules::Table, _) => (Pattern::new, WHOLE.0),
        (Rules::Document, "name") => (Pattern::whole, r"^v?(?P<value>[1-9]\d*(\.\d+){0,3})$"),
        (Rules::Document, _) => (Pattern::whole, WHOLE.0),
    };
    new(source).expect("a valid pattern")
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

#[cfg(test)]
mod tests {
    use super::*;

    fn of_rules(rules: Rules, name: &str, kind: Option<Kind>, regex: Option<&str>) -> Field {
        let options = FieldOptions {
            kind,
            regex: regex.map(|regex| Patterns(vec![Pattern::new(regex).unwrap()])),
            ..FieldOptions::default()
        };
        Field::new(rules, name, options).unwrap()
    }

    fn field(name: &str, kind: Option<Kind>) -> Field {
        of_rules(Rules::Table, name, kind, None)
    }

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    #[test]
    fn lifecycle_fields_are_days_whatever_is_stated() {
        let eol = field("eol", Some(Kind::String));
        assert_eq!(eol.read("May 2020"), Ok(Value::of_text("2020-05-31")));
        let text = "soon".to_owned();
        assert_eq!(eol.read("soon"), Err(SkipReason::NotADate { text }));
        assert_eq!(eol.read(""), Err(Unmatched::NotIncluded.into()));
    }

    #[test]
    fn a_formula_is_no_value_of_any_kind() {
        for kind in [
            Kind::String,
            Kind::Identifier,
            Kind::Datetime,
            Kind::Boolean,
        ] {
            let field = of_rules(Rules::Document, "x", Some(kind), None);
            for formula in ["=EDATE(B2,36)", "=(A1)", "=A2&\".0\""] {
                let error = field.read(formula).unwrap_err();
                assert!(
                    error.is_unreadable() && error.to_string().contains("formula"),
                    "{formula}"
                );
            }
        }
        assert_eq!(field("codename", None).read("= x"), Ok(text("= x")));
    }

    #[test]
    fn a_list_becomes_its_ends() {
        let range = |text: &str| field("php", Some(Kind::Range)).read(text);
        assert_eq!(range("8.1 , 8.2,8.4"), Ok(Value::Text("8.1 - 8.4".into())));
        assert_eq!(range("8.1"), Ok(Value::Text("8.1".into())));
    }

    #[test]
    fn lines_are_one_where_no_regex_is_stated() {
        let read = |name, raw| field(name, None).read(raw);
        assert_eq!(
            read("codename", "Jammy\nJellyfish"),
            Ok(text("Jammy Jellyfish"))
        );
        assert_eq!(
            read("eol", "December 31,\n2027"),
            Ok(Value::of_text("2027-12-31"))
        );
        assert!(read("eol", "May 2027\nwas the old date; now June 2029").is_err());
    }

    #[test]
    fn a_name_or_a_day_is_not_one_of_several() {
        for regex in [None, Some("^(?P<value>.+)$"), Some(r"^(?P<value>[\d.]+)$")] {
            for rules in [Rules::Table, Rules::Document] {
                let name = of_rules(rules, "releaseCycle", None, regex);
                for raw in ["4.1\n4.2", "4.1 and 4.2", "4.1–4.2"] {
                    let text = |value: Value| value.to_string();
                    assert_eq!(
                        name.read(raw).map(text),
                        Err(SkipReason::several(raw)),
                        "{raw}"
                    );
                }
            }
        }
        let picked = of_rules(
            Rules::Table,
            "releaseCycle",
            None,
            Some(r"^(?P<value>[\d.]+) and"),
        );
        assert_eq!(picked.read("4.1 and 4.2"), Ok(text("4.1")));
        let eol = of_rules(Rules::Table, "eol", None, Some("^(?P<value>.+)$"));
        let raw = "2027-12-31\n2028-12-31";
        assert_eq!(eol.read(raw), Err(SkipReason::several(raw)));
        assert_eq!(
            eol.read("2027-12-31\n(planned)"),
            Ok(Value::of_text("2027-12-31"))
        );
    }

    #[test]
    fn a_label_keeps_the_mark_of_a_footnote_and_a_name_does_not() {
        let read =
            |name, raw| of_rules(Rules::Table, name, None, Some("^(?P<value>.+)$")).read(raw);
        assert_eq!(read("releaseLabel", "Jammy*"), Ok(text("Jammy*")));
        assert_eq!(read("releaseCycle", "22.04 [1]"), Ok(text("22.04")));
        let marked = of_rules(
            Rules::Table,
            "releaseCycle",
            None,
            Some(r"^(?P<value>\d+)\*$"),
        );
        assert_eq!(marked.read("22*"), Ok(text("22")));
    }

    #[test]
    fn a_release_cycle_is_a_dotted_number() {
        let cycle = field("releaseCycle", Some(Kind::Range));
        assert_eq!(cycle.read("v1.2"), Ok(Value::Text("1.2".into())));
        assert_eq!(cycle.read("1.2 LTS"), Err(Unmatched::NotIncluded.into()));
    }

    #[test]
    fn in_a_document_the_name_says_the_kind_and_a_stated_kind_wins() {
        let read = |name, kind, raw| of_rules(Rules::Document, name, kind, None).read(raw);
        let day = Ok(Value::of_text("2020-05-05"));
        for name in [
            "date",
            "releaseDate",
            "eoas",
            "eol",
            "eoes",
            "latestReleaseDate",
        ] {
            assert_eq!(read(name, None, "2020-05-05T23:30:00Z"), day, "{name}");
        }
        assert_eq!(read("lts", None, "True"), Ok(Value::Bool(true)));
        assert_eq!(
            read("lts", None, "2020"),
            Err(SkipReason::NotABoolean {
                text: "2020".into()
            })
        );
        assert_eq!(read("lts", Some(Kind::Datetime), "5 May 2020"), day);
        assert_eq!(read("eol", Some(Kind::String), "soon"), Ok(text("soon")));
        assert_eq!(read("codename", None, "Jammy"), Ok(text("Jammy")));
        assert_eq!(read("releaseCycle", None, "1.2 LTS"), Ok(text("1.2 LTS")));
    }

    #[test]
    fn the_name_of_a_version_has_up_to_four_numbers() {
        let name = of_rules(Rules::Document, "name", None, None);
        for (raw, version) in [("v7", "7"), ("1.2.3.4", "1.2.3.4"), ("10.0\n", "10.0")] {
            assert_eq!(name.read(raw), Ok(text(version)));
        }
        for raw in ["0.9", "1.2.3.4.5", "1.2-rc1", "V1.2", ""] {
            assert_eq!(name.read(raw), Err(Unmatched::NotIncluded.into()), "{raw}");
        }
    }

    #[test]
    fn in_a_document_a_line_end_is_no_end() {
        let two = "one\ntwo";
        let read = |regex| of_rules(Rules::Document, "codename", None, Some(regex)).read(two);
        assert_eq!(read("^(?P<value>one)$"), Err(Unmatched::NotIncluded.into()));
        assert_eq!(read("^(?P<value>.+)$"), Ok(text("one two")));
        assert_eq!(read("(?m)^(?P<value>.+)$"), Ok(text("one")));
        assert_eq!(read("(?s)^(?P<value>.+)$"), Ok(text(two)));
        assert_eq!(read(r"^(?P<value>[$\w]+)"), Ok(text("one")));
    }
}
