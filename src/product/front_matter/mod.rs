//! The YAML between the `---` lines of a product file, as a tree that knows the place of each part.
//!
//! One parse gives what everybody needs: the text of each scalar, how it is quoted, its
//! bytes and its line in the file. `de` turns a part of the tree into typed values with
//! errors that name the line. Nothing here knows what a product is.
//!
//! # What is refused
//! Aliases, tags, a key twice in one mapping, more than [`DEPTH`] levels, and more than
//! one document. No product file needs them, an alias can expand to more text than fits
//! into memory, and none of them can be edited in place with certainty.
//!
//! # Why these crates
//! `saphyr-parser` gives events with spans and is the fastest of those compared: over the
//! 464 product files of endoflife.date (1.9 MB) its events take 31 ms on one core, the
//! serde successor of `serde_yaml` 57 ms, `serde-saphyr` 136 ms, `yamlpath` 1.1 s.

mod de;
mod error;
mod node;
mod parse;
mod write;

use std::ops::Range;

pub use de::ConfigError;
pub use error::{DEPTH, FrontMatterError};
pub use node::{Content, Layout, Node, Style};
pub use write::{double_quoted, scalar};

/// The front matter of one file.
#[derive(Debug, Clone)]
pub struct FrontMatter {
    /// The bytes of the YAML in the file, without the `---` lines.
    pub span: Range<usize>,
    /// The mapping that the YAML is.
    pub root: Node,
}

impl FrontMatter {
    /// Reads the front matter of a file.
    pub fn read(file: &[u8]) -> Result<Self, FrontMatterError> {
        let span = locate(file)?;
        let yaml = std::str::from_utf8(&file[span.clone()]).map_err(|error| {
            FrontMatterError::NotUtf8 {
                line: lines_before(file, span.start + error.valid_up_to()),
            }
        })?;
        let first_line = lines_before(file, span.start);
        let root = parse::tree(yaml, span.start, first_line)?;
        Ok(Self { span, root })
    }

    /// What libyaml reads in a file with this front matter. It refuses some valid YAML, such
    /// as a tab at the start of a literal, and every control character.
    pub fn second_reading(&self, file: &[u8]) -> Result<serde_yaml::Value, FrontMatterError> {
        // Empty lines for what stands before, so that its errors count the lines of the file.
        let before = "\n".repeat(lines_before(file, self.span.start) - 1);
        let text = before + &String::from_utf8_lossy(&file[self.span.clone()]);
        serde_yaml::from_str(&text).map_err(|error| {
            let at = match error.location().map_or(0, |at| at.index()) {
                0 => text.chars().position(is_refused).unwrap_or_default(),
                at => at, // It counts characters; its lines end at more of them than a file's.
            };
            let line = text.chars().take(at).filter(|c| *c == '\n').count() + 1;
            let reason = error.to_string();
            FrontMatterError::Site { line, reason }
        })
    }
}

/// Reads a text that is YAML and nothing else, such as a preset.
pub fn read_yaml(yaml: &str) -> Result<Node, FrontMatterError> {
    parse::tree(yaml, 0, 1)
}

/// The bytes between the first two lines of three or more dashes.
fn locate(file: &[u8]) -> Result<Range<usize>, FrontMatterError> {
    let mut at = if file.starts_with(b"\xef\xbb\xbf") {
        3
    } else {
        0
    };
    let mut start = None;
    while at < file.len() {
        let end = file[at..]
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(file.len(), |found| at + found + 1);
        let line = file[at..end].trim_ascii_end();
        if line.len() >= 3 && line.iter().all(|byte| *byte == b'-') {
            match start {
                None => start = Some(end),
                Some(start) => return Ok(start..at),
            }
        } else if start.is_none() && !line.is_empty() {
            return Err(FrontMatterError::NoStart);
        }
        at = end;
    }
    Err(if start.is_some() {
        FrontMatterError::NoEnd
    } else {
        FrontMatterError::NoStart
    })
}

/// Whether libyaml refuses a character wherever it is; it does not say where.
fn is_refused(c: char) -> bool {
    matches!(c, '\u{fffe}' | '\u{ffff}')
        || c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}')
}

/// The line, from 1, of a byte.
#[expect(clippy::naive_bytecount, reason = "no dependency for one line")]
fn lines_before(file: &[u8], at: usize) -> usize {
    file[..at].iter().filter(|byte| **byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    fn read(file: &str) -> FrontMatter {
        FrontMatter::read(file.as_bytes()).unwrap()
    }

    fn refusal(file: &str) -> (usize, String) {
        let error = FrontMatter::read(file.as_bytes()).unwrap_err();
        (error.line(), error.to_string())
    }

    #[test]
    fn every_scalar_knows_its_bytes_and_line() {
        let file = "---\ntitle: Caf\u{e9} \u{2014}  # a comment\nreleases:\n  - releaseCycle: \"7\"\n    eol: 2024-01-31 # soon\n    latest: '7''s'\n---\nbody\n";
        let front = read(file);
        let at = |node: &Node| &file[node.span.clone()];
        assert_eq!(at(front.root.find("title").unwrap()), "Caf\u{e9} \u{2014}");
        let cycle = &front.root.find("releases").unwrap().items()[0];
        assert_eq!(at(cycle.find("releaseCycle").unwrap()), "\"7\"");
        assert_eq!(at(cycle.find("eol").unwrap()), "2024-01-31");
        assert_eq!(cycle.find("eol").unwrap().line, 5);
        assert_eq!(at(cycle.find("latest").unwrap()), "'7''s'");
        assert_eq!(cycle.find("latest").unwrap().text(), Some("7's"));
        assert_eq!(&file[cycle.span.end..cycle.span.end + 4], "\n---");
    }

    #[test]
    fn a_byte_order_mark_and_carriage_returns_are_no_part_of_a_scalar() {
        let file = "\u{feff}---\r\ntitle: a b\r\nempty:\r\n---\r\n";
        let front = read(file);
        assert_eq!(&file[front.root.find("title").unwrap().span.clone()], "a b");
        assert!(front.root.find("empty").unwrap().is_null());
    }

    #[test]
    fn a_flow_collection_ends_at_its_bracket() {
        let file = "---\na: {b: [1, 2 ]  , c: \"d\" }  # x\ne: f\n---\n";
        let front = read(file);
        let flow = front.root.find("a").unwrap();
        assert_eq!(&file[flow.span.clone()], "{b: [1, 2 ]  , c: \"d\" }");
        assert_eq!(&file[flow.find("b").unwrap().span.clone()], "[1, 2 ]");
    }

    #[test]
    fn a_key_without_a_value_has_an_empty_one() {
        let front = read("---\na: {b, c: , d: , e\n  , f }\ng: # x\n? h\n---\n");
        let flow = front.root.find("a").unwrap();
        let block = front.root.entries()[1..].iter();
        let all: Vec<_> = flow.entries().iter().chain(block).collect();
        assert_eq!(all.len(), 7);
        for (key, value) in all {
            assert!(value.is_null() && value.span.is_empty(), "{:?}", key.text());
        }
    }

    #[test]
    fn a_value_keeps_its_kind() {
        let front = read(
            "---\na: 2024-01-31\nb: \"2024-01-31\"\nc: true\nd: 'true'\ne: 1.10\nf: ~\ng: no\n---\n",
        );
        let value = |key: &str| front.root.find(key).unwrap().value().unwrap();
        assert!(matches!(value("a"), Value::Date(_)));
        assert_eq!(value("b"), Value::Text("2024-01-31".into()));
        assert_eq!(value("c"), Value::Bool(true));
        assert_eq!(value("d"), Value::Text("true".into()));
        assert_eq!(value("e"), Value::Text("1.10".into()));
        assert_eq!(value("f"), Value::Null);
        assert_eq!(value("g"), Value::Text("no".into()));
    }

    #[test]
    fn what_cannot_be_edited_with_certainty_is_refused_with_its_line() {
        assert_eq!(
            refusal("---\na: &x 1\nb: *x\n---\n"),
            (3, "an alias is not supported; write the value out".into())
        );
        assert_eq!(
            refusal("---\na: !!str 1\n---\n"),
            (2, "a tag is not supported; leave it out".into())
        );
        assert_eq!(
            refusal("---\na: 1\n\na: 2\n---\n"),
            (4, "`a` occurs twice in one mapping".into())
        );
        let deep = format!("---\na: {}1{}\n---\n", "[".repeat(200), "]".repeat(200));
        assert_eq!(refusal(&deep).0, 2);
    }

    #[test]
    fn a_hundred_thousand_keys_are_compared_once() {
        let keys: Vec<String> = (0..100_000).map(|n| format!("k{n}: 1\n")).collect();
        let keys = keys.concat();
        let twice = format!("---\n{keys}k0: 2\n---\n");
        assert_eq!(refusal(&twice).0, 100_002);
    }

    #[test]
    fn a_file_without_front_matter_says_what_is_missing() {
        assert_eq!(refusal("").1, FrontMatterError::NoStart.to_string());
        assert_eq!(
            refusal("# Title\n---\na: b\n---\n").1,
            FrontMatterError::NoStart.to_string()
        );
        assert_eq!(
            refusal("---\na: b\n").1,
            FrontMatterError::NoEnd.to_string()
        );
        assert_eq!(refusal("---\n---\n").1, "the front matter is empty");
        assert_eq!(refusal("---\na: [\n---\n").0, 3);
        assert_eq!(
            FrontMatter::read(b"---\na: b\nc: \xff\n---\n")
                .unwrap_err()
                .line(),
            3
        );
    }

    #[test]
    fn what_libyaml_refuses_is_named_with_the_line_of_the_file() {
        for (wrong, line) in [
            ("a: |\n \tb\n", 5),
            ("a: {b:, c: d}\n", 4),
            ("a:\n  - {x: y, :z}\n", 5),
            ("a: \"Caf\u{c3}\u{83}\"\n", 4),
            ("a:\n  - b\u{7f}\n", 5),
            ("a: \u{2028}b\nc: \u{1b}\n", 5),
            ("a: 'b\u{ffff}'\n", 4),
        ] {
            let file = format!("\u{feff}\n---\nt: \u{e9}\n{wrong}---\nx\n");
            let error = read(&file).second_reading(file.as_bytes()).unwrap_err();
            assert_eq!(error.line(), line, "{wrong:?}: {error}");
        }
        let tabs = "---\na: \"b\tc\" # \td\ne: |\n  f\n  \tg\u{85}\n---\n";
        assert!(read(tabs).second_reading(tabs.as_bytes()).is_ok());
    }

    #[test]
    fn the_body_may_hold_any_bytes() {
        assert!(FrontMatter::read(b"---\na: b\n---\n\xff\xfe\x00").is_ok());
    }
}
