//! JSON answers as typed values.

use serde::de::DeserializeOwned;

use super::ExtractError;
use crate::page::Page;

/// The answer as a value that declares what is needed of it.
pub fn read<T: DeserializeOwned>(page: &Page) -> Result<T, ExtractError> {
    serde_json::from_str(&page.text())
        .map_err(|error| ExtractError::format(page, "JSON of the expected shape", error))
}
