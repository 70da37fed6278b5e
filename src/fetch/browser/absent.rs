//! The browser of a build without the feature `browser`: every page is an error.

use std::future::{Ready, ready};

use super::rendered::{RenderError, Rendered};
use crate::fetch::policy::NetworkPolicy;
use crate::fetch::request_key::RequestKey;

const ABSENT: &str = "this build has no browser; build it with the feature `browser`";

pub(in crate::fetch) struct Browser;

#[expect(clippy::unused_self, reason = "the methods of a browser that runs")]
impl Browser {
    pub(in crate::fetch) fn new(_: NetworkPolicy) -> Self {
        Self
    }

    pub(in crate::fetch) fn ask(&self, _: &RequestKey) -> Ready<Result<Rendered, RenderError>> {
        ready(Err(RenderError::Browser(ABSENT, None)))
    }

    pub(in crate::fetch) fn end(&self) {}
}
