//! The only writer of files: each is replaced whole, by rename of a temporary file beside it.
//!
//! At any moment, and wherever the program is stopped, a file is the old one or the new one. A run
//! that is killed leaves a temporary file behind; a later run removes it.
//!
//! The new file has the mode of the old one, and its user and group where the system allows it. It
//! has no extended attributes, and it has one name: other names of the old file (hard links) keep
//! the old file, so nobody's copy elsewhere is changed.

use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::time::Duration;

use fs_err as fs;

/// How the temporary files are named; hidden, and no product's.
const PREFIX: &str = ".shelflife-";

/// How old a temporary file must be to belong to no running program.
const ABANDONED: Duration = Duration::from_hours(1);

/// Whether a file must survive a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// It must: the file and its folder are synced.
    Synced,
    /// It can be made again.
    NotSynced,
}

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Those who may read the file that it replaces; all users where it is new.
    Everyone,
    /// The user who runs the program.
    Owner,
}

/// Replaces a file, or makes it, so that it is never half there. Its folder must exist.
pub(crate) fn replace(
    path: &Path,
    bytes: &[u8],
    durability: Durability,
    audience: Audience,
) -> io::Result<()> {
    replace_if(path, bytes, durability, audience, || Ok(true)).map(drop)
}

/// The same, unless `still` says that it must not be replaced any more. It is asked last, when all
/// that takes time is done. Returns whether the file was replaced.
pub(crate) fn replace_if(
    path: &Path,
    bytes: &[u8],
    durability: Durability,
    audience: Audience,
    still: impl FnOnce() -> io::Result<bool>,
) -> io::Result<bool> {
    let folder = folder_of(path);
    let mut file = tempfile::Builder::new()
        .prefix(PREFIX)
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    if audience == Audience::Everyone {
        match fs::metadata(path) {
            Ok(old) => {
                keep_owner(file.path(), &old);
                fs::set_permissions(file.path(), old.permissions())?;
            }
            Err(_) => make_readable(file.path())?,
        }
    }
    if durability == Durability::Synced {
        file.as_file().sync_all()?;
    }
    if !still()? {
        return Ok(false);
    }
    file.persist(path).map_err(|error| error.error)?;
    if durability == Durability::Synced
        && let Ok(folder) = fs::File::open(folder)
    {
        // The rename itself must survive too; not every system can sync a folder.
        drop(folder.sync_all());
    }
    Ok(true)
}

/// Makes a file that all users may read, where nothing is yet. Its folder must exist.
pub(crate) fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = tempfile::Builder::new()
        .prefix(PREFIX)
        .tempfile_in(folder_of(path))?;
    file.write_all(bytes)?;
    make_readable(file.path())?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(())
}

fn folder_of(path: &Path) -> &Path {
    let folder = path.parent();
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// Gives a file the user and group of the one that it replaces, as far as the system allows: root
/// may give both, others a group of theirs.
#[cfg(unix)]
fn keep_owner(path: &Path, old: &std::fs::Metadata) {
    use std::os::unix::fs::{MetadataExt as _, chown};
    let Ok(new) = fs::metadata(path) else { return };
    if (new.uid(), new.gid()) != (old.uid(), old.gid())
        && chown(path, Some(old.uid()), Some(old.gid())).is_err()
    {
        drop(chown(path, None, Some(old.gid())));
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &Path, _: &std::fs::Metadata) {}

/// How many names a file has, where the system tells; 1 where it does not.
pub(crate) fn names_of(path: &Path) -> u64 {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        fs::symlink_metadata(path).map_or(1, |about| about.nlink())
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        1
    }
}

/// A new file is readable as others are; a temporary one is not.
#[cfg(unix)]
fn make_readable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_: &Path) -> io::Result<()> {
    Ok(())
}

/// The bytes of a regular file of at most `largest` bytes. A link is not followed: it may
/// come with a pull request and lead anywhere, also to a file without end.
pub(crate) fn read(path: &Path, largest: u64) -> io::Result<Vec<u8>> {
    let about = fs::symlink_metadata(path)?;
    if !about.is_file() {
        return Err(refused(
            path,
            "is not a regular file; links are not followed",
        ));
    }
    read_bounded(path, about.len(), largest)
}

/// The same of a file that the user names, where a link is the user's own.
pub(crate) fn read_named(path: &Path, largest: u64) -> io::Result<Vec<u8>> {
    let about = fs::metadata(path)?;
    if !about.is_file() {
        return Err(refused(path, "is not a regular file"));
    }
    read_bounded(path, about.len(), largest)
}

/// Why a file is not read.
fn refused(path: &Path, reason: &str) -> io::Error {
    let shown = path.display().to_string();
    let message = format!("{} {reason}", crate::text::visible(&shown));
    io::Error::new(io::ErrorKind::InvalidInput, message)
}

fn read_bounded(path: &Path, expected: u64, largest: u64) -> io::Result<Vec<u8>> {
    let expected = usize::try_from(expected.min(largest)).unwrap_or_default();
    let mut bytes = Vec::with_capacity(expected);
    let file = fs::File::open(path)?;
    file.take(largest + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > largest {
        let size = match largest >> 20 {
            0 => format!("{} KiB", largest >> 10),
            mebibytes => format!("{mebibytes} MiB"),
        };
        let reason = format!("is larger than {size}");
        return Err(refused(path, &reason));
    }
    Ok(bytes)
}

/// The bytes that a file or pipe which the user names gives, at most `largest`.
pub(crate) fn read_stream(path: &Path, largest: u64) -> io::Result<Vec<u8>> {
    read_bounded(path, 0, largest)
}

/// What was read, as text.
pub(crate) fn text(path: &Path, read: io::Result<Vec<u8>>) -> io::Result<String> {
    let text = String::from_utf8(read?);
    text.map_err(|_| refused(path, "is not UTF-8"))
}

/// Removes the temporary files of a folder that killed runs left behind.
pub(crate) fn sweep(folder: &Path) {
    let ours = |name: &Path| name.to_str().is_some_and(|name| name.starts_with(PREFIX));
    remove_older(folder, ABANDONED, ours);
}

/// Removes the files of a folder that are older than `age` and have one of the wanted names.
/// What cannot be removed stays: another run may have done it already.
pub(crate) fn remove_older(folder: &Path, age: Duration, wanted: impl Fn(&Path) -> bool) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let is_old = || {
            let modified = entry.metadata().ok()?.modified().ok()?;
            Some(modified.elapsed().ok()? > age)
        };
        if wanted(Path::new(&entry.file_name())) && is_old() == Some(true) {
            drop(fs::remove_file(entry.path()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        for text in ["one", "two"] {
            for durability in [Durability::Synced, Durability::NotSynced] {
                replace(&path, text.as_bytes(), durability, Audience::Everyone).unwrap();
                assert_eq!(fs::read_to_string(&path).unwrap(), text);
            }
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_for_everyone_keeps_its_mode_and_one_for_its_owner_has_0600() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let mode_after = |audience| {
            replace(&path, b"a", Durability::NotSynced, audience).unwrap();
            fs::metadata(&path).unwrap().permissions().mode() & 0o777
        };
        assert_eq!(mode_after(Audience::Everyone), 0o644);
        fs::set_permissions(&path, std::fs::Permissions::from_mode(0o664)).unwrap();
        assert_eq!(mode_after(Audience::Everyone), 0o664);
        assert_eq!(mode_after(Audience::Owner), 0o600);
    }

    #[test]
    fn a_file_beyond_the_bound_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "12").unwrap();
        assert_eq!(read(&path, 2).unwrap(), b"12");
        let error = read(&path, 1).unwrap_err().to_string();
        assert!(error.contains("is larger than"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_keeps_its_owner_and_is_left_where_it_may_not_be_replaced() {
        use std::os::unix::fs::{MetadataExt as _, chown};
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "1").unwrap();
        // Only root may give files away.
        let is_root = chown(&path, Some(65_534), Some(65_534)).is_ok();
        let owner = || {
            let about = fs::metadata(&path).unwrap();
            (about.uid(), about.gid())
        };
        let before = owner();
        replace(&path, b"2", Durability::NotSynced, Audience::Everyone).unwrap();
        assert_eq!(owner(), before);
        assert!(!is_root || owner() == (65_534, 65_534));
        let refused = || Ok(false);
        let (durability, audience) = (Durability::Synced, Audience::Everyone);
        assert!(!replace_if(&path, b"3", durability, audience, refused).unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), "2");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_the_user_names_may_be_a_link_to_a_regular_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "12").unwrap();
        let link = |to: &Path, name: &str| {
            let link = folder.path().join(name);
            std::os::unix::fs::symlink(to, &link).unwrap();
            link
        };
        assert_eq!(read_named(&link(&path, "b"), 2).unwrap(), b"12");
        for (named, reason) in [
            (link(Path::new("/dev/zero"), "c"), "is not a regular file"),
            (folder.path().to_owned(), "is not a regular file"),
            (link(&path, "d"), "is larger than"),
        ] {
            let error = read_named(&named, 1).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_and_a_folder_are_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "1").unwrap();
        let link = folder.path().join("b");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        for refused in [&link, folder.path()] {
            let error = read(refused, 9).unwrap_err().to_string();
            assert!(error.contains("is not a regular file"), "{error}");
        }
    }

    #[test]
    fn a_sweep_removes_old_temporary_files_alone() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, age: Duration| {
            let path = folder.path().join(name);
            fs::write(&path, "").unwrap();
            let file = fs::File::options().write(true).open(&path).unwrap();
            let modified = file.metadata().unwrap().modified().unwrap();
            file.file().set_modified(modified - age).unwrap();
            path
        };
        let old = write(".shelflife-old", ABANDONED * 2);
        let kept = [
            write(".shelflife-new", Duration::ZERO),
            write("old.json", ABANDONED * 2),
        ];
        sweep(folder.path());
        assert!(!old.exists());
        assert!(kept.iter().all(|path| path.exists()));
    }
}
