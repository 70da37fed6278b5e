//! One preset: read from YAML, and filled with what an entry states.
//!
//! ```yaml
//! # Versions of Foo from its release notes.
//! #
//! # (how an entry asks for it, and what it leaves out)
//! parameters:
//!   column: { description: The header of the column of dates., default: Released }
//! methods:
//!   - version_table: ${argument}
//!     name_column: Version
//!     date_column: ${column}
//!     regex: ${regex}
//! ```
//!
//! `${argument}` is the value after the method's name, `${column}` a key of the entry's own,
//! and `${regex}`, `${regex_exclude}` and `${template}` are the entry's. A scalar that is such
//! a placeholder and nothing else takes the whole value, a list too; where the entry does not
//! state it and it has no default, the key is left out. Those of versions, `regex` and
//! `template`, have the defaults that they have in every entry. Inside a longer text the
//! value's text is filled in, but not in a pattern or a template, of which it would become a
//! part.

use std::fmt;

use indexmap::IndexMap;
use serde::Deserialize;

use super::placeholders::{Budget, PATTERNS, Placeholders, holds};
use crate::methods::{Description, Entry, Kind, METHODS, Part};
use crate::product::front_matter::{ConfigError, Content, Node, Style, read_yaml};
use crate::product::{AutoConfig, SHARED_KEYS};
use crate::version::{DEFAULT_REGEX, DEFAULT_TEMPLATE};

/// The value after the method's name.
const ARGUMENT: &str = "argument";
/// The value of a parameter without a default where a preset is tried.
const SAMPLE: &str = "sample";
/// The most entries that a preset may have.
const MOST: usize = 100;

/// A method that is config. The words at the top of its file say how it is written.
#[derive(Debug, Clone)]
pub struct Preset {
    /// The key under `auto.methods` that selects it.
    pub name: String,
    pub parameters: IndexMap<String, Parameter>,
    path: String,
    kind: Kind,
    comment: String,
    methods: Vec<Node>,
}

/// A key of an entry that a preset reads.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// What it is for.
    pub description: String,
    /// Its value where it is not stated.
    pub default: Option<Node>,
}

/// Why a preset cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresetError {
    pub name: String,
    pub path: String,
    pub error: Box<ConfigError>,
}

impl fmt::Display for PresetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, error, .. } = self;
        write!(f, "{path}:{}: {error}", error.line)
    }
}

impl std::error::Error for PresetError {}

impl PresetError {
    pub(super) fn new(name: &str, path: &str, error: ConfigError) -> Self {
        Self {
            name: name.to_owned(),
            path: path.to_owned(),
            error: Box::new(error),
        }
    }

    pub(super) fn in_entry(&self, line: usize) -> ConfigError {
        ConfigError::new(line, format!("this preset cannot be used: {self}"))
    }
}

/// The keys of a preset beside its methods.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    kind: Option<Kind>,
}

/// The keys of a parameter beside its default.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    description: String,
}

impl Preset {
    /// Reads a preset. Its entries are read when it is used, and by
    /// [`Preset::of_user`] at once.
    pub fn read(name: &str, path: &str, text: &str) -> Result<Self, PresetError> {
        Self::of_text(name, path, text).map_err(|error| PresetError::new(name, path, error))
    }

    /// Reads a user's preset: it must have a description, and all its entries must be
    /// understood.
    pub fn of_user(name: &str, path: &str, text: &str) -> Result<Self, PresetError> {
        let refuse = |message| Err(PresetError::new(name, path, ConfigError::new(1, message)));
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
        if name.is_empty() || !name.chars().all(good) || SHARED_KEYS.contains(&name) {
            return refuse(
                "the name of a preset has only lower-case letters, digits, `-` and `_`, and is not a key of every entry",
            );
        }
        let preset = Self::read(name, path, text)?;
        if preset.description().about().is_empty() {
            return refuse("a preset must begin with a comment that describes it");
        }
        preset.tried().map(|()| preset)
    }

    fn of_text(name: &str, path: &str, text: &str) -> Result<Self, ConfigError> {
        let root =
            read_yaml(text).map_err(|error| ConfigError::new(error.line(), error.to_string()))?;
        let head: Head = root.read_entries(
            |key| !matches!(key, "parameters" | "methods"),
            &[&["parameters", "methods"]],
        )?;
        let lines = text.trim_start_matches('\u{feff}').lines();
        let lines = lines.skip_while(|line| line.starts_with("---"));
        let comment: Vec<&str> = lines.take_while(|line| line.starts_with('#')).collect();
        let preset = Self {
            name: name.to_owned(),
            path: path.to_owned(),
            parameters: parameters(name, &root)?,
            kind: head.kind.unwrap_or(Kind::Vendor),
            comment: comment.join("\n"),
            methods: root
                .find("methods")
                .map(Node::items)
                .unwrap_or_default()
                .to_vec(),
        };
        if preset.methods.is_empty() {
            return Err(ConfigError::new(
                root.line,
                "`methods` is not a list of entries",
            ));
        }
        if preset.methods.len() > MOST {
            let message = format!("`methods` has more than {MOST} entries");
            return Err(ConfigError::new(root.line, message));
        }
        Ok(preset)
    }

    /// Its description: the comment at its top.
    pub fn description(&self) -> Description<'_> {
        Description::new(&self.name, self.kind, &self.comment, "#")
    }

    /// Its entries, as parts of the entry that uses it. Errors have the line of that entry.
    pub fn parts(&self, entry: &AutoConfig) -> Result<Vec<Part>, ConfigError> {
        let own: Vec<&str> = self.parameters.keys().map(String::as_str).collect();
        entry.allows(&own)?;
        let value = |name: &str| match entry.find(name).filter(|value| !value.is_null()) {
            _ if name == ARGUMENT => Some(scalar(&entry.argument, entry.line)),
            Some(value) if matches!(name, "regex" | "regex_exclude") => Some(by_lines(value)),
            Some(value) => Some(value.clone()),
            None => self.default(name),
        };
        for name in PATTERNS {
            if let Some(value) = entry.find(name).filter(|_| !self.uses(name)) {
                let message = format!("`{}` does not use `{name}`; remove it", self.name);
                return Err(ConfigError::new(value.line, message));
            }
        }
        for (name, parameter) in &self.parameters {
            if parameter.default.is_none() && entry.find(name).is_none() {
                let message = format!("`{}` lacks `{name}`: {}", self.name, parameter.description);
                return Err(ConfigError::new(entry.line, message));
            }
        }
        // An error of the preset itself has the line in the preset.
        let filled = self.filled(entry.number, Some(entry.line), value);
        let parts = filled.into_iter().collect::<Result<_, _>>();
        let parts = parts.map_err(|(Wrong::Config(error) | Wrong::Entry(error))| error);
        parts.map_err(|error| match self.tried() {
            Err(preset) => preset.in_entry(entry.line),
            Ok(()) => error,
        })
    }

    /// Whether a value of an entry is filled in somewhere.
    pub fn uses(&self, name: &str) -> bool {
        self.methods.iter().any(|method| holds(method, name))
    }

    /// Whether its entries are understood where an entry states nothing but what it must.
    /// Errors have the lines of the preset. The value of a parameter without a
    /// default is unknown; of an entry that holds one, only unknown words are errors.
    pub(super) fn tried(&self) -> Result<(), PresetError> {
        let value = |name: &str| {
            let must = name == ARGUMENT || self.parameters.contains_key(name);
            let sample = || must.then(|| scalar(SAMPLE, 1));
            self.default(name).or_else(sample)
        };
        for (method, part) in self.methods.iter().zip(self.filled(1, None, value)) {
            let mut open = self
                .parameters
                .iter()
                .filter(|(_, own)| own.default.is_none());
            let is_open = open.any(|(name, _)| holds(method, name));
            match part {
                Err(Wrong::Config(error)) if is_open && !error.message.starts_with("unknown ") => {}
                Err(Wrong::Config(error) | Wrong::Entry(error)) => {
                    return Err(PresetError::new(&self.name, &self.path, error));
                }
                Ok(_) => {}
            }
        }
        Ok(())
    }

    /// What is filled in where an entry does not state it.
    fn default(&self, name: &str) -> Option<Node> {
        let own = self.parameters.get(name);
        let own = own.and_then(|parameter| parameter.default.clone());
        match name {
            "regex" => Some(by_lines(&own.unwrap_or_else(|| scalar(DEFAULT_REGEX, 1)))),
            "regex_exclude" => own.as_ref().map(by_lines),
            "template" => own.or_else(|| Some(scalar(DEFAULT_TEMPLATE, 1))),
            _ => own,
        }
    }

    /// Its entries, each understood. Their parts have their own lines, or all that of the
    /// entry that uses it.
    fn filled(
        &self,
        number: usize,
        line: Option<usize>,
        value: impl Fn(&str) -> Option<Node>,
    ) -> Vec<Result<Part, Wrong>> {
        let own = self.parameters.keys().map(String::as_str);
        let placeholders = Placeholders {
            known: own.chain(PATTERNS).chain([ARGUMENT]).collect(),
            value,
            line,
            budget: Budget::new(),
        };
        let part = |method: &Node| {
            let filled = placeholders.fill(method, false).map_err(Wrong::Entry)?;
            let filled = filled.unwrap_or_else(|| method.clone());
            let config = AutoConfig::read(number, filled).map_err(Wrong::Config)?;
            let refuse = |message| Err(Wrong::Entry(ConfigError::new(config.line, message)));
            if config.disabled {
                return refuse("an entry of a preset cannot be disabled".to_owned());
            }
            let name = &*config.method;
            match METHODS.iter().find(|entry| entry.name == name) {
                Some(entry) if is_allowed(entry) => entry.part(config).map_err(Wrong::Config),
                Some(_) => refuse(format!(
                    "`{name}` cannot be in a preset; only the methods for any page can"
                )),
                None => {
                    let known = METHODS.iter().filter(|entry| is_allowed(entry));
                    let known = known.map(|entry| entry.name);
                    let unknown = ConfigError::unknown(config.line, "method", name, known);
                    Err(Wrong::Entry(unknown))
                }
            }
        };
        self.methods.iter().map(part).collect()
    }
}

fn parameters(name: &str, root: &Node) -> Result<IndexMap<String, Parameter>, ConfigError> {
    let mut parameters = IndexMap::new();
    let stated = root.find("parameters");
    if let Some(stated) = stated.filter(|stated| !matches!(stated.content, Content::Mapping(..))) {
        return Err(ConfigError::new(
            stated.line,
            "`parameters` is not a mapping",
        ));
    }
    for (key, value) in stated.map(Node::entries).unwrap_or_default() {
        let parameter = key.text().unwrap_or_default().to_owned();
        if [ARGUMENT, "disabled", name].contains(&&*parameter) {
            let message = format!("`{parameter}` cannot be a parameter");
            return Err(ConfigError::new(key.line, message));
        }
        let Described { description } =
            value.read_entries(|key| key != "default", &[&["default"]])?;
        let default = value.find("default").cloned();
        let text = default.as_ref().and_then(Node::text);
        if text.is_some_and(|text| text.contains("${")) {
            let message = "a default cannot have a placeholder";
            return Err(ConfigError::new(value.line, message));
        }
        let described = Parameter {
            description,
            default,
        };
        parameters.insert(parameter, described);
    }
    Ok(parameters)
}

/// What is wrong with an entry of a preset: with the entry, or with the config of its method.
enum Wrong {
    Entry(ConfigError),
    Config(ConfigError),
}

/// Whether a preset may be made of a method: it reads any page, and states nothing itself.
fn is_allowed(entry: &Entry) -> bool {
    entry.kind == Kind::Generic && entry.name != "declare"
}

/// Patterns in which `^` and `$` are the ends of lines, as they are in those of every entry.
fn by_lines(patterns: &Node) -> Node {
    match (patterns.text(), &patterns.content) {
        (Some(pattern), _) => scalar(&format!("(?m){pattern}"), patterns.line),
        (None, Content::Sequence(items, layout)) => Node {
            content: Content::Sequence(items.iter().map(by_lines).collect(), *layout),
            ..patterns.clone()
        },
        _ => patterns.clone(),
    }
}

fn scalar(text: &str, line: usize) -> Node {
    Node {
        content: Content::Scalar(text.into(), Style::Single),
        span: 0..0,
        line,
    }
}
