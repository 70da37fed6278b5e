//! The evidence of all that was learnt of a product, as the file that `--evidence` keeps.
//!
//! ```json
//! {
//!   "pages": {
//!     "https://…": {"fetched":"…","etag":"…","last_modified":"…","sha256":"…"}
//!   },
//!   "releases": {
//!     "6": {
//!       "eol": {"value":"2027-01-31","method":"release_table","entry":1,"url":"https://…","table":1,"row":3,…}
//!     }
//!   },
//!   "versions": {
//!     "6.2.1": {"date":"2024-01-31","method":"git","entry":2,"url":"https://…","tag":"v6.2.1","object":"…",…}
//!   }
//! }
//! ```
//!
//! Everything is sorted by name, a value a line, so that the history of the file is the
//! history of the sources, and its diff is what a vendor changed. Of a version, `name` says
//! how its name was made, where it was made of another text. A `regex` and a `template` stand
//! where the product file states them. `overruled` are values that a later row or method
//! overwrote.
//!
//! # Why a page keeps the time of an earlier fetch
//! A page has another time at every fetch, and many have another `ETag` and other bytes (a
//! nonce, a year in the footer) though nothing on them changed that anyone reads here. So a
//! page is written as it was had when it first gave the values that it gives now; as long as
//! they are the same, word for word and at the same places, its entry stays. Read it as
//! *since when the page says this*. Where the page was had from is left out: a cache and its
//! host give the same page.
//!
//! # Why a value of an earlier run keeps its evidence
//! Products that add to earlier release data know no more of it than that it was there. What
//! this file says of such a value, as long as the value is the same, is where it came from;
//! `earlier` marks it.
//!
//! # Why lines are compared as texts
//! A run in which nothing changed is the common one. It writes each value to its line, and
//! compares that with the line that is there, which is never read further.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::before::Before;
use super::{page_of, raw};
use crate::date::Date;
use crate::page::Facts;
use crate::release_data::{Made, Origin, Overruled, Place, ReleaseData, Version};
use crate::text::escape_json;
use crate::value::Value;
use crate::version::Way;

/// Names to lines of JSON, sorted.
type Lines<'a> = BTreeMap<&'a str, Cow<'a, str>>;

/// The file as it is to be.
struct Kept<'a> {
    before: &'a Before<'a>,
    /// The pages that give values, by their URLs.
    facts: BTreeMap<&'a str, &'a Facts>,
    /// The pages of values that only earlier runs saw.
    earlier: BTreeSet<String>,
    /// The pages that do not give what they gave before.
    moved: BTreeSet<String>,
}

/// The file of what was learnt, given the file as it is. One that can not be read is as
/// good as none: it holds nothing that a run needs.
pub fn document(data: &ReleaseData, before: Option<&str>) -> String {
    let before = before.and_then(Before::read).unwrap_or_default();
    let mut kept = Kept {
        before: &before,
        facts: BTreeMap::new(),
        earlier: BTreeSet::new(),
        moved: BTreeSet::new(),
    };
    let mut releases: BTreeMap<&str, Lines<'_>> = BTreeMap::new();
    for (name, release) in &data.releases {
        let known = before.releases.get(name);
        let mut lines = Lines::new();
        for (field, learnt) in &release.fields {
            let known = known.and_then(|fields| fields.get(field)).copied();
            let entry = Line {
                value: Some(&learnt.value),
                overruled: said_before(&learnt.overruled),
                ..Line::of(&learnt.origin)
            };
            lines.insert(field, kept.line(&entry, &learnt.origin, known));
        }
        kept.gone(known, &lines);
        releases.insert(name, lines);
    }
    for (name, fields) in &before.releases {
        if !data.releases.contains_key(name) {
            kept.gone(Some(fields), &Lines::new());
        }
    }
    let mut versions = Lines::new();
    for (name, version) in &data.versions {
        let known = before.versions.get(name).copied();
        let entry = Line {
            date: Some(version.date),
            name: version.made.as_ref().map(|made| NameOf::of(made, version)),
            overruled: said_before(&version.overruled),
            ..Line::of(&version.origin)
        };
        versions.insert(name, kept.line(&entry, &version.origin, known));
    }
    kept.gone(Some(&before.versions), &versions);
    let pages = kept.pages();
    write(&pages, &releases, &versions)
}

/// A value with its way, as its line has it.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<Date>,
    method: &'a str,
    entry: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(flatten)]
    place: &'a Place,
    #[serde(skip_serializing_if = "Option::is_none")]
    raw: Option<Cow<'a, str>>,
    #[serde(flatten)]
    way: Option<&'a Way>,
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

/// What of a line is known without the rest.
#[derive(Deserialize)]
struct Known<'a> {
    #[serde(borrow)]
    url: Option<Cow<'a, str>>,
    value: Option<Json>,
    date: Option<Json>,
}

impl<'a> Line<'a> {
    fn of(origin: &'a Origin) -> Self {
        Self {
            value: None,
            date: None,
            method: &origin.method,
            entry: origin.entry,
            url: origin.url.as_deref(),
            place: &origin.place,
            raw: raw(&origin.raw),
            way: stated(origin.way.as_deref()),
            name: None,
            overruled: Vec::new(),
        }
    }

    /// Whether a line says the same value.
    fn is_said_by(&self, known: &Known<'_>) -> bool {
        let same = |own: Option<Json>, other: &Option<Json>| own.is_some() && own == *other;
        let value = self
            .value
            .and_then(|value| serde_json::to_value(value).ok());
        let date = self.date.and_then(|date| serde_json::to_value(date).ok());
        same(value, &known.value) || same(date, &known.date)
    }
}

impl<'a> NameOf<'a> {
    fn of(made: &'a Made, version: &Version) -> Self {
        Self {
            place: made.place().filter(|place| **place != version.origin.place),
            raw: raw(made.raw()).unwrap_or_default(),
            way: stated(made.way()),
        }
    }
}

/// A way that somebody stated.
fn stated(way: Option<&Way>) -> Option<&Way> {
    way.filter(|way| !way.is_plain() && !way.is_standard())
}

fn said_before(overruled: &[Overruled]) -> Vec<Line<'_>> {
    overruled
        .iter()
        .map(|overruled| Line {
            value: Some(&overruled.value),
            ..Line::of(&overruled.origin)
        })
        .collect()
}

impl<'a> Kept<'a> {
    /// The line of a value, and a note of its page. A value that only the release data of
    /// earlier runs knows keeps the line that is known of it.
    fn line(
        &mut self,
        entry: &Line<'_>,
        origin: &'a Origin,
        known: Option<&'a str>,
    ) -> Cow<'a, str> {
        if matches!(origin.place, Place::Stored { .. })
            && let Some(line) = known.and_then(|known| self.earlier(entry, known))
        {
            return line;
        }
        let line = serde_json::to_string(entry).expect("texts and numbers are JSON");
        let same = known.is_some_and(|known| known == escape_json(&line));
        if let Some(facts) = &origin.page {
            self.facts.insert(&facts.url, facts);
            if !same {
                self.moved.insert(facts.url.to_string());
            }
        }
        if !same && let Some(url) = known.and_then(url_of) {
            self.moved.insert(url);
        }
        line.into()
    }

    /// What is known of a value that no source says any more.
    fn earlier(&mut self, entry: &Line<'_>, line: &'a str) -> Option<Cow<'a, str>> {
        const MARK: &str = ",\"earlier\":true}";
        let known: Known<'_> = serde_json::from_str(line).ok()?;
        if !entry.is_said_by(&known) {
            return None;
        }
        self.earlier.extend(known.url.map(Cow::into_owned));
        Some(match line {
            line if line.ends_with(MARK) => line.into(),
            line => format!("{}{MARK}", line.strip_suffix('}')?).into(),
        })
    }

    /// Notes the pages of lines that are no more.
    fn gone(&mut self, known: Option<&BTreeMap<String, &str>>, now: &Lines<'_>) {
        let gone = known.into_iter().flatten();
        let gone = gone.filter(|(name, _)| !now.contains_key(name.as_str()));
        self.moved.extend(gone.filter_map(|(_, line)| url_of(line)));
    }

    /// The lines of the pages: those that give what they gave stay as they are.
    fn pages(&self) -> BTreeMap<String, Cow<'a, str>> {
        let known = |url: &str| Some(Cow::Borrowed(*self.before.pages.get(url)?));
        let mut pages: BTreeMap<String, Cow<'a, str>> = BTreeMap::new();
        for url in &self.earlier {
            pages.extend(known(url).map(|page| (url.clone(), page)));
        }
        for (url, facts) in &self.facts {
            let page = known(url).filter(|_| !self.moved.contains(*url));
            let page = page.unwrap_or_else(|| {
                let mut page = page_of(facts);
                page.retain(|key, _| key != "url" && key != "from");
                Json::from(page).to_string().into()
            });
            pages.insert((*url).to_owned(), page);
        }
        pages
    }
}

/// The URL of a line.
fn url_of(line: &str) -> Option<String> {
    let known: Known<'_> = serde_json::from_str(line).ok()?;
    known.url.map(Cow::into_owned)
}

fn write(
    pages: &BTreeMap<String, Cow<'_, str>>,
    releases: &BTreeMap<&str, Lines<'_>>,
    versions: &Lines<'_>,
) -> String {
    let mut out = String::from("{\n  \"pages\": ");
    write_lines(&mut out, pages, "  ");
    out.push_str(",\n  \"releases\": {");
    for (number, (name, fields)) in releases.iter().enumerate() {
        let comma = if number == 0 { "" } else { "," };
        out.extend([comma, "\n    ", &quoted(name), ": "]);
        write_lines(&mut out, fields, "    ");
    }
    out.push_str(if releases.is_empty() {
        "},\n"
    } else {
        "\n  },\n"
    });
    out.push_str("  \"versions\": ");
    write_lines(&mut out, versions, "  ");
    out.push_str("\n}\n");
    escape_json(&out).into_owned()
}

fn write_lines<N: AsRef<str>>(out: &mut String, lines: &BTreeMap<N, Cow<'_, str>>, indent: &str) {
    out.push('{');
    for (number, (name, line)) in lines.iter().enumerate() {
        let comma = if number == 0 { "" } else { "," };
        out.extend([
            comma,
            "\n",
            indent,
            "  ",
            &quoted(name.as_ref()),
            ": ",
            line,
        ]);
    }
    if !lines.is_empty() {
        out.extend(["\n", indent]);
    }
    out.push('}');
}

fn quoted(name: &str) -> String {
    serde_json::to_string(name).expect("a text is JSON")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chrono::{DateTime, Utc};

    use super::*;
    use crate::date::{Date, parse_iso};
    use crate::page::{Facts, Told, Whence};
    use crate::release_data::Name;
    use crate::value::Value;
    use crate::version::VersionFilter;

    fn day(text: &str) -> Date {
        parse_iso(text).unwrap()
    }

    fn origin(hour: u32, body: &str, place: Place, raw: &str) -> Origin {
        let fetched: DateTime<Utc> = format!("2026-11-23T{hour:02}:00:00Z").parse().unwrap();
        let told = Told {
            from: Whence::Network,
            fetched: Some(fetched),
            ..Told::default()
        };
        let facts = Facts::of("https://a.test/x", body.as_bytes(), told);
        Origin {
            method: "m".into(),
            entry: 1,
            url: Some(Arc::clone(&facts.url)),
            place,
            raw: raw.into(),
            page: Some(Arc::new(facts)),
            ..Origin::default()
        }
    }

    fn learnt(hour: u32, body: &str, eol: &str) -> ReleaseData {
        let mut data = ReleaseData::new(day("2026-11-23"));
        let row = Place::Row { table: 1, row: 2 };
        for value in ["2026-01-01", eol] {
            let origin = origin(hour, body, row.clone(), value);
            data.release("7").set("eol", Value::of_text(value), origin);
        }
        let filter = VersionFilter::standard();
        let (text, way) = filter.render_by("v7.1").unwrap();
        let tag = origin(hour, body, Place::tag("v7.1"), "2026-02-01");
        data.declare(&Name::new(text, "v7.1", way), day("2026-02-01"), tag);
        data
    }

    #[test]
    fn a_page_that_says_the_same_keeps_the_time_of_its_first_fetch() {
        let first = document(&learnt(6, "nonce 1", "2027-01-31"), None);
        assert_eq!(
            serde_json::from_str::<Json>(&first).unwrap()["versions"]["7.1"]["name"]["raw"],
            "v7.1"
        );
        let again = document(&learnt(12, "nonce 2", "2027-01-31"), Some(&first));
        assert_eq!(again, first);
        let moved = document(&learnt(18, "nonce 3", "2027-02-28"), Some(&again));
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let changed: Vec<String> = lines(&moved)
            .into_iter()
            .zip(lines(&first))
            .filter(|(new, old)| new != old)
            .map(|(new, _)| new)
            .collect();
        assert_eq!(changed.len(), 2, "{moved}");
        assert!(changed[0].contains("T18:00:00Z"), "{moved}");
        assert!(
            changed[1].contains("2027-02-28") && changed[1].contains("overruled"),
            "{moved}"
        );
    }

    #[test]
    fn what_only_earlier_runs_saw_keeps_where_it_came_from() {
        let first = document(&learnt(6, "1", "2027-01-31"), None);
        let stored = Origin {
            place: Place::Stored {
                stored: "r/x.json".into(),
            },
            ..Origin::default()
        };
        let json = r#"{"releases": {"7": {"name": "7", "eol": "2027-01-31", "lts": true}}, "versions": {}}"#;
        let data = ReleaseData::from_json(json.as_bytes(), day("2026-11-23"), &stored).unwrap();
        let later: Json = serde_json::from_str(&document(&data, Some(&first))).unwrap();
        let eol = &later["releases"]["7"]["eol"];
        assert_eq!(
            (&eol["url"], &eol["earlier"]),
            (&"https://a.test/x".into(), &true.into())
        );
        assert_eq!(later["releases"]["7"]["lts"]["stored"], "r/x.json");
        assert!(later["pages"]["https://a.test/x"]["fetched"].is_string());
    }

    #[test]
    fn a_file_that_can_not_be_read_is_written_anew_and_nothing_is_hidden_in_it() {
        let fresh = document(&learnt(6, "1", "2027-01-31"), None);
        for broken in [
            "",
            "{",
            "[]",
            r#"{"pages": 7, "releases": [], "versions": {"7.1": 1}}"#,
        ] {
            assert_eq!(document(&learnt(6, "1", "2027-01-31"), Some(broken)), fresh);
        }
        let mut data = ReleaseData::new(day("2026-11-23"));
        let origin = origin(6, "", Place::Nowhere, "a\u{202e}b");
        data.release("1")
            .set("eol", Value::Text("c\u{202e}d".into()), origin);
        let text = document(&data, None);
        assert!(
            text.contains(r"a\u202eb") && text.contains(r"c\u202ed"),
            "{text}"
        );
        assert_eq!(document(&data, Some(&text)), text);
        let nothing = document(&ReleaseData::new(day("2026-11-23")), None);
        assert_eq!(
            nothing,
            "{\n  \"pages\": {},\n  \"releases\": {},\n  \"versions\": {}\n}\n"
        );
    }
}
