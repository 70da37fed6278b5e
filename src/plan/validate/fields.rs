//! How the keys of a product file are described: what each may hold, when the site looks at it.

use std::sync::LazyLock;

use regex::Regex;

/// A key and what it may hold.
#[derive(Debug)]
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
    pub when: When,
    pub about: &'static str,
}

/// What a key may hold.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Text,
    /// A text of a form, or a list of such texts.
    Form(&'static Form),
    /// One of some words.
    Word(&'static [&'static str]),
    Url,
    UrlOrNothing,
    Day,
    DayOrBool,
    TextOrBool,
    Bool,
    Count,
    List,
    /// A list of texts of a form.
    Forms(&'static Form),
    Mapping,
}

/// When the site looks at a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// It has to be there.
    Required,
    /// Where it is there.
    Present,
    /// It has to be there where a column is shown.
    RequiredWith(Column),
    /// Where it is there and a column is shown.
    PresentWith(Column),
    /// Never: its value is not checked.
    Never,
}

/// A column of a product's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Eoas,
    Eoes,
    /// The day from which it is no longer sold.
    Discontinued,
    Latest,
}

impl Column {
    /// The key of a product that shows the column.
    pub fn key(self) -> &'static str {
        match self {
            Self::Eoas => "eoasColumn",
            Self::Eoes => "eoesColumn",
            Self::Discontinued => "discontinuedColumn",
            Self::Latest => "latestColumn",
        }
    }

    /// Whether it is shown where a product does not state it.
    pub fn is_standard(self) -> bool {
        self == Self::Latest
    }
}

/// A form of texts.
#[derive(Debug)]
pub struct Form {
    /// As a regular expression.
    pub pattern: &'static str,
    /// In words.
    pub words: &'static str,
    pub(super) regex: LazyLock<Regex>,
}

impl Form {
    /// Whether a line of a text has the form, which is how the site asks.
    pub fn fits(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }
}
