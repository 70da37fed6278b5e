//! Entry points of the fuzz targets to parsers that are private to `fetch`.
//!
//! Compiled for them alone: `cfg(fuzzing)` is set by `fuzz/instrument`. Each function parses as
//! a run does, and calls everything that a run may call on the result.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::git::{object, refs};
use super::http::response::{Meaning, Response};
use super::http::{body, cache};
use super::replay::{har, layout};
use super::request_key::RequestKey;
use super::{FetchError, Page, Request};
use crate::page::ResponseMeta;

/// The most that a compressed body may become here, in bytes.
const LIMIT: u64 = 1 << 20;

/// Reads an HTTP archive, and what each of its answers means.
pub fn archive(bytes: &[u8]) -> Result<usize, String> {
    let exchanges = har::entries(bytes).map_err(|error| error.to_string())?;
    for exchange in &exchanges {
        exchange
            .answer
            .meaning(&exchange.url, SystemTime::UNIX_EPOCH);
    }
    Ok(exchanges.len())
}

/// Reads an entry of the cache, and whether it may be used: long ago, now and in the far future.
pub fn cached(bytes: &[u8]) {
    let key = RequestKey::of(&Request::get("https://a.test/x")).expect("a URL that may be asked");
    let request = http::Request::get(key.url().as_str()).header("user-agent", "a");
    let (parts, ()) = request.body(()).expect("a request").into_parts();
    // A damaged file fails its checksum, so this one is right.
    let file = [&cache::stamp(bytes), bytes].concat();
    let now = SystemTime::now();
    let Some(cached) = cache::read(&file, &parts, now) else {
        return;
    };
    let day = Duration::from_hours(24);
    for days in [0, 20_000, 1_000_000] {
        let now = SystemTime::UNIX_EPOCH + day * days;
        let _ = cached.fresh(&parts, now);
        let _ = cached.conditions(&parts, now);
        let _ = cached.stale(now);
        let answer = Response {
            status: StatusCode::NOT_MODIFIED,
            headers: HeaderMap::new(),
            body: Vec::new(),
        };
        let _ = cached.renewed(&parts, &answer, now);
    }
}

/// The page that a body is under some headers, a line each, if it is one.
pub fn answer(lines: &str, sent: &[u8]) -> Option<Page> {
    let mut headers = HeaderMap::new();
    let mut status = StatusCode::OK;
    for (name, value) in lines.lines().filter_map(|line| line.split_once(':')) {
        if name == "status" {
            status = value.trim().parse().ok()?;
        } else if let (Ok(name), Ok(value)) = (
            HeaderName::try_from(name),
            HeaderValue::try_from(value.trim()),
        ) {
            headers.append(name, value);
        }
    }
    let body = body::decompress(&headers, sent.to_vec(), LIMIT).ok()?;
    assert!(body.len() as u64 <= LIMIT.max(sent.len() as u64));
    let answer = Response {
        status,
        headers,
        body,
    };
    let url = Url::parse("https://a.test/x").expect("a URL");
    let meaning = answer.meaning(&url, SystemTime::UNIX_EPOCH + Duration::from_hours(480_000));
    let kind = answer.content_type();
    (meaning == Meaning::Page).then(|| Page::new(url, kind, answer.body, ResponseMeta::default()))
}

/// Reads the output of `git` for refs and for objects.
pub fn git(output: &[u8]) {
    for (name, object) in object::refs(output, "refs/tags/") {
        assert!(object::is_id(&object) && !name.contains(char::is_control));
    }
    for (name, object) in refs::read(output, "refs/tags/").into_iter().flatten() {
        assert!(object::is_id(&object) && !name.contains(char::is_control));
    }
    for object in object::read(output) {
        assert!(object.content.len() <= output.len());
        let _ = object.day();
    }
}

/// The path of the answer to a URL in a recording.
pub fn place(url: &str) -> Result<PathBuf, FetchError> {
    Ok(layout::path_of(&RequestKey::of(&Request::get(url))?))
}
