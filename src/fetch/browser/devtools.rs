//! The DevTools protocol over a pipe: commands to the browser, its answers, and events of pages.
//!
//! A message is JSON with a zero byte behind it. A page's events are kept only where they
//! concern its own document; a malformed message is ignored. The end of the pipe is the end
//! of the connection, and so is a message over the limit.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _};
use tokio::io::{AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::sync::lock;
use crate::text::Excerpt;

/// Why a command has no result.
#[derive(Debug, thiserror::Error)]
pub(super) enum CommandError {
    /// The browser has ended.
    #[error("the browser has ended")]
    Ended,
    /// The browser answered with this error.
    #[error("{}", Excerpt(.0))]
    Rejected(String),
    /// The script threw an exception.
    #[error("a script failed")]
    Exception,
}

/// What happens to the document of a page.
#[derive(Debug)]
pub(super) enum Event {
    /// It was requested at this URL.
    Requested(String),
    /// The server answered.
    Answered(DocumentResponse),
    /// It reached a point of its life, such as `load`.
    Reached(String),
}

impl Event {
    /// The event of the document in a frame, if a message is one.
    fn read(method: &str, mut params: Value, frame: &str) -> Option<Self> {
        let own = params["frameId"] == frame;
        let document = own && params["type"] == "Document";
        match method {
            "Network.requestWillBeSent" if document => {
                let url = params["request"]["url"].as_str()?;
                Some(Self::Requested(url.to_owned()))
            }
            "Network.responseReceived" if document => {
                let response = serde_json::from_value(params["response"].take());
                response.ok().map(Self::Answered)
            }
            "Page.lifecycleEvent" if own => {
                Some(Self::Reached(params["name"].as_str()?.to_owned()))
            }
            _ => None,
        }
    }
}

/// A response of a server, without its body.
#[derive(Debug, Deserialize)]
pub(super) struct DocumentResponse {
    pub(super) url: String,
    pub(super) status: u16,
    pub(super) headers: HashMap<String, Value>,
}

/// A message of the browser: an answer with an `id`, or an event with a `method`.
#[derive(Deserialize)]
struct Message {
    id: Option<u64>,
    result: Option<Value>,
    error: Option<ErrorObject>,
    #[serde(rename = "sessionId")]
    session: Option<String>,
    method: Option<String>,
    params: Option<Value>,
}

#[derive(Deserialize)]
struct ErrorObject {
    message: String,
}

/// The senders to those who wait for messages.
#[derive(Default)]
struct Waiting {
    /// By the number of the command.
    commands: HashMap<u64, oneshot::Sender<Result<Value, CommandError>>>,
    /// By session: the frame of the page, and where its events go.
    pages: HashMap<String, (String, mpsc::UnboundedSender<Event>)>,
}

impl Waiting {
    /// Sends a message to the caller that waits for it.
    fn deliver(&mut self, message: Message) {
        if let Some(command) = message.id.and_then(|id| self.commands.remove(&id)) {
            // The caller may have given up.
            let _ = command.send(match message.error {
                Some(error) => Err(CommandError::Rejected(error.message)),
                None => Ok(message.result.unwrap_or_default()),
            });
        } else if let (Some(session), Some(method), Some(params)) =
            (message.session, message.method, message.params)
            && let Some((frame, events)) = self.pages.get(&session)
            && let Some(event) = Event::read(&method, params, frame)
        {
            let _ = events.send(event);
        }
    }
}

pub(super) struct Connection {
    last: AtomicU64,
    commands: mpsc::UnboundedSender<String>,
    /// `None` once the browser has ended.
    waiting: Arc<Mutex<Option<Waiting>>>,
    writer: JoinHandle<()>,
    reader: JoinHandle<()>,
}

impl Connection {
    /// Connects to a browser, no message of which may have more bytes than `longest`.
    pub(super) fn new(
        mut to: impl AsyncWrite + Unpin + Send + 'static,
        from: impl AsyncRead + Unpin + Send + 'static,
        longest: u64,
    ) -> Self {
        let (commands, mut queue) = mpsc::unbounded_channel::<String>();
        // Written by a task of its own: a command whose sender gives up is still written whole.
        let writer = tokio::spawn(async move {
            while let Some(command) = queue.recv().await {
                if to.write_all(command.as_bytes()).await.is_err() {
                    return;
                }
            }
        });
        let waiting = Arc::new(Mutex::new(Some(Waiting::default())));
        let shared = Arc::clone(&waiting);
        let reader = tokio::spawn(async move {
            let mut from = BufReader::new(from);
            while let Some(bytes) = next_message(&mut from, longest).await {
                if let Ok(message) = serde_json::from_slice(&bytes)
                    && let Some(waiting) = &mut *lock(&shared)
                {
                    waiting.deliver(message);
                }
            }
            lock(&shared).take();
        });
        Self {
            last: AtomicU64::new(0),
            commands,
            waiting,
            writer,
            reader,
        }
    }

    /// The browser's answer to a command.
    pub(super) async fn command(&self, method: &str, params: Value) -> Result<Value, CommandError> {
        self.send(json!({ "method": method, "params": params }))
            .await
    }

    async fn send(&self, mut message: Value) -> Result<Value, CommandError> {
        let id = self.last.fetch_add(1, Ordering::Relaxed);
        message["id"] = id.into();
        let (answer, answered) = oneshot::channel();
        match &mut *lock(&self.waiting) {
            Some(waiting) => waiting.commands.insert(id, answer),
            None => return Err(CommandError::Ended),
        };
        let sent = self.commands.send(format!("{message}\0"));
        sent.map_err(|_| CommandError::Ended)?;
        answered.await.map_err(|_| CommandError::Ended)?
    }

    /// Sends a command whose answer nobody reads.
    fn post(&self, method: &str, params: &Value) {
        let id = self.last.fetch_add(1, Ordering::Relaxed);
        let message = json!({ "id": id, "method": method, "params": params });
        // The browser may have ended.
        let _ = self.commands.send(format!("{message}\0"));
    }

    pub(super) fn is_open(&self) -> bool {
        lock(&self.waiting).is_some()
    }

    /// Closes the pipe, at which the browser ends by itself.
    pub(super) fn close(&self) {
        self.writer.abort();
        self.reader.abort();
        lock(&self.waiting).take();
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.close();
    }
}

/// The next message; `None` at the end, and at a message that is too long.
async fn next_message(
    from: &mut BufReader<impl AsyncRead + Unpin>,
    longest: u64,
) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(longest).read_until(0, &mut bytes).await.ok()?;
    (bytes.pop() == Some(0)).then_some(bytes)
}

/// One page of the browser, in a context of its own: it shares neither cookies nor connections with
/// another page, and all that it opens (pop-ups, workers, downloads) ends with it.
pub(super) struct Page<'a> {
    connection: &'a Connection,
    context: String,
    session: String,
}

impl<'a> Page<'a> {
    /// Opens an empty page that connects to this proxy only.
    pub(super) async fn open(
        connection: &'a Connection,
        proxy: SocketAddr,
    ) -> Result<(Self, mpsc::UnboundedReceiver<Event>), CommandError> {
        let named = |answer: &Value, key: &str| {
            let name = answer[key].as_str().map(str::to_owned);
            name.ok_or_else(|| CommandError::Rejected(format!("no {key} in its answer")))
        };
        let alone = json!({
            "disposeOnDetach": true,
            "proxyServer": format!("http://{proxy}"),
            // Loopback goes through the proxy too.
            "proxyBypassList": "<-loopback>",
        });
        let context = connection
            .command("Target.createBrowserContext", alone)
            .await?;
        let mut page = Self {
            connection,
            context: named(&context, "browserContextId")?,
            session: String::new(),
        };
        let deny = json!({ "behavior": "deny", "browserContextId": page.context });
        connection
            .command("Browser.setDownloadBehavior", deny)
            .await?;
        let blank = json!({ "url": "about:blank", "browserContextId": page.context });
        let created = connection.command("Target.createTarget", blank).await?;
        // Also the name of the page's main frame.
        let target = named(&created, "targetId")?;
        let flat = json!({ "targetId": target, "flatten": true });
        let attached = connection.command("Target.attachToTarget", flat).await?;
        page.session = named(&attached, "sessionId")?;
        let (sender, events) = mpsc::unbounded_channel();
        if let Some(waiting) = &mut *lock(&connection.waiting) {
            let session = page.session.clone();
            waiting.pages.insert(session, (target, sender));
        }
        page.command("Page.enable", json!({})).await?;
        page.command("Network.enable", json!({})).await?;
        let enabled = json!({ "enabled": true });
        page.command("Page.setLifecycleEventsEnabled", enabled)
            .await?;
        Ok((page, events))
    }

    /// The page's answer to a command.
    pub(super) async fn command(&self, method: &str, params: Value) -> Result<Value, CommandError> {
        let message = json!({ "sessionId": self.session, "method": method, "params": params });
        self.connection.send(message).await
    }

    /// The value of a script in the page.
    pub(super) async fn evaluate(&self, script: &str) -> Result<Value, CommandError> {
        let params = json!({ "expression": script, "returnByValue": true });
        let mut answer = self.command("Runtime.evaluate", params).await?;
        if answer["exceptionDetails"].is_null() {
            Ok(answer["result"]["value"].take())
        } else {
            Err(CommandError::Exception)
        }
    }
}

impl Drop for Page<'_> {
    fn drop(&mut self) {
        if let Some(waiting) = &mut *lock(&self.connection.waiting) {
            waiting.pages.remove(&self.session);
        }
        // A page that hangs is ended too.
        let context = json!({ "browserContextId": self.context });
        self.connection
            .post("Target.disposeBrowserContext", &context);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A connection to a browser that gives these answers.
    fn connected(longest: u64, answers: Vec<String>) -> Connection {
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        let (from, to) = tokio::io::split(ours);
        tokio::spawn(async move {
            let mut theirs = BufReader::new(theirs);
            for answer in answers {
                next_message(&mut theirs, 1 << 16).await.unwrap();
                theirs.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        Connection::new(to, from, longest)
    }

    async fn version(connection: &Connection) -> Result<Value, String> {
        let answer = connection.command("Browser.getVersion", json!({})).await;
        answer.map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn each_command_gets_its_own_answer_and_nonsense_is_ignored() {
        let answers = [
            "nonsense\0{\"id\":7}\0{\"method\":\"A.b\",\"params\":{}}\0{\"id\":0,\"result\":5}\0",
            "{\"id\":1,\"error\":{\"code\":1,\"message\":\"no\\u0007\"}}\0",
        ];
        let connection = connected(100, answers.map(str::to_owned).to_vec());
        assert_eq!(version(&connection).await, Ok(5.into()));
        assert_eq!(version(&connection).await, Err("no\\u{7}".into()));
        assert_eq!(
            version(&connection).await,
            Err("the browser has ended".into())
        );
        assert!(!connection.is_open());
    }

    #[tokio::test]
    async fn a_message_over_the_limit_ends_the_connection() {
        let answer = format!("{{\"id\":0,\"result\":\"{}\"}}\0", "a".repeat(79));
        let long = answer.len() as u64;
        let connection = connected(long, vec![answer.clone()]);
        assert_eq!(version(&connection).await, Ok("a".repeat(79).into()));
        let connection = connected(long - 1, vec![answer]);
        assert_eq!(
            version(&connection).await,
            Err("the browser has ended".into())
        );
    }

    #[test]
    fn only_events_of_the_document_are_read() {
        let event = |method: &str, params: Value| Event::read(method, params, "main");
        let request = |frame: &str, kind: &str| {
            let request = json!({ "url": "https://a.test/" });
            json!({ "frameId": frame, "type": kind, "request": request })
        };
        let method = "Network.requestWillBeSent";
        assert!(matches!(
            event(method, request("main", "Document")),
            Some(Event::Requested(url)) if url == "https://a.test/"
        ));
        assert!(event(method, request("main", "Image")).is_none());
        assert!(event(method, request("other", "Document")).is_none());
        let load = json!({ "frameId": "other", "name": "load" });
        assert!(event("Page.lifecycleEvent", load).is_none());
    }
}
