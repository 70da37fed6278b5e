//! Kills a program together with the processes that it starts.

use tokio::process::Child;

/// A process that leads a group, and its children, which would outlive it if it alone were
/// killed. All are killed when this is dropped.
pub(super) struct ProcessGroup {
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
}

#[cfg(unix)]
impl ProcessGroup {
    pub(super) fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self {
            leader: id.and_then(rustix::process::Pid::from_raw),
        }
    }

    /// It ended by itself, and another process may soon have its ID.
    pub(super) fn ended(mut self) {
        self.leader = None;
    }
}

#[cfg(unix)]
impl Drop for ProcessGroup {
    fn drop(&mut self) {
        if let Some(leader) = self.leader {
            let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        }
    }
}

#[cfg(not(unix))]
impl ProcessGroup {
    pub(super) fn of(_: &Child) -> Self {
        Self {}
    }

    pub(super) fn ended(self) {}
}
