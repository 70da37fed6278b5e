//! Notices that were seen before: new ones are printed, the rest is counted.
//!
//! A notice is known by what it is about and not by its words, which count days. The file
//! of known notices has one a line, sorted, so that its own changes can be read.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::error::StoreError;
use super::file::{if_there, read_text, replace};
use crate::text::visible;

/// The notices that were seen before, and the file that keeps them.
#[derive(Debug, Clone, Default)]
pub struct KnownNotices {
    path: PathBuf,
    keys: BTreeSet<String>,
}

impl KnownNotices {
    /// Reads a file of known notices, which need not be there yet.
    pub fn read(path: &Path) -> Result<Self, StoreError> {
        let text = if_there(read_text(path))?.unwrap_or_default();
        let lines = text.lines();
        let keys = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        Ok(Self {
            path: path.to_owned(),
            keys: keys.map(str::to_owned).collect(),
        })
    }

    /// Whether a notice is known, by its key.
    pub fn has(&self, key: &str) -> bool {
        self.keys.contains(key)
    }

    /// Writes the notices of a run: of each product that was planned, the keys of its notices.
    /// Of a product that was not, what was known stays known.
    pub fn write<'a>(
        &self,
        planned: impl IntoIterator<Item = (&'a str, Vec<String>)>,
    ) -> Result<(), StoreError> {
        let mut keys = self.keys.clone();
        for (product, seen) in planned {
            let prefix = format!("{}:", visible(product));
            keys.retain(|key| !key.starts_with(&prefix));
            keys.extend(seen);
        }
        let mut file = String::from("# Notices that were seen; shelflife keeps this file.\n");
        file.extend(keys.into_iter().map(|key| key + "\n"));
        Ok(replace(&self.path, file.as_bytes())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_that_was_planned_is_written_anew_and_another_stays_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("known");
        assert!(KnownNotices::read(&path).unwrap().keys.is_empty());
        fs_err::write(&path, "# a\na:stale 1\naa:stale 1\nb:stale 1\n").unwrap();
        let known = KnownNotices::read(&path).unwrap();
        assert!(known.has("a:stale 1") && !known.has("a:stale 2"));
        let planned = [("a", vec!["a:stale 2".to_owned()])];
        known.write(planned).unwrap();
        assert_eq!(
            fs_err::read_to_string(&path).unwrap(),
            "# Notices that were seen; shelflife keeps this file.\na:stale 2\naa:stale 1\nb:stale 1\n"
        );
    }
}
