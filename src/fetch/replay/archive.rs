//! Answers from an HTTP Archive (HAR 1.2), what a browser saves.
//!
//! Entries for the same method and URL, fragments aside, are used in order; the last one
//! answers again. Their statuses mean what they mean on the network, but nothing is
//! retried. A page that a browser rendered is a plain GET entry with the rendered document.
//!
//! # Why a POST also matches without its body
//! A query can be written in more than one form, and a recording of another program has its
//! own. An entry with the same body is used first; otherwise the next unused entry of that
//! URL, each once.

use std::collections::HashMap;
use std::error::Error;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use url::Url;

use super::har;
use crate::fetch::error::{FetchError, TransientError};
use crate::fetch::fetched::Fetched;
use crate::fetch::http::response::{Meaning, Response};
use crate::fetch::request_key::RequestKey;
use crate::files;
use crate::page::{Page, PageSource};
use crate::sync::lock;

/// The largest archive that is read, in bytes.
const LARGEST: u64 = 1 << 30;

pub(in crate::fetch) struct Archive(Mutex<HashMap<(String, Url), Vec<Recorded>>>);

struct Recorded {
    post: Option<String>,
    answer: Arc<Response>,
    started: Option<DateTime<Utc>>,
    used: bool,
}

impl Archive {
    pub(in crate::fetch) fn open(path: &Path) -> Result<Self, FetchError> {
        let failed = |cause: Box<dyn Error + Send + Sync>| {
            FetchError::storage("read the recording", path, cause)
        };
        let bytes = files::read_named(path, LARGEST).map_err(|error| failed(error.into()))?;
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let all = har::entries(bytes).map_err(|error| failed(error.into()))?;
        let mut entries: HashMap<_, Vec<Recorded>> = HashMap::new();
        for entry in all {
            let key = (entry.method, entry.url);
            entries.entry(key).or_default().push(Recorded {
                post: entry.post,
                answer: Arc::new(entry.answer),
                started: entry.started,
                used: false,
            });
        }
        Ok(Self(Mutex::new(entries)))
    }

    pub(in crate::fetch) fn answer(&self, key: &RequestKey) -> Result<Fetched, FetchError> {
        let url = key.shown();
        let Some((answer, fetched)) = self.next(key) else {
            return Err(FetchError::NotRecorded {
                url,
                method: key.method(),
                file: None,
            });
        };
        let status = answer.status.as_u16();
        match answer.meaning(key.url(), SystemTime::now()) {
            Meaning::Redirect(to) => Ok(Fetched::Redirect(status, to)),
            // A browser saves what it showed, also when the server said "not modified".
            Meaning::NotModified if answer.body.is_empty() => {
                Err(FetchError::Empty { url, status })
            }
            Meaning::Page | Meaning::NotModified => Ok(Fetched::Page(Arc::new(Page::new(
                key.url().as_str(),
                answer.content_type(),
                answer.body.clone(),
                answer.meta(PageSource::Recording, fetched),
            )))),
            Meaning::Absent => Err(FetchError::Absent { url, status }),
            Meaning::ProxyLogin => Err(FetchError::ProxyLogin { url }),
            Meaning::Empty => Err(FetchError::Empty { url, status }),
            Meaning::Transient(_) => Err(FetchError::Transient {
                url,
                cause: TransientError::Status(status),
                tries: 1,
                source: None,
            }),
            Meaning::Blocked(wall) => Err(FetchError::Blocked { url, wall, status }),
            Meaning::Forbidden(reason) => Err(FetchError::Forbidden { url, reason }),
        }
    }

    fn next(&self, key: &RequestKey) -> Option<(Arc<Response>, Option<DateTime<Utc>>)> {
        let json = key.json();
        let mut entries = lock(&self.0);
        let entries = entries.get_mut(&(key.method().to_owned(), key.url().clone()))?;
        let same = |entry: &Recorded| json.is_none() || entry.post.as_deref() == json.as_deref();
        let at = entries
            .iter()
            .position(|entry| same(entry) && !entry.used)
            .or_else(|| entries.iter().rposition(same))
            .or_else(|| entries.iter().position(|entry| !entry.used))?;
        entries[at].used = true;
        Some((Arc::clone(&entries[at].answer), entries[at].started))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use fs_err as fs;

    use super::*;
    use crate::fetch::Request;

    fn archive(entries: &serde_json::Value) -> (tempfile::TempDir, Archive) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.har");
        fs::write(&path, json!({ "log": { "entries": entries } }).to_string()).unwrap();
        let archive = Archive::open(&path).unwrap();
        (folder, archive)
    }

    fn entry(url: &str, post: Option<&str>, status: u16, text: &str) -> serde_json::Value {
        json!({
            "request": {
                "method": if post.is_some() { "POST" } else { "GET" },
                "url": url,
                "postData": post.map(|text| json!({ "mimeType": "application/json", "text": text })),
            },
            "response": {
                "status": status,
                "headers": [{ "name": "Content-Type", "value": "text/html; charset=iso-8859-1" }],
                "content": { "mimeType": "text/html", "text": text },
                "redirectURL": if status == 302 { "/there" } else { "" },
            },
        })
    }

    fn ask(archive: &Archive, request: &Request) -> Result<String, FetchError> {
        match archive.answer(&RequestKey::of(request).unwrap())? {
            Fetched::Page(page) => Ok(page.text().into_owned()),
            Fetched::Redirect(status, to) => Ok(format!("{status} {to}")),
        }
    }

    #[test]
    fn entries_of_a_url_are_used_in_order_and_the_last_again() {
        let url = "https://a.test/x";
        let (_folder, archive) = archive(&json!([
            entry("https://A.test:443/x#top", None, 200, "café 1"),
            entry("data:,x", None, 200, "no"),
            entry(url, None, 200, "2"),
        ]));
        let texts = [(); 3].map(|()| ask(&archive, &Request::get(url)).unwrap());
        assert_eq!(texts, ["café 1", "2", "2"]);
    }

    #[test]
    fn a_post_uses_the_entry_with_its_body_first_and_no_used_one_of_another() {
        let url = "https://a.test/graphql";
        let (_folder, archive) = archive(&json!([
            entry(url, Some("a"), 200, "1"),
            entry(url, Some("b"), 200, "2"),
        ]));
        assert_eq!(ask(&archive, &Request::post(url, "b")).unwrap(), "2");
        assert_eq!(
            ask(&archive, &Request::post(url, "other words")).unwrap(),
            "1"
        );
        let error = ask(&archive, &Request::post(url, "more")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "not recorded: POST https://a.test/graphql"
        );
        assert!(ask(&archive, &Request::get(url)).is_err());
    }

    #[test]
    fn a_status_means_what_it_means_on_the_network() {
        let url = "https://a.test/x";
        let got = |status, text| {
            let (_folder, archive) = archive(&json!([entry(url, None, status, text)]));
            ask(&archive, &Request::get(url))
        };
        assert_eq!(got(302, "").unwrap(), "302 https://a.test/there");
        assert_eq!(
            got(404, "gone").unwrap_err().to_string(),
            "cannot fetch https://a.test/x (404)"
        );
        assert!(got(503, "ill").unwrap_err().is_transient());
        assert!(
            got(200, "<title>Just a moment...</title>")
                .unwrap_err()
                .is_blocked()
        );
        assert!(matches!(
            got(200, "").unwrap_err(),
            FetchError::Empty { .. }
        ));
    }

    #[test]
    fn a_file_that_is_not_an_archive_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.har");
        fs::write(&path, "{}").unwrap();
        let error = Archive::open(&path).map(drop).unwrap_err().to_string();
        assert!(error.ends_with("a.har"), "{error}");
    }
}
