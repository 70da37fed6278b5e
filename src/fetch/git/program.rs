//! Runs the `git` program, isolated from its environment.
//!
//! No shell; no configuration of the user, the system or the current folder; no hook, no
//! helper, no prompt; only the protocols that are allowed; limits on time, on what it may
//! fetch and on its output. It is killed when its future is dropped.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use fs_err as fs;
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;
use tokio::time::timeout;

use super::endpoint::Endpoint;
use super::error::GitError;
use crate::fetch::cause::Cause;
use crate::fetch::error::TransientError;
use crate::fetch::policy::{GIT_OBJECTS, GIT_RUN};
use crate::fetch::process_group::ProcessGroup;

/// How much of its error output is read, in bytes.
const ERRORS: u64 = 64 * 1024;
/// The variables of the run that the program sees.
const VARIABLES: [&str; 5] = ["PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP"];
const CERTIFICATES: [&str; 4] = [
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
];

/// How `git` is run.
pub(super) struct Program {
    pub(super) user_agent: String,
    /// Whether repositories of this machine may be read.
    pub(super) file: bool,
    /// The limit of its output, in bytes.
    pub(super) limit: u64,
}

impl Program {
    /// A new, empty repository, made without `git init`: a process would cost more than the rest.
    pub(super) fn folder() -> Result<TempDir, GitError> {
        let make = || -> std::io::Result<TempDir> {
            let folder = tempfile::Builder::new()
                .prefix("shelflife-git-")
                .tempdir()?;
            let path = folder.path();
            for below in ["objects/pack", "refs/heads"] {
                fs::create_dir_all(path.join(below))?;
            }
            fs::write(path.join("HEAD"), "ref: refs/heads/none\n")?;
            let config = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n";
            fs::write(path.join("config"), config)?;
            Ok(folder)
        };
        make().map_err(GitError::Folder)
    }

    /// Fetches the named objects or refs into a repository.
    pub(super) async fn fetch(
        &self,
        endpoint: &Endpoint,
        folder: &TempDir,
        options: &[&str],
        wanted: &str,
    ) -> Result<(), GitError> {
        let mut arguments = vec!["fetch", "--quiet", "--no-write-fetch-head"];
        arguments.extend(options);
        arguments.extend(["--stdin", "origin"]);
        self.run(endpoint, Some(folder), &arguments, wanted).await?;
        Ok(())
    }

    /// Runs the program to its end, and gives its output.
    pub(super) async fn run(
        &self,
        endpoint: &Endpoint,
        folder: Option<&TempDir>,
        arguments: &[&str],
        input: &str,
    ) -> Result<Vec<u8>, GitError> {
        let empty;
        let folder = if let Some(folder) = folder {
            folder.path()
        } else {
            // Never started inside another repository.
            empty = tempfile::tempdir().map_err(GitError::Folder)?;
            empty.path()
        };
        let mut command = Command::new("git");
        command
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .env_clear();
        #[cfg(unix)]
        command.process_group(0);
        set_environment(&mut command);
        command
            .env("HOME", folder)
            .env("GIT_CEILING_DIRECTORIES", folder);
        if let Some(host) = &endpoint.virtual_host {
            command.env("GIT_OVERRIDE_VIRTUAL_HOST", host);
        }
        // By a variable, because others can read an argument and this may have a password. Empty,
        // it means that there is no proxy.
        command
            .env("GIT_CONFIG_COUNT", "1")
            .env("GIT_CONFIG_KEY_0", "http.proxy")
            .env(
                "GIT_CONFIG_VALUE_0",
                endpoint.proxy.as_deref().unwrap_or(""),
            );
        self.configure(&mut command, endpoint);
        command.args(arguments);
        let mut child = command.spawn().map_err(GitError::NoProgram)?;
        let group = ProcessGroup::of(&child);
        let (mut stdin, stdout, stderr) = (
            child.stdin.take().expect("it is piped"),
            child.stdout.take().expect("it is piped"),
            child.stderr.take().expect("it is piped"),
        );
        let exchange = async {
            let write = async {
                // It may end before it has read all.
                let _ = stdin.write_all(input.as_bytes()).await;
                drop(stdin);
            };
            let ((), output, errors) =
                tokio::join!(write, read(stdout, self.limit), read(stderr, ERRORS));
            let Some(output) = output else {
                return Err(GitError::TooLarge(self.limit));
            };
            let status = child.wait().await;
            group.ended();
            if status.is_ok_and(|status| status.success()) {
                Ok(output)
            } else {
                let errors = errors.unwrap_or_default();
                Err(meaning(&String::from_utf8_lossy(&errors)))
            }
        };
        tokio::select! {
            output = timeout(GIT_RUN, exchange) => {
                output.unwrap_or(Err(GitError::Transient(TransientError::Timeout, None)))
            }
            () = over_limit(folder) => Err(GitError::TooLarge(GIT_OBJECTS)),
        }
    }

    /// Its whole configuration.
    fn configure(&self, command: &mut Command, endpoint: &Endpoint) {
        let file = if self.file { "always" } else { "never" };
        let user_agent = format!("http.userAgent={}", self.user_agent);
        let origin = format!("remote.origin.url={}", endpoint.url);
        let file = format!("protocol.file.allow={file}");
        for setting in [
            "protocol.allow=never",
            "protocol.https.allow=always",
            "protocol.http.allow=always",
            "protocol.git.allow=always",
            &file,
            "protocol.version=2",
            "http.followRedirects=false",
            "http.lowSpeedLimit=1000",
            "http.lowSpeedTime=60",
            &user_agent,
            "core.hooksPath=/dev/null",
            "core.fsmonitor=false",
            "core.askPass=",
            // The folder is temporary.
            "core.fsync=none",
            "credential.helper=",
            "gc.auto=0",
            "maintenance.auto=false",
            "fetch.negotiationAlgorithm=noop",
            "fetch.recurseSubmodules=false",
            "fetch.writeCommitGraph=false",
            "remote.origin.tagOpt=--no-tags",
            "transfer.bundleURI=false",
            &origin,
        ] {
            command.arg("-c").arg(setting);
        }
        if let Some(pinned) = &endpoint.pinned {
            command
                .arg("-c")
                .arg(format!("http.curloptResolve={pinned}"));
        }
    }
}

fn set_environment(command: &mut Command) {
    for name in VARIABLES.iter().chain(&CERTIFICATES) {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_LITERAL_PATHSPECS", "1")
        .env("LC_ALL", "C");
}

/// Waits until a repository is over the limit.
async fn over_limit(repository: &Path) {
    let packs = repository.join("objects").join("pack");
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let files = fs::read_dir(&packs).into_iter().flatten().flatten();
        let size: u64 = files
            .filter_map(|file| file.metadata().ok())
            .map(|metadata| metadata.len())
            .sum();
        if size > GIT_OBJECTS {
            return;
        }
    }
}

/// Reads to the end; `None` if that is over the limit.
async fn read(mut from: impl AsyncRead + Unpin, limit: u64) -> Option<Vec<u8>> {
    let mut all = Vec::new();
    (&mut from)
        .take(limit + 1)
        .read_to_end(&mut all)
        .await
        .ok()?;
    (all.len() as u64 <= limit).then_some(all)
}

/// What the error output of the program means.
fn meaning(errors: &str) -> GitError {
    let status = errors
        .split("returned error: ")
        .nth(1)
        .and_then(|rest| rest.get(..3)?.parse::<u16>().ok());
    let line = errors
        .lines()
        .rev()
        .find(|line| line.starts_with("fatal: "))
        .or_else(|| errors.lines().last())
        .unwrap_or("git failed without a message");
    let line = line.trim_start_matches("fatal: ");
    let says = |words: &str| errors.contains(words);
    match status {
        Some(300..=399) => GitError::Moved,
        Some(429 | 500..=599) => {
            let status = status.unwrap_or_default();
            GitError::Transient(TransientError::Status(status), None)
        }
        Some(status) => GitError::Absent(status),
        // A host without such a repository may ask for a user name.
        None if says("could not read Username") || says("Authentication failed") => {
            GitError::Absent(401)
        }
        None if says("not found")
            || says("does not appear to be a git repository")
            || says("does not exist")
            || says("couldn't find remote ref") =>
        {
            GitError::Absent(404)
        }
        None => {
            let line = crate::text::Excerpt(line).to_string();
            GitError::Transient(TransientError::Connection, Some(Cause::new(line)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_output_is_understood() {
        let url = "https://a.test/x/";
        for (errors, wanted) in [
            (
                format!("fatal: repository '{url}' not found"),
                "Absent(404)",
            ),
            (
                format!("fatal: unable to access '{url}': The requested URL returned error: 503"),
                "Transient(Status(503), None)",
            ),
            (
                format!("fatal: unable to access '{url}': The requested URL returned error: 301"),
                "Moved",
            ),
            (
                "fatal: could not read Username for 'https://a.test': terminal prompts disabled"
                    .into(),
                "Absent(401)",
            ),
            (
                "warning: x\nfatal: the remote end hung up unexpectedly\n".into(),
                "Transient(Connection, Some(Cause(\"the remote end hung up unexpectedly\")))",
            ),
        ] {
            assert_eq!(format!("{:?}", meaning(&errors)), wanted, "{errors}");
        }
    }
}
