//! Timelines as JSON: what the files state, and the end that matters today.

use serde_json::{Value as Json, json};

use super::super::render::{SCHEMA_VERSION, pretty};
use super::support::{Cycle, End, Timeline};
use crate::date::Date;

impl End {
    /// As the file has it: a date, a boolean or nothing.
    fn json(self) -> Json {
        match self {
            Self::On(date) => date.to_string().into(),
            Self::Open => false.into(),
            Self::Closed => true.into(),
            Self::Unknown => Json::Null,
        }
    }
}

impl Cycle {
    fn json(&self, today: Date) -> Json {
        let [eoas, eol, eoes] = self.ends.map(End::json);
        let (phase, end) = self.end(today);
        let days = match end {
            End::On(date) => Some((date - today).num_days()),
            End::Open | End::Closed | End::Unknown => None,
        };
        json!({
            "cycle": self.name,
            "latest": self.latest,
            "releaseDate": self.begin.map(|date| date.to_string()),
            "eoas": eoas,
            "eol": eol,
            "eoes": eoes,
            "ended": self.is_ended(today),
            "end": { "field": phase.field(), "value": end.json(), "days": days },
        })
    }
}

pub fn document(timelines: &[Timeline], today: Date) -> String {
    let product = |timeline: &Timeline| {
        let cycles = timeline.cycles.iter().map(|cycle| cycle.json(today));
        json!({
            "product": timeline.product,
            "title": timeline.title,
            "cycles": cycles.collect::<Vec<_>>(),
        })
    };
    pretty(&json!({
        "schema_version": SCHEMA_VERSION,
        "today": today.to_string(),
        "products": timelines.iter().map(product).collect::<Vec<_>>(),
    }))
}
