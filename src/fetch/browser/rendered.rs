//! One page to render, and its result.

#[cfg(feature = "browser")]
use tokio::sync::oneshot;
use url::Url;

use crate::fetch::attempt::AttemptError;
use crate::fetch::cause::Cause;
use crate::fetch::error::{FetchError, ForbiddenError, TransientError};
use crate::fetch::http::response::Response;
#[cfg(feature = "browser")]
use crate::fetch::request::Render;

/// A rendered page.
pub(in crate::fetch) struct Rendered {
    /// Its URL after all redirects.
    pub(in crate::fetch) url: Url,
    /// Status and headers of the document, and the document after rendering.
    pub(in crate::fetch) answer: Response,
}

/// Why there is no rendered page.
#[derive(Debug, Clone)]
#[cfg_attr(
    not(feature = "browser"),
    expect(dead_code, reason = "without a browser nothing else goes wrong")
)]
pub(in crate::fetch) enum RenderError {
    /// No browser was found.
    NoBrowser,
    /// The browser cannot be used.
    Browser(&'static str, Option<Cause>),
    /// The page never shows the element to wait for, or has no document.
    Page(String),
    /// The host did not answer; it may be asked again.
    Transient(TransientError, Option<Cause>),
    /// The page leads to an address that is not admitted, or is too large.
    Forbidden(ForbiddenError),
}

impl RenderError {
    /// The error of an attempt to fetch this URL.
    pub(in crate::fetch) fn of_attempt(self, url: String) -> AttemptError {
        AttemptError::Final(match self {
            Self::NoBrowser => FetchError::NeedsBrowser { url },
            Self::Browser(what, source) => FetchError::Browser { url, what, source },
            Self::Page(reason) => FetchError::NotRendered { url, reason },
            Self::Forbidden(reason) => FetchError::Forbidden { url, reason },
            Self::Transient(cause, source) => return AttemptError::transient(cause, source),
        })
    }
}

/// One page to render, and where its result is sent.
#[cfg(feature = "browser")]
pub(super) struct Visit {
    pub(super) url: Url,
    pub(super) user_agent: Option<String>,
    pub(super) render: Render,
    pub(super) answer: oneshot::Sender<Result<Rendered, RenderError>>,
}
