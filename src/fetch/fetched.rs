//! The answer to one request: a page, or a redirect.

use std::sync::Arc;

use url::Url;

use super::error::FetchError;
use crate::page::Page;

#[derive(Debug, Clone)]
pub(super) enum Fetched {
    Page(Arc<Page>),
    Redirect(u16, Url),
}

pub(super) type FetchResult = Result<Fetched, FetchError>;
