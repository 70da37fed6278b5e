//! What watches over a product of a run while its methods collect.

use super::runner::Progress;
use super::worker::{Admitted, Workers};
use crate::collect::{Observer, Reading};
use crate::methods::Step;

/// Tells how far a product is, and has a worker read first.
pub(super) struct Observed<'a> {
    pub(super) progress: &'a Progress,
    pub(super) workers: &'a Workers,
}

impl Observer for Observed<'_> {
    type Admitted = Admitted;

    fn start(&self, path: &str, step: &Step) {
        self.progress.start(path, step);
    }

    fn end(&self, step: &Step, succeeded: bool) {
        self.progress.end(step, succeeded);
    }

    async fn admit(&self, reading: &Reading<'_>) -> Result<Admitted, String> {
        Observer::admit(self.workers, reading).await
    }
}
