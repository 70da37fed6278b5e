//! A page parsed within bounds: a small page can make a large tree, and a deep one takes hours.
//!
//! A parser of HTML looks up through all open elements at nearly every tag, so that a page of
//! nothing but `<div>` takes the square of its length. Browsers end at 512 levels; here a page
//! beyond the bounds is read as an empty one, so whoever looks for rows on it fails.

use html5ever::driver::{ParseOpts, parse_document};
use html5ever::tendril::{StrTendril, TendrilSink as _};
use scraper::{Html, HtmlTreeSink};

/// How deep the elements of a page may stand within each other.
const DEEPEST: usize = 1_100;
/// How many nodes a page may have: elements, texts and comments.
const MOST: usize = 6_000_000;
/// How much is parsed before the tree is looked at again, in bytes.
const STEP: usize = 16 * 1024;

/// The tree of a page; that of an empty one where the page is beyond the bounds.
pub(super) fn parse(text: &str) -> Html {
    let new = || {
        parse_document(
            HtmlTreeSink::new(Html::new_document()),
            ParseOpts::default(),
        )
    };
    let mut parser = new();
    let mut rest = text;
    while !rest.is_empty() {
        let (step, after) = rest.split_at(rest.floor_char_boundary(STEP));
        rest = after;
        parser.process(StrTendril::from(step));
        if !is_within_bounds(&parser.tokenizer.sink.sink.0.borrow()) {
            return new().one("");
        }
    }
    parser.finish()
}

fn is_within_bounds(html: &Html) -> bool {
    let mut nodes = html.tree.nodes();
    nodes.len() <= MOST
        && nodes
            .next_back()
            .is_none_or(|last| last.ancestors().take(DEEPEST + 1).count() <= DEEPEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_in_steps_is_the_page() {
        let part = "<p>é</p>\r\n<table><tr><td>&nbsp;<b>x<i>y</b>z</table>&am";
        let page = part.repeat(4 * STEP / part.len());
        assert_eq!(parse(&page).html(), Html::parse_document(&page).html());
        assert_eq!(parse("").html(), Html::parse_document("").html());
    }

    #[test]
    fn a_page_is_read_as_deep_as_pages_are_and_no_deeper() {
        let text = |levels: usize| {
            let html = parse(&format!("{}7", "<div>".repeat(levels)));
            html.root_element().text().collect::<String>()
        };
        assert_eq!(text(1_000), "7");
        assert_eq!(text(100_000), "");
    }
}
