//! Release cycles that had no new version for long.

use super::cycle::CycleMerge;
use crate::date::Date;
use crate::plan::notice::{Notice, StaleSince};
use crate::product::{Product, STALE_AFTER_DAYS};
use crate::value::Value;

/// A notice if a cycle is not at its end and had no new version for longer than its
/// threshold, or its product's.
pub(super) fn stale(product: &Product, cycle: &CycleMerge<'_>, today: Date) -> Option<Notice> {
    if matches!(cycle.value("eol"), Some(Value::Date(_) | Value::Bool(true))) {
        return None;
    }
    let days_of = |text: Option<&str>| text.and_then(|text| text.parse::<i64>().ok());
    let threshold = days_of(
        cycle
            .cycle
            .node()
            .find("staleReleaseThresholdDays")
            .and_then(|node| node.text()),
    )
    .or_else(|| days_of(product.text("staleReleaseThresholdDays")))
    .unwrap_or(STALE_AFTER_DAYS);
    let day = |field| cycle.value(field).and_then(|value| value.date_or_quoted());
    let (since, start) = day("latestReleaseDate")
        .map(|day| (StaleSince::Latest, day))
        .or_else(|| day("releaseDate").map(|day| (StaleSince::Release, day)))?;
    let days = (today - start).num_days();
    (days > threshold).then(|| Notice::Stale {
        cycle: cycle.cycle.name().to_owned(),
        days,
        since,
    })
}
