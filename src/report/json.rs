//! The whole outcome of a run as one JSON document.
//!
//! ```json
//! {
//!   "schema_version": 1,
//!   "shelflife": "0.1.0",
//!   "today": "2026-11-23",
//!   "dry": true,
//!   "updated": 1, "unchanged": 0, "skipped": 0, "failed": 0, "timed_out": 0, "degraded": 0,
//!   "stale_pages": [{ "url": "https://…", "cause": "…" }],
//!   "notes": [{ "kind": "unused_id", "id": "…" }],
//!   "products": [
//!     {
//!       "product": "foo",
//!       "status": "updated",
//!       "degraded": false,
//!       "changes": [
//!         {
//!           "cycle": "7", "field": "eol", "old": false, "new": "2027-01-31", "basis": "source",
//!           "evidence": {
//!             "method": "release_table", "entry": 1,
//!             "page": { "url": "https://…", "fetched": "…", "sha256": "…" },
//!             "table": 2, "row": 3, "column": "End of support", "raw": "January 31, 2027",
//!             "regex": "…", "template": "…", "type": "date", "rule": "release_states"
//!           }
//!         }
//!       ],
//!       "added": [{ "cycle": "8", "before": 0 }],
//!       "notices": [{ "kind": "unmatched_release", "release": "8", "block": "  - releaseCycle: …", "missing": ["releaseDate"] }],
//!       "rejected": [{ "rule": "date-order", "field": "eol", "value": "…", "against": "eoes", "message": "…", "change": { "cycle": "6", … } }],
//!       "held": [{ "id": "0a1b2c3d4e", "group": "5f…", "rule": "undated", "new": false, "reason": "…", "written": false, "change": { "cycle": "6", … } }],
//!       "pinned": [{ "until": "2027-01-31", "why": "…", "line": 7, "change": { "cycle": "5", … } }],
//!       "pins_done": [{ "cycle": "5", "field": "eol", "line": 7 }],
//!       "differences": [],
//!       "skipped_on_pages": [{ "method": "…", "table": 1, "row": 2, "raw": "…", "reason": "…", "why": { "kind": "not_read", … } }],
//!       "notes": [{ "kind": "retired_key", "line": 12, "key": "…" }],
//!       "known_notices": 0,
//!       "diff": "--- a/products/foo.md\n…"
//!     }
//!   ],
//!   "fetched": { "pages": 12, "not_modified": 3, "cached": 0, "failed": 0, "requests": 14, "retries": 1, "bytes": 1200000, "hosts": { "foo.test": 14 } }
//! }
//! ```
//!
//! A product of which there is nothing to tell is counted and left out, unless `-v` is given;
//! so is a notice of a version that belongs to no cycle, unless it is young, or the file has no
//! cycle as new.
//!
//! `status` is `updated`, `unchanged`, `skipped` (with `reason`), `timed_out` (with `reason`)
//! or `failed` (with `error`, which has `error`, `causes`, `details`, `hint` and the `line` of the
//! product file, where it is known). It is `degraded` where something was rejected, or where cells
//! can no longer be read. `old` is absent where the field was; `planned` is the day on which an
//! earlier run planned a change that never reached the file. `added` are the release cycles that
//! the file lacked, each before the place, from 0, that it had; their fields are among the
//! `changes`. `basis` is what a value rests on: `source`, `policy` (a lifecycle rule of the file),
//! `neighbour` (what all recent cycles hold) or `assumed`. `evidence` is the whole way of the new
//! value: `table`, `row` and `column` are a cell of a page, `line` for a line of the product file,
//! `stored` for a file of release data. `notices` are news, the newest first; those that `--known`
//! knows are a count. `rejected` is what would make the file invalid or has no place in it; `held`,
//! what a rule of the guard objects to, with what it found beside the name of the `rule`, `reason`
//! which words that, `since` where an earlier run held it, and without `change` where it is about
//! the sources as a whole; `pinned`, what a person decided on. `differences` says what changed in
//! its release data: a field of a `release`, or the day of a `version`; without `field`, `old` or
//! `new` is an object of all fields of a release that is gone or new. `fetched` counts what came
//! from hosts and from the cache, and is absent where neither was asked.

use serde_json::{Value as Json, json};

use super::cause::reason;
use super::note::Note;
use super::outcome::{Ended, Outcome, Rejection, Report};
use super::render::{SCHEMA_VERSION, pretty};
use super::terminal::Verbosity;
use crate::date::Date;
use crate::edit;
use crate::explain::whole;
use crate::plan::{Addition, Change, NotAdded, Notice, Objection, Pin, StaleSince};
use crate::release_data::difference::DataDifference;
use crate::release_data::{Rule, Superseded};

pub fn document(report: &Report, verbosity: Verbosity) -> String {
    let everything = verbosity == Verbosity::Verbose;
    let [updated, unchanged, skipped, failed, timed_out] = report.counts();
    let products = report.outcomes.iter();
    let products = products.filter(|outcome| everything || !outcome.is_quiet(report.today));
    let products = products.map(|outcome| product(outcome, report.today, everything));
    let mut document = json!({
        "schema_version": SCHEMA_VERSION,
        "shelflife": env!("CARGO_PKG_VERSION"),
        "today": report.today.to_string(),
        "dry": report.dry,
        "updated": updated,
        "unchanged": unchanged,
        "skipped": skipped,
        "failed": failed,
        "timed_out": timed_out,
        "degraded": report.degraded_count(),
        "stale_pages": report.stale_copies,
        "notes": report.notes,
        "products": products.collect::<Vec<_>>(),
    });
    let fetched = &report.fetched;
    if fetched.requests + fetched.cached > 0 {
        document["fetched"] = json!({
            "pages": fetched.pages,
            "not_modified": fetched.not_modified,
            "cached": fetched.cached,
            "failed": fetched.failed,
            "requests": fetched.requests,
            "retries": fetched.retries,
            "bytes": fetched.bytes,
            "hosts": fetched.hosts,
        });
    }
    pretty(&document)
}

fn product(outcome: &Outcome, today: Date, everything: bool) -> Json {
    let updated = if outcome.is_changed() {
        "updated"
    } else {
        "unchanged"
    };
    let mut product = json!({
        "product": outcome.product,
        "status": updated,
        "degraded": outcome.is_degraded(),
    });
    match &outcome.ended {
        Ended::Planned { .. } | Ended::Collected { .. } => {}
        Ended::Skipped(reason) => {
            product["status"] = "skipped".into();
            product["reason"] = reason.to_string().into();
        }
        Ended::Failed { failure, .. } => {
            product["status"] = "failed".into();
            product["error"] = json!(failure);
        }
        Ended::TimedOut(phase) => {
            product["status"] = "timed_out".into();
            product["reason"] = phase.to_string().into();
        }
    }
    product["changes"] = outcome.writes().map(written).collect();
    product["added"] = outcome.added().map(added).collect();
    let news = outcome.news(today, everything).into_iter();
    product["notices"] = news.map(notice).collect();
    product["rejected"] = outcome.rejections().iter().map(rejected).collect();
    product["held"] = outcome.objections().into_iter().map(held).collect();
    product["pinned"] = outcome.pinned().into_iter().map(pinned).collect();
    product["pins_done"] = outcome.pins_done().iter().map(pin_done).collect();
    product["differences"] = outcome.differences().iter().map(difference).collect();
    product["skipped_on_pages"] = json!(outcome.skipped);
    product["notes"] = outcome.notes.iter().map(Note::json).collect();
    product["known_notices"] = outcome.known_notices(today).into();
    product["diff"] = String::from_utf8_lossy(outcome.diff()).into();
    product
}

fn added(addition: &Addition) -> Json {
    json!({ "cycle": addition.cycle, "before": addition.before })
}

fn held(objection: Objection<'_>) -> Json {
    let hold = objection.hold;
    let mut held = json!({ "id": hold.id, "group": hold.group });
    for (key, value) in json!(hold.cause).as_object().into_iter().flatten() {
        held[key] = value.clone();
    }
    held["reason"] = reason(hold).into();
    held["written"] = objection.written.into();
    if let Some(since) = hold.since {
        held["since"] = since.to_string().into();
    }
    if let Some(held_change) = objection.change {
        held["change"] = change(held_change);
    }
    held
}

fn rejected(rejection: &Rejection<'_>) -> Json {
    let violation = rejection.violation;
    json!({
        "rule": violation.rule,
        "field": violation.field,
        "value": violation.value,
        "against": violation.against,
        "message": violation.message,
        "change": change(rejection.change),
    })
}

fn pinned((pin, held): (&Pin, &Change)) -> Json {
    json!({ "until": pin.until.to_string(), "why": pin.why, "line": pin.line, "change": change(held) })
}

fn pin_done(pin: &Pin) -> Json {
    json!({ "cycle": pin.cycle, "field": pin.field, "line": pin.line })
}

/// A change that is written; where an earlier run planned it and it never reached the file,
/// with the day.
fn written((written, planned): (&Change, Option<Date>)) -> Json {
    let mut entry = change(written);
    if let Some(planned) = planned {
        entry["planned"] = planned.to_string().into();
    }
    entry
}

fn change(change: &Change) -> Json {
    let mut entry = json!({ "cycle": change.cycle, "field": change.field });
    if let Some(old) = &change.old {
        entry["old"] = json!(old);
    }
    entry["new"] = json!(change.new);
    entry["basis"] = change.origin.rule.map_or("source", Rule::basis).into();
    entry["evidence"] = whole(&change.origin).into();
    entry
}

fn difference(difference: &DataDifference) -> Json {
    let mut entry = json!(difference);
    if let Some(origin) = &difference.origin {
        entry["evidence"] = whole(origin).into();
    }
    entry
}

fn notice(notice: &Notice) -> Json {
    match notice {
        Notice::NotAdded { cycle, reason } => {
            let mut notice = json!({ "kind": "not_added", "cycle": cycle });
            match reason {
                NotAdded::Lacks(field) => notice["lacks"] = (*field).into(),
                NotAdded::NotTaken(since) => notice["offered"] = since.to_string().into(),
                NotAdded::NoPlace(reason) => notice["reason"] = (*reason).into(),
            }
            notice
        }
        Notice::RuleDiffers {
            cycle,
            field,
            stated,
            gives,
            origin,
        } => {
            json!({ "kind": "rule_differs", "cycle": cycle, "field": field, "stated": stated, "gives": gives.to_string(), "origin": origin })
        }
        Notice::UnmatchedVersion {
            version,
            cycle,
            date,
            origin,
            ..
        } => {
            json!({ "kind": "unmatched_version", "cycle": cycle, "version": version, "date": date.to_string(), "origin": origin })
        }
        Notice::UnmatchedRelease {
            name,
            release,
            missing,
        } => {
            json!({ "kind": "unmatched_release", "release": name, "block": edit::block(name, release), "missing": missing })
        }
        Notice::LatestUnknown {
            cycle,
            latest,
            newest,
        } => {
            json!({ "kind": "latest_unknown", "cycle": cycle, "latest": latest, "newest": newest })
        }
        Notice::OnlyPreReleases { cycle, version } => {
            json!({ "kind": "only_pre_releases", "cycle": cycle, "version": version })
        }
        Notice::NotAName { cell } => json!({ "kind": "not_a_name", "cell": cell }),
        Notice::Stale { cycle, days, since } => {
            let since = match since {
                StaleSince::Latest => "latestReleaseDate",
                StaleSince::Release => "releaseDate",
            };
            json!({ "kind": "stale", "cycle": cycle, "days": days, "since": since })
        }
        Notice::Unread { cycle, field, cell } => {
            json!({ "kind": "unread", "cycle": cycle, "field": field, "cell": cell })
        }
        Notice::Contradiction {
            cycle,
            field,
            taken,
            other,
        } => {
            let read = |one: &Superseded| json!({ "value": one.value, "origin": one.origin });
            json!({ "kind": "contradiction", "cycle": cycle, "field": field, "taken": read(taken), "other": read(other) })
        }
    }
}
