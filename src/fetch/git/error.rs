//! How a request to a repository failed.

use std::io;

use crate::fetch::cause::Cause;
use crate::fetch::error::TransientError;

#[derive(Debug)]
pub(super) enum GitError {
    /// `git` could not be started.
    NoProgram(io::Error),
    /// A temporary folder could not be made.
    Folder(io::Error),
    /// The server does not have the repository, branch or file, or does not give it.
    Absent(u16),
    /// The server redirects to another URL.
    Moved,
    /// The answer is over the limit, in bytes.
    TooLarge(u64),
    /// It may be tried again.
    Transient(TransientError, Option<Cause>),
}
