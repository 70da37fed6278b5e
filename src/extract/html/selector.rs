//! CSS selectors, with the texts that they look for in elements.
//!
//! `:-soup-contains("…")` is rewritten as a choice of attributes, with which a document marks its
//! elements. A selector comes from a stranger, so it has its bounds.

use std::fmt::{self, Write as _};
use std::sync::LazyLock;

use regex::Regex;
use serde::de::{Deserialize, Deserializer, Error as _};

use super::parts::nesting;
use crate::bounds::bound;
use crate::text::{Excerpt, visible};

/// The longest selector that is accepted, in bytes: it is matched against every element of a page.
const LONGEST: usize = 1_000;
/// How many texts a selector may look for: each is looked for in the whole page.
const TEXTS: usize = 8;

/// How many brackets may be in one another.
const DEEPEST: usize = 8;

/// A CSS selector that may use `:-soup-contains("…")`.
#[derive(Clone)]
pub struct Selector {
    source: String,
    /// The same in plain CSS.
    pub(super) plain: String,
    pub(super) css: scraper::Selector,
    pub(super) contains: Vec<Contains>,
}

/// A text that a selector looks for in elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Contains {
    pub(super) text: String,
    /// Only in the element's own text, not in its descendants'.
    pub(super) own: bool,
}

/// A selector that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("bad selector `{}`: {}", Excerpt(selector), visible(reason))]
pub struct SelectorError {
    /// The selector as written.
    pub selector: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Selector {
    /// Reads a selector.
    pub fn new(source: &str) -> Result<Self, SelectorError> {
        let refuse = |reason: String| SelectorError {
            selector: source.to_owned(),
            reason,
        };
        if source.len() > bound(LONGEST) {
            return Err(refuse(format!("longer than {LONGEST} bytes")));
        }
        let mut contains = Vec::new();
        let plain = rewrite(source, &mut contains)
            .ok_or_else(|| refuse("`:-soup-contains()` needs texts in quotes".into()))?;
        if contains.len() > bound(TEXTS) {
            return Err(refuse(format!("more than {TEXTS} texts")));
        }
        if nesting(&plain) > bound(DEEPEST) {
            return Err(refuse(format!("brackets more than {DEEPEST} deep")));
        }
        let css = scraper::Selector::parse(&plain);
        let css = css.map_err(|error| refuse(misread(&plain, &error.to_string())))?;
        Ok(Self {
            source: source.to_owned(),
            plain,
            css,
            contains,
        })
    }

    /// The selector as written.
    pub fn source(&self) -> &str {
        &self.source
    }
}

impl fmt::Debug for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Selector({:?})", self.source)
    }
}

impl<'de> Deserialize<'de> for Selector {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// The selector in plain CSS: each `:-soup-contains("a", "b")` is a choice of attributes.
fn rewrite(source: &str, contains: &mut Vec<Contains>) -> Option<String> {
    const FORMS: [(&str, bool); 3] = [
        (":-soup-contains-own(", true),
        (":-soup-contains(", false),
        (":contains(", false),
    ];
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        if let Some((form, own)) = FORMS.iter().find(|(form, _)| rest.starts_with(form)) {
            let (texts, after) = arguments(&rest[form.len()..])?;
            let choices: Vec<String> = texts
                .into_iter()
                .map(|text| {
                    let marked = Contains { text, own: *own };
                    let choice = format!("[{}]", marked.attribute());
                    contains.push(marked);
                    choice
                })
                .collect();
            out.extend([":is(", &choices.join(","), ")"]);
            rest = after;
        } else if c == '"' || c == '\'' {
            let end = 1 + closing_quote(&rest[1..], c)? + 1;
            out.push_str(&rest[..end]);
            rest = &rest[end..];
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    Some(out)
}

/// What is wrong with a selector in plain CSS; the message of the crate asks to report most of it.
fn misread(css: &str, message: &str) -> String {
    static PSEUDO: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"::?[\w-]+").expect("a valid pattern"));
    let is_known = |pseudo: &str| {
        let mut arguments = ["", "(a)", "(1)"].iter();
        arguments.any(|argument| scraper::Selector::parse(&format!("a{pseudo}{argument}")).is_ok())
    };
    match message.lines().last().unwrap_or_default() {
        "DanglingCombinator" => "nothing follows its last `>`, `+` or `~`",
        "ExpectedNamespace" => "a namespace (`a|b`) is not supported; write the name alone",
        "Unexpected EOL" => "it is not complete; a bracket or a quote is not closed",
        "Token was not expected" => "a character is out of place; put a value into quotes",
        attribute if attribute.contains("Attr") => {
            "an attribute is `[name]`, or `[name=\"value\"]` with `=`, `^=`, `$=`, `*=`, `~=` or `|=`"
        }
        _ => {
            let mut pseudo = PSEUDO.find_iter(css).map(|found| found.as_str());
            if let Some(part) = pseudo.find(|part| !is_known(part)) {
                return format!(
                    "`{part}` is not supported; `:first-child`, `:nth-child()`, `:nth-of-type()`, \
                     `:has()`, `:is()`, `:not()` and `:-soup-contains(\"…\")` are"
                );
            }
            "a part is empty, or does not begin with a name, `.class`, `#id`, `[attribute]` or `:`"
        }
    }
    .to_owned()
}

/// The quoted texts up to the closing parenthesis, and what follows it.
fn arguments(mut rest: &str) -> Option<(Vec<String>, &str)> {
    let mut texts = Vec::new();
    loop {
        rest = rest.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let end = closing_quote(&rest[1..], quote)?;
        texts.push(rest[1..=end].replace(&format!("\\{quote}"), &quote.to_string()));
        rest = rest[end + 2..].trim_start();
        match rest.chars().next()? {
            ',' => rest = &rest[1..],
            ')' => return Some((texts, &rest[1..])),
            _ => return None,
        }
    }
}

/// The place of an unescaped quote.
fn closing_quote(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let closes = c == quote && !escaped;
        escaped = c == '\\' && !escaped;
        closes.then_some(at)
    })
}

impl Contains {
    /// The attribute that marks the elements; the text in hexadecimal, so that no text is another's.
    pub(super) fn attribute(&self) -> String {
        let kind = if self.own { "own" } else { "all" };
        let mut out = format!("shelflife-contains-{kind}-");
        for byte in self.text.bytes() {
            write!(out, "{byte:02x}").expect("writing to a String does not fail");
        }
        out
    }
}

/// A selector of the program itself.
pub fn selector(source: &str) -> Selector {
    Selector::new(source).expect("a valid selector")
}

#[cfg(test)]
mod tests {
    use super::Selector;

    #[test]
    fn a_bad_selector_is_refused_with_what_to_write() {
        for (selector, reason) in [
            ("tr:eq(1) td:not(.x)", "`:eq` is not supported"),
            ("td:not(a::before)", "`::before` is not supported"),
            ("p:hover", "`:hover` is not supported"),
            (":-soup-contains('a'):first", "`:first` is not supported"),
            ("> td", "a part is empty, or does not begin with"),
            ("//table", "a part is empty, or does not begin with"),
            ("a,,b", "a part is empty, or does not begin with"),
            ("", "a part is empty, or does not begin with"),
            ("div >", "nothing follows its last `>`"),
            ("atom|link", "write the name alone"),
            ("a[", "a bracket or a quote is not closed"),
            ("a[href^=http://x]", "put a value into quotes"),
            ("a[b!=c]", "an attribute is `[name]`"),
            ("a[=b]", "an attribute is `[name]`"),
        ] {
            let error = Selector::new(selector).unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("bad selector `{selector}`: ")),
                "{error}"
            );
            assert!(
                error.contains(reason) && !error.contains("report"),
                "{error}"
            );
        }
    }
}
