//! What is a page, and how it reads.

use shelflife::fetch::FetchError;

use super::{error, fetcher, get, text};
use crate::server::{Server, answer, page};

#[tokio::test]
async fn a_page_reads_as_its_server_says() {
    let latin = answer(
        200,
        &[("content-type", "text/html; charset=iso-8859-1")],
        b"caf\xe9",
    );
    let meta = answer(
        200,
        &[("content-type", "text/html")],
        b"<meta charset=latin1>caf\xe9",
    );
    let plain = answer(200, &[("content-type", "text/html")], "café");
    for script in [latin, meta, plain] {
        let server = Server::of([script]).await;
        assert!(
            text(&fetcher(&server), server.url("/"))
                .await
                .ends_with("café")
        );
    }
}

#[tokio::test]
async fn a_page_knows_the_url_that_answered() {
    let server = Server::with(|_, seen| match seen.path() {
        "/a/" => answer(301, &[("location", "../b?c#d")], ""),
        _ => page("7"),
    })
    .await;
    let page = get(&fetcher(&server), server.url("/a/")).await.unwrap();
    assert_eq!(page.url, server.url("/b?c"));
    assert_eq!(
        page.content_type.as_deref(),
        Some("text/html; charset=utf-8")
    );
    assert!(!page.stale);
}

#[tokio::test]
async fn an_empty_answer_is_an_error() {
    for script in [
        answer(200, &[], ""),
        answer(200, &[], "\n "),
        answer(204, &[], ""),
        answer(304, &[], ""),
    ] {
        let server = Server::of([script]).await;
        let error = error(&fetcher(&server), server.url("/")).await;
        assert!(matches!(error, FetchError::Empty { .. }), "{error:?}");
        assert!(error.to_string().contains("empty answer"), "{error}");
    }
}

#[tokio::test]
async fn a_redirect_without_location_is_an_error() {
    let server = Server::of([answer(302, &[], "<p>moved</p>")]).await;
    let error = error(&fetcher(&server), server.url("/")).await.to_string();
    assert!(error.contains("redirect to nowhere"), "{error}");
}

#[tokio::test]
async fn a_strange_url_breaks_no_output() {
    let server = Server::of([answer(404, &[], "")]).await;
    let path = format!("/..%2f\u{202e}\u{1b}[31m{}", "x".repeat(5000));
    let shown = error(&fetcher(&server), server.url(&path))
        .await
        .to_string();
    assert!(
        shown.chars().all(|c| !c.is_control() && c != '\u{202e}'),
        "{shown}"
    );
    assert!(shown.chars().count() < 600, "{shown}");
}
