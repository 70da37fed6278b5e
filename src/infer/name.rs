//! The regex that makes the names of cycles of the texts of a column.
//!
//! The simplest that reads most of them: what the method reads without one, then a text before the
//! number that most texts share (`Redis OSS v`), then one of a few ends (` LTS`, `.x`, words
//! without a number). Only where no regex makes numbers, the texts are taken whole.
//!
//! # What it refuses
//! A column of which less than six in ten texts are names, or in which names are not mostly
//! different. A regex that makes one name of two texts, as of two editions of `12`, or a release
//! of the name of a pre-release.

use std::collections::HashSet;

use crate::extract::field::{Field, FieldOptions, Rules};
use crate::product::RELEASE_CYCLE;
use crate::release_data::{identifier, is_lossy};
use crate::version::{Pattern, Patterns, WHOLE, is_prerelease};

/// How names are made of the texts of a column.
#[derive(Debug, Clone)]
pub(super) struct Naming {
    /// The regex, where one is needed.
    pub(super) regex: Option<String>,
    /// How many of the names are numbers, of 100.
    pub(super) numeric: usize,
    /// Whether most have three numbers and more, as those of patches have.
    pub(super) is_of_patches: bool,
}

/// What may stand behind the number.
const ENDS: [&str; 4] = [
    "",
    "( LTS)?",
    r"(\.[xX*])?",
    r"(\.[xX*])?([\s-][^\d(]*)?(\(.*)?",
];
const NUMBER: &str = r"\d+(\.\d+)*";
/// The longest text that is a name.
const LONGEST: usize = 40;

/// How names are made of these texts by a method that reads fields by `rules`.
pub(super) fn naming(rules: Rules, texts: &[&str]) -> Option<Naming> {
    let start = common_start(texts).unwrap_or_default();
    let escaped = regex::escape(start.trim_end_matches(['v', 'V']));
    let of_end = |end| format!("^{escaped}[vV]?(?P<value>{NUMBER}){end}$");
    let numbers = ENDS.iter().map(|end| {
        let plain = escaped.is_empty() && end.is_empty();
        let regex = of_end(end).replace("[vV]?", if start.ends_with('V') { "V?" } else { "v?" });
        // Without a regex, a table reads just these, and other documents what they hold.
        let is_default =
            plain && (rules == Rules::Table || !texts.iter().any(|text| text.starts_with('v')));
        (!is_default).then_some(regex)
    });
    // Of those that read as many the first.
    let numbers: Vec<_> = numbers
        .filter_map(|regex| judged(rules, texts, regex, true))
        .collect();
    let best = numbers.into_iter().rev().max_by_key(|(read, _)| *read);
    let whole = || {
        let regex = (rules == Rules::Table).then(|| WHOLE.0.to_owned());
        judged(rules, texts, regex, false)
    };
    best.or_else(whole).map(|(_, naming)| naming)
}

/// How many texts a regex reads, if they are enough.
fn judged(
    rules: Rules,
    texts: &[&str],
    regex: Option<String>,
    numeric: bool,
) -> Option<(usize, Naming)> {
    let patterns = match &regex {
        Some(regex) => Some(Patterns(vec![Pattern::new(regex).ok()?])),
        None => None,
    };
    let options = FieldOptions {
        regex: patterns,
        ..FieldOptions::default()
    };
    let field = Field::new(rules, RELEASE_CYCLE, options).ok()?;
    let mut read = HashSet::new();
    let mut names = Vec::new();
    for text in texts {
        let name = field.read(text).map(|value| value.to_string());
        let is_short = |name: &String| name.chars().count() <= LONGEST && !is_lossy(name);
        if let Some(name) = name.ok().filter(is_short) {
            if numeric && is_prerelease(text) && !is_prerelease(&name) {
                return None;
            }
            read.insert(*text);
            names.push(identifier(&name));
        }
    }
    let is_number = |name: &&String| name.chars().all(|c| c.is_ascii_digit() || c == '.');
    let numbers = names.iter().filter(is_number).count();
    let different: HashSet<&String> = names.iter().collect();
    let enough = 10 * names.len() >= 6 * texts.len()
        && 10 * different.len() >= 8 * names.len()
        && !names.is_empty()
        && (!numeric || (numbers == names.len() && different.len() == read.len()));
    let patches = names.iter().filter(|name| name.split('.').count() >= 3);
    let naming = Naming {
        regex,
        numeric: 100 * numbers / names.len().max(1),
        is_of_patches: 2 * patches.count() > names.len(),
    };
    enough.then_some((names.len(), naming))
}

/// The text before the number that most texts have; `None` where none has a number.
pub(super) fn common_start<'t>(texts: &[&'t str]) -> Option<&'t str> {
    let starts = texts.iter().filter_map(|text| {
        let digit = text.find(|c: char| c.is_ascii_digit())?;
        Some(&text[..digit])
    });
    let starts: Vec<&str> = starts.collect();
    let count = |start: &&&str| starts.iter().filter(|other| *other == *start).count();
    // Of equal ones the first.
    starts.iter().rev().max_by_key(count).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regex(texts: &[&str]) -> Option<String> {
        naming(Rules::Table, texts).map(|naming| naming.regex.unwrap_or_default())
    }

    #[test]
    fn the_simplest_regex_that_reads_all_names_is_taken() {
        let of = |texts: &[&str]| regex(texts).unwrap();
        assert_eq!(of(&["5.1", "v5.0", "4"]), "");
        assert_eq!(
            of(&["Redis OSS v7", "Redis OSS v6.2"]),
            r"^Redis OSS v?(?P<value>\d+(\.\d+)*)$"
        );
        assert_eq!(
            of(&["6.0", "5.2 LTS"]),
            r"^v?(?P<value>\d+(\.\d+)*)( LTS)?$"
        );
        assert_eq!(of(&["6.x", "5.x"]), r"^v?(?P<value>\d+(\.\d+)*)(\.[xX*])?$");
        assert_eq!(
            of(&["Debian 12 (Bookworm)", "Debian 11"]),
            r"^Debian v?(?P<value>\d+(\.\d+)*)(\.[xX*])?([\s-][^\d(]*)?(\(.*)?$"
        );
        let value = |text: &str| {
            let naming = of(&["3.7.x", "3.6.x", "3.5.1-recommended", "all others"]);
            let found = regex::Regex::new(&naming).unwrap();
            found.captures(text).map(|found| found["value"].to_owned())
        };
        assert_eq!(value("3.7.x").as_deref(), Some("3.7"));
        assert_eq!(value("3.5.1-recommended").as_deref(), Some("3.5.1"));
        assert_eq!(of(&["Bullseye", "Bookworm"]), "^(?P<value>.+)$");
    }

    #[test]
    fn a_column_of_other_texts_or_of_equal_names_has_none() {
        assert_eq!(
            regex(&[
                "12 Standard",
                "12 Enterprise",
                "11 Standard",
                "11 Enterprise"
            ]),
            Some("^(?P<value>.+)$".into())
        );
        assert_eq!(regex(&["yes", "no", "yes", "no", "yes"]), None);
        let whole = Some("^(?P<value>.+)$".into());
        assert_eq!(regex(&["7.0", "7.0 Update", "6.7 Update"]), whole);
        assert_eq!(regex(&["7.0-beta", "6.7"]), whole);
        let long = "a long sentence about a release that nobody takes for its name";
        assert_eq!(regex(&[long, "b"]), None);
    }
}
