//! What a method is: which pages it needs, and what it reads on them.
//!
//! A method only reads. It asks for pages ([`Method::requests`]) and reads the answers
//! ([`Method::read`]), which may need further pages: those are the next round. It sees no
//! network, no disk and no clock, so it can be tested with a text and run on any thread.
//! [`crate::collect`] fetches.

use std::collections::HashSet;
use std::sync::Arc;

use super::config::MethodConfig;
use super::context::Context;
use super::kind::Kind;
use crate::extract::ExtractError;
use crate::fetch::{FetchError, Request};
use crate::page::Page;
use crate::release_data::{MOST_FIELDS, ReleaseData};
use crate::text::Excerpt;

/// What a method needs next, where nothing means that it is done; or why it failed.
pub type Next = Result<Vec<Needed>, MethodErrorKind>;

/// A method: it collects a product's releases.
pub trait Method: 'static {
    /// The key under `auto.methods` that selects this method.
    const NAME: &'static str;
    /// What it reads, by which it is listed.
    const KIND: Kind = Kind::Vendor;
    /// The groups that it takes of the entry's `regex`, where no template writes its versions.
    const GROUPS: Option<&'static [&'static str]> = None;
    /// The keys this method reads beside the shared ones.
    type Config: MethodConfig + Send + Sync + 'static;

    /// What to fetch first: the page behind the method's name, unless a method overrides it.
    fn requests(cx: &Context<'_>, config: &Self::Config) -> Next {
        Ok(vec![config.request(cx.argument()).into()])
    }

    /// Reads the answers of one round and records what they hold. What it still needs is the
    /// next round. Called once also where nothing was asked.
    ///
    /// A part of a page that must be there and is not is an error; an item that cannot be
    /// read is skipped, by [`Context::item`].
    fn read(
        cx: &Context<'_>,
        config: &Self::Config,
        round: &Round<'_>,
        data: &mut ReleaseData,
    ) -> Next;
}

/// A request, and what it means that there is no such page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needed {
    /// What to fetch.
    pub request: Request,
    /// What it means that it is not there.
    pub if_absent: IfAbsent,
}

/// What it means that a page is not there (404, 410).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfAbsent {
    /// The method fails.
    Fails,
    /// The page is skipped and named; the round has no answer for it.
    LeftOut,
    /// The method is told.
    Given,
}

impl From<Request> for Needed {
    fn from(request: Request) -> Self {
        Self {
            request,
            if_absent: IfAbsent::Fails,
        }
    }
}

impl Needed {
    /// A page that is left out where it is not there.
    pub fn or_left_out(request: Request) -> Self {
        Self {
            request,
            if_absent: IfAbsent::LeftOut,
        }
    }
}

/// The answers to what was needed, in the order asked.
#[derive(Debug)]
pub struct Round<'a> {
    /// Its number, from 1.
    pub number: usize,
    /// The answers of this round.
    pub answers: &'a [Answer],
    /// Those of the round before. Older ones are not kept: a list may have a thousand pages.
    pub previous: &'a [Answer],
    /// All that was asked so far.
    pub asked: &'a HashSet<Request>,
}

/// What came of a request.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What was asked.
    pub request: Request,
    /// The page, or that there is none, where [`IfAbsent::Given`] asks for that.
    pub page: Result<Arc<Page>, Absent>,
}

/// A page that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absent {
    /// How that was said.
    pub error: String,
}

impl<'a> Round<'a> {
    /// The pages, in the order asked.
    pub fn pages(&self) -> impl Iterator<Item = &'a Arc<Page>> + use<'a> {
        pages(self.answers)
    }

    /// The page of a round of one request.
    pub fn page(&self) -> &'a Arc<Page> {
        self.pages().next().expect("what is asked for is there")
    }

    /// Whether something was asked in this round or before.
    pub fn has_asked(&self, request: &Request) -> bool {
        self.asked.contains(request)
    }
}

/// The pages of answers, in the order asked.
pub fn pages(answers: &[Answer]) -> impl Iterator<Item = &Arc<Page>> {
    answers
        .iter()
        .filter_map(|answer| answer.page.as_ref().ok())
}

/// Why a method failed.
#[derive(Debug, thiserror::Error)]
pub enum MethodErrorKind {
    /// A page could not be fetched.
    #[error(transparent)]
    Fetch(FetchError),
    /// A page did not hold what is wanted.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// Reading the pages took too much of the machine.
    #[error("reading what it fetched {0}")]
    TooCostly(String),
    /// The identifier after the method's name is malformed.
    #[error("`{}` is not {form}", Excerpt(argument))]
    Argument {
        argument: String,
        /// The form, such as `owner/repository`.
        form: &'static str,
    },
    /// Nearly none of the items could be read.
    #[error("only {read} of {wanted} items could be read")]
    FewRead {
        read: usize,
        wanted: usize,
        /// Why the first of the others could not.
        reasons: Vec<String>,
    },
    /// None of the cells of a field could be read, and the product file has it.
    #[error("`{}` cannot be read in any row", Excerpt(field))]
    FieldUnread {
        field: String,
        /// Why the first of them could not.
        reasons: Vec<String>,
    },
    /// A method asked again for what it had been given, and would do so for ever.
    #[error("asked again for {}", Excerpt(url))]
    Repeated { url: String },
    /// A list has more pages than any list has.
    #[error("still not done after {0} rounds of pages")]
    TooManyRounds(usize),
    /// A release has more fields than any has.
    #[error("more than {MOST_FIELDS} fields in release `{}`", Excerpt(release))]
    TooManyFields { release: String },
    /// All went well, and nothing was recorded.
    #[error("found no releases or versions")]
    Nothing,
}

/// A method that failed, and which.
#[derive(Debug, thiserror::Error)]
#[error("method `{method}` ({path}:{line}) failed")]
pub struct MethodError {
    pub method: String,
    pub entry: usize,
    pub path: String,
    pub line: usize,
    #[source]
    pub kind: MethodErrorKind,
}

impl MethodError {
    /// What the page has instead, one line each.
    pub fn details(&self) -> Vec<String> {
        match &self.kind {
            MethodErrorKind::Extract(error) => error.details(),
            MethodErrorKind::FewRead { reasons, .. }
            | MethodErrorKind::FieldUnread { reasons, .. } => reasons.clone(),
            _ => Vec::new(),
        }
    }

    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        match &self.kind {
            MethodErrorKind::Fetch(error) => error.hint(),
            MethodErrorKind::Argument { .. }
            | MethodErrorKind::Extract(ExtractError::Unsupported { .. })
            | MethodErrorKind::Repeated { .. }
            | MethodErrorKind::TooManyFields { .. }
            | MethodErrorKind::TooManyRounds(_) => None,
            _ => Some(format!(
                "the page may have changed; `shelflife try {} --method {} --record DIR` saves it",
                self.path, self.entry
            )),
        }
    }
}
