//! A scripted HTTP server on loopback: it says, byte for byte, what a test tells it.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::time::Instant;

/// One answer, as it goes over the wire.
#[derive(Clone)]
pub(crate) struct Script {
    bytes: Vec<u8>,
    /// What stands for a server that hangs, or hangs up.
    end: End,
}

#[derive(Clone)]
enum End {
    Close,
    /// Says no more, and keeps the connection.
    Hang,
    /// Breaks the connection without saying goodbye.
    Reset,
    /// Says a byte of this now and then, again and again.
    Drip(Vec<u8>),
    /// Says this again and again as fast as it is taken, at most so often.
    Again(Vec<u8>, usize),
    /// Sends the bytes once this is notified.
    After(Arc<Notify>),
}

/// An answer with a status, headers and a body, whose length is said truly.
pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Script {
    let body = body.as_ref();
    let mut bytes = format!("HTTP/1.1 {status} Whatever\r\nconnection: close\r\n");
    for (name, value) in headers {
        write!(bytes, "{name}: {value}\r\n").unwrap();
    }
    if status != 204 && status != 304 {
        write!(bytes, "content-length: {}\r\n", body.len()).unwrap();
    }
    bytes += "\r\n";
    Script::raw([bytes.as_bytes(), body].concat())
}

/// A page.
pub(crate) fn page(body: &str) -> Script {
    answer(200, &[("content-type", "text/html; charset=utf-8")], body)
}

impl Script {
    pub(crate) fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            bytes: bytes.into(),
            end: End::Close,
        }
    }

    pub(crate) fn and_hang(self) -> Self {
        Self {
            end: End::Hang,
            ..self
        }
    }

    pub(crate) fn and_reset(self) -> Self {
        Self {
            end: End::Reset,
            ..self
        }
    }

    pub(crate) fn and_drip(self, bytes: &str) -> Self {
        Self {
            end: End::Drip(bytes.into()),
            ..self
        }
    }

    pub(crate) fn and_again(self, bytes: impl Into<Vec<u8>>, times: usize) -> Self {
        Self {
            end: End::Again(bytes.into(), times),
            ..self
        }
    }

    pub(crate) fn after(self, notify: &Arc<Notify>) -> Self {
        Self {
            end: End::After(Arc::clone(notify)),
            ..self
        }
    }
}

/// What the server was asked.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    pub(crate) at: Instant,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(other, _)| other == name)?;
        Some(&found.1)
    }

    pub(crate) fn path(&self) -> &str {
        self.line.split(' ').nth(1).unwrap_or_default()
    }
}

type Respond = dyn Fn(usize, &Seen) -> Script + Send + Sync;

/// The server, until it is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    state: Arc<State>,
    task: tokio::task::JoinHandle<()>,
}

struct State {
    seen: Mutex<Vec<Seen>>,
    /// How many requests are being answered, and how many were at most.
    open: Mutex<(usize, usize)>,
    respond: Box<Respond>,
    /// The bytes that were sent again and again.
    sent: Mutex<usize>,
}

impl Server {
    /// A server that answers the requests in turn, the last script again and again.
    pub(crate) async fn of(scripts: impl Into<Vec<Script>>) -> Self {
        let scripts = scripts.into();
        Self::with(move |index, _| scripts[index.min(scripts.len() - 1)].clone()).await
    }

    /// A server that answers as a function says, given the request and its number.
    pub(crate) async fn with(
        respond: impl Fn(usize, &Seen) -> Script + Send + Sync + 'static,
    ) -> Self {
        Self::at("127.0.0.1:0", respond).await.unwrap()
    }

    /// As [`Self::with`], at an address that this machine may not have.
    pub(crate) async fn at(
        address: &str,
        respond: impl Fn(usize, &Seen) -> Script + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State {
            seen: Mutex::default(),
            open: Mutex::default(),
            respond: Box::new(respond),
            sent: Mutex::default(),
        });
        let shared = Arc::clone(&state);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Ok(Self {
            address,
            state,
            task,
        })
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.state.seen.lock().unwrap().clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.seen().len()
    }

    /// How many bytes it sent again and again.
    pub(crate) fn sent(&self) -> usize {
        *self.state.sent.lock().unwrap()
    }

    /// How many requests were being answered at once, at most.
    pub(crate) fn most_at_once(&self) -> usize {
        self.state.open.lock().unwrap().1
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, state: Arc<State>) {
    let Some(seen) = read(&mut stream).await else {
        return;
    };
    let index = {
        let mut all = state.seen.lock().unwrap();
        all.push(seen.clone());
        all.len() - 1
    };
    {
        let mut open = state.open.lock().unwrap();
        open.0 += 1;
        open.1 = open.1.max(open.0);
    }
    let script = (state.respond)(index, &seen);
    if let End::After(notify) = &script.end {
        notify.notified().await;
    }
    state.open.lock().unwrap().0 -= 1;
    let _ = stream.write_all(&script.bytes).await;
    let _ = stream.flush().await;
    match script.end {
        End::Close | End::After(_) => {
            let _ = stream.shutdown().await;
        }
        End::Hang => tokio::time::sleep(Duration::from_mins(1)).await,
        End::Drip(bytes) => {
            for byte in bytes.into_iter().cycle() {
                tokio::time::sleep(Duration::from_millis(50)).await;
                if stream.write_all(&[byte]).await.is_err() {
                    break;
                }
            }
        }
        End::Again(bytes, times) => {
            for _ in 0..times {
                if stream.write_all(&bytes).await.is_err() {
                    break;
                }
                *state.sent.lock().unwrap() += bytes.len();
            }
            let _ = stream.shutdown().await;
        }
        // Unread bytes of the peer and no shutdown make the kernel reset.
        End::Reset => stream.set_zero_linger().unwrap(),
    }
}

async fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let line = lines.next()?.to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length: usize = headers
        .iter()
        .find(|(name, _)| name == "content-length")
        .map_or(0, |(_, value)| value.parse().unwrap());
    while bytes.len() < end + 4 + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    Some(Seen {
        line,
        headers,
        body: String::from_utf8_lossy(&bytes[end + 4..]).into_owned(),
        at: Instant::now(),
    })
}
