//! The network policy: which hosts a run asks, how often, and how much it accepts.
//!
//! Every limit of the network is here; those of a parser are with the parser. Enforced by:
//! - `request_key`: only http, https and git, no password in a URL;
//! - `ssrf`: only public addresses, checked before each request and by each connection;
//! - `ratelimit` and `retry`: a few requests at once, pauses, and the number of tries;
//! - `http`: the time and the size of one answer; its `cache` and `freshness`: what is kept
//!   of it, and how long it is fresh;
//! - `memo` and `github`: one fetch for equal requests, many queries in one request;
//! - `git`: the environment of the program, its time and how much it fetches;
//! - `browser`: what a rendered page reaches, and its time;
//! - `environment` and `proxies`: the user's own registries, token and proxies;
//! - `request` and `credential`: to which host a token or a credential is sent.

use std::path::PathBuf;
use std::time::Duration;

use super::credential::CredentialSource;
use super::ssrf::LocalAddresses;

/// The longest URL that is requested, in bytes.
pub(super) const LONGEST_URL: usize = 8 * 1024;
/// How much of an error answer is read, to recognise a bot wall.
pub(super) const ERROR_BODY: u64 = 256 * 1024;
/// The freshness of a page whose server states none.
pub(super) const PAGE_IS_FRESH: &str = "max-age=86400";
/// A cached page that was not renewed for this long is removed.
pub(super) const CACHE_KEPT: Duration = Duration::from_hours(60 * 24);
/// How many bytes of pages a run holds in memory for equal requests.
pub(super) const MEMO_BYTES: usize = 64 << 20;
/// How long a query to GitHub waits for others to be sent with.
pub(super) const BATCH_DELAY: Duration = Duration::from_millis(50);
/// How many repositories one request asks GitHub for: as many as it answers within its time limit.
pub(super) const BATCH_SIZE: usize = 10;
/// The longest that one run of `git` may take.
pub(super) const GIT_RUN: Duration = Duration::from_mins(5);
/// The most that `git` may fetch of a repository, in bytes.
pub(super) const GIT_OBJECTS: u64 = 1 << 30;
/// The dates of a repository that were not renewed for this long are removed.
pub(super) const DATES_KEPT: Duration = Duration::from_hours(24 * 400);

/// How a live run fetches. The default keeps no cache and asks public hosts only.
#[derive(Debug, Clone)]
pub struct NetworkPolicy {
    /// User agent to send instead of [`NetworkPolicy::USER_AGENT`].
    pub user_agent: Option<String>,
    /// Which addresses outside the public internet may be asked.
    pub local: LocalAddresses,
    /// The user's credentials, of which each is for one host.
    pub credentials: Vec<CredentialSource>,
    /// Directory that keeps pages between runs; without one, nothing is kept.
    pub cache: Option<PathBuf>,
    /// Whether an old copy may be used when a host cannot answer. The run must then name
    /// the pages of `Fetcher::stale_pages` to its user.
    pub stale: bool,
    /// Whether the proxy of the system or its environment is used.
    pub proxy: bool,
    /// The limits of each request.
    pub limits: Limits,
}

impl NetworkPolicy {
    /// The default user agent.
    pub const USER_AGENT: &'static str = concat!(
        env!("CARGO_PKG_NAME"),
        "/",
        env!("CARGO_PKG_VERSION"),
        " (+",
        env!("CARGO_PKG_REPOSITORY"),
        ")"
    );
}

impl Default for NetworkPolicy {
    fn default() -> Self {
        Self {
            user_agent: None,
            local: LocalAddresses::Refuse,
            credentials: Vec::new(),
            cache: None,
            stale: false,
            proxy: true,
            limits: Limits::default(),
        }
    }
}

/// The limits of each request.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The time to get a connection.
    pub connect_timeout: Duration,
    /// The time from sending a request to the last byte of its answer.
    pub total_timeout: Duration,
    /// The number of redirects followed.
    pub redirects: usize,
    /// The size of a body as sent, in bytes.
    pub body: u64,
    /// The size of a body once decompressed, in bytes.
    pub decompressed: u64,
    /// How often a host that cannot answer is asked, the first time included.
    pub tries: u32,
    /// The pause before the second try; it doubles with each further one.
    pub first_pause: Duration,
    /// The longest pause that the host did not ask for.
    pub longest_pause: Duration,
    /// The longest pause that a host may ask for; a longer one fails the request.
    pub longest_retry_after: Duration,
    /// The number of requests to one host at once.
    pub requests_per_host: usize,
    /// The number of requests to all hosts at once, those of the browser aside.
    pub requests: usize,
    /// The time that the browser has to start.
    pub browser_start: Duration,
    /// The time that a rendered page has to load, and then again to show what is waited for.
    pub render_step: Duration,
    /// The time that a rendered page has in all.
    pub render_total: Duration,
    /// How many requests in a row must fail, all tries used, before a host gets one try only.
    pub failures_before_single_try: u32,
}

impl Limits {
    /// The default number of requests to one host at once.
    pub const PER_HOST: usize = 3;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            total_timeout: Duration::from_mins(1),
            redirects: 10,
            body: 32 << 20,
            decompressed: 64 << 20,
            tries: 4,
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(30),
            longest_retry_after: Duration::from_mins(2),
            requests_per_host: Self::PER_HOST,
            requests: 128,
            browser_start: Duration::from_secs(20),
            render_step: Duration::from_secs(30),
            render_total: Duration::from_secs(75),
            failures_before_single_try: 3,
        }
    }
}
