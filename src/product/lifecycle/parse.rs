//! One lifecycle rule as text.

use std::sync::LazyLock;

use regex::Regex;

use super::rule::{END_FIELDS, Formula, LifecycleRule, Of, Scope};

/// The scope that some words say, if they are about nothing else.
pub(super) fn scope_of(words: &str) -> Option<Scope> {
    let words = words.to_lowercase().replace("non lts", "non-lts");
    // Which cycle of several lines is the next is found out by what the file holds.
    let words = words.replace("inside a given major release", "");
    let words = words.split([' ', ':', ',', '(', ')', '-']).filter(|word| {
        !matches!(
            *word,
            "" | "for"
                | "the"
                | "a"
                | "version"
                | "versions"
                | "release"
                | "releases"
                | "innovation"
        )
    });
    match words.collect::<Vec<_>>()[..] {
        [] => Some(Scope::All),
        ["lts" | "lta" | "ltsc"] => Some(Scope::Lts),
        ["non", "lts" | "lta" | "ltsc"] => Some(Scope::NonLts),
        _ => None,
    }
}

/// What is left of a text that is read.
pub(super) struct Text<'a> {
    rest: &'a str,
    pub(super) is_comment: bool,
    /// How many formulas it is within.
    depth: usize,
}

/// How many formulas may be within one another.
const DEPTH: usize = 4;

impl<'a> Text<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            rest: text.trim(),
            is_comment: false,
            depth: 0,
        }
    }

    /// Takes what a pattern matches at the start, with the blanks behind it.
    fn take(&mut self, pattern: &Regex) -> Option<&'a str> {
        let found = pattern.find(self.rest).filter(|found| found.start() == 0)?;
        self.rest = self.rest[found.end()..].trim_start();
        Some(found.as_str())
    }

    fn take_sign(&mut self, signs: &[char]) -> Option<char> {
        let sign = self
            .rest
            .chars()
            .next()
            .filter(|sign| signs.contains(sign))?;
        self.rest = self.rest[sign.len_utf8()..].trim_start();
        Some(sign)
    }

    /// `scope: eoas(x) = eol(x) = formula, end of month`.
    pub(super) fn rule(mut self) -> Option<LifecycleRule> {
        static START: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(?i)\b(?:eol|eoas|eoes|support|discontinued)\b\s*[(~=/]")
                .expect("a valid pattern")
        });
        let start = START.find(self.rest)?.start();
        let scope = scope_of(&self.rest[..start])?;
        self.rest = &self.rest[start..];
        let fields = self.left()?;
        let rule = self.right(fields)?;
        Some(LifecycleRule {
            scope: if scope == Scope::All {
                rule.scope
            } else {
                scope
            },
            ..rule
        })
    }

    /// `scope: formula`, where a heading names the fields.
    pub(super) fn rule_of(mut self, fields: &[&'static str]) -> Option<LifecycleRule> {
        let (words, formula) = self.rest.split_once(':').unwrap_or(("", self.rest));
        let scope = scope_of(words)?;
        self.rest = formula.trim();
        let rule = self.right(fields.to_vec())?;
        Some(LifecycleRule { scope, ..rule })
    }

    /// The fields before the last `=`.
    pub(super) fn left(&mut self) -> Option<Vec<&'static str>> {
        let mut fields = Vec::new();
        loop {
            let before = self.rest;
            let field = self.field();
            let is_left = field
                .as_ref()
                .is_some_and(|(name, of)| END_FIELDS.contains(name) && *of == Of::Newer(0));
            self.take_sign(&['~']).filter(|_| self.is_comment);
            let sign = self.take_sign(&['=', '/']).filter(|_| is_left);
            let (Some((name, _)), Some(_)) = (field, sign) else {
                self.rest = before;
                return (!fields.is_empty()).then_some(fields);
            };
            fields.push(name);
        }
    }

    fn right(mut self, fields: Vec<&'static str>) -> Option<LifecycleRule> {
        let mut formula = self.formula()?;
        let tail = self.rest.to_lowercase();
        let tail = tail.trim_start_matches([',', '.', ' ']);
        let is_rounded = ["end of month", "end of the month"]
            .iter()
            .any(|end| tail.contains(end));
        if is_rounded {
            formula = Formula::MonthEnd(Box::new(formula));
        }
        let mut scope = Scope::All;
        if self.is_comment {
            let words = tail.split([',', ' ', '(']).next().unwrap_or_default();
            let is_more = tail.starts_with(['(', '[', '>'])
                || matches!(
                    words,
                    "" | "or" | "except" | "unless" | "rounded" | "estimation" | "for"
                );
            if !is_more || tail.starts_with("(starting") {
                return None;
            }
            let about = tail
                .strip_prefix("for ")
                .map(|tail| tail.split(" or ").next().unwrap_or(tail));
            match about
                .or(tail
                    .strip_prefix('(')
                    .and_then(|tail| tail.strip_suffix(')')))
                .map(scope_of)
            {
                Some(None) if tail.starts_with("for ") => return None,
                Some(Some(of)) => scope = of,
                _ => {}
            }
        } else if !matches!(tail, "" | "end of month") {
            return None;
        }
        Some(LifecycleRule {
            fields,
            scope,
            formula,
        })
    }

    fn formula(&mut self) -> Option<Formula> {
        static FUNCTION: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"(?i)^(?:max|min)\s*\(").expect("a valid pattern"));
        static OFFSET: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(?i)^(\d+(?:\.5)?)\s*(days?|weeks?|months?|years?|[dwmy])\b")
                .expect("a valid pattern")
        });
        let mut formula = if let Some(name) = self.take(&FUNCTION) {
            self.depth += 1;
            if self.depth > DEPTH {
                return None;
            }
            let first = self.formula()?;
            self.take_sign(&[','])?;
            let both = Box::new([first, self.formula()?]);
            self.take_sign(&[')'])?;
            self.depth -= 1;
            if name.to_lowercase().starts_with("max") {
                Formula::Max(both)
            } else {
                Formula::Min(both)
            }
        } else {
            let (name, of) = self.field()?;
            Formula::Field(name, of)
        };
        let (mut months, mut days) = (0, 0);
        while let Some(sign) = self.take_sign(&['+', '-']) {
            let offset = self.take(&OFFSET)?;
            let found = OFFSET.captures(offset)?;
            let halves: i64 = match found[1].split_once('.') {
                Some((whole, _)) => whole.parse::<i64>().ok()?.checked_mul(2)? + 1,
                None => found[1].parse::<i64>().ok()?.checked_mul(2)?,
            };
            let by = if sign == '-' { -halves } else { halves };
            let (factor, of) = match found[2].to_lowercase().chars().next()? {
                'y' => (12, &mut months),
                'm' => (1, &mut months),
                'w' => (7, &mut days),
                _ => (1, &mut days),
            };
            *of += by
                .checked_mul(factor)
                .filter(|by| by % 2 == 0 && by.abs() < 20_000)?
                / 2;
        }
        if months != 0 || days != 0 {
            formula = Formula::Later(Box::new(formula), i32::try_from(months).ok()?, days);
        }
        Some(formula)
    }

    /// `name(x)`, `name(x+1)` or `name(next LTS)`; in a comment `name` alone too.
    fn field(&mut self) -> Option<(&'static str, Of)> {
        static FIELD: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(
                r"(?i)^([a-z]+)\s*(?:\(\s*(?:[a-z](?:\.[a-z])?\s*(?:\+\s*(\d))?|(next LTS))\s*\))?",
            )
            .expect("a valid pattern")
        });
        let is_comment = self.is_comment;
        let found = FIELD.captures(self.take(&FIELD)?)?;
        let is_bare = !found[0].trim_end().ends_with(')');
        if is_bare && self.rest.starts_with('(') {
            return None; // Of another cycle than the grammar knows.
        }
        let name = match &*found[1].to_lowercase() {
            "releasedate" => "releaseDate",
            "release" if is_comment && !is_bare => "releaseDate",
            "latestreleasedate" => "latestReleaseDate",
            "lts" if !is_bare => "lts",
            "support" if is_comment => "eoas",
            name => END_FIELDS.into_iter().find(|field| *field == name)?,
        };
        let of = match found.get(2) {
            _ if is_bare && !is_comment => return None,
            _ if found.get(3).is_some() => Of::NextLts,
            Some(count) => Of::Newer(count.as_str().parse().ok()?),
            None => Of::Newer(0),
        };
        Some((name, of))
    }
}
