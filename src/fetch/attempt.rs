//! How one attempt to fetch something failed: for good, or so that it may be made again.

use std::time::Duration;

use super::cause::Cause;
use super::error::{FetchError, ForbiddenError, TransientError};

/// How one attempt failed.
#[derive(Debug)]
pub(super) enum AttemptError {
    /// For good.
    Final(FetchError),
    /// For good: we do not send this, or do not accept its answer.
    Forbidden(ForbiddenError),
    /// It may be tried again.
    Transient {
        cause: TransientError,
        source: Option<Cause>,
        /// The pause that the host asks for.
        retry_after: Option<Duration>,
    },
    /// It is made once more, differently: without conditions, or at a new URL.
    Again,
}

impl AttemptError {
    pub(super) fn transient(cause: TransientError, source: Option<Cause>) -> Self {
        Self::Transient {
            cause,
            source,
            retry_after: None,
        }
    }
}

impl From<FetchError> for AttemptError {
    fn from(error: FetchError) -> Self {
        Self::Final(error)
    }
}

impl From<ForbiddenError> for AttemptError {
    fn from(reason: ForbiddenError) -> Self {
        Self::Forbidden(reason)
    }
}

impl From<TransientError> for AttemptError {
    fn from(cause: TransientError) -> Self {
        Self::transient(cause, None)
    }
}
