//! A page parsed within bounds: a small page can make a large tree, and a deep one takes hours.
//!
//! A parser of HTML looks up through all open elements at nearly every tag, so that a page of
//! nothing but `<div>` takes the square of its length. Browsers end at 512 levels; here a page
//! beyond the bounds is an error.

use html5ever::driver::{ParseOpts, parse_document};
use html5ever::tendril::{StrTendril, TendrilSink as _};
use scraper::{Html, HtmlTreeSink};

/// How deep the elements of a page may be nested.
const DEEPEST: usize = 1_100;
/// How many nodes a page may have: elements, texts and comments.
const MOST: usize = 6_000_000;
/// How much is parsed before the tree is looked at again, in bytes.
const STEP: usize = 16 * 1024;

/// The tree of a page; or which bound it passes, as the rest of a sentence about the page.
pub(super) fn parse(text: &str) -> Result<Html, String> {
    let sink = HtmlTreeSink::new(Html::new_document());
    let mut options = ParseOpts::default();
    // No script runs, so `<noscript>` is a part of the page.
    options.tree_builder.scripting_enabled = false;
    let mut parser = parse_document(sink, options);
    let mut rest = text;
    while !rest.is_empty() {
        let (step, after) = rest.split_at(rest.floor_char_boundary(STEP));
        rest = after;
        parser.process(StrTendril::from(step));
        let html = parser.tokenizer.sink.sink.0.borrow();
        let mut nodes = html.tree.nodes();
        if nodes.len() > MOST {
            return Err(format!("has more than {MOST} elements and texts"));
        }
        let last = nodes.next_back();
        if last.is_some_and(|last| last.ancestors().nth(DEEPEST).is_some()) {
            return Err(format!("nests deeper than {DEEPEST} elements"));
        }
    }
    Ok(parser.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_in_steps_is_the_page() {
        let part = "<p>é</p>\r\n<table><tr><td>&nbsp;<b>x<i>y</b>z</table>&am";
        let page = part.repeat(4 * STEP / part.len());
        for page in [&*page, ""] {
            let parsed = parse(page).unwrap();
            assert_eq!(parsed.html(), Html::parse_document(page).html());
        }
    }

    #[test]
    fn a_page_that_nests_deeper_than_pages_do_is_refused() {
        let text = |levels: usize| {
            let html = parse(&format!("{}7", "<div>".repeat(levels)))?;
            Ok(html.root_element().text().collect::<String>())
        };
        assert_eq!(text(1_000), Ok("7".to_owned()));
        let error = "nests deeper than 1100 elements".to_owned();
        assert_eq!(text(100_000), Err(error));
    }
}
