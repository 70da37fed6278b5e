//! What a rule of the guard found, in words.

use crate::plan::guard::{Cause, Hold, Listed};
use crate::text::Excerpt;
use crate::value::Value;

/// Why something is held, in a sentence about the change.
pub(super) fn reason(hold: &Hold) -> String {
    let cause = words(&hold.cause);
    if hold.of_other_half {
        return format!("a version and its day stay together: {cause}");
    }
    cause
}

/// The same of several changes.
pub(super) fn words(cause: &Cause) -> String {
    match cause {
        Cause::Source { listed } => of_sources(listed),
        Cause::Vanished { was_date: true } => "a date disappears".into(),
        Cause::Vanished { was_date: false } => "a value disappears".into(),
        Cause::Undated { new } => format!("a date becomes `{new}`"),
        Cause::SameDay {
            cycles,
            day,
            is_today,
        } => {
            let which = if *is_today {
                ", the day of the run"
            } else {
                ""
            };
            format!("{cycles} release cycles get {day}{which}")
        }
        Cause::Corrected {
            value,
            was_written,
            day,
            again,
        } => {
            let value = value.as_ref().map(quoted);
            let value = value.unwrap_or_else(|| "nothing".into());
            let what = if *was_written { "written" } else { "planned" };
            let source = if *again {
                "the source gives it again"
            } else {
                "the source now gives another value"
            };
            format!("the file does not hold {value}, which was {what} on {day}, and {source}")
        }
        Cause::Earlier { days } => format!("moves {days} days earlier"),
        Cause::Later { days } => format!("moves {days} days later"),
        Cause::Swing { until } => format!("goes back to what it was until {until}"),
        Cause::Vaguer => {
            "becomes the last day of its month: the source seems to know only the month".into()
        }
        Cause::Rewritten { days } => format!("{days} days of the past all move to earlier ones"),
        Cause::OldRelease { years } => {
            format!("a release of {years} years ago gets another day")
        }
        Cause::Lts => "was no long-term support before".into(),
        Cause::Back => "goes back".into(),
        Cause::Jump { step, most: 0 } => format!("skips {step} numbers"),
        Cause::Jump { step, most } => {
            format!("skips {step} numbers; the most it ever did is {most}")
        }
        Cause::Shape { starts: None } => "is a pre-release".into(),
        Cause::Shape {
            starts: Some([before, after]),
        } => {
            let (before, after) = (Excerpt(before), Excerpt(after));
            format!("began with `{before}` and begins with `{after}`")
        }
        Cause::ToCome { day } => format!("is of {day}, which is still to come"),
        Cause::OlderDay { days } => format!("a newer version is {days} days older"),
        Cause::MovedDay { days } => {
            format!("the day of an unchanged version moves by {days} days")
        }
    }
}

fn of_sources(listed: &Listed) -> String {
    match listed {
        Listed::Nothing { releases, versions } => {
            let before = match (releases, versions) {
                (0, 0) => return "its sources list nothing".into(),
                (releases, 0) => format!("{releases} releases"),
                (0, versions) => format!("{versions} versions"),
                (releases, versions) => format!("{releases} releases and {versions} versions"),
            };
            format!("its sources list nothing, and listed {before} before")
        }
        Listed::FewerReleases { now, before } => {
            format!("its sources list {now} releases, and listed {before} before")
        }
        Listed::FewerVersions { now, before } => {
            format!("its sources list {now} versions, and listed {before} before")
        }
        Listed::FewerWithField { field, now, before } => {
            let field = Excerpt(field);
            format!(
                "its sources state {field} for {now} releases, and stated it for {before} before"
            )
        }
        Listed::OtherColumn { field, now, before } => {
            let (field, now, before) = (Excerpt(field), Excerpt(now), Excerpt(before));
            format!("{field} is read from the column `{now}`, and was read from `{before}` before")
        }
    }
}

fn quoted(value: &Value) -> String {
    format!("`{}`", Excerpt(&value.to_string()))
}
