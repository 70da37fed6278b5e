//! Worker processes, which do what may be costly before the program does it itself.
//!
//! A product file, a preset or a page comes from strangers, and the bounds of the parsers end
//! only what somebody thought of. So each is first read by a process of the same program that has
//! little memory and little time, and that nobody misses: see [`crate::job`]. What ends it fails
//! one product; what it survives is then done here, where the result is.
//!
//! # Why the work is done twice
//! A thread cannot be stopped, and memory is that of a whole process. The result of reading is
//! a web of shared texts with the origin of each, and writing it out would be more code than
//! reading it again. `docs/explanation/performance.md` has what that costs.
//!
//! # What a worker may use
//! [`child::MEMORY`], [`child::TIME`] of a processor for each job, and a stack smaller than any
//! here. It is started with an empty environment, in a process group of its own. It ends when the
//! program does, and after a job that left it large. There are [`AT_ONCE`] of them, and as many readers
//! here: that bounds the memory of both. Memory is limited on Linux only; where no limit is
//! known at all, [`LONGEST`] ends it.
//!
//! # What waits for what
//! A worker says when a job turns out to be long. One such job is done at a time; another is
//! stopped, and begins again when that one has ended. So pages that take seconds hold up one
//! another, and hardly any other product.

mod child;
mod stored;

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

pub use child::worker;

use crate::bounds;
use crate::collect::{Observer, Reading};
use crate::date::Date;
use crate::job::{Job, Stored};
use crate::presets::{PresetFile, Registry};
use crate::product::{Product, ProductError};
use crate::store::{Products, StoreError, preset_files};
use crate::sync::lock;

/// How many work at once. Each may use [`child::MEMORY`], and so may the reader that follows it.
const AT_ONCE: usize = 2;

/// How long a job may take by the clock, where the machine is busy with other things or limits
/// nothing.
const LONGEST: Duration = Duration::from_mins(1);

/// Why a job was not done.
#[derive(Debug, thiserror::Error)]
pub(super) enum TooCostly {
    #[error(
        "takes more than {} s of processor time, the most that it may",
        child::TIME.as_secs()
    )]
    Time,
    #[error(
        "needs more than {} MiB of memory, the most that it may, or is nested too deeply",
        child::MEMORY >> 20
    )]
    Memory,
    /// It is to wait for other long jobs.
    #[error("takes long")]
    Long,
    #[error("could not be tried in a process of its own: {0}")]
    NotTried(#[from] io::Error),
}

/// The workers of a run. They are started when they are needed.
#[derive(Debug, Default)]
pub(super) struct Workers {
    /// One for each job.
    slots: Slots<AT_ONCE>,
    /// One for a job that takes long, beside that.
    long: Slots<1>,
    idle: Mutex<Vec<Worker>>,
    presets: Vec<PresetFile>,
    today: Date,
    /// Whether release cycles that a file lacks are added.
    add: bool,
}

#[derive(Debug)]
struct Slots<const MOST: usize>(Arc<Semaphore>);

impl<const MOST: usize> Default for Slots<MOST> {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MOST)))
    }
}

impl<const MOST: usize> Slots<MOST> {
    async fn next(&self) -> OwnedSemaphorePermit {
        let slot = Arc::clone(&self.0).acquire_owned().await;
        slot.expect("it is never closed")
    }

    fn free(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0).try_acquire_owned().ok()
    }
}

/// A job was done. To be held until it was done here too.
#[derive(Debug)]
pub(super) struct Admitted(
    #[expect(dead_code, reason = "it is held")] OwnedSemaphorePermit,
    #[expect(dead_code, reason = "it is held")] Option<OwnedSemaphorePermit>,
);

/// A process that waits for a job. Dropped, it is killed.
#[derive(Debug)]
struct Worker {
    child: Child,
    jobs: ChildStdin,
    answers: ChildStdout,
}

impl Workers {
    /// The workers of a folder of products, and the methods that its products may name.
    pub(super) async fn of(
        products_dir: &Path,
        today: Date,
        add: bool,
    ) -> Result<(Self, Registry), StoreError> {
        let mut files = preset_files(products_dir)?;
        // These know one file each, so they do nothing else.
        let trying = Self::default();
        for file in &mut files {
            if let Err(error) = trying.admit(Job::Presets(std::slice::from_ref(file))).await {
                file.text = Err(format!("reading it {error}"));
            }
        }
        let registry = Registry::new(files.clone());
        let presets = files;
        let workers = Self {
            presets,
            today,
            add,
            ..Self::default()
        };
        Ok((workers, registry))
    }

    /// Has a job done.
    pub(super) async fn admit(&self, job: Job<'_>) -> Result<Admitted, TooCostly> {
        let slot = self.slots.next().await;
        let mut long = None;
        let done = self.done(job, || {
            long = long.take().or_else(|| self.long.free());
            long.is_some()
        });
        match done.await {
            Err(TooCostly::Long) => drop(slot),
            done => return done.map(|()| Admitted(slot, long)),
        }
        let long = self.long.next().await;
        let slot = self.slots.next().await;
        self.done(job, || true).await?;
        Ok(Admitted(slot, Some(long)))
    }

    /// Has a job done by a worker that waits, or by a new one.
    async fn done(
        &self,
        job: Job<'_>,
        mut may_be_long: impl FnMut() -> bool + Send,
    ) -> Result<(), TooCostly> {
        let idle = lock(&self.idle).pop();
        let was_idle = idle.is_some();
        let worker = match idle {
            Some(worker) => worker,
            None => self.start().await?,
        };
        let worker = match worker.done(job, &mut may_be_long).await {
            // What it kept of other jobs counts, and anybody may have ended it.
            Err(TooCostly::Memory | TooCostly::NotTried(_)) if was_idle => {
                self.start().await?.done(job, may_be_long).await?
            }
            worker => worker?,
        };
        lock(&self.idle).extend(worker);
        Ok(())
    }

    /// Has a product file tried, with what is stored of it.
    pub(super) async fn admit_product(
        &self,
        name: &str,
        file: &[u8],
        stored: &Stored,
    ) -> Result<Admitted, TooCostly> {
        let today = self.today;
        self.admit(Job::Product {
            name,
            file,
            stored,
            today,
        })
        .await
    }

    /// Reads the product of a name from the bytes of its file. What is stored of it is tried too.
    pub(super) async fn read(
        &self,
        products: &Products,
        name: &str,
        file: Vec<u8>,
        stored: &Stored,
    ) -> Result<Product, ProductError> {
        match self.admit_product(name, &file, stored).await {
            Ok(_admitted) => products.product(name, file),
            Err(error) => Err(products.error(name, &format!("reading the file {error}"))),
        }
    }

    async fn start(&self) -> Result<Worker, TooCostly> {
        let worker = Worker::start()?;
        if self.presets.is_empty() {
            return Ok(worker);
        }
        let worker = worker.done(Job::Presets(&self.presets), || true).await?;
        worker.ok_or(TooCostly::Memory)
    }
}

/// Workers for commands that wait for nothing else.
#[derive(Debug)]
pub(super) struct Blocking {
    runtime: Runtime,
    workers: Workers,
}

impl Blocking {
    /// The workers of a folder of products, and the methods that its products may name.
    pub(super) fn of(products_dir: &Path, today: Date) -> anyhow::Result<(Self, Registry)> {
        let runtime = runtime()?;
        let (workers, registry) = runtime.block_on(Workers::of(products_dir, today, false))?;
        Ok((Self { runtime, workers }, registry))
    }

    /// Workers for products whose methods do not matter.
    pub(super) fn without_methods() -> anyhow::Result<Self> {
        let (runtime, workers) = (runtime()?, Workers::default());
        Ok(Self { runtime, workers })
    }

    /// Reads the product of a name.
    pub(super) fn read(&self, products: &Products, name: &str) -> Result<Product, ProductError> {
        let stored = Stored::default();
        let file = products.file(name)?;
        let read = self.workers.read(products, name, file, &stored);
        self.runtime.block_on(read)
    }
}

fn runtime() -> anyhow::Result<Runtime> {
    let mut runtime = Builder::new_multi_thread();
    let runtime = runtime.worker_threads(1).enable_all().build();
    runtime.context("cannot start the async runtime")
}

/// Admits what a worker could read.
impl Observer for Workers {
    type Admitted = Admitted;

    async fn admit(&self, reading: &Reading<'_>) -> Result<Admitted, String> {
        let admitted = Self::admit(self, Job::Read(reading)).await;
        admitted.map_err(|error| error.to_string())
    }
}

impl Worker {
    fn start() -> io::Result<Self> {
        // The program may be replaced while it runs; this names what runs.
        let program = if cfg!(target_os = "linux") {
            "/proc/self/exe".into()
        } else {
            std::env::current_exe()?
        };
        let mut command = Command::new(program);
        command
            .arg(child::ARGUMENT)
            .args(raised())
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn()?;
        let is_piped = "its pipes were asked for";
        let jobs = child.stdin.take().expect(is_piped);
        let answers = child.stdout.take().expect(is_piped);
        Ok(Self {
            child,
            jobs,
            answers,
        })
    }

    /// Has a job done, unless it is long and may not be. Returns the worker where it waits for
    /// the next one.
    async fn done(
        mut self,
        job: Job<'_>,
        may_be_long: impl FnMut() -> bool + Send,
    ) -> Result<Option<Self>, TooCostly> {
        let Ok(answer) = timeout(LONGEST, self.ask(job, may_be_long)).await else {
            return Err(TooCostly::Time);
        };
        match answer {
            Ok(child::DONE) => Ok(Some(self)),
            Ok(child::LONG) => Err(TooCostly::Long),
            // It is large, and what follows here is to have its memory.
            Ok(_) => {
                self.child.wait().await?;
                Ok(None)
            }
            Err(_) => ended(self.child.wait().await?).map(|()| None),
        }
    }

    /// Writes a job and reads how it ended, or that it is long and may not be; an error where the
    /// process ended.
    async fn ask(
        &mut self,
        job: Job<'_>,
        mut may_be_long: impl FnMut() -> bool + Send,
    ) -> io::Result<u8> {
        let frame = job.frame();
        self.jobs.write_all(&child::lengths(&frame)).await?;
        self.jobs.write_all(&frame.head).await?;
        for body in &frame.bodies {
            self.jobs.write_all(body).await?;
        }
        self.jobs.flush().await?;
        match self.answers.read_u8().await? {
            child::LONG if may_be_long() => self.answers.read_u8().await,
            answer => Ok(answer),
        }
    }
}

/// The variable with which a test raises all bounds, and says how many seconds a job may take.
const RAISE: &str = "SHELFLIFE_TEST_RAISE_BOUNDS";

/// What a test says, in a build for tests.
fn raised() -> Option<OsString> {
    cfg!(debug_assertions)
        .then(|| std::env::var_os(RAISE))
        .flatten()
}

/// Raises all bounds where a test says so.
pub(super) fn raise_bounds() {
    if raised().is_some() {
        bounds::raise();
    }
}

/// What it means that a worker ended in the middle of a job.
fn ended(status: ExitStatus) -> Result<(), TooCostly> {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt as _;
        let time = rustix::process::Signal::XCPU.as_raw();
        match status.signal() {
            Some(signal) if signal == time => return Err(TooCostly::Time),
            Some(_) => return Err(TooCostly::Memory),
            None => {}
        }
    }
    // A panic is one here too, and is told of as such.
    if status.code() == Some(child::PANICKED) {
        return Ok(());
    }
    let message = format!("it ended with {status}");
    Err(io::Error::other(message).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_ended_a_worker_is_told() {
        use std::os::unix::process::ExitStatusExt as _;
        let of_signal = |signal: rustix::process::Signal| {
            ended(ExitStatus::from_raw(signal.as_raw()))
                .err()
                .unwrap()
                .to_string()
        };
        let (time, memory) = (TooCostly::Time.to_string(), TooCostly::Memory.to_string());
        assert_eq!(of_signal(rustix::process::Signal::XCPU), time);
        assert_eq!(of_signal(rustix::process::Signal::ABORT), memory);
        assert_eq!(of_signal(rustix::process::Signal::KILL), memory);
        assert!(ended(ExitStatus::from_raw(child::PANICKED << 8)).is_ok());
        let other = ended(ExitStatus::from_raw(2 << 8))
            .err()
            .unwrap()
            .to_string();
        assert!(other.contains("it ended with exit status: 2"), "{other}");
    }
}
