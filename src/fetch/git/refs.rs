//! The list of a repository's refs, requested by our own client in one exchange.
//!
//! `git` asks for the capabilities of a server before the refs: two exchanges and two
//! processes for an answer that is mostly unchanged. A server with version 2 of the protocol
//! answers the second request without the first. Where the answer is not a list of refs,
//! `git` is run instead: this module interprets no error, follows no redirect and knows no
//! other version.

use std::collections::BTreeMap;

use reqwest::StatusCode;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use url::Url;

use super::error::GitError;
use super::object::{self, PEELED};
use crate::fetch::attempt::AttemptError;
use crate::fetch::error::{ForbiddenError, TransientError};
use crate::fetch::http::Client;
use crate::fetch::request::Request;
use crate::fetch::request_key::RequestKey;

const REQUEST: &str = "application/x-git-upload-pack-request";
const ANSWER: &str = "application/x-git-upload-pack-result";

/// The refs below a prefix, by name, with their objects, as `git ls-remote` lists them;
/// `None` where `git` has to be run.
pub(super) async fn ask(
    client: &Client,
    repository: &Url,
    prefix: &str,
) -> Option<Result<BTreeMap<String, String>, GitError>> {
    if !matches!(repository.scheme(), "https" | "http") {
        return None;
    }
    let url = format!(
        "{}/git-upload-pack",
        repository.as_str().trim_end_matches('/')
    );
    let key = RequestKey::of(&Request::post(url, body(prefix))).ok()?;
    let mut headers = client.parts(&key).ok()?.headers;
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(REQUEST));
    headers.insert(ACCEPT, HeaderValue::from_static(ANSWER));
    headers.insert("git-protocol", HeaderValue::from_static("version=2"));
    match client.send(&key, headers).await {
        Ok((answer, _)) => match answer.status {
            StatusCode::OK if answer.content_type().as_deref() == Some(ANSWER) => {
                read(&answer.body, prefix).map(Ok)
            }
            status if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() => {
                let cause = TransientError::Status(status.as_u16());
                Some(Err(GitError::Transient(cause, None)))
            }
            _ => None,
        },
        Err(AttemptError::Transient { cause, source, .. }) => {
            Some(Err(GitError::Transient(cause, source)))
        }
        Err(AttemptError::Forbidden(ForbiddenError::TooLarge(limit))) => {
            Some(Err(GitError::TooLarge(limit)))
        }
        Err(_) => None,
    }
}

/// The body of `ls-refs` for a prefix, in protocol version 2.
fn body(prefix: &str) -> String {
    let line = |text: &str| format!("{:04x}{text}\n", text.len() + 5);
    [
        &*line("command=ls-refs"),
        &line(concat!("agent=shelflife/", env!("CARGO_PKG_VERSION"))),
        "0001",
        &line("peel"),
        &line(&format!("ref-prefix {prefix}")),
        "0000",
    ]
    .concat()
}

/// The refs of an answer; `None` if it is not a complete list of refs.
pub(in crate::fetch) fn read(mut answer: &[u8], prefix: &str) -> Option<BTreeMap<String, String>> {
    let mut refs = BTreeMap::new();
    loop {
        let (length, rest) = answer.split_at_checked(4)?;
        let length = usize::from_str_radix(std::str::from_utf8(length).ok()?, 16).ok()?;
        if length == 0 {
            return rest.is_empty().then_some(refs);
        }
        let (line, rest) = rest.split_at_checked(length.checked_sub(4)?)?;
        answer = rest;
        let line = String::from_utf8_lossy(line);
        let mut words = line.strip_suffix('\n').unwrap_or(&line).split(' ');
        let object = words.next().filter(|object| object::is_id(object))?;
        let name = words.next()?;
        // A server may list more than was requested.
        if let Some(name) = name.strip_prefix(prefix)
            && !name.contains(char::is_control)
        {
            refs.insert(name.to_owned(), object.to_owned());
            let peeled = words.find_map(|word| word.strip_prefix("peeled:"));
            if let Some(peeled) = peeled.filter(|peeled| object::is_id(peeled)) {
                refs.insert(format!("{name}{PEELED}"), peeled.to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_lines_with_their_lengths() {
        let body = body("refs/tags/");
        assert!(body.starts_with("0014command=ls-refs\n00"), "{body}");
        assert!(
            body.ends_with("00010009peel\n001aref-prefix refs/tags/\n0000"),
            "{body}"
        );
    }

    #[test]
    fn a_list_is_read_whole_or_not_at_all() {
        let id = "0123456789abcdef0123456789abcdef01234567";
        let line = |text: &str| format!("{:04x}{text}", text.len() + 4);
        let list = [
            line(&format!("{id} refs/tags/v1\n")),
            line(&format!("{id} refs/tags/v2 peeled:{id}\n")),
            line(&format!("{id} HEAD")),
        ]
        .concat();
        let whole = format!("{list}0000");
        let refs = read(whole.as_bytes(), "refs/tags/").unwrap();
        assert_eq!(refs.keys().collect::<Vec<_>>(), ["v1", "v2", "v2^{}"]);
        assert_eq!(refs["v1"], id);
        assert_eq!(read(b"0000", "refs/tags/"), Some(BTreeMap::new()));
        for broken in [
            list.as_bytes(),
            b"",
            b"<html>",
            b"0004",
            b"0003",
            b"zzzz",
            b"000eERR no such",
            b"0000more",
            "00\u{e9}".as_bytes(),
        ] {
            assert_eq!(read(broken, "refs/tags/"), None, "{broken:?}");
        }
    }
}
