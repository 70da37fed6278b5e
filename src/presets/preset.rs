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
//! `${argument}` is what stands after the method's name, `${column}` a key of the entry's own,
//! and `${regex}`, `${regex_exclude}` and `${template}` are the entry's. A scalar that is such
//! a placeholder and nothing else takes the whole value, a list too; where the entry does not
//! state it and it has no default, the key is left out. Those of versions, `regex` and
//! `template`, have the defaults that they have in every entry. Inside a longer text the
//! value's text is filled in, but not in a pattern or a template, of which it would become a
//! part.
//!
//! # Why the tree is filled, and not its text
//! What is filled in comes from a product file. It stays one scalar whatever it holds: a
//! quote, a colon or a line end in it cannot become a key.

use std::fmt;

use indexmap::IndexMap;
use serde::Deserialize;

use crate::methods::{Description, Entry, Kind, METHODS, Part};
use crate::product::AutoConfig;
use crate::product::front_matter::{ConfigError, Content, Node, Style, read_yaml};
use crate::version::{DEFAULT_REGEX, DEFAULT_TEMPLATE};

/// The keys whose values are patterns and templates.
const PATTERNS: [&str; 3] = ["regex", "regex_exclude", "template"];
/// What stands after the method's name.
const ARGUMENT: &str = "argument";
/// What stands for a parameter without a default where a preset is tried.
const SAMPLE: &str = "sample";

/// A method that is config. The words at the top of its file say how it is written.
#[derive(Debug, Clone)]
pub struct Preset {
    /// The key under `auto.methods` that selects it.
    pub name: String,
    /// Its own keys, in order.
    pub parameters: IndexMap<String, Parameter>,
    kind: Kind,
    /// The comment at its top.
    comment: String,
    methods: Vec<Node>,
}

/// A key of an entry that a preset reads.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// What it says.
    pub description: String,
    /// What it says where it is not stated.
    pub default: Option<Node>,
}

/// Why a preset cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresetError {
    /// The name that it would have.
    pub name: String,
    /// Its path as people are shown it.
    pub path: String,
    /// What is wrong, and on which line.
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
    /// Reads a preset. What it stands for is read when it is used, and by
    /// [`Preset::of_user`] at once.
    pub fn read(name: &str, path: &str, text: &str) -> Result<Self, PresetError> {
        Self::of_text(name, text).map_err(|error| PresetError::new(name, path, error))
    }

    /// Reads a preset that somebody wrote: all that it stands for is understood.
    pub fn of_user(name: &str, path: &str, text: &str) -> Result<Self, PresetError> {
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
        if name.is_empty() || !name.chars().all(good) {
            let message = "a preset is named by small letters, digits, `-` and `_`";
            return Err(PresetError::new(name, path, ConfigError::new(1, message)));
        }
        let preset = Self::read(name, path, text)?;
        let tried = preset.tried();
        tried.map_err(|error| PresetError::new(name, path, error))?;
        Ok(preset)
    }

    fn of_text(name: &str, text: &str) -> Result<Self, ConfigError> {
        let root =
            read_yaml(text).map_err(|error| ConfigError::new(error.line(), error.to_string()))?;
        let head: Head = root.read_entries(
            |key| !matches!(key, "parameters" | "methods"),
            &[&["parameters", "methods"]],
        )?;
        let comment: Vec<&str> = text
            .lines()
            .take_while(|line| line.starts_with('#'))
            .collect();
        let mut parameters = IndexMap::new();
        for (key, value) in root
            .find("parameters")
            .map(Node::entries)
            .unwrap_or_default()
        {
            let Described { description } =
                value.read_entries(|key| key != "default", &[&["default"]])?;
            let default = value.find("default").cloned();
            let name = key.text().unwrap_or_default().to_owned();
            parameters.insert(
                name,
                Parameter {
                    description,
                    default,
                },
            );
        }
        let preset = Self {
            name: name.to_owned(),
            parameters,
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
                "`methods` is no list of entries",
            ));
        }
        Ok(preset)
    }

    /// What is said of it: the comment at its top.
    pub fn description(&self) -> Description<'_> {
        Description::new(&self.name, self.kind, &self.comment, "#")
    }

    /// The entries that it stands for, as parts of the entry that asks for it. Errors stand at
    /// the line of that entry.
    pub fn parts(&self, entry: &AutoConfig) -> Result<Vec<Part>, ConfigError> {
        let own: Vec<&str> = self.parameters.keys().map(String::as_str).collect();
        entry.allows(&own)?;
        let value = |name: &str| match entry.find(name) {
            _ if name == ARGUMENT => Some(scalar(&entry.argument, entry.line)),
            Some(value) if matches!(name, "regex" | "regex_exclude") => Some(by_lines(value)),
            Some(value) => Some(value.clone()),
            None => self.default(name),
        };
        for (name, parameter) in &self.parameters {
            if parameter.default.is_none() && entry.find(name).is_none() {
                let message = format!("`{}` lacks `{name}`: {}", self.name, parameter.description);
                return Err(ConfigError::new(entry.line, message));
            }
        }
        let within = |mut error: ConfigError| {
            error.line = entry.line;
            error
        };
        self.filled(entry.number, value).map_err(within)
    }

    /// Whether what it stands for is understood where an entry states nothing but what it must.
    /// Errors stand at the lines of the preset.
    pub(super) fn tried(&self) -> Result<(), ConfigError> {
        let value = |name: &str| {
            let must = name == ARGUMENT || self.parameters.contains_key(name);
            let sample = || must.then(|| scalar(SAMPLE, 1));
            self.default(name).or_else(sample)
        };
        self.filled(1, value).map(drop)
    }

    /// What is filled in where an entry says nothing.
    fn default(&self, name: &str) -> Option<Node> {
        let own = self.parameters.get(name);
        let own = own.and_then(|parameter| parameter.default.clone());
        own.or_else(|| match name {
            "regex" => Some(scalar(DEFAULT_REGEX, 1)),
            "template" => Some(scalar(DEFAULT_TEMPLATE, 1)),
            _ => None,
        })
    }

    fn filled(
        &self,
        number: usize,
        value: impl Fn(&str) -> Option<Node>,
    ) -> Result<Vec<Part>, ConfigError> {
        let part = |method: &Node| {
            let filled = self.fill(method, false, &value)?;
            let config = AutoConfig::read(number, filled.unwrap_or_else(|| method.clone()))?;
            let refuse = |message: String| Err(ConfigError::new(config.line, message));
            if config.disabled {
                return refuse("an entry of a preset cannot be disabled".to_owned());
            }
            let name = &*config.method;
            match METHODS.iter().find(|entry| entry.name == name) {
                Some(entry) if is_allowed(entry) => entry.part(config),
                Some(_) => refuse(format!(
                    "`{name}` is not for any page; a preset is made of methods that are"
                )),
                None => {
                    let known = METHODS.iter().filter(|entry| is_allowed(entry));
                    let known = known.map(|entry| entry.name);
                    Err(ConfigError::unknown(config.line, "method", name, known))
                }
            }
        };
        self.methods.iter().map(part).collect()
    }

    /// A part of the tree, filled; nothing where it is a placeholder that nothing fills.
    fn fill(
        &self,
        node: &Node,
        is_pattern: bool,
        value: &impl Fn(&str) -> Option<Node>,
    ) -> Result<Option<Node>, ConfigError> {
        let content = match &node.content {
            Content::Scalar(text, style) => match self.placeholders(node, text)?.as_slice() {
                [] => Content::Scalar(text.clone(), *style),
                [name] if text.len() == name.len() + "${}".len() => return Ok(value(name)),
                _ if is_pattern => {
                    let message = "a placeholder stands for a whole pattern or template, not for a part of one";
                    return Err(ConfigError::new(node.line, message));
                }
                _ => {
                    let mut parts = text.split("${");
                    let mut filled = parts.next().unwrap_or_default().to_owned();
                    for part in parts {
                        let (name, rest) = part.split_once('}').unwrap_or((part, ""));
                        let value = value(name);
                        let text = value.as_ref().and_then(Node::text).ok_or_else(|| {
                            ConfigError::new(node.line, format!("`{name}` is no text to fill in"))
                        })?;
                        filled.extend([text, rest]);
                    }
                    Content::Scalar(filled.into(), Style::Single)
                }
            },
            Content::Sequence(items, layout) => {
                let items = items.iter().map(|item| self.fill(item, is_pattern, value));
                let filled = items.collect::<Result<Vec<_>, _>>()?;
                Content::Sequence(filled.into_iter().flatten().collect(), *layout)
            }
            Content::Mapping(entries, layout) => {
                let mut filled = Vec::with_capacity(entries.len());
                for (key, node) in entries {
                    let is_pattern = key.text().is_some_and(|key| PATTERNS.contains(&key));
                    if let Some(node) = self.fill(node, is_pattern, value)? {
                        filled.push((key.clone(), node));
                    }
                }
                Content::Mapping(filled, *layout)
            }
        };
        Ok(Some(Node {
            content,
            span: node.span.clone(),
            line: node.line,
        }))
    }

    /// The names of the placeholders in a text, each once; one that nothing can fill is an error.
    fn placeholders<'t>(&self, node: &Node, text: &'t str) -> Result<Vec<&'t str>, ConfigError> {
        let mut names = Vec::new();
        for rest in text.split("${").skip(1) {
            let (name, _) = rest.split_once('}').unwrap_or((rest, ""));
            let known = || {
                let own = self.parameters.keys().map(String::as_str);
                own.chain(PATTERNS).chain([ARGUMENT])
            };
            if !known().any(|known| known == name) {
                return Err(ConfigError::unknown(
                    node.line,
                    "placeholder",
                    name,
                    known(),
                ));
            }
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Ok(names)
    }
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

/// A text as a node.
fn scalar(text: &str, line: usize) -> Node {
    Node {
        content: Content::Scalar(text.into(), Style::Single),
        span: 0..0,
        line,
    }
}
