//! A user's own presets: `presets/*.yaml` beside the folder of products, never in it.

use std::io;
use std::path::Path;

use super::error::StoreError;
use super::file::read;
use crate::presets::{PresetFile, Registry};

/// The folder, beside the folder of products.
const FOLDER: &str = "presets";

/// All methods that the products of a folder may name: the program's, and the presets beside
/// the folder. A preset that cannot be read fails the products that name it.
pub fn registry(products_dir: &Path) -> Result<Registry, StoreError> {
    let unreadable = |path: &Path, source| StoreError::Folder {
        path: path.display().to_string(),
        source,
    };
    let products = fs_err::canonicalize(products_dir);
    let products = products.map_err(|source| unreadable(products_dir, source))?;
    let Some(folder) = products.parent().map(|parent| parent.join(FOLDER)) else {
        return Ok(Registry::default());
    };
    let shown = products_dir.parent().unwrap_or(Path::new("")).join(FOLDER);
    let entries = match fs_err::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Registry::default()),
        Err(source) => return Err(unreadable(&folder, source)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|source| unreadable(&folder, source))?;
        let file = entry.file_name();
        let file = file.to_string_lossy();
        let Some((name, ending @ ("yaml" | "yml"))) = file.rsplit_once('.') else {
            continue;
        };
        let text = match ending {
            "yml" => Err("a preset is a file that ends in `.yaml`".to_owned()),
            _ => read(&entry.path()).map_err(|error| error.to_string()),
        };
        let text =
            text.and_then(|bytes| String::from_utf8(bytes).map_err(|error| error.to_string()));
        files.push(PresetFile {
            name: name.to_owned(),
            path: shown.join(&*file).display().to_string(),
            text,
        });
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Registry::new(files))
}
