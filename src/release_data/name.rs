//! The name of a version, and how it was made of what a page says.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use super::origin::{Origin, Place};
use crate::version::Way;

/// The name of a version that a filter made of a raw name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    text: String,
    raw: Arc<str>,
    way: Arc<Way>,
}

impl Name {
    /// The name that was made of a raw one in this way.
    pub fn new(text: String, raw: &str, way: &Arc<Way>) -> Self {
        Self {
            text,
            raw: raw.into(),
            way: Arc::clone(way),
        }
    }

    /// The name alone.
    pub fn into_text(self) -> String {
        self.text
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The name of a version that is declared, with how it was made where that is known.
#[derive(Debug)]
pub struct Named<'a> {
    pub(super) text: &'a str,
    pub(super) made: Option<Made>,
}

/// How the name of a version was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The text that stands on the page.
    raw: Arc<str>,
    /// How it became the name.
    way: Option<Arc<Way>>,
    /// Where it stands, if not where the day does.
    place: Option<Place>,
}

impl<'a> Named<'a> {
    /// A name that stands at a place of its own.
    pub fn at(text: &'a str, place: Place, raw: &str, way: Option<&Arc<Way>>) -> Self {
        Self {
            text,
            made: Some(Made {
                raw: raw.into(),
                way: way.cloned(),
                place: Some(place),
            }),
        }
    }
}

impl<'a> From<&'a str> for Named<'a> {
    fn from(text: &'a str) -> Self {
        Self { text, made: None }
    }
}

impl<'a> From<&&'a str> for Named<'a> {
    fn from(text: &&'a str) -> Self {
        (*text).into()
    }
}

impl<'a> From<&'a String> for Named<'a> {
    fn from(text: &'a String) -> Self {
        text.as_str().into()
    }
}

impl<'a> From<&'a Name> for Named<'a> {
    fn from(name: &'a Name) -> Self {
        Self {
            text: &name.text,
            made: Some(Made {
                raw: Arc::clone(&name.raw),
                way: Some(Arc::clone(&name.way)),
                place: None,
            }),
        }
    }
}

impl Made {
    /// The text that stands on the page.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// How it became the name.
    pub fn way(&self) -> Option<&Way> {
        self.way.as_deref()
    }

    /// Where it stands, if that is told apart from where the day does.
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// Where the name comes from, given where the day does.
    pub(super) fn origin(&self, day: &Origin) -> Origin {
        Origin {
            place: self.place.clone().unwrap_or_else(|| day.place.clone()),
            raw: Arc::clone(&self.raw),
            way: self.way.clone(),
            ..day.clone()
        }
    }
}
