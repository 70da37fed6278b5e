//! The browser of a run, on a thread of its own: pages in, rendered pages out.
//!
//! # Why a thread of its own
//! A browser is a process to be ended and a profile to be removed, in this order, and the
//! runtime of a run that is stopped does neither. The thread does both before it ends, and
//! dropping [`Browser`] waits for it.

use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinSet;

use super::page;
use super::process::Process;
use super::rendered::{RenderError, Rendered, Visit};
use crate::fetch::cause::Cause;
use crate::fetch::policy::NetworkPolicy;
use crate::fetch::request_key::RequestKey;
use crate::sync::lock;

/// How many pages are rendered at once.
const PAGES: usize = 4;
/// How often a browser that ended by itself is started anew.
const STARTS: u32 = 3;

/// The browser of a run, started when the first page needs it.
pub(in crate::fetch) struct Browser {
    policy: Arc<NetworkPolicy>,
    thread: Mutex<Option<Thread>>,
}

struct Thread {
    visits: mpsc::UnboundedSender<Visit>,
    handle: JoinHandle<()>,
}

impl Browser {
    pub(in crate::fetch) fn new(policy: NetworkPolicy) -> Self {
        Self {
            policy: Arc::new(policy),
            thread: Mutex::default(),
        }
    }

    /// The page as a browser renders it.
    pub(in crate::fetch) async fn ask(&self, key: &RequestKey) -> Result<Rendered, RenderError> {
        let (answer, waiting) = oneshot::channel();
        let visit = Visit {
            url: key.url().clone(),
            user_agent: key.user_agent().cloned(),
            render: key.render().cloned().unwrap_or_default(),
            answer,
        };
        let ended = || RenderError::Browser("the browser has ended", None);
        self.visits()?.send(visit).map_err(|_| ended())?;
        waiting.await.map_err(|_| ended())?
    }

    fn visits(&self) -> Result<mpsc::UnboundedSender<Visit>, RenderError> {
        let mut thread = lock(&self.thread);
        if let Some(thread) = &*thread {
            return Ok(thread.visits.clone());
        }
        let failed = |error: std::io::Error| {
            RenderError::Browser("no thread for the browser", Some(Cause::new(error)))
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(failed)?;
        let (visits, waiting) = mpsc::unbounded_channel();
        let policy = Arc::clone(&self.policy);
        let handle = std::thread::Builder::new()
            .name("browser".into())
            .spawn(move || runtime.block_on(work(policy, waiting)))
            .map_err(failed)?;
        let started = thread.insert(Thread { visits, handle });
        Ok(started.visits.clone())
    }

    /// Ends the browser, if one runs, and waits for it.
    pub(in crate::fetch) fn end(&self) {
        let thread = lock(&self.thread).take();
        if let Some(Thread { visits, handle }) = thread {
            drop(visits);
            // The thread ends within bounds once no more visits can come.
            let _ = handle.join();
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.end();
    }
}

/// Renders pages until no more visits can come, and ends the browser.
async fn work(policy: Arc<NetworkPolicy>, mut visits: mpsc::UnboundedReceiver<Visit>) {
    let running = Arc::new(Running {
        process: tokio::sync::Mutex::default(),
        policy,
    });
    let places = Arc::new(Semaphore::new(PAGES));
    let mut pages = JoinSet::new();
    while let Some(visit) = visits.recv().await {
        let (running, places) = (Arc::clone(&running), Arc::clone(&places));
        pages.spawn(async move {
            let _place = places.acquire().await;
            // The caller may have given up while this waited.
            if visit.answer.is_closed() {
                return;
            }
            let rendered = running.render(&visit).await;
            let _ = visit.answer.send(rendered);
        });
        while pages.try_join_next().is_some() {}
    }
    pages.shutdown().await;
    running.end().await;
}

struct Running {
    policy: Arc<NetworkPolicy>,
    process: tokio::sync::Mutex<Started>,
}

#[derive(Default)]
struct Started {
    process: Option<Arc<Process>>,
    starts: u32,
}

impl Running {
    async fn render(&self, visit: &Visit) -> Result<Rendered, RenderError> {
        let process = self.process().await?;
        page::render(&process, &self.policy, visit).await
    }

    /// The running browser, started if there is none.
    async fn process(&self) -> Result<Arc<Process>, RenderError> {
        let started = &mut *self.process.lock().await;
        if let Some(process) = started
            .process
            .as_ref()
            .filter(|process| process.is_alive())
        {
            return Ok(Arc::clone(process));
        }
        if let Some(ended) = started.process.take() {
            ended.end().await;
        }
        if started.starts == STARTS {
            return Err(RenderError::Browser("the browser ended too often", None));
        }
        started.starts += 1;
        let process = Arc::new(Process::start(&self.policy).await?);
        started.process = Some(Arc::clone(&process));
        Ok(process)
    }

    async fn end(&self) {
        if let Some(process) = self.process.lock().await.process.take() {
            process.end().await;
        }
    }
}
