//! Two texts as a unified diff that `git apply` takes.
//!
//! # Why it is written here
//! To git a line ends with a line feed and with nothing else, and bytes need not be text. A
//! name with characters that git escapes is written in quotes, as git does.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use anstyle::{AnsiColor, Style};
use similar::{Algorithm, ChangeTag, DiffOp, capture_diff_slices, group_diff_ops};

use crate::text::visible;

/// The difference between two versions of the file at a path, which is relative and has `/`.
pub fn unified(path: &str, old: &[u8], new: &[u8]) -> Vec<u8> {
    if old == new {
        return Vec::new();
    }
    let (old, new) = (lines(old), lines(new));
    let ops = capture_diff_slices(Algorithm::Myers, &old, &new);
    let mut out = Vec::new();
    for hunk in group_diff_ops(ops, 3) {
        let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else {
            continue;
        };
        if out.is_empty() {
            let (from, to) = (name("a/", path), name("b/", path));
            out.extend_from_slice(format!("--- {from}\n+++ {to}\n").as_bytes());
        }
        let from = place(first.old_range().start..last.old_range().end);
        let to = place(first.new_range().start..last.new_range().end);
        out.extend_from_slice(format!("@@ -{from} +{to} @@\n").as_bytes());
        for change in hunk
            .iter()
            .flat_map(|op: &DiffOp| op.iter_changes(&old, &new))
        {
            out.push(match change.tag() {
                ChangeTag::Equal => b' ',
                ChangeTag::Delete => b'-',
                ChangeTag::Insert => b'+',
            });
            let line: &[u8] = change.value();
            out.extend_from_slice(line);
            if !line.ends_with(b"\n") {
                out.extend_from_slice(b"\n\\ No newline at end of file\n");
            }
        }
    }
    out
}

/// The same diff with its lines in colour.
pub fn coloured(diff: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for line in lines(diff) {
        let style = match line {
            [b'-', b'-', b'-', b' ', ..] | [b'+', b'+', b'+', b' ', ..] => Style::new().bold(),
            [b'-', ..] => AnsiColor::Red.on_default(),
            [b'+', ..] => AnsiColor::Green.on_default(),
            [b'@', ..] => AnsiColor::Cyan.on_default(),
            _ => Style::new(),
        };
        let (text, end) = line.split_at(line.len() - usize::from(line.ends_with(b"\n")));
        out.extend_from_slice(style.render().to_string().as_bytes());
        out.extend_from_slice(text);
        out.extend_from_slice(style.render_reset().to_string().as_bytes());
        out.extend_from_slice(end);
    }
    out
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').collect()
}

/// The place of a hunk: its first line, from 1, and the number of lines unless it is one.
fn place(lines: Range<usize>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => format!("{}", lines.start + 1),
        count => format!("{},{count}", lines.start + 1),
    }
}

/// The name of a file, in quotes where git would not take it as it is.
fn name(side: &str, path: &str) -> String {
    let is_plain = matches!(visible(path), Cow::Borrowed(_)) && !path.contains(['"', '\\']);
    if is_plain {
        return format!("{side}{path}");
    }
    let mut quoted = format!("\"{side}");
    for byte in path.bytes() {
        if byte.is_ascii_graphic() && !b"\"\\".contains(&byte) || byte == b' ' {
            quoted.push(char::from(byte));
        } else {
            write!(quoted, "\\{byte:03o}").expect("writing to a String does not fail");
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_have_no_diff() {
        assert!(unified("a.md", b"x\n", b"x\n").is_empty());
    }

    #[test]
    fn odd_bytes_and_a_missing_line_end_are_kept() {
        let diff = unified("products/a.md", b"\xff\nold", b"\xff\nnew");
        assert_eq!(
            diff,
            b"--- a/products/a.md\n+++ b/products/a.md\n@@ -1,2 +1,2 @@\n \xff\n-old\n\\ No newline at end of file\n+new\n\\ No newline at end of file\n"
        );
    }

    #[test]
    fn a_line_ends_with_a_line_feed_alone() {
        let diff = unified("a.md", b"x\rold\r\ny\r", b"x\rnew\r\ny\r");
        assert_eq!(
            diff,
            b"--- a/a.md\n+++ b/a.md\n@@ -1,2 +1,2 @@\n-x\rold\r\n+x\rnew\r\n y\r\n\\ No newline at end of file\n"
        );
    }

    #[test]
    fn a_name_that_git_would_quote_is_quoted() {
        for (path, shown) in [
            ("products/a b.md", "a/products/a b.md"),
            ("é.md", "a/é.md"),
            ("a\nb.md", r#""a/a\012b.md""#),
            ("\"é\\.md", r#""a/\042\303\251\134.md""#),
            ("\u{202e}.md", r#""a/\342\200\256.md""#),
        ] {
            assert_eq!(name("a/", path), shown);
        }
    }

    #[test]
    fn colours_change_no_character() {
        let diff = unified("a.md", b"x\n--- y\n\xff", b"x\nz\n\xff");
        let coloured = coloured(&diff);
        assert!(coloured.windows(10).any(|part| part == b"\x1b[31m---- "));
        let plain = String::from_utf8_lossy(&coloured).into_owned();
        let plain = anstream::adapter::strip_str(&plain).to_string();
        assert_eq!(plain, String::from_utf8_lossy(&diff));
    }

    #[test]
    fn hunks_say_where_they_stand() {
        let diff = |old: &str, new: &str| {
            let diff = unified("a", old.as_bytes(), new.as_bytes());
            let diff = String::from_utf8(diff).unwrap();
            diff.lines()
                .filter(|line| line.starts_with("@@"))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(diff("", "x\n"), ["@@ -0,0 +1 @@"]);
        assert_eq!(diff("x\n", "x\ny\n"), ["@@ -1 +1,2 @@"]);
        let long = "x\n".repeat(20);
        let new = format!("a\n{long}b\n");
        assert_eq!(diff(&long, &new), ["@@ -1,3 +1,4 @@", "@@ -18,3 +19,4 @@"]);
    }
}
