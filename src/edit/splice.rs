//! Text in place of bytes of a product file, and the lines in which it stands.

use std::ops::Range;

use crate::product::front_matter::{Style, double_quoted, scalar};
use crate::product::{Product, ProductError};
use crate::text::Excerpt;
use crate::value::Value;

/// Why a product file could not be edited. The file is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// A field cannot be changed in place.
    #[error(
        "{path}:{line}: `{}` of cycle `{}` {reason}",
        Excerpt(field),
        Excerpt(cycle)
    )]
    Place {
        path: String,
        line: usize,
        cycle: String,
        field: String,
        reason: &'static str,
    },
    /// The site cannot read the file as it is.
    #[error(transparent)]
    Unreadable(#[from] ProductError),
    /// The edited text differs in more or less than what was planned.
    #[error("{path}: the edited file would differ from what was planned: {reason}")]
    Proof { path: String, reason: String },
}

/// One replacement of bytes by text.
pub(super) struct Splice {
    pub(super) span: Range<usize>,
    pub(super) text: String,
}

/// A key and its value on one line; `style` is that of a text.
pub(super) fn entry(field: &str, value: &Value, style: Option<Style>) -> String {
    let plain = field.starts_with(|c: char| c.is_ascii_alphabetic())
        && field
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    let key = if plain {
        field.to_owned()
    } else {
        double_quoted(field)
    };
    let like = style.map(|style| ("", style));
    format!("{key}: {}", scalar(value, like))
}

/// Where the line of a byte starts.
pub(super) fn line_start(file: &[u8], at: usize) -> usize {
    let before = file[..at].iter().rposition(|byte| *byte == b'\n');
    before.map_or(0, |found| found + 1)
}

/// Where the line of a byte ends, and how.
pub(super) fn line_end(product: &Product, at: usize) -> (usize, &'static str) {
    let file = &product.file;
    let end = file[at..].iter().position(|byte| *byte == b'\n');
    let end = end.map_or(file.len(), |found| at + found);
    if file[..end].ends_with(b"\r") {
        (end - 1, "\r\n")
    } else {
        (end, "\n")
    }
}
