//! Which keys a product file has, what each may hold, and when the site looks at it.
//!
//! The rules and the JSON Schema are both made from these tables.

use std::sync::LazyLock;

use regex::Regex;

use super::fields::Column::{self, Discontinued, Eoas, Eoes, Latest};
use super::fields::When::{Never, Present, PresentWith, Required, RequiredWith};
use super::fields::{Field, Form, Kind};

macro_rules! form {
    ($name:ident, $pattern:literal, $words:literal) => {
        static $name: Form = Form {
            pattern: $pattern,
            words: $words,
            regex: LazyLock::new(|| {
                Regex::new(concat!("(?m)", $pattern)).expect("a valid pattern")
            }),
        };
    };
}

form!(
    CYCLE,
    r"^[a-z0-9.\-+_]+$",
    "lower-case letters, digits and `.-+_`"
);
form!(
    PATH,
    r"^/[a-z0-9-]+$",
    "a slash, then lower-case letters, digits and `-`"
);
form!(
    OTHER_PATH,
    r"^/[a-z0-9\-_]+$",
    "a slash, then lower-case letters, digits, `-` and `_`"
);
form!(
    TAGS,
    r"^[a-z0-9\-]+( [a-z0-9\-]+)*$",
    "lower-case words with one space between"
);
form!(
    URL,
    r"^https?://.",
    "an address that starts with `https://` or `http://`"
);

/// The form of an address.
pub fn url() -> &'static Form {
    &URL
}

const CATEGORIES: [&str; 9] = [
    "app",
    "database",
    "device",
    "framework",
    "lang",
    "os",
    "server-app",
    "service",
    "standard",
];

const DISPLAYS: [&str; 5] = [
    "none",
    "api-only",
    "after-release-column",
    "before-latest-column",
    "after-latest-column",
];

/// A table of keys, a line a key: rustfmt would give each five.
macro_rules! table {
    ($(#[$about_table:meta])* $table:ident: $($name:literal $kind:expr, $when:expr, $about:literal;)*) => {
        $(#[$about_table])*
        pub static $table: &[Field] = &[$(Field {
            name: $name,
            kind: $kind,
            when: $when,
            about: $about,
        }),*];
    };
}

table! {
    /// The keys of a product.
    PRODUCT:
    "title" Kind::Text, Required, "The name of the product.";
    "addedAt" Kind::Day, Never, "The day on which the site got this product.";
    "category" Kind::Word(&CATEGORIES), Required, "The category of the product.";
    "tags" Kind::Form(&TAGS), Present, "Tags, with a space between.";
    "iconSlug" Kind::Text, Never, "The name of the icon on simpleicons.org.";
    "permalink" Kind::Form(&PATH), Required, "The path of the page on the site.";
    "alternate_urls" Kind::Forms(&OTHER_PATH), Present, "Paths that lead to the page.";
    "versionCommand" Kind::Text, Present, "The command that shows which version is installed.";
    "releasePolicyLink" Kind::Url, Present, "The vendor's page about its support policy.";
    "releaseImage" Kind::Url, Present, "A picture of the release calendar.";
    "changelogTemplate" Kind::Url, Present, "The address of a version's release notes, with `__LATEST__` and `__RELEASE_CYCLE__` in it.";
    "releaseLabel" Kind::Text, Present, "How a cycle is named, with `__RELEASE_CYCLE__` in it.";
    "LTSLabel" Kind::Text, Present, "How long-term support is named.";
    "releaseDateColumn" Kind::TextOrBool, Present, "Whether release days are shown, or under which header.";
    "latestColumn" Kind::TextOrBool, Present, "Whether latest versions are shown, or under which header. Shown unless false.";
    "eoasColumn" Kind::TextOrBool, Present, "Whether the end of active support is shown, or under which header.";
    "eolColumn" Kind::TextOrBool, Present, "Whether the end of life is shown, or under which header.";
    "eoesColumn" Kind::TextOrBool, Present, "Whether the end of extended support is shown, or under which header.";
    "discontinuedColumn" Kind::TextOrBool, Present, "Whether the end of sale is shown, or under which header.";
    "eoasWarnThreshold" Kind::Count, Never, "How many days before the end of active support a warning is shown.";
    "eolWarnThreshold" Kind::Count, Never, "How many days before the end of life a warning is shown.";
    "eoesWarnThreshold" Kind::Count, Never, "How many days before the end of extended support a warning is shown.";
    "staleReleaseThresholdDays" Kind::Count, Never, "After how many days without a new version a cycle is stale.";
    "identifiers" Kind::List, Present, "What the product is called elsewhere: `purl`, `cpe` or `repology`.";
    "customFields" Kind::List, Present, "Fields of release cycles that only this product has.";
    "auto" Kind::Mapping, Present, "Where the dates of this product are collected.";
    "releases" Kind::List, Required, "The release cycles, the newest first.";
}

table! {
    /// The keys of a release cycle.
    CYCLE_FIELDS:
    "releaseCycle" Kind::Form(&CYCLE), Required, "The name of the cycle, in quotes.";
    "releaseLabel" Kind::Text, Present, "How the cycle is named on the page.";
    "codename" Kind::Text, Present, "The code name.";
    "releaseDate" Kind::Day, Required, "The day of the first version.";
    "lts" Kind::DayOrBool, Present, "Whether it has long-term support, or from which day.";
    "eoas" Kind::DayOrBool, RequiredWith(Eoas), "The last day of active support, or whether it is over.";
    "eol" Kind::DayOrBool, Required, "The last day of support, or whether it is over.";
    "eoes" Kind::DayOrBool, PresentWith(Eoes), "The last day of extended support, or whether it is over.";
    "discontinued" Kind::DayOrBool, RequiredWith(Discontinued), "The day from which it is no longer sold, or whether it is.";
    "latest" Kind::Text, RequiredWith(Latest), "The latest version, in quotes.";
    "latestReleaseDate" Kind::Day, PresentWith(Latest), "The day of the latest version.";
    "link" Kind::UrlOrNothing, Present, "The release notes of the latest version; `null` for none.";
    "outOfOrder" Kind::Bool, Never, "Whether the cycle may be out of the order of release dates.";
    "staleReleaseThresholdDays" Kind::Count, Never, "After how many days without a new version this cycle is stale.";
}

table! {
    /// The keys of a custom field.
    CUSTOM:
    "name" Kind::Text, Required, "The key in release cycles.";
    "display" Kind::Word(&DISPLAYS), Required, "Where it is shown.";
    "label" Kind::Text, Required, "The header of its column.";
    "description" Kind::Text, Present, "What the column holds.";
    "link" Kind::Url, Present, "A page with more information.";
}

/// The days of a cycle that come one after another, with the columns on which that depends.
pub(super) static DATE_ORDER: [(&str, &str, &[Column]); 6] = [
    ("releaseDate", "eoas", &[Eoas]),
    ("releaseDate", "eol", &[]),
    ("releaseDate", "eoes", &[Eoes]),
    ("eoas", "eol", &[Eoas]),
    ("eoas", "eoes", &[Eoas, Eoes]),
    ("eol", "eoes", &[Eoes]),
];

/// The days of a cycle that are in the past or near, with the column on which that depends.
pub(super) static NEAR: [(&str, Option<Column>); 2] =
    [("releaseDate", None), ("latestReleaseDate", Some(Latest))];

/// How far ahead such a day may be, in days.
pub(super) const AHEAD: i64 = 7;
