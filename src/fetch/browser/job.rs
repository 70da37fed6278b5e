//! One page to render, and its result.

#[cfg(feature = "browser")]
use tokio::sync::oneshot;
use url::Url;

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
    /// The browser cannot do what is asked, or the page never shows the element to wait for.
    Failed(String),
    /// The host did not answer; it may be asked again.
    Transient(TransientError),
    /// The page leads to an address that is not admitted, or is too large.
    Forbidden(ForbiddenError),
}

impl RenderError {
    /// The error that a request ends with; one that is transient is tried again.
    pub(in crate::fetch) fn finally(self, url: String) -> Result<TransientError, FetchError> {
        match self {
            Self::NoBrowser => Err(FetchError::NeedsBrowser { url }),
            Self::Failed(reason) => Err(FetchError::NotRendered { url, reason }),
            Self::Forbidden(reason) => Err(FetchError::Forbidden { url, reason }),
            Self::Transient(cause) => Ok(cause),
        }
    }
}

/// One page to render, and where its result is sent.
#[cfg(feature = "browser")]
pub(super) struct Job {
    pub(super) url: Url,
    pub(super) user_agent: Option<String>,
    pub(super) render: Render,
    pub(super) answer: oneshot::Sender<Result<Rendered, RenderError>>,
}
