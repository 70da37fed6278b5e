//! The cache of pages between runs, in a folder.
//!
//! How long an answer is fresh is decided by [`super::freshness`].
//!
//! # What is on the disk
//! One file per request: a line with a checksum of all that follows, a line of JSON (the
//! request, the time, and the policy of its answer), then the body. A file's name is a hash,
//! so no text of a stranger reaches a path; the request is compared, so two with one hash
//! are not confused. A file that cannot be read, is of another version, does not fit its
//! checksum, or has a time in the future, is ignored. A file is written beside its place
//! and renamed.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use fs_err as fs;
use http::request::Parts;
use http_cache_semantics::CachePolicy;
use serde::{Deserialize, Serialize};
use url::Url;

use super::freshness::CachedResponse;
use crate::digest::hash;
use crate::fetch::error::FetchError;
use crate::fetch::fetched::Fetched;
use crate::fetch::policy::CACHE_KEPT;
use crate::files::{self, Audience, Durability};
use crate::page::{Page, PageSource, ResponseMeta};

/// Entries of another version are not read.
const VERSION: u32 = 2;
/// The longest line of JSON before a body, in bytes.
const LONGEST_HEAD: u64 = 256 * 1024;
/// By how much the clocks of machines that share a folder may differ.
const CLOCKS_DIFFER: Duration = Duration::from_hours(1);

/// The folder for caches of the user's system, if it has one.
pub fn default_cache() -> Option<PathBuf> {
    use etcetera::BaseStrategy as _;
    let folders = etcetera::choose_base_strategy().ok()?;
    Some(folders.cache_dir().join("shelflife").join("pages"))
}

pub(in crate::fetch) struct Cache {
    folder: PathBuf,
    /// The largest body that is read, in bytes.
    limit: u64,
}

#[derive(Serialize, Deserialize)]
struct Head {
    version: u32,
    url: String,
    user_agent: String,
    /// When it was kept, in seconds since 1970.
    at: u64,
    policy: CachePolicy,
    strict: bool,
    content_type: Option<String>,
    /// When the body was received. Older entries have neither this nor validators.
    #[serde(default)]
    fetched: Option<DateTime<Utc>>,
    #[serde(default)]
    etag: Option<String>,
    #[serde(default)]
    last_modified: Option<String>,
    /// Where a redirect leads, and its status.
    location: Option<(u16, String)>,
    length: u64,
}

impl Cache {
    /// A cache in a folder, which is created if absent.
    pub(in crate::fetch) fn open(folder: &Path, limit: u64) -> Result<Self, FetchError> {
        fs::create_dir_all(folder)
            .map_err(|error| FetchError::storage("use the cache", folder, error))?;
        Ok(Self {
            folder: folder.to_owned(),
            limit,
        })
    }

    /// The cached answer to this request.
    pub(in crate::fetch) fn load(&self, parts: &Parts) -> Option<CachedResponse> {
        let bytes = files::read(&self.path_of(parts), self.limit + LONGEST_HEAD).ok()?;
        read(&bytes, parts, SystemTime::now())
    }

    /// Stores an answer, or removes the earlier one if this one must not be stored.
    /// A page that was fetched does not fail if the disk is full.
    pub(in crate::fetch) fn keep(&self, parts: &Parts, cached: &CachedResponse) {
        let path = self.path_of(parts);
        if !cached.policy.is_storable()
            || is_secret(&cached.fetched)
            || write(&path, parts, cached).is_none()
        {
            let _ = fs::remove_file(path);
        }
    }

    fn path_of(&self, parts: &Parts) -> PathBuf {
        let request = format!("{} {}\n{}", parts.method, parts.uri, user_agent(parts));
        self.folder
            .join(format!("{:016x}.page", hash(request.as_bytes())))
    }

    /// Removes old entries, and temporary files of killed runs.
    pub(in crate::fetch) fn sweep(&self) {
        files::sweep(&self.folder);
        files::remove_older(&self.folder, CACHE_KEPT, |name| {
            name.extension().is_some_and(|end| end == "page")
        });
    }
}

fn write(path: &Path, parts: &Parts, cached: &CachedResponse) -> Option<()> {
    let (content_type, location, body, meta) = match &cached.fetched {
        Fetched::Page(page) => {
            let meta = page.provenance.meta.clone();
            (page.content_type.clone(), None, &*page.body, meta)
        }
        Fetched::Redirect(status, to) => {
            let location = Some((*status, to.to_string()));
            (None, location, &[][..], ResponseMeta::default())
        }
    };
    let head = Head {
        version: VERSION,
        url: parts.uri.to_string(),
        user_agent: user_agent(parts),
        at: seconds(SystemTime::now()),
        policy: cached.policy.clone(),
        strict: cached.strict,
        content_type,
        fetched: meta.fetched,
        etag: meta.etag,
        last_modified: meta.last_modified,
        location,
        length: body.len() as u64,
    };
    let mut bytes = serde_json::to_vec(&head).ok()?;
    bytes.push(b'\n');
    bytes.extend_from_slice(body);
    let file = [stamp(&bytes), bytes].concat();
    files::replace(path, &file, Durability::NotSynced, Audience::Owner).ok()
}

/// The answer in a file of the cache, if it is one to this request.
pub(in crate::fetch) fn read(
    file: &[u8],
    parts: &Parts,
    now: SystemTime,
) -> Option<CachedResponse> {
    let (stamped, bytes) = file.split_at_checked(STAMP)?;
    if stamped != stamp(bytes) {
        return None;
    }
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let head: Head = serde_json::from_slice(&bytes[..end]).ok()?;
    let body = bytes[end + 1..].to_vec();
    let same = head.version == VERSION
        && head.url == parts.uri.to_string()
        && head.user_agent == user_agent(parts)
        && head.length == body.len() as u64
        && head.at <= seconds(now + CLOCKS_DIFFER);
    let fetched = match head.location {
        _ if !same => return None,
        Some((status, to)) => Fetched::Redirect(status, Url::parse(&to).ok()?),
        None => {
            let meta = ResponseMeta {
                from: PageSource::Cache,
                fetched: head.fetched,
                etag: head.etag,
                last_modified: head.last_modified,
            };
            Fetched::Page(Arc::new(Page::new(head.url, head.content_type, body, meta)))
        }
    };
    Some(CachedResponse {
        policy: head.policy,
        fetched,
        strict: head.strict,
    })
}

/// The length of a checksum with its line end, in bytes.
const STAMP: usize = 17;

/// The line with the checksum of the bytes that follow.
pub(in crate::fetch) fn stamp(bytes: &[u8]) -> Vec<u8> {
    format!("{:016x}\n", hash(bytes)).into_bytes()
}

fn seconds(moment: SystemTime) -> u64 {
    let since = moment.duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

/// Whether a redirect has a user name or password: such a URL is never requested.
fn is_secret(fetched: &Fetched) -> bool {
    matches!(fetched, Fetched::Redirect(_, to) if !to.username().is_empty() || to.password().is_some())
}

fn user_agent(parts: &Parts) -> String {
    let value = parts.headers.get(http::header::USER_AGENT);
    value.map_or_else(String::new, |value| {
        String::from_utf8_lossy(value.as_bytes()).into_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch::http::response::Response;

    #[test]
    fn an_entry_from_the_future_or_of_another_version_is_ignored() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path(), 1_000).unwrap();
        let request = http::Request::get("https://a.test/").body(()).unwrap();
        let parts = request.into_parts().0;
        let page = Page::of_text("https://a.test/", "7");
        let answer = Response {
            status: reqwest::StatusCode::OK,
            headers: reqwest::header::HeaderMap::new(),
            body: page.body.clone(),
        };
        let now = SystemTime::now();
        let cached = CachedResponse::new(&parts, &answer, Fetched::Page(Arc::new(page)), now);
        cache.keep(&parts, &cached);
        let file = fs::read(cache.path_of(&parts)).unwrap();
        assert!(read(&file, &parts, now).is_some());
        // The clock was a day ahead when it was stored.
        let day = Duration::from_hours(24);
        assert!(read(&file, &parts, now - day).is_none());
        assert!(read(&file, &parts, SystemTime::UNIX_EPOCH).is_none());
        let text = String::from_utf8(file[STAMP..].to_vec()).unwrap();
        let other = text
            .replacen("\"version\":2", "\"version\":3", 1)
            .into_bytes();
        assert_ne!(other, text.into_bytes());
        let other = [stamp(&other), other].concat();
        assert!(read(&other, &parts, now).is_none());
    }

    #[test]
    fn old_entries_and_files_of_killed_runs_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path(), 1_000).unwrap();
        let two_hours = Duration::from_hours(2);
        for (name, age) in [
            ("a.page", CACHE_KEPT * 2),
            (".shelflife-a", two_hours),
            ("b.page", two_hours),
            ("other", CACHE_KEPT * 2),
        ] {
            let file = fs::File::create(folder.path().join(name)).unwrap();
            file.file().set_modified(SystemTime::now() - age).unwrap();
        }
        cache.sweep();
        let left = |name: &str| folder.path().join(name).exists();
        assert_eq!(
            ["a.page", ".shelflife-a", "b.page", "other"].map(left),
            [false, false, true, true]
        );
    }
}
