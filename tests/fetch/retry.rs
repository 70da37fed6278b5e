//! What is asked again, and what is not.

use std::time::{Duration, SystemTime};

use futures::future::join_all;
use shelflife::fetch::{FetchError, Fetcher, TransientError};
use tokio::net::TcpListener;

use super::{error, fetcher, policy, text, with_limits};
use crate::server::{Script, Server, answer, page};

#[tokio::test]
async fn a_4xx_is_not_retried() {
    for status in [400, 401, 403, 404, 410, 418] {
        let server = Server::of([answer(status, &[], "<h1>Release 7</h1>")]).await;
        let error = error(&fetcher(&server), server.url("/x")).await;
        assert!(matches!(error, FetchError::Absent { .. }), "{error:?}");
        assert_eq!(
            error.to_string(),
            format!("cannot fetch {} ({status})", server.url("/x"))
        );
        assert_eq!(error.is_absent(), matches!(status, 404 | 410));
        assert_eq!(server.count(), 1);
    }
}

#[tokio::test]
async fn a_429_or_5xx_is_retried() {
    for status in [429, 500, 502, 503, 504] {
        let ill = answer(status, &[], "sorry");
        let server = Server::of([ill.clone(), ill, page("7")]).await;
        assert_eq!(text(&fetcher(&server), server.url("/")).await, "7");
        assert_eq!(server.count(), 3);
    }
}

#[tokio::test]
async fn a_host_that_keeps_failing_fails_the_request() {
    let server = Server::of([answer(503, &[], "<p>sorry</p>")]).await;
    let error = error(&fetcher(&server), server.url("/")).await;
    assert!(error.is_transient());
    assert_eq!(
        error.to_string(),
        format!("cannot fetch {} (503, 3 tries)", server.url("/"))
    );
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn a_timeout_is_retried() {
    let server = Server::of([Script::raw("").and_hang(), page("7")]).await;
    let fetcher = with_limits(&server, |limits| {
        limits.total_timeout = Duration::from_secs(1);
    });
    assert_eq!(text(&fetcher, server.url("/")).await, "7");
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn a_reset_is_retried() {
    let server = Server::of([Script::raw("").and_reset(), page("7")]).await;
    assert_eq!(text(&fetcher(&server), server.url("/")).await, "7");
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn a_truncated_body_is_retried_and_then_fails() {
    let short = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n<p>Release 7";
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n<p>Re\r\n";
    for cut in [short, chunked] {
        let server = Server::of([Script::raw(cut), page("7")]).await;
        assert_eq!(text(&fetcher(&server), server.url("/")).await, "7");
        assert_eq!(server.count(), 2);
        let server = Server::of([Script::raw(cut)]).await;
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
}

#[tokio::test]
async fn an_unreachable_host_fails_after_all_tries() {
    let server = Server::of([page("7")]).await;
    let mut policy = policy(&server);
    // A port that was free a moment ago.
    let free = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    policy.local = shelflife::fetch::LocalAddresses::Only(vec![free]);
    let error = error(&Fetcher::live(policy).unwrap(), format!("http://{free}/")).await;
    assert!(
        matches!(
            &error,
            FetchError::Transient {
                cause: TransientError::Connection,
                tries: 3,
                ..
            }
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn retry_after_is_waited_for() {
    let server = Server::of([answer(429, &[("retry-after", "1")], ""), page("7")]).await;
    assert_eq!(text(&fetcher(&server), server.url("/")).await, "7");
    let seen = server.seen();
    assert!(seen[1].at - seen[0].at >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_retry_after_beyond_the_limit_fails_and_says_until_when() {
    let server = Server::of([answer(429, &[("retry-after", "7200")], ""), page("7")]).await;
    let fetcher = fetcher(&server);
    let first = error(&fetcher, server.url("/")).await;
    let FetchError::Transient {
        cause: TransientError::Limited { status, until },
        tries,
        ..
    } = &first
    else {
        panic!("{first:?}");
    };
    assert_eq!((*status, *tries), (429, 1));
    let wait = until.duration_since(SystemTime::now()).unwrap().as_secs();
    assert!((7000..=7200).contains(&wait), "{wait}");
    // The host is left alone by all others, too.
    let second = error(&fetcher, server.url("/other")).await;
    assert!(
        matches!(&second, FetchError::Transient { tries: 0, .. }),
        "{second:?}"
    );
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_pause_holds_for_all_requests_to_the_host() {
    let server = Server::with(|index, _| match index {
        0 => answer(503, &[("retry-after", "1")], ""),
        _ => page("7"),
    })
    .await;
    let fetcher = with_limits(&server, |limits| limits.requests_per_host = 1);
    let texts = join_all((0..4).map(|n| text(&fetcher, server.url(&format!("/{n}"))))).await;
    assert_eq!(texts, vec!["7"; 4]);
    let seen = server.seen();
    assert_eq!(seen.len(), 5);
    for later in &seen[1..] {
        assert!(later.at - seen[0].at >= Duration::from_secs(1));
    }
}

#[tokio::test]
async fn an_exhausted_rate_limit_is_no_absent_page() {
    let quota = [
        ("x-ratelimit-remaining", "0"),
        ("x-ratelimit-reset", "4102444800"),
    ];
    let server = Server::of([answer(403, &quota, "{}")]).await;
    let error = error(&fetcher(&server), server.url("/")).await;
    assert!(
        matches!(
            &error,
            FetchError::Transient {
                cause: TransientError::Limited { status: 403, .. },
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!(server.count(), 1);
}
