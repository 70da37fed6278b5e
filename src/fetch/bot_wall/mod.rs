//! Recognises pages of bot protection, such as Cloudflare's, that answer instead of a page.
//!
//! They often come with status 200, and a program that takes one for the page finds that a
//! product has no releases. This module is pure: it sees a status, headers and a body. It
//! circumvents nothing; a recognised wall is reported.

mod signatures;

use std::cell::LazyCell;
use std::fmt;
use std::sync::LazyLock;

use regex::bytes::Regex;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use signatures::{HEADERS, WORDS, When};

/// The page of a bot protection, and how it was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BotWall {
    /// The product or company that protects the site.
    pub name: &'static str,
    /// The header or text by which it was recognised.
    pub signature: &'static str,
}

impl fmt::Display for BotWall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, by its `{}`", self.name, self.signature)
    }
}

/// How much of a body is searched, in bytes.
const SEARCHED: usize = 256 * 1024;
/// The text of a bot wall is shorter than this, in bytes.
const LITTLE_TEXT: usize = 800;

/// The bot wall that this answer is, if it is one.
pub(super) fn recognise(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Option<BotWall> {
    for (name, signature, meanings) in HEADERS {
        let values = headers.get_all(*signature);
        for value in values.iter().filter_map(|value| value.to_str().ok()) {
            if meanings.contains(&value.trim().to_ascii_lowercase().as_str()) {
                return Some(BotWall { name, signature });
            }
        }
    }
    let not_allowed = status == StatusCode::METHOD_NOT_ALLOWED;
    if not_allowed && from_cloudfront(headers) {
        return Some(BotWall {
            name: "AWS WAF",
            signature: "405 from CloudFront",
        });
    }
    if status.is_redirection() || !is_markup(body) {
        return None;
    }
    let body = body[..body.len().min(SEARCHED)].to_ascii_lowercase();
    let body = String::from_utf8_lossy(&body);
    let bare = LazyCell::new(|| matches!(status.as_u16(), 403 | 405 | 429) || is_bare(&body));
    WORDS
        .iter()
        .filter(|(_, signature, _)| body.contains(signature))
        .find(|(_, _, when)| match when {
            When::Always => true,
            When::Bare => *bare,
            When::NotAllowed => not_allowed,
        })
        .map(|(name, signature, _)| BotWall { name, signature })
}

/// The bot wall that a saved body is, where nothing else of the answer is known.
pub(super) fn recognise_saved(body: &[u8]) -> Option<BotWall> {
    recognise(StatusCode::OK, &HeaderMap::new(), body)
}

fn from_cloudfront(headers: &HeaderMap) -> bool {
    headers.contains_key("x-amz-cf-id")
        || headers
            .get("server")
            .is_some_and(|server| server.as_bytes().eq_ignore_ascii_case(b"cloudfront"))
}

/// Whether a body is HTML or XML; a bot wall is never JSON or plain text.
fn is_markup(body: &[u8]) -> bool {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    body.trim_ascii_start().starts_with(b"<")
}

/// Whether a page has little visible text.
fn is_bare(body: &str) -> bool {
    static INVISIBLE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?s-u)<script.*?</script>|<style.*?</style>|<svg.*?</svg>|<!--.*?-->|<[^>]*>")
            .expect("a valid pattern")
    });
    let text = INVISIBLE.replace_all(body.as_bytes(), &b" "[..]);
    let letters = text.split(u8::is_ascii_whitespace).map(<[u8]>::len);
    letters.sum::<usize>() < LITTLE_TEXT
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn wall(
        status: u16,
        headers: &[(&'static str, &'static str)],
        body: &str,
    ) -> Option<&'static str> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, HeaderValue::from_static(value));
        }
        let status = StatusCode::from_u16(status).unwrap();
        recognise(status, &map, body.as_bytes()).map(|wall| wall.name)
    }

    #[test]
    fn a_header_that_only_a_wall_sends_decides() {
        assert_eq!(
            wall(403, &[("cf-mitigated", "challenge")], ""),
            Some("Cloudflare")
        );
        assert_eq!(
            wall(202, &[("x-amzn-waf-action", "challenge")], ""),
            Some("AWS WAF")
        );
        assert_eq!(
            wall(405, &[("x-amzn-waf-action", "captcha")], "<p>"),
            Some("AWS WAF")
        );
        assert_eq!(wall(200, &[("x-amzn-waf-action", "allow")], "<p>"), None);
    }

    #[test]
    fn a_405_of_cloudfront_is_a_wall() {
        assert_eq!(wall(405, &[("server", "CloudFront")], ""), Some("AWS WAF"));
        assert_eq!(
            wall(
                405,
                &[("server", "nginx")],
                "<h1>405 Method Not Allowed</h1>"
            ),
            None
        );
    }

    #[test]
    fn a_wall_is_recognised_by_its_text_with_any_status() {
        for (name, page) in [
            (
                "Cloudflare",
                "<!DOCTYPE html><title>Just a moment...</title><body>",
            ),
            (
                "Anubis",
                "<html><title>Making sure you&#39;re not a bot!</title>",
            ),
            (
                "Anubis",
                "<script id=\"anubis_challenge\" type=\"application/json\">{}</script>",
            ),
            (
                "Imperva",
                "<html><iframe src=\"/_Incapsula_Resource?x\">Request unsuccessful.",
            ),
            (
                "Akamai",
                "<h1>Access Denied</h1>https://errors.edgesuite.net/18.1",
            ),
            (
                "DataDome",
                "<script src='https://ct.captcha-delivery.com/c.js'></script>",
            ),
            (
                "F5",
                "<html>The requested URL was rejected. Please consult with your administrator.<br>",
            ),
            (
                "Cloudflare Turnstile",
                "<p>Checking.</p><div class=\"cf-turnstile\"></div>",
            ),
            (
                "a captcha",
                "<form><div class=\"g-recaptcha\"></div></form>",
            ),
        ] {
            for status in [200, 403, 503] {
                assert_eq!(wall(status, &[], page), Some(name), "{page}");
            }
        }
    }

    #[test]
    fn a_page_that_only_names_its_protection_is_a_page() {
        let guarded = format!(
            "<html><script>var s='/_Incapsula_Resource?x';</script>\
             <script src=/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1></script>\
             <p>{}</p><form><div class=\"g-recaptcha\"></div></form>",
            "Release 7 ends on 2027-05-31. ".repeat(60)
        );
        assert_eq!(wall(200, &[("server", "cloudflare")], &guarded), None);
        assert_eq!(
            wall(200, &[], "{\"title\": \"<title>Just a moment...</title>\"}"),
            None
        );
        let lost = guarded.replace("ends on", "is not here, nor was it on");
        assert_eq!(wall(404, &[], &lost), None);
    }
}
