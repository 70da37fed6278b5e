//! A world that misbehaves: servers that break every promise of HTTP, each before one product
//! of a folder of hundreds. The healthy products are written, and the sick ones are named.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use fs_err as fs;
use futures::future::join_all;
use insta::assert_snapshot;
use shelflife::collect::{collect, steps};
use shelflife::date::Date;
use shelflife::edit;
use shelflife::fetch::{Fetcher, LocalAddresses, NetworkPolicy};
use shelflife::plan::merge;
use shelflife::presets::Registry;
use shelflife::report::Failure;
use shelflife::store::Products;

use super::limits;
use crate::server::{Script, Server, answer, page};

/// The page that every product hopes for.
const PAGE: &str =
    "<table><thead><tr><th>Version<th>End</thead><tbody><tr><td>1<td>May 2021</table>";

/// How many products are healthy, beside those whose servers are odd and healthy.
const HEALTHY: usize = 240;

fn raw(text: &str) -> Script {
    Script::raw(text)
}

/// A status line, these header lines, and a body whose length nobody says.
fn said(headers: &str, body: &str) -> Script {
    raw(&format!(
        "HTTP/1.1 200 OK\r\n{headers}connection: close\r\n\r\n{body}"
    ))
}

fn gzip(text: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// What servers say that are odd, and whose page can be had all the same.
fn odd() -> Vec<(&'static str, Script)> {
    let length = PAGE.len();
    let chunks = format!(
        "5;a=b\r\n{}\r\n{:x}\r\n{}\r\n0\r\nx-trailer: a\r\n\r\n",
        &PAGE[..5],
        length - 5,
        &PAGE[5..]
    );
    let utf_16: Vec<u8> = format!("\u{feff}{PAGE}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    vec![
        (
            "odd-100-first",
            raw(&format!(
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{PAGE}"
            )),
        ),
        (
            "odd-103-first",
            raw(&format!(
                "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{PAGE}"
            )),
        ),
        ("odd-bom", page(&format!("\u{feff}{PAGE}"))),
        (
            "odd-chunks-with-trailer",
            said("transfer-encoding: chunked\r\n", &chunks),
        ),
        (
            "odd-gzip-twice",
            answer(
                200,
                &[("content-encoding", "gzip, gzip")],
                gzip(&gzip(PAGE.as_bytes())),
            ),
        ),
        (
            "odd-http-1.0",
            raw(&format!("HTTP/1.0 200 OK\r\n\r\n{PAGE}")),
        ),
        ("odd-json-as-html", page(PAGE)),
        (
            "odd-more-than-said",
            raw(&format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{PAGE}HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil"
            )),
        ),
        ("odd-no-length", said("", PAGE)),
        (
            "odd-no-length-whole",
            said("", &format!("<html><body>{PAGE}</body>")),
        ),
        (
            "odd-no-reason",
            raw(&format!(
                "HTTP/1.1 200\r\ncontent-length: {length}\r\n\r\n{PAGE}"
            )),
        ),
        ("odd-status-203", answer(203, &[], PAGE)),
        (
            "odd-type-of-nothing",
            answer(200, &[("content-type", "x; charset=nonsense")], PAGE),
        ),
        ("odd-utf-16", answer(200, &[], utf_16)),
    ]
}

/// What servers do before the sick products.
#[expect(clippy::too_many_lines, reason = "one list, a few lines each")]
fn sick() -> Vec<(&'static str, Script)> {
    let length = PAGE.len();
    let of_length = |length: &str| said(&format!("content-length: {length}\r\n"), PAGE);
    let chunks = |chunks: &str| said("transfer-encoding: chunked\r\n", chunks);
    let moved = |to: &str| answer(302, &[("location", to)], "");
    let coded = |coding: &str, body: &[u8]| answer(200, &[("content-encoding", coding)], body);
    let whole = gzip(PAGE.as_bytes());
    let bomb = gzip(&vec![0; 64 << 20]);
    let says = |body: &str| page(body);
    vec![
        ("reset-at-once", raw("").and_reset()),
        (
            "reset-in-headers",
            raw("HTTP/1.1 200 OK\r\ncontent-ty").and_reset(),
        ),
        ("close-at-once", raw("")),
        ("close-in-status", raw("HTTP/1.")),
        ("close-in-headers", raw("HTTP/1.1 200 OK\r\ncontent-ty")),
        ("close-in-body", of_length("9999")),
        (
            "close-in-body-without-length",
            said("", &format!("<html><body><p>x</p>{PAGE}")),
        ),
        ("hang-at-once", raw("").and_hang()),
        (
            "hang-in-headers",
            raw("HTTP/1.1 200 OK\r\ncontent-ty").and_hang(),
        ),
        ("hang-in-body", of_length("9999").and_hang()),
        (
            "drip-in-headers",
            raw("HTTP/1.1 200 OK\r\n").and_drip("x: y\r\n"),
        ),
        ("drip-in-body", of_length("9999").and_drip(" ")),
        ("length-too-short", of_length("40")),
        ("length-garbage", of_length("many")),
        ("length-negative", of_length("-1")),
        (
            "length-twice",
            said(
                &format!("content-length: {length}\r\ncontent-length: 7\r\n"),
                PAGE,
            ),
        ),
        ("length-beyond-limits", of_length("999999999999")),
        (
            "length-beyond-numbers",
            of_length("99999999999999999999999999"),
        ),
        ("chunks-garbage", chunks("zz\r\n<table>\r\n0\r\n\r\n")),
        ("chunks-without-end", chunks("5\r\n<tabl\r\n")),
        ("chunks-overflow", chunks("ffffffffffffffffff\r\n<table>")),
        (
            "body-without-end",
            said("", "").and_again("<p>x</p>".repeat(8192), 4096),
        ),
        (
            "headers-without-end",
            raw("HTTP/1.1 200 OK\r\n").and_again("x: y\r\n".repeat(8192), 4096),
        ),
        (
            "header-of-a-megabyte",
            said(&format!("x: {}\r\n", "y".repeat(1 << 20)), PAGE),
        ),
        (
            "100-without-end",
            raw("").and_again("HTTP/1.1 100 Continue\r\n\r\n".repeat(100), 2_000),
        ),
        ("http-0.9", raw(PAGE)),
        ("http-9.9", raw(&format!("HTTP/9.9 200 OK\r\n\r\n{PAGE}"))),
        ("status-garbage", raw("HTTP/1.1 fine OK\r\n\r\n")),
        ("status-99", raw("HTTP/1.1 99 Low\r\n\r\n")),
        (
            "status-999",
            raw(&format!(
                "HTTP/1.1 999 No\r\nconnection: close\r\n\r\n{PAGE}"
            )),
        ),
        ("header-garbage", raw("HTTP/1.1 200 OK\r\n\0: \x01\r\n\r\n")),
        ("speaks-tls", Script::raw(*b"\x15\x03\x01\x00\x02\x02\x28")),
        ("speaks-ssh", raw("SSH-2.0-OpenSSH_9.0\r\n")),
        (
            "101-upgrade",
            raw(
                "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
            ),
        ),
        ("204-nothing", answer(204, &[], "")),
        (
            "206-a-part",
            answer(206, &[("content-range", "bytes 0-9/999")], PAGE),
        ),
        ("300-choices", answer(300, &[], PAGE)),
        ("304-unasked", answer(304, &[], "")),
        ("401", answer(401, &[("www-authenticate", "Basic")], "")),
        ("403", answer(403, &[], "<p>no</p>")),
        ("404", answer(404, &[], PAGE)),
        ("410", answer(410, &[], PAGE)),
        ("418", answer(418, &[], PAGE)),
        ("429-for-ever", answer(429, &[], "")),
        (
            "429-until-the-next-century",
            answer(429, &[("retry-after", "9999999999")], ""),
        ),
        (
            "429-until-nonsense",
            answer(429, &[("retry-after", "soon")], ""),
        ),
        ("451", answer(451, &[], PAGE)),
        ("500", answer(500, &[], PAGE)),
        (
            "503-until-a-day",
            answer(503, &[("retry-after", "Fri, 31 Dec 2066 23:59:59 GMT")], ""),
        ),
        ("redirect-circle", moved("/x")),
        ("redirect-nowhere", answer(302, &[], "")),
        ("redirect-to-file", moved("file:///etc/passwd")),
        ("redirect-to-garbage", moved("http://[")),
        (
            "redirect-to-metadata",
            moved("http://169.254.169.254/latest/"),
        ),
        ("redirect-to-mapped", moved("http://[::ffff:10.0.0.1]/")),
        ("redirect-with-password", moved("http://me:pa55@127.0.0.1/")),
        ("coding-claimed", coded("gzip", PAGE.as_bytes())),
        ("coding-cut", coded("gzip", &whole[..whole.len() - 9])),
        ("coding-unknown", coded("zstd", PAGE.as_bytes())),
        ("coding-bomb", coded("gzip", &bomb)),
        ("empty", answer(200, &[], "")),
        ("blank", says(" \r\n\t")),
        (
            "wall-in-header",
            answer(
                403,
                &[("cf-mitigated", "challenge")],
                "<title>Just a moment...</title>",
            ),
        ),
        (
            "wall-in-page",
            says(
                "<html><head><title>Just a moment...</title></head><body><script src=\"/cdn-cgi/challenge-platform/h/b\"></script></body></html>",
            ),
        ),
        (
            "login-page",
            says("<form action=/login><input name=user><input type=password></form>"),
        ),
        (
            "cookie-page",
            says("<h1>We value your privacy</h1><button>Accept all</button>"),
        ),
        ("soft-404", says("<h1>Page not found</h1>")),
        (
            "refresh",
            says("<meta http-equiv=refresh content='0; url=/elsewhere'>"),
        ),
        (
            "noise",
            Script::raw(
                [
                    b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec(),
                    (0..=255).cycle().take(5000).collect(),
                ]
                .concat(),
            ),
        ),
        (
            "wrong-charset",
            answer(200, &[("content-type", "text/html; charset=utf-16")], PAGE),
        ),
        (
            "table-without-rows",
            says("<table><thead><tr><th>Version<th>End</thead></table>"),
        ),
        (
            "table-with-other-columns",
            says(&PAGE.replace("Version", "Release")),
        ),
        ("json-is-html", says(PAGE)),
        ("json-cut", says("[{\"v\": \"1\", \"end\": \"2021-05-")),
        ("json-null", says("null")),
        ("json-of-others", says("{\"error\": \"rate limited\"}")),
    ]
}

fn product(name: &str, url: &str) -> String {
    let method = if name.starts_with("json-") {
        format!(
            "    - json_releases: {url}\n      selector: '$[*]'\n      fields: {{releaseCycle: '$.v', eol: '$.end'}}\n"
        )
    } else {
        format!("    - release_table: {url}\n      fields: {{releaseCycle: Version, eol: End}}\n")
    };
    format!(
        "---\nauto:\n  methods:\n{method}releases:\n  - releaseCycle: \"1\"\n    eol: 2020-01-01 # told\n---\n"
    )
}

/// The whole way of one product; what went wrong, if something did.
async fn update(fetcher: &Fetcher, products: &Products, name: &str) -> Result<(), String> {
    let today = Date::from_ymd_opt(2026, 11, 23).unwrap();
    let product = Arc::new(products.read(name).unwrap());
    let steps = steps(&Registry::default(), &product, false).ok().unwrap();
    let collected = collect(&product, &steps, fetcher, None, today, &()).await;
    if let Some(error) = collected.error {
        return Err(Failure::new(&error).whole());
    }
    let mut data = collected.data;
    data.finish();
    let plan = merge::merge(&product, &data, today);
    let file = edit::apply(&product, &plan.changes).unwrap();
    products.write(&product, &file).unwrap();
    Ok(())
}

fn write(folder: &Path, name: &str, url: &str) {
    fs::write(folder.join(format!("{name}.md")), product(name, url)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::too_many_lines, reason = "most of it is the list of causes")]
async fn misbehaving_servers_fail_their_own_products_only() {
    let folder = tempfile::tempdir().unwrap();
    let mut servers = Vec::new();
    for _ in 0..8 {
        servers.push(Server::of([page(PAGE)]).await);
    }
    for number in 0..HEALTHY {
        let server = &servers[number % servers.len()];
        write(
            folder.path(),
            &format!("healthy-{number}"),
            &server.url(&format!("/{number}")),
        );
    }
    let all = odd().into_iter().chain(sick());
    for (name, script) in all {
        let server = Server::of([script]).await;
        write(folder.path(), name, &server.url("/x"));
        servers.push(server);
    }
    let policy = NetworkPolicy {
        local: LocalAddresses::Only(servers.iter().map(|server| server.address).collect()),
        proxy: false,
        ..NetworkPolicy::default()
    };
    let mut limits = limits();
    limits.total_timeout = Duration::from_secs(4);
    limits.tries = 2;
    limits.redirects = 4;
    limits.body = 1 << 20;
    limits.decompressed = 2 << 20;
    limits.longest_retry_after = Duration::from_millis(100);
    let fetcher = Fetcher::live(NetworkPolicy { limits, ..policy }).unwrap();
    let products = Products::open(folder.path()).unwrap();
    let names: Vec<&str> = products.names().collect();
    let ends = join_all(names.iter().map(|name| update(&fetcher, &products, name))).await;

    let mut sick_ones = BTreeMap::new();
    let port = regex::Regex::new(r"http://127\.0\.0\.1:\d+/x").unwrap();
    let moment = regex::Regex::new(r"until \S+ \S+ UTC|until \S+").unwrap();
    for (name, end) in names.iter().zip(ends) {
        let file = fs::read_to_string(folder.path().join(format!("{name}.md"))).unwrap();
        if let Err(cause) = end {
            assert!(file.contains("eol: 2020-01-01 # told"), "{name}: {file}");
            // The port of its server, and the moment until which it asks to wait, are of no day.
            let cause = cause.split_once("failed: ").unwrap().1.to_owned();
            let cause = port.replace_all(&cause, "http://127.0.0.1/x").into_owned();
            sick_ones.insert(
                *name,
                moment.replace_all(&cause, "until [moment]").into_owned(),
            );
        } else {
            assert!(file.contains("eol: 2021-05-31 # told"), "{name}: {file}");
        }
    }
    let lines: Vec<String> = sick_ones
        .iter()
        .map(|(name, cause)| format!("{name}: {cause}"))
        .collect();
    assert_snapshot!(lines.join("\n"), @r#"
    100-without-end: cannot fetch http://127.0.0.1/x (no connection, 2 tries): connection closed before message completed
    101-upgrade: cannot fetch http://127.0.0.1/x (101)
    204-nothing: cannot fetch http://127.0.0.1/x (204 with an empty answer)
    206-a-part: cannot fetch http://127.0.0.1/x (206)
    300-choices: cannot fetch http://127.0.0.1/x (300)
    304-unasked: cannot fetch http://127.0.0.1/x (304 with an empty answer)
    401: cannot fetch http://127.0.0.1/x (401)
    403: cannot fetch http://127.0.0.1/x (403)
    404: cannot fetch http://127.0.0.1/x (404)
    410: cannot fetch http://127.0.0.1/x (410)
    418: cannot fetch http://127.0.0.1/x (418)
    429-for-ever: cannot fetch http://127.0.0.1/x (429, 2 tries)
    429-until-nonsense: cannot fetch http://127.0.0.1/x (429, 2 tries)
    429-until-the-next-century: cannot fetch http://127.0.0.1/x (429, asks to wait until [moment], 1 try)
    451: cannot fetch http://127.0.0.1/x (451)
    500: cannot fetch http://127.0.0.1/x (500, 2 tries)
    503-until-a-day: cannot fetch http://127.0.0.1/x (503, asks to wait until [moment], 1 try)
    blank: cannot fetch http://127.0.0.1/x (200 with an empty answer)
    body-without-end: will not fetch http://127.0.0.1/x (the answer is larger than 1 MiB)
    chunks-garbage: cannot fetch http://127.0.0.1/x (truncated answer, 2 tries): Invalid chunk size line: missing size digit
    chunks-overflow: cannot fetch http://127.0.0.1/x (truncated answer, 2 tries): invalid chunk size: overflow
    chunks-without-end: cannot fetch http://127.0.0.1/x (truncated answer, 2 tries): unexpected EOF during chunk size line
    close-at-once: cannot fetch http://127.0.0.1/x (no connection, 2 tries): connection closed before message completed
    close-in-body: cannot fetch http://127.0.0.1/x (truncated answer, 2 tries): end of file before message length reached
    close-in-body-without-length: cannot fetch http://127.0.0.1/x (truncated answer, 2 tries): the connection ended before `</body>` and `</html>`, and no length was sent
    close-in-headers: cannot fetch http://127.0.0.1/x (no connection, 2 tries): connection closed before message completed
    close-in-status: cannot fetch http://127.0.0.1/x (no connection, 2 tries): connection closed before message completed
    coding-bomb: will not fetch http://127.0.0.1/x (the answer is larger than 2 MiB when decompressed)
    coding-claimed: cannot fetch http://127.0.0.1/x (damaged answer: no valid gzip, 2 tries): invalid gzip header
    coding-cut: cannot fetch http://127.0.0.1/x (truncated answer, 2 tries)
    coding-unknown: will not fetch http://127.0.0.1/x (unknown content coding `zstd`)
    cookie-page: no table on http://127.0.0.1/x: nothing there matches `table`
    drip-in-body: cannot fetch http://127.0.0.1/x (timed out, 2 tries)
    drip-in-headers: cannot fetch http://127.0.0.1/x (timed out, 2 tries)
    empty: cannot fetch http://127.0.0.1/x (200 with an empty answer)
    hang-at-once: cannot fetch http://127.0.0.1/x (timed out, 2 tries)
    hang-in-body: cannot fetch http://127.0.0.1/x (timed out, 2 tries)
    hang-in-headers: cannot fetch http://127.0.0.1/x (timed out, 2 tries)
    header-garbage: cannot fetch http://127.0.0.1/x (no connection, 2 tries): invalid HTTP header parsed
    header-of-a-megabyte: cannot fetch http://127.0.0.1/x (no connection, 2 tries): message head is too large
    headers-without-end: cannot fetch http://127.0.0.1/x (no connection, 2 tries): message head is too large
    http-0.9: cannot fetch http://127.0.0.1/x (no connection, 2 tries): invalid HTTP version parsed
    http-9.9: cannot fetch http://127.0.0.1/x (no connection, 2 tries): invalid HTTP version parsed
    json-cut: http://127.0.0.1/x is not JSON: EOF while parsing a string at line 1 column 28
    json-is-html: http://127.0.0.1/x is not JSON: expected value at line 1 column 1
    json-null: no row `$[*]` on http://127.0.0.1/x
    json-of-others: no usable row on http://127.0.0.1/x (1 read)
    length-beyond-limits: will not fetch http://127.0.0.1/x (the answer is larger than 1 MiB)
    length-beyond-numbers: cannot fetch http://127.0.0.1/x (no connection, 2 tries): invalid content-length parsed
    length-garbage: cannot fetch http://127.0.0.1/x (no connection, 2 tries): invalid content-length parsed
    length-negative: cannot fetch http://127.0.0.1/x (no connection, 2 tries): invalid content-length parsed
    length-too-short: no usable row on http://127.0.0.1/x (0 read)
    length-twice: cannot fetch http://127.0.0.1/x (no connection, 2 tries): invalid content-length parsed
    login-page: no table on http://127.0.0.1/x: nothing there matches `table`
    noise: no table on http://127.0.0.1/x: nothing there matches `table`
    redirect-circle: will not fetch http://127.0.0.1/x (more than 4 redirects)
    redirect-nowhere: will not fetch http://127.0.0.1/x (a redirect to nowhere)
    redirect-to-file: will not fetch file:///etc/passwd (scheme `file` is neither http nor https)
    redirect-to-garbage: will not fetch http://127.0.0.1/x (a redirect to nowhere)
    redirect-to-mapped: will not fetch http://[::ffff:a00:1]/ (::ffff:10.0.0.1 is not a public address)
    redirect-to-metadata: will not fetch http://169.254.169.254/latest/ (169.254.169.254 is not a public address)
    redirect-with-password: will not fetch http://127.0.0.1/ (the URL carries a user name or password)
    refresh: no table on http://127.0.0.1/x: nothing there matches `table`
    reset-at-once: cannot fetch http://127.0.0.1/x (no connection, 2 tries): Connection reset by peer (os error 104)
    reset-in-headers: cannot fetch http://127.0.0.1/x (no connection, 2 tries): Connection reset by peer (os error 104)
    soft-404: no table on http://127.0.0.1/x: nothing there matches `table`
    speaks-ssh: cannot fetch http://127.0.0.1/x (no connection, 2 tries): invalid HTTP version parsed
    speaks-tls: cannot fetch http://127.0.0.1/x (no connection, 2 tries): invalid HTTP version parsed
    status-99: cannot fetch http://127.0.0.1/x (no connection, 2 tries): invalid HTTP status-code parsed
    status-999: cannot fetch http://127.0.0.1/x (999)
    status-garbage: cannot fetch http://127.0.0.1/x (no connection, 2 tries): invalid HTTP status-code parsed
    table-with-other-columns: no table with column `Version` on http://127.0.0.1/x
    table-without-rows: no usable row on http://127.0.0.1/x (0 read)
    wall-in-header: cannot fetch http://127.0.0.1/x (blocked by Cloudflare, by its `cf-mitigated`, 403)
    wall-in-page: cannot fetch http://127.0.0.1/x (blocked by Cloudflare, by its `<title>just a moment...</title>`, 200)
    wrong-charset: no table on http://127.0.0.1/x: nothing there matches `table`
    "#);
    let mut expected: Vec<&str> = sick().iter().map(|(name, _)| *name).collect();
    expected.sort_unstable();
    assert_eq!(sick_ones.into_keys().collect::<Vec<_>>(), expected);
    assert!(expected.len() > 50 && names.len() > 300);
}
