//! A product file while release cycles are added to it.

use super::candidate::Candidate;
use super::place;
use crate::plan::addition::Addition;
use crate::plan::lifecycle::{FieldRule, Row, Rows, rules};
use crate::plan::merge::Merged;
use crate::plan::notice::{NotAdded, Notice};
use crate::plan::validate;
use crate::product::{Product, ReleaseCycle};
use crate::release_data::ReleaseData;

/// A file while cycles are added to it.
pub(super) struct File<'a> {
    pub(super) product: &'a Product,
    pub(super) data: &'a ReleaseData,
    pub(super) cycles: Vec<ReleaseCycle<'a>>,
    pub(super) rules: Vec<FieldRule>,
    /// The cycles of the file, as they will be, with those that are added.
    pub(super) rows: Rows,
    /// Of each row its place in the file, or its number among those that are added.
    pub(super) places: Vec<Place>,
    pub(super) added: Vec<Addition>,
    pub(super) notices: Vec<Notice>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    InFile(usize),
    Added(usize),
}

impl<'a> File<'a> {
    pub(super) fn new(product: &'a Product, data: &'a ReleaseData, merged: &Merged) -> Self {
        let mut rows = Rows::of(product);
        for change in &merged.changes {
            rows.0[change.index].set(&change.field, change.new.clone());
        }
        Self {
            product,
            data,
            cycles: product.cycles().collect(),
            rules: rules(product),
            places: (0..rows.0.len()).map(Place::InFile).collect(),
            rows,
            added: Vec::new(),
            notices: Vec::new(),
        }
    }

    /// Adds a cycle, and ends those that it ends.
    pub(super) fn add(&mut self, candidate: &Candidate) -> Result<(), NotAdded> {
        let at = place::of(&self.rows, &candidate.name, candidate.date);
        let in_file = |place: &Place| match place {
            Place::InFile(place) => Some(*place),
            Place::Added(_) => None,
        };
        let before = self.places[at..].iter().find_map(in_file);
        let before = before.unwrap_or(self.cycles.len());
        let like = before.min(self.cycles.len() - 1);
        if let Some(reason) = validate::no_place_for_cycle(self.product, before, like) {
            return Err(NotAdded::NoPlace(reason));
        }
        let earlier = self.rows.clone();
        let number = self.added.len();
        self.rows.0.insert(at, Row::new(&candidate.name, |_| None));
        self.places.insert(at, Place::Added(number));
        let index = self.cycles.len() + number;
        match self.fields(candidate, at, like, index) {
            Ok(fields) => {
                self.added.push(Addition {
                    cycle: candidate.name.clone(),
                    before,
                    like,
                    index,
                    fields,
                    ends: Vec::new(),
                });
                self.end_older(&earlier, at);
                Ok(())
            }
            Err(lacks) => {
                self.rows = earlier;
                self.places.remove(at);
                Err(NotAdded::Lacks(lacks))
            }
        }
    }

    /// The added cycles in the order of the file.
    pub(super) fn finish(self) -> Vec<Addition> {
        let Self { places, added, .. } = self;
        let numbers = places.into_iter().filter_map(|place| match place {
            Place::Added(number) => Some(number),
            Place::InFile(_) => None,
        });
        numbers.map(|number| added[number].clone()).collect()
    }
}
