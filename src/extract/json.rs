//! JSON pages: only what a method declares is kept, the rest is read past.

use serde::de::DeserializeOwned;

use super::ExtractError;
use crate::page::Page;

/// The page as what a method declares.
pub fn read<T: DeserializeOwned>(page: &Page) -> Result<T, ExtractError> {
    serde_json::from_str(&page.text())
        .map_err(|error| ExtractError::format(page, "JSON of the expected shape", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_another_kind_is_named_with_the_place() {
        let page = Page::of_text("https://a.test/x", "{\"message\": \"404\"}");
        let error = read::<Vec<u8>>(&page).unwrap_err().to_string();
        assert!(
            error.starts_with(
                "https://a.test/x is no JSON of the expected shape: invalid type: map"
            ),
            "{error}"
        );
    }
}
