//! The one retry loop.
//!
//! A host that could not answer is asked again after a pause that all requests to it share,
//! as often as the limits allow. Any error that is not transient ends the loop at once.

use url::Url;

use super::activity::Activity;
use super::attempt::AttemptError;
use super::error::{FetchError, TransientError};
use super::policy::Limits;
use super::ratelimit::{HostLimiter, Permit};
use super::request_key::shown;

/// Attempts until there is an answer or a final error. An attempt holds its permit as long as
/// it uses the host; the flag says whether an earlier one ended with [`AttemptError::Again`].
pub(super) async fn retry<'h, T, F: Future<Output = Result<T, AttemptError>>>(
    url: &Url,
    host: &'h HostLimiter,
    limits: &Limits,
    rendered: bool,
    activity: &Activity,
    attempt: impl Fn(Permit<'h>, bool) -> F,
) -> Result<T, FetchError> {
    let _waiting = activity.wait_for(url);
    let (mut tries, mut again) = (0, false);
    loop {
        let transient = |cause, source, tries| FetchError::Transient {
            url: shown(url.as_str()),
            cause,
            tries,
            source,
        };
        // A page to render waits for a place in the browser instead.
        let permit = if rendered {
            host.acquire_host_only(limits).await
        } else {
            host.acquire(limits).await
        };
        let permit = permit.map_err(|cause| transient(cause, None, tries))?;
        tries += 1;
        activity.requested(url, tries);
        let (cause, source, retry_after) = match attempt(permit, again).await {
            Ok(answer) => {
                host.record_success();
                return Ok(answer);
            }
            Err(AttemptError::Final(error)) => {
                host.record_success();
                return Err(error);
            }
            Err(AttemptError::Forbidden(reason)) => {
                host.record_success();
                let url = shown(url.as_str());
                return Err(FetchError::Forbidden { url, reason });
            }
            Err(AttemptError::Again) => {
                again = true;
                continue;
            }
            Err(AttemptError::Transient {
                cause,
                source,
                retry_after,
            }) => (cause, source, retry_after),
        };
        let status = match cause {
            TransientError::Status(status) => status,
            _ => 0,
        };
        host.pause(status, tries, retry_after, limits)
            .map_err(|cause| transient(cause, None, tries))?;
        // A browser's timeout has taken long already.
        let most = if rendered { 2 } else { u32::MAX };
        if tries >= host.tries(limits).min(most) {
            host.record_failure();
            return Err(transient(cause, source, tries));
        }
    }
}
