//! A page parsed within bounds: a small page can make a large tree, and a deep one takes hours.
//!
//! A parser of HTML looks up through all open elements at nearly every tag, so that a page of
//! nothing but `<div>` takes the square of its length. It compares each attribute of a tag with
//! all others of it, and opens elements of formatting again in every block. Browsers end at 512
//! levels; here a page beyond the bounds is an error.
//!
//! The page is given to the parser tag by tag, and the tree is looked at after each.

use std::cell::Cell;

use ego_tree::NodeId;
use html5ever::TokenizerResult;
use html5ever::buffer_queue::BufferQueue;
use html5ever::interface::Tracer;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink as _};
use scraper::{Html, HtmlTreeSink, Node};

use crate::bounds::bound;

/// How deep the elements of a page may be nested.
const DEEPEST: usize = 1_100;
/// How many nodes a page may have: elements, their attributes, texts and comments.
const MOST: usize = 3_000_000;
/// How many attributes a tag may have.
const ATTRIBUTES: usize = 1_000;
/// How many open elements the tags of a page may meet, all together: the parser may look at each.
const MET: usize = 500_000_000;
/// How much is parsed at once, in bytes.
const STEP: usize = 1024;

/// The tree of a page; or which bound it passes, as the rest of a sentence about the page.
pub(super) fn parse(text: &str) -> Result<Html, String> {
    let options = TreeBuilderOpts {
        // No script runs, so `<noscript>` is a part of the page.
        scripting_enabled: false,
        ..TreeBuilderOpts::default()
    };
    let sink = HtmlTreeSink::new(Html::new_document());
    let sink = Tokens {
        builder: TreeBuilder::new(sink, options),
        any: Cell::new(false),
    };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let input = BufferQueue::default();
    let too_deep = || format!("nests deeper than {DEEPEST} elements");
    let (mut nodes, mut parts) = (0, 0);
    let (mut tags, mut unseen, mut met) = (0, 0, 0);
    let mut tag: Option<Tag> = None;
    let mut rest = text;
    while !rest.is_empty() {
        let longest = rest.floor_char_boundary(STEP);
        let end = rest
            .bytes()
            .take(longest)
            .skip(1)
            .position(|byte| byte == b'<');
        let (piece, after) = rest.split_at(end.map_or(longest, |at| at + 1));
        rest = after;
        if tag.is_none() && starts_tag(piece) {
            tag = Some(Tag::default());
        }
        tokenizer.sink.any.set(false);
        input.push_back(StrTendril::from(piece));
        while let TokenizerResult::Script(_) = tokenizer.feed(&input) {}
        // Within a tag there is no token.
        tag = tag.filter(|_| !tokenizer.sink.any.get());
        if let Some(tag) = &mut tag {
            tag.read(piece);
            if tag.attributes > bound(ATTRIBUTES) {
                return Err(format!("has a tag with more than {ATTRIBUTES} attributes"));
            }
        }
        let html = tokenizer.sink.builder.sink.0.borrow();
        let all = html.tree.nodes();
        let new = all.len() - nodes;
        nodes += new;
        parts += new;
        parts += all
            .rev()
            .take(new)
            .map(|node| attributes_of(node.value()))
            .sum::<usize>();
        if parts > bound(MOST) {
            return Err(format!(
                "has more than {MOST} elements, attributes and texts"
            ));
        }
        tags += 1;
        unseen += piece.len();
        if unseen >= STEP {
            let open = tokenizer.sink.open();
            met += open * tags;
            (tags, unseen) = (0, 0);
            if open > bound(DEEPEST) {
                return Err(too_deep());
            }
            if met > bound(MET) {
                return Err("has too many tags for how deep it nests".to_owned());
            }
            // `<html>` and `<body>` take the attributes of all tags of their name.
            let mut first = html.tree.root().descendants().take(16);
            if first.any(|node| attributes_of(node.value()) > 2 * bound(ATTRIBUTES)) {
                return Err(format!("has a tag with more than {ATTRIBUTES} attributes"));
            }
        }
    }
    tokenizer.end();
    let html = tokenizer.sink.builder.sink.finish();
    if depth(&html) > bound(DEEPEST) {
        return Err(too_deep());
    }
    Ok(html)
}

/// How deep the deepest node of a tree is.
fn depth(html: &Html) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for edge in html.tree.root().traverse() {
        match edge {
            ego_tree::iter::Edge::Open(_) => depth += 1,
            ego_tree::iter::Edge::Close(_) => depth -= 1,
        }
        deepest = deepest.max(depth);
    }
    deepest.saturating_sub(1)
}

fn attributes_of(node: &Node) -> usize {
    node.as_element().map_or(0, |element| element.attrs.len())
}

/// Whether a tag may start a piece.
fn starts_tag(piece: &str) -> bool {
    let name = piece.strip_prefix('<');
    let name = name.map(|name| name.strip_prefix('/').unwrap_or(name));
    name.is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// A builder of a tree that says whether it was given any token.
struct Tokens {
    builder: TreeBuilder<NodeId, HtmlTreeSink>,
    any: Cell<bool>,
}

impl Tokens {
    /// How many elements are open, and of formatting, to be opened again.
    fn open(&self) -> usize {
        struct Count(Cell<usize>);
        impl Tracer for Count {
            type Handle = NodeId;
            fn trace_handle(&self, _: &NodeId) {
                self.0.set(self.0.get() + 1);
            }
        }
        let count = Count(Cell::new(0));
        self.builder.trace_handles(&count);
        count.0.get()
    }
}

impl TokenSink for Tokens {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<NodeId> {
        if !matches!(token, Token::ParseError(_)) {
            self.any.set(true);
        }
        self.builder.process_token(token, line)
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder
            .adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// A tag that is not complete.
#[derive(Default)]
struct Tag {
    attributes: usize,
    state: State,
}

#[derive(Default, Clone, Copy)]
enum State {
    #[default]
    TagName,
    Between,
    Name,
    AfterEquals,
    Unquoted,
    Quoted(u8),
}

impl Tag {
    /// Goes on with a piece of the tag.
    fn read(&mut self, piece: &str) {
        for byte in piece.bytes() {
            let is_space = byte.is_ascii_whitespace();
            self.state = match (self.state, byte) {
                (State::Quoted(quote), _) if byte == quote => State::Between,
                (State::Quoted(_), _) => self.state,
                (State::AfterEquals, b'"' | b'\'') => State::Quoted(byte),
                (State::AfterEquals, _) if is_space => State::AfterEquals,
                (State::Unquoted, _) if !is_space => State::Unquoted,
                (State::AfterEquals, _) => State::Unquoted,
                // White space may stand before `=`; at the start of a name it is a part of that.
                (State::Name | State::Between, b'=') if self.attributes > 0 => State::AfterEquals,
                (State::TagName | State::Name, _) if !is_space && byte != b'/' => self.state,
                (State::Between, _) if !is_space && byte != b'/' => {
                    self.attributes += 1;
                    State::Name
                }
                _ => State::Between,
            };
        }
    }
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

    #[test]
    fn a_page_whose_tags_cost_more_than_they_say_is_refused() {
        let attributes = |from: usize| -> String {
            let each: Vec<String> = (from..from + 900).map(|at| format!(" a{at}=1")).collect();
            each.concat()
        };
        // The newest node is shallow, and the open elements stay.
        let hidden = format!("{}</body><!--{}-->", "<b>".repeat(300), "-".repeat(100));
        let formats: Vec<String> = (0..500).map(|at| format!("<b a{at}=1>")).collect();
        let bodies: Vec<String> = (0..9)
            .map(|n| format!("<body{}>", attributes(n * 900)))
            .collect();
        let long = format!("<p{}{}>", attributes(0), attributes(900));
        for (page, reason) in [
            (hidden.repeat(100), "nests deeper"),
            (
                format!("<p>{}{}", formats.concat(), "<p>x".repeat(100_000)),
                "more than 3000000",
            ),
            (long.repeat(100), "more than 1000 attributes"),
            (
                format!("{}{}", bodies.concat(), "<p>x".repeat(2_000)),
                "more than 1000 attributes",
            ),
            ("<p>x".repeat(1_600_000), "more than 3000000"),
        ] {
            let error = parse(&page).map(drop).unwrap_err();
            assert!(error.contains(reason), "{error}");
        }
        let svg = format!(
            "<path d='{}' title=\"{}\">",
            "M 1 2 ".repeat(50_000),
            "a=1 ".repeat(9_000)
        );
        assert!(parse(&svg.repeat(3)).is_ok());
    }
}
