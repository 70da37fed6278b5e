//! Why a value is in a file, or is not: for a program.
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
//! the sources do not have is absent. `stop` is of kind `rejected` (with `rule` and `reason`),
//! `held` (with `id`, too), `failed` (a method did) or `pinned` (with `until`, `reason` and `at`). `cycle` is how the cycle was recognised.

use serde_json::{Value as Json, json};

use super::Why;
use crate::explain::{CycleTrace, Fate, FieldTrace, whole};
use crate::plan::Verdict;
use crate::report::cause::reason;
use crate::report::render::{SCHEMA_VERSION, pretty};

pub fn document(why: &Why<'_>) -> String {
    pretty(&json!({
        "schema_version": SCHEMA_VERSION,
        "product": why.product.name,
        "path": why.product.path,
        "failed": why.is_failed,
        "cycles": why.cycles.iter().map(|traced| cycle(why, traced)).collect::<Vec<_>>(),
    }))
}

fn cycle(why: &Why<'_>, cycle: &CycleTrace<'_>) -> Json {
    let mut entry = json!({ "cycle": cycle.name });
    if let Some(line) = cycle.line {
        entry["line"] = line.into();
    }
    let fields = cycle.fields.iter().map(|traced| field(why, traced));
    entry["fields"] = fields.collect();
    entry["skipped_items"] = json!(cycle.skipped_items);
    entry
}

fn field(why: &Why<'_>, traced: &FieldTrace<'_>) -> Json {
    let mut entry = json!({ "field": traced.field });
    if let Some(line) = traced.line {
        entry["line"] = line.into();
    }
    if let Some(value) = &traced.value {
        entry["value"] = json!(value);
    }
    let fate = match traced.fate {
        Fate::Silent => "silent",
        Fate::Same => "same",
        Fate::NoPlace => "no_place",
        fate if fate.is_due() => "due",
        Fate::Decided(_) | Fate::Failed => "stopped",
    };
    entry["fate"] = fate.into();
    if traced.fate.is_stopped() {
        entry["stop"] = stop(why, traced.fate);
    }
    if let Some(desired) = &traced.desired {
        let mut sources = json!({ "value": desired.value, "evidence": whole(&desired.origin) });
        if let Some(named) = &traced.named {
            sources["cycle"] = whole(named).into();
        }
        let superseded = desired.superseded.iter().map(
            |superseded| json!({ "value": superseded.value, "evidence": whole(&superseded.origin) }),
        );
        sources["superseded"] = superseded.collect();
        entry["sources"] = sources;
    }
    entry["skipped_items"] = json!(traced.skipped_items);
    entry
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
