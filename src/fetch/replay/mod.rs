//! Answers from a folder, laid out as [`layout`] says, and never from the network.
//!
//! A file holds the body of a 200. It has no headers and no time, so its charset is that of
//! the byte order mark, of the page itself, or UTF-8. An empty file means a page that its
//! server did not have (404), and a bot wall is recognised by its text. A link that leads out
//! of the folder is not followed. A redirect is not recorded: the page is at the URL that was
//! requested.

pub(super) mod archive;
pub(super) mod har;
pub(super) mod layout;
pub(super) mod recorder;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use fs_err as fs;

use super::bot_wall;
use super::error::{FetchError, ForbiddenError};
use super::fetched::Fetched;
use super::git::page_of_files;
use super::request::GitWanted;
use super::request_key::RequestKey;
use crate::page::{Page, PageSource, ResponseMeta};
use crate::sync::lock;
use layout::{file_path, path_of, paths_of_wget};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 256 << 20;

pub(super) struct Folder {
    root: PathBuf,
    asked: Mutex<BTreeSet<PathBuf>>,
}

impl Folder {
    pub(super) fn open(path: &Path) -> Result<Self, FetchError> {
        let root = std::fs::canonicalize(path)
            .map_err(|error| FetchError::storage("read the recording", path, error))?;
        Ok(Self {
            root,
            asked: Mutex::default(),
        })
    }

    pub(super) fn answer(&self, key: &RequestKey) -> Result<Fetched, FetchError> {
        if let RequestKey::Git(git) = key
            && let GitWanted::Files { paths, .. } = &git.wanted
        {
            return self.files_of_branch(key, paths);
        }
        let Some(path) = self.find(key) else {
            return Err(not_recorded(key));
        };
        let body =
            read(&path).map_err(|error| FetchError::storage("read the recording", &path, error))?;
        lock(&self.asked).insert(path.clone());
        if body.is_empty() {
            return Err(FetchError::Absent {
                url: key.shown(),
                status: 404,
            });
        }
        if body.len() as u64 > LARGEST {
            return Err(FetchError::Forbidden {
                url: key.shown(),
                reason: ForbiddenError::TooLarge(LARGEST),
            });
        }
        let page = Page::saved(key.url().as_str(), body, recorded())
            .map_err(|error| FetchError::storage("read the recording", &path, error))?;
        if let Some(wall) = bot_wall::recognise_saved(&page.body) {
            return Err(FetchError::Blocked {
                url: key.shown(),
                wall,
                status: 200,
            });
        }
        Ok(Fetched::Page(Arc::new(page)))
    }

    /// The files at paths of a branch, laid out in a folder as in the branch.
    fn files_of_branch(&self, key: &RequestKey, paths: &[String]) -> Result<Fetched, FetchError> {
        let branch = fs::canonicalize(self.root.join(path_of(key)))
            .ok()
            .filter(|branch| branch.starts_with(&self.root) && branch.is_dir())
            .ok_or_else(|| not_recorded(key))?;
        let mut found = BTreeSet::new();
        for path in paths {
            let path = branch.join(file_path(path));
            match fs::symlink_metadata(&path) {
                Ok(metadata) if metadata.is_dir() => files(&path, &mut found),
                Ok(metadata) if metadata.is_file() => drop(found.insert(path)),
                _ => {}
            }
        }
        let mut texts = BTreeMap::new();
        for path in found {
            let body = read(&path)
                .map_err(|error| FetchError::storage("read the recording", &path, error))?;
            let name: Vec<_> = path
                .strip_prefix(&branch)
                .unwrap_or(&path)
                .components()
                .map(|part| part.as_os_str().to_string_lossy())
                .collect();
            texts.insert(name.join("/"), String::from_utf8_lossy(&body).into_owned());
            lock(&self.asked).insert(path);
        }
        Ok(Fetched::Page(Arc::new(page_of_files(
            key.url(),
            &texts,
            recorded(),
        ))))
    }

    /// The file of a request below the root, as this program or wget names it. A page that is
    /// also the folder of others lies in that folder as `index` or `index.html`.
    fn find(&self, key: &RequestKey) -> Option<PathBuf> {
        let path = path_of(key);
        let index = [path.join("index"), path.join("index.html")];
        [path]
            .into_iter()
            .chain(index)
            .chain(paths_of_wget(key))
            .filter_map(|path| fs::canonicalize(self.root.join(path)).ok())
            .find(|path| path.starts_with(&self.root) && path.is_file())
    }

    /// The files, in folders of hosts, that were not requested.
    pub(super) fn unasked(&self) -> Vec<PathBuf> {
        let mut all = BTreeSet::new();
        for host in entries(&self.root) {
            if host.is_dir() {
                files(&host, &mut all);
            }
        }
        let asked = lock(&self.asked);
        all.difference(&asked).cloned().collect()
    }
}

fn not_recorded(key: &RequestKey) -> FetchError {
    FetchError::NotRecorded {
        url: key.shown(),
        method: key.method(),
        file: Some(path_of(key).display().to_string()),
    }
}

/// The metadata of a recorded page. The times of its files are not those of an answer.
fn recorded() -> ResponseMeta {
    ResponseMeta {
        from: PageSource::Recording,
        ..ResponseMeta::default()
    }
}

fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut body = Vec::new();
    fs::File::open(path)?
        .take(LARGEST + 1)
        .read_to_end(&mut body)?;
    Ok(body)
}

/// All files below a folder; links are not followed.
fn files(folder: &Path, found: &mut BTreeSet<PathBuf>) {
    for path in entries(folder) {
        if path.is_dir() {
            files(&path, found);
        } else {
            found.insert(path);
        }
    }
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_symlink()))
        .map(|entry| entry.path())
}
