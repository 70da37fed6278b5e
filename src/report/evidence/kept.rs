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
//! how its name was made, where it was made of another text. `overruled` are values that a
//! later row or method overwrote.
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

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::super::json::seen;
use super::{json, page_of, value};
use crate::release_data::{Origin, Overruled, Place, ReleaseData};

/// The parts of the file: pages, releases with their fields, versions.
#[derive(Default)]
struct Document {
    pages: Lines,
    releases: BTreeMap<String, Lines>,
    versions: Lines,
}

/// Names to values.
type Lines = BTreeMap<String, Json>;

/// The file of what was learnt, given the file as it is. One that can not be read is as
/// good as none: it holds nothing that a run needs.
pub fn document(data: &ReleaseData, before: Option<&str>) -> String {
    let before = before
        .and_then(|before| serde_json::from_str::<Json>(before).ok())
        .map(|json| Document::read(&json))
        .unwrap_or_default();
    let mut now = Document::default();
    for (name, release) in &data.releases {
        let mut fields = Lines::new();
        for (field, learnt) in &release.fields {
            let known = before
                .releases
                .get(name)
                .and_then(|fields| fields.get(field));
            let mut entry = now.entry(
                "value",
                &json(&learnt.value),
                &learnt.origin,
                known,
                &before,
            );
            overruled(&mut entry, &learnt.overruled);
            fields.insert(field.clone(), entry.into());
        }
        now.releases.insert(name.clone(), fields);
    }
    for (name, version) in &data.versions {
        let (day, known) = (json(&version.date), before.versions.get(name));
        let mut entry = now.entry("date", &day, &version.origin, known, &before);
        if version.made.is_some() {
            let mut named = value(&version.name_origin());
            named.retain(|key, said| entry.get(key) != Some(said));
            entry.insert("name".into(), named.into());
        }
        overruled(&mut entry, &version.overruled);
        now.versions.insert(name.clone(), entry.into());
    }
    now.keep_pages(&before);
    now.write()
}

fn overruled(entry: &mut Map<String, Json>, overruled: &[Overruled]) {
    if overruled.is_empty() {
        return;
    }
    let all = overruled.iter().map(
        |Overruled {
             value: said,
             origin,
         }| {
            let mut entry = Map::from_iter([("value".to_owned(), json(said))]);
            entry.extend(value(origin));
            Json::from(entry)
        },
    );
    entry.insert("overruled".into(), all.collect());
}

impl Document {
    fn read(json: &Json) -> Self {
        let lines = |json: &Json| -> Lines {
            let entries = json.as_object().into_iter().flatten();
            entries
                .map(|(name, entry)| (name.clone(), entry.clone()))
                .collect()
        };
        let releases = json["releases"].as_object().into_iter().flatten();
        Self {
            pages: lines(&json["pages"]),
            releases: releases
                .map(|(name, fields)| (name.clone(), lines(fields)))
                .collect(),
            versions: lines(&json["versions"]),
        }
    }

    /// A value with its way, whose page is noted. One that only the release data of earlier
    /// runs knows keeps the way that is known of it.
    fn entry(
        &mut self,
        key: &str,
        said: &Json,
        origin: &Origin,
        known: Option<&Json>,
        before: &Self,
    ) -> Map<String, Json> {
        if matches!(origin.place, Place::Stored { .. })
            && let Some(Json::Object(known)) = known
            && known.get(key) == Some(said)
        {
            let url = known.get("url").and_then(Json::as_str).unwrap_or_default();
            if let Some(page) = before.pages.get(url) {
                self.pages
                    .entry(url.to_owned())
                    .or_insert_with(|| page.clone());
            }
            let mut known = known.clone();
            known.insert("earlier".into(), true.into());
            return known;
        }
        let mut entry = Map::from_iter([(key.to_owned(), said.clone())]);
        entry.extend(value(origin));
        if let Some(facts) = &origin.page {
            let mut page = page_of(facts);
            page.retain(|key, _| key != "url" && key != "from");
            self.pages.insert(facts.url.to_string(), page.into());
        }
        entry
    }

    /// What each page gives, by its URL: where it goes, and with which way.
    fn given(&self) -> BTreeMap<&str, Vec<([&str; 2], &Json)>> {
        let mut given: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        let fields = self.releases.iter().flat_map(|(name, fields)| {
            fields
                .iter()
                .map(move |(field, entry)| ([&**name, &**field], entry))
        });
        // No field has an empty name.
        let versions = self
            .versions
            .iter()
            .map(|(name, entry)| ([&**name, ""], entry));
        for (place, entry) in fields.chain(versions) {
            if let Some(url) = entry["url"].as_str() {
                given.entry(url).or_default().push((place, entry));
            }
        }
        given
    }

    /// Keeps the entries of pages that give what they gave before.
    fn keep_pages(&mut self, before: &Self) {
        let then = before.given();
        let same: Vec<(String, Json)> = self
            .given()
            .into_iter()
            .filter(|(url, given)| then.get(url) == Some(given))
            .filter_map(|(url, _)| Some((url.to_owned(), before.pages.get(url)?.clone())))
            .collect();
        self.pages.extend(same);
    }

    fn write(&self) -> String {
        let mut out = String::from("{\n  \"pages\": ");
        write_lines(&mut out, &self.pages, "  ");
        out.push_str(",\n  \"releases\": {");
        for (number, (name, fields)) in self.releases.iter().enumerate() {
            let comma = if number == 0 { "" } else { "," };
            out.extend([comma, "\n    ", &json(name).to_string(), ": "]);
            write_lines(&mut out, fields, "    ");
        }
        out.push_str(if self.releases.is_empty() {
            "},\n"
        } else {
            "\n  },\n"
        });
        out.push_str("  \"versions\": ");
        write_lines(&mut out, &self.versions, "  ");
        out.push_str("\n}\n");
        seen(&out)
    }
}

fn write_lines(out: &mut String, lines: &Lines, indent: &str) {
    out.push('{');
    for (number, (name, entry)) in lines.iter().enumerate() {
        let comma = if number == 0 { "" } else { "," };
        let (name, entry) = (json(name).to_string(), entry.to_string());
        out.extend([comma, "\n", indent, "  ", &name, ": ", &entry]);
    }
    if !lines.is_empty() {
        out.extend(["\n", indent]);
    }
    out.push('}');
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
