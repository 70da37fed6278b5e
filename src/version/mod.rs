//! Which names are versions, how a version is written, and which of two is newer.
//!
//! A [`VersionFilter`] is the `regex`, `regex_exclude` and `template` of an auto config.
//! A [`Pattern`] takes a raw name apart, a [`Template`] puts the version together; both
//! come from strangers, and each has its bounds.
//!
//! # Order
//! PEP 440; for names that PEP 440 cannot read, [`order`] gives `None`
//! and the caller falls back to dates.

mod derivation;
mod error;
mod pattern;
mod template;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::{Arc, LazyLock};

use regex::{Captures, Regex};

pub use derivation::{DEFAULT_REGEX, DEFAULT_TEMPLATE, Derivation, WHOLE};
pub use error::VersionError;
pub use pattern::{Groups, Match, Pattern, Patterns};
pub use template::Template;

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

    fn taken(&self, raw: &str) -> Result<(Groups, &Arc<Derivation>), Unmatched> {
        if self.exclude.iter().any(|pattern| pattern.matches(raw)) {
            return Err(Unmatched::Excluded);
        }
        self.include
            .iter()
            .zip(&self.derivations)
            .find_map(|(pattern, derivation)| Some((pattern.groups(raw)?, derivation)))
            .ok_or(Unmatched::NotIncluded)
    }
}

/// From how many digits on a number may not fit into 64 bits.
const LARGE: usize = 19;

/// The order of two version names under PEP 440, or `None` where it can read only one or neither.
pub fn order(a: &str, b: &str) -> Option<Ordering> {
    if is_dotted(a) && is_dotted(b) {
        // Nearly all names are numbers with dots, and there are many of them.
        return Some(compare_dotted(a, b));
    }
    let read = |name: &str| name.trim().parse::<pep440_rs::Version>().ok();
    if !has_large_number(a) && !has_large_number(b) {
        return Some(read(a)?.cmp(&read(b)?));
    }
    let [a, b] = within_64_bits([a, b]);
    Some(read(&a)?.cmp(&read(&b)?))
}

/// Whether a number of a name may not fit into 64 bits.
fn has_large_number(name: &str) -> bool {
    let mut numbers = name.split(|c: char| !c.is_ascii_digit());
    name.len() >= LARGE && numbers.any(|number| number.len() >= LARGE)
}

/// Two names in which numbers of 19 digits and more are replaced by smaller ones of the same order:
/// PEP 440 bounds no number, and its reader does.
fn within_64_bits(names: [&str; 2]) -> [Cow<'_, str>; 2] {
    static NUMBER: LazyLock<Regex> =
        LazyLock::new(|| Regex::new("0*([1-9][0-9]{18,})").expect("a valid pattern"));
    let size = |found: &Captures<'_>| (found[1].len(), found[1].to_owned());
    let all = names.iter().flat_map(|name| NUMBER.captures_iter(name));
    let mut sizes: Vec<_> = all.map(|found| size(&found)).collect();
    sizes.sort_unstable();
    let smaller = |found: &Captures<'_>| {
        let own = size(found);
        let rank = sizes.partition_point(|size| *size < own);
        format!("1{rank:018}")
    };
    names.map(|name| NUMBER.replace_all(name, smaller))
}

/// Whether PEP 440 reads a name as a pre-release: an alpha, a beta, a candidate, a development build.
pub fn is_prerelease(name: &str) -> bool {
    name.trim()
        .parse::<pep440_rs::Version>()
        .is_ok_and(|version| version.any_prerelease())
}

/// Whether a name is numbers with dots and nothing else.
fn is_dotted(name: &str) -> bool {
    let mut digit_before = false;
    let all = name.bytes().all(|byte| {
        let fits = byte.is_ascii_digit() || (byte == b'.' && digit_before);
        digit_before = byte != b'.';
        fits
    });
    all && digit_before
}

/// The order of two names that are numbers with dots; a missing number is zero.
fn compare_dotted(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    while !(a.is_empty() && b.is_empty()) {
        let (x, y);
        (x, a) = first_number(a);
        (y, b) = first_number(b);
        // Without leading zeros the longer number is the larger, however long they are.
        match x.len().cmp(&y.len()).then_with(|| x.cmp(y)) {
            Ordering::Equal => {}
            order => return order,
        }
    }
    Ordering::Equal
}

/// The digits before the first dot without their leading zeros, and what follows the dot.
fn first_number(name: &[u8]) -> (&[u8], &[u8]) {
    let end = name
        .iter()
        .position(|byte| *byte == b'.')
        .unwrap_or(name.len());
    let start = name[..end]
        .iter()
        .position(|byte| *byte != b'0')
        .unwrap_or(end);
    (&name[start..end], name.get(end + 1..).unwrap_or_default())
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

    #[test]
    fn versions_are_ordered_by_number() {
        assert_eq!(order("1.9", "1.10"), Some(Ordering::Less));
        assert_eq!(order("v1.0", "1"), Some(Ordering::Equal));
        assert_eq!(order("1.1.1a", "1.1.1"), Some(Ordering::Less));
        assert_eq!(order("3.95.1-01", "3.95.1"), Some(Ordering::Greater));
        assert_eq!(order("8u345-b01", "8"), None);
        assert_eq!(order("1..2", "1"), None);
        assert_eq!(order("2024.01", "2024.1.0"), Some(Ordering::Equal));
        assert_eq!(order("99999999999999999999", "1"), Some(Ordering::Greater));
    }

    #[test]
    fn numbers_beyond_64_bits_have_one_order_with_all_others() {
        let ascending = [
            "1rc1",
            "1",
            "v999999999999999999",
            "1000000000000000000rc2",
            "1000000000000000000",
            "v18446744073709551615",
            "18446744073709551616rc1",
            "18446744073709551616rc99999999999999999999",
            "00018446744073709551616",
            "18446744073709551616.post1",
            "99999999999999999999",
            "v100000000000000000000",
            "1!0",
        ];
        for (at, a) in ascending.iter().enumerate() {
            for (other, b) in ascending.iter().enumerate() {
                assert_eq!(order(a, b), Some(at.cmp(&other)), "{a} {b}");
            }
        }
        assert_eq!(order("99999999999999999999", "8u345-b01"), None);
    }

    #[test]
    fn numbers_are_ordered_as_pep_440_orders_them() {
        let names = [
            "0",
            "1",
            "1.0",
            "1.0.0.0.1",
            "01.2",
            "1.10",
            "1.9.99",
            "2023.12",
            "1.0.00",
        ];
        for a in names {
            for b in names {
                let read = |name: &str| name.parse::<pep440_rs::Version>().unwrap();
                assert_eq!(order(a, b), Some(read(a).cmp(&read(b))), "{a} {b}");
            }
        }
    }
}
