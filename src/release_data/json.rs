//! Release data as `releases/<product>.json` of endoflife.date has it, byte for byte.
//!
//! Two spaces of indent, every character beyond ASCII escaped, no line end at the end;
//! releases by name descending, versions by date and name descending, names compared
//! character by character (`1.9` before `1.10`). Two programs can then share one folder.

use std::io;

use indexmap::IndexMap;
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::ser::{Formatter, PrettyFormatter};

use super::error::StoreError;
use super::origin::Origin;
use super::{Learnt, Release, ReleaseData, Version};
use crate::date::{Date, parse_iso};
use crate::value::Value;

#[derive(Deserialize)]
struct Stored {
    releases: IndexMap<String, IndexMap<String, Value>>,
    versions: IndexMap<String, StoredVersion>,
}

#[derive(Deserialize)]
struct StoredVersion {
    date: String,
}

impl ReleaseData {
    /// Reads release data of an earlier step; its values come from `origin`.
    pub fn from_json(json: &[u8], today: Date, origin: &Origin) -> Result<Self, StoreError> {
        let stored: Stored = serde_json::from_slice(json)?;
        let mut data = Self::new(today);
        data.releases = stored
            .releases
            .into_iter()
            .map(|(name, fields)| {
                let fields = fields
                    .into_iter()
                    .filter(|(field, _)| field != "name")
                    .map(|(field, value)| {
                        (
                            field,
                            Learnt {
                                value,
                                origin: origin.clone(),
                                overruled: Vec::new(),
                            },
                        )
                    })
                    .collect();
                (
                    name,
                    Release {
                        fields,
                        named: Vec::new(),
                    },
                )
            })
            .collect();
        for (name, StoredVersion { date }) in stored.versions {
            let Some(date) = parse_iso(&date) else {
                return Err(StoreError::Date {
                    version: name,
                    date,
                });
            };
            data.versions.insert(
                name,
                Version {
                    date,
                    origin: origin.clone(),
                    made: None,
                    overruled: Vec::new(),
                },
            );
        }
        Ok(data)
    }

    /// Release data as JSON, byte for byte as endoflife.date keeps it.
    pub fn to_json(&self) -> String {
        let mut out = Vec::new();
        let formatter = AsciiFormatter(PrettyFormatter::new());
        let mut serializer = serde_json::Serializer::with_formatter(&mut out, formatter);
        self.serialize(&mut serializer)
            .expect("texts and booleans are JSON");
        String::from_utf8(out).expect("the formatter writes ASCII")
    }

    /// The names of the releases as they are written: descending, character by character.
    pub fn sorted_releases(&self) -> Vec<(&String, &Release)> {
        let mut releases: Vec<_> = self.releases.iter().collect();
        releases.sort_unstable_by(|a, b| b.0.cmp(a.0));
        releases
    }

    /// The versions as they are written: by date, then by name, descending.
    pub fn sorted_versions(&self) -> Vec<(&String, &Version)> {
        let mut versions: Vec<_> = self.versions.iter().collect();
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

struct Releases<'a>(Vec<(&'a String, &'a Release)>);

impl Serialize for Releases<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            self.0
                .iter()
                .map(|(name, release)| (name, NamedRelease { name, release })),
        )
    }
}

struct Versions<'a>(Vec<(&'a String, &'a Version)>);

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
        for (field, learnt) in &self.release.fields {
            map.serialize_entry(field, &learnt.value)?;
        }
        map.end()
    }
}

#[derive(Serialize)]
struct NamedVersion<'a> {
    name: &'a str,
    date: Date,
}

/// Pretty JSON with every character beyond ASCII escaped.
struct AsciiFormatter(PrettyFormatter<'static>);

impl Formatter for AsciiFormatter {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        for c in fragment.chars() {
            if c.is_ascii() && c != '\u{7f}' {
                out.write_all(&[c as u8])?;
            } else {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}")?;
                }
            }
        }
        Ok(())
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<ReleaseData, StoreError> {
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
        assert_eq!(read(json).unwrap().to_json(), json);
    }

    #[test]
    fn a_version_without_a_day_is_refused() {
        let error = read(r#"{"releases": {}, "versions": {"1": {"name": "1", "date": "soon"}}}"#)
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "the date of version `1` is `soon`, not a day"
        );
        assert!(matches!(read("[]").unwrap_err(), StoreError::Shape(_)));
    }
}
