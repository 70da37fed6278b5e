//! One run's writes to one product, with what only shows when they are seen together.

use std::collections::HashMap;

use super::memory::{Memory, Written};
use super::rules::{RULES, is_lifecycle};
use super::settings::Settings;
use super::{Reason, Write};
use crate::date::Date;
use crate::value::Value;

/// The writes of one run to one product.
#[derive(Debug)]
pub struct Run<'a> {
    /// The day of the run.
    pub day: Date,
    /// The writes.
    pub writes: &'a [Write],
    /// What earlier runs wrote.
    pub memory: &'a Memory,
    /// The fields that are written, by cycle.
    by_cycle: HashMap<&'a str, Vec<usize>>,
    /// How many cycles get this value in this lifecycle field.
    alike: HashMap<(&'a str, Date), usize>,
    /// How many cycles get another `releaseDate`.
    pub(super) released_anew: usize,
    /// How many days of releases and of unchanged versions move, when all of them move to
    /// an earlier day and they are of both kinds; else nought.
    pub(super) rewritten: usize,
}

impl<'a> Run<'a> {
    /// The writes of a day.
    pub fn new(day: Date, writes: &'a [Write], memory: &'a Memory) -> Self {
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
            memory,
            by_cycle,
            alike,
            released_anew: 0,
            rewritten: 0,
        };
        let moved: Vec<(&Write, i64)> = writes
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

    /// Why each write is held, in their order. `soft` tells the kind of source that has to wait.
    pub fn reasons<'s>(
        &self,
        settings: &Settings,
        product: &str,
        soft: &dyn Fn(usize) -> Option<&'s str>,
    ) -> Vec<Option<Reason>> {
        let rules: Vec<_> = RULES
            .iter()
            .filter(|rule| !settings.is_off(rule.name, product, self.day))
            .collect();
        let mut reasons: Vec<Option<Reason>> = self
            .writes
            .iter()
            .enumerate()
            .map(|(index, write)| {
                rules
                    .iter()
                    .find_map(|rule| {
                        (rule.judge)(self, write, &settings.thresholds).map(|sentence| Reason {
                            rule: rule.name,
                            sentence,
                        })
                    })
                    .or_else(|| self.soak(write, soft(index)?, settings))
            })
            .collect();
        for (index, write) in self.writes.iter().enumerate() {
            let twin = self.twin(write).filter(|_| reasons[index].is_none());
            if let Some(reason) = twin.and_then(|twin| reasons[twin].clone()) {
                reasons[index] = Some(Reason {
                    rule: reason.rule,
                    sentence: format!("a version and its day stay together: {}", reason.sentence),
                });
            }
        }
        reasons
    }

    /// Why a version of a source of this kind has to wait.
    fn soak(&self, write: &Write, kind: &str, settings: &Settings) -> Option<Reason> {
        let hours = *settings.thresholds.soak.get(kind)?;
        if write.field != "latest" {
            return None;
        }
        let twin = &self.writes[self.twin(write)?];
        let since = (self.day - twin.new_day()?).num_days();
        (since * 24 < i64::from(hours)).then(|| Reason {
            rule: "soak",
            sentence: format!("a version known only from a tag waits for {hours} hours"),
        })
    }

    /// What else is written into a cycle.
    pub(super) fn beside(&self, write: &Write, field: &str) -> Option<usize> {
        self.by_cycle
            .get(&*write.cycle)?
            .iter()
            .copied()
            .find(|index| self.writes[*index].field == field)
    }

    /// The day of the version that is written, or the version whose day it is.
    fn twin(&self, write: &Write) -> Option<usize> {
        match &*write.field {
            "latest" => self.beside(write, "latestReleaseDate"),
            "latestReleaseDate" => self.beside(write, "latest"),
            _ => None,
        }
    }

    /// Whether this is the day of a version that stays the same.
    pub(super) fn is_day_alone(&self, write: &Write) -> bool {
        write.field == "latestReleaseDate" && self.beside(write, "latest").is_none()
    }

    /// How many cycles get the same day in the same lifecycle field.
    pub(super) fn alike(&self, write: &Write) -> usize {
        let day = write.new_day();
        day.and_then(|day| self.alike.get(&(&*write.field, day)))
            .copied()
            .unwrap_or_default()
    }

    /// What was written into this field before, the newest first.
    pub(super) fn before<'s>(&'s self, write: &'s Write) -> impl Iterator<Item = &'s Written> {
        self.memory.of(&write.cycle, &write.field)
    }
}

impl Write {
    /// The day that stood there.
    pub(super) fn old_day(&self) -> Option<Date> {
        self.old.as_ref().and_then(Value::date_or_quoted)
    }

    /// The day that is to stand there.
    pub(super) fn new_day(&self) -> Option<Date> {
        self.new.as_ref().and_then(Value::date_or_quoted)
    }

    /// By how many days a day moves; later is more than nought.
    pub(super) fn days(&self) -> Option<i64> {
        Some((self.new_day()? - self.old_day()?).num_days())
    }
}
