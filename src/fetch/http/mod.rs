//! One HTTP exchange.
//!
//! This follows no redirect, retries nothing and gives no status a meaning; it limits the
//! time and the size of the answer.

pub(super) mod body;
pub(super) mod cache;
pub(super) mod freshness;
pub(super) mod response;

use std::error::Error;
use std::sync::Arc;

use http::request::Parts;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT,
};
use reqwest::redirect::Policy;
use tokio::time::timeout;

use super::attempt::AttemptError;
use super::cause::Cause;
use super::error::{FetchError, ForbiddenError, TransientError};
use super::policy::{ERROR_BODY, Limits, NetworkPolicy};
use super::proxies::Proxies;
use super::request_key::{RequestKey, host_of};
use super::ssrf::resolver::{NoDnsAnswer, Resolver};
use response::Response;

pub(super) struct Client {
    inner: reqwest::Client,
    user_agent: String,
    limits: Limits,
    proxies: Proxies,
}

impl Client {
    pub(super) fn new(policy: &NetworkPolicy) -> Result<Self, FetchError> {
        let failed = |error: reqwest::Error| FetchError::Client(Cause::new(error));
        let proxies = Proxies::new(policy.proxy);
        let resolver = Resolver {
            local: Arc::new(policy.local.clone()),
            proxies: proxies.hosts().into(),
        };
        // It fails where an earlier client has installed it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .dns_resolver(Arc::new(resolver))
            .redirect(Policy::none())
            .referer(false)
            .connect_timeout(policy.limits.connect_timeout);
        if !policy.proxy {
            builder = builder.no_proxy();
        }
        Ok(Self {
            inner: builder.build().map_err(failed)?,
            user_agent: policy
                .user_agent
                .clone()
                .unwrap_or_else(|| NetworkPolicy::USER_AGENT.to_owned()),
            limits: policy.limits.clone(),
            proxies,
        })
    }

    /// The request line and the headers of a request, without its token.
    pub(super) fn parts(&self, key: &RequestKey) -> Result<Parts, ForbiddenError> {
        let user_agent = key.user_agent().unwrap_or(&self.user_agent);
        let user_agent =
            HeaderValue::from_str(user_agent).map_err(|_| ForbiddenError::UserAgent)?;
        let request = http::Request::builder()
            .method(key.method())
            .uri(key.url().as_str())
            .header(USER_AGENT, user_agent)
            .header(ACCEPT, "*/*")
            .header(ACCEPT_ENCODING, body::CODINGS)
            .body(())
            .map_err(|error| ForbiddenError::NoUrl(Cause::new(error)))?;
        Ok(request.into_parts().0)
    }

    /// Sends a request, and reads the answer to its end. Also gives the length of the body as sent.
    pub(super) async fn send(
        &self,
        key: &RequestKey,
        mut headers: HeaderMap,
    ) -> Result<(Response, u64), AttemptError> {
        let url = key.url();
        let mut request = match key.json() {
            Some(json) => self
                .inner
                .post(url.clone())
                .header(CONTENT_TYPE, "application/json")
                .body(json.into_owned()),
            None => self.inner.get(url.clone()),
        };
        if let Some(credential) = key.credential() {
            credential.insert_into(&mut headers);
        }
        request = request.headers(headers);
        if let RequestKey::Post {
            token: Some(token), ..
        } = key
            && let Some(secret) = token.secret_for(url)
        {
            let mut value = HeaderValue::from_str(&format!("Bearer {secret}"))
                .map_err(|_| ForbiddenError::Token)?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        let answered = timeout(self.limits.total_timeout, self.answer(key, request))
            .await
            .unwrap_or_else(|_| Err(TransientError::Timeout.into()))?;
        let credential = key.credential();
        if credential.is_some_and(|credential| credential.is_in(&answered.0)) {
            return Err(ForbiddenError::RepeatedCredential.into());
        }
        Ok(answered)
    }

    async fn answer(
        &self,
        key: &RequestKey,
        request: reqwest::RequestBuilder,
    ) -> Result<(Response, u64), AttemptError> {
        let response = request
            .send()
            .await
            .map_err(|error| self.attempt_error(key, error))?;
        let (status, version) = (response.status(), response.version());
        let headers = response.headers().clone();
        let limits = &self.limits;
        let (body, length) = if status.is_success() {
            let raw = body::read(response, limits.body).await?;
            let length = raw.len() as u64;
            body::require_end(version, &headers, &raw)?;
            (
                body::decompress(&headers, raw, limits.decompressed)?,
                length,
            )
        } else {
            // A status is an answer even if its body cannot be read.
            let raw = body::read(response, ERROR_BODY.min(limits.body)).await;
            let raw = raw.unwrap_or_default();
            let length = raw.len() as u64;
            let body = body::decompress(&headers, raw, ERROR_BODY.min(limits.decompressed));
            (body.unwrap_or_default(), length)
        };
        let answer = Response {
            status,
            headers,
            body,
        };
        Ok((answer, length))
    }

    /// Sorts an error of the client: ours, the proxy's, the name server's or the host's.
    fn attempt_error(&self, key: &RequestKey, error: reqwest::Error) -> AttemptError {
        let (no_url, timed_out) = (error.is_builder(), error.is_timeout());
        let (no_connection, url) = (error.is_connect(), key.url());
        let source = Cause::new(error);
        let reason = |error: &(dyn Error + 'static)| error.downcast_ref().cloned();
        if let Some(reason) = source.chain().find_map(reason) {
            return AttemptError::Forbidden(reason);
        }
        if no_url {
            return ForbiddenError::NoUrl(source).into();
        }
        let says = |words: &str| {
            source
                .chain()
                .any(|error| error.to_string().contains(words))
        };
        let proxied = no_connection && self.proxies.for_url(url).is_some();
        let cause = if proxied && says("proxy authorization required") {
            return FetchError::ProxyLogin { url: key.shown() }.into();
        } else if proxied && (url.scheme() == "http" || says("tunnel error")) {
            TransientError::Proxy
        } else if timed_out {
            return TransientError::Timeout.into();
        } else if source.chain().any(<dyn Error>::is::<NoDnsAnswer>) {
            TransientError::NoDns(host_of(url))
        } else {
            TransientError::Connection
        };
        AttemptError::transient(cause, Some(source))
    }
}
