//! The rules of the guard: each knows one way in which sources went wrong before.
//!
//! A rule sees one write, the other writes of the run, and what earlier runs wrote; it
//! names no product. The first rule that objects gives the reason. The figures beside
//! a rule are of the backtest that the module `guard` speaks of: how many writes it would
//! hold, and how many of those people took back.

use chrono::Datelike as _;

use super::cause::Cause;
use super::field_write::{FieldWrite, is_lifecycle, numbers, same};
use super::rule::Rule;
use super::run_writes::RunWrites;
use super::thresholds::Thresholds;
use crate::date::Date;
use crate::value::Value;
use crate::version::{is_prerelease, order};

/// What a rule finds in a write, if it objects.
type Check = fn(&RunWrites<'_>, &FieldWrite, &Thresholds) -> Option<Cause>;

/// The rules that look at one write, in the order in which they are asked.
pub(super) const RULES: [(Rule, Check); 17] = [
    // 156, 0: two runs that emptied a whole file.
    (Rule::Vanished, vanished),
    // 34, 9: phones that a page no longer lists.
    (Rule::Undated, undated),
    // 14, 0: a page that lost its lists, and some that did not.
    (Rule::SameDay, same_day),
    // 64, 6.
    (Rule::Corrected, corrected),
    // 53, 3.
    (Rule::Earlier, earlier),
    // None: no vendor went as far, a misread year does.
    (Rule::Later, later),
    // 38, 2: a source that swung back and forth for weeks.
    (Rule::Swing, swing),
    // 62, 2.
    (Rule::Vaguer, vaguer),
    // 89, 6.
    (Rule::Rewritten, rewritten),
    // 22, 1.
    (Rule::OldRelease, old_release),
    // 2, 1.
    (Rule::Lts, lts),
    // 16, 2, half of them the day beside the version.
    (Rule::Back, back),
    // 29, 3.
    (Rule::Jump, jump),
    // 2, 0.
    (Rule::Shape, shape),
    // 28, 2.
    (Rule::ToCome, to_come),
    // 11, 2.
    (Rule::OlderDay, older_day),
    // 4, 0.
    (Rule::MovedDay, moved_day),
];

fn is_date(field: &str) -> bool {
    is_lifecycle(field) || matches!(field, "releaseDate" | "latestReleaseDate" | "lts")
}

fn vanished(_: &RunWrites<'_>, write: &FieldWrite, _: &Thresholds) -> Option<Cause> {
    let counts = is_date(&write.field) || write.field == "latest";
    (counts && write.old.is_some() && write.new.is_none()).then(|| Cause::Vanished {
        was_date: write.old_day().is_some(),
    })
}

fn undated(_: &RunWrites<'_>, write: &FieldWrite, _: &Thresholds) -> Option<Cause> {
    match write.new {
        Some(Value::Bool(new)) if is_date(&write.field) && write.old_day().is_some() => {
            Some(Cause::Undated { new })
        }
        _ => None,
    }
}

/// A page that loses its lists ends the support of all it listed on the day of the run.
fn same_day(run: &RunWrites<'_>, write: &FieldWrite, limits: &Thresholds) -> Option<Cause> {
    let day = write.new_day().filter(|_| is_lifecycle(&write.field))?;
    let cycles = run.alike(write);
    let now = (day - run.day).num_days().abs() <= 1;
    let most = if now {
        limits.same_day_now
    } else {
        limits.same_day
    };
    (cycles >= most as usize).then_some(Cause::SameDay {
        cycles,
        day,
        is_today: now,
    })
}

/// The file holds something else than an earlier run wrote: for a lifecycle date whatever
/// comes next is for a person to decide; elsewhere only the same value again. A write that
/// never reached the file and whose old value is still there was lost, and is no
/// correction.
fn corrected(run: &RunWrites<'_>, write: &FieldWrite, limits: &Thresholds) -> Option<Cause> {
    let pending = run.history.pending(write);
    let is_lost = pending
        .iter()
        .any(|lost| same(lost.past.write.old.as_ref(), write.old.as_ref()));
    let written = run.before(write).next();
    // What an earlier run wrote is no correction either.
    let is_ours = written.is_some_and(|last| same(last.write.new.as_ref(), write.old.as_ref()));
    let planned = pending.last().filter(|_| !is_lost && !is_ours);
    let (last, was_written) = match planned {
        Some(planned) => (&planned.past, false),
        None => (written?, true),
    };
    let value = last.write.new.as_ref();
    let differs = !same(value, write.old.as_ref());
    let lately = (run.day - last.day).num_days() <= i64::from(limits.corrected_days);
    let again = same(value, write.new.as_ref());
    (differs && lately && (again || is_lifecycle(&write.field))).then(|| Cause::Corrected {
        value: value.cloned(),
        was_written,
        day: last.day,
        again,
    })
}

fn earlier(_: &RunWrites<'_>, write: &FieldWrite, limits: &Thresholds) -> Option<Cause> {
    let days = -write.days().filter(|_| is_lifecycle(&write.field))?;
    (days > i64::from(limits.earlier_days)).then_some(Cause::Earlier { days })
}

fn later(_: &RunWrites<'_>, write: &FieldWrite, limits: &Thresholds) -> Option<Cause> {
    let days = write.days().filter(|_| is_lifecycle(&write.field))?;
    (days > i64::from(limits.later_days)).then_some(Cause::Later { days })
}

/// For how many days a cache may answer with an old copy of a page.
const COPY_DAYS: i64 = 14;

/// A source may go back to an earlier day for weeks; to a later one an old copy of its page does.
/// The days of versions that go back and forth are those of two sources, and not of a copy.
fn swing(run: &RunWrites<'_>, write: &FieldWrite, limits: &Thresholds) -> Option<Cause> {
    let settled =
        is_lifecycle(&write.field) || write.field == "releaseDate" || run.is_day_alone(write);
    let days = write.days().filter(|_| settled)?;
    let limit = i64::from(limits.swing_days);
    let limit = match days {
        ..0 => limit,
        _ if run.is_day_alone(write) => return None,
        _ => limit.min(COPY_DAYS),
    };
    let left = run.before(write).find(|before| {
        same(before.write.old.as_ref(), write.new.as_ref())
            && (run.day - before.day).num_days() <= limit
    })?;
    Some(Cause::Swing { until: left.day })
}

/// Most ends of support are known by their month, so this is about releases alone.
fn vaguer(run: &RunWrites<'_>, write: &FieldWrite, _: &Thresholds) -> Option<Cause> {
    let (old, new) = (write.old_day()?, write.new_day()?);
    let of_release = write.field == "releaseDate" || run.is_day_alone(write);
    let same_month = (old.year(), old.month()) == (new.year(), new.month());
    let vaguer = same_month && is_last_of_month(new) && (new - old).num_days() > 1;
    (of_release && vaguer).then_some(Cause::Vaguer)
}

/// Tags that are made again, or a source that counts from another day, move all days of the
/// past alike, those of releases and those of versions.
fn rewritten(run: &RunWrites<'_>, write: &FieldWrite, limits: &Thresholds) -> Option<Cause> {
    let moves = write.field == "releaseDate" || run.is_day_alone(write);
    let days = run.rewritten;
    (moves && write.days().is_some() && days >= limits.rewritten_dates as usize)
        .then_some(Cause::Rewritten { days })
}

fn old_release(run: &RunWrites<'_>, write: &FieldWrite, limits: &Thresholds) -> Option<Cause> {
    let old = write.old_day().filter(|_| write.field == "releaseDate")?;
    write.days()?;
    let age = (run.day - old).num_days();
    // A source that moves many days counts from another day: rule `rewritten` is for that.
    (run.released_anew < 3 && age > i64::from(limits.old_release_days))
        .then_some(Cause::OldRelease { years: age / 365 })
}

fn lts(_: &RunWrites<'_>, write: &FieldWrite, _: &Thresholds) -> Option<Cause> {
    (write.field == "lts" && write.old.is_none() && write.new_day().is_some()).then_some(Cause::Lts)
}

fn back(_: &RunWrites<'_>, write: &FieldWrite, _: &Thresholds) -> Option<Cause> {
    let (old, new) = write.versions()?;
    let order = order(new, old).unwrap_or_else(|| numbers(new).cmp(&numbers(old)));
    order.is_lt().then_some(Cause::Back)
}

/// Numbers of a thousand and more are builds and days, which have no gaps to speak of.
fn jump(run: &RunWrites<'_>, write: &FieldWrite, limits: &Thresholds) -> Option<Cause> {
    let step = write.step()?;
    let most = run.history.history.largest_step;
    (step > u64::from(limits.jump).max(most)).then_some(Cause::Jump { step, most })
}

fn shape(_: &RunWrites<'_>, write: &FieldWrite, _: &Thresholds) -> Option<Cause> {
    let (old, new) = write.versions()?;
    let start = |name: &str| name.find(|c: char| c.is_ascii_digit());
    if is_prerelease(new) && !is_prerelease(old) {
        return Some(Cause::Shape { starts: None });
    }
    let (before, after) = (&old[..start(old)?], &new[..start(new).unwrap_or(new.len())]);
    (before != after).then(|| Cause::Shape {
        starts: Some([before.to_owned(), after.to_owned()]),
    })
}

/// The last day of a month may stand for a month that is not over.
fn to_come(run: &RunWrites<'_>, write: &FieldWrite, _: &Thresholds) -> Option<Cause> {
    let day = write
        .new_day()
        .filter(|_| write.field == "latestReleaseDate")?;
    (day > run.day && !is_last_of_month(day)).then_some(Cause::ToCome { day })
}

fn older_day(run: &RunWrites<'_>, write: &FieldWrite, limits: &Thresholds) -> Option<Cause> {
    let days = -write
        .days()
        .filter(|_| write.field == "latestReleaseDate" && !run.is_day_alone(write))?;
    (days > i64::from(limits.older_day_days)).then_some(Cause::OlderDay { days })
}

fn moved_day(run: &RunWrites<'_>, write: &FieldWrite, limits: &Thresholds) -> Option<Cause> {
    let days = write.days().filter(|_| run.is_day_alone(write))?.abs();
    (days > i64::from(limits.moved_day_days)).then_some(Cause::MovedDay { days })
}

fn is_last_of_month(day: Date) -> bool {
    day.succ_opt().is_none_or(|next| next.day() == 1)
}
