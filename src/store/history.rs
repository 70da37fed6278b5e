//! What earlier runs did, one `<product>.json` a product, in a folder of its own.
//!
//! It is in the release data, or in the cache. Without it the guard still checks, by the
//! product files alone.

use std::path::Path;

use super::error::StoreError;
use super::file::{Folder, require_no_link};
use super::products::Products;
use crate::plan::guard::History;

#[derive(Debug, Clone)]
pub struct HistoryStore(pub(super) Folder);

impl HistoryStore {
    /// The folder at a path, which need not be there yet.
    pub fn at(dir: &Path) -> Self {
        Self(Folder(dir.to_owned()))
    }

    pub fn beside(release_data: &Path) -> Self {
        Self::at(&release_data.join(".guard"))
    }

    /// The folder in the cache that belongs to a folder of products.
    pub fn among(cache: &Path, products: &Products) -> Self {
        Self::at(&cache.join("guard").join(products.key()))
    }

    pub fn dir(&self) -> &Path {
        &self.0.0
    }

    /// An error if the folder is a link: files in it that are no history are replaced.
    fn require_no_link(&self) -> Result<(), StoreError> {
        require_no_link(self.dir()).map_err(|error| StoreError::folder(self.dir(), error, None))
    }

    /// What earlier runs did to a product.
    pub fn read(&self, product: &str) -> Result<History, StoreError> {
        self.require_no_link()?;
        let Some(json) = self.0.read(product)? else {
            return Ok(History::default());
        };
        History::from_json(&json).map_err(|source| StoreError::History {
            path: self.0.path(product).display().to_string(),
            source,
        })
    }

    /// Changes the history of a product. Two runs that do so at once wait for one another, so
    /// that neither loses what the other wrote. A file that is no history is replaced; one that
    /// cannot be read at all stays.
    pub fn change(
        &self,
        product: &str,
        change: impl Fn(History) -> History,
    ) -> Result<(), StoreError> {
        self.require_no_link()?;
        if !self.dir().is_dir() {
            if change(History::default()) == History::default() {
                return Ok(());
            }
            fs_err::create_dir_all(self.dir())?;
        }
        // Not every system can lock a folder; there the last of two runs wins, as by rename.
        let folder = fs_err::File::open(self.dir()).ok();
        let _ = folder.as_ref().map(|folder| folder.file().lock());
        let before = match self.read(product) {
            Err(error @ StoreError::File(_)) => return Err(error),
            before => before.unwrap_or_default(),
        };
        let after = change(before.clone());
        if before != after {
            self.0.replace(product, &after.to_json())?;
        }
        Ok(())
    }
}
