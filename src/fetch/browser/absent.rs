//! What stands for the browser in a build that has none.

use std::future::{Ready, ready};

use super::job::{RenderError, Rendered};
use crate::fetch::policy::NetworkPolicy;
use crate::fetch::request_key::RequestKey;

/// No browser.
pub(in crate::fetch) struct Browser {
    reason: &'static str,
}

impl Browser {
    pub(in crate::fetch) fn new(_: NetworkPolicy) -> Self {
        Self {
            reason: "this build has no browser; build it with the feature `browser`",
        }
    }

    /// Says that there is none.
    pub(in crate::fetch) fn ask(&self, _: &RequestKey) -> Ready<Result<Rendered, RenderError>> {
        ready(Err(RenderError::Failed(self.reason.to_owned())))
    }

    #[expect(clippy::unused_self, reason = "a browser that runs is ended so")]
    pub(in crate::fetch) fn end(&self) {}
}
