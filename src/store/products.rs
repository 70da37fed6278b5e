//! The products folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{StoreError, read, replace};
use crate::digest::Digest;
use crate::files;
use crate::product::{Product, ProductError};
use crate::text::{nearest, visible};

/// A folder of product files.
#[derive(Debug)]
pub struct Products {
    dir: PathBuf,
    /// Name to file name, sorted.
    files: BTreeMap<String, String>,
}

/// Why a product file was not written. It is as it was.
#[derive(Debug, thiserror::Error)]
pub enum Unwritten {
    /// The file is not the one that was read.
    #[error("{} changed while it was worked on", visible(path))]
    Changed {
        /// The file.
        path: String,
    },
    /// The file can not be written.
    #[error("cannot write {}", visible(path))]
    File {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl Products {
    /// Lists the product files of a folder: each regular `*.md` file is one.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let unreadable = |source| StoreError::Folder {
            path: dir.display().to_string(),
            source,
        };
        let mut files = BTreeMap::new();
        for entry in fs_err::read_dir(dir).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let Ok(file) = entry.file_name().into_string() else {
                continue;
            };
            if let Some(name) = file
                .strip_suffix(".md")
                .filter(|name| !name.starts_with('.') && !name.is_empty())
            {
                files.insert(name.to_owned(), file.clone());
            }
        }
        Ok(Self {
            dir: dir.to_owned(),
            files,
        })
    }

    /// The names of the products, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Whether there is a product of a name.
    pub fn has(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }

    /// The names that are asked for, sorted and each once; all of them where none is.
    pub fn select(&self, wanted: &[String]) -> Result<Vec<String>, StoreError> {
        if wanted.is_empty() {
            return Ok(self.names().map(str::to_owned).collect());
        }
        let mut names = Vec::new();
        for name in wanted {
            if !self.has(name) {
                return Err(StoreError::Unknown {
                    name: name.clone(),
                    path: self.dir.display().to_string(),
                    nearest: nearest(name, self.names()).map(str::to_owned),
                });
            }
            names.push(name.clone());
        }
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// Reads the product of a name.
    pub fn read(&self, name: &str) -> Result<Product, ProductError> {
        let path = self.path(name);
        let shown = path.display().to_string();
        let refuse = |message: String| ProductError {
            path: shown.clone(),
            line: 1,
            message,
            hint: None,
        };
        let file = read(&path).map_err(|error| refuse(error.to_string()))?;
        Product::read(name, &shown, file)
    }

    /// Replaces the file of a product, if it still is what was read.
    pub fn write(&self, product: &Product, file: &[u8]) -> Result<(), Unwritten> {
        let path = self.path(&product.name);
        let failed = |source| Unwritten::File {
            path: product.path.clone(),
            source,
        };
        let now = read(&path).map_err(failed)?;
        if now == file {
            return Ok(()); // Another run came to the same.
        }
        if now != product.file {
            return Err(Unwritten::Changed {
                path: product.path.clone(),
            });
        }
        replace(&path, file).map_err(failed)
    }

    /// Removes what a run that was killed left behind.
    pub fn sweep(&self) {
        files::sweep(&self.dir);
    }

    /// The path of a file beside the folder; `None` where nothing is beside it.
    pub(super) fn beside(&self, file: &str) -> Option<PathBuf> {
        Some(fs_err::canonicalize(&self.dir).ok()?.parent()?.join(file))
    }

    /// A name for the folder that no other folder of this machine has.
    pub(super) fn key(&self) -> String {
        let path = fs_err::canonicalize(&self.dir).unwrap_or_else(|_| self.dir.clone());
        Digest::of(path.as_os_str().as_encoded_bytes()).to_string()
    }

    fn path(&self, name: &str) -> PathBuf {
        let file = self
            .files
            .get(name)
            .expect("names come from the folder's own list");
        self.dir.join(file)
    }
}
