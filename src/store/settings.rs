//! The file of what people decided: `shelflife.toml`, beside the products folder.

use std::path::{Path, PathBuf};

use super::error::StoreError;
use super::file::if_there;
use super::products::Products;
use crate::plan::{FILE, Settings};

/// What people decided, and the file that says so, if there is one.
#[derive(Debug, Clone, Default)]
pub struct SettingsFile {
    /// What people decided; the defaults where there is no file.
    pub settings: Settings,
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
        let beside = || products.beside(FILE);
        let Some(path) = named.map(Path::to_owned).or_else(beside) else {
            return Ok(Self::default());
        };
        let text = fs_err::read_to_string(&path);
        let text = match named {
            Some(_) => text.map(Some)?,
            None => if_there(text)?,
        };
        let Some(text) = text else {
            return Ok(Self::default());
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
