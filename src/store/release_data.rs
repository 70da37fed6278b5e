//! The release data folder: one `<product>.json` a product, kept between runs.

use std::path::Path;

use super::error::StoreError;
use super::file::{Folder, if_there};
use super::products::Products;
use crate::date::Date;
use crate::release_data::{Origin, Place, ReleaseData};

/// What to do where the folder cannot be read.
const HINT: Option<&str> =
    Some("name the folder that `shelflife collect` wrote with --release-data");

#[derive(Debug)]
pub struct ReleaseDataStore(pub(super) Folder);

impl ReleaseDataStore {
    /// The folder at a path, which must be there.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        fs_err::read_dir(dir).map_err(|error| StoreError::folder(dir, error, HINT))?;
        Ok(Self::at(dir))
    }

    /// The folder at a path, which need not be there yet.
    pub fn at(dir: &Path) -> Self {
        Self(Folder(dir.to_owned()))
    }

    /// The release data that earlier runs collected of a product, if any did.
    pub fn read(&self, product: &str, today: Date) -> Result<Option<ReleaseData>, StoreError> {
        let Some(json) = self.0.read(product)? else {
            return Ok(None);
        };
        let path = self.0.path(product).display().to_string();
        let place = Place::Stored {
            stored: path.as_str().into(),
        };
        let origin = Origin {
            place,
            ..Origin::default()
        };
        ReleaseData::from_json(&json, today, &origin)
            .map(Some)
            .map_err(|source| StoreError::ReleaseData { path, source })
    }

    /// Writes the release data of a product. Returns whether it changed.
    pub fn write(&self, product: &str, data: &ReleaseData) -> Result<bool, StoreError> {
        let json = data.to_json();
        let before = self.0.read(product).ok().flatten();
        let is_changed = before.is_none_or(|before| before != json.as_bytes());
        if is_changed {
            self.0.replace(product, &json)?;
        }
        Ok(is_changed)
    }

    /// The files that belong to no product, sorted; none where the folder is not there.
    pub fn orphans(&self, products: &Products) -> Result<Vec<String>, StoreError> {
        let unreadable = |error| StoreError::folder(&self.0.0, error, HINT);
        let entries = if_there(fs_err::read_dir(&self.0.0)).map_err(unreadable)?;
        let mut orphans = Vec::new();
        for entry in entries.into_iter().flatten() {
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
}
