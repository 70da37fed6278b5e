//! The dates of git objects, stored between runs: an object never changes, so neither does
//! its date.
//!
//! One file per repository, named by a hash: a checksum of all that follows, the URL, then a line
//! for each object that one of its tags names. A file that does not match its checksum is ignored.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use fs_err as fs;
use url::Url;

use super::object::is_id;
use crate::date::parse_iso;
use crate::digest::{Digest, hash};
use crate::fetch::policy::DATES_KEPT;
use crate::files::{self, Audience, Durability};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 64 << 20;

/// The folder of the dates, if the run has a cache.
pub(super) struct DateCache(Option<PathBuf>);

impl DateCache {
    pub(super) fn new(cache: Option<&Path>) -> Self {
        Self(cache.map(|cache| cache.join("git")))
    }

    /// The known dates of a repository's objects. What cannot be read is ignored.
    pub(super) fn load(&self, repository: &Url) -> HashMap<String, String> {
        let Some(path) = self.path_of(repository) else {
            return HashMap::new();
        };
        let file = files::read(&path, LARGEST).unwrap_or_default();
        let text = String::from_utf8(file).unwrap_or_default();
        let Some((checksum, text)) = text.split_once('\n') else {
            return HashMap::new();
        };
        if Digest::of(text.as_bytes()).to_string() != checksum {
            return HashMap::new();
        }
        let mut lines = text.lines();
        if lines.next() != Some(repository.as_str()) {
            return HashMap::new();
        }
        lines
            .filter_map(|line| line.split_once(' '))
            .filter(|(object, date)| {
                is_id(object) && (date.is_empty() || parse_iso(date).is_some())
            })
            .map(|(object, date)| (object.to_owned(), date.to_owned()))
            .collect()
    }

    /// Stores the known dates. A full disk is not an error.
    pub(super) fn keep(&self, repository: &Url, known: &HashMap<String, String>) {
        let (Some(folder), Some(path)) = (&self.0, self.path_of(repository)) else {
            return;
        };
        let mut lines: Vec<String> = known
            .iter()
            .map(|(object, date)| format!("{object} {date}"))
            .collect();
        lines.sort_unstable();
        let text = with_checksum(&format!("{repository}\n{}\n", lines.join("\n")));
        let _ = fs::create_dir_all(folder).and_then(|()| {
            let (durability, audience) = (Durability::NotSynced, Audience::Owner);
            files::replace(&path, text.as_bytes(), durability, audience)
        });
    }

    fn path_of(&self, repository: &Url) -> Option<PathBuf> {
        let name = format!("{:016x}.dates", hash(repository.as_str().as_bytes()));
        Some(self.0.as_ref()?.join(name))
    }

    /// Removes old files, and temporary files of killed runs.
    pub(super) fn sweep(&self) {
        if let Some(folder) = &self.0 {
            files::sweep(folder);
            files::remove_older(folder, DATES_KEPT, |name| {
                name.extension().is_some_and(|end| end == "dates")
            });
        }
    }
}

fn with_checksum(text: &str) -> String {
    format!("{}\n{text}", Digest::of(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_stored_for_its_repository_alone() {
        let folder = tempfile::tempdir().unwrap();
        let dates = DateCache::new(Some(folder.path()));
        let url = |url: &str| Url::parse(url).unwrap();
        let (tagged, blob) = ("1".repeat(40), "2".repeat(40));
        let known = HashMap::from([
            (tagged.clone(), "2020-05-05".to_owned()),
            (blob, String::new()),
        ]);
        dates.keep(&url("https://a.test/x"), &known);
        assert_eq!(dates.load(&url("https://a.test/x")), known);
        assert!(dates.load(&url("https://a.test/y")).is_empty());
        let path = dates.path_of(&url("https://a.test/x")).unwrap();
        let text = with_checksum(&format!("https://a.test/x\n{tagged} yesterday\n"));
        fs::write(path, text).unwrap();
        assert!(dates.load(&url("https://a.test/x")).is_empty());
        assert!(
            DateCache::new(None)
                .load(&url("https://a.test/x"))
                .is_empty()
        );
    }

    #[test]
    fn a_file_with_a_bit_turned_or_without_its_end_is_ignored() {
        let folder = tempfile::tempdir().unwrap();
        let dates = DateCache::new(Some(folder.path()));
        let url = Url::parse("https://a.test/x").unwrap();
        let known = HashMap::from([("1".repeat(40), "2024-05-05".to_owned())]);
        dates.keep(&url, &known);
        let path = dates.path_of(&url).unwrap();
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut turned = whole.clone();
            turned[at] ^= 2;
            fs::write(&path, turned).unwrap();
            assert!(dates.load(&url).is_empty(), "{at}");
            fs::write(&path, &whole[..at]).unwrap();
            assert!(dates.load(&url).is_empty(), "{at}");
        }
        fs::write(&path, &whole).unwrap();
        assert_eq!(dates.load(&url), known);
    }
}
