//! The name of a version, and how it was made of the text of a page.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use super::origin::{Origin, Place};
use crate::version::Derivation;

/// The name of a version that a filter made of a raw name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilteredName {
    text: String,
    raw: Arc<str>,
    derivation: Arc<Derivation>,
}

impl FilteredName {
    /// A name that was made of a raw one.
    pub fn new(text: String, raw: &str, derivation: &Arc<Derivation>) -> Self {
        Self {
            text,
            raw: raw.into(),
            derivation: Arc::clone(derivation),
        }
    }

    pub fn into_text(self) -> String {
        self.text
    }
}

impl Deref for FilteredName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for FilteredName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The name of a version that is declared, with how it was made where that is known.
#[derive(Debug)]
pub struct VersionName<'a> {
    pub(super) text: &'a str,
    pub(super) made: Option<NameDerivation>,
}

/// How the name of a version was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameDerivation {
    /// The text on the page.
    raw: Arc<str>,
    /// How it became the name.
    derivation: Option<Arc<Derivation>>,
    /// Where it is, if not where the day is.
    place: Option<Place>,
}

impl<'a> VersionName<'a> {
    /// A name with a place of its own.
    pub fn at(
        text: &'a str,
        place: Place,
        raw: &str,
        derivation: Option<&Arc<Derivation>>,
    ) -> Self {
        Self {
            text,
            made: Some(NameDerivation {
                raw: raw.into(),
                derivation: derivation.cloned(),
                place: Some(place),
            }),
        }
    }
}

impl<'a> From<&'a str> for VersionName<'a> {
    fn from(text: &'a str) -> Self {
        Self { text, made: None }
    }
}

impl<'a> From<&&'a str> for VersionName<'a> {
    fn from(text: &&'a str) -> Self {
        (*text).into()
    }
}

impl<'a> From<&'a String> for VersionName<'a> {
    fn from(text: &'a String) -> Self {
        text.as_str().into()
    }
}

impl<'a> From<&'a FilteredName> for VersionName<'a> {
    fn from(name: &'a FilteredName) -> Self {
        Self {
            text: &name.text,
            made: Some(NameDerivation {
                raw: Arc::clone(&name.raw),
                derivation: Some(Arc::clone(&name.derivation)),
                place: None,
            }),
        }
    }
}

impl NameDerivation {
    /// The text on the page.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// How it became the name.
    pub fn derivation(&self) -> Option<&Derivation> {
        self.derivation.as_deref()
    }

    /// Where it is, if that is known apart from the day.
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// Where the name comes from, given where the day does.
    pub(super) fn origin(&self, day: &Origin) -> Origin {
        Origin {
            place: self.place.clone().unwrap_or_else(|| day.place.clone()),
            raw: Arc::clone(&self.raw),
            derivation: self.derivation.clone(),
            ..day.clone()
        }
    }
}
