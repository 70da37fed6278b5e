//! What a question is answered with: a page, or where to ask next.

use std::sync::Arc;

use url::Url;

use super::error::FetchError;
use crate::page::Page;

/// The answer to one question: a page, or where to ask next.
#[derive(Debug, Clone)]
pub(super) enum Fetched {
    Page(Arc<Page>),
    Redirect(u16, Url),
}

pub(super) type FetchResult = Result<Fetched, FetchError>;
