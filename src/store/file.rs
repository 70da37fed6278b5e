//! One file of a folder: read within bounds, and replaced whole.

use std::io;
use std::path::Path;

use crate::files::{self, Audience, Durability};

/// The largest file of a folder that is read, in bytes: a hundred times what anybody wrote.
const LARGEST: u64 = 16 << 20;

/// The bytes of a file of a folder.
pub(super) fn read(path: &Path) -> io::Result<Vec<u8>> {
    files::read(path, LARGEST)
}

/// Replaces a file so that it survives a power cut.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    files::replace(path, bytes, Durability::Synced, Audience::Everyone)
}
