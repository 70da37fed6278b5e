//! What an answer means: a page, a redirect, or an error.
//!
//! Pure, and the same for the network and for a recording. Only a 2xx with content is a page.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, SubsecRound as _, Utc};
use reqwest::StatusCode;
use reqwest::header::{
    CONTENT_TYPE, ETAG, HeaderMap, HeaderName, LAST_MODIFIED, LOCATION, RETRY_AFTER,
};
use url::Url;

use crate::fetch::bot_wall::{self, BotWall};
use crate::fetch::error::ForbiddenError;
use crate::page::{Page, PageSource, ResponseMeta};

/// An answer, decompressed.
#[derive(Debug, Clone)]
pub(in crate::fetch) struct Response {
    pub(in crate::fetch) status: StatusCode,
    pub(in crate::fetch) headers: HeaderMap,
    pub(in crate::fetch) body: Vec<u8>,
}

#[derive(Debug, PartialEq)]
pub(in crate::fetch) enum Meaning {
    /// The body is the page.
    Page,
    /// The cached answer is still valid.
    NotModified,
    /// The page is elsewhere.
    Redirect(Url),
    /// The server does not have the page, or does not give it.
    Absent,
    /// The proxy asks for a user name and password.
    ProxyLogin,
    /// A success without content.
    Empty,
    /// The host cannot answer now, and may say for how long.
    Transient(Option<Duration>),
    /// A bot wall instead of the page.
    Blocked(BotWall),
    /// A redirect that cannot be followed.
    Forbidden(ForbiddenError),
}

impl Response {
    /// What this answer to a request for `url` means.
    pub(in crate::fetch) fn meaning(&self, url: &Url, now: SystemTime) -> Meaning {
        if let Some(wall) = bot_wall::recognise(self.status, &self.headers, &self.body) {
            return Meaning::Blocked(wall);
        }
        match self.status.as_u16() {
            206 => Meaning::Absent,
            407 => Meaning::ProxyLogin,
            200..=299 if self.body.trim_ascii().is_empty() => Meaning::Empty,
            200..=299 => Meaning::Page,
            304 => Meaning::NotModified,
            301 | 302 | 303 | 307 | 308 => match self.header(LOCATION.as_str()) {
                Some(location) => url.join(location.trim()).map_or(
                    Meaning::Forbidden(ForbiddenError::RedirectToNowhere),
                    Meaning::Redirect,
                ),
                None => Meaning::Forbidden(ForbiddenError::RedirectToNowhere),
            },
            429 | 500..=599 => Meaning::Transient(retry_after(&self.headers, now)),
            // GitHub, when a quota is used up.
            403 if self.headers.contains_key(RETRY_AFTER)
                || self.header("x-ratelimit-remaining") == Some("0") =>
            {
                Meaning::Transient(retry_after(&self.headers, now))
            }
            _ => Meaning::Absent,
        }
    }

    /// The `Content-Type`, as sent.
    pub(in crate::fetch) fn content_type(&self) -> Option<String> {
        self.header(CONTENT_TYPE.as_str()).map(str::to_owned)
    }

    /// The metadata of the answer.
    pub(in crate::fetch) fn meta(
        &self,
        from: PageSource,
        fetched: Option<DateTime<Utc>>,
    ) -> ResponseMeta {
        let validator = |name: HeaderName| {
            let value = self.header(name.as_str())?;
            (value.len() <= LONGEST_VALIDATOR).then(|| value.to_owned())
        };
        ResponseMeta {
            from,
            fetched,
            etag: validator(ETAG),
            last_modified: validator(LAST_MODIFIED),
        }
    }

    /// The page of this answer. Its body is taken, not copied: some have tens of megabytes.
    pub(in crate::fetch) fn page(&mut self, at: &Url, rendered: bool, now: SystemTime) -> Page {
        // A browser gives text, whatever the encoding of the document.
        let content_type = if rendered {
            Some("text/html; charset=utf-8".to_owned())
        } else {
            self.content_type()
        };
        let body = std::mem::take(&mut self.body);
        let meta = self.meta(PageSource::Network, Some(moment(now)));
        Page::new(at.as_str(), content_type, body, meta)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// A time of the clock, to the second.
pub(in crate::fetch) fn moment(now: SystemTime) -> DateTime<Utc> {
    DateTime::from(now).trunc_subsecs(0)
}

/// The longest validator that is kept, in bytes.
const LONGEST_VALIDATOR: usize = 1_000;

/// The longest pause, so that no sum of times overflows.
const LONGEST: Duration = Duration::from_hours(24 * 366);

/// For how long the host asks not to be sent requests.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = |name: &str| Some(headers.get(name)?.to_str().ok()?.trim());
    let seconds = |text: &str| text.parse().ok().map(Duration::from_secs);
    let since_epoch = now
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let asked_for = match value("retry-after") {
        Some(text) => seconds(text).or_else(|| {
            let moment = DateTime::parse_from_rfc2822(text).ok()?.timestamp();
            let moment = Duration::from_secs(moment.try_into().ok()?);
            Some(moment.saturating_sub(since_epoch))
        }),
        None if value("x-ratelimit-remaining") == Some("0") => {
            let reset = seconds(value("x-ratelimit-reset")?)?;
            Some(reset.saturating_sub(since_epoch))
        }
        None => None,
    };
    asked_for.map(|pause| pause.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Meaning {
        let answer = Response {
            status: StatusCode::from_u16(status).unwrap(),
            headers: headers
                .iter()
                .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
                .collect(),
            body: body.into(),
        };
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1000);
        answer.meaning(&Url::parse("https://a.test/x/y").unwrap(), now)
    }

    #[test]
    fn only_a_success_with_content_is_a_page() {
        assert_eq!(meaning(200, &[], "7"), Meaning::Page);
        assert_eq!(meaning(203, &[], "7"), Meaning::Page);
        assert_eq!(meaning(200, &[], " \n"), Meaning::Empty);
        assert_eq!(meaning(204, &[], ""), Meaning::Empty);
        assert_eq!(meaning(206, &[], "7"), Meaning::Absent);
        assert_eq!(meaning(300, &[], "7"), Meaning::Absent);
        assert_eq!(meaning(407, &[], "7"), Meaning::ProxyLogin);
        for status in [400, 401, 403, 404, 408, 410, 451] {
            assert_eq!(meaning(status, &[], "7"), Meaning::Absent, "{status}");
        }
        for status in [429, 500, 502, 503, 504, 520, 599] {
            assert_eq!(
                meaning(status, &[], "7"),
                Meaning::Transient(None),
                "{status}"
            );
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let transient = |seconds| Meaning::Transient(Some(Duration::from_secs(seconds)));
        assert_eq!(meaning(503, &[("retry-after", "7")], ""), transient(7));
        let date = "Thu, 01 Jan 1970 00:20:00 GMT";
        assert_eq!(meaning(429, &[("retry-after", date)], ""), transient(200));
        let past = "Thu, 01 Jan 1970 00:00:00 GMT";
        assert_eq!(meaning(429, &[("retry-after", past)], ""), transient(0));
        assert_eq!(
            meaning(429, &[("retry-after", "soon")], ""),
            Meaning::Transient(None)
        );
        let endless = "18446744073709551615";
        assert_eq!(
            meaning(429, &[("retry-after", endless)], ""),
            Meaning::Transient(Some(LONGEST))
        );
    }

    #[test]
    fn a_used_up_quota_is_transient_and_a_plain_403_is_not() {
        let used_up = [
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "1060"),
        ];
        assert_eq!(
            meaning(403, &used_up, ""),
            Meaning::Transient(Some(Duration::from_mins(1)))
        );
        assert_eq!(
            meaning(403, &[("retry-after", "60")], ""),
            Meaning::Transient(Some(Duration::from_mins(1)))
        );
        let left = [
            ("x-ratelimit-remaining", "12"),
            ("x-ratelimit-reset", "1060"),
        ];
        assert_eq!(meaning(403, &left, ""), Meaning::Absent);
    }

    #[test]
    fn a_redirect_is_relative_to_its_page_and_needs_a_location() {
        let to = |url: &str| Meaning::Redirect(Url::parse(url).unwrap());
        assert_eq!(
            meaning(301, &[("location", "../z")], ""),
            to("https://a.test/z")
        );
        assert_eq!(
            meaning(307, &[("location", "//b.test")], ""),
            to("https://b.test/")
        );
        assert_eq!(
            meaning(302, &[], ""),
            Meaning::Forbidden(ForbiddenError::RedirectToNowhere)
        );
        assert_eq!(
            meaning(302, &[("location", "https://")], ""),
            Meaning::Forbidden(ForbiddenError::RedirectToNowhere)
        );
    }

    #[test]
    fn a_wall_is_recognised_before_the_status_counts() {
        let page = "<title>Just a moment...</title>";
        for status in [200, 403, 429, 503] {
            assert!(
                matches!(meaning(status, &[], page), Meaning::Blocked(_)),
                "{status}"
            );
        }
    }
}
