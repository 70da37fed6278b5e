//! Placeholders in the tree of a preset, and what is filled in.
//!
//! What is filled in comes from a product file. The tree is filled, and not its text: a value
//! stays one scalar whatever it holds, and a quote, a colon or a line end in it cannot become
//! a key.

use crate::product::front_matter::{ConfigError, Content, Node, Style};

/// The keys whose values are patterns and templates: a placeholder is all of one, as a
/// text within it would become a part of it.
pub(super) const PATTERNS: [&str; 3] = ["regex", "regex_exclude", "template"];

/// The placeholders that there may be, and their values.
pub(super) struct Placeholders<'a, F> {
    pub(super) known: Vec<&'a str>,
    pub(super) value: F,
    /// The line of all of the tree but the values; its own lines otherwise.
    pub(super) line: Option<usize>,
}

impl<F: Fn(&str) -> Option<Node>> Placeholders<'_, F> {
    /// A part of the tree, filled; nothing where it is a placeholder that nothing fills.
    pub(super) fn fill(&self, node: &Node, is_pattern: bool) -> Result<Option<Node>, ConfigError> {
        let content = match &node.content {
            Content::Scalar(text, style) => match self.names(node, text)?.as_slice() {
                [] => Content::Scalar(text.clone(), *style),
                [name] if text.len() == name.len() + "${}".len() => return Ok((self.value)(name)),
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
                            ConfigError::new(
                                node.line,
                                format!("`{name}` is not a string to fill in"),
                            )
                        })?;
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
            line: self.line.unwrap_or(node.line),
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
