//! Which names are versions, how a version is written, and which of two is newer.
//!
//! A [`VersionFilter`] is the `regex`, `regex_exclude` and `template` of an auto config.
//! Patterns have the meaning of Python's `re.match` with `MULTILINE`: a match starts at
//! the first character and need not reach the last. Only named groups reach a template.
//!
//! # Dialect
//! `regex` runs every pattern it accepts, in linear time. One that it refuses, such as
//! one with a look-ahead, runs in `fancy-regex` with a limit on back-tracking: a pattern
//! from a stranger may be refused, it can not hang the run.
//!
//! # Templates
//! Liquid, cut down to what no product file can misuse: output, `if`, `unless`, `case`,
//! comments, and filters that do not repeat. There is no loop and no assignment.
//!
//! # Order
//! PEP 440, as the predecessor; for names that PEP 440 can not read, [`order`] says so
//! and the caller falls back to dates.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::LazyLock;

use serde::de::{Deserialize, Deserializer, Error as _};

/// The version regex of an auto config that states none.
pub const DEFAULT_REGEX: &str =
    r"^v?(?P<major>[1-9]\d*)\.(?P<minor>\d+)(\.(?P<patch>\d+)(\.(?P<tiny>\d+))?)?$";

/// The template of an auto config that states none.
pub const DEFAULT_TEMPLATE: &str = "{{major}}{% if minor %}.{{minor}}{% if patch %}.{{patch}}{% if tiny %}.{{tiny}}{% endif %}{% endif %}{% endif %}";

/// How far a back-tracking pattern may search before it is given up.
const BACKTRACK_LIMIT: usize = 1_000_000;

/// The longest template that is accepted, in bytes.
const TEMPLATE_LENGTH: usize = 2_000;

/// The longest pattern that is accepted, in bytes.
const PATTERN_LENGTH: usize = 10_000;

/// Why a pattern or a template was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// The pattern is no regular expression.
    #[error("bad regex `{}`: {reason}", crate::text::Excerpt(pattern))]
    Regex {
        /// The pattern as written.
        pattern: String,
        /// What is wrong with it, on one line.
        reason: String,
    },
    /// The template is no Liquid template of the accepted kind.
    #[error("bad template `{}`: {reason}", crate::text::Excerpt(template))]
    Template {
        /// The template as written.
        template: String,
        /// What is wrong with it, on one line.
        reason: String,
    },
}

/// A regular expression, matched from the first character of a text.
#[derive(Clone)]
pub struct Pattern {
    source: String,
    engine: Engine,
}

#[derive(Clone)]
enum Engine {
    Linear(regex::Regex),
    Backtracking(Box<fancy_regex::Regex>),
}

/// The named groups of one match, in the order of the pattern; `None` where a group took no part.
pub type Groups = Vec<(String, Option<String>)>;

impl Pattern {
    /// Compiles a pattern for matches that start at the first character of a text.
    pub fn new(source: &str) -> Result<Self, VersionError> {
        Self::compile(source, true)
    }

    /// Compiles a pattern for matches that may start anywhere in a text.
    pub fn anywhere(source: &str) -> Result<Self, VersionError> {
        Self::compile(source, false)
    }

    fn compile(source: &str, anchored: bool) -> Result<Self, VersionError> {
        let refuse = |reason: String| VersionError::Regex {
            pattern: source.to_owned(),
            reason,
        };
        if source.len() > PATTERN_LENGTH {
            return Err(refuse(format!("longer than {PATTERN_LENGTH} bytes")));
        }
        let translated = from_python(source);
        let whole = if anchored {
            format!(r"(?m)\A(?:{translated})")
        } else {
            format!("(?m){translated}")
        };
        let engine = match regex::Regex::new(&whole) {
            Ok(regex) => Engine::Linear(regex),
            Err(refused) => match fancy_regex::RegexBuilder::new(&whole)
                .backtrack_limit(BACKTRACK_LIMIT)
                .build()
            {
                Ok(regex) => Engine::Backtracking(Box::new(regex)),
                Err(_) => return Err(refuse(last_line(&refused.to_string()))),
            },
        };
        Ok(Self {
            source: source.to_owned(),
            engine,
        })
    }

    /// The pattern as written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The names of the groups, in order.
    pub fn group_names(&self) -> Vec<&str> {
        match &self.engine {
            Engine::Linear(regex) => regex.capture_names().flatten().collect(),
            Engine::Backtracking(regex) => regex.capture_names().flatten().collect(),
        }
    }

    /// The named groups of the match that starts the text, if one does.
    ///
    /// A back-tracking pattern that passes its limit counts as no match.
    pub fn groups(&self, text: &str) -> Option<Groups> {
        match &self.engine {
            Engine::Linear(regex) => {
                let captures = regex.captures(text)?;
                let group = |name: &str| captures.name(name).map(|found| found.as_str().to_owned());
                Some(
                    regex
                        .capture_names()
                        .flatten()
                        .map(|name| (name.to_owned(), group(name)))
                        .collect(),
                )
            }
            Engine::Backtracking(regex) => {
                let captures = regex.captures(text).ok()??;
                let group = |name: &str| captures.name(name).map(|found| found.as_str().to_owned());
                Some(
                    regex
                        .capture_names()
                        .flatten()
                        .map(|name| (name.to_owned(), group(name)))
                        .collect(),
                )
            }
        }
    }

    /// The numbered groups of every match in a text, the pattern being searched anywhere in it.
    ///
    /// Only for a pattern made by [`Pattern::anywhere`]; a group that took no part is empty.
    pub fn find_all(&self, text: &str) -> Vec<Vec<String>> {
        fn texts<'t>(groups: impl Iterator<Item = Option<&'t str>>) -> Vec<String> {
            groups
                .skip(1)
                .map(|group| group.unwrap_or_default().to_owned())
                .collect()
        }
        match &self.engine {
            Engine::Linear(regex) => regex
                .captures_iter(text)
                .map(|captures| texts(captures.iter().map(|group| group.map(|g| g.as_str()))))
                .collect(),
            Engine::Backtracking(regex) => regex
                .captures_iter(text)
                .map_while(Result::ok)
                .map(|captures| texts(captures.iter().map(|group| group.map(|g| g.as_str()))))
                .collect(),
        }
    }

    /// How many groups the pattern has, named or not.
    pub fn group_count(&self) -> usize {
        match &self.engine {
            Engine::Linear(regex) => regex.captures_len() - 1,
            Engine::Backtracking(regex) => regex.captures_len() - 1,
        }
    }

    /// Whether a match starts the text.
    pub fn matches(&self, text: &str) -> bool {
        match &self.engine {
            Engine::Linear(regex) => regex.is_match(text),
            Engine::Backtracking(regex) => regex.is_match(text).unwrap_or(false),
        }
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pattern({:?})", self.source)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// What is left of an engine's many-line message: its last line, which says what is wrong.
fn last_line(message: &str) -> String {
    let line = message.lines().last().unwrap_or(message);
    line.trim().trim_start_matches("error: ").to_owned()
}

/// A Python pattern in the dialect of the Rust engines.
///
/// Python takes a brace that is no repetition, and a bracket within a class, for itself;
/// `{,n}` means from none to n, and `\Z` is the end of the text.
fn from_python(source: &str) -> String {
    static REPETITION: LazyLock<regex::Regex> = LazyLock::new(|| {
        regex::Regex::new(r"\A\{(?:\d+(?:,\d*)?|,\d+)\}").expect("a valid pattern")
    });
    let mut out = String::with_capacity(source.len() + 8);
    let mut chars = source.char_indices().peekable();
    let mut class: Option<usize> = None; // where the class began
    while let Some((at, c)) = chars.next() {
        match (c, class) {
            ('\\', within) => match chars.next() {
                Some((_, 'Z')) if within.is_none() => out.push_str(r"\z"),
                Some((_, 's')) if within.is_none() => out.push_str(r"[\s\x1c-\x1f]"),
                Some((_, escaped)) => out.extend(['\\', escaped]),
                None => out.push('\\'),
            },
            ('[', None) => {
                class = Some(at);
                out.push('[');
                if let Some((_, '^')) = chars.peek() {
                    chars.next();
                    out.push('^');
                }
                if let Some((_, ']')) = chars.peek() {
                    chars.next();
                    out.push_str(r"\]");
                }
            }
            ('[', Some(_)) => out.push_str(r"\["),
            (']', Some(_)) => {
                class = None;
                out.push(']');
            }
            ('&' | '~' | '-', Some(_)) if chars.peek().is_some_and(|(_, next)| *next == c) => {
                out.extend(['\\', c]);
            }
            ('{', None) => match REPETITION.find(&source[at..]) {
                Some(found) if found.as_str().starts_with("{,") => out.push_str("{0"),
                Some(_) => out.push('{'),
                None => out.push_str(r"\{"),
            },
            ('}', None) => {
                let opened = source[..at].rfind('{').is_some_and(|open| {
                    REPETITION
                        .find(&source[open..])
                        .is_some_and(|found| open + found.end() == at + 1)
                });
                out.push_str(if opened { "}" } else { r"\}" });
            }
            (c, _) => out.push(c),
        }
    }
    out
}

/// A Liquid template over the named groups of a match.
#[derive(Clone)]
pub struct Template {
    source: String,
    kind: Kind,
    words: BTreeSet<String>,
}

#[derive(Clone)]
enum Kind {
    /// `{{name}}` and nothing else: by far the most common.
    Group(String),
    Liquid(std::sync::Arc<liquid::Template>),
}

impl Template {
    /// Compiles a template.
    pub fn new(source: &str) -> Result<Self, VersionError> {
        static PARSER: LazyLock<liquid::Parser> =
            LazyLock::new(|| parser().expect("the tags and filters are valid"));
        static WORD: LazyLock<regex::Regex> =
            LazyLock::new(|| regex::Regex::new(r"[A-Za-z_][\w-]*").expect("a valid pattern"));
        static GROUP: LazyLock<regex::Regex> = LazyLock::new(|| {
            regex::Regex::new(r"\A\{\{\s*([A-Za-z_]\w*)\s*\}\}\z").expect("a valid pattern")
        });
        let refuse = |reason: String| VersionError::Template {
            template: source.to_owned(),
            reason,
        };
        if source.len() > TEMPLATE_LENGTH {
            return Err(refuse(format!("longer than {TEMPLATE_LENGTH} bytes")));
        }
        let words = WORD
            .find_iter(source)
            .map(|word| word.as_str().to_owned())
            .collect();
        let kind = if let Some(group) = GROUP.captures(source) {
            Kind::Group(group[1].to_owned())
        } else {
            let parsed = PARSER
                .parse(source)
                .map_err(|error| refuse(one_line(&error.to_string())))?;
            Kind::Liquid(std::sync::Arc::new(parsed))
        };
        Ok(Self {
            source: source.to_owned(),
            kind,
            words,
        })
    }

    /// The template as written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The text that the template makes of the groups; a group that is absent renders as nothing.
    pub fn render(&self, groups: &Groups) -> String {
        let find = |name: &str| {
            groups
                .iter()
                .find(|(group, value)| group == name && value.is_some())
                .and_then(|(_, value)| value.clone())
        };
        match &self.kind {
            Kind::Group(name) => find(name).unwrap_or_default(),
            Kind::Liquid(template) => {
                let globals: liquid::Object = self
                    .words
                    .iter()
                    .map(|word| {
                        let value = find(word)
                            .map_or(liquid::model::Value::Nil, liquid::model::Value::scalar);
                        (liquid::model::KString::from_ref(word), value)
                    })
                    .collect();
                template.render(&globals).unwrap_or_default()
            }
        }
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Template({:?})", self.source)
    }
}

impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

fn one_line(message: &str) -> String {
    crate::text::collapse(message)
        .trim_start_matches("liquid: ")
        .to_owned()
}

fn parser() -> Result<liquid::Parser, liquid::Error> {
    use liquid_lib::stdlib;
    liquid::ParserBuilder::new()
        .block(stdlib::IfBlock)
        .block(stdlib::UnlessBlock)
        .block(stdlib::CaseBlock)
        .block(stdlib::CommentBlock)
        .block(stdlib::RawBlock)
        .filter(stdlib::Replace)
        .filter(stdlib::ReplaceFirst)
        .filter(stdlib::Remove)
        .filter(stdlib::RemoveFirst)
        .filter(stdlib::Strip)
        .filter(stdlib::Upcase)
        .filter(stdlib::Downcase)
        .filter(stdlib::Capitalize)
        .filter(stdlib::Plus)
        .filter(stdlib::Minus)
        .filter(stdlib::Default)
        .build()
}

/// One or many patterns, as a product file may write them.
#[derive(Debug, Clone, Default)]
pub struct Patterns(pub Vec<Pattern>);

impl<'de> Deserialize<'de> for Patterns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany;
        impl<'de> serde::de::Visitor<'de> for OneOrMany {
            type Value = Patterns;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a regex or a list of them")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Patterns, E> {
                Ok(Patterns(vec![Pattern::new(text).map_err(E::custom)?]))
            }
            fn visit_unit<E: serde::de::Error>(self) -> Result<Patterns, E> {
                Ok(Patterns::default())
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut seq: A,
            ) -> Result<Patterns, A::Error> {
                let mut patterns = Vec::new();
                while let Some(pattern) = seq.next_element()? {
                    patterns.push(pattern);
                }
                Ok(Patterns(patterns))
            }
        }
        deserializer.deserialize_any(OneOrMany)
    }
}

/// The `regex`, `regex_exclude` and `template` of an auto config or of one of its fields.
#[derive(Debug, Clone)]
pub struct VersionFilter {
    include: Vec<Pattern>,
    exclude: Vec<Pattern>,
    template: Template,
}

/// Why a text gave no version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
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
        Self {
            include,
            exclude,
            template,
        }
    }

    /// The filter of an auto config that states nothing.
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
        Self {
            include: include.map_or(standard.include, |patterns| patterns.0),
            exclude: exclude.unwrap_or_default().0,
            template: template.unwrap_or(standard.template),
        }
    }

    /// The include patterns.
    pub fn include(&self) -> &[Pattern] {
        &self.include
    }

    /// The exclude patterns.
    pub fn exclude(&self) -> &[Pattern] {
        &self.exclude
    }

    /// The groups of the first include pattern that matches, unless the text is excluded.
    pub fn groups(&self, raw: &str) -> Result<Groups, Unmatched> {
        if self.exclude.iter().any(|pattern| pattern.matches(raw)) {
            return Err(Unmatched::Excluded);
        }
        self.include
            .iter()
            .find_map(|pattern| pattern.groups(raw))
            .ok_or(Unmatched::NotIncluded)
    }

    /// The version that a raw name stands for.
    pub fn render(&self, raw: &str) -> Result<String, Unmatched> {
        self.groups(raw).map(|groups| self.template.render(&groups))
    }
}

/// The order of two version names under PEP 440, or `None` where it can read only one or neither.
pub fn order(a: &str, b: &str) -> Option<Ordering> {
    let read = |name: &str| name.trim().parse::<pep440_rs::Version>().ok();
    Some(read(a)?.cmp(&read(b)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(regex: &str, template: &str) -> VersionFilter {
        VersionFilter::new(
            vec![Pattern::new(regex).unwrap()],
            Vec::new(),
            Template::new(template).unwrap(),
        )
    }

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
    fn a_match_starts_at_the_first_character_and_ends_anywhere() {
        assert_eq!(
            filter(r"(?P<v>\d+)", "{{v}}")
                .render("12 or more")
                .as_deref(),
            Ok("12")
        );
        assert!(filter(r"(?P<v>\d+)", "{{v}}").render("v12").is_err());
        assert!(filter(r"^(?P<v>\d+)$", "{{v}}").render("x\n12").is_err());
        assert_eq!(
            filter(r"^(?P<v>.+)$", "{{v}}")
                .render("one\ntwo")
                .as_deref(),
            Ok("one")
        );
    }

    #[test]
    fn a_pattern_is_found_as_often_as_it_stands_there() {
        let pattern = Pattern::anywhere(r"OS (\d+)(?:\.(?P<minor>\d+))?").unwrap();
        assert_eq!(pattern.group_count(), 2);
        assert_eq!(
            pattern.find_all("iOS 7.1 and iPadOS 8"),
            [["7", "1"], ["8", ""]]
        );
    }

    #[test]
    fn an_alternative_can_not_escape_the_anchor() {
        assert!(filter(r"a|(?P<v>b)", "{{v}}").render("xb").is_err());
    }

    #[test]
    fn python_takes_odd_braces_and_brackets_for_themselves() {
        assert_eq!(
            filter(r"{product}\s(?P<v>\d{,2})", "{{v}}")
                .render("{product} 123")
                .as_deref(),
            Ok("12")
        );
        assert_eq!(
            filter(r"[o|[O](?P<v>[]&&x]+)\Z", "{{v}}")
                .render("[]&x")
                .as_deref(),
            Ok("]&x")
        );
    }

    #[test]
    fn a_look_ahead_is_understood_and_bounded() {
        let shell = filter(
            r"^PowerShell (?P<value>\d+\.\d+)(?!.*\(preview\)).*$",
            "{{value}}",
        );
        assert_eq!(shell.render("PowerShell 7.4 (LTS)").as_deref(), Ok("7.4"));
        assert!(shell.render("PowerShell 7.5 (preview)").is_err());
        let explosive = filter(r"^(?=(a+)+$)(a+)+\1$(?P<v>b)", "{{v}}");
        assert!(explosive.render(&"a".repeat(200)).is_err());
    }

    #[test]
    fn an_empty_group_is_true_and_an_absent_one_is_not() {
        let template = Template::new("{%if a%}yes{% else %}no{%endif%}{{ nowhere }}").unwrap();
        assert_eq!(
            template.render(&vec![("a".into(), Some(String::new()))]),
            "yes"
        );
        assert_eq!(template.render(&vec![("a".into(), None)]), "no");
        assert_eq!(template.render(&Vec::new()), "no");
    }

    #[test]
    fn a_template_may_replace_and_break_lines() {
        let template =
            Template::new("{{ v | replace: ' ', '.' }}{% if w %}\n{{w}}{% endif %}").unwrap();
        let groups = vec![
            ("v".to_owned(), Some("8 1".to_owned())),
            ("w".to_owned(), Some("x".to_owned())),
        ];
        assert_eq!(template.render(&groups), "8.1\nx");
    }

    #[test]
    fn a_template_that_loops_is_refused() {
        for source in [
            "{% for i in (1..9) %}x{% endfor %}",
            "{% assign a = 'b' %}",
            "{{ v | append: v }}",
            "{% if %}",
            "{{ v",
        ] {
            assert!(
                matches!(Template::new(source), Err(VersionError::Template { .. })),
                "{source}"
            );
        }
    }

    #[test]
    fn a_bad_regex_says_what_is_wrong() {
        let message = Pattern::new("(a").unwrap_err().to_string();
        assert_eq!(message, "bad regex `(a`: unclosed group");
    }

    #[test]
    fn versions_are_ordered_by_number() {
        assert_eq!(order("1.9", "1.10"), Some(Ordering::Less));
        assert_eq!(order("v1.0", "1"), Some(Ordering::Equal));
        assert_eq!(order("1.1.1a", "1.1.1"), Some(Ordering::Less));
        assert_eq!(order("3.95.1-01", "3.95.1"), Some(Ordering::Greater));
        assert_eq!(order("8u345-b01", "8"), None);
    }
}
