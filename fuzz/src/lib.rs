//! What the fuzz targets share: how an input is taken apart, and what must hold of any text
//! that is shown.
//!
//! A target takes its settings from the first lines of an input and the foreign document from
//! the rest, so that a seed is a text which a person can read and write.

use shelflife::page::{Page, ResponseMeta};
use shelflife::text::is_hidden;

/// The text of an input; what is no UTF-8 in it stands as U+FFFD.
pub fn text(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}

/// The first line of a text, and the rest.
pub fn line(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

/// What stands before the first line that is `====`, and what stands after it.
pub fn halves(data: &[u8]) -> (&[u8], &[u8]) {
    const RULE: &[u8] = b"\n====\n";
    match data.windows(RULE.len()).position(|part| part == RULE) {
        Some(at) => (&data[..=at], &data[at + RULE.len()..]),
        None => (data, b""),
    }
}

/// A page of these bytes, whose charset it names itself, or nobody.
pub fn page(url: &str, body: &[u8]) -> Page {
    Page::new(url, None, body.to_vec(), ResponseMeta::default())
}

/// Checks that a text which people read has no character that they can not see.
pub fn is_seen(shown: &str) {
    let hidden = shown.chars().find(|c| *c != '\n' && is_hidden(*c));
    assert_eq!(hidden, None, "{shown:?}");
}
