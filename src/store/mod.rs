//! Folders on disk: product files, release data, and what earlier runs and people decided,
//! each file read whole and written whole.
//!
//! A file is replaced by rename: whoever reads it, and whenever this program is stopped,
//! it is the old one or the new one. Names come from the folder's own list, so a name that
//! a person or a page gives never becomes a path.

mod decisions;
mod evidences;
mod memories;
mod products;
mod releases;

pub use decisions::{Decisions, Undecided};
pub use evidences::Evidences;
pub use memories::{Forgotten, Memories};
pub use products::{Products, Unwritten, products_dir};
pub use releases::Releases;

use std::io;
use std::path::Path;

use crate::files::{self, Audience, Durability};

/// Why a folder can not be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder can not be read.
    #[error("cannot read the folder {}", crate::text::visible(path))]
    Folder {
        /// The folder.
        path: String,
        /// Why.
        #[source]
        source: io::Error,
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
        /// The folder.
        path: String,
        /// The nearest that is there.
        nearest: Option<String>,
    },
    /// A path leads to another folder.
    #[error(
        "{} is not in the folder {}",
        crate::text::visible(file),
        crate::text::visible(path)
    )]
    Elsewhere {
        /// The path.
        file: String,
        /// The folder of product files.
        path: String,
    },
    /// A file can not be read or written.
    #[error(transparent)]
    File(#[from] io::Error),
    /// What earlier runs did to a product can not be read.
    #[error(transparent)]
    Memory(Forgotten),
    /// What people decided can not be read.
    #[error(transparent)]
    Decisions(Undecided),
    /// The release data of a product can not be read.
    #[error("cannot read {}", crate::text::visible(path))]
    Releases {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: crate::release_data::StoreError,
    },
}

/// The largest file of a folder that is read, in bytes: a hundred times what anybody wrote.
const LARGEST: u64 = 16 << 20;

/// The bytes of a file of a folder.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    files::read(path, LARGEST)
}

/// Replaces a file so that it survives a power cut.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    files::replace(path, bytes, Durability::Synced, Audience::Everyone)
}

impl StoreError {
    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unknown {
                nearest: Some(near),
                ..
            } => Some(format!("did you mean `{near}`?")),
            Self::Unknown { is_path: true, .. } => Some(
                "give the name of a product or the path of its `.md` file; a folder goes after --products-dir"
                    .into(),
            ),
            Self::Elsewhere { .. } => {
                Some("a run works on one folder: name products of it, or run once for each folder".into())
            }
            Self::Folder { .. } => {
                Some("name the folder of product files with --products-dir".into())
            }
            Self::Releases { .. } | Self::Memory(_) => {
                Some("restore the file, or remove it to start afresh".into())
            }
            Self::Unknown { .. } | Self::File(_) | Self::Decisions(_) => None,
        }
    }
}
