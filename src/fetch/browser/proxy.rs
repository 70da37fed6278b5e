//! The proxy on loopback through which a page of the browser sends everything; it connects to
//! admitted addresses only.
//!
//! It supports `CONNECT` for encrypted connections, and absolute URLs for plain http, one
//! request per connection. It resolves a name, refuses it if any of its addresses is not
//! admitted, and connects to one of the addresses it resolved. Where the environment names a
//! proxy, the checked request is forwarded to that.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hyper_util::client::proxy::matcher::Intercept;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;
use url::Url;

use crate::fetch::error::ForbiddenError;
use crate::fetch::policy::NetworkPolicy;
use crate::fetch::proxies::Proxies;
use crate::fetch::ssrf::LocalAddresses;
use crate::sync::lock;

/// The longest head of a request, in bytes.
const LONGEST_HEAD: usize = 64 * 1024;
/// How many connections a page has open at once. One that takes all of them delays only itself.
const CONNECTIONS: usize = 64;

/// Listens until it is dropped, which ends its connections.
pub(super) struct FilteringProxy {
    address: SocketAddr,
    connections: Arc<Connections>,
    task: JoinHandle<()>,
}

/// What all connections share.
struct Connections {
    local: LocalAddresses,
    proxies: Proxies,
    connect_timeout: Duration,
    longest: Duration,
    /// The hosts that were refused.
    refused: Mutex<HashMap<String, ForbiddenError>>,
}

impl FilteringProxy {
    pub(super) async fn open(policy: &NetworkPolicy) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let connections = Arc::new(Connections {
            local: policy.local.of_browser(),
            proxies: Proxies::new(policy.proxy),
            connect_timeout: policy.limits.connect_timeout,
            longest: policy.limits.render_total,
            refused: Mutex::default(),
        });
        let task = tokio::spawn(accept(listener, Arc::clone(&connections)));
        Ok(Self {
            address,
            connections,
            task,
        })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Why the host of a URL was refused, if it was.
    pub(super) fn refusal_of(&self, url: &Url) -> Option<ForbiddenError> {
        lock(&self.connections.refused).get(&key(url)).cloned()
    }
}

impl Drop for FilteringProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn key(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    format!("{host}:{}", url.port_or_known_default().unwrap_or(0))
}

async fn accept(listener: TcpListener, connections: Arc<Connections>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut open = JoinSet::new();
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        let Ok((client, _)) = listener.accept().await else {
            continue;
        };
        let connections = Arc::clone(&connections);
        open.spawn(async move {
            let _place = place;
            let _ = timeout(connections.longest, connections.serve(client)).await;
        });
        while open.try_join_next().is_some() {}
    }
}

/// A request of the browser.
struct Wanted {
    url: Url,
    /// Whether it is a `CONNECT`.
    tunnel: bool,
    /// The head to send on, without the headers meant for this proxy.
    head: String,
}

impl Connections {
    async fn serve(&self, mut client: TcpStream) -> std::io::Result<()> {
        let Some((head, rest)) = read_head(&mut client).await? else {
            return Ok(());
        };
        let Some(wanted) = parse_head(&head) else {
            return answer(&mut client, "400 Bad Request").await;
        };
        if let Err(refusal) = self.local.check(&wanted.url).await {
            lock(&self.refused).insert(key(&wanted.url), refusal);
            return answer(&mut client, "403 Forbidden").await;
        }
        // The head below is for a proxy that is spoken to over plain http.
        let proxy = self
            .proxies
            .for_url(&wanted.url)
            .filter(|proxy| proxy.uri().scheme_str() == Some("http"));
        let connected = match &proxy {
            Some(proxy) => self.connect_proxy(proxy).await,
            None => self.connect(&wanted.url).await,
        };
        let Ok(mut host) = connected else {
            return answer(&mut client, "502 Bad Gateway").await;
        };
        match &proxy {
            Some(proxy) => host.write_all(for_proxy(&wanted, proxy).as_bytes()).await?,
            None if wanted.tunnel => {
                client
                    .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    .await?;
            }
            None => host.write_all(wanted.head.as_bytes()).await?,
        }
        host.write_all(&rest).await?;
        copy_bidirectional(&mut client, &mut host).await?;
        Ok(())
    }

    /// A connection to an address of the host that was looked up, all of which are admitted.
    async fn connect(&self, url: &Url) -> std::io::Result<TcpStream> {
        let port = url.port_or_known_default().unwrap_or(0);
        let host = url.host_str().unwrap_or_default();
        let addresses: Vec<SocketAddr> = match url.host() {
            Some(url::Host::Ipv4(ip)) => vec![(ip, port).into()],
            Some(url::Host::Ipv6(ip)) => vec![(ip, port).into()],
            _ => tokio::net::lookup_host((host, port)).await?.collect(),
        };
        if let Some(address) = addresses
            .iter()
            .find(|address| !self.local.admits(**address))
        {
            let refusal = ForbiddenError::LocalAddress(address.ip());
            lock(&self.refused).insert(key(url), refusal.clone());
            return Err(std::io::Error::other(refusal));
        }
        timed(self.connect_timeout, TcpStream::connect(&addresses[..])).await
    }

    /// A connection to the user's own proxy, which may be anywhere.
    async fn connect_proxy(&self, proxy: &Intercept) -> std::io::Result<TcpStream> {
        let port = proxy.uri().port_u16().unwrap_or(80);
        let host = proxy.uri().host().unwrap_or_default();
        timed(self.connect_timeout, TcpStream::connect((host, port))).await
    }
}

async fn timed<T>(
    within: Duration,
    future: impl Future<Output = std::io::Result<T>>,
) -> std::io::Result<T> {
    timeout(within, future)
        .await
        .unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()))
}

/// The head of a request up to its empty line, and the bytes after it.
async fn read_head(client: &mut TcpStream) -> std::io::Result<Option<(String, Vec<u8>)>> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let rest = bytes.split_off(end + 4);
            return Ok(String::from_utf8(bytes).ok().map(|head| (head, rest)));
        }
        if bytes.len() > LONGEST_HEAD || client.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    }
}

/// The request in a head; `None` if it is not one for a proxy.
fn parse_head(head: &str) -> Option<Wanted> {
    let (line, fields) = head.split_once("\r\n")?;
    let [method, target, "HTTP/1.1" | "HTTP/1.0"] = line.split(' ').collect::<Vec<_>>()[..] else {
        return None;
    };
    if method == "CONNECT" {
        let url = Url::parse(&format!("https://{target}/")).ok()?;
        let head = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n");
        return Some(Wanted {
            url,
            tunnel: true,
            head,
        });
    }
    let url = Url::parse(target)
        .ok()
        .filter(|url| url.scheme() == "http")?;
    let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
    // One request a connection: a second one could be for another host.
    let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
    for field in fields.split("\r\n").filter(|field| !field.is_empty()) {
        let name = field
            .split(':')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        if !matches!(
            &*name,
            "connection" | "proxy-connection" | "proxy-authorization" | "keep-alive"
        ) {
            head.push_str(field);
            head.push_str("\r\n");
        }
    }
    head.push_str("\r\n");
    Some(Wanted {
        url,
        tunnel: false,
        head,
    })
}

/// The head for the user's proxy: with the whole URL, and the user's credentials for it.
fn for_proxy(wanted: &Wanted, proxy: &Intercept) -> String {
    let mut head = if wanted.tunnel {
        wanted.head.clone()
    } else {
        let (line, fields) = wanted.head.split_once("\r\n").unwrap_or_default();
        let method = line.split(' ').next().unwrap_or("GET");
        let fields = fields.trim_end_matches("\r\n");
        format!("{method} {} HTTP/1.1\r\n{fields}\r\n", wanted.url)
    };
    if let Some(Ok(credentials)) = proxy.basic_auth().map(|value| value.to_str()) {
        for part in ["Proxy-Authorization: ", credentials, "\r\n"] {
            head.push_str(part);
        }
    }
    head + "\r\n"
}

async fn answer(client: &mut TcpStream, status: &str) -> std::io::Result<()> {
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    client.write_all(head.as_bytes()).await?;
    client.shutdown().await
}

#[cfg(test)]
mod tests {
    use hyper_util::client::proxy::matcher::Matcher;

    use super::*;

    #[tokio::test]
    async fn a_page_has_so_many_connections_and_none_once_it_is_closed() {
        let host = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let policy = NetworkPolicy {
            local: LocalAddresses::Allow,
            proxy: false,
            ..NetworkPolicy::default()
        };
        let proxy = FilteringProxy::open(&policy).await.unwrap();
        let request = format!("CONNECT {} HTTP/1.1\r\n\r\n", host.local_addr().unwrap());
        let mut clients = Vec::new();
        for _ in 0..=CONNECTIONS {
            let mut client = TcpStream::connect(proxy.address()).await.unwrap();
            client.write_all(request.as_bytes()).await.unwrap();
            clients.push(client);
        }
        let mut accepted = Vec::new();
        for _ in 0..CONNECTIONS {
            accepted.push(host.accept().await.unwrap().0);
        }
        let next = timeout(Duration::from_millis(200), host.accept());
        assert!(next.await.is_err(), "one more than {CONNECTIONS}");
        let _last = clients.pop();
        drop((accepted, clients));
        let (mut connection, _) = host.accept().await.unwrap();
        drop(proxy);
        let mut byte = [0];
        let end = timeout(Duration::from_secs(30), connection.read(&mut byte));
        assert_eq!(end.await.unwrap().unwrap_or(0), 0);
    }

    #[test]
    fn a_head_is_sent_on_without_headers_for_the_proxy() {
        let head = "GET http://a.test/b?c=d HTTP/1.1\r\nHost: a.test\r\nProxy-Connection: keep-alive\r\n\r\n";
        let wanted = parse_head(head).unwrap();
        assert_eq!(
            wanted.head,
            "GET /b?c=d HTTP/1.1\r\nConnection: close\r\nHost: a.test\r\n\r\n"
        );
        let proxy = Matcher::builder().all("http://me:p%40ss@proxy.test:3128");
        let proxy = proxy.build().intercept(&"http://a.test/".parse().unwrap());
        assert_eq!(
            for_proxy(&wanted, &proxy.unwrap()),
            "GET http://a.test/b?c=d HTTP/1.1\r\nConnection: close\r\nHost: a.test\r\n\
             Proxy-Authorization: Basic bWU6cEBzcw==\r\n\r\n"
        );
    }

    #[test]
    fn only_http_and_connect_are_accepted() {
        let tunnel = parse_head("CONNECT [::1]:443 HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        assert!(tunnel.tunnel);
        assert_eq!(key(&tunnel.url), "[::1]:443");
        for head in [
            "GET / HTTP/1.1\r\n\r\n",
            "GET file:///etc/passwd HTTP/1.1\r\n\r\n",
            "GET ftp://a.test/ HTTP/1.1\r\n\r\n",
            "CONNECT a.test:443/x y HTTP/1.1\r\n\r\n",
            "nonsense\r\n\r\n",
        ] {
            assert!(parse_head(head).is_none(), "{head}");
        }
    }
}
