//! How a page was fetched: where, when, with which validators, and the digest of its body.
//!
//! The provenance of a page is made once and shared by every value that is read on it. What
//! is not known is absent: a recorded folder holds no times, so its pages have none, and
//! the day of its files is no substitute.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::digest::Digest;

/// How a page was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// The URL of the page, after redirects.
    pub url: Arc<str>,
    /// The URL that was asked for, where that is another.
    pub asked: Option<Arc<str>>,
    /// What the response states beside the body.
    pub meta: ResponseMeta,
    /// The body as it was read; `None` of a page that was not.
    pub body: Option<Digest>,
}

/// What a response states beside its body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResponseMeta {
    /// Where the page comes from.
    pub from: PageSource,
    /// When the body came over the network, to the second.
    pub fetched: Option<DateTime<Utc>>,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

/// Where a page comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PageSource {
    /// Its host, in this run.
    Network,
    /// What an earlier run kept.
    Cache,
    Recording,
    /// A file of this machine.
    #[default]
    File,
}

impl Provenance {
    /// The provenance of a page with this body.
    pub fn of(url: &str, body: &[u8], meta: ResponseMeta) -> Self {
        Self {
            url: url.into(),
            asked: None,
            meta,
            body: Some(Digest::of(body)),
        }
    }

    /// The provenance of a page that could not be fetched.
    pub fn unread(url: &str) -> Self {
        Self {
            url: url.into(),
            asked: None,
            meta: ResponseMeta::default(),
            body: None,
        }
    }

    /// The same provenance under the URL at which people see what was asked for at another.
    #[must_use]
    pub fn seen_at(&self, url: &str) -> Self {
        Self {
            url: url.into(),
            asked: Some(Arc::clone(self.asked.as_ref().unwrap_or(&self.url))),
            ..self.clone()
        }
    }
}

impl fmt::Display for PageSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Network => "the network",
            Self::Cache => "the cache",
            Self::Recording => "a recording",
            Self::File => "a file of this machine",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_elsewhere_keeps_the_first_url_that_was_asked_for() {
        let provenance = Provenance::of("https://a.test/api", b"", ResponseMeta::default());
        let seen = provenance
            .seen_at("https://a.test/x")
            .seen_at("https://a.test/y");
        assert_eq!(&*seen.url, "https://a.test/y");
        assert_eq!(seen.asked.as_deref(), Some("https://a.test/api"));
        assert_eq!(seen.body, provenance.body);
    }
}
