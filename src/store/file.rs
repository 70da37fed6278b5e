//! One file of a folder: read within bounds, and replaced whole; and folders of one file per
//! product.

use std::io;
use std::path::{Path, PathBuf};

use crate::files::{self, Audience, Durability};

/// The largest file of a folder that is read, in bytes: a hundred times the largest known one.
const LARGEST: u64 = 16 << 20;

fn read(path: &Path) -> io::Result<Vec<u8>> {
    files::read(path, LARGEST)
}

/// A file that the user names, as text.
pub(super) fn read_named(path: &Path) -> io::Result<String> {
    files::text(path, files::read_named(path, LARGEST))
}

/// A file that a stranger may bring, as text.
pub(super) fn read_text(path: &Path) -> io::Result<String> {
    files::text(path, read(path))
}

/// Replaces a file so that it survives a power cut.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    files::replace(path, bytes, Durability::Synced, Audience::Everyone)
}

/// An error if a folder is a link: it may come with a pull request and lead anywhere.
pub(super) fn require_no_link(folder: &Path) -> io::Result<()> {
    if folder.is_symlink() {
        return Err(io::Error::other("it is a link, which is not followed"));
    }
    Ok(())
}

/// What was read; `None` where nothing is there.
pub(super) fn if_there<T>(read: io::Result<T>) -> io::Result<Option<T>> {
    match read {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        read => read.map(Some),
    }
}

/// A folder with one `<product>.json` per product, which need not be there yet. The names of
/// products come from the products folder.
#[derive(Debug, Clone)]
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    pub(super) fn path(&self, product: &str) -> PathBuf {
        self.0.join(format!("{product}.json"))
    }

    pub(super) fn read(&self, product: &str) -> io::Result<Option<Vec<u8>>> {
        if_there(read(&self.path(product)))
    }

    pub(super) fn replace(&self, product: &str, json: &str) -> io::Result<()> {
        fs_err::create_dir_all(&self.0)?;
        replace(&self.path(product), json.as_bytes())
    }

    /// Removes what a run that was killed left behind.
    pub(super) fn sweep(&self) {
        files::sweep(&self.0);
    }
}
