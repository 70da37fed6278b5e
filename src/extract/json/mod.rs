//! JSON answers, read into what a method declares of them.

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer};

pub mod rows;

use super::error::ExtractError;
use crate::page::Page;
use crate::release_data::SkipReason;

/// What a page says, if it is JSON of the shape that is asked for.
pub fn read<T: DeserializeOwned>(page: &Page) -> Result<T, ExtractError> {
    serde_json::from_str(&page.text())
        .map_err(|error| ExtractError::format(page, "JSON of the expected shape", error))
}

/// One of many in a document, where one that has another shape says nothing of the others.
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

/// For `deserialize_with`, beside `default`: a field that may be left out, and may not be
/// null where it stands.
pub fn stated<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
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
        #[serde(default, deserialize_with = "stated")]
        date: Option<String>,
        #[serde(deserialize_with = "nullable")]
        link: Option<String>,
    }

    fn answer(text: &str) -> Result<Answer, ExtractError> {
        read(&Page::of_text("https://a.test/", text))
    }

    #[test]
    fn absent_and_null_are_told_apart() {
        let both = answer(r#"{"date": "x", "link": "y"}"#).unwrap();
        assert_eq!(
            (both.date.as_deref(), both.link.as_deref()),
            (Some("x"), Some("y"))
        );
        let neither = answer(r#"{"link": null}"#).unwrap();
        assert_eq!((neither.date, neither.link), (None, None));
        assert!(answer(r#"{"date": null, "link": null}"#).is_err());
        assert!(answer(r#"{"date": "x"}"#).is_err());
    }

    #[test]
    fn a_page_that_is_no_json_is_named() {
        assert_eq!(
            answer("<html>").unwrap_err().to_string(),
            "https://a.test/ is not JSON of the expected shape: expected value at line 1 column 1"
        );
    }
}
