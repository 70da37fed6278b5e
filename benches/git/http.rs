//! A smart HTTP server on loopback: git's own `http-backend`, with what it sends counted.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The server, for as long as the process runs.
pub(crate) struct Server {
    address: SocketAddr,
    sent: Arc<AtomicU64>,
    asked: Arc<AtomicU64>,
}

impl Server {
    /// Serves the repositories in a folder.
    pub(crate) fn of(folder: &Path) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let server = Self {
            address: listener.local_addr()?,
            sent: Arc::default(),
            asked: Arc::default(),
        };
        let (sent, asked) = (Arc::clone(&server.sent), Arc::clone(&server.asked));
        let folder: PathBuf = folder.to_owned();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (folder, sent) = (folder.clone(), Arc::clone(&sent));
                asked.fetch_add(1, Ordering::Relaxed);
                // A client that goes away ends its own answer alone.
                std::thread::spawn(move || answer(&stream, &folder, &sent));
            }
        });
        Ok(server)
    }

    /// Where a repository is.
    pub(crate) fn url(&self, repository: &str) -> String {
        format!("http://{}/{repository}", self.address)
    }

    /// How many requests came and how many bytes were sent since this was asked last.
    pub(crate) fn counts(&self) -> (u64, u64) {
        (
            self.asked.swap(0, Ordering::Relaxed),
            self.sent.swap(0, Ordering::Relaxed),
        )
    }
}

fn answer(mut stream: &TcpStream, folder: &Path, sent: &AtomicU64) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let head = head(&mut reader)?;
    let mut words = head
        .first()
        .map(String::as_str)
        .unwrap_or_default()
        .split(' ');
    let (method, target) = (words.next().unwrap_or("GET"), words.next().unwrap_or("/"));
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let header = |name: &str| {
        head.iter()
            .filter_map(|line| line.split_once(':'))
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map_or("", |(_, value)| value.trim())
    };
    let body = if header("transfer-encoding") == "chunked" {
        chunks(&mut reader)?
    } else {
        let mut body = vec![0; header("content-length").parse().unwrap_or_default()];
        reader.read_exact(&mut body)?;
        body
    };
    let mut backend = Command::new("git")
        .arg("http-backend")
        .env("GIT_PROJECT_ROOT", folder)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("REQUEST_METHOD", method)
        .env("PATH_INFO", path)
        .env("QUERY_STRING", query)
        .env("CONTENT_TYPE", header("content-type"))
        .env("CONTENT_LENGTH", body.len().to_string())
        .env("HTTP_CONTENT_ENCODING", header("content-encoding"))
        .env("GIT_PROTOCOL", header("git-protocol"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut input = backend.stdin.take().expect("it is piped");
    let feed = std::thread::spawn(move || input.write_all(&body));
    let mut said = BufReader::new(backend.stdout.take().expect("it is piped"));
    let said_head = self::head(&mut said)?;
    let status = said_head
        .iter()
        .find_map(|line| line.strip_prefix("Status: "))
        .unwrap_or("200 OK");
    let lines = said_head
        .iter()
        .filter(|line| !line.starts_with("Status: "));
    let lines: String = lines.flat_map(|line| [line, "\r\n"]).collect();
    let said_head = format!("HTTP/1.1 {status}\r\nConnection: close\r\n{lines}\r\n");
    stream.write_all(said_head.as_bytes())?;
    let length = io::copy(&mut said, &mut stream)?;
    sent.fetch_add(said_head.len() as u64 + length, Ordering::Relaxed);
    // It may answer before it has read all.
    let _ = feed.join();
    backend.wait()?;
    Ok(())
}

/// The lines up to an empty one.
fn head(reader: &mut impl io::BufRead) -> io::Result<Vec<String>> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        match line.trim_end() {
            "" => return Ok(lines),
            line => lines.push(line.to_owned()),
        }
    }
}

/// A body that comes in chunks.
fn chunks(reader: &mut BufReader<&TcpStream>) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let length = u64::from_str_radix(line.trim(), 16).unwrap_or_default();
        reader.by_ref().take(length).read_to_end(&mut body)?;
        reader.read_line(&mut line)?;
        if length == 0 {
            return Ok(body);
        }
    }
}
