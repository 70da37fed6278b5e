//! Saves the answers of a run, in a form that can be replayed.
//!
//! A path that ends in `.har` becomes an HTTP Archive, any other a folder as
//! [`super::layout`] lays it out. Both are written when the run is over, in an order that
//! depends on nothing but the requests. Tokens and headers of requests are not saved.
//!
//! # Charsets
//! A folder holds no headers. A page whose bytes read the same without them is saved
//! as it came; any other as UTF-8 behind a byte order mark, which outranks whatever
//! charset the page itself names.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::SystemTime;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use fs_err as fs;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::har;
use super::layout::{file_path, path_of};
use crate::fetch::error::{FetchError, TransientError};
use crate::fetch::fetched::{FetchResult, Fetched};
use crate::fetch::git;
use crate::fetch::request::GitWanted;
use crate::fetch::request_key::RequestKey;
use crate::files::{self, Audience, Durability};
use crate::page::Page;
use crate::sync::lock;

/// The answers of a run, until they are saved.
pub(in crate::fetch) struct Recorder {
    path: PathBuf,
    started: SystemTime,
    chains: Mutex<BTreeMap<Key, Chain>>,
}

/// A URL, a body and a user agent, by which chains are sorted.
type Key = (String, Option<String>, Option<String>);
/// A request, its redirects, and the last answer.
type Chain = Vec<(RequestKey, FetchResult)>;

impl Recorder {
    pub(in crate::fetch) fn new(path: &Path) -> Result<Self, FetchError> {
        let folder = if is_har(path) {
            path.parent()
        } else {
            Some(path)
        };
        if let Some(folder) = folder.filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder).map_err(|error| failed(path, error))?;
        }
        Ok(Self {
            path: path.to_owned(),
            started: SystemTime::now(),
            chains: Mutex::default(),
        })
    }

    pub(in crate::fetch) fn note(&self, chain: Chain) {
        if let Some((key, _)) = chain.first() {
            let key = (
                key.url().to_string(),
                key.json().map(Cow::into_owned),
                key.user_agent().cloned(),
            );
            lock(&self.chains).insert(key, chain);
        }
    }

    pub(in crate::fetch) fn save(&self) -> Result<(), FetchError> {
        let chains = lock(&self.chains);
        if is_har(&self.path) {
            self.save_har(chains.values())
        } else {
            self.save_folder(chains.values())
        }
    }

    fn save_har<'a>(&self, chains: impl Iterator<Item = &'a Chain>) -> Result<(), FetchError> {
        let started =
            DateTime::<Utc>::from(self.started).to_rfc3339_opts(SecondsFormat::Millis, true);
        let entries: Vec<Value> = chains
            .flatten()
            .filter_map(|(key, outcome)| entry(key, outcome, &started))
            .collect();
        let creator = json!({
            "name": env!("CARGO_PKG_NAME"),
            "version": env!("CARGO_PKG_VERSION"),
        });
        let har = json!({ "log": { "version": "1.2", "creator": creator, "entries": entries } });
        let text = serde_json::to_vec_pretty(&har).map_err(|error| failed(&self.path, error))?;
        write(&self.path, &text)
    }

    fn save_folder<'a>(&self, chains: impl Iterator<Item = &'a Chain>) -> Result<(), FetchError> {
        let mut files: BTreeMap<PathBuf, Vec<u8>> = BTreeMap::new();
        for chain in chains {
            let (Some((key, _)), Some((_, last))) = (chain.first(), chain.last()) else {
                continue;
            };
            if let (RequestKey::Git(git), Ok(Fetched::Page(page))) = (key, last)
                && let GitWanted::Files { .. } = git.wanted
            {
                let branch = path_of(key);
                for (path, text) in git::files(page) {
                    files.insert(branch.join(file_path(&path)), text.into_bytes());
                }
                continue;
            }
            let body = match last {
                Ok(Fetched::Page(page)) => without_header(page),
                Err(error) if error.is_absent() => Vec::new(),
                _ => continue,
            };
            files.insert(path_of(key), body);
        }
        for (path, body) in &files {
            let next = files
                .range(path.join("")..)
                .find(|(other, _)| *other != path);
            let is_folder = next.is_some_and(|(other, _)| other.starts_with(path));
            let mut path = self.path.join(path);
            if is_folder || path.is_dir() {
                path.push("index");
            }
            write(&path, body)?;
        }
        Ok(())
    }
}

/// Whether a path names an archive rather than a folder.
pub(in crate::fetch) fn is_har(path: &Path) -> bool {
    path.extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("har"))
}

fn failed(path: &Path, cause: impl Into<Box<dyn Error + Send + Sync>>) -> FetchError {
    FetchError::storage("write the recording", path, cause)
}

/// Writes a file whole, with the folders that it needs.
fn write(path: &Path, bytes: &[u8]) -> Result<(), FetchError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder).map_err(|error| failed(path, error))?;
    files::replace(path, bytes, Durability::NotSynced, Audience::Everyone)
        .map_err(|error| failed(path, error))
}

/// The bytes of a page such that their text is the same without its `Content-Type`.
fn without_header(page: &Page) -> Vec<u8> {
    let bare = Page {
        content_type: None,
        ..page.clone()
    };
    if bare.text() == page.text() {
        return bare.body;
    }
    format!("\u{feff}{}", page.text()).into_bytes()
}

/// An exchange as an entry of an archive, if it has a status.
fn entry(key: &RequestKey, outcome: &FetchResult, started: &str) -> Option<Value> {
    let (status, page, location) = match outcome {
        Ok(Fetched::Page(page)) => (200, Some(&**page), None),
        Ok(Fetched::Redirect(status, to)) => (*status, None, Some(to.as_str())),
        Err(
            FetchError::Absent { status, .. }
            | FetchError::Transient {
                cause: TransientError::Status(status) | TransientError::Limited { status, .. },
                ..
            },
        ) => (*status, None, None),
        Err(_) => return None,
    };
    let content_type = page.and_then(|page| page.content_type.as_deref());
    let meta = page.map(|page| &page.provenance.meta);
    let headers: Vec<Value> = [
        ("content-type", content_type),
        ("location", location),
        ("etag", meta.and_then(|meta| meta.etag.as_deref())),
        (
            "last-modified",
            meta.and_then(|meta| meta.last_modified.as_deref()),
        ),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some(json!({ "name": name, "value": value? })))
    .collect();
    let reason = StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason());
    let mut request = json!({
        "method": key.method(),
        "url": key.url().as_str(),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [],
        "queryString": [],
        "headersSize": -1,
        "bodySize": -1,
    });
    if let Some(json) = key.json() {
        request["postData"] = json!({ "mimeType": "application/json", "text": json });
    }
    // A page from a recording without times did not begin now.
    let (started, undated) = match meta.map(|meta| meta.fetched) {
        Some(Some(fetched)) => (fetched.to_rfc3339_opts(SecondsFormat::Millis, true), false),
        Some(None) => (started.to_owned(), true),
        None => (started.to_owned(), false),
    };
    let mut entry = json!({
        "startedDateTime": started,
        "time": 0,
        "request": request,
        "response": {
            "status": status,
            "statusText": reason.unwrap_or_default(),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": headers,
            "content": content(page),
            "redirectURL": location.unwrap_or_default(),
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": { "send": 0, "wait": 0, "receive": 0 },
    });
    if undated {
        entry[har::UNDATED] = true.into();
    }
    Some(entry)
}

/// A body as text, or in base64 if it is not all text.
fn content(page: Option<&Page>) -> Value {
    let Some(page) = page else {
        return json!({ "size": 0, "mimeType": "" });
    };
    let mime_type = page.content_type.as_deref().unwrap_or_default();
    let size = page.body.len();
    let text = page.text();
    if text.contains('\u{fffd}') {
        let text = BASE64_STANDARD.encode(&page.body);
        return json!({ "size": size, "mimeType": mime_type, "text": text, "encoding": "base64" });
    }
    json!({ "size": size, "mimeType": mime_type, "text": text })
}
