//! JSON answers, read into what a method declares of them.
//!
//! JSONP is read where all of it is one call: `downloads([...])`. Half of a surrogate pair, which
//! no text can hold, is U+FFFD, so that it spoils no text but its own.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer};

pub mod rows;

use super::error::ExtractError;
use crate::bounds::bound;
use crate::page::Page;
use crate::release_data::SkipReason;

/// The value of a page that is JSON of the expected shape.
pub fn read<T: DeserializeOwned>(page: &Page) -> Result<T, ExtractError> {
    let text = page.text();
    let text = whole_pairs(&text);
    let (text, format) = source(&text, "JSON of the expected shape");
    parse(page, format, text)
}

/// How many values a document may have; one of an object takes the memory of several others.
const MOST: usize = 5_000_000;

fn parse<T: DeserializeOwned>(
    page: &Page,
    format: &'static str,
    text: &str,
) -> Result<T, ExtractError> {
    if values_in(text) > bound(MOST) {
        let bound = format!("has more than {MOST} values, an object counting as six");
        return Err(ExtractError::bound(page, bound));
    }
    serde_json::from_str(text).map_err(|error| ExtractError::format(page, format, error))
}

/// How many values a document has, an object counting as six.
fn values_in(text: &str) -> usize {
    let (mut values, mut is_text, mut escaped) = (1, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = is_text,
            b'"' => is_text = !is_text,
            b',' | b'[' if !is_text => values += 1,
            b'{' if !is_text => values += 6,
            _ => {}
        }
    }
    values
}

/// The text, or the argument of the one call that it is, and what it is then to be.
fn source<'t>(text: &'t str, format: &'static str) -> (&'t str, &'static str) {
    argument(text).map_or((text, format), |argument| {
        (argument, "JSON in one call of a function (JSONP)")
    })
}

/// What is in the brackets of a call, as servers write JSONP.
fn argument(text: &str) -> Option<&str> {
    static FUNCTION: LazyLock<Regex> = LazyLock::new(|| {
        let guard = r"(?:typeof +)?[\w$.]+(?: *===? *.function.)? *&& *";
        Regex::new(&format!(
            r"^(?:/\*[^*]*\*/)?\s*(?:{guard})?[A-Za-z_$][\w$.\[\]]*\s*$"
        ))
        .expect("a valid pattern")
    });
    let call = text.trim_end_matches(|c: char| c == ';' || c.is_whitespace());
    let (function, argument) = call.strip_suffix(')')?.split_once('(')?;
    let is_call = function.len() < 300 && FUNCTION.is_match(function.trim_start());
    (is_call && argument.trim_start().starts_with(['{', '['])).then_some(argument)
}

/// The text with U+FFFD for each half of a surrogate pair.
fn whole_pairs(text: &str) -> Cow<'_, str> {
    static ESCAPES: LazyLock<Regex> = LazyLock::new(|| {
        let pair = r"\\u[dD][89abAB][[:xdigit:]]{2}\\u[dD][c-fC-F][[:xdigit:]]{2}";
        Regex::new(&format!(
            r"{pair}|(?P<half>\\u[dD][89a-fA-F][[:xdigit:]]{{2}})|\\."
        ))
        .expect("a valid pattern")
    });
    if !text.contains(r"\ud") && !text.contains(r"\uD") {
        return text.into();
    }
    ESCAPES.replace_all(text, |found: &regex::Captures<'_>| {
        let half = found.name("half");
        half.map_or_else(|| found[0].to_owned(), |_| r"\ufffd".to_owned())
    })
}

/// One of many in a document, where one of another shape does not spoil the others.
#[derive(Debug)]
pub struct Item<T>(Result<T, String>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Item<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        Ok(Self(
            T::deserialize(value).map_err(|error| error.to_string()),
        ))
    }
}

impl<T> Item<T> {
    /// The item, or why it is skipped.
    pub fn read(&self) -> Result<&T, SkipReason> {
        let Self(read) = self;
        let malformed = |error: &String| SkipReason::Malformed {
            error: error.clone(),
        };
        read.as_ref().map_err(malformed)
    }
}

/// For `deserialize_with`: a field that may be null, and may not be left out.
pub fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Answer {
        #[serde(deserialize_with = "nullable")]
        link: Option<String>,
    }

    fn answer(text: &str) -> Result<Answer, ExtractError> {
        read(&Page::of_text("https://a.test/", text))
    }

    #[test]
    fn a_nullable_field_may_not_be_left_out() {
        let link = |text| answer(text).unwrap().link;
        assert_eq!(link(r#"{"link": "y"}"#).as_deref(), Some("y"));
        assert_eq!(link(r#"{"link": null}"#), None);
        assert!(answer("{}").is_err());
    }

    #[test]
    fn one_call_of_a_function_is_its_argument() {
        for call in [
            "downloads(@)",
            "\n cb ( @ ) ;\n",
            "/**/ typeof cb === 'function' && cb(@);",
            "/**/_jqjsp.x[0](@);",
            "cb && cb(@)",
        ] {
            let text = call.replace('@', r#"{"link": "a) (b"}"#);
            assert_eq!(
                answer(&text).unwrap().link.as_deref(),
                Some("a) (b"),
                "{call}"
            );
        }
        for other in ["a([{}]); b([{}]);", "a({x: 1})"] {
            let error = answer(other).unwrap_err().to_string();
            assert!(error.contains("(JSONP)"), "{error}");
        }
        for other in ["a({\"link\": null}", "var x = {\"link\": null};", "null;"] {
            let error = answer(other).unwrap_err().to_string();
            assert!(error.contains("of the expected shape"), "{error}");
        }
    }

    #[test]
    fn half_of_a_surrogate_pair_spoils_no_other_text() {
        let read = |text: &str| answer(&format!(r#"{{"{text}": 1, "link": "{text}"}}"#));
        for (text, shown) in [
            (r"a\ud83db", "a\u{fffd}b"),
            (r"\uDE00", "\u{fffd}"),
            (r"\ud83d\ud83d\ude00", "\u{fffd}\u{1f600}"),
            (r"\\ud83d", r"\ud83d"),
            (r"\ud7ff", "\u{d7ff}"),
        ] {
            assert_eq!(read(text).unwrap().link.as_deref(), Some(shown));
        }
    }

    #[test]
    fn a_document_of_too_many_values_is_refused_before_it_is_held() {
        for value in ["[],", "0,", r#"{"":0},"#] {
            let text = format!("[{}0]", value.repeat(5_000_001));
            let error = answer(&text).unwrap_err().to_string();
            assert!(error.contains("has more than 5000000 values"), "{error}");
        }
        let commas = r#"{"link": ",\"[{,"}"#;
        assert_eq!(values_in(commas), 7);
        assert!(answer(&format!(r#"{{"link": "{}"}}"#, ",[{".repeat(2_000_000))).is_ok());
    }

    #[test]
    fn a_page_that_is_not_json_is_named() {
        assert_eq!(
            answer("<html>").unwrap_err().to_string(),
            "https://a.test/ is not JSON of the expected shape: expected value at line 1 column 1"
        );
    }
}
