//! What earlier runs did, one `<product>.json` a product, in a folder of its own.
//!
//! It stands beside the release data, or with the pages that are kept between runs. Without
//! it the guard still checks, by the product files alone.

use std::io;
use std::path::{Path, PathBuf};

use super::error::StoreError;
use super::file::{read, replace};
use super::products::Products;
use crate::files;
use crate::plan::guard::History;

/// A folder of histories.
#[derive(Debug, Clone)]
pub struct HistoryStore {
    dir: PathBuf,
}

impl HistoryStore {
    /// The folder at a path, which need not be there yet.
    pub fn at(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
        }
    }

    /// The folder beside release data.
    pub fn beside(release_data: &Path) -> Self {
        Self::at(&release_data.join(".guard"))
    }

    /// The folder among kept pages that belongs to a folder of products.
    pub fn among(cache: &Path, products: &Products) -> Self {
        Self::at(&cache.join("guard").join(products.key()))
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Removes what a run that was killed left behind.
    pub fn sweep(&self) {
        files::sweep(&self.dir);
    }

    /// What earlier runs did to a product. The name comes from the products folder.
    pub fn read(&self, product: &str) -> Result<History, StoreError> {
        let path = self.path(product);
        let json = match read(&path) {
            Ok(json) => json,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(History::default());
            }
            Err(error) => return Err(error.into()),
        };
        History::from_json(&json).map_err(|source| StoreError::History {
            path: path.display().to_string(),
            source,
        })
    }

    /// Changes what is known of a product. Two runs that do so at once wait for one another,
    /// so that neither loses what the other wrote. A file that is no history is replaced; one
    /// that cannot be read at all stays.
    pub fn change(
        &self,
        product: &str,
        change: impl Fn(History) -> History,
    ) -> Result<(), StoreError> {
        if !self.dir.is_dir() {
            if change(History::default()) == History::default() {
                return Ok(());
            }
            fs_err::create_dir_all(&self.dir)?;
        }
        // Not every system can lock a folder; there the last of two runs wins, as by rename.
        let folder = fs_err::File::open(&self.dir).ok();
        let _ = folder.as_ref().map(|folder| folder.file().lock());
        let before = match self.read(product) {
            Err(error @ StoreError::File(_)) => return Err(error),
            before => before.unwrap_or_default(),
        };
        let after = change(before.clone());
        if before == after {
            return Ok(());
        }
        Ok(replace(&self.path(product), after.to_json().as_bytes())?)
    }

    fn path(&self, product: &str) -> PathBuf {
        self.dir.join(format!("{product}.json"))
    }
}
