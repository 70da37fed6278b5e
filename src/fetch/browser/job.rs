//! One page to render: what is asked, and what comes of it.

#[cfg(feature = "browser")]
use tokio::sync::oneshot;
use url::Url;

use crate::fetch::error::{FetchError, ForbiddenError, TransientError};
use crate::fetch::http::response::Response;
#[cfg(feature = "browser")]
use crate::fetch::request::Render;

/// What a browser made of a page.
pub(in crate::fetch) struct Rendered {
    /// Where the page was in the end.
    pub(in crate::fetch) url: Url,
    /// Status and headers of the document, and the document as it stands after rendering.
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
    /// The browser cannot do what is asked, or the page never shows what is waited for.
    Failed(String),
    /// The host did not answer; it may be asked again.
    Ill(TransientError),
    /// The page leads where we do not go.
    Refused(ForbiddenError),
}

impl RenderError {
    /// The error that a question ends with; an illness is none yet.
    pub(in crate::fetch) fn finally(self, url: String) -> Result<TransientError, FetchError> {
        match self {
            Self::NoBrowser => Err(FetchError::NeedsBrowser { url }),
            Self::Failed(reason) => Err(FetchError::NotRendered { url, reason }),
            Self::Refused(refusal) => Err(FetchError::Forbidden {
                url,
                reason: refusal,
            }),
            Self::Ill(illness) => Ok(illness),
        }
    }
}

/// One page to render, and who waits for it.
#[cfg(feature = "browser")]
pub(super) struct Job {
    pub(super) url: Url,
    pub(super) user_agent: Option<String>,
    pub(super) render: Render,
    pub(super) answer: oneshot::Sender<Result<Rendered, RenderError>>,
}
