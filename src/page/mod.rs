//! One response: the bytes of a URL, and the text that they decode to.
//!
//! Whatever a method reads comes as a [`Page`], whether the network, a cache or a
//! recording gave it. This module decodes; it does not fetch, and it knows no HTML
//! beyond the `<meta>` that names a charset.
//!
//! # Decoding
//! A byte order mark, then the charset of `Content-Type`, then what the document names itself in
//! a `<meta>` or an XML declaration, then UTF-8.
//! Some product files spell a header as its UTF-8 reads as Latin-1; [`latin1_reading`] makes
//! that spelling, so that both match.

mod charset;
mod mhtml;
mod provenance;

use std::borrow::Cow;
use std::sync::Arc;

use encoding_rs::{Encoding, UTF_8};

pub use provenance::{PageSource, Provenance, ResponseMeta};

/// One response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The URL that answered, after redirects.
    pub url: String,
    /// The `Content-Type` of the answer, as sent.
    pub content_type: Option<String>,
    /// The body, without its transfer and content codings.
    pub body: Vec<u8>,
    /// Whether the page is an old copy, used because its host did not answer.
    pub stale: bool,
    pub provenance: Arc<Provenance>,
}

impl Page {
    /// A response with its metadata.
    pub fn new(
        url: impl Into<String>,
        content_type: Option<String>,
        body: Vec<u8>,
        meta: ResponseMeta,
    ) -> Self {
        let url = url.into();
        Self {
            provenance: Arc::new(Provenance::of(&url, &body, meta)),
            url,
            content_type,
            body,
            stale: false,
        }
    }

    /// A page of a file that a person saved; of MHTML, its first HTML part.
    pub fn saved(
        url: impl Into<String>,
        body: Vec<u8>,
        meta: ResponseMeta,
    ) -> Result<Self, &'static str> {
        let (content_type, body) = match mhtml::html(&body)? {
            Some((content_type, part)) => (Some(content_type), part),
            None => (None, body),
        };
        Ok(Self::new(url, content_type, body, meta))
    }

    /// A page whose text is known, such as a file saved by a person.
    pub fn of_text(url: impl Into<String>, text: impl Into<String>) -> Self {
        let html = Some("text/html; charset=utf-8".to_owned());
        Self::new(url, html, text.into().into_bytes(), ResponseMeta::default())
    }

    /// A text that came as a part of this page, as a page of its own.
    #[must_use]
    pub fn part(&self, url: impl Into<String>, text: impl Into<String>) -> Self {
        let meta = self.provenance.meta.clone();
        let html = Some("text/html; charset=utf-8".to_owned());
        Self::new(url, html, text.into().into_bytes(), meta)
    }

    /// The same page as the answer to a question for another URL.
    #[must_use]
    pub fn asked_for_at(&self, url: &str) -> Self {
        let provenance = Provenance {
            asked: Some(url.into()),
            ..Provenance::clone(&self.provenance)
        };
        Self {
            provenance: Arc::new(provenance),
            ..self.clone()
        }
    }

    /// The body as text. Bytes that the charset does not know become U+FFFD.
    pub fn text(&self) -> Cow<'_, str> {
        let marked = Encoding::for_bom(&self.body);
        let header = || self.content_type.as_deref().and_then(charset_of);
        let encoding = marked
            .map(|(encoding, _)| encoding)
            .or_else(header)
            .or_else(|| charset::named_by(&self.body))
            .unwrap_or(UTF_8);
        let body = &self.body[marked.map_or(0, |(_, length)| length)..];
        encoding.decode_without_bom_handling(body).0
    }
}

/// The charset that a `Content-Type` names.
fn charset_of(content_type: &str) -> Option<&'static Encoding> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        if !name.trim().eq_ignore_ascii_case("charset") {
            return None;
        }
        Encoding::for_label(value.trim().trim_matches(['"', '\'']).as_bytes())
    })
}

/// What a text looks like when its UTF-8 bytes are read as Latin-1.
pub fn latin1_reading(text: &str) -> String {
    text.bytes().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(content_type: Option<&str>, body: &[u8]) -> Page {
        Page::new(
            "https://a.test/",
            content_type.map(Into::into),
            body.into(),
            ResponseMeta::default(),
        )
    }

    #[test]
    fn the_header_names_the_charset_before_the_page() {
        let body = b"<meta charset=utf-8>caf\xe9";
        assert!(
            page(Some("text/html; Charset=\"ISO-8859-1\""), body)
                .text()
                .ends_with("café")
        );
    }

    #[test]
    fn a_byte_order_mark_comes_first() {
        assert_eq!(
            page(Some("text/html"), b"\xef\xbb\xbfcaf\xc3\xa9").text(),
            "café"
        );
        assert_eq!(
            page(
                Some("text/html; charset=iso-8859-1"),
                b"\xef\xbb\xbfcaf\xc3\xa9"
            )
            .text(),
            "café"
        );
        assert_eq!(page(None, b"\xff\xfe7\x00").text(), "7");
    }

    #[test]
    fn then_the_meta_element() {
        let body = b"<head><META http-equiv=Content-Type content='text/html; charset=windows-1252'>caf\xe9";
        assert!(page(Some("text/html"), body).text().ends_with("café"));
        assert!(
            page(None, b"<meta charset=utf-16>caf\xc3\xa9")
                .text()
                .ends_with("café")
        );
    }

    #[test]
    fn then_utf_8() {
        assert_eq!(
            page(Some("text/html"), b"Kafka\xc2\xae \xff").text(),
            "Kafka® \u{fffd}"
        );
        assert_eq!(
            page(Some("text/html; charset=nonsense"), "®".as_bytes()).text(),
            "®"
        );
    }

    #[test]
    fn the_latin_1_reading_is_that_of_the_utf_8_bytes() {
        assert_eq!(latin1_reading("Kafka®"), "KafkaÂ®");
    }
}
