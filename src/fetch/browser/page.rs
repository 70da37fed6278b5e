//! Renders one page: opens it, waits, clicks, and takes the document.

use std::time::Duration;

use futures::future::Either;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use url::Url;

use super::devtools::{CommandError, DocumentResponse, Event, Page};
use super::process::Process;
use super::proxy::FilteringProxy;
use super::rendered::{RenderError, Rendered, Visit};
use crate::fetch::cause::Cause;
use crate::fetch::error::{ForbiddenError, TransientError};
use crate::fetch::http::response::Response;
use crate::fetch::policy::NetworkPolicy;
use crate::text::Excerpt;

/// How often the page is searched for the element that is waited for.
const POLL: Duration = Duration::from_millis(100);
/// The time that a page has to react to a click.
const AFTER_CLICK: Duration = Duration::from_secs(1);

/// A dialog would block the page for ever, as nobody answers it.
const NO_DIALOGS: &str =
    "window.alert = () => {}; window.confirm = () => false; window.prompt = () => null;";

/// A function that finds the element of a selector: CSS, `xpath=` or `//`, or `text=`,
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

/// Clicks an element as a mouse does, whatever covers it.
const CLICK: &str = r"(element) => {
    element.scrollIntoView({block: 'center'});
    for (const kind of ['pointerdown', 'mousedown', 'pointerup', 'mouseup']) {
        const Kind = kind.startsWith('pointer') ? PointerEvent : MouseEvent;
        element.dispatchEvent(new Kind(kind, {bubbles: true, cancelable: true, view: window}));
    }
    element.click();
}";

/// The document as text, or its length where that is over the limit.
const TAKE: &str = r"(limit) => {
    // Scripts ran, so what stands here for a browser without them is not shown.
    for (const unseen of document.querySelectorAll('noscript')) unseen.remove();
    const type = document.doctype ? new XMLSerializer().serializeToString(document.doctype) : '';
    const text = type + document.documentElement.outerHTML;
    return text.length > limit ? text.length : text;
}";

/// The document of an answer without content.
const NOTHING: &str = "<html><head></head><body></body></html>";

/// Renders one page within the time that a page has.
pub(super) async fn render(
    process: &Process,
    policy: &NetworkPolicy,
    visit: &Visit,
) -> Result<Rendered, RenderError> {
    let proxy = FilteringProxy::open(policy).await.map_err(|error| {
        RenderError::Browser("no proxy for the browser", Some(Cause::new(error)))
    })?;
    let rendered = timeout(policy.limits.render_total, async {
        let opened = Page::open(process.connection(), proxy.address()).await;
        let (page, events) = opened.map_err(failed)?;
        shown(&page, events, process, &proxy, policy, visit).await
    });
    let late = |_| Err(RenderError::Transient(TransientError::Timeout, None));
    rendered.await.unwrap_or_else(late)
}

async fn shown(
    page: &Page<'_>,
    mut events: UnboundedReceiver<Event>,
    process: &Process,
    proxy: &FilteringProxy,
    policy: &NetworkPolicy,
    visit: &Visit,
) -> Result<Rendered, RenderError> {
    let limits = &policy.limits;
    let user_agent = visit.user_agent.as_deref().unwrap_or(process.user_agent());
    let user_agent = json!({ "userAgent": user_agent });
    page.command("Network.setUserAgentOverride", user_agent)
        .await
        .map_err(failed)?;
    let script = json!({ "source": NO_DIALOGS });
    page.command("Page.addScriptToEvaluateOnNewDocument", script)
        .await
        .map_err(failed)?;
    let mut document = navigate(page, &mut events, proxy, policy, visit).await?;
    // Where the server has no page, there is nothing to wait for; a bot wall may still let
    // the browser through.
    if !document.bare && !matches!(document.status.as_u16(), 404 | 410 | 500 | 502 | 504) {
        if let Some(selector) = &visit.render.wait_for {
            find(page, selector, limits.render_step, None).await?;
        }
        if let Some(selector) = &visit.render.click_selector {
            find(page, selector, limits.render_step, Some(CLICK)).await?;
            sleep(AFTER_CLICK).await;
        }
    }
    let body = if document.bare {
        Vec::new()
    } else {
        take(page, limits.decompressed, limits.render_step).await?
    };
    // The page may have navigated meanwhile.
    while let Ok(event) = events.try_recv() {
        if let Event::Answered(response) = event {
            document = Document::of(&response, &document.url);
        }
    }
    if let Some(refusal) = proxy.refusal_of(&document.url) {
        return Err(RenderError::Forbidden(refusal));
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

/// The response that the document came with.
struct Document {
    url: Url,
    status: StatusCode,
    headers: HeaderMap,
    /// Whether the response has an error status and no content: nothing is rendered then.
    bare: bool,
}

impl Document {
    fn of(response: &DocumentResponse, asked: &Url) -> Self {
        // The headers by which a bot wall or a pause is recognised; invalid ones are left out.
        let headers = response.headers.iter().filter_map(|(name, value)| {
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            Some((name, HeaderValue::from_str(value.as_str()?).ok()?))
        });
        Self {
            url: Url::parse(&response.url).unwrap_or_else(|_| asked.clone()),
            status: StatusCode::from_u16(response.status).unwrap_or_default(),
            headers: headers.collect(),
            bare: false,
        }
    }
}

/// Opens the page and waits for the event that is asked for; `load` if none is.
async fn navigate(
    page: &Page<'_>,
    events: &mut UnboundedReceiver<Event>,
    proxy: &FilteringProxy,
    policy: &NetworkPolicy,
    visit: &Visit,
) -> Result<Document, RenderError> {
    let wanted = match visit.render.wait_until.as_deref() {
        Some("commit") => "init",
        Some("domcontentloaded") => "DOMContentLoaded",
        Some("networkidle") => "networkIdle",
        _ => "load",
    };
    let until = Instant::now() + policy.limits.render_step;
    // The events of the empty page are of no use.
    while events.try_recv().is_ok() {}
    // The URL that was requested last.
    let mut asked = visit.url.clone();
    let mut document = None;
    let (mut committed, mut reached) = (false, false);
    let opening = page.command("Page.navigate", json!({ "url": visit.url.as_str() }));
    tokio::pin!(opening);
    let mut opened = false;
    loop {
        if let Some(document) = document.take_if(|_| reached) {
            return Ok(document);
        }
        let next = timeout_at(until, async {
            tokio::select! {
                biased;
                event = events.recv() => event.map(Either::Left).ok_or(CommandError::Ended),
                answer = &mut opening, if !opened => answer.map(Either::Right),
            }
        });
        let trouble = match next.await {
            Ok(Ok(Either::Left(Event::Requested(url)))) => {
                asked = Url::parse(&url).unwrap_or(asked);
                continue;
            }
            Ok(Ok(Either::Left(Event::Answered(response)))) => {
                document = Some(Document::of(&response, &asked));
                continue;
            }
            Ok(Ok(Either::Left(Event::Reached(name)))) => {
                if name == "init" {
                    committed = true;
                    reached = false;
                }
                reached |= committed && name == wanted;
                continue;
            }
            Ok(Ok(Either::Right(answer))) => {
                opened = true;
                match (answer["errorText"].as_str(), &mut document) {
                    // The second of two navigations aborts the first: its events follow.
                    (None, _) | (Some("net::ERR_ABORTED"), Some(_)) => continue,
                    // An error status without a body: the status is the answer.
                    (Some("net::ERR_HTTP_RESPONSE_CODE_FAILURE"), Some(document)) => {
                        document.bare = true;
                        reached = true;
                        continue;
                    }
                    (Some(error), _) => RenderError::Transient(
                        TransientError::Connection,
                        Some(Cause::new(Excerpt(error).to_string())),
                    ),
                }
            }
            Ok(Err(error)) => failed(error),
            Err(_) => RenderError::Transient(TransientError::Timeout, None),
        };
        return Err(match proxy.refusal_of(&asked) {
            Some(refusal) => RenderError::Forbidden(refusal),
            None => trouble,
        });
    }
}

/// The current document, of at most so many bytes; tried again while the page is being
/// replaced.
async fn take(page: &Page<'_>, limit: u64, within: Duration) -> Result<Vec<u8>, RenderError> {
    let script = format!("({TAKE})({limit})");
    let until = Instant::now() + within;
    loop {
        return match page.evaluate(&script).await {
            // The document that a browser makes of an empty body.
            Ok(Value::String(text)) if text == NOTHING => Ok(Vec::new()),
            Ok(Value::String(text)) => Ok(text.into_bytes()),
            Ok(Value::Number(_)) => Err(RenderError::Forbidden(
                ForbiddenError::TooLargeDecompressed(limit),
            )),
            Ok(_) => Err(RenderError::Page("the browser has no document".into())),
            Err(CommandError::Rejected(_)) if Instant::now() < until => {
                sleep(POLL).await;
                continue;
            }
            Err(error) => Err(failed(error)),
        };
    }
}

/// Waits until the page shows the element of a selector, and runs a function on it.
async fn find(
    page: &Page<'_>,
    selector: &str,
    within: Duration,
    then: Option<&str>,
) -> Result<(), RenderError> {
    let wanted = Value::from(selector);
    let then = then.unwrap_or("() => {}");
    let script = format!(
        "(() => {{ const found = ({FIND})({wanted}); if (found) ({then})(found); return !!found; }})()"
    );
    let until = Instant::now() + within;
    let shown = Excerpt(selector).to_string();
    loop {
        match timeout_at(until, page.evaluate(&script)).await {
            Ok(Ok(Value::Bool(true))) => return Ok(()),
            Ok(Err(CommandError::Exception)) => {
                return Err(RenderError::Page(format!(
                    "the browser cannot look for `{shown}`"
                )));
            }
            // Not there yet, or the page is just being replaced.
            Ok(_) if Instant::now() + POLL < until => sleep(POLL).await,
            _ => {
                let seconds = within.as_secs();
                return Err(RenderError::Page(format!(
                    "no `{shown}` within {seconds} s"
                )));
            }
        }
    }
}

fn failed(error: CommandError) -> RenderError {
    RenderError::Browser("the browser failed", Some(Cause::new(error)))
}
