//! Pages kept between runs.

use std::path::Path;
use std::time::Duration;

use shelflife::digest::Digest;
use shelflife::fetch::{Fetcher, Request, Token};
use shelflife::page::{PageSource, Provenance};

use super::{error, get, policy, text};
use crate::server::{Script, Server, answer, page};

/// A new run with the cache of the ones before.
fn run(server: &Server, folder: &Path) -> Fetcher {
    let mut policy = policy(server);
    policy.cache = Some(folder.to_owned());
    Fetcher::live(policy).unwrap()
}

/// A new run that may use old copies.
fn lenient_run(server: &Server, folder: &Path) -> Fetcher {
    let mut policy = policy(server);
    policy.cache = Some(folder.to_owned());
    policy.stale = true;
    Fetcher::live(policy).unwrap()
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[tokio::test]
async fn a_page_without_cache_headers_is_cached() {
    let (server, cache) = (Server::of([page("7"), page("8")]).await, folder());
    assert_eq!(
        text(&run(&server, cache.path()), server.url("/")).await,
        "7"
    );
    let second = run(&server, cache.path());
    let kept = get(&second, server.url("/")).await.unwrap();
    assert_eq!(kept.text(), "7");
    assert_eq!(
        kept.content_type.as_deref(),
        Some("text/html; charset=utf-8")
    );
    assert!(!kept.stale);
    assert_eq!(
        (second.statistics().cached, second.statistics().requests),
        (1, 0)
    );
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_cached_page_has_the_time_and_validators_of_its_fetch() {
    let headers = [
        ("cache-control", "max-age=0"),
        ("etag", "\"v7\""),
        ("last-modified", "Mon, 23 Nov 2026 06:00:00 GMT"),
    ];
    let server = Server::of([
        answer(200, &headers, "7"),
        answer(
            304,
            &[("etag", "\"v7\""), ("cache-control", "max-age=60")],
            "",
        ),
    ])
    .await;
    let cache = folder();
    let live = run(&server, cache.path());
    let first = get(&live, server.url("/")).await.unwrap();
    let first = Provenance::clone(&first.provenance);
    assert_eq!(first.meta.from, PageSource::Network);
    assert_eq!(first.meta.etag.as_deref(), Some("\"v7\""));
    assert_eq!(
        first.meta.last_modified.as_deref(),
        Some("Mon, 23 Nov 2026 06:00:00 GMT")
    );
    assert!(first.meta.fetched.is_some());
    assert_eq!(first.body, Some(Digest::of(b"7")));
    // Revalidated, then fresh.
    for _ in 0..2 {
        let mut again = get(&run(&server, cache.path()), server.url("/"))
            .await
            .map(|page| Provenance::clone(&page.provenance))
            .unwrap();
        assert_eq!(again.meta.from, PageSource::Cache);
        again.meta.from = PageSource::Network;
        assert_eq!(again, first);
    }
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn without_a_cache_every_run_fetches() {
    let server = Server::of([page("7"), page("8")]).await;
    assert_eq!(text(&super::fetcher(&server), server.url("/")).await, "7");
    assert_eq!(text(&super::fetcher(&server), server.url("/")).await, "8");
}

#[tokio::test]
async fn cache_control_is_obeyed() {
    for (rule, asked) in [
        ("max-age=60", 1),
        ("private, max-age=60", 1),
        ("max-age=0", 2),
        ("no-cache", 2),
        ("no-store", 2),
        ("public", 1),
    ] {
        let script = answer(200, &[("cache-control", rule)], "7");
        let (server, cache) = (Server::of([script]).await, folder());
        for _ in 0..2 {
            assert_eq!(
                text(&run(&server, cache.path()), server.url("/")).await,
                "7"
            );
        }
        assert_eq!(server.count(), asked, "{rule}");
    }
}

#[tokio::test]
async fn an_expired_page_is_fetched_again() {
    for (header, value) in [
        ("age", "86401"),
        ("expires", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ("pragma", "no-cache"),
        ("vary", "*"),
    ] {
        let script = answer(200, &[(header, value)], "7");
        let (server, cache) = (Server::of([script]).await, folder());
        for _ in 0..2 {
            assert_eq!(
                text(&run(&server, cache.path()), server.url("/")).await,
                "7"
            );
        }
        assert_eq!(server.count(), 2, "{header}");
    }
}

#[tokio::test]
async fn a_no_store_page_is_not_written() {
    let secret = answer(200, &[("cache-control", "no-store")], "7");
    let (server, cache) = (Server::of([page("6"), secret]).await, folder());
    text(&run(&server, cache.path()), server.url("/a")).await;
    text(&run(&server, cache.path()), server.url("/b")).await;
    assert_eq!(fs_err::read_dir(cache.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_stale_page_is_revalidated_with_its_etag_or_date() {
    let date = "Wed, 21 Oct 2015 07:28:00 GMT";
    for (validator, value, condition) in [
        ("etag", "\"v7\"", "if-none-match"),
        ("last-modified", date, "if-modified-since"),
    ] {
        let headers = [("cache-control", "max-age=0"), (validator, value)];
        let fresh = answer(200, &headers, "7");
        let unchanged = answer(
            304,
            &[("cache-control", "max-age=60"), (validator, value)],
            "",
        );
        let (server, cache) = (Server::of([fresh, unchanged, page("8")]).await, folder());
        assert_eq!(
            text(&run(&server, cache.path()), server.url("/")).await,
            "7"
        );
        let second = run(&server, cache.path());
        assert_eq!(text(&second, server.url("/")).await, "7");
        assert_eq!(second.statistics().not_modified, 1);
        assert_eq!(server.seen()[1].header(condition), Some(value));
        // The 304 made it fresh.
        assert_eq!(
            text(&run(&server, cache.path()), server.url("/")).await,
            "7"
        );
        assert_eq!(server.count(), 2);
    }
}

#[tokio::test]
async fn a_changed_page_replaces_the_cached_one() {
    let headers = [("cache-control", "max-age=0"), ("etag", "\"v7\"")];
    let new = answer(200, &[("etag", "\"v8\"")], "8");
    let (server, cache) = (
        Server::of([answer(200, &headers, "7"), new]).await,
        folder(),
    );
    assert_eq!(
        text(&run(&server, cache.path()), server.url("/")).await,
        "7"
    );
    assert_eq!(
        text(&run(&server, cache.path()), server.url("/")).await,
        "8"
    );
    assert_eq!(
        text(&run(&server, cache.path()), server.url("/")).await,
        "8"
    );
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn a_304_with_another_etag_is_fetched_again() {
    let headers = [("cache-control", "max-age=0"), ("etag", "\"v7\"")];
    let odd = answer(304, &[("etag", "\"v9\"")], "");
    let (server, cache) = (
        Server::of([answer(200, &headers, "7"), odd, page("9")]).await,
        folder(),
    );
    text(&run(&server, cache.path()), server.url("/")).await;
    assert_eq!(
        text(&run(&server, cache.path()), server.url("/")).await,
        "9"
    );
    assert_eq!(server.seen()[2].header("if-none-match"), None);
}

#[tokio::test]
async fn an_error_is_never_cached() {
    let (server, cache) = (
        Server::of([
            answer(404, &[("cache-control", "max-age=60")], "no"),
            page("7"),
        ])
        .await,
        folder(),
    );
    error(&run(&server, cache.path()), server.url("/")).await;
    assert_eq!(
        text(&run(&server, cache.path()), server.url("/")).await,
        "7"
    );
}

#[tokio::test]
async fn a_request_with_another_user_agent_or_a_token_is_not_answered_from_the_cache() {
    let (server, cache) = (
        Server::of([page("7"), page("8"), page("9")]).await,
        folder(),
    );
    let url = server.url("/");
    assert_eq!(text(&run(&server, cache.path()), &url).await, "7");
    let other = Request::get(&url).with_user_agent(Some("other".into()));
    assert_eq!(
        run(&server, cache.path())
            .fetch(&other)
            .await
            .unwrap()
            .text(),
        "8"
    );
    let token = Request::Post {
        url: url.clone(),
        json: "{}".into(),
        token: Some(Token::new("127.0.0.1", "s3cret")),
    };
    assert_eq!(
        run(&server, cache.path())
            .fetch(&token)
            .await
            .unwrap()
            .text(),
        "9"
    );
    assert_eq!(text(&run(&server, cache.path()), &url).await, "7");
}

#[tokio::test]
async fn a_damaged_cache_entry_is_fetched_anew() {
    let (server, cache) = (
        Server::of([page("7"), page("8"), page("9"), page("10")]).await,
        folder(),
    );
    text(&run(&server, cache.path()), server.url("/")).await;
    let entries: Vec<_> = fs_err::read_dir(cache.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    let [entry] = &*entries else {
        panic!("{entries:?}")
    };
    let whole = fs_err::read(entry).unwrap();
    let other_url = String::from_utf8(whole.clone())
        .unwrap()
        .replacen("127.0.0.1", "127.0.0.9", 1);
    for (damaged, next) in [
        (whole[..whole.len() - 1].to_vec(), "8"),
        (b"\x00garbage".to_vec(), "9"),
        (other_url.into_bytes(), "10"),
    ] {
        fs_err::write(entry, damaged).unwrap();
        assert_eq!(
            text(&run(&server, cache.path()), server.url("/")).await,
            next
        );
    }
}

#[tokio::test]
async fn a_cache_entry_with_any_bit_flipped_is_fetched_anew_and_replaced() {
    let (server, cache) = (Server::of([page("7 ends in May")]).await, folder());
    text(&run(&server, cache.path()), server.url("/")).await;
    let entry = fs_err::read_dir(cache.path()).unwrap().next();
    let entry = entry.unwrap().unwrap().path();
    let whole = fs_err::read(&entry).unwrap();
    let mut asked = 1;
    for at in (0..whole.len()).step_by(13).chain([whole.len() - 1]) {
        let mut damaged = whole.clone();
        damaged[at] ^= 1 << (at % 8);
        fs_err::write(&entry, damaged).unwrap();
        for requests in [1, 0] {
            let next = run(&server, cache.path());
            assert_eq!(text(&next, server.url("/")).await, "7 ends in May");
            assert_eq!(next.statistics().requests, requests, "byte {at}");
            asked += requests;
        }
    }
    assert_eq!(server.count() as u64, asked);
}

#[tokio::test]
async fn a_folder_in_place_of_a_cache_entry_is_no_page() {
    let (server, cache) = (Server::of([page("7"), page("8")]).await, folder());
    text(&run(&server, cache.path()), server.url("/")).await;
    let entry = fs_err::read_dir(cache.path()).unwrap().next();
    let entry = entry.unwrap().unwrap().path();
    fs_err::remove_file(&entry).unwrap();
    fs_err::create_dir(&entry).unwrap();
    for _ in 0..2 {
        assert_eq!(
            text(&run(&server, cache.path()), server.url("/")).await,
            "8"
        );
    }
}

#[tokio::test]
async fn a_stale_page_is_used_only_if_the_run_allows_it_and_is_named() {
    let old = answer(200, &[("cache-control", "max-age=0"), ("age", "100")], "7");
    let (server, cache) = (Server::of([old, answer(503, &[], "")]).await, folder());
    let url = server.url("/");
    text(&run(&server, cache.path()), &url).await;
    assert!(
        error(&run(&server, cache.path()), &url)
            .await
            .is_transient()
    );
    let lenient = lenient_run(&server, cache.path());
    let page = get(&lenient, &url).await.unwrap();
    assert!(page.stale);
    assert_eq!(page.text(), "7");
    let named = lenient.stale_pages();
    let [stale] = &*named else {
        panic!("{named:?}")
    };
    assert_eq!(stale.url, url);
    assert!(stale.age >= Duration::from_secs(100) && stale.age < Duration::from_secs(1000));
    assert!(stale.cause.is_transient());
}

#[tokio::test]
async fn a_stale_page_behind_a_redirect_is_found() {
    let (server, cache) = (
        Server::with(|index, seen| match (index, seen.path()) {
            (0, _) => answer(302, &[("location", "/there")], ""),
            (1, "/there") => answer(200, &[("cache-control", "max-age=0")], "7"),
            _ => Script::raw("").and_reset(),
        })
        .await,
        folder(),
    );
    text(&run(&server, cache.path()), server.url("/")).await;
    let page = get(&lenient_run(&server, cache.path()), server.url("/"))
        .await
        .unwrap();
    assert_eq!(
        (&*page.text(), page.stale, &page.url),
        ("7", true, &server.url("/there"))
    );
}

#[tokio::test]
async fn a_stale_page_hides_no_other_error() {
    for (rule, then) in [
        ("max-age=0", answer(404, &[], "")),
        (
            "max-age=0",
            answer(403, &[("cf-mitigated", "challenge")], ""),
        ),
        ("max-age=0, must-revalidate", answer(503, &[], "")),
        ("no-cache", answer(503, &[], "")),
    ] {
        let old = answer(200, &[("cache-control", rule)], "7");
        let (server, cache) = (Server::of([old, then]).await, folder());
        text(&run(&server, cache.path()), server.url("/")).await;
        let lenient = lenient_run(&server, cache.path());
        error(&lenient, server.url("/")).await;
        assert_eq!(lenient.stale_pages(), [], "{rule}");
    }
}

#[tokio::test]
async fn cache_file_names_hold_nothing_of_the_url() {
    let (server, cache) = (Server::of([page("7")]).await, folder());
    let url = server.url(&format!("/..%2f..%2fetc/{}?../../x", "y".repeat(5000)));
    assert_eq!(text(&run(&server, cache.path()), url).await, "7");
    let mut entries = fs_err::read_dir(cache.path()).unwrap();
    let name = entries.next().unwrap().unwrap().file_name();
    assert!(entries.next().is_none());
    let name = name.to_str().unwrap();
    let (hash, end) = name.split_once('.').unwrap();
    assert!(
        hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{name}"
    );
    assert_eq!(end, "page");
}
