//! Folders on disk: product files, release data, evidence, what earlier runs did, and what
//! people decided. Each file is read whole and written whole.
//!
//! A file is replaced by rename: whoever reads it, and whenever this program is stopped,
//! it is the old one or the new one. Names come from the folder's own list, so a name that
//! a person or a page gives never becomes a path. In which order the files of one product
//! are written, and why, `apply` says.

mod apply;
mod error;
mod evidence;
mod history;
mod known_notices;
mod products;
mod release_data;
mod settings;

pub use apply::Store;
pub use error::{StoreError, WriteError};
pub use evidence::EvidenceStore;
pub use history::HistoryStore;
pub use known_notices::KnownNotices;
pub use products::{Products, products_dir};
pub use release_data::ReleaseDataStore;
pub use settings::SettingsFile;

use std::io;
use std::path::Path;

use crate::files::{self, Audience, Durability};

/// The largest file of a folder that is read, in bytes: a hundred times what anybody wrote.
const LARGEST: u64 = 16 << 20;

/// The bytes of a file of a folder.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    files::read(path, LARGEST)
}

/// Replaces a file so that it survives a power cut.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    files::replace(path, bytes, Durability::Synced, Audience::Everyone)
}
