//! What earlier runs did, one `<product>.json` a product, in a folder of its own.
//!
//! It stands beside the release data, or with the pages that are kept between runs. Without
//! it the guard still judges, by the product files alone.

use std::path::{Path, PathBuf};

use super::{Products, StoreError, read, replace};
use crate::files;
use crate::plan::guard::{Memory, MemoryError};

/// A folder of memories.
#[derive(Debug)]
pub struct Memories {
    dir: PathBuf,
}

/// Why a memory can not be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {}", crate::text::visible(path))]
pub struct Forgotten {
    /// The file.
    pub path: String,
    /// Why.
    #[source]
    pub source: MemoryError,
}

impl Memories {
    /// The folder at a path, which need not be there yet.
    pub fn at(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
        }
    }

    /// The folder beside release data.
    pub fn beside(releases: &Path) -> Self {
        Self::at(&releases.join(".guard"))
    }

    /// The folder among kept pages that belongs to a folder of products.
    pub fn among(cache: &Path, products: &Products) -> Self {
        Self::at(&cache.join("guard").join(products.key()))
    }

    /// Removes what a run that was killed left behind.
    pub fn sweep(&self) {
        files::sweep(&self.dir);
    }

    /// What is remembered of a product. The name comes from the products folder.
    pub fn read(&self, product: &str) -> Result<Memory, StoreError> {
        let path = self.path(product);
        let json = match read(&path) {
            Ok(json) => json,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Memory::default());
            }
            Err(error) => return Err(error.into()),
        };
        Memory::from_json(&json).map_err(|source| {
            StoreError::Memory(Forgotten {
                path: path.display().to_string(),
                source,
            })
        })
    }

    /// Keeps what is remembered of a product.
    pub fn write(&self, product: &str, memory: &Memory) -> Result<(), StoreError> {
        fs_err::create_dir_all(&self.dir)?;
        Ok(replace(&self.path(product), memory.to_json().as_bytes())?)
    }

    fn path(&self, product: &str) -> PathBuf {
        self.dir.join(format!("{product}.json"))
    }
}
