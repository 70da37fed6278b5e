//! Two texts as a unified diff that `git apply` takes.

use std::io::{self, Write as _};

use similar::TextDiff;

/// The difference between two versions of the file at a path, which is relative and has `/`.
pub fn unified(path: &str, old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out, path, old, new).expect("writing to memory does not fail");
    out
}

/// Hunk by hunk: the writer of a whole diff would replace bytes that are no UTF-8.
fn write(out: &mut Vec<u8>, path: &str, old: &[u8], new: &[u8]) -> io::Result<()> {
    let diff = TextDiff::from_lines(old, new);
    for (number, hunk) in diff
        .unified_diff()
        .context_radius(3)
        .iter_hunks()
        .enumerate()
    {
        if number == 0 {
            write!(out, "--- a/{path}\n+++ b/{path}\n")?;
        }
        hunk.to_writer(&mut *out)?;
    }
    Ok(())
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
}
