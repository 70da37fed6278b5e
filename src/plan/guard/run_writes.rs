//! One run's writes to one product, with what only shows when they are seen together.

use std::collections::HashMap;

use super::field_write::{FieldWrite, is_lifecycle};
use super::history::{HistoryIndex, PastWrite};
use crate::date::Date;

/// The writes of one run to one product.
#[derive(Debug)]
pub(super) struct RunWrites<'a> {
    pub(super) day: Date,
    pub(super) writes: &'a [FieldWrite],
    pub(super) history: &'a HistoryIndex<'a>,
    /// The fields that are written, by cycle.
    by_cycle: HashMap<&'a str, Vec<usize>>,
    /// How many cycles get this value in this lifecycle field.
    alike: HashMap<(&'a str, Date), usize>,
    /// How many cycles get another `releaseDate`.
    pub(super) released_anew: usize,
    /// How many days of releases and of unchanged versions move, when all of them move to
    /// an earlier day and they are of both kinds; else zero.
    pub(super) rewritten: usize,
}

impl<'a> RunWrites<'a> {
    pub(super) fn new(day: Date, writes: &'a [FieldWrite], history: &'a HistoryIndex<'a>) -> Self {
        let mut by_cycle: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut alike: HashMap<(&str, Date), usize> = HashMap::new();
        for (index, write) in writes.iter().enumerate() {
            by_cycle.entry(&write.cycle).or_default().push(index);
            if let Some(day) = write.new_day().filter(|_| is_lifecycle(&write.field)) {
                *alike.entry((&write.field, day)).or_default() += 1;
            }
        }
        let mut run = Self {
            day,
            writes,
            history,
            by_cycle,
            alike,
            released_anew: 0,
            rewritten: 0,
        };
        let moved: Vec<(&FieldWrite, i64)> = writes
            .iter()
            .filter(|write| write.field == "releaseDate" || run.is_day_alone(write))
            .filter_map(|write| write.days().map(|days| (write, days)))
            .collect();
        let releases = moved
            .iter()
            .filter(|(write, _)| write.field == "releaseDate")
            .count();
        run.released_anew = releases;
        let both_kinds = releases > 0 && releases < moved.len();
        if both_kinds && moved.iter().all(|(_, days)| *days < 0) {
            run.rewritten = moved.len();
        }
        run
    }

    pub(super) fn beside(&self, write: &FieldWrite, field: &str) -> Option<usize> {
        self.by_cycle
            .get(&*write.cycle)?
            .iter()
            .copied()
            .find(|index| self.writes[*index].field == field)
    }

    /// The day of the version that is written, or the version whose day it is.
    pub(super) fn other_half(&self, write: &FieldWrite) -> Option<usize> {
        match &*write.field {
            "latest" => self.beside(write, "latestReleaseDate"),
            "latestReleaseDate" => self.beside(write, "latest"),
            _ => None,
        }
    }

    /// Whether this is the day of a version that stays the same.
    pub(super) fn is_day_alone(&self, write: &FieldWrite) -> bool {
        write.field == "latestReleaseDate" && self.beside(write, "latest").is_none()
    }

    /// How many cycles get the same day in the same lifecycle field.
    pub(super) fn alike(&self, write: &FieldWrite) -> usize {
        let day = write.new_day();
        day.and_then(|day| self.alike.get(&(&*write.field, day)))
            .copied()
            .unwrap_or_default()
    }

    /// What was written into this field before, the newest first.
    pub(super) fn before(&self, write: &FieldWrite) -> impl Iterator<Item = &PastWrite> {
        self.history.written(write).iter().rev().copied()
    }
}
