//! Why a folder or a file of it cannot be used.

use std::io;
use std::path::Path;

use crate::plan::SettingsError;
use crate::plan::guard::HistoryError;
use crate::text::visible;

/// What to do where the folder cannot be read.
pub(super) const HINT: Option<&str> = Some("name the folder of product files with --products-dir");

/// What to do where the folder is empty.
pub(super) const EMPTY: &str = "`shelflife new NAME URL` writes the first product file; another folder is named with --products-dir";

/// Why a folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder cannot be read.
    #[error("cannot read the folder {}", crate::text::visible(path))]
    Folder {
        path: String,
        #[source]
        source: io::Error,
        hint: Option<&'static str>,
    },
    /// There is no product of a name, or no product file.
    #[error(
        "no product{} `{}` in {}",
        if *is_path { " file" } else { "" },
        crate::text::Excerpt(name),
        crate::text::visible(path)
    )]
    Unknown {
        /// Whether a path was given.
        is_path: bool,
        /// The name of the product or of the file.
        name: String,
        path: String,
        nearest: Option<String>,
    },
    /// The folder has no product file.
    #[error("no product file (`*.md`) in {}", crate::text::visible(path))]
    NoProducts { path: String },
    /// A path leads to another folder.
    #[error(
        "{} is not in the folder {}",
        crate::text::visible(file),
        crate::text::visible(path)
    )]
    Elsewhere {
        file: String,
        /// The folder of product files.
        path: String,
    },
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] io::Error),
    /// What earlier runs did to a product cannot be read.
    #[error("cannot read {}", crate::text::visible(path))]
    History {
        path: String,
        #[source]
        source: HistoryError,
    },
    /// `shelflife.toml` cannot be read.
    #[error("{}: {error}", crate::text::visible(path))]
    Settings { path: String, error: SettingsError },
    /// The release data of a product cannot be read.
    #[error("cannot read {}", crate::text::visible(path))]
    ReleaseData {
        path: String,
        #[source]
        source: crate::release_data::StoreError,
    },
}

/// Why a product file was not written. It is as it was.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A new file would replace one.
    #[error("{} exists; a new product needs another name", visible(path))]
    Exists { path: String },
    /// The file is not the one that was read.
    #[error("{} changed during the run", visible(path))]
    Changed { path: String },
    /// The file cannot be written.
    #[error("cannot write {}", visible(path))]
    File {
        path: String,
        #[source]
        source: io::Error,
    },
}

impl StoreError {
    pub(super) fn folder(path: &Path, source: io::Error, hint: Option<&'static str>) -> Self {
        let path = path.display().to_string();
        Self::Folder { path, source, hint }
    }

    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Unknown {
                nearest: Some(near),
                ..
            } => &format!("did you mean `{near}`?"),
            Self::Unknown { is_path: true, .. } => {
                "give the name of a product or the path of its `.md` file; a folder goes after --products-dir"
            }
            Self::Elsewhere { .. } => {
                "a run works on one folder: name products of it, or run once for each folder"
            }
            Self::Folder { hint, .. } => (*hint)?,
            Self::NoProducts { .. } => EMPTY,
            Self::ReleaseData { .. } | Self::History { .. } => {
                "restore the file, or remove it to start again"
            }
            Self::Unknown { .. } | Self::File(_) | Self::Settings { .. } => return None,
        };
        Some(hint.to_owned())
    }
}

/// Why a product was not written, or not wholly.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// Its release data was not.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its file was not.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl ApplyError {
    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Store(error) => error.hint(),
            Self::Write(_) => None,
        }
    }
}
