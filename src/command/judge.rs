//! Between merge and edit: what the guard says of a product, and what it remembers.

use std::collections::BTreeSet;

use anyhow::Context as _;

use super::settle::{Listed, Settling};
use crate::cli::{GuardMode, Merging};
use crate::plan::guard::{self, Accepted, Bench, Memory, Mode, Shape, Verdict};
use crate::plan::merge::Change;
use crate::product::Product;
use crate::release_data::ReleaseData;
use crate::report::Outcome;
use crate::text::Excerpt;

/// What a product is judged by: what earlier runs did to it, and what its sources list now.
#[derive(Default)]
pub(super) struct Recalled {
    memory: Memory,
    shape: Option<Shape>,
    /// Why it is not known what earlier runs did, where that can not be read.
    note: Option<String>,
}

impl Settling {
    /// Recalls what earlier runs did to a product. What can not be read is said, and done without.
    pub(super) fn recall(&self, product: &Product, listed: Listed<'_>) -> Recalled {
        if self.guard == Mode::Off {
            return Recalled::default();
        }
        let shape = |data| Shape::of(data, product);
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
            memory.shape = listed.before.map(shape);
        }
        Recalled {
            memory,
            shape: listed.data.map(shape),
            note,
        }
    }

    /// Keeps what this run did to a product, where that is more than what was known.
    pub(super) fn remember(
        &self,
        product: &Product,
        recalled: Recalled,
        verdict: &Verdict,
        outcome: &mut Outcome,
    ) {
        let Some(memories) = &self.memories else {
            return;
        };
        let mut memory = recalled.memory.clone();
        memory.after(recalled.shape, &outcome.changes, verdict, self.today);
        if memory != recalled.memory
            && let Err(error) = memories.write(&product.name, &memory)
        {
            let note = format!("the guard can not remember this run: {error}");
            outcome.notes.push(note);
        }
    }

    fn bench<'a>(&'a self, recalled: &'a Recalled) -> Bench<'a> {
        Bench {
            settings: &self.decisions.settings,
            memory: &recalled.memory,
            shape: recalled.shape.as_ref(),
            accepted: &self.accepted,
            today: self.today,
        }
    }

    /// What the guard says of changes; what it could not recall is noted.
    pub(super) fn judge(
        &self,
        product: &Product,
        changes: Vec<Change>,
        recalled: &Recalled,
        outcome: &mut Outcome,
    ) -> Verdict {
        outcome.notes.extend(recalled.note.clone());
        let bench = self.bench(recalled);
        match self.guard {
            Mode::Off => Verdict::unjudged(product, changes, bench),
            Mode::Warn => guard::judge(product, changes, bench).warned(),
            Mode::Hold => guard::judge(product, changes, bench),
        }
    }

    /// Whether what a product's sources list is not believed, so that it must not take the
    /// place of what is known.
    pub(super) fn doubts(&self, product: &Product, recalled: &Recalled) -> bool {
        self.guard == Mode::Hold && guard::doubted(product, self.bench(recalled))
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
    pub(super) fn unused_ids(&self, outcomes: &[Outcome]) -> Vec<String> {
        let used = outcomes.iter().flat_map(|outcome| &outcome.accepted);
        let used: BTreeSet<&str> = used.map(String::as_str).collect();
        self.accepted
            .ids()
            .filter(|id| !used.contains(id))
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
