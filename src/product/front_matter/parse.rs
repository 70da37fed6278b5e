//! The parser's events as a tree of nodes with byte spans.

use std::collections::HashSet;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use smol_str::SmolStr;

use super::error::{DEPTH, FrontMatterError};
use super::node::{Content, Layout, Node, Style};

use crate::bounds::bound;

/// The tree of a YAML text that starts at byte `base` of its file, on line `first_line`.
pub(super) fn tree(yaml: &str, base: usize, first_line: usize) -> Result<Node, FrontMatterError> {
    Builder::new(yaml, base, first_line).build()
}

/// Makes the tree from the parser's events.
struct Builder<'a> {
    yaml: &'a str,
    /// Byte offsets of the characters, where they differ from their numbers.
    offsets: Option<Vec<usize>>,
    base: usize,
    first_line: usize,
    open: Vec<Open>,
}

/// A collection whose end has not been seen; of a mapping, perhaps a key without its value.
struct Open {
    node: Node,
    key: Option<Node>,
    /// The keys of the mapping so far.
    keys: HashSet<SmolStr>,
}

impl<'a> Builder<'a> {
    fn new(yaml: &'a str, base: usize, first_line: usize) -> Self {
        let offsets = (!yaml.is_ascii()).then(|| {
            yaml.char_indices()
                .map(|(at, _)| at)
                .chain([yaml.len()])
                .collect()
        });
        Self {
            yaml,
            offsets,
            base,
            first_line,
            open: Vec::new(),
        }
    }

    fn build(mut self) -> Result<Node, FrontMatterError> {
        let mut root = None;
        for event in Parser::new_from_str(self.yaml) {
            let (event, span) = event.map_err(|error| FrontMatterError::Syntax {
                line: self.first_line + error.marker().line().max(1) - 1,
                reason: error.info().to_owned(),
            })?;
            let (content, span, line) = match event {
                Event::Scalar(text, style, _, tag) => {
                    self.refuse_tag(tag.is_some(), span)?;
                    let style = Style::from(style);
                    let bytes = self.scalar_bytes(span, style, &text);
                    (Content::Scalar(text.into(), style), bytes, self.line(span))
                }
                Event::SequenceStart(_, tag) => {
                    self.refuse_tag(tag.is_some(), span)?;
                    self.open(span, |layout| Content::Sequence(Vec::new(), layout))?;
                    continue;
                }
                Event::MappingStart(_, tag) => {
                    self.refuse_tag(tag.is_some(), span)?;
                    self.open(span, |layout| Content::Mapping(Vec::new(), layout))?;
                    continue;
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    let Open { node, .. } =
                        self.open.pop().expect("the parser closes what it opened");
                    let end = if node.is_flow() {
                        self.bytes(span).start + 1
                    } else {
                        node.span.end
                    };
                    (node.content, node.span.start..end, node.line)
                }
                Event::Alias(_) => {
                    return Err(self.refused(span, "an alias", "write the value out"));
                }
                Event::DocumentStart(_) if root.is_some() => {
                    return Err(self.refused(
                        span,
                        "a second document",
                        "end the front matter with `---`",
                    ));
                }
                _ => continue,
            };
            let node = Node {
                content,
                span,
                line,
            };
            match self.open.last_mut() {
                Some(parent) => parent.take(node)?,
                None => root = Some(node),
            }
        }
        match root {
            Some(
                root @ Node {
                    content: Content::Mapping(..),
                    ..
                },
            ) => Ok(root),
            Some(Node { line, .. }) => Err(FrontMatterError::Syntax {
                line,
                reason: "the front matter is not a mapping".into(),
            }),
            None => Err(FrontMatterError::Syntax {
                line: self.first_line,
                reason: "the front matter is empty".into(),
            }),
        }
    }

    fn open(
        &mut self,
        span: Span,
        content: impl FnOnce(Layout) -> Content,
    ) -> Result<(), FrontMatterError> {
        if self.open.len() >= bound(DEPTH) {
            return Err(self.refused(span, "YAML nested this deep", "write it flatter"));
        }
        let span_in_file = self.bytes(span);
        let first = self.yaml.as_bytes().get(span_in_file.start - self.base);
        let layout = if matches!(first, Some(b'[' | b'{')) {
            Layout::Flow
        } else {
            Layout::Block
        };
        let node = Node {
            content: content(layout),
            line: self.line(span),
            span: span_in_file,
        };
        self.open.push(Open {
            node,
            key: None,
            keys: HashSet::new(),
        });
        Ok(())
    }

    fn refuse_tag(&self, tagged: bool, span: Span) -> Result<(), FrontMatterError> {
        if tagged {
            Err(self.refused(span, "a tag", "leave it out"))
        } else {
            Ok(())
        }
    }

    fn refused(&self, span: Span, what: &'static str, instead: &'static str) -> FrontMatterError {
        FrontMatterError::Refused {
            line: self.line(span),
            what,
            instead,
        }
    }

    fn line(&self, span: Span) -> usize {
        self.first_line + span.start.line() - 1
    }

    /// The span of a scalar in bytes of the file. The parser lets that of a quoted one go on
    /// over the blanks and the comment behind it, and that of a key without a value over the
    /// comma; here it ends at its quote, and is empty (but for an anchor).
    fn scalar_bytes(&self, span: Span, style: Style, said: &str) -> Range<usize> {
        let bytes = self.bytes(span);
        let text = &self.yaml.as_bytes()[bytes.start - self.base..bytes.end - self.base];
        let (quote, escape) = match style {
            Style::Double => (b'"', Some(b'\\')),
            Style::Single => (b'\'', None),
            Style::Plain if said.is_empty() && !text.starts_with(b"&") => {
                return bytes.start..bytes.start;
            }
            Style::Plain | Style::Block => return bytes,
        };
        let mut at = 1;
        while at < text.len() {
            if Some(text[at]) == escape || (quote == b'\'' && text[at..].starts_with(b"''")) {
                at += 2;
            } else if text[at] == quote {
                return bytes.start..bytes.start + at + 1;
            } else {
                at += 1;
            }
        }
        bytes
    }

    /// The span in bytes of the file.
    fn bytes(&self, span: Span) -> Range<usize> {
        let byte = |index: usize| match &self.offsets {
            Some(offsets) => offsets.get(index).copied().unwrap_or(self.yaml.len()),
            None => index.min(self.yaml.len()),
        };
        self.base + byte(span.start.index())..self.base + byte(span.end.index())
    }
}

impl Open {
    fn take(&mut self, child: Node) -> Result<(), FrontMatterError> {
        if child.span.end > self.node.span.end {
            self.node.span.end = child.span.end;
        }
        match &mut self.node.content {
            Content::Sequence(items, _) => items.push(child),
            Content::Mapping(entries, _) => {
                if let Some(key) = self.key.take() {
                    entries.push((key, child));
                } else {
                    let key = child.text().ok_or(FrontMatterError::Refused {
                        line: child.line,
                        what: "a key that is not a text",
                        instead: "use a plain key",
                    })?;
                    if !self.keys.insert(key.into()) {
                        return Err(FrontMatterError::Duplicate {
                            line: child.line,
                            key: key.to_owned(),
                        });
                    }
                    self.key = Some(child);
                }
            }
            Content::Scalar(..) => unreachable!("only collections are opened"),
        }
        Ok(())
    }
}

impl From<ScalarStyle> for Style {
    fn from(style: ScalarStyle) -> Self {
        match style {
            ScalarStyle::Plain => Self::Plain,
            ScalarStyle::SingleQuoted => Self::Single,
            ScalarStyle::DoubleQuoted => Self::Double,
            ScalarStyle::Literal | ScalarStyle::Folded => Self::Block,
        }
    }
}
