//! What stands for the browser in a build that has none.

use std::future::{Ready, ready};

use super::job::{RenderError, Rendered};
use crate::fetch::policy::NetworkPolicy;
use crate::fetch::request_key::RequestKey;

/// Says where a browser is to be had.
const ABSENT: &str = "this build has no browser; build it with the feature `browser`";

/// No browser.
pub(in crate::fetch) struct Browser;

#[expect(
    clippy::unused_self,
    reason = "a browser that runs is asked and ended so"
)]
impl Browser {
    pub(in crate::fetch) fn new(_: NetworkPolicy) -> Self {
        Self
    }

    /// Says that there is none.
    pub(in crate::fetch) fn ask(&self, _: &RequestKey) -> Ready<Result<Rendered, RenderError>> {
        ready(Err(RenderError::Failed(ABSENT.to_owned())))
    }

    pub(in crate::fetch) fn end(&self) {}
}
