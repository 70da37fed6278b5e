//! Why a page could not be fetched.
//!
//! *Absent* is the vendor's answer, *transient* may succeed later, *blocked* is a bot wall,
//! and *forbidden* is refused by ourselves. None of them ever looks like an empty page.

use std::error::Error;
use std::fmt;
use std::net::IpAddr;
use std::time::SystemTime;

use chrono::{DateTime, Utc};

use super::bot_wall::BotWall;
use super::cause::Cause;

/// Why a page could not be fetched. Its URLs may be shown as they are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The server does not have the page, or does not give it.
    #[error("cannot fetch {url} ({status})")]
    Absent {
        /// The URL of the request.
        url: String,
        /// The status of the answer.
        status: u16,
    },
    /// The server or the connection failed, also when tried again; it may succeed later.
    #[error("cannot fetch {url} ({cause}, {})", Tries(*.tries))]
    Transient {
        /// The URL of the request.
        url: String,
        /// What went wrong the last time.
        cause: TransientError,
        /// How often it was tried.
        tries: u32,
        /// The error behind it, if there is one.
        source: Option<Cause>,
    },
    /// A bot wall answered instead of the page.
    #[error("cannot fetch {url} (blocked by {wall}, {status})")]
    Blocked {
        /// The URL of the request.
        url: String,
        /// Whose it is, and how it was recognised.
        wall: BotWall,
        /// The status of the answer.
        status: u16,
    },
    /// The answer had no content.
    #[error("cannot fetch {url} ({status} with an empty answer)")]
    Empty {
        /// The URL of the request.
        url: String,
        /// The status of the answer.
        status: u16,
    },
    /// We do not send this request, or do not accept its answer.
    #[error("will not fetch {url} ({reason})")]
    Forbidden {
        /// What was asked, or where a redirect led.
        url: String,
        /// Why.
        reason: ForbiddenError,
    },
    /// The recording does not hold the request.
    #[error("not recorded: {method} {url}{}", NoFile(.file))]
    NotRecorded {
        /// The URL of the request.
        url: String,
        /// `GET` or `POST`.
        method: &'static str,
        /// The file that was looked for, below the folder of the recording.
        file: Option<String>,
    },
    /// The page needs JavaScript, and no browser was found.
    #[error("cannot render {url} (no Chromium in `CHROME` or `PATH`)")]
    NeedsBrowser {
        /// The URL of the request.
        url: String,
    },
    /// The page never showed the element to wait for, or has no document.
    #[error("cannot render {url} ({reason})")]
    NotRendered {
        /// The URL of the request.
        url: String,
        /// What the page lacks.
        reason: String,
    },
    /// The browser of this machine cannot be used.
    #[error("cannot render {url} ({what})")]
    Browser {
        /// The URL of the request.
        url: String,
        /// What the browser does not do.
        what: &'static str,
        /// The error behind it, if there is one.
        source: Option<Cause>,
    },
    /// The proxy of the environment requires a user name and password (407).
    #[error("cannot fetch {url} (the proxy asks for a user name and password)")]
    ProxyLogin {
        /// The URL of the request.
        url: String,
    },
    /// A file or folder of ours could not be used: a recording, or the cache.
    #[error("cannot {action} {path}")]
    Storage {
        /// What was tried, such as `read the recording`.
        action: &'static str,
        /// Which file or folder.
        path: String,
        /// The error of the system or of the parser.
        #[source]
        cause: Cause,
    },
    /// There is no token for GitHub, whose API requires one.
    #[error("cannot ask GitHub for {repository}: there is no token in `{variable}`")]
    NoToken {
        /// The repository that was asked for.
        repository: String,
        /// The variable of the environment that holds the token.
        variable: &'static str,
    },
    /// The variable that holds a credential has none.
    #[error("no credential for {host}: the variable `{variable}` {problem}")]
    NoCredential {
        /// The host that it is for.
        host: String,
        /// The variable of the environment.
        variable: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// GitHub's quota of the hour is used up.
    #[error("did not ask GitHub for {repository}: the quota of this hour is used up until {}", Moment(*.until))]
    Quota {
        /// The repository that was not asked for.
        repository: String,
        /// When it may be asked again.
        until: SystemTime,
    },
    /// The program `git` could not be run.
    #[error("cannot run `git`")]
    NoGit(#[source] Cause),
    /// The HTTP client could not be set up.
    #[error("cannot start the HTTP client")]
    Client(#[source] Cause),
}

/// Where an error comes from, and so who can do something about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The vendor or the product file: trying again does not help.
    Permanent,
    /// This machine: its disk, its programs or its environment.
    Local,
    /// The proxy of the environment.
    Proxy,
    /// The host or the connection to it: it may succeed later.
    Transient,
}

/// What went wrong with a server or the connection to it. Each may succeed later.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransientError {
    /// It answered 429 or 5xx.
    #[error("{0}")]
    Status(u16),
    /// It asks for a pause that is longer than we wait.
    #[error("{status}, asks to wait until {}", Moment(*.until))]
    Limited {
        /// The status of that answer.
        status: u16,
        /// When it may be asked again.
        until: SystemTime,
    },
    /// It did not send the whole answer in time.
    #[error("timed out")]
    Timeout,
    /// No connection, or one that broke.
    #[error("no connection")]
    Connection,
    /// The name of the host cannot be resolved at the moment.
    #[error("no DNS answer for {0}")]
    NoDns(String),
    /// No connection to the proxy of the environment, or none through it.
    #[error("no connection through the proxy")]
    Proxy,
    /// The body ended before its end.
    #[error("truncated answer")]
    Truncated,
    /// The body cannot be decoded.
    #[error("damaged answer: no valid {0}")]
    Damaged(String),
}

/// Why a request is not sent, or its answer not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ForbiddenError {
    /// Not a URL.
    #[error("not a URL: {0}")]
    NoUrl(Cause),
    /// Not http or https.
    #[error("scheme `{0}` is neither http nor https")]
    Scheme(String),
    /// Not https, http or git, where a repository is wanted.
    #[error("scheme `{0}` is none of https, http and git")]
    NoRepository(String),
    /// A repository of this machine.
    #[error("the repository is a folder of this machine")]
    LocalRepository,
    /// A user name or password in the URL.
    #[error("the URL carries a user name or password")]
    Credentials,
    /// A URL over the limit of its length.
    #[error("the URL is too long")]
    TooLongUrl,
    /// A user agent that is not valid in a header.
    #[error("the user agent holds characters that no header can")]
    UserAgent,
    /// A token that is not valid in a header.
    #[error("the token holds characters that no header can")]
    Token,
    /// An answer that holds the credential of its request.
    #[error("the answer repeats the credential")]
    RepeatedCredential,
    /// An address that is not on the public internet.
    #[error("{0} is not a public address")]
    LocalAddress(IpAddr),
    /// A chain of redirects longer than allowed.
    #[error("more than {0} redirects")]
    Redirects(usize),
    /// A redirect without a valid `Location`.
    #[error("a redirect to nowhere")]
    RedirectToNowhere,
    /// A body larger than allowed, as sent.
    #[error("the answer is larger than {} MiB", Mebibytes(*.0))]
    TooLarge(u64),
    /// A body larger than allowed once decompressed.
    #[error("the answer is larger than {} MiB when decompressed", Mebibytes(*.0))]
    TooLargeDecompressed(u64),
    /// A content coding that we do not accept.
    #[error("unknown content coding `{0}`")]
    Coding(String),
}

impl FetchError {
    /// Whether the server does not have the page (404 and 410).
    pub fn is_absent(&self) -> bool {
        matches!(
            self,
            Self::Absent {
                status: 404 | 410,
                ..
            }
        )
    }

    /// Where the error comes from.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Absent { .. }
            | Self::Blocked { .. }
            | Self::Empty { .. }
            | Self::Forbidden { .. }
            | Self::NotRecorded { .. }
            | Self::NotRendered { .. } => ErrorKind::Permanent,
            Self::NeedsBrowser { .. }
            | Self::Browser { .. }
            | Self::Storage { .. }
            | Self::NoToken { .. }
            | Self::NoCredential { .. }
            | Self::NoGit(_)
            | Self::Client(_) => ErrorKind::Local,
            Self::ProxyLogin { .. }
            | Self::Transient {
                cause: TransientError::Proxy,
                ..
            } => ErrorKind::Proxy,
            Self::Transient { .. } | Self::Quota { .. } => ErrorKind::Transient,
        }
    }

    /// Whether the same request may succeed later.
    pub fn is_transient(&self) -> bool {
        self.kind() == ErrorKind::Transient
    }

    /// Whether a bot wall answered.
    pub fn is_blocked(&self) -> bool {
        matches!(self, Self::Blocked { .. })
    }

    /// What to do next, where there is something.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Absent { status: 401, .. } => {
                "the host asks for a login, or has no such page; a `[[credential]]` of a file that --settings names can hold a login for a page, not for git"
            }
            Self::Absent { .. } => "the page may have moved; look at it in a browser",
            Self::Transient {
                cause: TransientError::NoDns(_),
                ..
            } => "is this machine online?",
            Self::Transient {
                cause: TransientError::Proxy,
                ..
            } => "check `http_proxy`, `https_proxy` and `no_proxy`",
            Self::Transient { .. } => "the host may recover; try again later",
            Self::ProxyLogin { .. } => {
                "put them into `http_proxy` and `https_proxy`, as in http://USER:PASSWORD@HOST:PORT"
            }
            Self::Blocked { .. } => {
                "the vendor blocks robots; ask it for access or choose another page"
            }
            Self::NeedsBrowser { .. } => {
                "install Chromium (`apt install chromium`), or let CHROME name one"
            }
            Self::NotRecorded { .. } => "run with --record to save the answers of the network",
            Self::Forbidden {
                reason: ForbiddenError::LocalAddress(_) | ForbiddenError::LocalRepository,
                ..
            } => {
                "--allow-local permits addresses of this machine and its network, and `[network]` of a file that --settings names permits some, but not in a browser"
            }
            Self::NoToken { .. } => "set it to a token; one without any scope will do",
            Self::NoCredential { .. } => {
                "set it, or remove the `[[credential]]` from the settings file"
            }
            Self::Quota { .. } => "run again after that",
            Self::NoGit(_) => "install git, version 2.30 or newer, where PATH finds it",
            _ => return None,
        };
        Some(hint.to_owned())
    }

    /// An error of [`Self::Storage`].
    pub(super) fn storage(
        action: &'static str,
        path: &std::path::Path,
        cause: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self::Storage {
            action,
            path: path.display().to_string(),
            cause: Cause::new(cause),
        }
    }
}

/// The file that a recording lacks, behind what was asked.
struct NoFile<'a>(&'a Option<String>);

impl fmt::Display for NoFile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(file) => write!(f, " (no file `{file}`)"),
            None => Ok(()),
        }
    }
}

struct Tries(u32);

impl fmt::Display for Tries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("not asked"),
            1 => f.write_str("1 try"),
            tries => write!(f, "{tries} tries"),
        }
    }
}

struct Moment(SystemTime);

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = DateTime::<Utc>::from(self.0);
        write!(f, "{}", moment.format("%Y-%m-%d %H:%M UTC"))
    }
}

struct Mebibytes(u64);

impl fmt::Display for Mebibytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 >> 20, self.0 & 0xf_ffff);
        if rest == 0 {
            write!(f, "{whole}")
        } else {
            write!(f, "{whole}.{:02}", (rest * 100) >> 20)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_error_names_the_url_the_cause_and_the_tries() {
        let transient = |cause, tries| FetchError::Transient {
            url: "https://a.test/".into(),
            cause,
            tries,
            source: None,
        };
        assert_eq!(
            transient(TransientError::Status(503), 4).to_string(),
            "cannot fetch https://a.test/ (503, 4 tries)"
        );
        let until = SystemTime::UNIX_EPOCH + Duration::from_hours(24);
        assert_eq!(
            transient(TransientError::Limited { status: 429, until }, 1).to_string(),
            "cannot fetch https://a.test/ (429, asks to wait until 1970-01-02 00:00 UTC, 1 try)"
        );
    }

    #[test]
    fn the_innermost_error_is_the_source_of_a_shared_one() {
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        let error = FetchError::Transient {
            url: "https://a.test/".into(),
            cause: TransientError::Connection,
            tries: 1,
            source: Some(Cause::new(NoAnswer(refused))),
        };
        assert_eq!(
            error.to_string(),
            "cannot fetch https://a.test/ (no connection, 1 try)"
        );
        let copy = error.clone();
        assert_eq!(error, copy);
        let source = copy.source().unwrap();
        let io = source.downcast_ref::<io::Error>().unwrap();
        assert_eq!(io.kind(), io::ErrorKind::ConnectionRefused);
        assert!(source.source().is_none());
        let FetchError::Transient {
            source: Some(cause),
            ..
        } = &error
        else {
            panic!("{error:?}")
        };
        assert!(cause.chain().any(<dyn Error>::is::<NoAnswer>));
    }

    #[derive(Debug, thiserror::Error)]
    #[error("no answer of https://a.test/")]
    struct NoAnswer(#[source] io::Error);

    #[test]
    fn whose_fault_an_error_is_and_what_to_do() {
        let transient = |cause| FetchError::Transient {
            url: "https://a.test/".into(),
            cause,
            tries: 4,
            source: None,
        };
        let url = || "https://a.test/".to_owned();
        let status = 404;
        let offline = transient(TransientError::NoDns("a.test".into()));
        assert_eq!(
            offline.to_string(),
            "cannot fetch https://a.test/ (no DNS answer for a.test, 4 tries)"
        );
        assert_eq!(offline.hint().unwrap(), "is this machine online?");
        for (error, kind) in [
            (offline, ErrorKind::Transient),
            (transient(TransientError::Timeout), ErrorKind::Transient),
            (transient(TransientError::Proxy), ErrorKind::Proxy),
            (FetchError::ProxyLogin { url: url() }, ErrorKind::Proxy),
            (FetchError::NoGit(Cause::new("none")), ErrorKind::Local),
            (FetchError::NeedsBrowser { url: url() }, ErrorKind::Local),
            (
                FetchError::Absent { url: url(), status },
                ErrorKind::Permanent,
            ),
        ] {
            assert_eq!(error.kind(), kind, "{error}");
            assert_eq!(
                error.is_transient(),
                kind == ErrorKind::Transient,
                "{error}"
            );
        }
    }

    #[test]
    fn sizes_are_shown_in_mebibytes() {
        assert_eq!(Mebibytes(64 << 20).to_string(), "64");
        assert_eq!(Mebibytes(3 << 19).to_string(), "1.50");
    }
}
