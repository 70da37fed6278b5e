//! Why a value stands in a file, or does not: for a program.
//!
//! ```json
//! {
//!   "schema_version": 1,
//!   "product": "foo", "path": "products/foo.md", "failed": false,
//!   "cycles": [
//!     {
//!       "cycle": "7", "line": 12,
//!       "fields": [
//!         {
//!           "field": "eol", "line": 14, "value": false, "fate": "stopped",
//!           "stop": { "kind": "held", "id": "…", "rule": "…", "reason": "…" },
//!           "sources": {
//!             "value": "2027-01-31", "evidence": { … }, "cycle": { … },
//!             "superseded": [{ "value": "2026-01-31", "evidence": { … } }]
//!           },
//!           "skipped_items": [{ "method": "…", "raw": "…", "reason": "…", "why": { "kind": "…", … } }]
//!         }
//!       ],
//!       "skipped_items": []
//!     }
//!   ]
//! }
//! ```
//!
//! `fate` is `same`, `due`, `stopped` (with `stop`), `no_place` or `silent`. What the file or
//! the sources do not say is absent. `stop` is of kind `rejected` (with `rule` and `reason`),
//! `held` (with `id`, too), `failed` (a method did) or `pinned` (with `until`, `reason` and `at`). `cycle` is how the cycle was recognised.

use serde_json::{Map, Value as Json, json};

use super::super::cause::reason;
use super::Why;
use crate::explain::{CycleTrace, Fate, FieldTrace, whole};
use crate::plan::Verdict;
use crate::text::escape_json;

/// The version of the document's keys: it grows when one is renamed or goes; new ones only come.
const SCHEMA_VERSION: u32 = 1;

/// The answer for a program, indented, with a line end.
pub fn document(why: &Why<'_>) -> String {
    let document = json!({
        "schema_version": SCHEMA_VERSION,
        "product": why.product.name,
        "path": why.product.path,
        "failed": why.is_failed,
        "cycles": why.cycles.iter().map(|traced| cycle(why, traced)).collect::<Vec<_>>(),
    });
    let mut text = serde_json::to_string_pretty(&document).expect("a JSON value is JSON");
    text.push('\n');
    escape_json(&text).into_owned()
}

fn cycle(why: &Why<'_>, cycle: &CycleTrace<'_>) -> Json {
    let mut entry = Map::new();
    entry.insert("cycle".into(), cycle.name.as_str().into());
    entry.extend(cycle.line.map(|line| ("line".to_owned(), line.into())));
    let fields = cycle.fields.iter().map(|traced| field(why, traced));
    entry.insert("fields".into(), fields.collect());
    entry.insert("skipped_items".into(), json!(cycle.skipped_items));
    entry.into()
}

fn field(why: &Why<'_>, traced: &FieldTrace<'_>) -> Json {
    let mut entry = Map::new();
    entry.insert("field".into(), traced.field.as_str().into());
    entry.extend(traced.line.map(|line| ("line".to_owned(), line.into())));
    entry.extend(
        traced
            .value
            .as_ref()
            .map(|value| ("value".to_owned(), json!(value))),
    );
    let fate = match traced.fate {
        Fate::Silent => "silent",
        Fate::Same => "same",
        Fate::NoPlace => "no_place",
        fate if fate.is_due() => "due",
        Fate::Decided(_) | Fate::Failed => "stopped",
    };
    entry.insert("fate".into(), fate.into());
    if traced.fate.is_stopped() {
        entry.insert("stop".into(), stop(why, traced.fate));
    }
    if let Some(desired) = &traced.desired {
        let mut sources = Map::new();
        sources.insert("value".into(), json!(desired.value));
        sources.insert("evidence".into(), whole(&desired.origin).into());
        let named = traced.named.as_ref().map(whole);
        sources.extend(named.map(|named| ("cycle".to_owned(), named.into())));
        let superseded = desired.superseded.iter().map(
            |superseded| json!({ "value": superseded.value, "evidence": whole(&superseded.origin) }),
        );
        sources.insert("superseded".into(), superseded.collect());
        entry.insert("sources".into(), sources.into());
    }
    entry.insert("skipped_items".into(), json!(traced.skipped_items));
    entry.into()
}

fn stop(why: &Why<'_>, fate: Fate<'_>) -> Json {
    match fate {
        Fate::Decided(Verdict::Rejected { violation, .. }) => {
            json!({ "kind": "rejected", "rule": violation.rule, "reason": violation.to_string() })
        }
        Fate::Decided(Verdict::Held(hold)) => {
            let (rule, reason) = (hold.cause.rule().name(), reason(hold));
            json!({ "kind": "held", "id": hold.id, "rule": rule, "reason": reason })
        }
        Fate::Decided(Verdict::Pinned(pin)) => {
            let at = format!("{}:{}", why.settings, pin.line);
            json!({ "kind": "pinned", "until": pin.until, "reason": pin.why, "at": at })
        }
        _ => json!({ "kind": "failed" }),
    }
}
