//! What differs between two states of release data: releases, their fields, and versions.
//!
//! Where a value comes from is no difference, nor is the order in which it was collected, nor a
//! day in quotes beside the same day. Every text of a page is shown as an excerpt on one line.

use std::fmt;

use indexmap::IndexMap;
use serde::Serialize;

use super::{Origin, Release, ReleaseData, Version};
use crate::text::Excerpt;
use crate::value::Value;

/// One thing that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DataDifference {
    #[serde(flatten)]
    pub subject: Subject,
    /// What it held; `None` where it was absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Content>,
    /// What it holds; `None` where it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Content>,
    /// Where the new value comes from; `None` for a whole release, whose fields may come from
    /// many places, and for what is absent.
    #[serde(skip)]
    pub origin: Option<Origin>,
}

/// What a difference is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Subject {
    /// A release, or one field of it.
    Release {
        release: String,
        /// The field; `None` where the whole release is added or removed.
        #[serde(skip_serializing_if = "Option::is_none")]
        field: Option<String>,
    },
    Version {
        version: String,
    },
}

/// What a subject holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Content {
    /// The value of a field, or the day of a version.
    Value(Value),
    Fields(IndexMap<String, Value>),
}

/// What differs, releases before versions; of each, first what is there in the order in which
/// it is stored, then what is gone.
pub fn differences(old: Option<&ReleaseData>, new: &ReleaseData) -> Vec<DataDifference> {
    let none = ReleaseData::new(new.today());
    let old = old.unwrap_or(&none);
    let mut found = Vec::new();
    for (name, release) in new.sorted_releases() {
        match old.releases.get(name) {
            None => found.push(of_release(name, None, Some(release))),
            Some(before) => found.extend(of_fields(name, before, release)),
        }
    }
    for (name, release) in old.sorted_releases() {
        if !new.releases.contains_key(name) {
            found.push(of_release(name, Some(release), None));
        }
    }
    for (name, version) in new.sorted_versions() {
        let before = old.versions.get(name);
        if before.is_none_or(|before| before.date != version.date) {
            found.push(of_version(name, before, Some(version)));
        }
    }
    for (name, version) in old.sorted_versions() {
        if !new.versions.contains_key(name) {
            found.push(of_version(name, Some(version), None));
        }
    }
    found
}

fn of_release(name: &str, old: Option<&Release>, new: Option<&Release>) -> DataDifference {
    let fields = |release: &Release| {
        let fields = release.fields.iter();
        Content::Fields(
            fields
                .map(|(field, known)| (field.to_string(), known.value.clone()))
                .collect(),
        )
    };
    DataDifference {
        subject: Subject::Release {
            release: name.to_owned(),
            field: None,
        },
        old: old.map(fields),
        new: new.map(fields),
        origin: None,
    }
}

fn of_fields<'a>(
    name: &'a str,
    old: &'a Release,
    new: &'a Release,
) -> impl Iterator<Item = DataDifference> + 'a {
    let gone = old.fields.keys();
    let gone = gone.filter(|field| !new.fields.contains_key(*field));
    new.fields.keys().chain(gone).filter_map(move |field| {
        let (before, after) = (old.value(field), new.value(field));
        let is_same = before
            .zip(after)
            .is_some_and(|(before, after)| before.says_the_same(after));
        (!is_same).then(|| DataDifference {
            subject: Subject::Release {
                release: name.to_owned(),
                field: Some(field.to_string()),
            },
            old: before.cloned().map(Content::Value),
            new: after.cloned().map(Content::Value),
            origin: new.fields.get(field).map(|known| known.origin.clone()),
        })
    })
}

fn of_version(name: &str, old: Option<&Version>, new: Option<&Version>) -> DataDifference {
    let date = |version: &Version| Content::Value(version.date.into());
    DataDifference {
        subject: Subject::Version {
            version: name.to_owned(),
        },
        old: old.map(date),
        new: new.map(date),
        origin: new.map(|version| Origin::clone(&version.origin)),
    }
}

impl fmt::Display for DataDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.subject)?;
        let is_field = matches!(self.subject, Subject::Release { field: Some(_), .. });
        match (&self.old, &self.new) {
            (None, Some(new)) if !is_field => write!(f, "added ({new})"),
            (_, None) if !is_field => f.write_str("removed"),
            (old, new) => {
                let text = |content: &Option<Content>| {
                    let content = content.as_ref();
                    content.map_or_else(|| "nothing".to_owned(), ToString::to_string)
                };
                write!(f, "{} -> {}", text(old), text(new))
            }
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Release {
                release,
                field: None,
            } => Excerpt(release).fmt(f),
            Self::Release {
                release,
                field: Some(field),
            } => write!(f, "{} {}", Excerpt(release), Excerpt(field)),
            Self::Version { version } => write!(f, "version {}", Excerpt(version)),
        }
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => Excerpt(&value.to_string()).fmt(f),
            Self::Fields(fields) if fields.is_empty() => f.write_str("no fields"),
            Self::Fields(fields) => {
                for (number, (field, value)) in fields.iter().enumerate() {
                    let comma = if number == 0 { "" } else { ", " };
                    let value = value.to_string();
                    write!(f, "{comma}{}: {}", Excerpt(field), Excerpt(&value))?;
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::parse_iso;

    fn data(json: &str) -> ReleaseData {
        ReleaseData::from_json(
            json.as_bytes(),
            parse_iso("2026-01-31").unwrap(),
            &Origin::default(),
        )
        .unwrap()
    }

    fn lines(old: Option<&ReleaseData>, new: &ReleaseData) -> Vec<String> {
        let found = differences(old, new);
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_kind_of_difference_has_its_words_and_its_place() {
        let old = data(
            r#"{"releases": {"9": {"name": "9", "eol": false, "eoes": "2035-05-31", "lts": true}, "8": {"name": "8"}},
            "versions": {"8.1.4": {"name": "8.1.4", "date": "2026-01-01"}, "8.0": {"name": "8.0", "date": "2025-01-01"}}}"#,
        );
        let new = data(
            r#"{"releases": {"9": {"name": "9", "eol": false, "eoes": "2036-05-31", "link": "x"}, "91": {"name": "91", "eol": false, "eoes": "2035-05-31"}},
            "versions": {"8.1.5": {"name": "8.1.5", "date": "2026-01-02"}, "8.0": {"name": "8.0", "date": "2025-01-02"}}}"#,
        );
        assert_eq!(
            lines(Some(&old), &new),
            [
                "91: added (eol: false, eoes: 2035-05-31)",
                "9 eoes: 2035-05-31 -> 2036-05-31",
                "9 link: nothing -> x",
                "9 lts: true -> nothing",
                "8: removed",
                "version 8.1.5: added (2026-01-02)",
                "version 8.0: 2025-01-01 -> 2025-01-02",
                "version 8.1.4: removed",
            ]
        );
        assert!(differences(Some(&new), &new).is_empty());
    }

    #[test]
    fn a_program_gets_the_parts_of_a_difference() {
        let old = data(
            r#"{"releases": {"9": {"name": "9", "eol": false}, "8": {"name": "8", "eol": null}}, "versions": {}}"#,
        );
        let new = data(
            r#"{"releases": {"9": {"name": "9", "eol": "2036-05-31"}}, "versions": {"9.1": {"name": "9.1", "date": "2026-01-02"}}}"#,
        );
        let json = serde_json::to_string(&differences(Some(&old), &new)).unwrap();
        assert_eq!(
            json,
            r#"[{"release":"9","field":"eol","old":false,"new":"2036-05-31"},{"release":"8","old":{"eol":null}},{"version":"9.1","new":"2026-01-02"}]"#
        );
    }

    #[test]
    fn a_name_or_value_stays_on_its_line_and_hides_nothing() {
        let new = data(
            r#"{"releases": {"a\nb": {"name": "a\nb", "x\u202e": "1\n2"}}, "versions": {"1\r2": {"name": "1\r2", "date": "2026-01-01"}}}"#,
        );
        assert_eq!(
            lines(None, &new),
            [
                r"a\nb: added (x\u{202e}: 1\n2)",
                r"version 1\r2: added (2026-01-01)"
            ]
        );
    }
}
