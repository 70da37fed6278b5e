//! The browser as a process: found, started with a profile of its own, and ended.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chromiumoxide::browser::{Browser, BrowserConfig, BrowserConfigBuilder};
use chromiumoxide::cdp::browser_protocol::browser::{
    SetDownloadBehaviorBehavior, SetDownloadBehaviorParams,
};
use chromiumoxide::handler::viewport::Viewport;
use futures::StreamExt as _;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::job::Trouble;
use super::leash::Leash;
use crate::fetch::policy::{Limits, NetworkPolicy};

/// How long the browser may take to end when it is asked to, before it is killed.
const FAREWELL: Duration = Duration::from_secs(3);

/// What a Chromium may be called in `PATH`.
const NAMES: [&str; 6] = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
    "chrome.exe",
];

/// A running browser.
pub(super) struct Program {
    browser: tokio::sync::Mutex<Browser>,
    user_agent: String,
    alive: Arc<AtomicBool>,
    handler: JoinHandle<()>,
    leash: tokio::sync::Mutex<Option<Leash>>,
    /// Removed when the browser has ended.
    _profile: tempfile::TempDir,
}

impl Program {
    /// Starts a browser that talks to nothing but the gate.
    pub(super) async fn start(gate: SocketAddr, settings: &NetworkPolicy) -> Result<Self, Trouble> {
        let executable = find().ok_or(Trouble::NoBrowser)?;
        let profile = tempfile::Builder::new()
            .prefix("shelflife-browser-")
            .tempdir()
            .map_err(|error| {
                Trouble::Failed(format!("no folder for the browser's profile: {error}"))
            })?;
        let limits = &settings.limits;
        let config = config(gate, profile.path(), limits).chrome_executable(executable);
        let config = config.build().map_err(Trouble::Failed)?;
        let started = timeout(limits.browser_start, Browser::launch(config)).await;
        let (mut browser, mut handler) = match started {
            Ok(Ok(started)) => started,
            Ok(Err(error)) => {
                return Err(Trouble::Failed(format!(
                    "the browser does not start: {}",
                    words(&error)
                )));
            }
            Err(_) => return Err(Trouble::Failed("the browser does not start in time".into())),
        };
        let process = browser.get_mut_child().and_then(|child| child.inner.id());
        let leash = process.and_then(Leash::on);
        let alive = Arc::new(AtomicBool::new(true));
        let ended = Arc::clone(&alive);
        let handler = tokio::spawn(async move {
            while let Some(event) = handler.next().await {
                // Messages that a newer browser says otherwise are no reason to end.
                if matches!(event, Err(chromiumoxide::error::CdpError::Ws(_))) {
                    break;
                }
            }
            ended.store(false, Ordering::Relaxed);
        });
        let deny = SetDownloadBehaviorParams::new(SetDownloadBehaviorBehavior::Deny);
        let named = timeout(limits.browser_start, async {
            browser.execute(deny).await?;
            browser.user_agent().await
        });
        let named = named.await;
        let mut program = Self {
            browser: browser.into(),
            user_agent: String::new(),
            alive,
            handler,
            leash: leash.into(),
            _profile: profile,
        };
        match named {
            Ok(Ok(own)) => {
                // The browser says what it is, and who sends it.
                let run = settings.user_agent.clone();
                program.user_agent =
                    run.unwrap_or_else(|| format!("{own} {}", NetworkPolicy::USER_AGENT));
                Ok(program)
            }
            failed => {
                program.end().await;
                Err(Trouble::Failed(match failed {
                    Ok(Err(error)) => format!("the browser does not answer: {}", words(&error)),
                    _ => "the browser does not answer in time".into(),
                }))
            }
        }
    }

    /// A new, empty page.
    pub(super) async fn page(&self) -> Result<chromiumoxide::Page, chromiumoxide::error::CdpError> {
        self.browser.lock().await.new_page("about:blank").await
    }

    /// How the browser names itself where a config names nobody.
    pub(super) fn user_agent(&self) -> &str {
        &self.user_agent
    }

    pub(super) fn is_alive(&self) -> bool {
        self.alive.load(Ordering::Relaxed)
    }

    /// Ends the browser: asks it, and if that takes too long, kills it.
    pub(super) async fn end(&self) {
        let mut browser = self.browser.lock().await;
        let asked = timeout(FAREWELL, async {
            if browser.close().await.is_ok() {
                let _ = browser.wait().await;
            }
        });
        let _ = asked.await;
        if !matches!(browser.try_wait(), Ok(Some(_))) {
            let _ = timeout(FAREWELL, browser.kill()).await;
        }
        if let Some(leash) = &mut *self.leash.lock().await {
            leash.release().await;
        }
        self.alive.store(false, Ordering::Relaxed);
        self.handler.abort();
    }
}

/// How the browser is started: with a profile of its own, and nowhere to go but the gate.
fn config(gate: SocketAddr, profile: &Path, limits: &Limits) -> BrowserConfigBuilder {
    let mut config = BrowserConfig::builder()
        .new_headless_mode()
        .user_data_dir(profile)
        .launch_timeout(limits.browser_start)
        // Every wait has a bound of its own; this one only must not come first.
        .request_timeout(limits.render_total * 2)
        .respect_https_errors()
        .disable_https_first()
        .viewport(None::<Viewport>)
        .window_size(1280, 1024)
        .arg(("proxy-server", format!("http://{gate}").as_str()))
        // Loopback goes through the gate too.
        .arg(("proxy-bypass-list", "<-loopback>"))
        .arg(("force-webrtc-ip-handling-policy", "disable_non_proxied_udp"))
        .arg("disable-quic")
        .arg("disable-gpu")
        .arg("no-first-run")
        .arg("no-default-browser-check")
        .arg("disable-background-networking")
        .arg("disable-component-update")
        .arg("disable-sync")
        .arg("disable-extensions")
        .arg("block-new-web-contents")
        .arg("dns-prefetch-disable");
    if is_root(profile) {
        // Chromium's sandbox refuses to start for root, as in many containers; anybody
        // else keeps it.
        config = config.no_sandbox();
    }
    config
}

/// The browser that `CHROME` names, else the first that `PATH` holds.
fn find() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("CHROME").filter(|named| !named.is_empty()) {
        let named = PathBuf::from(named);
        return if named.components().count() > 1 {
            Some(named).filter(|path| path.is_file())
        } else {
            in_path(&named)
        };
    }
    NAMES.iter().find_map(|name| in_path(Path::new(name)))
}

fn in_path(name: &Path) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

/// Whether root runs this, told by whose the folder is that was just made.
#[cfg(unix)]
fn is_root(own: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs_err::metadata(own).is_ok_and(|metadata| metadata.uid() == 0)
}

#[cfg(not(unix))]
fn is_root(_: &Path) -> bool {
    false
}

/// An error of the browser on one line, without the pages of its standard error.
pub(super) fn words(error: &chromiumoxide::error::CdpError) -> String {
    use chromiumoxide::error::CdpError;
    match error {
        CdpError::LaunchExit(status, _) => format!("it exited with {status}"),
        CdpError::LaunchTimeout(_) => "it says nothing in time".into(),
        CdpError::LaunchIo(error, _) => error.to_string(),
        error => crate::text::Excerpt(&error.to_string()).to_string(),
    }
}
