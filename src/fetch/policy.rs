//! The network policy: whom a run asks, how often, and how much it takes.
//!
//! Every limit stands here; what a parser bounds stands with the parser. What keeps to it:
//! - `request_key`: only http, https and git, no password in a URL;
//! - `ssrf`: only public addresses, looked at before each request and by each connection;
//! - `ratelimit` and `retry`: a few requests at once, pauses, and how often is asked again;
//! - `http`: the time and the size of one answer; its `cache` and `freshness`: what is kept
//!   of it, and how long it is good;
//! - `memo` and `github`: one fetch for all who ask the same, many queries in one request;
//! - `git`: what the program sees, how long it runs and how much it fetches;
//! - `browser`: what a rendered page reaches, and how long it has;
//! - `environment` and `proxies`: the user's own registries, token and proxies;
//! - `request`: to which host a token is shown.

use std::path::PathBuf;
use std::time::Duration;

use super::ssrf::LocalAddresses;

/// The longest URL that is asked for, in bytes.
pub(super) const LONGEST_URL: usize = 8 * 1024;
/// Of an error answer, no more than this is read, to see whether it is a wall.
pub(super) const ERROR_BODY: u64 = 256 * 1024;
/// How long a page is good of which its server does not say it.
pub(super) const PAGE_IS_FRESH: &str = "max-age=86400";
/// A cached page that nobody renewed for so long is removed.
pub(super) const CACHE_KEPT: Duration = Duration::from_hours(60 * 24);
/// How many bytes of pages a run holds for all who ask the same.
pub(super) const MEMO_BYTES: usize = 64 << 20;
/// How long a query to GitHub waits for others to go with.
pub(super) const BATCH_DELAY: Duration = Duration::from_millis(50);
/// How many repositories GitHub is asked for at once: as many as it answers within its time.
pub(super) const BATCH_SIZE: usize = 10;
/// The longest that one run of `git` may take.
pub(super) const GIT_RUN: Duration = Duration::from_mins(5);
/// The most that `git` may fetch of a repository, in bytes.
pub(super) const GIT_OBJECTS: u64 = 1 << 30;
/// The dates of a repository that nobody renewed for so long are removed.
pub(super) const DATES_KEPT: Duration = Duration::from_hours(24 * 400);

/// How a live run asks. `NetworkPolicy::default()` keeps no cache and asks public hosts only.
#[derive(Debug, Clone)]
pub struct NetworkPolicy {
    /// User agent to send instead of [`NetworkPolicy::USER_AGENT`].
    pub user_agent: Option<String>,
    /// Which addresses outside the public internet may be asked.
    pub local: LocalAddresses,
    /// Directory that keeps pages between runs; without one, nothing is kept.
    pub cache: Option<PathBuf>,
    /// Whether an old copy may be used when a host cannot answer. The run must then name
    /// the pages of `Fetcher::stale_pages` to its user.
    pub stale: bool,
    /// Whether the proxy is used that the system or its environment names.
    pub proxy: bool,
    /// What bounds each request.
    pub limits: Limits,
}

impl NetworkPolicy {
    /// Who asks, unless told otherwise.
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
            cache: None,
            stale: false,
            proxy: true,
            limits: Limits::default(),
        }
    }
}

/// What bounds each request.
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
    /// The longest pause that we choose ourselves.
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
    /// The number of requests to one host at once, unless told otherwise.
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
