//! The release data folder: one `<product>.json` a product, kept between runs.

use std::path::{Path, PathBuf};

use super::{StoreError, atomic};
use crate::date::Date;
use crate::release_data::{Origin, Place, ReleaseData};

/// A folder of release data.
#[derive(Debug)]
pub struct Releases {
    dir: PathBuf,
}

impl Releases {
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

    /// What is known of a product from earlier, if anything is. The name comes from the products folder.
    pub fn read(&self, product: &str, today: Date) -> Result<Option<ReleaseData>, StoreError> {
        let path = self.path(product);
        let json = match fs_err::read(&path) {
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
            .map_err(|source| StoreError::Releases {
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
        atomic::write(&path, json.as_bytes())?;
        Ok(true)
    }

    fn path(&self, product: &str) -> PathBuf {
        self.dir.join(format!("{product}.json"))
    }
}
