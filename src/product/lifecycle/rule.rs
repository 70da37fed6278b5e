//! What a lifecycle rule says: of which fields and cycles it is, and from which days a day follows.

use std::fmt;

use chrono::{Datelike as _, Days, Months};

use crate::date::Date;

/// The fields that a rule can be of.
pub const END_FIELDS: [&str; 4] = ["eoas", "eol", "eoes", "discontinued"];

/// The cycles that a rule is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    All,
    Lts,
    NonLts,
}

/// From which days a day follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Formula {
    /// What a field of a cycle holds.
    Field(&'static str, Of),
    Max(Box<[Self; 2]>),
    Min(Box<[Self; 2]>),
    /// A day so many months and days later.
    Later(Box<Self>, i32, i64),
    /// The last day of a month.
    MonthEnd(Box<Self>),
}

/// Of which cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// The one so many above it.
    Newer(usize),
    NextLts,
}

/// A rule that a file states for some fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LifecycleRule {
    pub fields: Vec<&'static str>,
    pub scope: Scope,
    pub formula: Formula,
}

impl Formula {
    /// The furthest cycle above that it needs; `None` where it needs the next LTS.
    pub fn newest(&self) -> Option<usize> {
        match self {
            Self::Field(_, Of::Newer(count)) => Some(*count),
            Self::Field(_, Of::NextLts) => None,
            Self::Max(both) | Self::Min(both) => Some(both[0].newest()?.max(both[1].newest()?)),
            Self::Later(of, ..) | Self::MonthEnd(of) => of.newest(),
        }
    }

    /// The day, where all fields that it needs hold one.
    pub fn day(&self, field: &impl Fn(&'static str, Of) -> Option<Date>) -> Option<Date> {
        match self {
            Self::Field(name, of) => field(name, *of),
            Self::Max(both) => Some(both[0].day(field)?.max(both[1].day(field)?)),
            Self::Min(both) => Some(both[0].day(field)?.min(both[1].day(field)?)),
            Self::Later(of, months, days) => later(of.day(field)?, *months, *days),
            Self::MonthEnd(of) => month_end(of.day(field)?),
        }
    }
}

fn later(day: Date, months: i32, days: i64) -> Option<Date> {
    let by = Months::new(months.unsigned_abs());
    let day = match months {
        0.. => day.checked_add_months(by),
        _ => day.checked_sub_months(by),
    }?;
    let by = Days::new(days.unsigned_abs());
    match days {
        0.. => day.checked_add_days(by),
        _ => day.checked_sub_days(by),
    }
}

fn month_end(day: Date) -> Option<Date> {
    let next = day.with_day(1)?.checked_add_months(Months::new(1))?;
    next.pred_opt()
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name, Of::Newer(0)) => write!(f, "{name}(x)"),
            Self::Field(name, Of::Newer(count)) => write!(f, "{name}(x+{count})"),
            Self::Field(name, Of::NextLts) => write!(f, "{name}(next LTS)"),
            Self::Max(both) => write!(f, "max({}, {})", both[0], both[1]),
            Self::Min(both) => write!(f, "min({}, {})", both[0], both[1]),
            Self::Later(of, months, days) => {
                of.fmt(f)?;
                let sign = |number: i64| if number < 0 { '-' } else { '+' };
                if *months != 0 {
                    write!(f, " {} {} months", sign((*months).into()), months.abs())?;
                }
                if *days != 0 {
                    write!(f, " {} {} days", sign(*days), days.abs())?;
                }
                Ok(())
            }
            Self::MonthEnd(of) => write!(f, "{of}, end of month"),
        }
    }
}

impl fmt::Display for LifecycleRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.scope {
            Scope::All => "",
            Scope::Lts => "LTS: ",
            Scope::NonLts => "non-LTS: ",
        })?;
        for field in &self.fields {
            write!(f, "{field}(x) = ")?;
        }
        self.formula.fmt(f)
    }
}
