//! Writing a file whole: a temporary file beside it, fsync, rename, fsync of the folder.

use std::io::{self, Write as _};
use std::path::Path;
use std::time::Duration;

/// How the temporary files are named; hidden, and no product's.
const PREFIX: &str = ".shelflife-";

/// How old a temporary file must be to belong to no running program.
const ABANDONED: Duration = Duration::from_hours(1);

/// Replaces a file, or makes it, so that it is never half there.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .prefix(PREFIX)
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    match fs_err::metadata(path) {
        Ok(old) => fs_err::set_permissions(file.path(), old.permissions())?,
        Err(_) => make_readable(file.path())?,
    }
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    // The rename itself must survive a power cut; not every system can sync a folder.
    if let Ok(folder) = fs_err::File::open(folder) {
        drop(folder.sync_all());
    }
    Ok(())
}

/// A new file is readable as others are; a temporary one is not.
#[cfg(unix)]
fn make_readable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs_err::set_permissions(path, std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Removes what a run that was killed left behind.
pub(super) fn sweep(folder: &Path) {
    let Ok(entries) = fs_err::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let ours = entry
            .file_name()
            .to_str()
            .is_some_and(|name| name.starts_with(PREFIX));
        let age = entry
            .metadata()
            .ok()
            .and_then(|data| data.modified().ok())
            .and_then(|at| at.elapsed().ok());
        if ours && age.is_some_and(|age| age > ABANDONED) {
            // Another run may have swept it already.
            drop(fs_err::remove_file(entry.path()));
        }
    }
}
