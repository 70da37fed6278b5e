//! The browser as a process: found, started with a profile of its own, and ended.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::devtools::{CommandError, Connection};
use super::rendered::RenderError;
use crate::fetch::cause::Cause;
use crate::fetch::policy::{Limits, NetworkPolicy};
use crate::fetch::process_group::ProcessGroup;

/// How long the browser may take to end when its pipe is closed, before it is killed.
const SHUTDOWN: Duration = Duration::from_secs(3);

/// The longest path of a profile that also holds the browser's temporary files, which then are
/// removed with it. One is a socket, whose path may have 103 bytes on some systems.
const LONGEST_PROFILE: usize = 56;

/// The names of Chromium in `PATH`.
const NAMES: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
];

/// Starts a program with the pipes of its input and output as descriptors 3 and 4, where a
/// browser reads commands and writes answers. Once it has ended, its profile is removed: it ends
/// when the pipe is closed, also where that is because this process was killed.
const WITH_PIPE: &str = r#"profile=$1
shift
exec 3<&0 4>&1 </dev/null >/dev/null
"$@" &
exec 3<&- 4>&-
wait $!
status=$?
# A process of the browser may still write.
rm -rf -- "$profile" || { sleep 1; rm -rf -- "$profile"; }
exit $status"#;

/// How the browser is started, beside its profile and its proxy.
const ARGUMENTS: [&str; 38] = [
    "--headless=new",
    "--remote-debugging-pipe",
    "--window-size=1280,1024",
    "--hide-scrollbars",
    "--mute-audio",
    "--lang=en_US",
    "--force-color-profile=srgb",
    "--enable-automation",
    // Loopback goes through a proxy too, and what needs no proxy is switched off.
    "--proxy-bypass-list=<-loopback>",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--dns-prefetch-disable",
    // http stays http, and no window has pages of the browser itself.
    "--disable-features=TranslateUI,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,\
     WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup",
    "--enable-features=NetworkService,NetworkServiceInProcess",
    "--enable-blink-features=IdleDetection",
    // It opens and fetches nothing by itself.
    "--block-new-web-contents",
    "--no-first-run",
    "--no-default-browser-check",
    "--metrics-recording-only",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-client-side-phishing-detection",
    "--disable-component-extensions-with-background-pages",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--password-store=basic",
    "--use-mock-keychain",
    // No page is slowed down because its window is hidden.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-hang-monitor",
    "--disable-ipc-flooding-protection",
    "--disable-popup-blocking",
    "--disable-prompt-on-repost",
    "--disable-dev-shm-usage",
    "--disable-gpu",
];

/// The variables of the run that the browser is given: where its programs, the user's certificates
/// and fonts are, and the language.
const VARIABLES: [&str; 13] = [
    "PATH",
    "HOME",
    "TMPDIR",
    "LANG",
    "XDG_RUNTIME_DIR",
    "XDG_CONFIG_HOME",
    "FONTCONFIG_FILE",
    "FONTCONFIG_PATH",
    "SYSTEMROOT",
    "LOCALAPPDATA",
    "USERPROFILE",
    "TEMP",
    "TMP",
];

/// A running browser.
pub(super) struct Process {
    connection: Connection,
    user_agent: String,
    /// `None` once it was ended.
    child: tokio::sync::Mutex<Option<(Child, ProcessGroup)>>,
    /// Removed when the browser has ended.
    _profile: tempfile::TempDir,
    /// The proxy of what is not a page, such as the browser's own requests: it never answers.
    _silent: TcpListener,
}

impl Process {
    /// Starts a browser that connects to nothing but for a page with a proxy of its own.
    pub(super) async fn start(policy: &NetworkPolicy) -> Result<Self, RenderError> {
        let executable = find().ok_or(RenderError::NoBrowser)?;
        let profile = tempfile::Builder::new()
            .prefix("shelflife-browser-")
            .tempdir()
            .map_err(|error| {
                RenderError::Browser("no folder for its profile", Some(Cause::new(error)))
            })?;
        let limits = &policy.limits;
        let failed = |cause| RenderError::Browser("the browser does not start", Some(cause));
        let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
        let silent = silent.map_err(|error| failed(Cause::new(error)))?;
        let mut child = command(&executable, &silent, profile.path())
            .and_then(|mut command| command.spawn())
            .map_err(|error| failed(Cause::new(error)))?;
        let group = ProcessGroup::of(&child);
        let (Some(to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(failed(Cause::new("it has no pipe")));
        };
        let mut process = Self {
            connection: Connection::new(to, from, longest_message(limits)),
            user_agent: String::new(),
            child: Some((child, group)).into(),
            _profile: profile,
            _silent: silent,
        };
        let version = process.connection.command("Browser.getVersion", json!({}));
        let cause = match timeout(limits.browser_start, version).await {
            Ok(Ok(version)) => {
                // The browser's own user agent, and ours.
                let own = version["userAgent"].as_str().unwrap_or_default();
                let run = policy.user_agent.clone();
                process.user_agent =
                    run.unwrap_or_else(|| format!("{own} {}", NetworkPolicy::USER_AGENT));
                return Ok(process);
            }
            Ok(Err(CommandError::Ended)) => {
                let ended = match process.child.get_mut() {
                    Some((child, _)) => timeout(SHUTDOWN, child.wait()).await.ok(),
                    None => None,
                };
                match ended {
                    Some(Ok(status)) => Cause::new(format!("it ended with {status}")),
                    Some(Err(error)) => Cause::new(error),
                    None => Cause::new("it closed its pipe"),
                }
            }
            Ok(Err(error)) => Cause::new(error),
            Err(_) => Cause::new("it does not answer in time"),
        };
        process.end().await;
        Err(failed(cause))
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The user agent where a config names none.
    pub(super) fn user_agent(&self) -> &str {
        &self.user_agent
    }

    pub(super) fn is_alive(&self) -> bool {
        self.connection.is_open()
    }

    /// Ends the browser: closes its pipe, and if that takes too long, kills it.
    pub(super) async fn end(&self) {
        self.connection.close();
        let Some((mut child, group)) = self.child.lock().await.take() else {
            return;
        };
        if timeout(SHUTDOWN, child.wait()).await.is_ok() {
            group.ended();
        } else {
            drop(group);
            let _ = timeout(SHUTDOWN, child.wait()).await;
        }
    }
}

/// The browser with a profile of its own, and with this as its proxy.
fn command(executable: &Path, proxy: &TcpListener, profile: &Path) -> std::io::Result<Command> {
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", WITH_PIPE, "sh"])
        .arg(profile)
        .arg(executable)
        .args(ARGUMENTS)
        .arg(format!("--proxy-server=http://{}", proxy.local_addr()?))
        .arg(format!("--user-data-dir={}", profile.display()));
    if is_root(profile) {
        // Chromium's sandbox refuses to start for root, as in many containers; anybody
        // else keeps it.
        command.args(["--no-sandbox", "--disable-setuid-sandbox"]);
    }
    // Tokens and passwords of the run are none of a page's business.
    command.env_clear();
    for name in VARIABLES {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    if profile.as_os_str().len() <= LONGEST_PROFILE {
        command.env("TMPDIR", profile);
    }
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    Ok(command)
}

/// The longest message of the browser: a whole document, each character as `\u1234`, and its
/// envelope.
fn longest_message(limits: &Limits) -> u64 {
    limits
        .decompressed
        .saturating_mul(6)
        .saturating_add(1 << 20)
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

/// Whether root runs this, by the owner of the folder that was just made.
#[cfg(unix)]
fn is_root(own: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs_err::metadata(own).is_ok_and(|metadata| metadata.uid() == 0)
}

#[cfg(not(unix))]
fn is_root(_: &Path) -> bool {
    false
}
