//! How a request to a repository failed.

use crate::fetch::error::TransientError;

#[derive(Debug)]
pub(super) enum GitError {
    /// `git` could not be started.
    NoProgram(String),
    /// The server does not have the repository, branch or file, or does not give it.
    Absent(u16),
    /// The server redirects to another URL.
    Moved,
    /// The answer is over the limit, in bytes.
    TooLarge(u64),
    /// It may be tried again; with the status that the server gave.
    Transient(TransientError, u16),
}
