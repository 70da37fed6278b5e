//! An error of the system or of a library as the cause of a [`super::FetchError`].

use std::error::Error;
use std::ops::Deref;
use std::sync::Arc;
use std::{fmt, iter};

use crate::text::Excerpt;

/// An error of the system or of a library, shared by all who wait for the same answer.
///
/// It is shown as the innermost error of its chain: that one says what happened, without a URL.
#[derive(Debug, Clone)]
pub struct Cause(Arc<dyn Error + Send + Sync>);

impl Cause {
    pub(super) fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(Arc::from(error.into()))
    }

    /// The error and those behind it.
    pub(super) fn chain(&self) -> impl Iterator<Item = &(dyn Error + 'static)> {
        let first: &(dyn Error + 'static) = &*self.0;
        iter::successors(Some(first), |&error| error.source())
    }
}

impl Deref for Cause {
    type Target = dyn Error + 'static;

    fn deref(&self) -> &Self::Target {
        self.chain().last().unwrap_or(&*self.0)
    }
}

impl PartialEq for Cause {
    fn eq(&self, other: &Self) -> bool {
        (**self).to_string() == (**other).to_string()
    }
}

impl Eq for Cause {}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Excerpt(&(**self).to_string()).fmt(f)
    }
}
