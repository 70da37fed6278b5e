//! Where a value comes from, for people and for programs.
//!
//! A person gets one phrase beside the value: the place, how it reads there, and the host. A
//! program gets the whole way, as [`whole`] writes it:
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
//! What is not known is left out, and nothing stands in for it. A raw text of a length that
//! no person reads is cut, and ends in `…`.

mod kept;

use std::borrow::Cow;
use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use url::Url;

pub use kept::document;

use crate::date::Date;
use crate::page::Facts;
use crate::release_data::{Origin, Place, Rule};
use crate::text::Excerpt;
use crate::value::Value;
use crate::version::Way;

/// The longest raw text that is written whole, in characters.
const LONGEST: usize = 2_000;

/// One short phrase beside a value; empty where nothing is known.
pub fn phrase(origin: &Origin) -> String {
    let mut parts = Vec::new();
    let mut place = match &origin.place {
        Place::Nowhere => String::new(),
        Place::Table { table } | Place::Row { table, .. } | Place::Cell { table, .. }
            if *table > 1 =>
        {
            parts.push(format!("table {table}"));
            within_table(&origin.place)
        }
        Place::Table { .. } | Place::Row { .. } | Place::Cell { .. } => within_table(&origin.place),
        Place::Line { line } => format!("line {line} of the file"),
        Place::Path { path } => format!("`{}`", Excerpt(path)),
        place @ (Place::Item { .. } | Place::Tag { .. } | Place::Stored { .. }) => {
            place.to_string()
        }
    };
    let says_all = matches!(&origin.place, Place::Tag { tag, .. } if **tag == *origin.raw);
    if !origin.raw.is_empty() && !says_all {
        if !place.is_empty() {
            place.push(' ');
        }
        write!(place, "reads `{}`", Excerpt(&origin.raw))
            .expect("writing to a String does not fail");
    }
    parts.push(place);
    parts.extend(origin.url.as_deref().map(host));
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}

/// A place within its table.
fn within_table(place: &Place) -> String {
    match place {
        Place::Row { row, .. } => format!("row {row}"),
        Place::Cell { row, column, .. } => format!("row {row}, `{}`", Excerpt(column)),
        _ => "the table".to_owned(),
    }
}

/// The host of a URL; of what is no URL, all of it.
fn host(url: &str) -> String {
    let parsed = Url::parse(url).ok();
    let host = parsed.as_ref().and_then(Url::host_str);
    Excerpt(host.unwrap_or(url)).to_string()
}

/// A value with its way, as far as it is known and asked for.
#[derive(Default, Serialize)]
struct Line<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<Date>,
    method: &'a str,
    entry: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<Map<String, Json>>,
    #[serde(flatten)]
    place: Option<&'a Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    raw: Option<Cow<'a, str>>,
    #[serde(flatten)]
    way: Option<&'a Way>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<Rule>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<NameOf<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    overruled: Vec<Self>,
}

/// How the name of a version was made, as far as that differs from its day.
#[derive(Serialize)]
struct NameOf<'a> {
    #[serde(flatten)]
    place: Option<&'a Place>,
    raw: Cow<'a, str>,
    #[serde(flatten)]
    way: Option<&'a Way>,
}

impl<'a> Line<'a> {
    /// A value on its page, with a way that somebody stated.
    fn of(origin: &'a Origin) -> Self {
        Self {
            method: &origin.method,
            entry: origin.entry,
            url: origin.url.as_deref(),
            place: Some(&origin.place),
            raw: raw(&origin.raw),
            way: origin.way.as_deref().filter(|way| is_stated(way)),
            ..Self::default()
        }
    }
}

fn is_stated(way: &Way) -> bool {
    !way.is_plain() && !way.is_standard()
}

/// The whole way of a value.
pub fn whole(origin: &Origin) -> Map<String, Json> {
    object(&Line {
        url: None,
        page: origin.page.as_deref().map(page_of),
        way: origin.way.as_deref(),
        rule: origin.rule,
        ..Line::of(origin)
    })
}

/// A raw text as it is written, if there is any.
fn raw(raw: &str) -> Option<Cow<'_, str>> {
    match raw.char_indices().nth(LONGEST) {
        _ if raw.is_empty() => None,
        Some((end, _)) => Some(format!("{}…", &raw[..end]).into()),
        None => Some(raw.into()),
    }
}

/// How a page was had.
fn page_of(facts: &Facts) -> Map<String, Json> {
    let told = &facts.told;
    let mut page = object(&json!({
        "url": facts.url,
        "asked": facts.asked,
        "from": facts.body.map(|_| told.from),
        "fetched": told.fetched,
        "etag": told.etag,
        "last_modified": told.last_modified,
        "sha256": facts.body,
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
    use crate::page::{Told, Whence};

    fn origin(place: Place, raw: &str) -> Origin {
        let url = "https://docs.a.test/x.html?y";
        let told = Told {
            from: Whence::Cache,
            etag: Some("\"7\"".into()),
            ..Told::default()
        };
        Origin {
            method: "m".into(),
            entry: 1,
            url: Some(url.into()),
            place,
            raw: raw.into(),
            page: Some(Arc::new(
                Facts::of(url, b"abc", told).seen_at("https://a.test/"),
            )),
            way: Some(Arc::new(Way {
                regex: "^(.+)$".into(),
                template: "{{value}}".into(),
                kind: Some("date"),
            })),
            rule: Some(Rule::ReleaseStates),
        }
    }

    #[test]
    fn a_phrase_says_where_a_value_stands_how_it_reads_and_on_which_host() {
        let cell = |table| Place::Cell {
            table,
            row: 3,
            column: "End`\u{202e}of".into(),
        };
        let path = Place::Path {
            path: "$.a[0]".into(),
        };
        for (place, raw, expected) in [
            (
                cell(1),
                "31 Oct",
                "row 3, `End`\\u{202e}of` reads `31 Oct`, docs.a.test",
            ),
            (
                cell(2),
                "",
                "table 2, row 3, `End`\\u{202e}of`, docs.a.test",
            ),
            (Place::tag("v1"), "v1", "tag `v1`, docs.a.test"),
            (
                Place::tag("v1"),
                "2020",
                "tag `v1` reads `2020`, docs.a.test",
            ),
            (path, "7", "`$.a[0]` reads `7`, docs.a.test"),
            (
                Place::Line { line: 7 },
                "x",
                "line 7 of the file reads `x`, docs.a.test",
            ),
            (Place::Nowhere, "x", "reads `x`, docs.a.test"),
        ] {
            assert_eq!(phrase(&origin(place, raw)), expected);
        }
        assert_eq!(phrase(&Origin::default()), "");
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
