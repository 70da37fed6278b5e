//! Between merge and edit: what the guard says of a product, and what it remembers.

use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Context as _;

use super::settle::{Recalled, Settling};
use crate::cli::{GuardMode, Merging};
use crate::guard::{self, Accepted, Bench, Memory, Mode, Shape, Verdict};
use crate::merge::Change;
use crate::product::Product;
use crate::release_data::ReleaseData;
use crate::report::Outcome;
use crate::text::Excerpt;

impl Settling {
    /// Keeps what this run did to a product, where that is more than what was known.
    pub(super) fn remember(
        &self,
        product: &Product,
        data: Option<&ReleaseData>,
        mut memory: Memory,
        verdict: &Verdict,
        outcome: &mut Outcome,
    ) {
        let Some(memories) = &self.memories else {
            return;
        };
        let known = memory.clone();
        memory.after(product, data, &outcome.changes, verdict, self.today);
        if memory != known
            && let Err(error) = memories.write(&product.name, &memory)
        {
            let note = format!("the guard can not remember this run: {error}");
            outcome.notes.push(note);
        }
    }

    /// What earlier runs did to a product. What can not be read is said, and done without.
    pub(super) fn memory(
        &self,
        product: &Product,
        before: Option<&ReleaseData>,
        outcome: &mut Outcome,
    ) -> Memory {
        let recalled = lock(&self.recalled).remove(&product.name);
        let (memory, note) = recalled.unwrap_or_else(|| self.recall(product, before));
        outcome.notes.extend(note);
        memory
    }

    /// Reads what earlier runs did to a product, or says why that can not be read.
    fn recall(&self, product: &Product, before: Option<&ReleaseData>) -> Recalled {
        let read = self
            .memories
            .as_ref()
            .map(|memories| memories.read(&product.name));
        let (mut memory, note) = match read.transpose() {
            Ok(memory) => (memory.unwrap_or_default(), None),
            Err(error) => {
                let note = format!("the guard judges without what earlier runs did: {error}");
                (Memory::default(), Some(note))
            }
        };
        if memory.shape.is_none() {
            memory.shape = before.map(|before| Shape::of(before, product));
        }
        (memory, note)
    }

    pub(super) fn bench<'a>(&'a self, memory: &'a Memory) -> Bench<'a> {
        Bench {
            settings: &self.decisions.settings,
            memory,
            accepted: &self.accepted,
            today: self.today,
        }
    }

    /// What the guard says of changes.
    pub(super) fn judge(
        &self,
        product: &Product,
        data: Option<&ReleaseData>,
        changes: Vec<Change>,
        memory: &Memory,
    ) -> Verdict {
        if self.guard == Mode::Off {
            return Verdict::unjudged(product, changes, self.bench(memory));
        }
        let verdict = guard::judge(product, data, changes, self.bench(memory));
        lock(&self.used).extend(verdict.accepted.iter().cloned());
        match self.guard {
            Mode::Warn => verdict.warned(),
            Mode::Hold | Mode::Off => verdict,
        }
    }

    /// Whether what a product's sources list is not believed, so that it must not take the
    /// place of what is known.
    pub(super) fn doubts(
        &self,
        product: &Product,
        data: &ReleaseData,
        before: Option<&ReleaseData>,
    ) -> bool {
        if self.guard != Mode::Hold {
            return false;
        }
        let recalled = self.recall(product, before);
        let is_doubted = guard::doubted(product, data, self.bench(&recalled.0));
        lock(&self.recalled).insert(product.name.clone(), recalled);
        is_doubted
    }

    /// What is to be said of the pins of a product.
    pub(super) fn said_of_pins(
        &self,
        product: &Product,
        data: &ReleaseData,
        verdict: &Verdict,
    ) -> Vec<String> {
        let pinned = verdict.pinned.iter().map(|(pin, change)| {
            format!(
                "{} {} is pinned until {} ({}); the source says {}",
                Excerpt(&pin.cycle),
                Excerpt(&pin.field),
                pin.until,
                Excerpt(&pin.why),
                Excerpt(&change.new.to_string())
            )
        });
        let settings = &self.decisions.settings;
        let done = guard::pins_done(product, data, verdict, settings, self.today).map(|pin| {
            format!(
                "the pin of {} {} is done, the source agrees: take it out of {}",
                Excerpt(&pin.cycle),
                Excerpt(&pin.field),
                guard::FILE
            )
        });
        pinned.chain(done).collect()
    }

    /// What is to be said of ids that accepted nothing.
    pub(super) fn unused_ids(&self) -> Vec<String> {
        let used = lock(&self.used);
        self.accepted
            .ids()
            .filter(|id| !used.contains(*id))
            .map(|id| {
                format!(
                    "the id {} accepts nothing that this run would hold",
                    Excerpt(id)
                )
            })
            .collect()
    }
}

impl Merging {
    pub(super) fn mode(&self) -> Mode {
        match self.guard {
            GuardMode::Hold => Mode::Hold,
            GuardMode::Warn => Mode::Warn,
            GuardMode::Off => Mode::Off,
        }
    }

    /// The ids that are named, and those of the file that is.
    pub(super) fn accepted(&self) -> anyhow::Result<Accepted> {
        let file = self.accept_file.as_ref().map(fs_err::read_to_string);
        let file = file.transpose().context("cannot read the accepted ids")?;
        // A file may say why, in lines of its own.
        let file = file
            .iter()
            .flat_map(|file| file.lines())
            .filter(|line| !line.starts_with('#'));
        let lists = self.accept.iter().map(String::as_str).chain(file);
        Ok(lists.flat_map(Accepted::read).collect())
    }
}

/// A lock on data that no panic leaves half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
