//! Where a value comes from, as JSON for programs, as [`whole`] writes it.
//!
//! ```json
//! {
//!   "method": "release_table", "entry": 1,
//!   "page": {
//!     "url": "https://…", "asked": "https://…", "from": "network",
//!     "fetched": "2026-11-23T06:00:00Z", "etag": "\"…\"", "last_modified": "…", "sha256": "…"
//!   },
//!   "table": 2, "row": 3, "column": "End of support", "raw": "January 31, 2027",
//!   "regex": "^(?P<value>.+)$", "template": "{{value}}", "type": "date",
//!   "rule": "release_states"
//! }
//! ```
//!
//! What is not known is left out. A raw text of a length that
//! no person reads is cut, and ends in `…`.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use crate::date::Date;
use crate::page::Provenance;
use crate::release_data::{Origin, Place, Rule};
use crate::value::Value;
use crate::version::Derivation;

/// The longest raw text that is written whole, in characters.
const LONGEST: usize = 2_000;

/// A value with its way, as far as it is known and asked for.
#[derive(Default, Serialize)]
pub(super) struct Line<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) date: Option<Date>,
    pub(super) method: &'a str,
    pub(super) entry: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) page: Option<Map<String, Json>>,
    #[serde(flatten)]
    pub(super) place: Option<&'a Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) raw: Option<Cow<'a, str>>,
    #[serde(flatten)]
    pub(super) derivation: Option<&'a Derivation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rule: Option<Rule>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<NameOf<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) superseded: Vec<Self>,
}

/// How the name of a version was made, as far as that differs from its day.
#[derive(Serialize)]
pub(super) struct NameOf<'a> {
    #[serde(flatten)]
    pub(super) place: Option<&'a Place>,
    pub(super) raw: Cow<'a, str>,
    #[serde(flatten)]
    pub(super) derivation: Option<&'a Derivation>,
}

impl<'a> Line<'a> {
    /// A value on its page, with a way that somebody stated.
    pub(super) fn of(origin: &'a Origin) -> Self {
        Self {
            method: &origin.method,
            entry: origin.entry,
            url: origin.url.as_deref(),
            place: Some(&origin.place),
            raw: raw(&origin.raw),
            derivation: origin
                .derivation
                .as_deref()
                .filter(|derivation| is_stated(derivation)),
            ..Self::default()
        }
    }
}

/// Whether a product file states how a text became a value.
pub(super) fn is_stated(derivation: &Derivation) -> bool {
    !derivation.is_plain() && !derivation.is_standard()
}

/// All that is known of where a value comes from.
pub(crate) fn whole(origin: &Origin) -> Map<String, Json> {
    object(&Line {
        url: None,
        page: origin.page.as_deref().map(page_of),
        derivation: origin.derivation.as_deref(),
        rule: origin.rule,
        ..Line::of(origin)
    })
}

/// A raw text as it is written, if there is any.
pub(super) fn raw(raw: &str) -> Option<Cow<'_, str>> {
    match raw.char_indices().nth(LONGEST) {
        _ if raw.is_empty() => None,
        Some((end, _)) => Some(format!("{}…", &raw[..end]).into()),
        None => Some(raw.into()),
    }
}

pub(super) fn page_of(provenance: &Provenance) -> Map<String, Json> {
    let meta = &provenance.meta;
    let mut page = object(&json!({
        "url": provenance.url,
        "asked": provenance.asked,
        "from": provenance.body.map(|_| meta.from),
        "fetched": meta.fetched,
        "etag": meta.etag,
        "last_modified": meta.last_modified,
        "sha256": provenance.body,
    }));
    page.retain(|_, fact| !fact.is_null());
    page
}

fn object(value: &impl Serialize) -> Map<String, Json> {
    match json!(value) {
        Json::Object(map) => map,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::page::{PageSource, ResponseMeta};

    fn origin(place: Place, raw: &str) -> Origin {
        let url = "https://docs.a.test/x.html?y";
        let meta = ResponseMeta {
            from: PageSource::Cache,
            etag: Some("\"7\"".into()),
            ..ResponseMeta::default()
        };
        Origin {
            method: "m".into(),
            entry: 1,
            url: Some(url.into()),
            place,
            raw: raw.into(),
            page: Some(Arc::new(
                Provenance::of(url, b"abc", meta).seen_at("https://a.test/"),
            )),
            derivation: Some(Arc::new(Derivation {
                regex: "^(.+)$".into(),
                template: "{{value}}".into(),
                kind: Some("date"),
            })),
            rule: Some(Rule::ReleaseStates),
        }
    }

    #[test]
    fn a_cell_of_a_kilometre_is_cut() {
        let long = "é".repeat(LONGEST + 1);
        let cut = whole(&origin(Place::Nowhere, &long));
        let raw = cut["raw"].as_str().unwrap();
        assert_eq!(raw.chars().count(), LONGEST + 1);
        assert!(raw.ends_with('…'));
        let whole = whole(&origin(Place::Nowhere, &long[2..]));
        assert_eq!(whole["raw"], long[2..]);
    }

    #[test]
    fn the_whole_way_leaves_out_what_is_not_known() {
        let row = Place::Row { table: 1, row: 2 };
        let whole = serde_json::to_string(&whole(&origin(row, "x"))).unwrap();
        assert_eq!(
            whole,
            r#"{"method":"m","entry":1,"page":{"url":"https://a.test/","asked":"https://docs.a.test/x.html?y","from":"cache","etag":"\"7\"","sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},"table":1,"row":2,"raw":"x","regex":"^(.+)$","template":"{{value}}","type":"date","rule":"release_states"}"#
        );
    }
}
