//! The evidence folder: one `<product>.json` a product, where all that was learnt came from.

use std::path::{Path, PathBuf};

use super::error::StoreError;
use super::file::{read, replace};
use crate::files;

/// A folder of evidence.
#[derive(Debug)]
pub struct EvidenceStore {
    dir: PathBuf,
}

impl EvidenceStore {
    /// The folder at a path, which need not be there yet.
    pub fn at(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
        }
    }

    /// Removes what a run that was killed left behind.
    pub fn sweep(&self) {
        files::sweep(&self.dir);
    }

    /// Renews the file of a product, given what makes it of the file as it is. A file that
    /// would be the same is left alone. The name comes from the products folder.
    pub fn renew(
        &self,
        product: &str,
        document: impl FnOnce(Option<&str>) -> String,
    ) -> Result<bool, StoreError> {
        let path = self.dir.join(format!("{product}.json"));
        let before = match read(&path) {
            Ok(before) => Some(before),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(error.into()),
        };
        let text = before.as_deref().map(String::from_utf8_lossy);
        let document = document(text.as_deref());
        if before.as_deref() == Some(document.as_bytes()) {
            return Ok(false);
        }
        fs_err::create_dir_all(&self.dir)?;
        replace(&path, document.as_bytes())?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_made_of_what_it_was_and_left_alone_when_it_stays() {
        let folder = tempfile::tempdir().unwrap();
        let evidence = EvidenceStore::at(&folder.path().join("deep"));
        let first = evidence.renew("foo", |before| {
            assert_eq!(before, None);
            "1".into()
        });
        assert!(first.unwrap());
        let second = evidence.renew("foo", |before| {
            assert_eq!(before, Some("1"));
            "2".into()
        });
        assert!(second.unwrap());
        assert!(!evidence.renew("foo", |_| "2".into()).unwrap());
        let names: Vec<_> = fs_err::read_dir(folder.path().join("deep"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, ["foo.json"]);
    }
}
