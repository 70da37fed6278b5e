//! A wall is not a page.

use super::{error, fetcher, text};
use crate::server::{Server, answer, page};

#[tokio::test]
async fn a_bot_wall_is_blocked_and_not_retried() {
    let html = ("content-type", "text/html");
    let moment = "<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>";
    for (name, script) in [
        (
            "AWS WAF",
            answer(
                405,
                &[("x-amzn-waf-action", "captcha"), html],
                "<p>Confirm</p>",
            ),
        ),
        (
            "AWS WAF",
            answer(202, &[("x-amzn-waf-action", "challenge")], ""),
        ),
        (
            "AWS WAF",
            answer(405, &[("server", "CloudFront"), html], "<h1>405</h1>"),
        ),
        (
            "Cloudflare",
            answer(403, &[("cf-mitigated", "challenge"), html], "<p>"),
        ),
        ("Cloudflare", answer(503, &[html], moment)),
        ("Cloudflare", answer(200, &[html], moment)),
        (
            "Anubis",
            answer(
                200,
                &[html],
                "<title>Making sure you&#39;re not a bot!</title>",
            ),
        ),
        (
            "Imperva",
            answer(
                200,
                &[html],
                "<html>Request unsuccessful. Incapsula incident ID: 7</html>",
            ),
        ),
        (
            "Akamai",
            answer(
                403,
                &[html],
                "<h1>Access Denied</h1> https://errors.edgesuite.net/18.7",
            ),
        ),
        (
            "Turnstile",
            answer(
                200,
                &[html],
                "<form><div class=\"cf-turnstile\"></div></form>",
            ),
        ),
        (
            "captcha",
            answer(429, &[html], "<form><div class=\"h-captcha\"></div></form>"),
        ),
    ] {
        let server = Server::of([script, page("7")]).await;
        let error = error(&fetcher(&server), server.url("/")).await;
        assert!(error.is_blocked(), "{name}: {error:?}");
        assert!(error.to_string().contains(name), "{error}");
        assert!(error.hint().is_some());
        assert_eq!(server.count(), 1);
    }
}

#[tokio::test]
async fn a_page_with_a_captcha_form_is_no_bot_wall() {
    let body = format!(
        "<script src='/_Incapsula_Resource?x'></script><table>{}</table><div class=\"g-recaptcha\"></div>",
        "<tr><td>7<td>2027-05-31".repeat(100)
    );
    let server = Server::of([page(&body)]).await;
    assert_eq!(text(&fetcher(&server), server.url("/")).await, body);
}
