//! One page: asked for, waited for, clicked, and taken as it stands.

use std::time::Duration;

use futures::future::Either;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, sleep, timeout_at};
use url::Url;

use super::devtools::{CommandError, DocumentResponse, Event, Page};
use super::gate::Gate;
use super::job::{Job, RenderError, Rendered};
use super::program::Program;
use crate::fetch::error::{ForbiddenError, TransientError};
use crate::fetch::http::response::Response;
use crate::fetch::policy::NetworkPolicy;
use crate::text::Excerpt;

/// How often a page is looked at for the element that is waited for.
const LOOK: Duration = Duration::from_millis(100);
/// How long a page may work on what a click asked of it.
const AFTER_CLICK: Duration = Duration::from_secs(1);

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
    policy: &NetworkPolicy,
    job: &Job,
) -> Result<Rendered, RenderError> {
    let until = Instant::now() + policy.limits.render_total;
    let (page, events) = match timeout_at(until, Page::open(program.connection())).await {
        Ok(opened) => opened.map_err(failed)?,
        Err(_) => return Err(RenderError::Ill(TransientError::Timeout)),
    };
    let rendered = timeout_at(until, shown(&page, events, program, gate, policy, job)).await;
    page.close().await;
    rendered.unwrap_or(Err(RenderError::Ill(TransientError::Timeout)))
}

async fn shown(
    page: &Page<'_>,
    mut events: UnboundedReceiver<Event>,
    program: &Program,
    gate: &Gate,
    policy: &NetworkPolicy,
    job: &Job,
) -> Result<Rendered, RenderError> {
    let limits = &policy.limits;
    let user_agent = job.user_agent.as_deref().unwrap_or(program.user_agent());
    let user_agent = json!({ "userAgent": user_agent });
    page.command("Network.setUserAgentOverride", user_agent)
        .await
        .map_err(failed)?;
    let script = json!({ "source": NO_DIALOGS });
    page.command("Page.addScriptToEvaluateOnNewDocument", script)
        .await
        .map_err(failed)?;
    let mut document = navigate(page, &mut events, gate, policy, job).await?;
    // Where the server says that there is no page, there is nothing to wait for; a wall may
    // yet give way.
    if !document.bare && !matches!(document.status.as_u16(), 404 | 410 | 500 | 502 | 504) {
        if let Some(selector) = &job.render.wait_for {
            find(page, selector, limits.render_step, None).await?;
        }
        if let Some(selector) = &job.render.click_selector {
            find(page, selector, limits.render_step, Some(CLICK)).await?;
            sleep(AFTER_CLICK).await;
        }
    }
    let body = if document.bare {
        Vec::new()
    } else {
        take(page, limits.decompressed, limits.render_step).await?
    };
    // The page may have gone elsewhere meanwhile.
    while let Ok(event) = events.try_recv() {
        if let Event::Answered(response) = event {
            document = Document::of(&response, &document.url);
        }
    }
    if let Some(refusal) = gate.refusal_of(&document.url) {
        return Err(RenderError::Refused(refusal));
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
    url: Url,
    status: StatusCode,
    headers: HeaderMap,
    /// Whether the answer has an error for a status and no content: nothing is shown then.
    bare: bool,
}

impl Document {
    fn of(response: &DocumentResponse, asked: &Url) -> Self {
        // The headers that a wall or a pause is known by; whatever is no header is left out.
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
    gate: &Gate,
    policy: &NetworkPolicy,
    job: &Job,
) -> Result<Document, RenderError> {
    let wanted = match job.render.wait_until.as_deref() {
        Some("commit") => "init",
        Some("domcontentloaded") => "DOMContentLoaded",
        Some("networkidle") => "networkIdle",
        _ => "load",
    };
    let until = Instant::now() + policy.limits.render_step;
    // What was told of the empty page is of no use.
    while events.try_recv().is_ok() {}
    // Where the document was asked for last, whoever answered.
    let mut asked = job.url.clone();
    let mut document = None;
    let (mut committed, mut reached) = (false, false);
    let opening = page.command("Page.navigate", json!({ "url": job.url.as_str() }));
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
                    // Two navigations of which the second ends the first: its events tell
                    // the rest.
                    (None, _) | (Some("net::ERR_ABORTED"), Some(_)) => continue,
                    // An error status without a body of its own: the status says it all.
                    (Some("net::ERR_HTTP_RESPONSE_CODE_FAILURE"), Some(document)) => {
                        document.bare = true;
                        reached = true;
                        continue;
                    }
                    (Some(said), _) => {
                        RenderError::Ill(TransientError::Connection(said.to_owned()))
                    }
                }
            }
            Ok(Err(error)) => failed(error),
            Err(_) => RenderError::Ill(TransientError::Timeout),
        };
        return Err(match gate.refusal_of(&asked) {
            Some(refusal) => RenderError::Refused(refusal),
            None => trouble,
        });
    }
}

/// The document as it stands, of at most so many bytes; asked for again while the page is
/// being replaced.
async fn take(page: &Page<'_>, limit: u64, within: Duration) -> Result<Vec<u8>, RenderError> {
    let script = format!("({TAKE})({limit})");
    let until = Instant::now() + within;
    loop {
        return match page.evaluate(&script).await {
            // What a browser makes of an empty answer is still an empty answer.
            Ok(Value::String(text)) if text == NOTHING => Ok(Vec::new()),
            Ok(Value::String(text)) => Ok(text.into_bytes()),
            Ok(Value::Number(_)) => Err(RenderError::Refused(
                ForbiddenError::TooLargeDecompressed(limit),
            )),
            Ok(_) => Err(RenderError::Failed("the browser gives no document".into())),
            Err(CommandError::Rejected(_)) if Instant::now() < until => {
                sleep(LOOK).await;
                continue;
            }
            Err(error) => Err(failed(error)),
        };
    }
}

/// Waits until the page shows what a selector means, and does something with it.
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
                return Err(RenderError::Failed(format!(
                    "the browser cannot look for `{shown}`"
                )));
            }
            // Not there yet, or the page is just being replaced.
            Ok(_) if Instant::now() + LOOK < until => sleep(LOOK).await,
            _ => {
                let seconds = within.as_secs();
                return Err(RenderError::Failed(format!(
                    "no `{shown}` within {seconds} s"
                )));
            }
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn failed(error: CommandError) -> RenderError {
    RenderError::Failed(error.to_string())
}
