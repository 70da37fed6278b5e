//! The whole outcome of a run as one JSON document.
//!
//! ```json
//! {
//!   "shelflife": "0.1.0",
//!   "today": "2026-11-23",
//!   "dry": true,
//!   "updated": 1, "unchanged": 0, "skipped": 0, "failed": 0, "left": 0,
//!   "stale_pages": [], "notes": [],
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
//!       "known_notices": 0,
//!       "withheld": [],
//!       "held": [{ "id": "0a1b2c3d4e", "group": "5f…", "rule": "undated", "reason": "…", "written": false, "change": { "cycle": "6", … } }],
//!       "differences": [{ "release": "8", "field": "eol", "old": false, "new": "2027-01-31", "evidence": { … } }],
//!       "skipped_on_pages": [{ "method": "…", "table": 1, "row": 2, "raw": "…", "reason": "…" }],
//!       "notes": [],
//!       "diff": "--- a/products/foo.md\n…"
//!     }
//!   ]
//! }
//! ```
//!
//! `status` is `updated`, `unchanged`, `skipped` (with `reason`), `left` as the time was up
//! (with `reason`) or `failed` (with `error`, which has `error`, `causes`, `details` and
//! `hint`). `old` is absent where the field was. `evidence` is the whole way of the new value,
//! as [`super::evidence`] writes it: `table`, `row` and `column` stand for a cell of a page,
//! `line` for a line of the product file, `stored` for a file of release data. `notices` are news, the newest
//! first; those that `--known` knows are a count. `withheld` says what was not written
//! because it would make the file invalid; `held`, what a rule of the guard objects to, with
//! `since` where an earlier run held it, and without `change` where the sources as a whole
//! are not believed. `differences` says what changed in its release data: a field of a
//! `release`, or the day of a `version`; without `field`, `old` or `new` is an object of all
//! fields of a release that is gone or new.

use serde_json::{Map, Value as Json, json};

use super::evidence::whole;
use super::{Failure, Outcome, Report, Status};
use crate::date::Date;
use crate::edit;
use crate::plan::guard::Held;
use crate::plan::merge::{Change, Notice, StaleSince};
use crate::release_data::DataDifference;
use crate::text::escape_json;

/// The document, indented, with a line end.
pub fn document(report: &Report) -> String {
    let [updated, unchanged, skipped, failed, left] = report.counts();
    let document = json!({
        "shelflife": env!("CARGO_PKG_VERSION"),
        "today": report.today.to_string(),
        "dry": report.dry,
        "updated": updated,
        "unchanged": unchanged,
        "skipped": skipped,
        "failed": failed,
        "left": left,
        "stale_pages": report.stale_pages,
        "notes": report.notes,
        "products": report.outcomes.iter().map(|outcome| product(outcome, report.today)).collect::<Vec<_>>(),
    });
    let mut text = serde_json::to_string_pretty(&document).expect("a JSON value is JSON");
    text.push('\n');
    escape_json(&text).into_owned()
}

fn product(outcome: &Outcome, today: Date) -> Json {
    let mut product = Map::new();
    product.insert("product".into(), outcome.product.as_str().into());
    let (status, more) = match &outcome.status {
        Status::Updated => ("updated", None),
        Status::Unchanged => ("unchanged", None),
        Status::Skipped(reason) => ("skipped", Some(("reason", reason.as_str().into()))),
        Status::Failed(failure) => ("failed", Some(("error", error(failure)))),
        Status::Left(reason) => ("left", Some(("reason", reason.as_str().into()))),
    };
    product.insert("status".into(), status.into());
    product.extend(more.map(|(key, value)| (key.to_owned(), value)));
    product.insert(
        "changes".into(),
        outcome.changes.iter().map(change).collect(),
    );
    product.insert(
        "notices".into(),
        outcome.news(today).into_iter().map(notice).collect(),
    );
    product.insert("known_notices".into(), outcome.known().into());
    product.insert("withheld".into(), json!(outcome.withheld));
    product.insert("held".into(), outcome.held.iter().map(held).collect());
    product.insert(
        "differences".into(),
        outcome.differences.iter().map(difference).collect(),
    );
    product.insert(
        "skipped_on_pages".into(),
        outcome
            .skipped
            .iter()
            .map(|skipped| json!(skipped))
            .collect(),
    );
    product.insert("notes".into(), json!(outcome.notes));
    product.insert(
        "diff".into(),
        String::from_utf8_lossy(&outcome.diff).into_owned().into(),
    );
    Json::Object(product)
}

fn held(held: &Held) -> Json {
    let mut out = Map::new();
    out.insert("id".into(), held.id.as_str().into());
    out.insert("group".into(), held.group.as_str().into());
    out.insert("rule".into(), held.reason.rule.into());
    out.insert("reason".into(), held.reason.sentence.as_str().into());
    out.insert("written".into(), held.written.into());
    if let Some(since) = held.since {
        out.insert("since".into(), since.to_string().into());
    }
    if let Some(held) = &held.change {
        out.insert("change".into(), change(held));
    }
    out.into()
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
