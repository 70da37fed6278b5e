//! A cached answer, and how long it is fresh.
//!
//! The rules are those of a private cache (RFC 9111): a fresh answer is used, another is
//! revalidated with `ETag` or `Last-Modified`. Where a server states no
//! freshness, a page is fresh for a day and a redirect is requested again.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::request::Parts;
use http_cache_semantics::{AfterResponse, BeforeRequest, CacheOptions, CachePolicy, ResponseLike};
use reqwest::StatusCode;
use reqwest::header::{AGE, CACHE_CONTROL, EXPIRES, HeaderMap, HeaderValue, PRAGMA, SET_COOKIE};

use super::response::Response;
use crate::fetch::fetched::Fetched;
use crate::fetch::policy::PAGE_IS_FRESH;
use crate::page::Page;

pub(in crate::fetch) struct CachedResponse {
    pub(in crate::fetch) policy: CachePolicy,
    pub(in crate::fetch) fetched: Fetched,
    /// Whether the server forbids to use this once it is stale.
    pub(in crate::fetch) strict: bool,
}

impl CachedResponse {
    pub(in crate::fetch) fn new(
        parts: &Parts,
        answer: &Response,
        fetched: Fetched,
        now: SystemTime,
    ) -> Self {
        let answer = for_policy(answer, matches!(fetched, Fetched::Page(_)));
        let policy = CachePolicy::new_options(parts, &answer, now, options());
        Self {
            policy,
            fetched,
            strict: is_strict(&answer.headers),
        }
    }

    /// The answer, if it may be used without a request.
    pub(in crate::fetch) fn fresh(&self, parts: &Parts, now: SystemTime) -> Option<Fetched> {
        match self.policy.before_request(parts, now) {
            BeforeRequest::Fresh(_) => Some(self.fetched.clone()),
            BeforeRequest::Stale { .. } => None,
        }
    }

    /// The headers of a request that revalidates this.
    pub(in crate::fetch) fn conditions(&self, parts: &Parts, now: SystemTime) -> HeaderMap {
        match self.policy.before_request(parts, now) {
            BeforeRequest::Stale {
                request,
                matches: true,
            } => request.headers,
            _ => parts.headers.clone(),
        }
    }

    /// This answer renewed by a 304, unless the 304 belongs to another one.
    pub(in crate::fetch) fn renewed(
        &self,
        parts: &Parts,
        answer: &Response,
        now: SystemTime,
    ) -> Option<Self> {
        let mut answer = answer.clone();
        answer.headers.remove(AGE);
        match self.policy.after_response(parts, &Head::of(&answer), now) {
            AfterResponse::NotModified(policy, response) => Some(Self {
                policy,
                fetched: self.fetched.clone(),
                strict: is_strict(&response.headers),
            }),
            AfterResponse::Modified(..) => None,
        }
    }

    /// The answer although it is stale, and its age. A server may forbid this (`must-revalidate`, `no-cache`).
    pub(in crate::fetch) fn stale(&self, now: SystemTime) -> Option<(Fetched, Duration)> {
        let fetched = match &self.fetched {
            _ if self.strict => return None,
            Fetched::Page(page) => Fetched::Page(Arc::new(Page {
                stale: true,
                ..Page::clone(page)
            })),
            redirect @ Fetched::Redirect(..) => redirect.clone(),
        };
        Some((fetched, self.policy.age(now)))
    }
}

fn options() -> CacheOptions {
    CacheOptions {
        shared: false,
        ..CacheOptions::default()
    }
}

/// The status and headers of an answer, for the policy.
struct Head {
    status: StatusCode,
    headers: HeaderMap,
}

impl Head {
    fn of(answer: &Response) -> Self {
        let mut headers = answer.headers.clone();
        // A policy is stored on the disk, and cookies are never sent back.
        headers.remove(SET_COOKIE);
        Self {
            status: answer.status,
            headers,
        }
    }
}

impl ResponseLike for Head {
    fn status(&self) -> StatusCode {
        self.status
    }

    fn headers(&self) -> &HeaderMap {
        &self.headers
    }
}

/// Status and headers for the policy, with our own rule where the server states no freshness.
fn for_policy(answer: &Response, is_page: bool) -> Head {
    let mut head = Head::of(answer);
    // A huge age overflows the sums of the policy.
    let age = head
        .headers
        .get(AGE)
        .and_then(|age| age.to_str().ok()?.trim().parse::<u32>().ok());
    if age.is_none() {
        head.headers.remove(AGE);
    }
    let silent = !head.headers.contains_key(EXPIRES)
        && !head.headers.contains_key(PRAGMA)
        && !has_directive(
            &head.headers,
            &[
                "max-age",
                "no-cache",
                "no-store",
                "immutable",
                "must-revalidate",
            ],
        );
    if silent {
        let rule = if is_page { PAGE_IS_FRESH } else { "max-age=0" };
        head.headers
            .append(CACHE_CONTROL, HeaderValue::from_static(rule));
    }
    head
}

fn is_strict(headers: &HeaderMap) -> bool {
    has_directive(headers, &["must-revalidate", "no-cache"])
        || (!headers.contains_key(CACHE_CONTROL) && headers.contains_key(PRAGMA))
}

/// Whether `Cache-Control` holds one of these directives.
fn has_directive(headers: &HeaderMap, names: &[&str]) -> bool {
    headers
        .get_all(CACHE_CONTROL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|directive| directive.split('=').next())
        .any(|name| names.contains(&name.trim().to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_huge_age_overflows_no_sum() {
        let request = http::Request::get("https://a.test/").body(()).unwrap();
        let parts = request.into_parts().0;
        let page = Page::of_text("https://a.test/", "7");
        let answer = Response {
            status: StatusCode::OK,
            headers: HeaderMap::from_iter([(AGE, HeaderValue::from(u64::MAX))]),
            body: page.body.clone(),
        };
        let now = SystemTime::UNIX_EPOCH;
        let cached = CachedResponse::new(&parts, &answer, Fetched::Page(Arc::new(page)), now);
        let later = now + Duration::from_hours(1);
        assert!(cached.fresh(&parts, later).is_some());
        assert_eq!(cached.stale(later).unwrap().1, Duration::from_hours(1));
    }
}
