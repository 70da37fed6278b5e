//! The rules of the guard: each knows one way in which sources went wrong before.
//!
//! A rule sees one write, the other writes of the run, and what earlier runs wrote; it
//! knows no product by name. The first rule that objects gives the reason. The figures in
//! a rule's comment are of the replay that the module `guard` speaks of: how many writes it
//! would hold, and how many of those people took back.

use chrono::Datelike as _;

use super::Write;
use super::run::Run;
use super::settings::Thresholds;
use crate::date::Date;
use crate::text::Excerpt;
use crate::value::Value;
use crate::version::{is_prerelease, order};

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// The name by which it is shown and turned off.
    pub name: &'static str,
    /// What it objects to, in one line.
    pub about: &'static str,
    /// What is odd about a write, if something is.
    pub(super) judge: fn(&Run<'_>, &Write, &Thresholds) -> Option<String>,
}

/// Every rule, in the order in which they are asked.
pub const RULES: [Rule; 17] = [
    // 156, 0: two runs that emptied a whole file.
    Rule {
        name: "vanished",
        about: "a date or a version disappears",
        judge: vanished,
    },
    // 34, 9: phones that a page no longer lists.
    Rule {
        name: "undated",
        about: "a date becomes yes or no",
        judge: undated,
    },
    // 14, 0: a page that lost its lists, and some that did not.
    Rule {
        name: "same_day",
        about: "many release cycles get the same day, which may be the day of the run",
        judge: same_day,
    },
    // 64, 6.
    Rule {
        name: "corrected",
        about: "a person changed what an earlier run wrote",
        judge: corrected,
    },
    // 53, 3.
    Rule {
        name: "earlier",
        about: "a lifecycle date moves far to an earlier day",
        judge: earlier,
    },
    // None: no vendor went as far, a misread year does.
    Rule {
        name: "later",
        about: "a lifecycle date moves very far to a later day",
        judge: later,
    },
    // 34, 2: a source that swung back and forth for weeks.
    Rule {
        name: "swing",
        about: "a date goes back to what it was not long ago",
        judge: swing,
    },
    // 62, 2.
    Rule {
        name: "vaguer",
        about: "a day becomes the last of its month: the source no longer says which day",
        judge: vaguer,
    },
    // 89, 6.
    Rule {
        name: "rewritten",
        about: "days of releases and of unchanged versions all move to earlier ones",
        judge: rewritten,
    },
    // 22, 1.
    Rule {
        name: "old_release",
        about: "the day of a release of long ago moves",
        judge: old_release,
    },
    // 2, 1.
    Rule {
        name: "lts",
        about: "a release cycle gets long-term support that it did not have",
        judge: lts,
    },
    // 16, 2, half of them the day beside the version.
    Rule {
        name: "back",
        about: "the latest version goes back",
        judge: back,
    },
    // 29, 3.
    Rule {
        name: "jump",
        about: "the latest version skips more numbers than it ever did",
        judge: jump,
    },
    // 2, 0.
    Rule {
        name: "shape",
        about: "the latest version is written in another way, or is a pre-release",
        judge: shape,
    },
    // 28, 2.
    Rule {
        name: "to_come",
        about: "the latest version is of a day to come",
        judge: to_come,
    },
    // 11, 2.
    Rule {
        name: "older_day",
        about: "a newer version is of an older day",
        judge: older_day,
    },
    // 4, 0.
    Rule {
        name: "moved_day",
        about: "the day of an unchanged version moves far",
        judge: moved_day,
    },
];

/// The rules that are no part of [`RULES`]: what is wrong with the sources as a whole, and
/// what has to wait.
const OTHERS: [&str; 2] = [super::shape::RULE, "soak"];

/// Whether there is a rule of a name.
pub fn is_rule(name: &str) -> bool {
    RULES.iter().any(|rule| rule.name == name) || OTHERS.contains(&name)
}

/// Whether a field says when support ends. `support` and `extendedSupport` are the names
/// that `eoas` and `eoes` had until 2024.
pub(super) fn is_lifecycle(field: &str) -> bool {
    matches!(
        field,
        "eol" | "eoas" | "eoes" | "discontinued" | "support" | "extendedSupport"
    )
}

fn is_date(field: &str) -> bool {
    is_lifecycle(field) || matches!(field, "releaseDate" | "latestReleaseDate" | "lts")
}

fn vanished(_: &Run<'_>, write: &Write, _: &Thresholds) -> Option<String> {
    let counts = is_date(&write.field) || write.field == "latest";
    (counts && write.old.is_some() && write.new.is_none()).then(|| {
        if write.old_day().is_some() {
            "a date disappears".to_owned()
        } else {
            "a value disappears".to_owned()
        }
    })
}

fn undated(_: &Run<'_>, write: &Write, _: &Thresholds) -> Option<String> {
    match write.new {
        Some(Value::Bool(new)) if is_date(&write.field) && write.old_day().is_some() => {
            Some(format!("a date becomes `{new}`"))
        }
        _ => None,
    }
}

/// A page that loses its lists ends the support of all it listed on the day of the run.
fn same_day(run: &Run<'_>, write: &Write, limits: &Thresholds) -> Option<String> {
    let day = write.new_day().filter(|_| is_lifecycle(&write.field))?;
    let cycles = run.alike(write);
    let now = (day - run.day).num_days().abs() <= 1;
    let most = if now {
        limits.same_day_now
    } else {
        limits.same_day
    };
    (cycles >= most as usize).then(|| {
        let which = if now { ", the day of the run" } else { "" };
        format!("{cycles} release cycles get {day}{which}")
    })
}

/// A person put something else where an earlier run wrote: for a lifecycle date whatever
/// comes next is for a person too; elsewhere only what was corrected comes again.
fn corrected(run: &Run<'_>, write: &Write, limits: &Thresholds) -> Option<String> {
    let last = run.before(write).next()?;
    let by_hand = !same(last.new.as_ref(), write.old.as_ref());
    let lately = (run.day - last.day).num_days() <= i64::from(limits.corrected_days);
    let again = same(last.new.as_ref(), write.new.as_ref());
    (by_hand && lately && (again || is_lifecycle(&write.field))).then(|| {
        let wrote = shown(last.new.as_ref());
        let what = if again {
            "and the source says it again"
        } else {
            "and the source says a third thing"
        };
        format!(
            "{wrote} was written on {}, a person changed it, {what}",
            last.day
        )
    })
}

fn earlier(_: &Run<'_>, write: &Write, limits: &Thresholds) -> Option<String> {
    let days = -write.days().filter(|_| is_lifecycle(&write.field))?;
    (days > i64::from(limits.earlier_days)).then(|| format!("moves {days} days earlier"))
}

fn later(_: &Run<'_>, write: &Write, limits: &Thresholds) -> Option<String> {
    let days = write.days().filter(|_| is_lifecycle(&write.field))?;
    (days > i64::from(limits.later_days)).then(|| format!("moves {days} days later"))
}

fn swing(run: &Run<'_>, write: &Write, limits: &Thresholds) -> Option<String> {
    let settled =
        is_lifecycle(&write.field) || write.field == "releaseDate" || run.is_day_alone(write);
    write.days().filter(|days| settled && *days < 0)?;
    let left = run.before(write).find(|before| {
        same(before.old.as_ref(), write.new.as_ref())
            && (run.day - before.day).num_days() <= i64::from(limits.swing_days)
    })?;
    Some(format!("goes back to what it was until {}", left.day))
}

/// Most ends of support are known by their month, so this is about releases alone.
fn vaguer(run: &Run<'_>, write: &Write, _: &Thresholds) -> Option<String> {
    let (old, new) = (write.old_day()?, write.new_day()?);
    let of_release = write.field == "releaseDate" || run.is_day_alone(write);
    let same_month = (old.year(), old.month()) == (new.year(), new.month());
    let vaguer = same_month && is_last_of_month(new) && (new - old).num_days() > 1;
    (of_release && vaguer).then(|| {
        "becomes the last day of its month: the source seems to know only the month".to_owned()
    })
}

/// Tags that are made again, or a source that counts from another day, move all days of the
/// past alike, those of releases and those of versions.
fn rewritten(run: &Run<'_>, write: &Write, limits: &Thresholds) -> Option<String> {
    let moves = write.field == "releaseDate" || run.is_day_alone(write);
    let days = run.rewritten;
    (moves && write.days().is_some() && days >= limits.rewritten_dates as usize)
        .then(|| format!("{days} days of the past all move to earlier ones"))
}

fn old_release(run: &Run<'_>, write: &Write, limits: &Thresholds) -> Option<String> {
    let old = write.old_day().filter(|_| write.field == "releaseDate")?;
    write.days()?;
    let age = (run.day - old).num_days();
    // A source that restates many days counts in another way, which is not this rule's matter.
    (run.released_anew < 3 && age > i64::from(limits.old_release_days))
        .then(|| format!("a release of {} years ago gets another day", age / 365))
}

fn lts(_: &Run<'_>, write: &Write, _: &Thresholds) -> Option<String> {
    (write.field == "lts" && write.old.is_none() && write.new_day().is_some())
        .then(|| "was no long-term support before".to_owned())
}

fn back(_: &Run<'_>, write: &Write, _: &Thresholds) -> Option<String> {
    let (old, new) = versions(write)?;
    let order = order(new, old).unwrap_or_else(|| numbers(new).cmp(&numbers(old)));
    order.is_lt().then(|| "goes back".to_owned())
}

/// Numbers of a thousand and more are builds and days, which have no gaps to speak of.
fn jump(run: &Run<'_>, write: &Write, limits: &Thresholds) -> Option<String> {
    let step = step(write)?;
    let most = u64::from(limits.jump).max(run.memory.pace);
    (step > most).then(|| match run.memory.pace {
        0 => format!("skips {step} numbers"),
        pace => format!("skips {step} numbers; the most it ever did is {pace}"),
    })
}

fn shape(_: &Run<'_>, write: &Write, _: &Thresholds) -> Option<String> {
    let (old, new) = versions(write)?;
    let start = |name: &str| name.find(|c: char| c.is_ascii_digit());
    if is_prerelease(new) && !is_prerelease(old) {
        return Some("is a pre-release".to_owned());
    }
    let (before, after) = (&old[..start(old)?], &new[..start(new).unwrap_or(new.len())]);
    (before != after).then(|| {
        format!(
            "began with `{}` and begins with `{}`",
            Excerpt(before),
            Excerpt(after)
        )
    })
}

/// The last day of a month may stand for a month that is not over.
fn to_come(run: &Run<'_>, write: &Write, _: &Thresholds) -> Option<String> {
    let day = write
        .new_day()
        .filter(|_| write.field == "latestReleaseDate")?;
    (day > run.day && !is_last_of_month(day))
        .then(|| format!("is of {day}, which is still to come"))
}

fn older_day(run: &Run<'_>, write: &Write, limits: &Thresholds) -> Option<String> {
    let days = -write
        .days()
        .filter(|_| write.field == "latestReleaseDate" && !run.is_day_alone(write))?;
    (days > i64::from(limits.older_day_days))
        .then(|| format!("a newer version is {days} days older"))
}

fn moved_day(run: &Run<'_>, write: &Write, limits: &Thresholds) -> Option<String> {
    let days = write.days().filter(|_| run.is_day_alone(write))?.abs();
    (days > i64::from(limits.moved_day_days))
        .then(|| format!("the day of an unchanged version moves by {days} days"))
}

/// By how much the first number of a version grows that is another, unless it counts builds or days.
pub(super) fn step(write: &Write) -> Option<u64> {
    let (old, new) = versions(write)?;
    let (old, new) = numbers(old)
        .into_iter()
        .zip(numbers(new))
        .find(|(old, new)| old != new)?;
    (old < 1000).then(|| new.checked_sub(old)).flatten()
}

fn versions(write: &Write) -> Option<(&str, &str)> {
    match (&write.old, &write.new) {
        (Some(Value::Text(old)), Some(Value::Text(new))) if write.field == "latest" => {
            Some((old, new))
        }
        _ => None,
    }
}

/// The numbers of a name, in order.
fn numbers(name: &str) -> Vec<u64> {
    name.split(|c: char| !c.is_ascii_digit())
        .filter(|digits| !digits.is_empty())
        .map(|digits| digits.parse().unwrap_or(u64::MAX))
        .collect()
}

fn is_last_of_month(day: Date) -> bool {
    day.succ_opt().is_none_or(|next| next.day() == 1)
}

fn same(a: Option<&Value>, b: Option<&Value>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.says_the_same(b),
        (a, b) => a.is_none() && b.is_none(),
    }
}

fn shown(value: Option<&Value>) -> String {
    value.map_or_else(
        || "nothing".to_owned(),
        |value| format!("`{}`", Excerpt(&value.to_string())),
    )
}
