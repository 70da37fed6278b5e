//! Whether a file has a place for a change, whatever its value.
//!
//! Where a file has two cycles of one name, a source may mean either, so neither is written. A
//! value is replaced where it is a scalar that is not a block of lines, and a key is added on a
//! line of its own, or in braces behind the last value. Anything else is rejected, named with
//! its line, and the other changes are written.

use super::violation::Violation;
use crate::plan::change::Change;
use crate::product::front_matter::{Content, Node, Style};
use crate::product::{CycleNames, Product, RELEASE_CYCLE};
use crate::text::Excerpt;

/// Why a change has no place: its cycle is there twice, or its text cannot be put anywhere.
/// `names` are those of the product's cycles.
pub fn misplaced(product: &Product, names: &CycleNames<'_>, change: &Change) -> Option<Violation> {
    if names.named(&change.cycle).len() > 1 {
        let same = product.cycles_named(names, &change.cycle);
        let places: Vec<String> = same
            .map(|cycle| format!("{}:{}", product.path, cycle.node().line))
            .collect();
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

/// What stands on the line of a cycle before its first key: a dash and blanks. None of a cycle
/// whose dash is elsewhere, or that has none.
pub fn dash<'a>(product: &'a Product, cycle: &Node) -> Option<&'a str> {
    let before = &product.file[..cycle.span.start];
    let start = before
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    let dash = std::str::from_utf8(&before[start..]).ok()?;
    let is_dash = dash.trim_matches(' ') == "-" && dash.ends_with(' ');
    is_dash.then_some(dash)
}

/// Why a new cycle has no place before that of a number, written as another.
pub fn no_place_for_cycle(product: &Product, before: usize, like: usize) -> Option<&'static str> {
    let releases = product.releases()?;
    let cycles = releases.items();
    let is_flow = releases.is_flow() || cycles.iter().any(Node::is_flow);
    let ends_in_block = || {
        let (_, last) = cycles.last()?.entries().last()?;
        Some(matches!(last.content, Content::Scalar(_, Style::Block)))
    };
    if is_flow {
        return Some("the release cycles of the file are in brackets or braces");
    }
    let neighbours = [before.min(cycles.len().checked_sub(1)?), like];
    if neighbours
        .iter()
        .any(|place| dash(product, &cycles[*place]).is_none())
    {
        return Some("the cycle beside it does not start on the line of its dash");
    }
    let is_last = before == cycles.len();
    (is_last && ends_in_block() == Some(true)).then_some("the file ends in a block of lines")
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
