//! Just enough Rust to know which paths a source file names, and where.

/// A path such as `std::fs::read`, and the line, from 1, on which it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) line: usize,
    pub(crate) path: String,
}

/// The paths that a source names outside of comments and literals; groups in braces apart.
pub(crate) fn paths(source: &str) -> Vec<Named> {
    let code: Vec<char> = code(source).chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < code.len() {
        let starts = is_word(code[at]) && (at == 0 || !is_word(code[at - 1]));
        at = if starts {
            read(&code, at, "", &mut found)
        } else {
            at + 1
        };
    }
    found
}

/// Reads the path that starts at a word; gives the place behind it.
fn read(code: &[char], start: usize, prefix: &str, found: &mut Vec<Named>) -> usize {
    let mut at = start;
    let mut path = prefix.to_owned();
    loop {
        let word: String = code[at..].iter().take_while(|c| is_word(**c)).collect();
        at += word.chars().count();
        path.push_str(&word);
        if code.get(at) != Some(&':') || code.get(at + 1) != Some(&':') {
            break;
        }
        at += 2;
        match code.get(at) {
            Some('{') => return group(code, at + 1, &format!("{path}::"), found),
            Some(c) if is_word(*c) => path.push_str("::"),
            _ => break,
        }
    }
    let line = code[..start].iter().filter(|c| **c == '\n').count() + 1;
    found.push(Named { line, path });
    at
}

/// Reads the parts of a group in braces; gives the place behind it.
fn group(code: &[char], start: usize, prefix: &str, found: &mut Vec<Named>) -> usize {
    let mut at = start;
    while let Some(c) = code.get(at) {
        at = match c {
            '}' => return at + 1,
            c if is_word(*c) => read(code, at, prefix, found),
            _ => at + 1,
        };
    }
    at
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The source with comments and literals made blank; every line stays a line.
pub(crate) fn code(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let before = out.chars().next_back().unwrap_or(' ');
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if c == '"' {
            quoted(rest)
        } else if c == 'r' && !is_word(before) {
            raw(rest)
        } else if c == '\'' {
            letter(rest)
        } else {
            0
        };
        if length == 0 {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            out.extend(
                rest[..length]
                    .chars()
                    .map(|c| if c == '\n' { c } else { ' ' }),
            );
            rest = &rest[length..];
        }
    }
    out
}

/// The length of a text in quotes.
fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            c => escaped = c == '\\' && !escaped,
        }
    }
    rest.len()
}

/// The length of a raw text, or 0 where none stands.
fn raw(rest: &str) -> usize {
    let hashes = rest[1..].chars().take_while(|c| *c == '#').count();
    if !rest[1 + hashes..].starts_with('"') {
        return 0;
    }
    let end = format!("\"{}", "#".repeat(hashes));
    let inside = 2 + hashes;
    rest[inside..]
        .find(&end)
        .map_or(rest.len(), |at| inside + at + end.len())
}

/// The length of a letter in quotes, or 0 where a lifetime stands.
fn letter(rest: &str) -> usize {
    let inner = &rest[1..];
    let length = if let Some(escaped) = inner.strip_prefix('\\') {
        escaped
            .find('\'')
            .map(|end| if end == 0 { 2 } else { end + 1 })
    } else {
        inner.chars().next().map(char::len_utf8)
    };
    match length {
        Some(length) if inner[length..].starts_with('\'') => length + 2,
        _ => 0,
    }
}

#[test]
fn paths_are_found_with_their_lines_and_groups_apart() {
    let source = "use a::{b::C,\n  d::{self, E}};\nfn f<'a>(x: &'a g::H) { x.i(j::k()) }\n";
    let found: Vec<(usize, String)> = paths(source)
        .into_iter()
        .filter(|named| named.path.contains("::"))
        .map(|named| (named.line, named.path))
        .collect();
    let expected = [
        (1, "a::b::C"),
        (2, "a::d::self"),
        (2, "a::d::E"),
        (3, "g::H"),
        (3, "j::k"),
    ];
    assert_eq!(found, expected.map(|(line, path)| (line, path.to_owned())));
}

#[test]
fn comments_and_literals_are_no_code() {
    let source = "a // b::c\n/* d\ne */ \"f \\\" g\" r#\"h\" i\"# '\\'' '\"' 'x' '\\u{7f}' &'y j";
    let code = code(source);
    let words: Vec<&str> = code.split_whitespace().collect();
    assert_eq!(words, ["a", "&'y", "j"]);
    assert_eq!(code.lines().count(), 3);
}
