//! How the keys of a product file are described: what each may hold, when the site looks at it.

use std::sync::LazyLock;

use regex::Regex;

/// A key and what it may hold.
#[derive(Debug)]
pub struct Field {
    /// The key.
    pub name: &'static str,
    /// What it may hold.
    pub kind: Kind,
    /// When the site looks at it.
    pub when: When,
    /// What it is for.
    pub about: &'static str,
}

/// What a key may hold.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A text.
    Text,
    /// A text of a form, or a list of such texts.
    Form(&'static Form),
    /// One of some words.
    Word(&'static [&'static str]),
    /// The address of a page.
    Url,
    /// The address of a page, or nothing.
    UrlOrNothing,
    /// A day.
    Day,
    /// A day, or a boolean.
    DayOrBool,
    /// A text, or a boolean.
    TextOrBool,
    /// A boolean.
    Bool,
    /// A whole number.
    Count,
    /// A list.
    List,
    /// A list of texts of a form.
    Forms(&'static Form),
    /// A mapping.
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
    /// Never: what stands there is not judged.
    Never,
}

/// A column of a product's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// The end of active support.
    Eoas,
    /// The end of extended support.
    Eoes,
    /// The day from which it is no longer sold.
    Discontinued,
    /// The latest version.
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

    /// Whether it is shown where a product says nothing.
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
