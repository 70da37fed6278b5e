//! How the program describes its methods and presets: the words at the top of each one's file.
//!
//! # Why the source is read
//! Those words explain to a reader of the source what a method reads and how it is used. A
//! second copy for a reader of the program would grow apart from them. It costs the program
//! the text of its methods, about one byte in eighty.

use serde::Deserialize;

/// What a method reads, by which it is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Any page, or the product file itself.
    Generic,
    /// A git repository, or the site that holds it.
    Repository,
    /// A list of what many projects publish.
    Registry,
    /// The pages of one vendor.
    Vendor,
    /// Pages that a browser must render, always.
    Browser,
}

impl Kind {
    /// All of them, in the order of a list.
    pub const ALL: [Self; 5] = [
        Self::Generic,
        Self::Repository,
        Self::Registry,
        Self::Vendor,
        Self::Browser,
    ];

    /// The heading above its methods in a list.
    pub fn title(self) -> &'static str {
        match self {
            Self::Generic => "Any page",
            Self::Repository => "Repositories and forges",
            Self::Registry => "Registries",
            Self::Vendor => "One vendor each",
            Self::Browser => "Pages that need a browser",
        }
    }
}

/// The description of a method or preset.
#[derive(Debug, Clone)]
pub struct Description<'a> {
    /// The key under `auto.methods`.
    pub name: &'a str,
    /// What it reads, by which it is listed.
    pub kind: Kind,
    /// All of it: what it reads, how an entry uses it, what it leaves out.
    pub lines: Vec<&'a str>,
}

impl<'a> Description<'a> {
    /// The comment at the top of a file; `sign` opens each of its lines.
    pub fn new(name: &'a str, kind: Kind, source: &'a str, sign: &str) -> Self {
        let lines = source
            .lines()
            .map_while(|line| line.strip_prefix(sign))
            .map(|line| line.strip_prefix(' ').unwrap_or(line));
        Self {
            name,
            kind,
            lines: lines.collect(),
        }
    }

    /// What the method collects from where, as one sentence.
    pub fn about(&self) -> String {
        let first: Vec<&str> = self
            .lines
            .iter()
            .copied()
            .take_while(|line| !line.is_empty())
            .collect();
        first.join(" ")
    }
}
