//! What a rule of the guard found, as values. A report words it.

use serde::Serialize;

use super::rule::Rule;
use crate::date::Date;
use crate::value::Value;

/// What a rule found, by the rule of its name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Cause {
    /// The sources as a whole.
    Source {
        listed: Listed,
    },
    Vanished {
        was_date: bool,
    },
    Undated {
        new: bool,
    },
    /// `is_today`: it is the day of the run.
    SameDay {
        cycles: usize,
        day: Date,
        is_today: bool,
    },
    /// `value` was planned, or read in the file after it was written; `again`: the source
    /// has it again, and no other value.
    Corrected {
        value: Option<Value>,
        was_written: bool,
        day: Date,
        again: bool,
    },
    Earlier {
        days: i64,
    },
    Later {
        days: i64,
    },
    Swing {
        until: Date,
    },
    Vaguer,
    Rewritten {
        days: usize,
    },
    OldRelease {
        years: i64,
    },
    Lts,
    Back,
    /// `most` is the largest step that the product ever made, 0 where none is known.
    Jump {
        step: u64,
        most: u64,
    },
    /// The texts before the first digit; `None` where the new version is a pre-release.
    Shape {
        starts: Option<[String; 2]>,
    },
    ToCome {
        day: Date,
    },
    OlderDay {
        days: i64,
    },
    MovedDay {
        days: i64,
    },
}

/// What the sources as a whole list now, and listed when they were last trusted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Listed {
    /// Nothing; before, so many releases and versions.
    Nothing {
        releases: usize,
        versions: usize,
    },
    FewerReleases {
        now: usize,
        before: usize,
    },
    FewerVersions {
        now: usize,
        before: usize,
    },
    /// Fewer releases state a field.
    FewerWithField {
        field: String,
        now: usize,
        before: usize,
    },
    /// A field is read from another column.
    OtherColumn {
        field: String,
        now: String,
        before: String,
    },
}

impl Cause {
    /// The rule that found it.
    pub fn rule(&self) -> Rule {
        match self {
            Self::Source { .. } => Rule::Source,
            Self::Vanished { .. } => Rule::Vanished,
            Self::Undated { .. } => Rule::Undated,
            Self::SameDay { .. } => Rule::SameDay,
            Self::Corrected { .. } => Rule::Corrected,
            Self::Earlier { .. } => Rule::Earlier,
            Self::Later { .. } => Rule::Later,
            Self::Swing { .. } => Rule::Swing,
            Self::Vaguer => Rule::Vaguer,
            Self::Rewritten { .. } => Rule::Rewritten,
            Self::OldRelease { .. } => Rule::OldRelease,
            Self::Lts => Rule::Lts,
            Self::Back => Rule::Back,
            Self::Jump { .. } => Rule::Jump,
            Self::Shape { .. } => Rule::Shape,
            Self::ToCome { .. } => Rule::ToCome,
            Self::OlderDay { .. } => Rule::OlderDay,
            Self::MovedDay { .. } => Rule::MovedDay,
        }
    }
}
