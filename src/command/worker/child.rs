//! The worker's side: reads jobs and does them, within limits that the system keeps.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::io::{self, Read as _, Write as _};
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::bounds;
use crate::job::Frame;
use crate::presets::Registry;

/// The argument that makes a process of this program a worker.
pub(super) const ARGUMENT: &str = "__worker";

/// The memory of a worker, in bytes: with two of them, or the readers that follow them, a run stays
/// below 1 GB.
pub(super) const MEMORY: u64 = 400 << 20;

/// The time of a processor that a job may use; code that is not optimised needs more.
pub(super) const TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 40 } else { 3 });

/// The time of a processor after which a job is long.
const SHORT: Duration = Duration::from_millis(if cfg!(debug_assertions) { 500 } else { 50 });

/// How often it is looked at how much a job has used.
const LOOK: Duration = Duration::from_millis(20);

/// Answers that a job is done.
pub(super) const DONE: u8 = 1;

/// Answers that a job is done and that the worker ends.
const LAST: u8 = 2;

/// Answers that a job is long. Another answer follows.
pub(super) const LONG: u8 = 3;

/// The exit code of a panic, as Rust's own.
pub(super) const PANICKED: i32 = 101;

/// The stack of a worker, in bytes: less than that of any thread of the program.
const STACK: usize = 3 << 19;

/// How much memory a worker may keep between jobs, in bytes.
const KEPT: u64 = 64 << 20;

/// A worker, if the program was started as one: does jobs until there are no more. A test may
/// raise all bounds, by naming the seconds that a job may take.
pub fn worker() -> Option<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    let is_worker = arguments.next().as_deref() == Some(OsStr::new(ARGUMENT));
    if !is_worker {
        return None;
    }
    let seconds = arguments
        .next()
        .and_then(|seconds| seconds.to_str()?.parse().ok());
    let seconds = seconds.filter(|_| cfg!(debug_assertions));
    if seconds.is_some() {
        bounds::raise();
    }
    let time = seconds.map_or(TIME, Duration::from_secs);
    Some(serve(time).unwrap_or(ExitCode::FAILURE))
}

/// Has the jobs done on a thread whose stack is small, and answers.
fn serve(time: Duration) -> io::Result<ExitCode> {
    limits::memory(MEMORY)?;
    let (jobs, frames) = mpsc::channel::<Frame<'_>>();
    let (end, ended) = mpsc::channel();
    thread::Builder::new().stack_size(STACK).spawn(move || {
        let mut registry = Registry::default();
        for frame in frames {
            frame.run(&mut registry);
            if end.send(()).is_err() {
                break;
            }
        }
    })?;
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let mut answer = |answer| output.write_all(&[answer]).and_then(|()| output.flush());
    while let Some(frame) = read(&mut input)? {
        let limit = limits::time_used() + SHORT;
        limits::time(time)?;
        let _ = jobs.send(frame);
        let mut has_ended = within(&ended, limit);
        if has_ended == Err(RecvTimeoutError::Timeout) {
            answer(LONG)?;
            has_ended = ended.recv().map_err(RecvTimeoutError::from);
        }
        if has_ended.is_err() {
            return Ok(ExitCode::from(PANICKED.unsigned_abs().to_le_bytes()[0]));
        }
        if limits::memory_used() > KEPT {
            answer(LAST)?;
            break;
        }
        answer(DONE)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Waits until a job has ended, or the process has used so much time.
fn within(ended: &Receiver<()>, limit: Duration) -> Result<(), RecvTimeoutError> {
    loop {
        let has_ended = ended.recv_timeout(LOOK);
        if has_ended != Err(RecvTimeoutError::Timeout) || limits::time_used() > limit {
            return has_ended;
        }
    }
}

/// What comes first of a frame: how many parts it has, and the length of each.
pub(super) fn lengths(frame: &Frame<'_>) -> Vec<u8> {
    let parts = 1 + frame.bodies.len();
    let bodies = frame.bodies.iter().map(|body| body.len());
    let lengths = [parts, frame.head.len()].into_iter().chain(bodies);
    lengths
        .flat_map(|length| (length as u64).to_le_bytes())
        .collect()
}

/// The next frame; none where the program has no more.
fn read(input: &mut impl io::Read) -> io::Result<Option<Frame<'static>>> {
    let Ok(parts) = number(input) else {
        return Ok(None);
    };
    let lengths = (0..parts).map(|_| number(input));
    let lengths = lengths.collect::<io::Result<Vec<u64>>>()?;
    let mut parts = lengths.into_iter().map(|length| {
        let mut part = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
        input.by_ref().take(length).read_to_end(&mut part)?;
        Ok(part)
    });
    let head = parts.next().unwrap_or_else(|| Ok(Vec::new()))?;
    let bodies = parts.map(|part| part.map(Cow::Owned));
    let bodies = bodies.collect::<io::Result<_>>()?;
    Ok(Some(Frame { head, bodies }))
}

fn number(input: &mut impl io::Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    input.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

#[cfg(unix)]
mod limits {
    use std::io;
    use std::time::Duration;

    use rustix::process::{Resource, getrlimit, setrlimit};
    use rustix::time::{ClockId, clock_gettime};

    fn set(resource: Resource, most: u64) -> io::Result<()> {
        let mut limit = getrlimit(resource);
        limit.current = Some(limit.maximum.map_or(most, |maximum| most.min(maximum)));
        Ok(setrlimit(resource, limit)?)
    }

    /// Limits what the process may hold, and that it leaves no image of its memory behind.
    pub(super) fn memory(most: u64) -> io::Result<()> {
        set(Resource::Core, 0)?;
        // Elsewhere it does not count what an allocator asks the system for.
        if cfg!(target_os = "linux") {
            set(Resource::Data, most)?;
        }
        Ok(())
    }

    /// Limits the time of the next job. The system counts whole seconds of the whole process.
    pub(super) fn time(time: Duration) -> io::Result<()> {
        set(Resource::Cpu, time_used().as_secs() + 1 + time.as_secs())
    }

    /// The time of a processor that the process has used.
    pub(super) fn time_used() -> Duration {
        let used = clock_gettime(ClockId::ProcessCPUTime);
        used.try_into().unwrap_or_default()
    }

    /// The memory that the process holds, in bytes; 0 where the system does not tell.
    pub(super) fn memory_used() -> u64 {
        let about = fs_err::read_to_string("/proc/self/statm").unwrap_or_default();
        let pages = about.split(' ').nth(5).and_then(|pages| pages.parse().ok());
        let pages: u64 = pages.unwrap_or_default();
        pages * rustix::param::page_size() as u64
    }
}

#[cfg(not(unix))]
mod limits {
    use std::io;
    use std::sync::LazyLock;
    use std::time::{Duration, Instant};

    pub(super) fn memory(_: u64) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn time(_: Duration) -> io::Result<()> {
        Ok(())
    }

    /// The time since it was asked for first: no processor's is known.
    pub(super) fn time_used() -> Duration {
        static FIRST: LazyLock<Instant> = LazyLock::new(Instant::now);
        FIRST.elapsed()
    }

    pub(super) fn memory_used() -> u64 {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::parse_iso;
    use crate::job::{Job, Stored};

    #[test]
    fn a_frame_reads_as_it_was_written() {
        let job = Job::Product {
            name: "a",
            file: b"---\n---\n",
            stored: &Stored::default(),
            today: parse_iso("2026-11-29").unwrap(),
        };
        let frame = job.frame();
        let bytes = [&lengths(&frame)[..], &frame.head, &frame.bodies[0]].concat();
        let mut input = &*[&*bytes, &*bytes].concat();
        for _ in 0..2 {
            let again = read(&mut input).unwrap().unwrap();
            assert_eq!((&again.head, &again.bodies), (&frame.head, &frame.bodies));
        }
        assert!(read(&mut input).unwrap().is_none());
        assert!(read(&mut &bytes[..9]).is_err());
    }
}
