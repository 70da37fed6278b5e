//! Patterns: regular expressions with the meaning of Python's `re.match` with `MULTILINE`.
//!
//! A match starts at the first character and need not reach the last. Only named groups
//! are given out.
//!
//! # Dialect
//! `regex` runs every pattern it accepts, in linear time. One that it refuses, such as
//! one with a look-ahead, runs in `fancy-regex` with a limit on back-tracking: a pattern
//! from a stranger may be refused or given up, it cannot hang the run.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::de::{Deserialize, Deserializer, Error as _};

use super::error::VersionError;
use super::python_regex::from_python;

use crate::bounds::bound;

/// How far a back-tracking pattern may search before it is given up.
const BACKTRACK_LIMIT: usize = 100_000;

/// How often a pattern may be given up before it is no longer tried: a page has many texts.
const GIVE_UP_LIMIT: usize = 10;

/// The longest pattern that is accepted, in bytes.
const PATTERN_LENGTH: usize = 10_000;

/// The largest automaton of a pattern, in bytes: four times the largest known one.
const SIZE_LIMIT: usize = 1 << 20;

/// How many patterns one list may have.
const LIST_LENGTH: usize = 20;

/// A regular expression, matched from the first character of a text.
#[derive(Clone)]
pub struct Pattern {
    source: String,
    engine: Engine,
}

#[derive(Clone)]
enum Engine {
    Linear(regex::Regex),
    Backtracking(Arc<Backtracking>),
}

/// A pattern that may search back and forth, and how often that was given up.
struct Backtracking {
    regex: fancy_regex::Regex,
    given_up: AtomicUsize,
}

impl Backtracking {
    /// Whether the pattern was given up so often that it is tried no more.
    fn is_hopeless(&self) -> bool {
        self.given_up.load(Ordering::Relaxed) >= bound(GIVE_UP_LIMIT)
    }

    /// What was found, unless the pattern was given up.
    fn noted<T>(&self, found: Result<T, fancy_regex::Error>) -> Option<T> {
        if found.is_err() {
            self.given_up.fetch_add(1, Ordering::Relaxed);
        }
        found.ok()
    }
}

/// The named groups of one match, in the order of the pattern; `None` where a group took no part.
pub type Groups = Vec<(String, Option<String>)>;

/// What a group took: where it begins, in bytes, and the text.
type Part<'t> = (usize, &'t str);

/// One match in a text; its named groups in the order of the pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match<'t> {
    pub start: usize,
    pub text: &'t str,
    pub groups: Vec<(&'t str, Option<&'t str>)>,
}

impl Pattern {
    /// Compiles a pattern for matches that start at the first character of a text.
    pub fn new(source: &str) -> Result<Self, VersionError> {
        Self::compile(source, r"(?m)\A", true)
    }

    /// As [`Pattern::new`], but `^` and `$` are the ends of the text and not of its lines;
    /// as in Python, `$` also matches before one last line end.
    pub fn whole(source: &str) -> Result<Self, VersionError> {
        Self::compile(source, r"\A", false)
    }

    /// Compiles a pattern for matches that may start anywhere in a text.
    pub fn anywhere(source: &str) -> Result<Self, VersionError> {
        Self::compile(source, "(?m)", true)
    }

    fn compile(source: &str, start: &str, lines: bool) -> Result<Self, VersionError> {
        let refuse = |reason: String| VersionError::Regex {
            pattern: source.to_owned(),
            reason,
        };
        if source.len() > bound(PATTERN_LENGTH) {
            return Err(refuse(format!("longer than {PATTERN_LENGTH} bytes")));
        }
        let translated = from_python(source, lines).map_err(refuse)?;
        let whole = format!("{start}(?:{translated})");
        let size = bound(SIZE_LIMIT);
        let linear = regex::RegexBuilder::new(&whole)
            .size_limit(size)
            .dfa_size_limit(size)
            .build();
        // Each of these may make an automaton of its own.
        let automata = 1 + whole.matches("(?").count();
        let engine = match linear {
            Ok(regex) => Engine::Linear(regex),
            Err(regex::Error::CompiledTooBig(_)) => {
                return Err(refuse(format!("its automaton is larger than {size} bytes")));
            }
            Err(refused) => match fancy_regex::RegexBuilder::new(&whole)
                .backtrack_limit(bound(BACKTRACK_LIMIT))
                .delegate_size_limit(size / automata)
                .delegate_dfa_size_limit(size / automata)
                .build()
            {
                Ok(regex) => Engine::Backtracking(Arc::new(Backtracking {
                    regex,
                    given_up: AtomicUsize::new(0),
                })),
                Err(error) => {
                    let reason = last_line(&refused.to_string());
                    // What is no mistake, as only back-tracking can do it.
                    let is_known = ["not supported", "unrecognized flag"];
                    let is_known = is_known.iter().any(|end| reason.ends_with(end));
                    return Err(refuse(match error {
                        fancy_regex::Error::ParseError(_, error) if is_known => error.to_string(),
                        error if is_known => error.to_string(),
                        _ => reason,
                    }));
                }
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
        self.names().into_iter().flatten().collect()
    }

    /// The names of the groups that have one, by their numbers.
    fn names(&self) -> Vec<Option<&str>> {
        match &self.engine {
            Engine::Linear(regex) => regex.capture_names().collect(),
            Engine::Backtracking(bounded) => bounded.regex.capture_names().collect(),
        }
    }

    /// The groups of each match in a text, by their numbers: where one begins, and its text.
    fn found<'t>(&'t self, text: &'t str) -> Box<dyn Iterator<Item = Vec<Option<Part<'t>>>> + 't> {
        match &self.engine {
            Engine::Linear(regex) => Box::new(regex.captures_iter(text).map(|captures| {
                let parts = captures.iter();
                parts
                    .map(|part| part.map(|part| (part.start(), part.as_str())))
                    .collect()
            })),
            Engine::Backtracking(bounded) if bounded.is_hopeless() => Box::new(std::iter::empty()),
            Engine::Backtracking(bounded) => {
                let all = bounded.regex.captures_iter(text);
                let all = all.map_while(|found| bounded.noted(found));
                Box::new(all.map(|captures| {
                    let parts = captures.iter();
                    parts
                        .map(|part| part.map(|part| (part.start(), part.as_str())))
                        .collect()
                }))
            }
        }
    }

    /// The named ones of the groups of a match.
    fn named(&self, parts: &[Option<Part<'_>>]) -> Groups {
        let groups = self.names().into_iter().zip(parts);
        groups
            .filter_map(|(name, part)| {
                Some((name?.to_owned(), part.map(|(_, text)| text.to_owned())))
            })
            .collect()
    }

    /// The named groups of the match that starts the text, if one does.
    ///
    /// A back-tracking pattern that passes its limit counts as no match.
    pub fn groups(&self, text: &str) -> Option<Groups> {
        self.found(text).next().map(|parts| self.named(&parts))
    }

    /// All matches in a text: where each begins, its text, and its named groups.
    ///
    /// A back-tracking pattern that passes its limit ends the search.
    pub fn matches_in<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Match<'t>> {
        let names = self.names();
        self.found(text).filter_map(move |parts| {
            let (start, text) = (*parts.first()?)?;
            let groups = names.iter().zip(&parts);
            let groups =
                groups.filter_map(|(name, part)| Some(((*name)?, part.map(|(_, text)| text))));
            let groups = groups.collect();
            Some(Match {
                start,
                text,
                groups,
            })
        })
    }

    /// The numbered groups of every match in a text, the pattern being searched anywhere in it.
    ///
    /// Only for a pattern made by [`Pattern::anywhere`]; a group that took no part is empty.
    pub fn find_all(&self, text: &str) -> Vec<Vec<String>> {
        let texts = |parts: Vec<Option<Part<'_>>>| -> Vec<String> {
            let groups = parts.into_iter().skip(1);
            groups
                .map(|part| part.map_or_else(String::new, |(_, text)| text.to_owned()))
                .collect()
        };
        self.found(text).map(texts).collect()
    }

    /// How many groups the pattern has, named or not.
    pub fn group_count(&self) -> usize {
        match &self.engine {
            Engine::Linear(regex) => regex.captures_len() - 1,
            Engine::Backtracking(bounded) => bounded.regex.captures_len() - 1,
        }
    }

    /// Whether a match starts the text.
    pub fn matches(&self, text: &str) -> bool {
        match &self.engine {
            Engine::Linear(regex) => regex.is_match(text),
            Engine::Backtracking(bounded) => {
                !bounded.is_hopeless() && bounded.noted(bounded.regex.is_match(text)) == Some(true)
            }
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

/// What is left of an engine's many-line message: its last line, which names the mistake.
fn last_line(message: &str) -> String {
    let line = message.lines().last().unwrap_or(message);
    line.trim().trim_start_matches("error: ").to_owned()
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
                    if patterns.len() >= bound(LIST_LENGTH) {
                        return Err(A::Error::custom(format!(
                            "more than {LIST_LENGTH} patterns in one list; join some with `|`"
                        )));
                    }
                    patterns.push(pattern);
                }
                Ok(Patterns(patterns))
            }
        }
        deserializer.deserialize_any(OneOrMany)
    }
}
#[cfg(test)]
mod tests {
    use super::*;

    /// What the group `v` of a pattern takes of a text.
    fn taken(pattern: &str, text: &str) -> Option<String> {
        let groups = Pattern::new(pattern).unwrap().groups(text)?;
        groups.into_iter().find(|(name, _)| name == "v")?.1
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
    fn a_match_says_where_it_begins_and_what_its_groups_took() {
        let pattern = Pattern::anywhere(r"^v(?P<v>\d+)(?P<rest>x)?$").unwrap();
        let found: Vec<_> = pattern.matches_in("v1\nno v2\nv3x").collect();
        let starts: Vec<_> = found.iter().map(|one| (one.start, one.text)).collect();
        assert_eq!(starts, [(0, "v1"), (9, "v3x")]);
        assert_eq!(found[0].groups, [("v", Some("1")), ("rest", None)]);
    }

    #[test]
    fn a_whole_text_ends_where_python_ends_it() {
        let matches = |pattern: &str, text: &str| Pattern::whole(pattern).unwrap().matches(text);
        assert!(matches("^a$", "a"));
        assert!(matches("^a$", "a\n"));
        assert!(!matches("^a$", "a\nb"));
        assert!(matches("(?m)^a$", "a\nb"));
        assert!(matches(r"^a[$]\$$", "a$$"));
    }

    #[test]
    fn a_match_starts_at_the_first_character_and_ends_anywhere() {
        assert_eq!(taken(r"(?P<v>\d+)", "12 or more").as_deref(), Some("12"));
        assert_eq!(taken(r"(?P<v>\d+)", "v12"), None);
        assert_eq!(taken(r"^(?P<v>\d+)$", "x\n12"), None);
        assert_eq!(taken(r"^(?P<v>.+)$", "one\ntwo").as_deref(), Some("one"));
    }

    #[test]
    fn an_alternative_cannot_escape_the_anchor() {
        assert!(!Pattern::new(r"a|(?P<v>b)").unwrap().matches("xb"));
    }

    #[test]
    fn python_takes_odd_braces_and_brackets_for_themselves() {
        assert_eq!(
            taken(r"{product}\s(?P<v>\d{,2})", "{product} 123").as_deref(),
            Some("12")
        );
        assert_eq!(
            taken(r"[o|[O](?P<v>[]&&x]+)\Z", "[]&x").as_deref(),
            Some("]&x")
        );
    }

    #[test]
    fn what_python_reads_otherwise_is_read_as_python_reads_it() {
        for (pattern, text, value) in [
            (r"\<(?P<v>\w+)\>", "<a>", "a"),
            (r"(?P<v>[!--]+)", "#,!x", "#,!"),
            (r"(?P<v>[\101-\103\b]+)\060", "AB\u{8}0", "AB\u{8}"),
            (r"(a)?(?P<v>(?(1)b|c))", "c", "c"),
            (r"(?P<n>a)?(?P<v>(?(n)b|c))", "ab", "b"),
            (r"(?P<q>['`])(?P<v>.*?)(?P=q)", "`7`", "7"),
            (r"(?P<v>(a)\2)", "aa", "aa"),
            (r"(a)?(?P<v>(?(1)b|c))", "ab", "b"),
            (r"(?P<v>x{,}y{,1}\{?)", "xxy{", "xxy{"),
            (r"(?P<v>\w+)", "\u{e9}\u{b2}_\u{301}", "\u{e9}\u{b2}_"),
            (r"(?P<v>[\s,]+)", " ,\u{1c}x", " ,\u{1c}"),
            (r"(?xi) (?P<v> A [ #]b ) # [ (", "a#b", "a#b"),
            (r"(?P<v>(?x: a b )\x20c)(?#])", "ab c", "ab c"),
            (r"(?P<v>\d{4})-\d\d\Z", "\u{662}024-01", "\u{662}024"),
        ] {
            assert_eq!(taken(pattern, text).as_deref(), Some(value), "{pattern}");
        }
        for (pattern, text) in [
            (r"(?P<v>a++)ab", "aaab"),
            (r"(?P<v>a{1,3}+a)", "aaa"),
            (r"(?P<v>(?:a|ab)*+c)", "abc"),
            (r"(?P<v>[[:alpha:]]+)", "abc"),
        ] {
            assert_eq!(taken(pattern, text), None, "{pattern}");
        }
    }

    #[test]
    fn what_python_refuses_or_cannot_be_translated_is_refused() {
        for (pattern, reason) in [
            (
                r"\N{EN DASH}",
                r"`\N{…}` is not supported; write the character itself",
            ),
            (
                "a(?i)b",
                "`(?i)` must stand at the start; for a part, write `(?i:…)`",
            ),
            ("(?a)b", "the flag `a` is not supported"),
            ("(?U)a+", "the flag `U` is not supported"),
            ("(?&v)", "`(?&v` is not supported"),
            (r"\h", r"`\h` means nothing in a regex of Python"),
            (r"[\Z]", r"`\Z` means nothing in a regex of Python"),
            (
                r"\x{e9}",
                r"`\x` needs the 2 hexadecimal digits of a character",
            ),
            (r"\400", r"`\400` is larger than `\377`"),
            ("a**", "`*` repeats a repetition"),
            ("^+", "nothing that `+` could repeat"),
            ("(?P<a.b>c)", "`a.b` is not a name of a group"),
            ("(?P<a>b)++(?P<a>c)", "two groups have the name `a`"),
            (
                "(?(2)a|b)(c)",
                "`(?(2)` is about a group that is not there: it has 1",
            ),
            ("[a-\\d]", "a range of a class needs two characters"),
            ("[a", "unclosed character class"),
            ("a)", "unopened group"),
        ] {
            let error = Pattern::new(pattern).unwrap_err().to_string();
            assert_eq!(error, format!("bad regex `{pattern}`: {reason}"));
        }
    }

    #[test]
    fn a_look_ahead_is_understood_and_bounded() {
        let shell = r"^PowerShell (?P<v>\d+\.\d+)(?!.*\(preview\)).*$";
        assert_eq!(taken(shell, "PowerShell 7.4 (LTS)").as_deref(), Some("7.4"));
        assert_eq!(taken(shell, "PowerShell 7.5 (preview)"), None);
        let explosive = r"^(?=(a+)+$)(a+)+\1$(?P<v>b)";
        assert_eq!(taken(explosive, &"a".repeat(200)), None);
    }

    #[test]
    fn a_pattern_that_was_given_up_too_often_is_not_tried_again() {
        let pattern = Pattern::new(r"(?:(a|aa)+\1(?P<v>b)|(?P<w>x))").unwrap();
        assert!(pattern.matches("x"));
        for _ in 0..GIVE_UP_LIMIT {
            assert!(!pattern.matches(&"a".repeat(200)));
        }
        assert!(!pattern.matches("x"));
        assert_eq!(pattern.groups("x"), None);
        assert_eq!(
            Pattern::new(pattern.source())
                .unwrap()
                .groups("x")
                .unwrap()
                .len(),
            2
        );
    }

    #[test]
    fn a_large_automaton_and_many_small_ones_are_refused() {
        for pattern in [r"\w{60}".to_owned(), r"(?=\w{20})".repeat(500)] {
            assert!(Pattern::new(&pattern).is_err(), "{pattern:.20}");
        }
        assert!(Pattern::new(r"(?P<v>\w{1,4}\.\w+)(?!\w)").is_ok());
    }

    #[test]
    fn a_list_of_patterns_is_short() {
        let read = |count| serde_json::from_value::<Patterns>(vec!["a"; count].into());
        assert_eq!(read(20).unwrap().0.len(), 20);
        let error = read(21).unwrap_err().to_string();
        assert!(error.contains("more than 20 patterns"), "{error}");
    }

    #[test]
    fn a_bad_regex_says_what_is_wrong() {
        for (pattern, reason) in [
            ("(a", "unclosed group"),
            ("(?=a)*b", "Target of repeat operator is invalid"),
        ] {
            let message = Pattern::new(pattern).unwrap_err().to_string();
            assert_eq!(message, format!("bad regex `{pattern}`: {reason}"));
        }
    }
}
