//! Where all release data of a product came from, as the file that `--evidence` writes.
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
//! how its name was made, where it was made of another text. `regex` and `template` are
//! there if the product file states them. `superseded` are values that a later row or method
//! overwrote.
//!
//! # Why a page keeps the time of an earlier fetch
//! A page has another time at every fetch, and many have another `ETag` and other bytes (a
//! nonce, a year in the footer) though nothing on them changed that anyone reads here. So a
//! page is written as it was fetched when it first gave the values that it gives now; as long
//! as they are the same, word for word and at the same places, its entry stays. Read it as
//! *since when the page says this*. Whether the page came from the cache or from its host is
//! left out: both give the same page.
//!
//! # Why a value of an earlier run keeps its evidence
//! Products that add to earlier release data know no more of it than that it was there. What
//! this file says of such a value, as long as the value is the same, is where it came from;
//! `earlier` marks it.
//!
//! # Why the file is rarely read
//! A run in which nothing changed is the common one. All behind the pages is then byte for
//! byte what the file holds, and only the pages are read. The whole file is read where more
//! changed, and where a value is of an earlier run.
//!
//! `RawValue` of `serde_json` would read lines as texts, and is not used. Its feature lets all
//! JSON that this program reads nest JSON in strings, past the limit on depth: a page of 30 kB
//! overflows the stack.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::{Display, Write as _};

use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::origin_json::{Line, NameOf, is_stated, page_of, raw};
use crate::page::Provenance;
use crate::release_data::{Origin, Place, ReleaseData, Superseded};
use crate::text::escape_json;

/// The file as an earlier run left it. Sections that are missing are empty.
#[derive(Default, Deserialize)]
#[serde(default)]
struct File {
    pages: BTreeMap<String, Json>,
    releases: BTreeMap<String, BTreeMap<String, Json>>,
    versions: BTreeMap<String, Json>,
}

impl File {
    fn read(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// The lines of fields, with release and field, and those of versions.
    fn lines(&self) -> HashSet<(Option<&String>, &String, &Json)> {
        let versions = self.versions.iter().map(|(name, line)| (None, name, line));
        let releases = self.releases.iter().flat_map(|(release, fields)| {
            fields
                .iter()
                .map(move |(field, line)| (Some(release), field, line))
        });
        releases.chain(versions).collect()
    }
}

/// What is collected while lines are written.
struct EvidenceFile<'a> {
    before: &'a str,
    /// Read once a line needs it.
    file: Option<File>,
    /// The pages that give values, by their URLs.
    provenance: BTreeMap<&'a str, &'a Provenance>,
    /// The pages of values that only earlier runs saw.
    earlier: BTreeSet<String>,
}

/// The file, given the file as it is. One that cannot be read is ignored: it holds nothing
/// that a run needs.
pub(crate) fn document(data: &ReleaseData, before: Option<&str>) -> String {
    let mut kept = EvidenceFile {
        before: before.unwrap_or_default(),
        file: None,
        provenance: BTreeMap::new(),
        earlier: BTreeSet::new(),
    };
    let mut releases = BTreeMap::new();
    for (name, release) in &data.releases {
        let mut fields = BTreeMap::new();
        for (field, stated) in &release.fields {
            let entry = Line {
                value: Some(&stated.value),
                superseded: superseded(&stated.superseded),
                ..Line::of(&stated.origin)
            };
            let line = kept.line(&entry, &stated.origin, |file| {
                file.releases.get_mut(&**name)?.get_mut(&**field)
            });
            fields.insert(field.as_str(), line);
        }
        releases.insert(name.as_str(), laid_out(&fields, "    "));
    }
    let mut versions = BTreeMap::new();
    for (name, version) in &data.versions {
        let entry = Line {
            date: Some(version.date),
            name: version.made.as_ref().map(|made| NameOf {
                place: made.place().filter(|place| **place != version.origin.place),
                raw: raw(made.raw()).unwrap_or_default(),
                derivation: made.derivation().filter(|derivation| is_stated(derivation)),
            }),
            superseded: superseded(&version.superseded),
            ..Line::of(&version.origin)
        };
        let line = kept.line(&entry, &version.origin, |file| {
            file.versions.get_mut(&**name)
        });
        versions.insert(name.as_str(), line);
    }
    let [releases, versions] = [laid_out(&releases, "  "), laid_out(&versions, "  ")];
    let values = format!(",\n  \"releases\": {releases},\n  \"versions\": {versions}\n}}\n");
    let values = escape_json(&values);
    let pages = laid_out(&kept.pages(&values), "  ");
    format!("{{\n  \"pages\": {}{values}", escape_json(&pages))
}

fn superseded(superseded: &[Superseded]) -> Vec<Line<'_>> {
    let lines = superseded.iter().map(|superseded| Line {
        value: Some(&superseded.value),
        ..Line::of(&superseded.origin)
    });
    lines.collect()
}

impl<'a> EvidenceFile<'a> {
    /// The line of a value, and a note of its page. A value that only the release data of
    /// earlier runs knows keeps the line that is known of it.
    fn line(
        &mut self,
        entry: &Line<'_>,
        origin: &'a Origin,
        known: impl FnOnce(&mut File) -> Option<&mut Json>,
    ) -> String {
        if matches!(origin.place, Place::Stored { .. })
            && let file = self.file.get_or_insert_with(|| File::read(self.before))
            && let Some(known) = known(file)
            && [("value", json!(entry.value)), ("date", json!(entry.date))]
                .iter()
                .any(|(key, own)| !own.is_null() && known[key] == *own)
        {
            // In the file too: its page did not change by that.
            known["earlier"] = true.into();
            self.earlier
                .extend(known["url"].as_str().map(str::to_owned));
            return known.to_string();
        }
        let provenance = origin.page.as_deref();
        self.provenance
            .extend(provenance.map(|provenance| (&*provenance.url, provenance)));
        serde_json::to_string(entry).expect("texts and numbers are JSON")
    }

    /// The pages, given the text behind them: those that give what they gave stay as they are.
    fn pages(self, values: &str) -> BTreeMap<String, Json> {
        let same = self.before.strip_suffix(values);
        let file = self.file.unwrap_or_else(|| match same {
            Some(pages) => File::read(&format!("{pages}}}")),
            None => File::read(self.before),
        });
        let mut moved = BTreeSet::new();
        if same.is_none() {
            let now = File::read(&format!("{{\"pages\":{{}}{values}"));
            let changed = &file.lines() ^ &now.lines();
            let urls = changed.iter().filter_map(|(.., line)| line["url"].as_str());
            moved.extend(urls.map(str::to_owned));
        }
        let mut pages = file.pages;
        pages.retain(|url, _| match self.provenance.get(&**url) {
            Some(_) => !moved.contains(url),
            None => self.earlier.contains(url),
        });
        for (url, provenance) in self.provenance {
            pages.entry(url.to_owned()).or_insert_with(|| {
                let mut page = page_of(provenance);
                page.retain(|key, _| key != "url" && key != "from");
                page.into()
            });
        }
        pages
    }
}

/// A JSON object with one line per value.
fn laid_out<N: AsRef<str>>(lines: &BTreeMap<N, impl Display>, indent: &str) -> String {
    let mut out = String::from("{");
    for (name, line) in lines {
        let comma = if out.len() == 1 { "" } else { "," };
        write!(out, "{comma}\n{indent}  {}: {line}", json!(name.as_ref()))
            .expect("writing to a String does not fail");
    }
    if !lines.is_empty() {
        out.extend(["\n", indent]);
    }
    out.push('}');
    out
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chrono::{DateTime, Utc};

    use super::*;
    use crate::date::{Date, parse_iso};
    use crate::page::{PageSource, Provenance, ResponseMeta};
    use crate::release_data::FilteredName;
    use crate::value::Value;
    use crate::version::VersionFilter;

    fn day(text: &str) -> Date {
        parse_iso(text).unwrap()
    }

    fn origin(hour: u32, body: &str, place: Place, raw: &str) -> Origin {
        let fetched: DateTime<Utc> = format!("2026-11-23T{hour:02}:00:00Z").parse().unwrap();
        let meta = ResponseMeta {
            from: PageSource::Network,
            fetched: Some(fetched),
            ..ResponseMeta::default()
        };
        let provenance = Provenance::of("https://a.test/x", body.as_bytes(), meta);
        Origin {
            method: "m".into(),
            entry: 1,
            url: Some(Arc::clone(&provenance.url)),
            place,
            raw: raw.into(),
            page: Some(Arc::new(provenance)),
            ..Origin::default()
        }
    }

    fn collected(hour: u32, body: &str, eol: &str) -> ReleaseData {
        let mut data = ReleaseData::new(day("2026-11-23"));
        let row = Place::Row { table: 1, row: 2 };
        for value in ["2026-01-01", eol] {
            let origin = origin(hour, body, row.clone(), value);
            data.release("7").set("eol", Value::of_text(value), origin);
        }
        let filter = VersionFilter::standard();
        let (text, derivation) = filter.render_by("v7.1").unwrap();
        let tag = origin(hour, body, Place::tag("v7.1"), "2026-02-01");
        data.declare(
            &FilteredName::new(text, "v7.1", derivation),
            day("2026-02-01"),
            tag,
        );
        data
    }

    #[test]
    fn a_page_that_says_the_same_keeps_the_time_of_its_first_fetch() {
        let first = document(&collected(6, "nonce 1", "2027-01-31"), None);
        assert_eq!(
            serde_json::from_str::<Json>(&first).unwrap()["versions"]["7.1"]["name"]["raw"],
            "v7.1"
        );
        let again = document(&collected(12, "nonce 2", "2027-01-31"), Some(&first));
        assert_eq!(again, first);
        let moved = document(&collected(18, "nonce 3", "2027-02-28"), Some(&again));
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
            changed[1].contains("2027-02-28") && changed[1].contains("superseded"),
            "{moved}"
        );
    }

    #[test]
    fn what_only_earlier_runs_saw_keeps_where_it_came_from() {
        let first = document(&collected(6, "1", "2027-01-31"), None);
        let stored = Origin {
            place: Place::Stored {
                stored: "r/x.json".into(),
            },
            ..Origin::default()
        };
        let json = r#"{"releases": {"7": {"name": "7", "eol": "2027-01-31", "lts": true}}, "versions": {}}"#;
        let mut data = ReleaseData::from_json(json.as_bytes(), day("2026-11-23"), &stored).unwrap();
        data.versions = collected(12, "2", "2027-01-31").versions;
        let later: Json = serde_json::from_str(&document(&data, Some(&first))).unwrap();
        let eol = &later["releases"]["7"]["eol"];
        assert_eq!(
            (&eol["url"], &eol["earlier"]),
            (&"https://a.test/x".into(), &true.into())
        );
        assert_eq!(later["releases"]["7"]["lts"]["stored"], "r/x.json");
        let page = &later["pages"]["https://a.test/x"];
        assert_eq!(page["fetched"], "2026-11-23T06:00:00Z");
    }

    #[test]
    fn a_file_that_can_not_be_read_is_written_anew_and_nothing_is_hidden_in_it() {
        let ours = document(&collected(6, "1", "2027-01-31"), None);
        let later = collected(12, "2", "2027-01-31");
        let fresh = document(&later, None);
        let cut = (0..ours.len() - 1).map(|end| &ours[..end]);
        let other = [
            "[]",
            r#"{"pages": 7, "releases": [], "versions": {"7.1": 1}}"#,
            &format!("<<<<<<< a\n{ours}"),
            &ours[1..],
        ];
        for broken in cut.chain(other) {
            assert_eq!(document(&later, Some(broken)), fresh, "{broken}");
        }
        assert_eq!(document(&later, Some(&ours)), ours);
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
