//! A user's own presets: `presets/*.yaml` beside the folder of products, never in it.

use std::path::Path;

use super::error::{HINT, StoreError};
use super::file::{if_there, require_no_link};
use crate::files;
use crate::presets::PresetFile;

/// The folder, beside the folder of products.
const FOLDER: &str = "presets";
/// The largest preset that is read, in bytes: fifty times the largest known one.
const LARGEST: u64 = 64 << 10;
/// How many there may be: eight times those of the program.
const MOST: usize = 200;

/// The presets beside a folder of products, by name. One that cannot be read fails the products
/// that name it.
pub fn preset_files(products_dir: &Path) -> Result<Vec<PresetFile>, StoreError> {
    let products = fs_err::canonicalize(products_dir);
    let products = products.map_err(|error| StoreError::folder(products_dir, error, HINT))?;
    let Some(folder) = products.parent().map(|parent| parent.join(FOLDER)) else {
        return Ok(Vec::new());
    };
    let shown = products_dir.parent().unwrap_or(Path::new("")).join(FOLDER);
    let unreadable = |error| StoreError::folder(&folder, error, None);
    require_no_link(&folder).map_err(unreadable)?;
    let entries = if_there(fs_err::read_dir(&folder)).map_err(unreadable)?;
    let mut presets = Vec::new();
    for entry in entries.into_iter().flatten() {
        let entry = entry.map_err(unreadable)?;
        let file = entry.file_name();
        let file = file.to_string_lossy();
        let Some((name, ending @ ("yaml" | "yml"))) = file.rsplit_once('.') else {
            continue;
        };
        if presets.len() == MOST {
            let error = std::io::Error::other(format!("it has more than {MOST} presets"));
            return Err(unreadable(error));
        }
        let text = match ending {
            "yml" => Err("a preset is a file that ends in `.yaml`".to_owned()),
            _ => files::read(&entry.path(), LARGEST).map_err(|error| error.to_string()),
        };
        let text =
            text.and_then(|bytes| String::from_utf8(bytes).map_err(|error| error.to_string()));
        presets.push(PresetFile {
            name: name.to_owned(),
            path: shown.join(&*file).display().to_string(),
            text,
        });
    }
    presets.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(presets)
}
