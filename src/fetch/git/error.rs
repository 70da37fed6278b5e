//! How a question to a repository failed.

use crate::fetch::error::TransientError;

/// How a run of the program failed.
#[derive(Debug)]
pub(super) enum GitError {
    /// There is no such program.
    NoProgram(String),
    /// The repository, or what is wanted of it, is not there or not for us.
    Absent(u16),
    /// The repository is said to be elsewhere.
    Moved,
    /// It says more than it may.
    TooLarge(u64),
    /// It may be tried again; with the status that the server gave.
    Transient(TransientError, u16),
}
