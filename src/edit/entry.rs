//! A new release cycle as text, written as one beside it.
//!
//! Its dash, its indent, the blanks behind its colons, its quotes and the blank line between cycles
//! are those of that one. It stands before the comments that belong to the cycle below it.

use std::fmt::Write as _;

use super::splice::{EditError, Splice, entry, line_end, line_start};
use crate::plan::validate::{dash, no_place_for_cycle};
use crate::plan::{Addition, Change};
use crate::product::Product;
use crate::product::front_matter::{Content, Node, Style, scalar};
use crate::value::Value;

/// What adds a cycle to a file.
pub(super) fn splice(
    product: &Product,
    addition: &Addition,
    fields: &[&Change],
) -> Result<Splice, EditError> {
    let place = |reason| EditError::Place {
        path: product.path.clone(),
        line: product.releases().map_or(0, |releases| releases.line),
        cycle: addition.cycle.clone(),
        field: "releases".to_owned(),
        reason,
    };
    if let Some(reason) = no_place_for_cycle(product, addition.before, addition.like) {
        return Err(place(reason));
    }
    let cycles = product.releases().map_or(&[][..], Node::items);
    let like = cycles
        .get(addition.like)
        .ok_or_else(|| place("has no cycle beside it"))?;
    let dash = dash(product, like).unwrap_or_default();
    let (_, newline) = line_end(product, like.span.start);
    let mut text = String::new();
    for (number, change) in fields.iter().enumerate() {
        let indent = if number == 0 {
            dash.to_owned()
        } else {
            " ".repeat(dash.len())
        };
        let line = field(product, like, cycles, change);
        write!(text, "{indent}{line}{newline}").expect("writing to a String does not fail");
    }
    let blank = if is_spaced(product, cycles, addition.like) {
        newline
    } else {
        ""
    };
    Ok(if let Some(below) = cycles.get(addition.before) {
        let at = above_comments(product, below, addition.before == 0);
        Splice {
            span: at..at,
            text: text + blank,
        }
    } else {
        let at = below_comments(product, cycles.last().unwrap_or(like), dash);
        Splice {
            span: at..at,
            text: format!("{newline}{blank}{}", text.trim_end_matches(['\r', '\n'])),
        }
    })
}

/// A key and its value, as a cycle beside it has them.
fn field(product: &Product, like: &Node, cycles: &[Node], change: &Change) -> String {
    let of = |cycle: &Node| {
        let entries = cycle.entries().iter();
        let entry = entries.map(|(key, value)| (key.clone(), value.clone()));
        entry
            .clone()
            .find(|(key, _)| key.text() == Some(&change.field))
    };
    let known = of(like).or_else(|| cycles.iter().find_map(of));
    let Some((key, value)) = known else {
        return entry(&change.field, &change.new, None);
    };
    let style = match &value.content {
        Content::Scalar(text, style) if *style != Style::Block => Some((&**text, *style)),
        _ => None,
    };
    // A day in quotes is refused by the site, and a number without them is one.
    let style = style.filter(|_| matches!(change.new, Value::Text(_)));
    let between = product
        .file
        .get(key.span.end..value.span.start)
        .unwrap_or_default();
    let between = std::str::from_utf8(between).ok();
    let is_gap =
        |gap: &&str| gap.trim_matches(' ') == ":" && gap.ends_with(' ') && gap.starts_with(':');
    match between.filter(is_gap) {
        Some(gap) => {
            let key = String::from_utf8_lossy(&product.file[key.span.clone()]).into_owned();
            format!("{key}{gap}{}", scalar(&change.new, style))
        }
        None => entry(&change.field, &change.new, style.map(|(_, style)| style)),
    }
}

/// Whether a blank line stands between a cycle and the next, or the one before.
fn is_spaced(product: &Product, cycles: &[Node], like: usize) -> bool {
    let pair = if like + 1 < cycles.len() {
        like
    } else {
        like.saturating_sub(1)
    };
    let Some((above, below)) = cycles.get(pair).zip(cycles.get(pair + 1)) else {
        return true;
    };
    let end = above.span.start + product.file[above.span.clone()].trim_ascii_end().len();
    let between = String::from_utf8_lossy(&product.file[end..below.span.start]).into_owned();
    between.lines().skip(1).any(|line| line.trim().is_empty())
}

/// The start of the first line that belongs to a cycle: of comments that stand right above it. The
/// comments above the first cycle may be of all of them.
fn above_comments(product: &Product, cycle: &Node, is_first: bool) -> usize {
    let indent = dash(product, cycle)
        .and_then(|dash| dash.find('-'))
        .unwrap_or_default();
    let mut at = line_start(&product.file, cycle.span.start);
    while !is_first && at > 0 {
        let before = line_start(&product.file, at - 1);
        let line = String::from_utf8_lossy(&product.file[before..at]).into_owned();
        let own = line.trim_start_matches(' ');
        if !own.starts_with('#') || line.len() - own.len() > indent {
            break;
        }
        at = before;
    }
    at
}

/// The end of the last line that belongs to the last cycle, with its comments.
fn below_comments(product: &Product, cycle: &Node, dash: &str) -> usize {
    let indent = dash.find('-').unwrap_or_default();
    let end = cycle.span.start + product.file[cycle.span.clone()].trim_ascii_end().len();
    let (mut at, _) = line_end(product, end);
    loop {
        let next = at
            + product.file[at..]
                .iter()
                .position(|byte| *byte == b'\n')
                .map_or(0, |end| end + 1);
        let (end, _) = line_end(product, next);
        let line = String::from_utf8_lossy(&product.file[next..end]).into_owned();
        let own = line.trim_start_matches(' ');
        if next == at || !own.starts_with('#') || line.len() - own.len() <= indent {
            return at;
        }
        at = end;
    }
}
