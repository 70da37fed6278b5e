//! A product file: its release cycles, and the methods that collect them.
//!
//! A [`Product`] is one file, parsed once. [`ReleaseCycle`] and [`Auto`] are views into
//! it; they read what they are asked for. This module finds no file and changes none.

mod auto;
mod cycle_names;
pub mod front_matter;
pub mod lifecycle;

use crate::value::Value;
use front_matter::{ConfigError, Content, FrontMatter, FrontMatterError, Node};

pub use auto::{
    AUTO_KEYS, Auto, AutoConfig, RETIRED_KEYS, RetiredKey, SHARED_KEYS, SITE_FIELDS, Shared,
};
pub use cycle_names::{CycleNames, includes};

/// The key that names a release cycle.
pub const RELEASE_CYCLE: &str = "releaseCycle";

/// How long a cycle may be without a new version before somebody should look, in days.
pub const STALE_AFTER_DAYS: i64 = 365;

/// Why a product file, or a part of it, is not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductError {
    /// The file, as the user named its folder.
    pub path: String,
    pub line: usize,
    pub message: String,
    pub hint: Option<String>,
}

impl std::fmt::Display for ProductError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}:{}: {}",
            crate::text::visible(&self.path),
            self.line,
            self.message
        )
    }
}

impl std::error::Error for ProductError {}

/// One file of the products folder.
#[derive(Debug, Clone)]
pub struct Product {
    pub name: String,
    /// The file, as the user named its folder.
    pub path: String,
    pub file: Vec<u8>,
    pub front_matter: FrontMatter,
}

impl ProductError {
    fn of_yaml(path: &str, error: &FrontMatterError) -> Self {
        Self {
            path: path.to_owned(),
            line: error.line(),
            message: error.to_string(),
            hint: None,
        }
    }
}

impl Product {
    pub fn read(name: &str, path: &str, file: Vec<u8>) -> Result<Self, ProductError> {
        let front_matter =
            FrontMatter::read(&file).map_err(|error| ProductError::of_yaml(path, &error))?;
        let product = Self {
            name: name.to_owned(),
            path: path.to_owned(),
            file,
            front_matter,
        };
        product
            .check_cycles()
            .map_err(|error| product.error(error))?;
        Ok(product)
    }

    pub fn error(&self, error: ConfigError) -> ProductError {
        ProductError {
            path: self.path.clone(),
            line: error.line,
            message: error.message,
            hint: error.hint,
        }
    }

    /// The front matter as the site's reader has it, which refuses what this one reads.
    pub fn second_reading(&self) -> Result<serde_yaml::Value, ProductError> {
        let reading = self.front_matter.second_reading(&self.file);
        reading.map_err(|error| ProductError::of_yaml(&self.path, &error))
    }

    /// The release cycles, in the order of the file.
    pub fn cycles(&self) -> impl ExactSizeIterator<Item = ReleaseCycle<'_>> {
        self.releases()
            .map_or(&[][..], Node::items)
            .iter()
            .map(ReleaseCycle)
    }

    /// The names of the release cycles.
    pub fn cycle_names(&self) -> CycleNames<'_> {
        self.cycles().map(|cycle| cycle.name()).collect()
    }

    /// The release cycles of a name, by the names of this product's.
    pub fn cycles_named<'a>(
        &'a self,
        names: &CycleNames<'_>,
        name: &str,
    ) -> impl Iterator<Item = ReleaseCycle<'a>> {
        let all = self.releases().map_or(&[][..], Node::items);
        names
            .named(name)
            .iter()
            .map(|number| ReleaseCycle(&all[*number]))
    }

    pub fn releases(&self) -> Option<&Node> {
        self.front_matter.root.find("releases")
    }

    /// The `auto` block, if the file has one.
    pub fn auto(&self) -> Result<Option<Auto<'_>>, ProductError> {
        let Some(node) = self
            .front_matter
            .root
            .find("auto")
            .filter(|node| !node.is_null())
        else {
            return Ok(None);
        };
        Auto::read(node, self.custom_fields().collect())
            .map(Some)
            .map_err(|error| self.error(error))
    }

    /// The fields of release cycles that only this product has.
    pub fn custom_fields(&self) -> impl Iterator<Item = &str> {
        let declared = self.front_matter.root.find("customFields");
        let declared = declared.map_or(&[][..], Node::items).iter();
        declared.filter_map(|field| field.find("name")?.text())
    }

    /// The bytes of `auto` as written; none where the file has none.
    pub fn auto_bytes(&self) -> &[u8] {
        let node = self.front_matter.root.find("auto");
        node.and_then(|node| self.file.get(node.span.clone()))
            .unwrap_or_default()
    }

    /// A key of the product itself, as a text.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.front_matter.root.find(key)?.text()
    }

    /// The lifecycle rules that the file states.
    pub fn lifecycle(&self) -> Vec<lifecycle::Statement> {
        lifecycle::stated(&self.file, &self.front_matter)
    }

    fn check_cycles(&self) -> Result<(), ConfigError> {
        let Some(releases) = self.releases().filter(|node| !node.is_null()) else {
            return Ok(());
        };
        if !matches!(releases.content, Content::Sequence(..)) {
            return Err(ConfigError::new(releases.line, "`releases` is not a list"));
        }
        for item in releases.items() {
            if !matches!(item.content, Content::Mapping(..)) {
                return Err(ConfigError::new(
                    item.line,
                    "a release cycle is not a mapping",
                ));
            }
            if item
                .find(RELEASE_CYCLE)
                .and_then(Node::text)
                .is_none_or(str::is_empty)
            {
                return Err(ConfigError::new(
                    item.line,
                    "a release cycle has no `releaseCycle`",
                ));
            }
        }
        Ok(())
    }
}

/// One entry of `releases`.
#[derive(Debug, Clone, Copy)]
pub struct ReleaseCycle<'a>(&'a Node);

impl<'a> ReleaseCycle<'a> {
    /// A mapping that names a cycle.
    pub(crate) fn of(node: &'a Node) -> Self {
        Self(node)
    }

    /// The name of the cycle, as written: `1.10` without quotes is `1.10`.
    pub fn name(&self) -> &'a str {
        self.0
            .find(RELEASE_CYCLE)
            .and_then(Node::text)
            .expect("`Product::read` checked every name")
    }

    /// What a field holds; `None` where it is absent or no scalar.
    pub fn value(&self, field: &str) -> Option<Value> {
        self.0.find(field)?.value()
    }

    pub fn node(&self) -> &'a Node {
        self.0
    }

    /// Whether a version belongs to this cycle: its name is the cycle's, or goes on after it with no digit.
    pub fn includes(&self, version: &str) -> bool {
        includes(self.name(), version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(yaml: &str) -> Result<Product, ProductError> {
        Product::read(
            "foo",
            "products/foo.md",
            format!("---\n{yaml}---\n").into_bytes(),
        )
    }

    #[test]
    fn a_cycle_keeps_its_name_as_written() {
        let product = product("releases:\n  - releaseCycle: 1.10\n    eol: false\n").unwrap();
        let cycle = product.cycles().next().unwrap();
        assert_eq!(cycle.name(), "1.10");
        assert_eq!(cycle.value("eol"), Some(Value::Bool(false)));
        assert_eq!(cycle.value("latest"), None);
    }

    #[test]
    fn a_version_belongs_to_the_cycles_it_goes_on_from() {
        let product = product("releases:\n  - releaseCycle: \"2\"\n").unwrap();
        let cycle = product.cycles().next().unwrap();
        assert!(
            ["2", "2.528", "2-rc1", "2b"]
                .iter()
                .all(|version| cycle.includes(version))
        );
        assert!(
            ["20", "2٣", "1.2", ""]
                .iter()
                .all(|version| !cycle.includes(version))
        );
    }

    #[test]
    fn a_cycle_without_a_name_is_named_by_its_line() {
        for yaml in [
            "releases:\n  - eol: false\n",
            "releases:\n  - x\n",
            "releases:\n  - releaseCycle: ''\n",
        ] {
            assert_eq!(product(yaml).unwrap_err().line, 3, "{yaml}");
        }
        assert_eq!(
            product("releases: 7\n").unwrap_err().to_string(),
            "products/foo.md:2: `releases` is not a list"
        );
    }
}
