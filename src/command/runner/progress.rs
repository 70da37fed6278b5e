//! How far one product is: which method runs, whether it may still be written, and how long
//! each method took.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::methods::Step;
use crate::report::{MethodRun, Phase};
use crate::sync::lock;

/// How far one product is, as the run and the product's own task see it.
#[derive(Debug, Clone, Default)]
pub(in crate::command) struct Progress(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    phase: Phase,
    /// Whether the time was up before it began to write.
    is_over: bool,
    started: Option<Instant>,
    runs: Vec<MethodRun>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            phase: Phase::Waiting,
            is_over: false,
            started: None,
            runs: Vec::new(),
        }
    }
}

impl Progress {
    /// All is collected: says whether it may be written. Asked once, before the first write.
    pub(in crate::command) fn begin_write(&self) -> bool {
        let state = &mut *lock(&self.0);
        if !state.is_over {
            state.phase = Phase::Writing;
        }
        !state.is_over
    }

    /// The methods that ran, in order.
    pub(in crate::command) fn runs(&self) -> Vec<MethodRun> {
        lock(&self.0).runs.clone()
    }

    /// The time is up: from now on nothing begins to write.
    pub(super) fn expire(&self) {
        lock(&self.0).is_over = true;
    }

    /// How far it came.
    pub(super) fn phase(&self) -> Phase {
        lock(&self.0).phase.clone()
    }
}

impl Progress {
    /// A method starts; `path` is that of the product file.
    pub(in crate::command) fn start(&self, path: &str, step: &Step) {
        let state = &mut *lock(&self.0);
        state.started = Some(Instant::now());
        if state.phase != Phase::Writing {
            state.phase = Phase::Collecting {
                method: step.method.to_string(),
                path: path.to_owned(),
                line: step.line,
            };
        }
    }

    /// It has ended.
    pub(in crate::command) fn end(&self, step: &Step, succeeded: bool) {
        let state = &mut *lock(&self.0);
        let started = state.started.take();
        state.runs.push(MethodRun {
            method: step.method.to_string(),
            duration: started.map_or(Duration::ZERO, |started| started.elapsed()),
            succeeded,
        });
    }
}
