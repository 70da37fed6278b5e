//! Whether a file has a place for a change, whatever its value.
//!
//! Where a file has two cycles of one name, a source may mean either, so neither is written. A
//! value is replaced where it is a scalar that is not a block of lines, and a key is added on a
//! line of its own, or in braces behind the last value. Anything else is rejected, named with
//! its line, and the other changes are written.

use super::violation::Violation;
use crate::plan::change::Change;
use crate::product::front_matter::{Content, Node, Style};
use crate::product::{Product, RELEASE_CYCLE};
use crate::text::Excerpt;

/// Why a change has no place: its cycle is there twice, or its text cannot be put anywhere.
pub fn misplaced(product: &Product, change: &Change) -> Option<Violation> {
    let cycles = product.cycles();
    let same = cycles.filter(|cycle| cycle.name() == change.cycle);
    let places: Vec<String> = same
        .map(|cycle| format!("{}:{}", product.path, cycle.node().line))
        .collect();
    if places.len() > 1 {
        return Some(Violation {
            rule: "duplicate",
            field: RELEASE_CYCLE.to_owned(),
            against: None,
            value: Excerpt(&change.cycle).to_string(),
            message: format!("names several cycles: {}", places.join(" and ")),
            right: String::new(),
        });
    }
    no_place(product, change).map(|(line, reason)| Violation {
        rule: "place",
        field: change.field.clone(),
        against: None,
        value: String::new(),
        message: format!("at {}:{line} {reason}", product.path),
        right: String::new(),
    })
}

/// The line, and the reason why the value of a change cannot be put there.
pub fn no_place(product: &Product, change: &Change) -> Option<(usize, &'static str)> {
    let releases = product.releases()?;
    let cycle = releases.items().get(change.index)?;
    let entries = cycle.entries();
    let is_field = |key: &Node| key.text() == Some(&*change.field);
    let Some((key, value)) = entries.iter().find(|(key, _)| is_field(key)) else {
        let (_, last) = entries.last()?;
        let reason = match &last.content {
            Content::Scalar(text, Style::Plain) if cycle.is_flow() && text.is_empty() => {
                "cannot be added behind a key without a value"
            }
            // The empty lines behind it are part of it.
            Content::Scalar(text, Style::Block) if text.ends_with("\n\n") => {
                "cannot be added behind a block of lines that ends in empty ones"
            }
            _ if releases.is_flow() && !cycle.is_flow() => {
                "cannot be added to a cycle without braces"
            }
            _ => return None,
        };
        return Some((cycle.line, reason));
    };
    match &value.content {
        Content::Scalar(_, Style::Block) => Some((key.line, "is a block of lines")),
        Content::Scalar(..) => {
            let after_key = product.file[key.span.end..].trim_ascii_start();
            let has_place = !value.span.is_empty() || after_key.starts_with(b":");
            (!has_place).then_some((key.line, "is not followed by a colon"))
        }
        _ => Some((value.line, "is a list or a mapping")),
    }
}
