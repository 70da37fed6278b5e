//! The release data folder: one `<product>.json` a product, kept between runs.

use std::path::{Path, PathBuf};

use super::error::StoreError;
use super::file::{read, replace};
use super::products::Products;
use crate::date::Date;
use crate::files;
use crate::release_data::{Origin, Place, ReleaseData};

/// A folder of release data.
#[derive(Debug)]
pub struct ReleaseDataStore {
    dir: PathBuf,
}

impl ReleaseDataStore {
    /// The folder at a path, which must be there.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        fs_err::read_dir(dir).map_err(|source| StoreError::Folder {
            path: dir.display().to_string(),
            source,
        })?;
        Ok(Self::at(dir))
    }

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

    /// What is known of a product from earlier, if anything is. The name comes from the products folder.
    pub fn read(&self, product: &str, today: Date) -> Result<Option<ReleaseData>, StoreError> {
        let path = self.path(product);
        let json = match read(&path) {
            Ok(json) => json,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let shown = path.display().to_string();
        let origin = Origin {
            place: Place::Stored {
                stored: shown.as_str().into(),
            },
            ..Origin::default()
        };
        ReleaseData::from_json(&json, today, &origin)
            .map(Some)
            .map_err(|source| StoreError::ReleaseData {
                path: shown,
                source,
            })
    }

    /// Writes what was learnt of a product, unless it is there already.
    pub fn write(&self, product: &str, data: &ReleaseData) -> Result<bool, StoreError> {
        let path = self.path(product);
        let json = data.to_json();
        if fs_err::read(&path).is_ok_and(|old| old == json.as_bytes()) {
            return Ok(false);
        }
        fs_err::create_dir_all(&self.dir)?;
        replace(&path, json.as_bytes())?;
        Ok(true)
    }

    /// The files that belong to no product, sorted; none where the folder is not there.
    pub fn orphans(&self, products: &Products) -> Result<Vec<String>, StoreError> {
        let unreadable = |source| StoreError::Folder {
            path: self.dir.display().to_string(),
            source,
        };
        let entries = match fs_err::read_dir(&self.dir) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(unreadable(error)),
        };
        let mut orphans = Vec::new();
        for entry in entries {
            let entry = entry.map_err(unreadable)?;
            let name = entry.file_name();
            let product = name.to_str().and_then(|name| name.strip_suffix(".json"));
            if product.is_some_and(|product| !products.has(product)) {
                orphans.push(entry.path().display().to_string());
            }
        }
        orphans.sort();
        Ok(orphans)
    }

    fn path(&self, product: &str) -> PathBuf {
        self.dir.join(format!("{product}.json"))
    }
}
