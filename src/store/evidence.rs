//! The evidence folder: where all release data came from, one `<product>.json` per product.

use std::path::Path;

use super::error::StoreError;
use super::file::Folder;

#[derive(Debug)]
pub struct EvidenceStore(pub(super) Folder);

impl EvidenceStore {
    /// The folder at a path, which need not be there yet.
    pub fn at(dir: &Path) -> Self {
        Self(Folder(dir.to_owned()))
    }

    /// Renews the file of a product: `document` makes it, given the file as it is. Returns
    /// whether it changed.
    pub fn renew(
        &self,
        product: &str,
        document: impl FnOnce(Option<&str>) -> String,
    ) -> Result<bool, StoreError> {
        let before = self.0.read(product)?;
        let text = before.as_deref().map(String::from_utf8_lossy);
        let document = document(text.as_deref());
        let is_changed = before.as_deref() != Some(document.as_bytes());
        if is_changed {
            self.0.replace(product, &document)?;
        }
        Ok(is_changed)
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
