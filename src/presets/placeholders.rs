//! Placeholders in the tree of a preset, and what is filled in.
//!
//! What is filled in comes from a product file. The tree is filled, and not its text: a value
//! stays one scalar whatever it holds, and a quote, a colon or a line end in it cannot become
//! a key.
//!
//! What is filled in is counted: a short preset that names a placeholder a thousand times, and a
//! short list of patterns in each of its entries, would become large.

use std::cell::Cell;

use crate::product::front_matter::{ConfigError, Content, Node, Style};

/// The keys whose values are patterns and templates: a placeholder is all of one, as a
/// text within it would become a part of it.
pub(super) const PATTERNS: [&str; 3] = ["regex", "regex_exclude", "template"];

/// How many bytes may be filled in for one entry, and how many patterns and templates a preset may
/// make of it.
const BYTES: usize = 64 << 10;
const MOST_PATTERNS: usize = 20;

/// How much more may be filled in.
pub(super) struct Budget {
    bytes: Cell<usize>,
    patterns: Cell<usize>,
}

impl Budget {
    pub(super) fn new() -> Self {
        Self {
            bytes: Cell::new(BYTES),
            patterns: Cell::new(MOST_PATTERNS),
        }
    }

    fn take_bytes(&self, count: usize, line: usize) -> Result<(), ConfigError> {
        let left = self.bytes.get().checked_sub(count).ok_or_else(|| {
            let message = format!("more than {} KiB are filled in", BYTES >> 10);
            ConfigError::new(line, message)
        })?;
        self.bytes.set(left);
        Ok(())
    }

    /// Takes what a filled value holds: its scalars, each a pattern where patterns are expected.
    fn take(&self, node: &Node, is_pattern: bool, line: usize) -> Result<(), ConfigError> {
        self.take_bytes(node.text().map_or(1, str::len), line)?;
        if is_pattern && node.text().is_some() {
            let left = self.patterns.get().checked_sub(1).ok_or_else(|| {
                let message = format!("more than {MOST_PATTERNS} patterns and templates");
                ConfigError::new(line, message)
            })?;
            self.patterns.set(left);
        }
        for (key, value) in node.entries() {
            self.take(key, false, line)?;
            self.take(value, is_pattern, line)?;
        }
        let mut items = node.items().iter();
        items.try_for_each(|item| self.take(item, is_pattern, line))
    }
}

/// The placeholders that there may be, and their values.
pub(super) struct Placeholders<'a, F> {
    pub(super) known: Vec<&'a str>,
    pub(super) value: F,
    /// The line of all of the tree but the values; its own lines otherwise.
    pub(super) line: Option<usize>,
    pub(super) budget: Budget,
}

impl<F: Fn(&str) -> Option<Node>> Placeholders<'_, F> {
    /// A part of the tree, filled; nothing where it is a placeholder that nothing fills.
    pub(super) fn fill(&self, node: &Node, is_pattern: bool) -> Result<Option<Node>, ConfigError> {
        let line = self.line.unwrap_or(node.line);
        let content = match &node.content {
            Content::Scalar(text, style) => match self.names(node, text)?.as_slice() {
                [] => {
                    if is_pattern {
                        self.budget.take(node, true, line)?;
                    }
                    Content::Scalar(text.clone(), *style)
                }
                [name] if text.len() == name.len() + "${}".len() => {
                    let value = (self.value)(name);
                    if let Some(value) = &value {
                        self.budget.take(value, is_pattern, line)?;
                    }
                    return Ok(value);
                }
                _ if is_pattern => {
                    let message =
                        "a placeholder must be a whole pattern or template, not a part of one";
                    return Err(ConfigError::new(node.line, message));
                }
                _ => {
                    let mut parts = text.split("${");
                    let mut filled = parts.next().unwrap_or_default().to_owned();
                    for part in parts {
                        let (name, rest) = part.split_once('}').unwrap_or((part, ""));
                        let value = (self.value)(name);
                        let text = value.as_ref().and_then(Node::text).ok_or_else(|| {
                            ConfigError::new(line, format!("`{name}` is not a string to fill in"))
                        })?;
                        self.budget.take_bytes(text.len(), line)?;
                        filled.extend([text, rest]);
                    }
                    Content::Scalar(filled.into(), Style::Single)
                }
            },
            Content::Sequence(items, layout) => {
                let items = items.iter().map(|item| self.fill(item, is_pattern));
                let filled = items.collect::<Result<Vec<_>, _>>()?;
                Content::Sequence(filled.into_iter().flatten().collect(), *layout)
            }
            Content::Mapping(entries, layout) => {
                let mut filled = Vec::with_capacity(entries.len());
                for (key, node) in entries {
                    let is_pattern = key.text().is_some_and(|key| PATTERNS.contains(&key));
                    if let Some(node) = self.fill(node, is_pattern)? {
                        let mut key = key.clone();
                        key.line = self.line.unwrap_or(key.line);
                        filled.push((key, node));
                    }
                }
                Content::Mapping(filled, *layout)
            }
        };
        Ok(Some(Node {
            content,
            span: node.span.clone(),
            line,
        }))
    }

    /// The names of the placeholders in a text, each once; one that nothing can fill is an error.
    fn names<'t>(&self, node: &Node, text: &'t str) -> Result<Vec<&'t str>, ConfigError> {
        let mut names = Vec::new();
        for rest in text.split("${").skip(1) {
            let (name, _) = rest
                .split_once('}')
                .ok_or_else(|| ConfigError::new(node.line, "`${` is not closed by `}`"))?;
            if !self.known.contains(&name) {
                let known = self.known.iter().copied();
                return Err(ConfigError::unknown(node.line, "placeholder", name, known));
            }
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Ok(names)
    }
}

pub(super) fn holds(node: &Node, name: &str) -> bool {
    let placeholder = format!("${{{name}}}");
    let mut values = node
        .items()
        .iter()
        .chain(node.entries().iter().map(|(_, value)| value));
    node.text().is_some_and(|text| text.contains(&placeholder))
        || values.any(|value| holds(value, name))
}
