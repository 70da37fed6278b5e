//! Release data as `releases/<product>.json` of endoflife.date has it, byte for byte.
//!
//! Two spaces of indent, every character beyond ASCII escaped, no line end at the end;
//! releases by name descending, versions by date and name descending, names compared
//! character by character (`1.9` before `1.10`). Two programs can then share one folder.

use std::fmt::Write as _;
use std::sync::Arc;

use indexmap::IndexMap;
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Serialize, Serializer};

use super::error::StoreError;
use super::origin::Origin;
use super::{ByName, FieldValue, MOST_FIELDS, Release, ReleaseData, Version};
use crate::date::{Date, parse_iso};
use crate::value::Value;

#[derive(Deserialize)]
struct Stored {
    releases: StoredReleases,
    versions: IndexMap<String, StoredVersion>,
}

type StoredReleases = IndexMap<String, IndexMap<String, Value>>;

#[derive(Deserialize)]
struct StoredVersion {
    date: String,
}

/// The content of a file.
type Read = (StoredReleases, ByName<Version>);

fn read(json: &[u8], of_day: impl Fn(Date) -> Version) -> Result<Read, StoreError> {
    let Stored { releases, versions } = serde_json::from_slice(json)?;
    let version = |(version, StoredVersion { date }): (String, _)| match parse_iso(&date) {
        Some(day) => Ok((version.into(), of_day(day))),
        None => Err(StoreError::Date { version, date }),
    };
    let versions = versions.into_iter().map(version);
    Ok((releases, versions.collect::<Result<_, _>>()?))
}

/// Reads the very form that [`ReleaseData::to_json`] writes: nearly all of it are versions, each
/// of four lines. `None` where anything is written otherwise.
fn read_as_written(json: &[u8], of_day: impl Fn(Date) -> Version) -> Option<Read> {
    /// The least length of a version in bytes, and its name once.
    const LENGTH: usize = 70;
    #[derive(Deserialize)]
    struct Head {
        releases: StoredReleases,
    }
    let json = std::str::from_utf8(json).ok()?;
    let (head, mut rest) = json.split_once(",\n  \"versions\": {")?;
    let Head { releases } = serde_json::from_str(&format!("{head}}}")).ok()?;
    let mut versions = ByName::default();
    versions.reserve(rest.len() / LENGTH);
    loop {
        rest = rest.strip_prefix("\n    \"")?;
        // A quote, or what no name may hold as it is.
        let end = rest
            .bytes()
            .position(|byte| matches!(byte, b'"' | b'\\' | ..b' '))?;
        let (name, after) = rest.split_at(end);
        let after = after.strip_prefix("\": {\n      \"name\": \"")?;
        let after = after.strip_prefix(name)?;
        let after = after.strip_prefix("\",\n      \"date\": \"")?;
        let (day, after) = after.split_at_checked(10)?;
        versions.insert(name.into(), of_day(parse_iso(day)?));
        rest = after.strip_prefix("\"\n    }")?;
        let Some(more) = rest.strip_prefix(',') else {
            break;
        };
        rest = more;
    }
    (rest == "\n  }\n}").then_some((releases, versions))
}

/// Whether both readers found the same.
fn is_same(a: &Read, b: &Read) -> bool {
    fn days((_, versions): &Read) -> impl Iterator<Item = (&str, Date)> {
        let versions = versions.iter();
        versions.map(|(name, version)| (name.as_str(), version.date))
    }
    a.0 == b.0 && days(a).eq(days(b))
}

impl ReleaseData {
    /// Reads release data of an earlier step; its values come from `origin`.
    pub fn from_json(json: &[u8], today: Date, origin: &Origin) -> Result<Self, StoreError> {
        let shared = Arc::new(origin.clone());
        let of_day = |date| Version {
            date,
            origin: Arc::clone(&shared),
            made: None,
            superseded: Vec::new(),
        };
        let (releases, versions) = match read_as_written(json, of_day) {
            Some(found) => {
                debug_assert!(read(json, of_day).is_ok_and(|other| is_same(&other, &found)));
                found
            }
            None => read(json, of_day)?,
        };
        if let Some((name, _)) = releases.iter().find(|(_, one)| one.len() > MOST_FIELDS + 1) {
            return Err(StoreError::Fields(name.clone())); // One more is the name.
        }
        let known = |value| FieldValue {
            value,
            origin: origin.clone(),
            superseded: Vec::new(),
        };
        let release = |fields: IndexMap<String, Value>| Release {
            fields: fields
                .into_iter()
                .filter(|(field, _)| field != "name")
                .map(|(field, value)| (field.into(), known(value)))
                .collect(),
            named: Vec::new(),
        };
        let mut data = Self::new(today);
        data.releases = releases
            .into_iter()
            .map(|(name, fields)| (name.into(), release(fields)))
            .collect();
        data.versions = versions;
        Ok(data)
    }

    /// Release data as JSON, byte for byte as endoflife.date keeps it.
    pub fn to_json(&self) -> String {
        let json = serde_json::to_string_pretty(self).expect("texts and booleans are JSON");
        let mut out = String::with_capacity(json.len());
        for c in json.chars() {
            // Only texts have such characters.
            if c.is_ascii() && c != '\u{7f}' {
                out.push(c);
            } else {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}").expect("writing to a String does not fail");
                }
            }
        }
        out
    }

    /// The names of the releases as they are written: descending, character by character.
    pub fn sorted_releases(&self) -> Vec<(&str, &Release)> {
        let releases = self.releases.iter();
        let mut releases: Vec<_> = releases.map(|(name, release)| (&**name, release)).collect();
        releases.sort_unstable_by(|a, b| b.0.cmp(a.0));
        releases
    }

    /// The versions as they are written: by date, then by name, descending.
    pub fn sorted_versions(&self) -> Vec<(&str, &Version)> {
        let versions = self.versions.iter();
        let mut versions: Vec<_> = versions.map(|(name, version)| (&**name, version)).collect();
        versions.sort_unstable_by(|a, b| (b.1.date, b.0).cmp(&(a.1.date, a.0)));
        versions
    }
}

impl Serialize for ReleaseData {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("releases", &Releases(self.sorted_releases()))?;
        map.serialize_entry("versions", &Versions(self.sorted_versions()))?;
        map.end()
    }
}

struct Releases<'a>(Vec<(&'a str, &'a Release)>);

impl Serialize for Releases<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            self.0
                .iter()
                .map(|(name, release)| (name, NamedRelease { name, release })),
        )
    }
}

struct Versions<'a>(Vec<(&'a str, &'a Version)>);

impl Serialize for Versions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, version)| {
            (
                name,
                NamedVersion {
                    name,
                    date: version.date,
                },
            )
        }))
    }
}

struct NamedRelease<'a> {
    name: &'a str,
    release: &'a Release,
}

impl Serialize for NamedRelease<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", self.name)?;
        for (field, known) in &self.release.fields {
            map.serialize_entry(&**field, &known.value)?;
        }
        map.end()
    }
}

#[derive(Serialize)]
struct NamedVersion<'a> {
    name: &'a str,
    date: Date,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(json: &str) -> Result<ReleaseData, StoreError> {
        ReleaseData::from_json(
            json.as_bytes(),
            parse_iso("2026-01-31").unwrap(),
            &Origin::default(),
        )
    }

    #[test]
    fn nothing_is_two_empty_maps() {
        assert_eq!(
            ReleaseData::new(parse_iso("2026-01-31").unwrap()).to_json(),
            "{\n  \"releases\": {},\n  \"versions\": {}\n}"
        );
    }

    #[test]
    fn names_are_sorted_as_text_and_characters_escaped() {
        let json = r#"{
  "releases": {
    "99": {
      "name": "99",
      "releaseLabel": "Caf\u00e9 \ud83e\udd16",
      "eol": false,
      "eoas": null
    },
    "151": {
      "name": "151"
    }
  },
  "versions": {
    "1.9": {
      "name": "1.9",
      "date": "2024-01-02"
    },
    "1.10": {
      "name": "1.10",
      "date": "2024-01-02"
    },
    "2.0": {
      "name": "2.0",
      "date": "2024-01-01"
    }
  }
}"#;
        assert_eq!(data(json).unwrap().to_json(), json);
    }

    #[test]
    fn what_is_not_written_as_usual_is_read_too() {
        let usual = r#"{
  "releases": {},
  "versions": {
    "1.1": {
      "name": "1.1",
      "date": "2024-01-02"
    },
    "1.0": {
      "name": "1.0",
      "date": "2024-01-01"
    }
  }
}"#;
        let is_as_written = |json: &str| {
            let of_day = |date| Version {
                date,
                origin: Arc::default(),
                made: None,
                superseded: Vec::new(),
            };
            read_as_written(json.as_bytes(), of_day).is_some()
        };
        assert!(is_as_written(usual));
        for (from, to) in [
            ("\"1.0\": {", "\"1.\\u0030\": {"),
            ("\"name\": \"1.0\"", "\"name\": \"2.0\""),
            ("\"date\": \"2024-01-01\"", "\"date\":\"2024-01-01\""),
            ("\n  }\n}", "\n  }\n}\n"),
            ("\n    }\n  }", "\n    }\n  }, \"more\": {}"),
        ] {
            assert!(usual.contains(from), "{from}");
            let other = usual.replace(from, to);
            assert!(!is_as_written(&other), "{other}");
            assert_eq!(data(&other).unwrap().to_json(), usual, "{other}");
        }
        for broken in [
            usual.replace("  \"releases\": {},\n", "  \"releases\": {}\n"),
            usual.replace("  \"releases\": {},\n", "  \"more\": {},\n"),
            usual.replace("\n    },", "\n    }"),
            usual.replace("01-02", "01-32"),
            format!("{usual}}}"),
        ] {
            assert!(!is_as_written(&broken), "{broken}");
            assert!(data(&broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn a_release_of_many_fields_is_refused() {
        let of = |count: usize| {
            let fields: Vec<String> = (0..count).map(|n| format!(r#","f{n}": "x""#)).collect();
            let fields = fields.concat();
            data(&format!(
                r#"{{"releases": {{"1": {{"name": "1"{fields}}}}}, "versions": {{}}}}"#
            ))
        };
        assert!(of(100).is_ok());
        let error = of(101).unwrap_err();
        assert_eq!(error.to_string(), "release `1` has more than 100 fields");
    }

    #[test]
    fn a_version_without_a_day_is_refused() {
        let error = data(r#"{"releases": {}, "versions": {"1": {"name": "1", "date": "soon"}}}"#)
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "the date of version `1` is `soon`, not a date"
        );
        assert!(matches!(data("[]").unwrap_err(), StoreError::Shape(_)));
    }
}
