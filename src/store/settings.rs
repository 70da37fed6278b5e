//! The file of what people decided: `shelflife.toml`, beside the products folder.

use std::io;
use std::path::{Path, PathBuf};

use super::error::StoreError;
use super::products::Products;
use crate::plan::{FILE, Settings};

/// What people decided, and the file that says so, if there is one.
#[derive(Debug, Clone, Default)]
pub struct SettingsFile {
    /// What people decided; the defaults where there is no file.
    pub settings: Settings,
    /// The file.
    pub path: Option<PathBuf>,
}

impl SettingsFile {
    /// The file as it is shown.
    pub fn shown(&self) -> String {
        let path = self.path.as_ref();
        path.map_or_else(|| FILE.to_owned(), |path| path.display().to_string())
    }

    /// Reads the file that is named, which must be there, or the one beside the products
    /// folder, which need not.
    pub fn read(named: Option<&Path>, products: &Products) -> Result<Self, StoreError> {
        let path = match named {
            Some(path) => path.to_owned(),
            None => match products.beside(FILE) {
                Some(path) => path,
                None => return Ok(Self::default()),
            },
        };
        let text = match fs_err::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(error) => return Err(error.into()),
        };
        let settings = Settings::read(&text).map_err(|source| StoreError::Settings {
            path: path.display().to_string(),
            source,
        })?;
        Ok(Self {
            settings,
            path: Some(path),
        })
    }
}
