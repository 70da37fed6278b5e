//! Parses the format HTTP Archive 1.2, as far as it is needed.

use base64::prelude::BASE64_STANDARD;
use base64::{DecodeError, Engine as _};
use chrono::{DateTime, SubsecRound as _, Utc};
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION};
use serde::Deserialize;
use url::Url;

use crate::fetch::http::response::Response;
use crate::text::Excerpt;

/// One request and its answer.
pub(in crate::fetch) struct Exchange {
    pub(in crate::fetch) method: String,
    /// The URL, without fragment.
    pub(in crate::fetch) url: Url,
    /// The body of a POST, if it was saved.
    pub(in crate::fetch) post: Option<String>,
    pub(in crate::fetch) answer: Response,
    /// When it began, if the archive says so.
    pub(in crate::fetch) started: Option<DateTime<Utc>>,
}

/// Marks an entry of ours whose time is unknown: the format requires one.
pub(in crate::fetch) const UNDATED: &str = "_undated";

/// Why an archive cannot be read.
#[derive(Debug, thiserror::Error)]
pub(in crate::fetch) enum HarError {
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error("entry {index}: the body is not base64")]
    Base64 { index: usize, source: DecodeError },
    #[error("entry {index}: unknown encoding `{name}`")]
    Encoding { index: usize, name: String },
}

/// The exchanges of an archive, in order.
pub(in crate::fetch) fn entries(bytes: &[u8]) -> Result<Vec<Exchange>, HarError> {
    let har: Har = serde_json::from_slice(bytes)?;
    let mut all = Vec::new();
    for (index, entry) in har.log.entries.into_iter().enumerate() {
        // A browser also saves the likes of `about:srcdoc`.
        let Ok(mut url) = Url::parse(&entry.request.url) else {
            continue;
        };
        url.set_fragment(None);
        let started = entry.started();
        let answer = entry.response.answer(index)?;
        all.push(Exchange {
            method: entry.request.method.to_ascii_uppercase(),
            url,
            started,
            post: entry.request.post_data.and_then(|data| data.text),
            answer,
        });
    }
    Ok(all)
}

#[derive(Deserialize)]
struct Har {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    started_date_time: Option<String>,
    #[serde(default, rename = "_undated")]
    undated: bool,
    request: HarRequest,
    response: HarResponse,
}

impl Entry {
    fn started(&self) -> Option<DateTime<Utc>> {
        let text = self.started_date_time.as_deref();
        let moment = DateTime::parse_from_rfc3339(text.filter(|_| !self.undated)?).ok()?;
        Some(moment.to_utc().trunc_subsecs(0))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HarRequest {
    method: String,
    url: String,
    post_data: Option<PostData>,
}

#[derive(Deserialize)]
struct PostData {
    text: Option<String>,
}

#[derive(Deserialize)]
struct HarResponse {
    status: u16,
    #[serde(default)]
    headers: Vec<Header>,
    #[serde(default)]
    content: Content,
    #[serde(default, rename = "redirectURL")]
    redirect_url: Option<String>,
}

#[derive(Deserialize)]
struct Header {
    name: String,
    value: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Content {
    mime_type: Option<String>,
    text: Option<String>,
    encoding: Option<String>,
}

impl HarResponse {
    fn answer(self, index: usize) -> Result<Response, HarError> {
        let mut headers = HeaderMap::new();
        for header in &self.headers {
            let name = HeaderName::try_from(&header.name);
            let value = HeaderValue::try_from(&header.value);
            if let (Ok(name), Ok(value)) = (name, value) {
                headers.append(name, value);
            }
        }
        if !headers.contains_key(CONTENT_TYPE)
            && let Ok(value) = HeaderValue::try_from(self.content.mime_type.unwrap_or_default())
            && !value.is_empty()
        {
            headers.insert(CONTENT_TYPE, value);
        }
        if !headers.contains_key(LOCATION)
            && let Ok(value) = HeaderValue::try_from(self.redirect_url.unwrap_or_default())
            && !value.is_empty()
        {
            headers.insert(LOCATION, value);
        }
        let text = self.content.text.unwrap_or_default();
        let body = match self.content.encoding.as_deref() {
            Some("base64") => BASE64_STANDARD
                .decode(text.trim_end())
                .map_err(|source| HarError::Base64 { index, source })?,
            None | Some("") => {
                in_utf_8(&mut headers);
                text.into_bytes()
            }
            Some(name) => {
                let name = Excerpt(name).to_string();
                return Err(HarError::Encoding { index, name });
            }
        };
        // A browser saves 0 for a request without an answer.
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_GATEWAY);
        Ok(Response {
            status,
            headers,
            body,
        })
    }
}

/// The text of an archive is decoded, whatever charset the server named.
fn in_utf_8(headers: &mut HeaderMap) {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok()?.split(';').next())
        .map_or("text/html", str::trim);
    if let Ok(value) = HeaderValue::try_from(format!("{kind}; charset=utf-8")) {
        headers.insert(CONTENT_TYPE, value);
    }
}
