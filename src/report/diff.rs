//! Two texts as a unified diff that `git apply` takes.
//!
//! # Why it is written here
//! To git a line ends with a line feed and with nothing else, and bytes need not be text. A
//! name with characters that git escapes is written in quotes, as git does.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

use anstyle::{AnsiColor, Style};
use similar::{Algorithm, ChangeTag, DiffOp, capture_diff, capture_diff_slices, group_diff_ops};

use crate::text::visible;

/// Up to how many lines two texts are compared as wholes; that time grows with their square.
const COMPARED_LINES: usize = 10_000;

/// The same for each part of a longer text.
const PART_LINES: usize = 1_000;

/// The difference between two versions of the file at a path, which is relative and has `/`.
pub fn unified(path: &str, old: &[u8], new: &[u8]) -> Vec<u8> {
    if old == new {
        return Vec::new();
    }
    let (old, new) = (lines(old), lines(new));
    let ops = differences(&old, &new);
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

/// What differs. Long texts are compared between the lines that both have once, in one order.
fn differences(old: &[&[u8]], new: &[&[u8]]) -> Vec<DiffOp> {
    if old.len() + new.len() <= COMPARED_LINES {
        return capture_diff_slices(Algorithm::Myers, old, new);
    }
    let mut ops = Vec::new();
    let (mut old_index, mut new_index) = (0, 0);
    let ends = common_lines(old, new).into_iter();
    for (old_end, new_end) in ends.chain([(old.len(), new.len())]) {
        let (from, to) = (old_index..old_end, new_index..new_end);
        if from.len() + to.len() > PART_LINES {
            for op in replaced(old, from, new, to) {
                push(&mut ops, op);
            }
        } else {
            for op in capture_diff(Algorithm::Myers, old, from, new, to) {
                push(&mut ops, op);
            }
        }
        if old_end < old.len() {
            let anchor = DiffOp::Equal {
                old_index: old_end,
                new_index: new_end,
                len: 1,
            };
            push(&mut ops, anchor);
        }
        (old_index, new_index) = (old_end + 1, new_end + 1);
    }
    ops
}

/// All of a part replaced, but for the lines at its ends that stay.
fn replaced(old: &[&[u8]], from: Range<usize>, new: &[&[u8]], to: Range<usize>) -> [DiffOp; 3] {
    let (old, new) = (&old[from.clone()], &new[to.clone()]);
    let above = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let ends = old[above..].iter().rev().zip(new[above..].iter().rev());
    let below = ends.take_while(|(a, b)| a == b).count();
    [
        DiffOp::Equal {
            old_index: from.start,
            new_index: to.start,
            len: above,
        },
        DiffOp::Replace {
            old_index: from.start + above,
            old_len: old.len() - above - below,
            new_index: to.start + above,
            new_len: new.len() - above - below,
        },
        DiffOp::Equal {
            old_index: from.end - below,
            new_index: to.end - below,
            len: below,
        },
    ]
}

/// Adds a part; equal lines that follow equal lines are one part with them, so that no hunk ends
/// between them.
fn push(ops: &mut Vec<DiffOp>, op: DiffOp) {
    match (ops.last_mut(), op) {
        (Some(DiffOp::Equal { len, .. }), DiffOp::Equal { len: more, .. }) => *len += more,
        (_, op) => ops.push(op),
    }
}

/// Where the lines stand that each of two texts has once, as far as they are in one order.
fn common_lines(old: &[&[u8]], new: &[&[u8]]) -> Vec<(usize, usize)> {
    let (of_old, of_new) = (single_lines(old), single_lines(new));
    let mut next = 0;
    let mut common = Vec::new();
    for (old_index, line) in old.iter().enumerate() {
        let is_single = matches!(of_old.get(line), Some(Some(_)));
        let place = of_new.get(line).copied().flatten();
        if let Some(new_index) = place.filter(|place| is_single && *place >= next) {
            common.push((old_index, new_index));
            next = new_index + 1;
        }
    }
    common
}

/// The place of each line that a text has once; of the others, nothing.
fn single_lines<'t>(lines: &[&'t [u8]]) -> HashMap<&'t [u8], Option<usize>> {
    let mut places = HashMap::new();
    for (index, line) in lines.iter().enumerate() {
        let place = places.entry(*line);
        place
            .and_modify(|place| *place = None)
            .or_insert(Some(index));
    }
    places
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
    fn a_long_text_is_compared_between_the_lines_that_stay() {
        let cycles = |count: u32, eol: &str| -> String {
            let cycle = |number| format!("- releaseCycle: {number}\n  eol: {eol}\n  lts: true\n");
            (0..count).map(cycle).collect()
        };
        let changes = |count: u32| {
            let (old, new) = (cycles(count, "2020"), cycles(count, "2021"));
            String::from_utf8(unified("a", old.as_bytes(), new.as_bytes())).unwrap()
        };
        // As wholes they would take minutes.
        let long = changes(100_000);
        let of = |diff: &str| -> Vec<String> {
            let lines = diff.lines().skip(3).take(3_000);
            lines.map(str::to_owned).collect()
        };
        assert_eq!(of(&long), of(&changes(1_000)));
        assert_eq!(long.matches("\n-").count(), 100_000);
        assert_eq!(long.matches("\n+").count(), 100_000 + 1);
        let apart = |eol: &str| format!("{}{eol}\n{}", cycles(5_000, "1"), cycles(5_000, "2"));
        let diff = unified("a", apart("x").as_bytes(), apart("y").as_bytes());
        let diff = String::from_utf8(diff).unwrap();
        assert_eq!(diff.matches("@@ ").count(), 1, "{diff:.500}");
        assert_eq!(diff.lines().count(), 3 + 8);
        let none = |line: &str| {
            (0..20_000)
                .map(|n| format!("{line}{n}\n"))
                .collect::<Vec<_>>()
                .concat()
        };
        let diff = unified("a", none("a").as_bytes(), none("b").as_bytes());
        assert_eq!(diff.split(|byte| *byte == b'\n').count(), 3 + 40_000 + 1);
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
