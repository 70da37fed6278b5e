//! Tells when the time of a run is up.
//!
//! The time is kept by a thread and not by the runtime, whose own clock stands still while
//! all its threads parse.

use std::time::Duration;

use tokio::sync::watch;

/// Tells when the time is up.
#[derive(Clone)]
pub(in crate::command) struct Deadline(Option<watch::Receiver<bool>>);

impl Deadline {
    /// A deadline after so long; none without a limit.
    pub(in crate::command) fn after(limit: Option<Duration>) -> Self {
        Self(limit.map(|limit| {
            let (expire, expired) = watch::channel(false);
            std::thread::spawn(move || {
                std::thread::sleep(limit);
                let _ = expire.send(true);
            });
            expired
        }))
    }

    /// Waits until the time is up.
    pub(super) async fn expired(&mut self) {
        let is_over = match &mut self.0 {
            Some(expired) => expired.wait_for(|over| *over).await.is_ok(),
            None => false,
        };
        // Without a limit it never is, nor if its thread could not tell.
        if !is_over {
            std::future::pending::<()>().await;
        }
    }

    #[cfg(test)]
    pub(super) fn by_hand() -> (watch::Sender<bool>, Self) {
        let (expire, expired) = watch::channel(false);
        (expire, Self(Some(expired)))
    }
}
