//! The text of what a rule of the guard found.

use crate::plan::guard::{Cause, Hold, Listed};
use crate::text::Excerpt;
use crate::value::Value;

/// Why something is held, in a sentence about the change.
pub(super) fn reason(hold: &Hold) -> String {
    let cause = words(&hold.cause);
    if hold.of_other_half {
        return format!("a version and its date stay together: {cause}");
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
            let value = value.unwrap_or_else(|| "an empty value".into());
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
        Cause::Rewritten { days } => format!("{days} past dates all move earlier"),
        Cause::OldRelease { years } => {
            format!("a release of {years} years ago gets another date")
        }
        Cause::Lts => "was not an LTS release before".into(),
        Cause::Back => "is an older version".into(),
        Cause::Jump { step, most: 0 } => format!("skips {step} numbers"),
        Cause::Jump { step, most } => {
            format!("skips {step} numbers; the largest step so far is {most}")
        }
        Cause::Shape { starts: None } => "is a pre-release".into(),
        Cause::Shape {
            starts: Some([before, after]),
        } => {
            let (before, after) = (Excerpt(before), Excerpt(after));
            format!("begins with `{after}`; until now it began with `{before}`")
        }
        Cause::ToCome { day } => format!("is dated {day}, in the future"),
        Cause::OlderDay { days } => format!("the newer version is dated {days} days earlier"),
        Cause::MovedDay { days } => {
            format!("the date of an unchanged version moves by {days} days")
        }
    }
}

fn of_sources(listed: &Listed) -> String {
    match listed {
        Listed::Nothing { releases, versions } => {
            let before = match (releases, versions) {
                (0, 0) => return "the sources list nothing".into(),
                (releases, 0) => format!("{releases} releases"),
                (0, versions) => format!("{versions} versions"),
                (releases, versions) => format!("{releases} releases and {versions} versions"),
            };
            format!("the sources list nothing; before, they listed {before}")
        }
        Listed::FewerReleases { now, before } => {
            format!("the sources list {now} releases; before, they listed {before}")
        }
        Listed::FewerVersions { now, before } => {
            format!("the sources list {now} versions; before, they listed {before}")
        }
        Listed::FewerWithField { field, now, before } => {
            let field = Excerpt(field);
            format!(
                "the sources state {field} for {now} releases; before, they stated it for {before}"
            )
        }
        Listed::OtherColumn { field, now, before } => {
            let (field, now, before) = (Excerpt(field), Excerpt(now), Excerpt(before));
            format!("{field} is read from the column `{now}`; before, it was read from `{before}`")
        }
    }
}

fn quoted(value: &Value) -> String {
    format!("`{}`", Excerpt(&value.to_string()))
}
