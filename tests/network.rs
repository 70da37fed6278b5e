//! What a run connects to where names change their addresses: in a network of its own, on whose
//! loopback are one public address, private ones and those of metadata services, with a name
//! server that answers as the name says. No packet leaves the machine.
//!
//! Each test starts this program again in that network, with the test as its only one.

use std::collections::HashMap;
use std::net::{IpAddr, UdpSocket};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fs_err as fs;
use shelflife::fetch::{Fetcher, GitWanted, Limits, LocalAddresses, NetworkPolicy, Request};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::Test;

/// Each as a test of its own in that network.
macro_rules! isolated_tests {
    ($($name:ident),+ $(,)?) => {
        &[$((
            concat!(module_path!(), "::", stringify!($name)),
            (|| isolated(stringify!($name), $name())) as fn(),
        )),+]
    };
}

pub(crate) const TESTS: &[Test] = isolated_tests![
    a_name_that_turns_private_is_not_reached,
    a_private_address_in_any_spelling_is_not_reached,
];

#[cfg(feature = "browser")]
pub(crate) const RENDERED: &[Test] =
    isolated_tests![a_rendered_page_reaches_no_name_that_turns_private];

/// Set in that network.
const INSIDE: &str = "SHELFLIFE_TEST_NETWORK";

const PUBLIC: &str = "11.0.0.1";
const PRIVATE: &str = "10.9.9.9";
/// Where clouds and their containers ask for credentials.
const METADATA: [&str; 9] = [
    "168.63.129.16",
    "169.254.169.254",
    "169.254.170.2",
    "100.100.100.200",
    "192.0.0.192",
    "fd00:ec2::254",
    "fd20:ce::254",
    "fd00:42::42",
    "fd00:c1::a9fe:a9fe",
];

/// Prepares the network; a cache of names outside would be asked through its socket.
const PREPARE: &str = r#"folder=$1
shift
ip link set lo up
for address in $ADDRESSES; do
    # A system without IPv6 reaches no address of it either.
    ip addr add "$address" dev lo || case $address in *:*) ;; *) exit 1 ;; esac
done
mount --bind "$folder/resolv.conf" /etc/resolv.conf
[ ! -e /etc/nsswitch.conf ] || mount --bind "$folder/nsswitch.conf" /etc/nsswitch.conf
[ ! -d /var/run/nscd ] || mount -t tmpfs none /var/run/nscd
exec "$@""#;

/// The ways to make a network: as a user who is root in it alone, or as root where that is forbidden.
const WAYS: [&str; 2] = ["-rmn", "-mn"];

/// Runs a program in such a network.
fn run(way: &str, program: &Path, arguments: &[&str]) -> std::io::Result<Output> {
    let folder = tempfile::tempdir()?;
    let resolver = "nameserver 127.0.0.53\noptions timeout:2 attempts:2\n";
    fs::write(folder.path().join("resolv.conf"), resolver)?;
    fs::write(folder.path().join("nsswitch.conf"), "hosts: files dns\n")?;
    Command::new("unshare")
        .args([way, "sh", "-ec", PREPARE, "sh"])
        .arg(folder.path())
        .arg(program)
        .args(arguments)
        .env(
            "ADDRESSES",
            format!("{PUBLIC} {PRIVATE} {}", METADATA.join(" ")),
        )
        .env(INSIDE, "1")
        .output()
}

/// Why no test can be run here, if there is a reason.
pub(crate) fn missing() -> Option<&'static str> {
    let inside = std::env::var_os(INSIDE).is_some();
    let is_made = inside || way().is_some();
    (!is_made).then_some("`unshare` makes no network of its own here")
}

/// The first way that works here.
fn way() -> Option<&'static str> {
    let works = |way: &&str| {
        let output = run(way, Path::new("true"), &[]);
        output.is_ok_and(|output| output.status.success())
    };
    WAYS.into_iter().find(works)
}

fn isolated(name: &str, test: impl Future<Output = ()>) {
    if std::env::var_os(INSIDE).is_some() {
        return crate::block_on(test);
    }
    let name = format!("network::{name}");
    let output = run(
        way().unwrap(),
        &std::env::current_exe().unwrap(),
        &["--exact", &name],
    )
    .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("ok. 1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Answers for names such as `public-2-x.test`: the public address at the first two questions, and
/// the private one from then on. For `none-2-x.test` there is no such name at first.
fn serve_names() {
    let socket = UdpSocket::bind("127.0.0.53:53").unwrap();
    std::thread::spawn(move || {
        let mut asked: HashMap<String, usize> = HashMap::new();
        let mut packet = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut packet) {
            let Some(answer) = answer(&packet[..length], &mut asked) else {
                continue;
            };
            let _ = socket.send_to(&answer, from);
        }
    });
}

fn answer(question: &[u8], asked: &mut HashMap<String, usize>) -> Option<Vec<u8>> {
    let mut name = Vec::new();
    let mut at = 12;
    while question[at] != 0 {
        let end = at + 1 + usize::from(question[at]);
        name.extend(&question[at + 1..end]);
        name.push(b'.');
        at = end;
    }
    let name = String::from_utf8(name).ok()?.to_ascii_lowercase();
    let (first, rest) = name.split_once('-').unwrap_or(("none", "99-"));
    let times: usize = rest.split('-').next()?.parse().ok()?;
    let is_v4 = question[at + 1..at + 3] == [0, 1];
    let before = asked.entry(name.clone()).or_default();
    let address = match first {
        _ if *before >= times => Some(PRIVATE),
        "public" => Some(PUBLIC),
        _ => None,
    };
    *before += usize::from(is_v4);
    let found = u8::from(address.is_some() && is_v4);
    let status = if address.is_some() || !is_v4 {
        0x80
    } else {
        0x83
    };
    let mut answer = question[..2].to_vec();
    answer.extend([0x81, status, 0, 1, 0, found, 0, 0, 0, 0]);
    answer.extend(&question[12..at + 5]);
    if let Some(IpAddr::V4(ip)) = address.filter(|_| is_v4).map(|ip| ip.parse().unwrap()) {
        answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4]);
        answer.extend(ip.octets());
    }
    Some(answer)
}

/// The addresses that connections came to.
#[derive(Clone, Default)]
struct Reached(Arc<Mutex<Vec<IpAddr>>>);

impl Reached {
    /// Listens at all addresses. Over http every path is this page.
    async fn listen(page: &str) -> Self {
        let reached = Self::default();
        for port in [80, 443, 9418] {
            let listener = TcpListener::bind(("::", port)).await.unwrap();
            let (reached, page) = (reached.clone(), page.to_owned());
            tokio::spawn(async move {
                while let Ok((mut stream, _)) = listener.accept().await {
                    let ip = stream.local_addr().unwrap().ip().to_canonical();
                    reached.0.lock().unwrap().push(ip);
                    let page = page.clone();
                    tokio::spawn(async move {
                        if port == 80 && stream.read(&mut [0; 4096]).await.is_ok() {
                            let head =
                                "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close";
                            let length = page.len();
                            let answer =
                                format!("{head}\r\ncontent-length: {length}\r\n\r\n{page}");
                            let _ = stream.write_all(answer.as_bytes()).await;
                            let _ = stream.shutdown().await;
                        }
                    });
                }
            });
        }
        reached
    }

    /// Those that are not public.
    fn private(&self) -> Vec<IpAddr> {
        let public: IpAddr = PUBLIC.parse().unwrap();
        let reached = self.0.lock().unwrap();
        reached.iter().copied().filter(|ip| *ip != public).collect()
    }

    fn has(&self, ip: &str) -> bool {
        self.0.lock().unwrap().contains(&ip.parse().unwrap())
    }
}

fn fetcher(local: LocalAddresses) -> Fetcher {
    Fetcher::live(NetworkPolicy {
        local,
        proxy: false,
        limits: Limits {
            connect_timeout: Duration::from_secs(5),
            total_timeout: Duration::from_secs(20),
            render_step: Duration::from_secs(20),
            tries: 2,
            first_pause: Duration::from_millis(2),
            longest_pause: Duration::from_millis(8),
            ..Limits::default()
        },
        ..NetworkPolicy::default()
    })
    .unwrap()
}

/// A page and a repository of a host by each scheme.
fn requests(host: &str) -> Vec<Request> {
    let page = |scheme| Request::get(format!("{scheme}://{host}/{scheme}"));
    let repository =
        |scheme| Request::git(format!("{scheme}://{host}/x/{scheme}"), GitWanted::Tags);
    vec![
        page("http"),
        page("https"),
        repository("http"),
        repository("https"),
        repository("git"),
    ]
}

fn literal(ip: &str) -> String {
    if ip.contains(':') {
        format!("[{ip}]")
    } else {
        ip.to_owned()
    }
}

async fn a_name_that_turns_private_is_not_reached() {
    serve_names();
    let reached = Reached::listen("7").await;
    let refuses = fetcher(LocalAddresses::Refuse);
    for first in ["public", "none"] {
        for times in 0..5 {
            // A name of its own for each request, whose answers are counted.
            for at in 0..requests("").len() {
                let host = format!("{first}-{times}-{at}.test");
                let _ = refuses.fetch(&requests(&host)[at]).await;
                assert_eq!(reached.private(), [] as [IpAddr; 0], "{host}");
            }
        }
    }
    assert!(reached.has(PUBLIC));
    let allows = fetcher(LocalAddresses::Allow);
    for request in requests("none-0-allowed.test") {
        let before = reached.private().len();
        let _ = allows.fetch(&request).await;
        assert!(reached.private().len() > before, "{request:?}");
    }
}

async fn a_private_address_in_any_spelling_is_not_reached() {
    serve_names();
    let reached = Reached::listen("7").await;
    let refuses = fetcher(LocalAddresses::Refuse);
    let spelled = [
        PRIVATE,
        "10.9.9.%39",
        "%31%30.9.9.9",
        "10%2e9%2e9%2e9",
        "10.9.9.9.",
        "10.9.2313",
        "0x0a090909",
        "168364297",
        "01202204411",
        "0xa83f8110",
        "①⓪.⑨.⑨.⑨",
        "10。9。9。9",
        "none%2d0%2dx.test",
        "none-0-x.test.",
        "NONE-0-X.TEST",
        "[::ffff:10.9.9.9]",
        "[64:ff9b::a09:909]",
        "[2002:a09:909::1]",
        "[fe80::1%25lo]",
        "localhost",
        "%6cocalhost",
        "a.localhost.",
        "127.0.0.1",
        "127.1",
        "[::1]",
        "[::]",
        "0",
    ];
    let metadata = METADATA.map(literal);
    // Not by git either, and in no network that the user allows.
    let all = ["0.0.0.0/0", "::/0"].map(|network| network.parse().unwrap());
    let networks = fetcher(LocalAddresses::Networks(all.to_vec()));
    for request in metadata.iter().flat_map(|host| requests(host)) {
        assert!(networks.fetch(&request).await.is_err(), "{request:?}");
    }
    for host in metadata.iter().map(String::as_str).chain(spelled) {
        for request in requests(host) {
            assert!(refuses.fetch(&request).await.is_err(), "{request:?}");
        }
        assert_eq!(reached.private(), [] as [IpAddr; 0], "{host}");
    }
    let allows = fetcher(LocalAddresses::Allow);
    for ip in METADATA.into_iter().chain([PRIVATE, "127.0.0.1", "::1"]) {
        let _ = allows.fetch(&requests(&literal(ip))[0]).await;
        assert!(reached.has(ip), "{ip}");
    }
}

#[cfg(feature = "browser")]
async fn a_rendered_page_reaches_no_name_that_turns_private() {
    use shelflife::fetch::Render;
    serve_names();
    let mut hosts: Vec<String> = METADATA.map(literal).to_vec();
    for first in ["public", "none"] {
        hosts.extend((0..4).map(|times| format!("{first}-{times}-part.test")));
    }
    let urls = |host: &String| [format!("http://{host}/"), format!("https://{host}/")];
    let parts: Vec<String> = hosts.iter().flat_map(urls).collect();
    let page = format!(
        "<body><script>Promise.all({parts:?}.map((url) => fetch(url, {{mode: 'no-cors'}}).catch(() => 0)))
         .then(() => document.body.innerHTML = '<table><tr><td>7</table>')</script>"
    );
    let reached = Reached::listen(&page).await;
    let rendered = |host: &str| {
        let render = Render {
            wait_for: Some("table".into()),
            ..Render::default()
        };
        Request::get(format!("http://{host}/{host}")).with_render(Some(render))
    };
    let refuses = fetcher(LocalAddresses::Refuse);
    for first in ["public", "none"] {
        for times in 0..4 {
            let host = format!("{first}-{times}-page.test");
            let _ = refuses.fetch(&rendered(&host)).await;
            assert_eq!(reached.private(), [] as [IpAddr; 0], "{host}");
        }
    }
    refuses.fetch(&rendered(PUBLIC)).await.unwrap();
    assert_eq!(reached.private(), [] as [IpAddr; 0]);
    // Nor does it reach a network that the user allows, which a page without a browser does.
    let network = fetcher(LocalAddresses::Networks(vec![
        "10.9.9.0/24".parse().unwrap(),
    ]));
    network.fetch(&rendered(PUBLIC)).await.unwrap();
    let error = network.fetch(&rendered(PRIVATE)).await.unwrap_err();
    assert!(
        error.to_string().contains("is not a public address"),
        "{error}"
    );
    assert_eq!(reached.private(), [] as [IpAddr; 0]);
    let page = Request::get(format!("http://{PRIVATE}/"));
    network.fetch(&page).await.unwrap();
    assert_eq!(reached.private(), [PRIVATE.parse::<IpAddr>().unwrap()]);
    let allows = fetcher(LocalAddresses::Allow);
    allows.fetch(&rendered(PUBLIC)).await.unwrap();
    for ip in METADATA.into_iter().chain([PRIVATE]) {
        assert!(reached.has(ip), "{ip}");
    }
}
