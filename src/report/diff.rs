//! Two texts as a unified diff that `git apply` takes.

use similar::TextDiff;

/// The difference between two versions of the file at a path, which is relative and has `/`.
pub fn unified(path: &str, old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    TextDiff::from_lines(old, new)
        .unified_diff()
        .context_radius(3)
        .header(&format!("a/{path}"), &format!("b/{path}"))
        .to_writer(&mut out)
        .expect("writing to memory does not fail");
    out
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
