//! XML parsed within bounds, which are checked in one pass before.
//!
//! The parser compares each attribute of an element with all its others, and each namespace with
//! all that are in scope; it has no bound on either.

use roxmltree::{Document, ParsingOptions};

use crate::bounds::bound;

/// How many attributes an element may have.
const ATTRIBUTES: usize = 1_000;
/// How many elements, attributes and texts a document may have.
const MOST: usize = 2_000_000;
/// How deep the elements of a document may be nested.
const DEEPEST: usize = 1_100;
/// How many namespaces may be in scope.
const NAMESPACES: usize = 250;
/// How often two namespaces may be compared.
const COMPARED: usize = 300_000_000;

/// The document of a text; or what is wrong with it, as the rest of a sentence about it.
pub(super) fn parse(text: &str, allow_dtd: bool) -> Result<Document<'_>, String> {
    check(text)?;
    let options = ParsingOptions {
        allow_dtd,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(text, options).map_err(|error| error.to_string())
}

/// Which bound a document passes, as the rest of a sentence about it.
fn check(text: &str) -> Result<(), String> {
    let (mut parts, mut compared) = (0_usize, 0_usize);
    // How many namespaces are in scope in each element that is open.
    let mut open: Vec<usize> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        parts += 1 + usize::from(at > 0);
        if parts > bound(MOST) {
            return Err(format!("has more than {MOST} elements and attributes"));
        }
        rest = &rest[at..];
        if let Some(after) = skipped(rest) {
            rest = after;
            continue;
        }
        let tag = Tag::of(rest);
        rest = &rest[tag.length..];
        parts += tag.attributes;
        if tag.attributes > bound(ATTRIBUTES) {
            return Err(format!(
                "has an element with more than {ATTRIBUTES} attributes"
            ));
        }
        if tag.closes {
            open.pop();
            continue;
        }
        let scope = open.last().copied().unwrap_or_default() + tag.namespaces;
        if tag.namespaces > 0 {
            compared += scope * scope;
        }
        if scope > bound(NAMESPACES) || compared > bound(COMPARED) {
            return Err(format!(
                "declares too many namespaces; at most {NAMESPACES} may be in scope"
            ));
        }
        if !tag.is_empty {
            open.push(scope);
        }
        if open.len() > bound(DEEPEST) {
            return Err(format!("nests deeper than {DEEPEST} elements"));
        }
    }
    Ok(())
}

/// What follows a comment, text that is kept as it is, or an instruction.
fn skipped(text: &str) -> Option<&str> {
    let forms = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];
    let (start, end) = forms.iter().find(|(start, _)| text.starts_with(start))?;
    let inner = &text[start.len()..];
    Some(inner.find(end).map_or("", |at| &inner[at + end.len()..]))
}

/// What a tag may cost.
#[derive(Default)]
struct Tag {
    length: usize,
    attributes: usize,
    namespaces: usize,
    closes: bool,
    is_empty: bool,
}

impl Tag {
    /// The tag at the start of a text. No value of an attribute holds a `<`.
    fn of(text: &str) -> Self {
        let mut tag = Self {
            closes: text.starts_with("</"),
            ..Self::default()
        };
        let mut quote = None;
        let (mut word, mut last) = (1, b'<');
        for (at, byte) in text.bytes().enumerate().skip(1) {
            tag.length = at;
            match (quote, byte) {
                (_, b'<') => return tag,
                (Some(open), _) if byte == open => quote = None,
                (None, b'"' | b'\'') => quote = Some(byte),
                (None, b'>') => {
                    tag.length = at + 1;
                    tag.is_empty = last == b'/' || text[1..].starts_with('!');
                    return tag;
                }
                (None, b'=') => {
                    tag.attributes += 1;
                    tag.namespaces += usize::from(text[word..].starts_with("xmlns"));
                }
                (None, _) if last.is_ascii_whitespace() || matches!(last, b'"' | b'\'') => {
                    word = if byte.is_ascii_whitespace() { word } else { at };
                }
                _ => {}
            }
            last = byte;
        }
        tag.length = text.len();
        tag
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_that_is_costly_to_parse_is_refused() {
        let attributes: Vec<String> = (0..100_000).map(|at| format!(" a{at}='<'")).collect();
        let attributes = attributes.concat().replace('<', ">");
        let namespaces = |count: usize| -> String {
            let each = (0..count).map(|at| format!(" xmlns:a{at} = '{at}'"));
            each.collect()
        };
        let each = format!("<a{}/>", namespaces(200)).repeat(10_000);
        for (text, reason) in [
            (format!("<r><a{attributes}/></r>"), "attributes"),
            (format!("<r{}/>", namespaces(300)), "namespaces"),
            (format!("<r>{each}</r>"), "namespaces"),
            ("<a>".repeat(200_000), "nests deeper than 1100"),
            (
                "<!--</a>--><![CDATA[</a>]]><?x </a>?><a>".repeat(2_000),
                "nests deeper than 1100",
            ),
            (format!("<r>{}</r>", "<a/>".repeat(2_000_001)), "2000000"),
        ] {
            let error = check(&text).unwrap_err();
            assert!(error.contains(reason), "{reason}: {error}");
        }
    }

    #[test]
    fn a_document_as_documents_are_is_read() {
        let item = "<item a='x > y'><v xmlns:d=\"urn:d\" d:e='f'>1</v><w/>t<!-- <a> --></item>";
        let feed = format!(
            "<?xml version='1.0'?><!DOCTYPE r><r xmlns='urn:r'>{}</r>",
            item.repeat(10_000)
        );
        assert_eq!(check(&feed), Ok(()));
        assert_eq!(check("a < b"), Ok(()));
    }
}
