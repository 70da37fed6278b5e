//! JSON answers, read into what a method declares of them.

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer};

pub mod rows;

use super::error::ExtractError;
use crate::page::Page;
use crate::release_data::SkipReason;

/// The value of a page that is JSON of the expected shape.
pub fn read<T: DeserializeOwned>(page: &Page) -> Result<T, ExtractError> {
    serde_json::from_str(&page.text())
        .map_err(|error| ExtractError::format(page, "JSON of the expected shape", error))
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
    fn a_page_that_is_not_json_is_named() {
        assert_eq!(
            answer("<html>").unwrap_err().to_string(),
            "https://a.test/ is not JSON of the expected shape: expected value at line 1 column 1"
        );
    }
}
