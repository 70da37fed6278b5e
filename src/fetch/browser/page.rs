//! One page: asked for, waited for, clicked, and taken as it stands.

use std::collections::HashMap;
use std::time::Duration;

use chromiumoxide::cdp::browser_protocol::network::{
    EventRequestWillBeSent, EventResponseReceived, Headers, ResourceType,
    SetUserAgentOverrideParams,
};
use chromiumoxide::cdp::browser_protocol::page::{EventLifecycleEvent, FrameId};
use chromiumoxide::error::CdpError;
use chromiumoxide::listeners::EventStream;
use futures::{FutureExt as _, StreamExt as _};
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::time::{Instant, sleep, timeout, timeout_at};
use url::Url;

use super::gate::Gate;
use super::job::{Job, Rendered, Trouble};
use super::program::{Program, words};
use crate::fetch::error::{ForbiddenError, TransientError};
use crate::fetch::http::response::Response;
use crate::fetch::policy::NetworkPolicy;
use crate::text::Excerpt;

/// How often a page is looked at for the element that is waited for.
const LOOK: Duration = Duration::from_millis(100);
/// How long a page may work on what a click asked of it.
const AFTER_CLICK: Duration = Duration::from_secs(1);
/// How long a page may take to close.
const CLOSE: Duration = Duration::from_secs(2);

/// A dialog would halt the page for ever: nobody is there to answer it.
const NO_DIALOGS: &str =
    "window.alert = () => {}; window.confirm = () => false; window.prompt = () => null;";

/// Finds what a selector means, as a function of it: CSS, `xpath=` or `//`, or `text=`,
/// which is the innermost element with the text, in any case, or exactly it in quotes.
const FIND: &str = r#"(selector) => {
    const words = (text) => (text || '').replace(/\s+/g, ' ').trim();
    const shown = (element) => {
        const box = element.getBoundingClientRect();
        return box.width > 0 && box.height > 0 && getComputedStyle(element).visibility !== 'hidden';
    };
    const all = () => {
        if (selector.startsWith('text=')) {
            let wanted = selector.slice(5).trim();
            const exact = /^(["']).*\1$/.test(wanted);
            wanted = words(exact ? wanted.slice(1, -1) : wanted);
            const has = (element) => {
                const text = words(element.textContent);
                return exact ? text === wanted : text.toLowerCase().includes(wanted.toLowerCase());
            };
            return [...document.querySelectorAll('body *')].filter((element) =>
                !['SCRIPT', 'STYLE', 'NOSCRIPT'].includes(element.tagName) && has(element)
                && ![...element.children].some(has));
        }
        if (selector.startsWith('xpath=') || selector.startsWith('//')) {
            const path = selector.replace(/^xpath=/, '');
            const found = document.evaluate(path, document, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE, null);
            return Array.from({length: found.snapshotLength}, (_, at) => found.snapshotItem(at));
        }
        return [...document.querySelectorAll(selector.replace(/^css=/, ''))];
    };
    return all().find(shown);
}"#;

/// Clicks an element as a mouse does, whatever lies over it.
const CLICK: &str = r"(element) => {
    element.scrollIntoView({block: 'center'});
    for (const kind of ['pointerdown', 'mousedown', 'pointerup', 'mouseup']) {
        const Kind = kind.startsWith('pointer') ? PointerEvent : MouseEvent;
        element.dispatchEvent(new Kind(kind, {bubbles: true, cancelable: true, view: window}));
    }
    element.click();
}";

/// The document as text, or its length where that is more than wanted.
const TAKE: &str = r"(limit) => {
    const type = document.doctype ? new XMLSerializer().serializeToString(document.doctype) : '';
    const text = type + document.documentElement.outerHTML;
    return text.length > limit ? text.length : text;
}";

/// The document of an answer without content.
const NOTHING: &str = "<html><head></head><body></body></html>";

/// Renders one page within the time that a page has.
pub(super) async fn render(
    program: &Program,
    gate: &Gate,
    settings: &NetworkPolicy,
    job: &Job,
) -> Result<Rendered, Trouble> {
    let until = Instant::now() + settings.limits.render_total;
    let page = match timeout_at(until, program.page()).await {
        Ok(Ok(page)) => page,
        Ok(Err(error)) => return Err(Trouble::Failed(words(&error))),
        Err(_) => return Err(Trouble::Ill(TransientError::Timeout)),
    };
    let rendered = timeout_at(until, shown(&page, program, gate, settings, job)).await;
    // A page that hangs does not close; it goes with the browser.
    let _ = timeout(CLOSE, page.close()).await;
    rendered.unwrap_or(Err(Trouble::Ill(TransientError::Timeout)))
}

async fn shown(
    page: &chromiumoxide::Page,
    program: &Program,
    gate: &Gate,
    settings: &NetworkPolicy,
    job: &Job,
) -> Result<Rendered, Trouble> {
    let limits = &settings.limits;
    let user_agent = job.user_agent.as_deref().unwrap_or(program.user_agent());
    page.set_user_agent(SetUserAgentOverrideParams::new(user_agent))
        .await
        .map_err(failed)?;
    page.evaluate_on_new_document(NO_DIALOGS)
        .await
        .map_err(failed)?;
    let mut responses = page
        .event_listener::<EventResponseReceived>()
        .await
        .map_err(failed)?;
    let mut document = navigate(page, gate, settings, job, &mut responses).await?;
    // Where the server says that there is no page, there is nothing to wait for; a wall may
    // yet give way.
    if !matches!(document.status.as_u16(), 404 | 410 | 500 | 502 | 504) {
        if let Some(selector) = &job.render.wait_for {
            find(page, selector, limits.render_step, None).await?;
        }
        if let Some(selector) = &job.render.click_selector {
            find(page, selector, limits.render_step, Some(CLICK)).await?;
            sleep(AFTER_CLICK).await;
        }
    }
    let limit = limits.decompressed;
    let taken = page
        .evaluate(format!("({TAKE})({limit})"))
        .await
        .map_err(failed)?;
    let body = match taken.value() {
        // What a browser makes of an empty answer is still an empty answer.
        Some(serde_json::Value::String(text)) if text == NOTHING => Vec::new(),
        Some(serde_json::Value::String(text)) => text.clone().into_bytes(),
        Some(serde_json::Value::Number(_)) => {
            return Err(Trouble::Refused(ForbiddenError::TooLargeDecompressed(
                limit,
            )));
        }
        _ => return Err(Trouble::Failed("the browser gives no document".into())),
    };
    // The page may have gone elsewhere meanwhile.
    while let Some(Some(event)) = responses.next().now_or_never() {
        if is_document(&event, document.frame.as_ref()) {
            document = document_of(&event, &document.url);
        }
    }
    if let Some(refusal) = gate.refusal_of(&document.url) {
        return Err(Trouble::Refused(refusal));
    }
    Ok(Rendered {
        url: document.url,
        answer: Response {
            status: document.status,
            headers: document.headers,
            body,
        },
    })
}

/// What the server said of the document.
struct Document {
    frame: Option<FrameId>,
    url: Url,
    status: StatusCode,
    headers: HeaderMap,
}

/// Opens the page and waits for the event that is asked for; `load` if none is.
async fn navigate(
    page: &chromiumoxide::Page,
    gate: &Gate,
    settings: &NetworkPolicy,
    job: &Job,
    responses: &mut EventStream<EventResponseReceived>,
) -> Result<Document, Trouble> {
    let wanted = match job.render.wait_until.as_deref() {
        Some("commit") => "init",
        Some("domcontentloaded") => "DOMContentLoaded",
        Some("networkidle") => "networkIdle",
        _ => "load",
    };
    let frame = page.mainframe().await.map_err(failed)?;
    let mut lifecycle = page
        .event_listener::<EventLifecycleEvent>()
        .await
        .map_err(failed)?;
    let mut requests = page
        .event_listener::<EventRequestWillBeSent>()
        .await
        .map_err(failed)?;
    let until = Instant::now() + settings.limits.render_step;
    // Where the document was asked for last, whoever answered.
    let mut asked = job.url.clone();
    let mut document = None;
    let (mut committed, mut reached) = (false, false);
    let mut opening = Box::pin(page.goto(job.url.as_str()));
    let mut opened = false;
    while !(reached && document.is_some()) {
        let next = timeout_at(until, async {
            tokio::select! {
                biased;
                Some(event) = requests.next() => {
                    if event.r#type == Some(ResourceType::Document) && event.frame_id == frame {
                        asked = Url::parse(&event.request.url).unwrap_or_else(|_| asked.clone());
                    }
                }
                Some(event) = responses.next() => {
                    if is_document(&event, frame.as_ref()) {
                        document = Some(document_of(&event, &asked));
                    }
                }
                Some(event) = lifecycle.next() => {
                    if Some(&event.frame_id) == frame.as_ref() {
                        if event.name == "init" {
                            committed = true;
                            reached = false;
                        }
                        reached |= committed && event.name == wanted;
                    }
                }
                result = &mut opening, if !opened => {
                    opened = true;
                    return result.map(|_| ());
                }
                else => return Err(CdpError::NoResponse),
            }
            Ok(())
        });
        match next.await {
            Ok(Ok(())) => {}
            // An error status without a body of its own: the status says it all.
            Ok(Err(CdpError::ChromeMessage(said)))
                if said == "net::ERR_HTTP_RESPONSE_CODE_FAILURE" && document.is_some() =>
            {
                reached = true;
            }
            // Two navigations of which the second ends the first: its events tell the rest.
            Ok(Err(CdpError::ChromeMessage(said)))
                if said == "net::ERR_ABORTED" && document.is_some() => {}
            Ok(Err(error)) => {
                let refused = gate.refusal_of(&asked);
                return Err(match (refused, error) {
                    (Some(refusal), _) => Trouble::Refused(refusal),
                    (None, CdpError::ChromeMessage(said)) => {
                        Trouble::Ill(TransientError::Connection(said))
                    }
                    (None, error) => Trouble::Failed(words(&error)),
                });
            }
            Err(_) => {
                return Err(match gate.refusal_of(&asked) {
                    Some(refusal) => Trouble::Refused(refusal),
                    None => Trouble::Ill(TransientError::Timeout),
                });
            }
        }
    }
    document.ok_or_else(|| Trouble::Failed("the browser names no document".into()))
}

/// Whether this is the answer for the page itself, and not for a part of it.
fn is_document(event: &EventResponseReceived, frame: Option<&FrameId>) -> bool {
    event.r#type == ResourceType::Document && event.frame_id.as_ref() == frame
}

fn document_of(event: &EventResponseReceived, asked: &Url) -> Document {
    let status = u16::try_from(event.response.status).ok();
    Document {
        frame: event.frame_id.clone(),
        url: Url::parse(&event.response.url).unwrap_or_else(|_| asked.clone()),
        status: status
            .and_then(|status| StatusCode::from_u16(status).ok())
            .unwrap_or_default(),
        headers: headers_of(&event.response.headers),
    }
}

/// The headers that a wall or a pause is known by; whatever is no header is left out.
fn headers_of(headers: &Headers) -> HeaderMap {
    let named: HashMap<String, String> =
        serde_json::from_value(headers.inner().clone()).unwrap_or_default();
    named
        .iter()
        .filter_map(|(name, value)| {
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            Some((name, HeaderValue::from_str(value).ok()?))
        })
        .collect()
}

/// Waits until the page shows what a selector means, and does something with it.
async fn find(
    page: &chromiumoxide::Page,
    selector: &str,
    within: Duration,
    then: Option<&str>,
) -> Result<(), Trouble> {
    let wanted = serde_json::Value::from(selector);
    let then = then.unwrap_or("() => {}");
    let script = format!(
        "(() => {{ const found = ({FIND})({wanted}); if (found) ({then})(found); return !!found; }})()"
    );
    let until = Instant::now() + within;
    let shown = Excerpt(selector).to_string();
    loop {
        match timeout_at(until, page.evaluate(script.as_str())).await {
            Ok(Ok(answer)) if answer.value().and_then(serde_json::Value::as_bool) == Some(true) => {
                return Ok(());
            }
            Ok(Err(CdpError::JavascriptException(_))) => {
                return Err(Trouble::Failed(format!(
                    "the browser cannot look for `{shown}`"
                )));
            }
            // Not there yet, or the page is just being replaced.
            Ok(_) if Instant::now() + LOOK < until => sleep(LOOK).await,
            _ => {
                let seconds = within.as_secs();
                return Err(Trouble::Failed(format!("no `{shown}` within {seconds} s")));
            }
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn failed(error: CdpError) -> Trouble {
    Trouble::Failed(words(&error))
}
