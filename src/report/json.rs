//! The whole outcome of a run as one JSON document.
//!
//! ```json
//! {
//!   "schema_version": 1,
//!   "shelflife": "0.1.0",
//!   "today": "2026-11-23",
//!   "dry": true,
//!   "updated": 1, "unchanged": 0, "skipped": 0, "failed": 0, "timed_out": 0,
//!   "stale_pages": [{ "url": "https://…", "cause": "…" }],
//!   "notes": [{ "kind": "unused_id", "id": "…" }],
//!   "products": [
//!     {
//!       "product": "foo",
//!       "status": "updated",
//!       "changes": [
//!         {
//!           "cycle": "7", "field": "eol", "old": false, "new": "2027-01-31",
//!           "evidence": {
//!             "method": "release_table", "entry": 1,
//!             "page": { "url": "https://…", "fetched": "…", "sha256": "…" },
//!             "table": 2, "row": 3, "column": "End of support", "raw": "January 31, 2027",
//!             "regex": "…", "template": "…", "type": "date", "rule": "release_states"
//!           }
//!         }
//!       ],
//!       "notices": [{ "kind": "unmatched_release", "release": "8", "block": "  - releaseCycle: …" }],
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
//! `status` is `updated`, `unchanged`, `skipped` (with `reason`), `timed_out` (with `reason`)
//! or `failed` (with `error`, which has `error`, `causes`, `details` and `hint`). `old` is
//! absent where the field was; `planned` is the day on which an earlier run planned a change
//! that never reached the file. `evidence` is the whole way of the new value, as
//! [`crate::explain::whole`] writes it: `table`, `row` and `column` stand for a cell of a page,
//! `line` for a line of the product file, `stored` for a file of release data. `notices` are
//! news, the newest first; those that `--known` knows are a count. `rejected` is what would
//! make the file invalid; `held`, what a rule of the guard objects to, with what it found
//! beside the name of the `rule`, `reason` which words that, `since` where an earlier run held
//! it, and without `change` where it is about the sources as a whole;
//! `pinned`, what a person decided on. `differences` says what changed in its release data: a
//! field of a `release`, or the day of a `version`; without `field`, `old` or `new` is an
//! object of all fields of a release that is gone or new. `fetched` counts what came from
//! hosts and from the cache, and is absent where neither was asked.

use serde_json::{Map, Value as Json, json};

use super::cause::reason;
use super::failure::Failure;
use super::note::{Note, RunNote};
use super::outcome::{Ended, Outcome, Rejection, Report};
use crate::date::Date;
use crate::edit;
use crate::explain::whole;
use crate::plan::{Change, Notice, Objection, Pin, StaleSince};
use crate::release_data::difference::DataDifference;
use crate::text::escape_json;

/// The version of the document's keys: it grows when one is renamed or goes; new ones only come.
const SCHEMA_VERSION: u32 = 1;

/// The document, indented, with a line end.
pub fn document(report: &Report) -> String {
    let [updated, unchanged, skipped, failed, timed_out] = report.counts();
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
        "stale_pages": report.stale_copies.iter().map(|copy| json!({ "url": copy.url, "cause": copy.cause })).collect::<Vec<_>>(),
        "notes": report.notes.iter().map(RunNote::json).collect::<Vec<_>>(),
        "products": report.outcomes.iter().map(|outcome| product(outcome, report.today)).collect::<Vec<_>>(),
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
    let mut text = serde_json::to_string_pretty(&document).expect("a JSON value is JSON");
    text.push('\n');
    escape_json(&text).into_owned()
}

fn product(outcome: &Outcome, today: Date) -> Json {
    let mut product = Map::new();
    product.insert("product".into(), outcome.product.as_str().into());
    let updated = if outcome.is_changed() {
        "updated"
    } else {
        "unchanged"
    };
    let (status, more) = match &outcome.ended {
        Ended::Planned { .. } | Ended::Collected { .. } => (updated, None),
        Ended::Skipped(reason) => ("skipped", Some(("reason", reason.to_string().into()))),
        Ended::Failed { failure, .. } => ("failed", Some(("error", error(failure)))),
        Ended::TimedOut(phase) => ("timed_out", Some(("reason", phase.to_string().into()))),
    };
    product.insert("status".into(), status.into());
    product.extend(more.map(|(key, value)| (key.to_owned(), value)));
    let mut list = |key: &str, list: Vec<Json>| product.insert(key.into(), list.into());
    list("changes", outcome.writes().map(written).collect());
    list(
        "notices",
        outcome.news(today).into_iter().map(notice).collect(),
    );
    list(
        "rejected",
        outcome.rejections().iter().map(rejected).collect(),
    );
    list("held", outcome.objections().into_iter().map(held).collect());
    list("pinned", outcome.pinned().into_iter().map(pinned).collect());
    list(
        "pins_done",
        outcome.pins_done().iter().map(pin_done).collect(),
    );
    list(
        "differences",
        outcome.differences().iter().map(difference).collect(),
    );
    let skipped = outcome.skipped.iter();
    list(
        "skipped_on_pages",
        skipped.map(|skipped| json!(skipped)).collect(),
    );
    list("notes", outcome.notes.iter().map(Note::json).collect());
    product.insert("known_notices".into(), outcome.known_notices().into());
    product.insert(
        "diff".into(),
        String::from_utf8_lossy(outcome.diff()).into_owned().into(),
    );
    Json::Object(product)
}

fn held(objection: Objection<'_>) -> Json {
    let hold = objection.hold;
    let mut out = Map::new();
    out.insert("id".into(), hold.id.as_str().into());
    out.insert("group".into(), hold.group.as_str().into());
    if let Json::Object(cause) = json!(hold.cause) {
        out.extend(cause);
    }
    out.insert("reason".into(), reason(hold).into());
    out.insert("written".into(), objection.written.into());
    if let Some(since) = hold.since {
        out.insert("since".into(), since.to_string().into());
    }
    if let Some(held) = objection.change {
        out.insert("change".into(), change(held));
    }
    out.into()
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

fn error(failure: &Failure) -> Json {
    json!({ "error": failure.error, "causes": failure.causes, "details": failure.details, "hint": failure.hint })
}

fn change(change: &Change) -> Json {
    let mut entry = Map::new();
    entry.insert("cycle".into(), change.cycle.as_str().into());
    entry.insert("field".into(), change.field.as_str().into());
    if let Some(old) = &change.old {
        entry.insert("old".into(), json!(old));
    }
    entry.insert("new".into(), json!(change.new));
    entry.insert("evidence".into(), whole(&change.origin).into());
    Json::Object(entry)
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
        Notice::UnmatchedVersion {
            version,
            date,
            origin,
        } => {
            json!({ "kind": "unmatched_version", "version": version, "date": date.to_string(), "origin": origin })
        }
        Notice::UnmatchedRelease { name, release } => {
            json!({ "kind": "unmatched_release", "release": name, "block": edit::block(name, release) })
        }
        Notice::LatestUnknown { cycle, latest } => {
            json!({ "kind": "latest_unknown", "cycle": cycle, "latest": latest })
        }
        Notice::Stale { cycle, days, since } => {
            let since = match since {
                StaleSince::Latest => "latestReleaseDate",
                StaleSince::Release => "releaseDate",
            };
            json!({ "kind": "stale", "cycle": cycle, "days": days, "since": since })
        }
    }
}
