//! Recordings: written, and answered from.

use std::path::Path;

use fs_err as fs;
use serde_json::Value;
use shelflife::fetch::{FetchError, Fetcher, Request, Token};
use shelflife::page::{Page, PageSource, ResponseMeta};

use super::{error, fetcher, get, text};
use crate::server::{Script, Server, answer, page};

fn write(root: &Path, path: &str, body: impl AsRef<[u8]>) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, body).unwrap();
}

/// A server with a page of each kind.
async fn world() -> Server {
    Server::with(|_, seen| -> Script {
        match (seen.line.split(' ').next().unwrap(), seen.path()) {
            ("POST", _) => page(&format!("answer to {}", seen.body)),
            (_, "/moved") => answer(301, &[("location", "/a/")], ""),
            (_, "/a/") => page("<p>café</p>"),
            (_, "/a/b?c=d") => answer(
                200,
                &[("content-type", "text/html; charset=latin1")],
                b"<meta charset=utf-8>caf\xe9",
            ),
            (_, "/binary") => answer(
                200,
                &[("content-type", "application/pdf")],
                b"%PDF\xff\xfe\x00",
            ),
            (_, "/a") => page("not the folder"),
            _ => answer(404, &[], "gone"),
        }
    })
    .await
}

/// Asks all of the world, and says what came.
async fn tour(fetcher: &Fetcher, server: &Server) -> Vec<String> {
    let token = Token::new("127.0.0.1", "s3cret");
    let mut seen = Vec::new();
    for request in [
        Request::get(server.url("/moved#top")),
        Request::get(server.url("/a/b?c=d")),
        Request::get(server.url("/binary")),
        Request::get(server.url("/a")),
        Request::Post {
            url: server.url("/q"),
            json: "{\"n\":1}".into(),
            token: Some(token),
        },
        Request::post(server.url("/q"), "{\"n\":2}"),
        Request::get(server.url("/gone")),
    ] {
        seen.push(match fetcher.fetch(&request).await {
            Ok(page) => page.text().into_owned(),
            Err(error) => error.to_string(),
        });
    }
    seen
}

#[tokio::test]
async fn what_was_recorded_is_replayed_in_both_forms_without_the_network() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["pages", "pages.har"] {
        let path = folder.path().join("deep").join(name);
        let server = world().await;
        let live = fetcher(&server).recording(&path).unwrap();
        let meta = tour(&live, &server).await;
        assert!(
            meta[1].ends_with("café") && meta[6].ends_with("(404)"),
            "{meta:?}"
        );
        live.finish().unwrap();
        let asked = server.count();
        let replay = Fetcher::replay(&path).unwrap();
        assert_eq!(tour(&replay, &server).await, meta, "{name}");
        assert_eq!(replay.unasked(), [] as [std::path::PathBuf; 0]);
        assert_eq!(server.count(), asked);
        let missing = error(&replay, server.url("/other")).await;
        let message = missing.to_string();
        assert!(
            message.starts_with(&format!("not recorded: GET {}", server.url("/other"))),
            "{message}"
        );
        assert_eq!(message.contains("/other`)"), name == "pages", "{message}");
        assert!(missing.hint().unwrap().contains("--record"));
    }
}

#[tokio::test]
async fn a_recorded_archive_is_an_http_archive_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.har");
    let server = world().await;
    let live = fetcher(&server).recording(&path).unwrap();
    tour(&live, &server).await;
    assert!(!path.exists());
    live.finish().unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.contains("s3cret"));
    let har: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(har["log"]["version"], "1.2");
    let entries = har["log"]["entries"].as_array().unwrap();
    let line = |entry: &Value| {
        let url = entry["request"]["url"].as_str().unwrap();
        let path = url.strip_prefix(&server.url("")).unwrap().to_owned();
        (entry["response"]["status"].as_u64().unwrap(), path)
    };
    let lines: Vec<_> = entries.iter().map(line).collect();
    let expected = [
        (200, "/a"),
        (200, "/a/b?c=d"),
        (200, "/binary"),
        (404, "/gone"),
        (301, "/moved"),
        (200, "/a/"),
        (200, "/q"),
        (200, "/q"),
    ];
    assert_eq!(
        lines,
        expected.map(|(status, path)| (status, path.to_owned()))
    );
    assert_eq!(entries[2]["response"]["content"]["encoding"], "base64");
    assert_eq!(
        entries[1]["response"]["content"]["text"],
        "<meta charset=utf-8>café"
    );
    assert_eq!(entries[4]["response"]["redirectURL"], server.url("/a/"));
    for entry in entries {
        for key in ["startedDateTime", "time", "cache", "timings"] {
            assert!(!entry[key].is_null(), "{key}");
        }
    }
}

#[tokio::test]
async fn a_recording_invents_no_fetch_times() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let server = Server::of([answer(200, &[("etag", "\"7\"")], "7")]).await;
    let meta = async |fetcher: Fetcher| {
        let page = get(&fetcher, server.url("/")).await.unwrap();
        fetcher.finish().unwrap();
        page.provenance.meta.clone()
    };
    let live = meta(fetcher(&server).recording(&path("x.har")).unwrap()).await;
    assert!(live.fetched.is_some() && live.from == PageSource::Network);
    let replayed = meta(Fetcher::replay(&path("x.har")).unwrap()).await;
    let from = PageSource::Recording;
    assert_eq!(replayed, ResponseMeta { from, ..live });
    // A folder forgets it, and an archive made of the folder does not invent it.
    let again = Fetcher::replay(&path("x.har")).unwrap();
    meta(again.recording(&path("pages")).unwrap()).await;
    let folder = Fetcher::replay(&path("pages")).unwrap();
    let nothing = meta(folder.recording(&path("y.har")).unwrap()).await;
    let undated = meta(Fetcher::replay(&path("y.har")).unwrap()).await;
    for meta in [nothing, undated] {
        assert_eq!(
            meta,
            ResponseMeta {
                from,
                ..ResponseMeta::default()
            }
        );
    }
}

#[tokio::test]
async fn a_redirected_page_has_both_urls() {
    let server = world().await;
    let moved = get(&fetcher(&server), server.url("/moved")).await.unwrap();
    assert_eq!(*moved.provenance.url, *server.url("/a/"));
    assert_eq!(
        moved.provenance.asked.as_deref(),
        Some(&*server.url("/moved"))
    );
    let plain = get(&fetcher(&server), server.url("/a")).await.unwrap();
    assert_eq!(plain.provenance.asked, None);
}

#[tokio::test]
async fn a_recorded_folder_is_laid_out_as_wget_does() {
    let folder = tempfile::tempdir().unwrap();
    let server = world().await;
    let live = fetcher(&server).recording(folder.path()).unwrap();
    tour(&live, &server).await;
    live.finish().unwrap();
    let host = folder.path().join(server.address.to_string());
    assert_eq!(
        fs::read_to_string(host.join("moved")).unwrap(),
        "<p>café</p>"
    );
    // `a` is a page and the folder of another.
    assert_eq!(
        fs::read_to_string(host.join("a/index")).unwrap(),
        "not the folder"
    );
    assert_eq!(
        fs::read_to_string(host.join("a/b@c=d")).unwrap(),
        "\u{feff}<meta charset=utf-8>café"
    );
    assert_eq!(fs::read(host.join("binary")).unwrap(), b"%PDF\xff\xfe\x00");
    assert_eq!(fs::read(host.join("gone")).unwrap(), b"");
}

#[tokio::test]
async fn a_folder_answers_for_both_schemes_and_any_fragment() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.test/x/index", "7");
    let replay = Fetcher::replay(folder.path()).unwrap();
    for url in [
        "https://a.test/x/#1",
        "http://a.test/x/",
        "https://A.TEST:443/y/../x/",
    ] {
        assert_eq!(text(&replay, url).await, "7");
    }
}

#[tokio::test]
async fn an_unrequested_recorded_page_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "product.md", "---\n---\n");
    write(folder.path(), "a.test/x", "7");
    write(folder.path(), "a.test/deep/y", "8");
    let replay = Fetcher::replay(folder.path()).unwrap();
    text(&replay, "https://a.test/x").await;
    let left = replay.unasked();
    let [left] = &*left else { panic!("{left:?}") };
    assert!(left.ends_with("a.test/deep/y"));
}

#[tokio::test]
async fn a_folder_of_wget_and_a_page_saved_as_mhtml_are_replayed() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.test/x/index.html", "1");
    write(folder.path(), "a.test/y?b=c d", "2");
    write(folder.path(), "a.test/z@b=c.html", "3");
    let mhtml = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\n\
        Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n<p>=\n4</p>\n--b--\n";
    write(folder.path(), "a.test/saved", mhtml);
    write(
        folder.path(),
        "a.test/cut",
        mhtml.trim_end().trim_end_matches("--b--"),
    );
    let replay = Fetcher::replay(folder.path()).unwrap();
    assert_eq!(text(&replay, "https://a.test/x/").await, "1");
    assert_eq!(text(&replay, "https://a.test/x").await, "1");
    assert_eq!(text(&replay, "https://a.test/y?b=c%20d").await, "2");
    assert_eq!(text(&replay, "https://a.test/z?b=c").await, "3");
    assert_eq!(text(&replay, "https://a.test/saved").await, "<p>4</p>");
    let cut = error(&replay, "https://a.test/cut").await;
    assert!(format!("{:?}", anyhow::Error::new(cut)).contains("MHTML"));
}

#[tokio::test]
async fn a_url_cannot_leave_the_replay_folder() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "secret", "secret");
    write(folder.path(), "pages/a.test/x", "7");
    let replay = Fetcher::replay(&folder.path().join("pages")).unwrap();
    for url in [
        "https://a.test/../../secret",
        "https://a.test/%2e%2e/%2e%2e/secret",
        r"https://a.test/..\..\secret",
        "https://../secret",
        "https://a.test/x/../../../secret",
    ] {
        let error = error(&replay, url).await;
        assert!(
            matches!(
                error,
                FetchError::NotRecorded { .. } | FetchError::Forbidden { .. }
            ),
            "{url}: {error:?}"
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_symlink_cannot_leave_the_replay_folder() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "secret", "secret");
    write(folder.path(), "pages/a.test/x", "7");
    let pages = folder.path().join("pages");
    std::os::unix::fs::symlink("../../secret", pages.join("a.test/link")).unwrap();
    std::os::unix::fs::symlink("../..", pages.join("a.test/up")).unwrap();
    let replay = Fetcher::replay(&pages).unwrap();
    for url in ["https://a.test/link", "https://a.test/up/secret"] {
        let error = error(&replay, url).await;
        assert!(matches!(error, FetchError::NotRecorded { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_recorded_bot_wall_is_blocked() {
    let wall = "<title>Just a moment...</title>";
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.test/x", wall);
    let replay = Fetcher::replay(folder.path()).unwrap();
    assert!(error(&replay, "https://a.test/x").await.is_blocked());
    let page = Fetcher::of_page(Page::of_text("file.html", wall));
    assert_eq!(
        error(&page, "https://a.test/x").await.to_string(),
        "cannot fetch file.html (blocked by Cloudflare, by its `<title>just a moment...</title>`, 200)"
    );
}

#[tokio::test]
async fn a_missing_recording_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["none", "none.har"] {
        let path = folder.path().join(name);
        let error = Fetcher::replay(&path).map(drop).unwrap_err().to_string();
        assert_eq!(
            error,
            format!("cannot read the recording {}", path.display())
        );
    }
}

#[tokio::test]
async fn one_page_answers_every_request() {
    let fetcher = Fetcher::of_page(Page::of_text("file.html", "7"));
    for url in ["https://a.test/", "https://b.test/x"] {
        let page = get(&fetcher, url).await.unwrap();
        assert_eq!((&*page.text(), &*page.url), ("7", "file.html"));
    }
}
