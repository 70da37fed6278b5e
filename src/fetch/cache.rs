//! Pages kept between runs, in a folder.
//!
//! How long an answer is good is for [`super::kept`] to say.
//!
//! # What is on the disk
//! One file for each question: a line of JSON (what was asked, and the policy of its
//! answer), then the body. A file's name is a hash, so no text of a stranger reaches a
//! path; the question is compared, so two with one hash are not confused. Whatever
//! cannot be read, or is of another version, is as good as absent. A file is written
//! beside its place and renamed.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use fs_err as fs;
use http::request::Parts;
use http_cache_semantics::CachePolicy;
use serde::{Deserialize, Serialize};
use url::Url;

use super::error::FetchError;
use super::kept::Kept;
use super::layout::hash;
use super::{Hop, Page};
use crate::page::{Told, Whence};

/// Entries of another version are not read.
const VERSION: u32 = 1;
/// The longest line of JSON before a body, in bytes.
const LONGEST_HEAD: u64 = 256 * 1024;
/// Entries that nobody renewed for so long are removed.
const KEPT: Duration = Duration::from_hours(60 * 24);

/// The folder that a user's system has for caches, if it has one.
pub fn default_cache() -> Option<PathBuf> {
    use etcetera::BaseStrategy as _;
    let folders = etcetera::choose_base_strategy().ok()?;
    Some(folders.cache_dir().join("shelflife").join("pages"))
}

/// The folder of kept answers.
pub(super) struct Cache {
    folder: PathBuf,
    /// The largest body that is read, in bytes.
    limit: u64,
}

#[derive(Serialize, Deserialize)]
struct Head {
    version: u32,
    url: String,
    user_agent: String,
    policy: CachePolicy,
    strict: bool,
    content_type: Option<String>,
    /// When the body came over the network. Entries of before have none, nor validators.
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
    /// A cache in a folder, which is made if need be.
    pub(super) fn open(folder: &Path, limit: u64) -> Result<Self, FetchError> {
        fs::create_dir_all(folder)
            .map_err(|error| FetchError::storage("use the cache", folder, error))?;
        Ok(Self {
            folder: folder.to_owned(),
            limit,
        })
    }

    /// What is kept as the answer to this request.
    pub(super) fn load(&self, parts: &Parts) -> Option<Kept> {
        let file = fs::File::open(self.path_of(parts)).ok()?;
        let mut bytes = Vec::new();
        let limit = self.limit + LONGEST_HEAD;
        file.take(limit + 1).read_to_end(&mut bytes).ok()?;
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let head: Head = serde_json::from_slice(&bytes[..end]).ok()?;
        let body = bytes.split_off(end + 1);
        let same = head.version == VERSION
            && head.url == parts.uri.to_string()
            && head.user_agent == user_agent(parts)
            && head.length == body.len() as u64;
        let hop = match head.location {
            _ if !same => return None,
            Some((status, to)) => Hop::Redirect(status, Url::parse(&to).ok()?),
            None => {
                let told = Told {
                    from: Whence::Cache,
                    fetched: head.fetched,
                    etag: head.etag,
                    last_modified: head.last_modified,
                };
                Hop::Page(Arc::new(Page::new(head.url, head.content_type, body, told)))
            }
        };
        Some(Kept {
            policy: head.policy,
            hop,
            strict: head.strict,
        })
    }

    /// Keeps an answer, or forgets the one before if this one must not be kept.
    /// A full disk is no reason to fail a page that was fetched.
    pub(super) fn keep(&self, parts: &Parts, kept: &Kept) {
        let path = self.path_of(parts);
        if !kept.policy.is_storable() || self.write(&path, parts, kept).is_none() {
            let _ = fs::remove_file(path);
        }
    }

    fn write(&self, path: &Path, parts: &Parts, kept: &Kept) -> Option<()> {
        let (content_type, location, body, told) = match &kept.hop {
            Hop::Page(page) => {
                let told = page.facts.told.clone();
                (page.content_type.clone(), None, &*page.body, told)
            }
            Hop::Redirect(status, to) => {
                let location = Some((*status, to.to_string()));
                (None, location, &[][..], Told::default())
            }
        };
        let head = Head {
            version: VERSION,
            url: parts.uri.to_string(),
            user_agent: user_agent(parts),
            policy: kept.policy.clone(),
            strict: kept.strict,
            content_type,
            fetched: told.fetched,
            etag: told.etag,
            last_modified: told.last_modified,
            location,
            length: body.len() as u64,
        };
        let mut file = tempfile::NamedTempFile::new_in(&self.folder).ok()?;
        serde_json::to_writer(&mut file, &head).ok()?;
        file.write_all(b"\n").ok()?;
        file.write_all(body).ok()?;
        file.persist(path).ok()?;
        Some(())
    }

    fn path_of(&self, parts: &Parts) -> PathBuf {
        let question = format!("{} {}\n{}", parts.method, parts.uri, user_agent(parts));
        self.folder
            .join(format!("{:016x}.page", hash(question.as_bytes())))
    }

    /// Removes what nobody renewed for long.
    pub(super) fn sweep(&self) {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for entry in entries {
            let old = entry
                .metadata()
                .ok()
                .and_then(|data| data.modified().ok()?.elapsed().ok())
                .is_some_and(|age| age > KEPT);
            if old && entry.path().extension().is_some_and(|end| end == "page") {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

fn user_agent(parts: &Parts) -> String {
    let value = parts.headers.get(http::header::USER_AGENT);
    value.map_or_else(String::new, |value| {
        String::from_utf8_lossy(value.as_bytes()).into_owned()
    })
}
