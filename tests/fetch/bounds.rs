//! Every time, size and count has a bound.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use shelflife::fetch::{FetchError, ForbiddenError, TransientError};

use super::{error, fetcher, text, with_limits};
use crate::server::{Script, Server, answer};

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

#[track_caller]
fn assert_refused(error: &FetchError, expected: &ForbiddenError) {
    match error {
        FetchError::Forbidden { reason, .. } => assert_eq!(reason, expected),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_compressed_page_is_read() {
    let headers = [("content-encoding", "gzip"), ("content-type", "text/html")];
    let server = Server::of([answer(200, &headers, gzip("Release 7 ®".as_bytes()))]).await;
    assert_eq!(
        text(&fetcher(&server), server.url("/")).await,
        "Release 7 ®"
    );
    assert_eq!(
        server.seen()[0].header("accept-encoding"),
        Some("gzip, deflate, br")
    );
}

#[tokio::test]
async fn a_decompression_bomb_is_refused() {
    let bomb = gzip(&vec![b' '; 20 << 20]);
    assert!(bomb.len() < 64 << 10);
    let server = Server::of([answer(200, &[("content-encoding", "gzip")], bomb)]).await;
    let fetcher = with_limits(&server, |limits| limits.decompressed = 1 << 20);
    assert_refused(
        &error(&fetcher, server.url("/")).await,
        &ForbiddenError::TooLargeDecompressed(1 << 20),
    );
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_compressed_body_that_ends_early_is_truncated() {
    let whole = gzip(b"Release 7 ends on 2027-05-31");
    let cut = &whole[..whole.len() - 4];
    let server = Server::of([answer(200, &[("content-encoding", "gzip")], cut)]).await;
    let error = error(&fetcher(&server), server.url("/")).await;
    assert!(
        matches!(
            error,
            FetchError::Transient {
                cause: TransientError::Truncated,
                tries: 3,
                ..
            }
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_content_length_beyond_the_limit_is_refused_unread() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n";
    // The body never comes; whoever waited for it would time out.
    let server = Server::of([Script::raw(head).and_hang()]).await;
    let fetcher = with_limits(&server, |limits| limits.body = 999_999);
    assert_refused(
        &error(&fetcher, server.url("/")).await,
        &ForbiddenError::TooLarge(999_999),
    );
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_not_read_to_its_end() {
    let mut endless = String::from("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
    for _ in 0..40 {
        write!(endless, "100\r\n{}\r\n", "x".repeat(256)).unwrap();
    }
    let server = Server::of([Script::raw(endless).and_hang()]).await;
    let fetcher = with_limits(&server, |limits| limits.body = 10_000);
    assert_refused(
        &error(&fetcher, server.url("/")).await,
        &ForbiddenError::TooLarge(10_000),
    );
}

#[tokio::test]
async fn a_body_within_the_limits_is_read_whole() {
    let body = "x".repeat(10_000);
    let server = Server::of([answer(200, &[], &body)]).await;
    let fetcher = with_limits(&server, |limits| {
        limits.body = 10_000;
        limits.decompressed = 10_000;
    });
    assert_eq!(text(&fetcher, server.url("/")).await, body);
}

#[tokio::test]
async fn a_body_that_comes_too_slowly_times_out() {
    let slow = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n<p>Release 7";
    let server = Server::of([Script::raw(slow).and_hang()]).await;
    let fetcher = with_limits(&server, |limits| {
        limits.total_timeout = Duration::from_millis(100);
        limits.tries = 2;
    });
    let error = error(&fetcher, server.url("/")).await;
    assert!(
        matches!(
            error,
            FetchError::Transient {
                cause: TransientError::Timeout,
                tries: 2,
                ..
            }
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn too_many_redirects_are_an_error() {
    let server =
        Server::with(|index, _| answer(302, &[("location", &format!("/{index}"))], "")).await;
    let fetcher = with_limits(&server, |limits| limits.redirects = 4);
    assert_refused(
        &error(&fetcher, server.url("/")).await,
        &ForbiddenError::Redirects(4),
    );
    assert_eq!(server.count(), 5);
}

#[tokio::test]
async fn a_redirect_loop_is_an_error() {
    let server = Server::of([answer(302, &[("location", "/")], "")]).await;
    assert_refused(
        &error(&fetcher(&server), server.url("/")).await,
        &ForbiddenError::Redirects(10),
    );
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_gigabyte_of_json_is_refused_without_being_held() {
    const PIECES: usize = 1024;
    let piece = "{\"a\": \"b\"}, ".repeat((1 << 20) / 12);
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n[";
    let script = Script::raw(head).and_again(piece.clone(), PIECES);
    let server = Server::of([script]).await;
    let got = error(
        &with_limits(&server, |limits| limits.body = 8 << 20),
        server.url("/"),
    )
    .await;
    assert!(got.to_string().contains("larger than 8 MiB"), "{got}");
    assert!(
        server.sent() < PIECES * piece.len() / 4,
        "{}",
        server.sent()
    );
    assert_eq!(server.count(), 1);
}
