//! What ends the browser when this process is killed before it can.
//!
//! A process that is killed outright ends nothing that it started, and asking the system to
//! do it takes code that is not safe. So a shell waits beside the browser at the end of a
//! pipe that this process alone holds: when the pipe closes, whatever closed it, the browser
//! is killed. Its profile stays where temporary files are. Without a Unix shell there is no
//! leash.

use std::process::Stdio;

use tokio::process::{Child, Command};

/// Waits for the end of its input, then kills what it was told.
const WATCH: &str = "read -r _; kill -KILL \"$1\"";

/// Ends a process with this one.
pub(super) struct Leash(Child);

impl Leash {
    /// Holds a process.
    pub(super) fn on(process: u32) -> Option<Self> {
        let watch = Command::new("/bin/sh")
            .args(["-c", WATCH, "leash", &process.to_string()])
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        watch.ok().map(Self)
    }

    /// Lets go of a process that has ended: its number may soon be another's.
    pub(super) async fn release(&mut self) {
        let _ = self.0.kill().await;
    }
}
