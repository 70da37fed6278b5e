//! One part of a front matter: its content, how it is written, and where.

use std::ops::Range;

use smol_str::SmolStr;

use crate::date::parse_iso;
use crate::value::Value;

/// One part of the tree.
#[derive(Debug, Clone)]
pub struct Node {
    pub content: Content,
    /// Its bytes in the file, quotes included. Of a collection, from its first byte to its last part's end.
    pub span: Range<usize>,
    pub line: usize,
}

/// What a node is.
#[derive(Debug, Clone)]
pub enum Content {
    /// A scalar: its text without quotes and escapes, and how it is written.
    Scalar(SmolStr, Style),
    /// A sequence, and whether it is written in brackets.
    Sequence(Vec<Node>, Layout),
    /// A mapping in the order of the file, and whether it is written in braces.
    Mapping(Vec<(Node, Node)>, Layout),
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Plain,
    Single,
    Double,
    /// As a block after `|` or `>`.
    Block,
}

/// How a collection is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// By lines and indents.
    Block,
    Flow,
}

impl Node {
    pub fn text(&self) -> Option<&str> {
        if let Content::Scalar(text, _) = &self.content {
            Some(text)
        } else {
            None
        }
    }

    /// The items of a sequence; none of anything else.
    pub fn items(&self) -> &[Self] {
        if let Content::Sequence(items, _) = &self.content {
            items
        } else {
            &[]
        }
    }

    /// The entries of a mapping in the order of the file; none of anything else.
    pub fn entries(&self) -> &[(Self, Self)] {
        if let Content::Mapping(entries, _) = &self.content {
            entries
        } else {
            &[]
        }
    }

    pub fn find(&self, key: &str) -> Option<&Self> {
        self.entries()
            .iter()
            .find(|(name, _)| name.text() == Some(key))
            .map(|(_, value)| value)
    }

    /// What a field holds; `None` for a collection.
    pub fn value(&self) -> Option<Value> {
        let Content::Scalar(text, style) = &self.content else {
            return None;
        };
        Some(if *style == Style::Plain {
            plain_value(text)
        } else {
            Value::Text(text.to_string())
        })
    }

    /// Whether the node is a plain scalar without a value.
    pub fn is_null(&self) -> bool {
        matches!(&self.content, Content::Scalar(text, Style::Plain) if is_null(text))
    }

    /// Whether the node is a collection in brackets or braces.
    pub fn is_flow(&self) -> bool {
        matches!(
            self.content,
            Content::Sequence(_, Layout::Flow) | Content::Mapping(_, Layout::Flow)
        )
    }

    /// In words, for an error.
    pub(super) fn kind(&self) -> &'static str {
        match self.content {
            Content::Scalar(..) => "a text",
            Content::Sequence(..) => "a list",
            Content::Mapping(..) => "a mapping",
        }
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

pub(super) fn plain_value(text: &str) -> Value {
    match text {
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        text if is_null(text) => Value::Null,
        text => parse_iso(text).map_or_else(|| Value::Text(text.to_owned()), Value::Date),
    }
}
