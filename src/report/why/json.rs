//! Why a value stands in a file, or does not: for a program.
//!
//! ```json
//! {
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
//!             "overruled": [{ "value": "2026-01-31", "evidence": { … } }]
//!           },
//!           "passed_over": [{ "method": "…", "raw": "…", "reason": "…" }]
//!         }
//!       ],
//!       "passed_over": []
//!     }
//!   ]
//! }
//! ```
//!
//! `fate` is `same`, `due`, `stopped` (with `stop`), `no_place` or `silent`. What the file or
//! the sources do not say is absent. `stop` is of kind `withheld` (with `rule` and `reason`),
//! `held` (with `id`, too), `failed` (a method did) or `pinned` (with `until`, `reason` and `at`). `cycle` is how the cycle was recognised.

use serde_json::{Map, Value as Json, json};

use super::super::evidence::whole;
use super::Why;
use crate::explain::{Answer, Cycle, Fate, Stop};
use crate::text::escape_json;

/// The answer for a program, indented, with a line end.
pub fn document(why: &Why<'_>) -> String {
    let document = json!({
        "product": why.product.name,
        "path": why.product.path,
        "failed": why.is_failed,
        "cycles": why.cycles.iter().map(cycle).collect::<Vec<_>>(),
    });
    let mut text = serde_json::to_string_pretty(&document).expect("a JSON value is JSON");
    text.push('\n');
    escape_json(&text).into_owned()
}

fn cycle(cycle: &Cycle) -> Json {
    let mut entry = Map::new();
    entry.insert("cycle".into(), cycle.name.as_str().into());
    entry.extend(cycle.line.map(|line| ("line".to_owned(), line.into())));
    entry.insert("fields".into(), cycle.answers.iter().map(answer).collect());
    entry.insert("passed_over".into(), json!(cycle.passed_over));
    entry.into()
}

fn answer(answer: &Answer) -> Json {
    let mut entry = Map::new();
    entry.insert("field".into(), answer.field.as_str().into());
    entry.extend(answer.line.map(|line| ("line".to_owned(), line.into())));
    entry.extend(
        answer
            .value
            .as_ref()
            .map(|value| ("value".to_owned(), json!(value))),
    );
    let fate = match &answer.fate {
        Fate::Silent => "silent",
        Fate::Same => "same",
        Fate::Due => "due",
        Fate::Stopped(_) => "stopped",
        Fate::NoPlace => "no_place",
    };
    entry.insert("fate".into(), fate.into());
    if let Fate::Stopped(by) = &answer.fate {
        entry.insert("stop".into(), stop(by));
    }
    if let Some(said) = &answer.said {
        let mut sources = Map::new();
        sources.insert("value".into(), json!(said.value));
        sources.insert("evidence".into(), whole(&said.origin).into());
        let named = answer.named.as_ref().map(whole);
        sources.extend(named.map(|named| ("cycle".to_owned(), named.into())));
        let overruled = said.overruled.iter().map(
            |overruled| json!({ "value": overruled.value, "evidence": whole(&overruled.origin) }),
        );
        sources.insert("overruled".into(), overruled.collect());
        entry.insert("sources".into(), sources.into());
    }
    entry.insert("passed_over".into(), json!(answer.passed_over));
    entry.into()
}

fn stop(stop: &Stop) -> Json {
    match stop {
        Stop::Withheld { rule, reason } => {
            json!({ "kind": "withheld", "rule": rule, "reason": reason })
        }
        Stop::Failed => json!({ "kind": "failed" }),
        Stop::Held { id, rule, reason } => {
            json!({ "kind": "held", "id": id, "rule": rule, "reason": reason })
        }
        Stop::Pinned { until, reason, at } => {
            json!({ "kind": "pinned", "until": until, "reason": reason, "at": at })
        }
    }
}
