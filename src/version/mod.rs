//! Which names are versions, how a version is written, and which of two is newer.
//!
//! A [`VersionFilter`] is the `regex`, `regex_exclude` and `template` of an auto config.
//! A [`Pattern`] takes a raw name apart, a [`Template`] puts the version together; both
//! come from strangers, and each has its bounds. Patterns are tried on a text as it is written,
//! then on its plain form: in one line, with hyphens for the hyphens and minus signs of Unicode, and
//! without marks of footnotes at its ends.
//!
//! [`order()`] tells which of two is newer, and [`is_prerelease`] which are no releases.

mod derivation;
mod error;
mod order;
mod pattern;
mod python_regex;
mod template;

use std::sync::{Arc, LazyLock};

use regex::Regex;

pub use derivation::{DEFAULT_REGEX, DEFAULT_TEMPLATE, Derivation, WHOLE};
pub use error::VersionError;
pub use order::{is_prerelease, order, without_letter};
pub use pattern::{Groups, Match, Pattern, Patterns};
pub use template::Template;

use crate::text::{nearest, plain, trim, without_zero_width};

/// The `regex`, `regex_exclude` and `template` of an auto config or of one of its fields.
#[derive(Debug, Clone)]
pub struct VersionFilter {
    include: Vec<Pattern>,
    exclude: Vec<Pattern>,
    template: Template,
    /// One for each include pattern.
    derivations: Vec<Arc<Derivation>>,
}

/// Why a text gave no version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Unmatched {
    /// An exclude pattern matches it.
    #[error("excluded by `regex_exclude`")]
    Excluded,
    /// No include pattern matches it.
    #[error("matches no `regex`")]
    NotIncluded,
}

impl VersionFilter {
    /// A filter of these patterns; the first include pattern that matches is rendered.
    pub fn new(include: Vec<Pattern>, exclude: Vec<Pattern>, template: Template) -> Self {
        let derivation = |pattern: &Pattern| {
            Arc::new(Derivation {
                regex: pattern.source().to_owned(),
                template: template.source().to_owned(),
                kind: None,
            })
        };
        Self {
            derivations: include.iter().map(derivation).collect(),
            include,
            exclude,
            template,
        }
    }

    /// The same filter, for values that are read as `kind`.
    #[must_use]
    pub fn read_as(self, kind: &'static str) -> Self {
        let kind = Some(kind);
        let derivation = |derivation: Arc<Derivation>| {
            Arc::new(Derivation {
                kind,
                ..Arc::unwrap_or_clone(derivation)
            })
        };
        Self {
            derivations: self.derivations.into_iter().map(derivation).collect(),
            ..self
        }
    }

    /// The filter of an auto config without `regex` and `template`.
    pub fn standard() -> Self {
        static STANDARD: LazyLock<VersionFilter> = LazyLock::new(|| {
            VersionFilter::new(
                vec![Pattern::new(DEFAULT_REGEX).expect("a valid pattern")],
                Vec::new(),
                Template::new(DEFAULT_TEMPLATE).expect("a valid template"),
            )
        });
        STANDARD.clone()
    }

    /// A filter with the standard's parts where a part is not stated.
    pub fn or_standard(
        include: Option<Patterns>,
        exclude: Option<Patterns>,
        template: Option<Template>,
    ) -> Self {
        let standard = Self::standard();
        if let (None, None, None) = (&include, &exclude, &template) {
            return standard;
        }
        Self::new(
            include.map_or(standard.include, |patterns| patterns.0),
            exclude.unwrap_or_default().0,
            template.unwrap_or(standard.template),
        )
    }

    /// Whether the patterns have the groups that are needed, or those that the template writes:
    /// each of these is in one of them, and each of them has one of these.
    pub fn check(&self, needed: Option<&[&str]>) -> Result<(), VersionError> {
        let of_template = || self.template.needed_groups().collect();
        let user = match needed {
            Some(_) => "the method",
            None => "the `template`",
        };
        let needed = needed.map_or_else(of_template, <[_]>::to_vec);
        let all = self.include.iter().flat_map(Pattern::group_names);
        let all: Vec<&str> = all.collect();
        let absent = needed.iter().copied().find(|group| !all.contains(group));
        let wrong = self.include.iter().find_map(|pattern| {
            let own = pattern.group_names();
            let has_none = !needed.iter().any(|group| own.contains(group));
            let missing = absent.or_else(|| needed.first().copied().filter(|_| has_none))?;
            Some((pattern, missing, own))
        });
        let Some((pattern, missing, own)) = wrong else {
            return Ok(());
        };
        let near = nearest(missing, own.iter().copied()).or(own.first().copied());
        let near = near.map_or_else(String::new, |near| format!("; it has `{near}`"));
        Err(VersionError::Regex {
            pattern: pattern.source().to_owned(),
            reason: format!("no group `(?P<{missing}>…)`, which {user} uses{near}"),
        })
    }

    pub fn include(&self) -> &[Pattern] {
        &self.include
    }

    pub fn exclude(&self) -> &[Pattern] {
        &self.exclude
    }

    /// The groups of the first include pattern that matches, unless the text is excluded.
    pub fn groups(&self, raw: &str) -> Result<Groups, Unmatched> {
        self.taken(raw).map(|(groups, _)| groups)
    }

    /// The version that a raw name stands for.
    pub fn render(&self, raw: &str) -> Result<String, Unmatched> {
        self.groups(raw).map(|groups| self.template.render(&groups))
    }

    /// The version that a raw name stands for, and how it is made.
    pub fn render_by(&self, raw: &str) -> Result<(String, &Arc<Derivation>), Unmatched> {
        self.taken(raw)
            .map(|(groups, derivation)| (self.template.render(&groups), derivation))
    }

    /// How a text that gives a value does so.
    pub fn derivation(&self, raw: &str) -> Option<&Arc<Derivation>> {
        match &self.derivations[..] {
            [only] => Some(only),
            _ => self.taken(raw).ok().map(|(_, derivation)| derivation),
        }
    }

    /// Whether what a text gives is its first line, which `$` ends, and a later line gives another
    /// value.
    pub fn is_first_line(
        &self,
        raw: &str,
        (given, by): (&str, &Arc<Derivation>),
        is_value: impl Fn(&str) -> bool,
    ) -> bool {
        let is_other = |other: &String| !other.is_empty() && other != given && is_value(other);
        let mut others = raw
            .lines()
            .skip(1)
            .filter_map(|line| self.render(line).ok());
        by.regex.trim_end_matches(')').ends_with('$') && others.any(|other| is_other(&other))
    }

    fn taken(&self, raw: &str) -> Result<(Groups, &Arc<Derivation>), Unmatched> {
        let (raw, plain) = (without_zero_width(raw), plain(raw));
        let is_excluded = |text: &str| self.exclude.iter().any(|pattern| pattern.matches(text));
        if is_excluded(&raw) || (raw != plain && is_excluded(&plain)) {
            return Err(Unmatched::Excluded);
        }
        let find = |text: &str| {
            let mut patterns = self.include.iter().zip(&self.derivations);
            patterns.find_map(|(pattern, derivation)| Some((pattern.groups(text)?, derivation)))
        };
        let found = find(&raw).or_else(|| find(&plain).filter(|_| raw != plain));
        found.ok_or(Unmatched::NotIncluded)
    }
}

/// The names in a text that lists or spans several and nothing else: with commas, slashes, dashes,
/// words such as `and`, or a line for each. A hyphen without spaces is a part of a name.
pub fn listed(text: &str) -> Vec<&str> {
    static LIST: LazyLock<Regex> = LazyLock::new(|| {
        const NAME: &str = r"(?:[A-Za-z][A-Za-z ]*\s)?[vV]?\d[\w.]*(?:-\w+)*";
        const BETWEEN: &str =
            r"\s*(?:[,;&/\n\u{2013}\u{2014}]|,?\s(?:and|or|to|through|until|und|et)\s|\s-\s)\s*";
        Regex::new(&format!(r"\A{NAME}(?:{BETWEEN}{NAME})+\z")).expect("a valid pattern")
    });
    static NAME: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\b[vV]?(\d[\w.]*(?:-\w+)*)").expect("a valid pattern"));
    let text = trim(text);
    if !LIST.is_match(text) {
        return Vec::new();
    }
    let names = NAME.captures_iter(text).filter_map(|found| found.get(1));
    names.map(|name| name.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_filter_takes_two_to_four_numbers() {
        let standard = VersionFilter::standard();
        for (raw, version) in [
            ("v1.2", "1.2"),
            ("1.2.3", "1.2.3"),
            ("10.0.1.9", "10.0.1.9"),
        ] {
            assert_eq!(standard.render(raw).as_deref(), Ok(version));
        }
        for raw in ["7", "0.9", "01.2", "1.2-rc1", "V1.2", "1.2.3.4.5", ""] {
            assert_eq!(standard.render(raw), Err(Unmatched::NotIncluded), "{raw}");
        }
    }

    #[test]
    fn a_list_or_a_range_is_several_names_and_a_hyphen_is_a_part_of_one() {
        for list in [
            "3.1 and 3.2",
            "3.1, 3.2",
            "v3.1/v3.2",
            "3.1\n3.2",
            "3.1–3.2",
            "3.1 - 3.2",
            "Go 3.1 & 3.2",
        ] {
            assert_eq!(listed(list), ["3.1", "3.2"], "{list}");
        }
        for one in [
            "12-sp5", "2022-r2", "10-1809", "10 1809", "3.1", "3.1 LTS", "and 3.1", "8.*", "",
        ] {
            assert!(listed(one).is_empty(), "{one}");
        }
    }

    #[test]
    fn a_regex_without_a_group_that_its_template_needs_is_refused() {
        let wrong = |patterns: &[&str], template: &str| {
            let patterns = patterns.iter().map(|source| Pattern::new(source).unwrap());
            let template = Template::new(template).unwrap();
            let filter = VersionFilter::new(patterns.collect(), Vec::new(), template);
            filter.check(None).err().map(|error| error.to_string())
        };
        let missing = |pattern: &str, group: &str, has: &str| {
            let needed = format!("no group `(?P<{group}>…)`, which the `template` uses{has}");
            Some(format!("bad regex `{pattern}`: {needed}"))
        };
        let value = "(?P<value>.+)";
        assert_eq!(
            wrong(&[value], DEFAULT_TEMPLATE),
            missing(value, "major", "; it has `value`")
        );
        assert_eq!(
            wrong(&["Tape .+"], "{{value}}"),
            missing("Tape .+", "value", "")
        );
        let typo = r"(?P<majr>\d)\.(?P<minor>\d)";
        assert_eq!(
            wrong(&[typo], "{{major}}.{{minor}}"),
            missing(typo, "major", "; it has `majr`")
        );
        assert_eq!(
            wrong(&[value, "LTS"], "{{value}}"),
            missing("LTS", "value", "")
        );
        for (patterns, template) in [
            (&[value][..], "{{value}}"),
            (&["Never"], "2099-12-31"),
            (
                &["Never", value],
                "{% if value %}{{value}}{% else %}false{% endif %}",
            ),
            (&["(?P<a>x)", "(?P<b>y)"], "{{a}}{{ b | upcase }}"),
            (&["LTS", value], "{{ value | default: 'true' }}"),
            (&[r"(?P<major>\d+)"], DEFAULT_TEMPLATE),
            (&[], "{{value}}"),
        ] {
            assert_eq!(wrong(patterns, template), None, "{patterns:?} {template}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_pattern_or_a_template_is_seen() {
        let errors = [
            Pattern::new("(?P<v>\u{202e}").unwrap_err(),
            Pattern::new("(?\u{202e})").unwrap_err(),
            Template::new("{%\u{0}").unwrap_err(),
            Template::new("{% \u{202e} %}").unwrap_err(),
        ];
        for error in errors {
            let shown = error.to_string();
            assert!(!shown.contains(crate::text::is_hidden), "{shown:?}");
        }
    }
}
