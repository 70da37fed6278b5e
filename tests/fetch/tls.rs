//! Pages over TLS: from a server whose certificate the system trusts, and from one that nobody
//! vouches for.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

/// Valid until 2126, for `localhost` and 127.0.0.1.
pub(super) const CERTIFICATE: &str = include_str!("tls/certificate.pem");
/// Of somebody else.
const OTHER: &str = include_str!("tls/other.pem");
const KEY: &str = include_str!("tls/key.pem");

pub(super) const PAGE: &str =
    "<table><thead><tr><th>Version<th>EOL<tbody><tr><td>7<td>2027-05-31</table>";

/// A server over TLS that answers as a function says, given the head of the request, and its URL.
pub(super) async fn serve(respond: impl Fn(&str) -> String + Send + 'static) -> String {
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(KEY.as_bytes()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            // A client that trusts nobody leaves here.
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let mut head = [0; 4096];
                let length = stream.read(&mut head).await.unwrap_or(0);
                let answer = respond(&String::from_utf8_lossy(&head[..length]));
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        }
    });
    url
}

/// An answer with the page, or another body.
pub(super) fn html(body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{body}"
    )
}

/// What a run says that trusts the certificates of this file alone.
async fn said(folder: &Path, trusted: &Path) -> String {
    let mut run = Command::new(env!("CARGO_BIN_EXE_shelflife"));
    run.current_dir(folder)
        .env("SSL_CERT_FILE", trusted)
        .env_remove("SSL_CERT_DIR")
        .env("NO_COLOR", "1")
        .env("NO_PROXY", "*")
        .args(["try", "foo.md", "--allow-local", "--no-cache"])
        .kill_on_drop(true);
    let output = timeout(Duration::from_mins(1), run.output()).await;
    let output = output.expect("the run ends").unwrap();
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_page_over_tls_needs_a_certificate_that_the_system_trusts() {
    let url = serve(|_| html(PAGE)).await;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let product = format!(
        "---\ntitle: Foo\nauto:\n  methods:\n    - release_table: {url}\n      fields:\n        \
         releaseCycle: Version\n        eol: EOL\nreleases:\n  - releaseCycle: \"7\"\n---\n"
    );
    fs_err::write(folder.join("foo.md"), product).unwrap();
    let trusted = folder.join("trusted.pem");
    fs_err::write(&trusted, CERTIFICATE).unwrap();
    let found = said(folder, &trusted).await;
    assert!(found.contains("2027-05-31"), "{found}");
    let other = folder.join("other.pem");
    fs_err::write(&other, OTHER).unwrap();
    let refused = said(folder, &other).await;
    assert!(
        refused.contains("UnknownIssuer") && !refused.contains("2027-05-31"),
        "{refused}"
    );
}
