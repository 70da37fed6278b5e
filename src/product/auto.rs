//! The `auto` block: which methods collect a product's releases, in which order.
//!
//! The first key of an entry of `auto.methods` is the method's name, so the order of keys
//! counts. Some keys mean the same for every method and are read here; the others are the
//! method's own, and a key that neither knows is an error before anything is asked.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::lifecycle;
use crate::bounds::bound;
use crate::product::front_matter::{ConfigError, Content, Node};
use crate::text::{Excerpt, nearest};
use crate::version::{Patterns, Template, VersionFilter};

/// The fields of a release cycle that every product may have, in the order in which the site's
/// files write them.
pub const SITE_FIELDS: [&str; 14] = [
    "releaseCycle",
    "releaseLabel",
    "codename",
    "releaseDate",
    "lts",
    "eoas",
    "eol",
    "eoes",
    "discontinued",
    "latest",
    "latestReleaseDate",
    "link",
    "outOfOrder",
    "staleReleaseThresholdDays",
];

/// What people call some of them in full, in lower case without separators.
const FULL_NAMES: [(&str, &str); 8] = [
    ("activesupport", "eoas"),
    ("endofactivesupport", "eoas"),
    ("endofextendedsupport", "eoes"),
    ("endoflife", "eol"),
    ("endofsupport", "eol"),
    ("extendedsupport", "eoes"),
    ("latestversion", "latest"),
    ("support", "eoas"),
];

/// The keys of `auto`.
pub const AUTO_KEYS: [&str; 4] = ["methods", "disabled", "cumulative", "policy"];

/// What every entry of `auto.methods` may have beside the method's own keys.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Shared {
    /// Which names are versions; a match starts at the first character. The named groups reach the template.
    regex: Option<Patterns>,
    /// Which of them are none after all.
    regex_exclude: Option<Patterns>,
    /// How a version is written from the named groups, in Liquid.
    template: Option<Template>,
    /// Whether this entry is switched off.
    disabled: Option<bool>,
}

/// The keys of [`Shared`].
pub const SHARED_KEYS: [&str; 4] = ["regex", "regex_exclude", "template", "disabled"];

/// Keys that once meant something, with a note for those who use them.
pub const RETIRED_KEYS: [(&str, &str); 1] = [(
    "ignore_empty_releases",
    "has had no effect since 2025: releases without fields are never kept; remove it",
)];

/// How many regexes one product file may have.
const PATTERNS: usize = 200;
/// How many entries it may have, each of which may ask for a page, or be a preset of many entries.
const ENTRIES: usize = 50;

/// The `auto` block of a product file.
#[derive(Debug, Clone)]
pub struct Auto<'a> {
    /// Whether the whole block is switched off.
    pub disabled: bool,
    /// Whether release data adds to that of earlier runs.
    pub cumulative: bool,
    methods: &'a [Node],
    /// The fields that the product itself declares.
    custom: HashSet<&'a str>,
}

impl<'a> Auto<'a> {
    pub(super) fn read(node: &'a Node, custom: HashSet<&'a str>) -> Result<Self, ConfigError> {
        if !matches!(node.content, Content::Mapping(..)) {
            return Err(ConfigError::new(node.line, "`auto` is not a mapping"));
        }
        if let Some(line) = one_too_many(node, &mut bound(PATTERNS)) {
            let message = format!("more than {PATTERNS} patterns in one product file");
            return Err(ConfigError::new(line, message));
        }
        let mut auto = Self {
            disabled: false,
            cumulative: false,
            methods: &[],
            custom,
        };
        for (key, value) in node.entries() {
            match key.text().unwrap_or_default() {
                "disabled" => auto.disabled = value.read()?,
                "cumulative" => auto.cumulative = value.read()?,
                "policy" => drop(lifecycle::explicit(value)?),
                "methods" if matches!(value.content, Content::Sequence(..)) => {
                    auto.methods = value.items();
                    if let Some(entry) = auto.methods.get(ENTRIES) {
                        let message = format!("`auto.methods` has more than {ENTRIES} entries");
                        return Err(ConfigError::new(entry.line, message));
                    }
                }
                "methods" => {
                    return Err(ConfigError::new(value.line, "`auto.methods` is not a list"));
                }
                other => {
                    return Err(ConfigError::unknown(key.line, "key", other, AUTO_KEYS));
                }
            }
        }
        Ok(auto)
    }

    pub fn len(&self) -> usize {
        self.methods.len()
    }

    pub fn is_empty(&self) -> bool {
        self.methods.is_empty()
    }

    /// The names of the methods, in order, as far as entries have one.
    pub fn method_names(&self) -> impl Iterator<Item = &'a str> {
        self.methods
            .iter()
            .filter_map(|entry| entry.entries().first()?.0.text())
    }

    /// The entry of a number, counted from 1.
    pub fn config(&self, number: usize) -> Option<Result<AutoConfig, ConfigError>> {
        let node = self.methods.get(number.checked_sub(1)?)?;
        Some(self.entry(number, node))
    }

    /// An entry, whose fields are not misspelt.
    fn entry(&self, number: usize, node: &'a Node) -> Result<AutoConfig, ConfigError> {
        let config = AutoConfig::read(number, node.clone())?;
        let keys = |node: &'a Node| node.entries().iter().map(|(key, _)| key);
        let stated = |key| node.find(key).into_iter();
        let declared = stated("releases").flat_map(Node::items).flat_map(keys);
        let named = stated("fields").flat_map(keys).chain(declared);
        for field in named.chain(stated("remove_if_undefined")) {
            let name = field.text().unwrap_or_default();
            let near = meant(name).filter(|near| *near != name && !self.custom.contains(name));
            if let Some(near) = near {
                let message = format!("unknown field `{}`", Excerpt(name));
                let hint = format!("did you mean `{near}`? `customFields` declares other fields");
                let mut error = ConfigError::new(field.line, message);
                error.hint = Some(hint);
                return Err(error);
            }
        }
        Ok(config)
    }

    pub fn configs(&self) -> impl Iterator<Item = Result<AutoConfig, ConfigError>> {
        self.methods
            .iter()
            .zip(1..)
            .map(|(node, number)| self.entry(number, node))
    }
}

/// The line of the first regex of a node that is one too many, where so many are left.
fn one_too_many(node: &Node, left: &mut usize) -> Option<usize> {
    let mut count = |pattern: &Node| {
        let is_over = *left == 0;
        *left = left.saturating_sub(1);
        is_over.then_some(pattern.line)
    };
    for (key, value) in node.entries() {
        let is_regex = matches!(key.text(), Some("regex" | "regex_exclude"));
        let over = match value.content {
            Content::Sequence(..) if is_regex => value.items().iter().find_map(&mut count),
            _ if is_regex => count(value),
            _ => None,
        };
        if over.is_some() {
            return over;
        }
    }
    let values = node.entries().iter().map(|(_, value)| value);
    let mut parts = values.chain(node.items());
    parts.find_map(|part| one_too_many(part, left))
}

/// The field of the site that a name is, or is near.
fn meant(name: &str) -> Option<&'static str> {
    const NEAR: f64 = 0.8;
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let plain = letters.collect::<String>().to_lowercase();
    let full = FULL_NAMES.iter().find(|(full, _)| *full == plain);
    let same = |field: &&str| field.eq_ignore_ascii_case(&plain);
    let near = || {
        nearest(name, SITE_FIELDS)
            .filter(|near| strsim::normalized_damerau_levenshtein(name, near) >= NEAR)
    };
    let full = full.map(|(_, field)| *field);
    full.or_else(|| SITE_FIELDS.into_iter().find(same))
        .or_else(near)
}

/// A key of an entry that nothing reads any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetiredKey {
    pub line: usize,
    pub key: &'static str,
    why: &'static str,
}

impl fmt::Display for RetiredKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.key, self.why)
    }
}

/// One entry of `auto.methods`.
#[derive(Debug, Clone)]
pub struct AutoConfig {
    /// Its number in the list, from 1.
    pub number: usize,
    pub method: Arc<str>,
    /// The text after the name: a URL, an identifier, or text that is not used.
    pub argument: String,
    /// Whether this entry is switched off.
    pub disabled: bool,
    /// The entry's `regex`, `regex_exclude` and `template`.
    pub filter: VersionFilter,
    pub line: usize,
    /// The keys of the entry that nothing reads any more.
    pub retired_keys: Vec<RetiredKey>,
    node: Node,
}

impl AutoConfig {
    /// Reads an entry of a product file or of a preset.
    pub fn read(number: usize, node: Node) -> Result<Self, ConfigError> {
        let Some((name, argument)) = node.entries().first() else {
            return Err(ConfigError::new(
                node.line,
                "an entry of `auto.methods` is not a mapping with a method",
            ));
        };
        let method = name.text().unwrap_or_default();
        if SHARED_KEYS.contains(&method) {
            let mut error = ConfigError::new(name.line, format!("`{method}` is not a method"));
            error.hint = Some("the method is the first key of its entry".into());
            return Err(error);
        }
        let shared: Shared = node.read_entries(|key| SHARED_KEYS.contains(&key), &[])?;
        let retired_keys = node
            .entries()
            .iter()
            .filter_map(|(key, _)| {
                let (retired, why) = RETIRED_KEYS
                    .iter()
                    .find(|(retired, _)| key.text() == Some(retired))?;
                Some(RetiredKey {
                    line: key.line,
                    key: retired,
                    why,
                })
            })
            .collect();
        Ok(Self {
            number,
            method: method.into(),
            argument: argument.text().unwrap_or_default().to_owned(),
            disabled: shared.disabled.unwrap_or(false),
            filter: VersionFilter::or_standard(shared.regex, shared.regex_exclude, shared.template),
            line: name.line,
            retired_keys,
            node,
        })
    }

    /// The keys that are the method's own, as its typed config; `others` are left out.
    pub fn own<T: DeserializeOwned>(
        &self,
        others: &[&'static [&'static str]],
    ) -> Result<T, ConfigError> {
        let own = |key: &str| {
            key != &*self.method
                && !SHARED_KEYS.contains(&key)
                && !others.iter().any(|keys| keys.contains(&key))
                && !RETIRED_KEYS.iter().any(|(retired, _)| *retired == key)
        };
        let known: Vec<_> = std::iter::once(&SHARED_KEYS[..])
            .chain(others.iter().copied())
            .collect();
        self.node.read_entries(own, &known)
    }

    /// Refuses a regex without these groups, or without those of its template.
    pub fn fits(&self, groups: Option<&[&str]>) -> Result<(), ConfigError> {
        let refused = |error| ConfigError::new(self.line, format!("{error}"));
        self.filter.check(groups).map_err(refused)
    }

    /// Refuses a key that is neither one of these nor one that every entry may have.
    pub fn allows(&self, own: &[&str]) -> Result<(), ConfigError> {
        let shared = || SHARED_KEYS.iter().chain(own).copied();
        let retired = RETIRED_KEYS.iter().map(|(retired, _)| *retired);
        let known: Vec<&str> = shared().chain(retired).collect();
        for (key, _) in &self.node.entries()[1..] {
            let text = key.text().unwrap_or_default();
            if !known.contains(&text) {
                return Err(ConfigError::unknown(key.line, "key", text, shared()));
            }
        }
        Ok(())
    }

    /// What the entry states of a key.
    pub fn find(&self, key: &str) -> Option<&Node> {
        self.node.find(key)
    }

    /// Some keys of the entry as a typed config.
    pub fn only<T: DeserializeOwned>(
        &self,
        keys: &'static [&'static str],
    ) -> Result<T, ConfigError> {
        self.node.read_entries(|key| keys.contains(&key), &[])
    }
}

#[cfg(test)]
mod tests {
    use super::super::Product;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Own {
        #[serde(default)]
        selector: Option<String>,
    }

    fn product(methods: &str) -> Product {
        Product::read(
            "foo",
            "foo.md",
            format!("---\nauto:\n  methods:\n{methods}---\n").into_bytes(),
        )
        .unwrap()
    }

    #[test]
    fn the_shared_keys_are_those_of_their_type() {
        let schema = schemars::schema_for!(super::Shared);
        let properties = schema.get("properties").unwrap().as_object().unwrap();
        assert!(properties.keys().eq(super::SHARED_KEYS.iter()));
    }

    #[test]
    fn a_file_of_many_patterns_is_refused_with_the_line_of_the_first_too_many() {
        let entry = "    - npm: a\n      fields: {eol: {regex: [a, b, c, d], regex_exclude: e}}\n";
        let wrong = |entries| product(&entry.repeat(entries)).auto().err();
        assert!(wrong(40).is_none());
        let error = wrong(41).unwrap();
        assert_eq!(error.line, 3 + 41 * 2);
        assert!(error.message.contains("more than 200 patterns"));
    }

    #[test]
    fn a_file_of_many_entries_is_refused_with_the_line_of_the_first_too_many() {
        let wrong = |entries| product(&"    - npm: a\n".repeat(entries)).auto().err();
        assert!(wrong(50).is_none());
        let error = wrong(51).unwrap();
        assert_eq!(error.line, 3 + 51);
        assert_eq!(error.message, "`auto.methods` has more than 50 entries");
    }

    #[test]
    fn the_first_key_is_the_method() {
        let product = product(
            "    - npm: angular\n      regex: '^(?P<v>.+)$'\n      template: '{{v}}'\n      selector: x\n",
        );
        let auto = product.auto().unwrap().unwrap();
        let config = auto.config(1).unwrap().unwrap();
        assert_eq!(
            (&*config.method, &*config.argument, config.line),
            ("npm", "angular", 4)
        );
        assert_eq!(config.filter.render("next").as_deref(), Ok("next"));
        assert_eq!(
            config.own::<Own>(&[]).unwrap().selector.as_deref(),
            Some("x")
        );
        assert!(auto.config(0).is_none() && auto.config(2).is_none());
    }

    #[test]
    fn an_unknown_key_is_an_error_with_the_nearest() {
        let product = product("    - npm: angular\n      regx: '^x$'\n");
        let auto = product.auto().unwrap().unwrap();
        let error = auto
            .config(1)
            .unwrap()
            .unwrap()
            .own::<Own>(&[])
            .unwrap_err();
        assert_eq!(
            (error.line, error.to_string()),
            (5, "unknown key `regx`; did you mean `regex`?".into())
        );
    }

    #[test]
    fn a_field_that_is_nearly_one_of_the_site_is_an_error() {
        let entry = |key: &str, field: &str| match key {
            "fields" => format!("    - json_releases: x\n      fields:\n        {field}: a\n"),
            "releases" => format!("    - declare: x\n      releases:\n        - {field}: a\n"),
            key => format!("    - json_releases: x\n      {key}:\n        {field}\n"),
        };
        for key in ["fields", "releases", "remove_if_undefined"] {
            let error = |field: &str| {
                let product = product(&entry(key, field));
                let error = product.auto().unwrap().unwrap().config(1).unwrap().err();
                error.map(|error| (error.line, error.to_string()))
            };
            for (field, near) in [
                ("endOfLife", "eol"),
                ("end_of_support", "eol"),
                ("EOL", "eol"),
                ("support", "eoas"),
                ("extendedSupport", "eoes"),
                ("release_date", "releaseDate"),
                ("relaseDate", "releaseDate"),
                ("releasecycle", "releaseCycle"),
                ("codeName", "codename"),
                ("latestVersion", "latest"),
            ] {
                let hint = format!("did you mean `{near}`? `customFields` declares other fields");
                let message = format!("unknown field `{field}`; {hint}");
                assert_eq!(error(field), Some((6, message)), "{key}");
            }
            for field in [
                "eol",
                "latestReleaseDate",
                "releaseNotes",
                "minJavaVersion",
                "name",
            ] {
                assert_eq!(error(field), None, "{key} {field}");
            }
        }
    }

    #[test]
    fn a_field_that_the_product_declares_is_its_own() {
        let text = "---\ncustomFields:\n  - name: support\nauto:\n  methods:\n    - json_releases: x\n      fields:\n        support: a\n---\n";
        let product = Product::read("foo", "foo.md", text.into()).unwrap();
        assert!(product.auto().unwrap().unwrap().config(1).unwrap().is_ok());
    }

    #[test]
    fn a_retired_key_is_accepted_with_a_note() {
        let product = product("    - npm: angular\n      ignore_empty_releases: true\n");
        let auto = product.auto().unwrap().unwrap();
        let config = auto.config(1).unwrap().unwrap();
        assert!(config.own::<Own>(&[]).is_ok());
        assert_eq!(config.retired_keys[0].line, 5);
    }

    #[test]
    fn a_shared_key_cannot_be_the_method() {
        let product = product("    - regex: x\n      npm: angular\n");
        let auto = product.auto().unwrap().unwrap();
        assert!(
            auto.config(1)
                .unwrap()
                .unwrap_err()
                .to_string()
                .contains("first key")
        );
    }
}
