//! What is sent to a host, how often, and what of it is counted.

use std::sync::Arc;

use futures::future::join_all;
use shelflife::fetch::{Fetcher, NetworkPolicy, Request, Token};
use tokio::sync::Notify;

use super::{error, fetcher, get, policy, text, with_limits};
use crate::server::{Server, answer, page};

#[tokio::test]
async fn the_user_agent_names_shelflife() {
    let server = Server::of([page("7")]).await;
    text(&fetcher(&server), server.url("/")).await;
    let name = server.seen()[0].header("user-agent").unwrap().to_owned();
    assert_eq!(name, NetworkPolicy::USER_AGENT);
    assert!(
        name.starts_with(&format!(
            "shelflife/{} (+https://",
            env!("CARGO_PKG_VERSION")
        )),
        "{name}"
    );
}

#[tokio::test]
async fn the_user_agent_of_a_request_overrides_that_of_the_run() {
    let server = Server::of([page("7")]).await;
    let mut policy = policy(&server);
    policy.user_agent = Some("run/1".into());
    let fetcher = Fetcher::live(policy).unwrap();
    text(&fetcher, server.url("/")).await;
    let own = Request::get(server.url("/")).with_user_agent(Some("config/2".into()));
    fetcher.fetch(&own).await.unwrap();
    let names: Vec<_> = server
        .seen()
        .iter()
        .map(|seen| seen.header("user-agent").unwrap().to_owned())
        .collect();
    assert_eq!(names, ["run/1", "config/2"]);
}

#[tokio::test]
async fn a_user_agent_with_a_line_break_is_refused() {
    let server = Server::of([page("7")]).await;
    let evil = Request::get(server.url("/")).with_user_agent(Some("x\r\ncookie: y".into()));
    let error = fetcher(&server).fetch(&evil).await.unwrap_err().to_string();
    assert!(error.contains("user agent"), "{error}");
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn concurrent_requests_for_a_url_share_one_fetch() {
    let gate = Arc::new(Notify::new());
    let server = Server::of([page("7").after(&gate)]).await;
    let fetcher = fetcher(&server);
    let urls = (0..20).map(|n| server.url(&format!("/x#{n}")));
    let all = join_all(urls.map(|url| text(&fetcher, url)));
    let (texts, ()) = tokio::join!(all, async { gate.notify_one() });
    assert_eq!(texts, vec!["7"; 20]);
    assert_eq!(text(&fetcher, server.url("/x")).await, "7");
    assert_eq!(server.count(), 1);
    assert_eq!(server.seen()[0].path(), "/x");
}

#[tokio::test]
async fn concurrent_requests_share_a_failure() {
    let server = Server::of([answer(404, &[], "gone")]).await;
    let fetcher = fetcher(&server);
    assert_eq!(
        error(&fetcher, server.url("/x")).await,
        error(&fetcher, server.url("/x")).await
    );
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn requests_redirected_to_one_url_share_its_fetch() {
    let server = Server::with(|_, seen| match seen.path() {
        "/there" => page("7"),
        _ => answer(301, &[("location", "/there")], ""),
    })
    .await;
    let fetcher = fetcher(&server);
    for path in ["/a", "/there", "/b"] {
        let page = get(&fetcher, server.url(path)).await.unwrap();
        assert_eq!(page.url, server.url("/there"));
    }
    let paths: Vec<_> = server
        .seen()
        .iter()
        .map(|seen| seen.path().to_owned())
        .collect();
    assert_eq!(paths, ["/a", "/there", "/b"]);
}

#[tokio::test]
async fn concurrent_requests_to_a_host_are_limited() {
    let gate = Arc::new(Notify::new());
    let server = Server::of([page("7").after(&gate)]).await;
    let fetcher = with_limits(&server, |limits| limits.requests_per_host = 2);
    let all = join_all((0..8).map(|n| text(&fetcher, server.url(&format!("/{n}")))));
    let opener = async {
        for done in 0..8 {
            while server.count() < (done + 2).min(8) {
                tokio::task::yield_now().await;
            }
            gate.notify_one();
        }
    };
    let (texts, ()) = tokio::join!(all, opener);
    assert_eq!(texts, vec!["7"; 8]);
    assert_eq!(server.most_at_once(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_of_several_threads_share_a_fetcher() {
    let server = Server::with(|_, seen| page(seen.path())).await;
    let fetcher = Arc::new(fetcher(&server));
    let tasks = (0..6).map(|n| {
        let (fetcher, url) = (Arc::clone(&fetcher), server.url(&format!("/{}", n % 3)));
        tokio::spawn(async move { text(&fetcher, url).await })
    });
    let texts: Vec<_> = join_all(tasks)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(texts, ["/0", "/1", "/2", "/0", "/1", "/2"]);
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn a_token_goes_to_its_host_and_not_along_redirects() {
    let server = Server::with(|_, seen| match seen.path() {
        "/there" => page("7"),
        _ => answer(302, &[("location", "/there")], ""),
    })
    .await;
    let fetcher = fetcher(&server);
    for (path, host) in [("/a", "127.0.0.1"), ("/b", "api.github.com")] {
        let request = Request::Post {
            url: server.url(path),
            json: "{}".into(),
            token: Some(Token::new(host, "s3cret")),
        };
        fetcher.fetch(&request).await.unwrap();
    }
    let sent: Vec<_> = server
        .seen()
        .iter()
        .map(|seen| {
            (
                seen.path().to_owned(),
                seen.header("authorization").map(str::to_owned),
            )
        })
        .collect();
    let expected = [
        ("/a", Some("Bearer s3cret")),
        ("/there", None),
        ("/b", None),
    ];
    let expected = expected.map(|(path, token)| (path.to_owned(), token.map(str::to_owned)));
    assert_eq!(sent, expected);
}

#[tokio::test]
async fn posts_with_different_bodies_are_different_requests() {
    let server = Server::with(|_, seen| page(&seen.body)).await;
    let fetcher = fetcher(&server);
    for body in ["{\"a\":1}", "{\"a\":2}", "{\"a\":1}"] {
        let page = fetcher
            .fetch(&Request::post(server.url("/q"), body))
            .await
            .unwrap();
        assert_eq!(page.text(), body);
    }
    assert_eq!(server.count(), 2);
    let seen = &server.seen()[0];
    assert_eq!(seen.line, "POST /q HTTP/1.1");
    assert_eq!(seen.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn requests_are_counted_and_hosts_waited_for_are_named() {
    use std::pin::pin;

    use futures::FutureExt as _;

    let server = Server::of([answer(503, &[], ""), page("seven"), answer(404, &[], "")]).await;
    let fetcher = fetcher(&server);
    text(&fetcher, server.url("/")).await;
    error(&fetcher, server.url("/x")).await;
    let statistics = fetcher.statistics();
    assert_eq!(
        (statistics.requests, statistics.retries, statistics.failed),
        (3, 1, 1)
    );
    assert_eq!(statistics.bytes, 5);
    assert_eq!(statistics.hosts[&server.address.to_string()], 3);
    assert_eq!((statistics.pages, statistics.not_modified), (1, 0));
    let mut request = pin!(get(&fetcher, server.url("/y")));
    assert!(request.as_mut().now_or_never().is_none());
    assert_eq!(fetcher.waiting_for(), [server.address.to_string()]);
    request.await.unwrap_err();
    assert!(fetcher.waiting_for().is_empty());
}
