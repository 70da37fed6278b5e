//! HTML pages as trees: selectors, and the texts of elements.
//!
//! The tree is HTML5's, so a `tbody` that is not written is there. What `<template>`s hold is not.
//!
//! # `:-soup-contains("…")`
//! Product files use this pseudo-class of another engine. No CSS parser knows it, so each
//! text looked for is marked as an attribute on the elements that contain it when the
//! page is parsed, and the selector asks for the attribute: it then works wherever a
//! selector may, within `:has()` and `:not()` too.

mod bounded;
mod parts;
mod selector;
mod steps;
mod text;

use std::collections::HashMap;
use std::ops::Range;

use ego_tree::{NodeId, NodeRef};
use html5ever::{LocalName, QualName, ns};
use scraper::node::{Comment, Element};
use scraper::{ElementRef, Html, Node, StrTendril};

pub use selector::{Selector, SelectorError, selector};
pub use text::{
    day_attributes_of, lines_of, sole_text_of, spaced_text_of, stripped_text_of, text_around,
    text_of, trimmed_text_of,
};

use selector::Contains;
use steps::Steps;

use super::error::ExtractError;
use super::xml;
use crate::page::Page;

/// A parsed page.
pub struct Document {
    html: Html,
}

impl Document {
    /// Parses a page; `selectors` are those that will be asked of it.
    pub fn parse<'s>(
        page: &Page,
        selectors: impl IntoIterator<Item = &'s Selector>,
    ) -> Result<Self, ExtractError> {
        Self::of_part(page, &page.text(), selectors)
    }

    /// Parses HTML that is a part of a page.
    pub fn of_part<'s>(
        page: &Page,
        text: &str,
        selectors: impl IntoIterator<Item = &'s Selector>,
    ) -> Result<Self, ExtractError> {
        let mut html = bounded::parse(text).map_err(|bound| ExtractError::bound(page, bound))?;
        empty_templates(&mut html);
        Ok(Self { html }.marked(selectors))
    }

    /// The same document, its elements marked with the texts that selectors look for.
    fn marked<'s>(mut self, selectors: impl IntoIterator<Item = &'s Selector>) -> Self {
        for contains in selectors
            .into_iter()
            .flat_map(|selector| &selector.contains)
        {
            self.mark(contains);
        }
        self
    }

    /// Parses an XML document into the same kind of tree. Names keep their case and lose
    /// their prefixes. Entities of its own are refused: they can make much of little.
    pub fn parse_xml<'s>(
        text: &str,
        selectors: impl IntoIterator<Item = &'s Selector>,
    ) -> Result<Self, String> {
        let xml = xml::parse(text.trim_start(), !text.contains("<!ENTITY"))?;
        let mut html = Html::new_document();
        let mut placed = HashMap::from([(xml.root().id(), html.tree.root().id())]);
        for node in xml.root().descendants().skip(1) {
            let value = if node.is_element() {
                let name = |local: &str| QualName::new(None, ns!(), LocalName::from(local));
                let attributes = node.attributes().map(|attribute| html5ever::Attribute {
                    name: name(attribute.name()),
                    value: attribute.value().into(),
                });
                Node::Element(Element::new(
                    name(node.tag_name().name()),
                    attributes.collect(),
                ))
            } else if let Some(text) = node.text().filter(|_| node.is_text()) {
                Node::Text(scraper::node::Text { text: text.into() })
            } else {
                continue;
            };
            let parent = node.parent().and_then(|parent| placed.get(&parent.id()));
            let Some(mut parent) = parent.and_then(|parent| html.tree.get_mut(*parent)) else {
                continue;
            };
            placed.insert(node.id(), parent.append(value).id());
        }
        Ok(Self { html }.marked(selectors))
    }

    /// The whole page as an element.
    pub fn root(&self) -> ElementRef<'_> {
        self.html.root_element()
    }

    /// The steps that selectors may take on the page.
    pub fn steps(&self) -> Steps<'_> {
        Steps::of(self.html.tree.root())
    }

    /// The elements of the page that a selector finds, in document order.
    pub fn select<'d>(&'d self, selector: &'d Selector) -> impl Iterator<Item = ElementRef<'d>> {
        self.html.select(&selector.css)
    }

    /// The first text node that contains a text.
    pub fn text_node(&self, text: &str) -> Option<NodeRef<'_, Node>> {
        self.html.tree.root().descendants().find(|node| {
            node.value()
                .as_text()
                .is_some_and(|written| written.contains(text))
        })
    }

    /// The text of the whole page.
    pub fn text(&self) -> String {
        text_of(self.html.root_element())
    }

    fn mark(&mut self, contains: &Contains) {
        // One text of the whole page, and for each element its part of it: each text is
        // then looked for once, however deep the page is.
        let mut whole = String::new();
        let mut spans: Vec<(NodeId, Range<usize>)> = Vec::new();
        let mut open = Vec::new();
        for edge in self.html.tree.root().traverse() {
            match edge {
                ego_tree::iter::Edge::Open(node) => match node.value() {
                    Node::Text(text) => whole.push_str(text),
                    Node::Element(_) => open.push(whole.len()),
                    _ => {}
                },
                ego_tree::iter::Edge::Close(node) => {
                    if node.value().is_element() {
                        let start = open.pop().expect("an element closes after it opens");
                        spans.push((node.id(), start..whole.len()));
                    }
                }
            }
        }
        let found: Vec<NodeId> = if contains.own {
            spans
                .into_iter()
                .filter(|(id, _)| {
                    let node = self.html.tree.get(*id).expect("the node was just visited");
                    node.children()
                        .filter_map(|child| child.value().as_text())
                        .any(|text| text.contains(&*contains.text))
                })
                .map(|(id, _)| id)
                .collect()
        } else {
            let places: Vec<usize> = whole
                .match_indices(&*contains.text)
                .map(|(at, _)| at)
                .collect();
            spans
                .into_iter()
                .filter(|(_, span)| {
                    let next = places.partition_point(|at| *at < span.start);
                    places
                        .get(next)
                        .is_some_and(|at| at + contains.text.len() <= span.end)
                })
                .map(|(id, _)| id)
                .collect()
        };
        let name = QualName::new(None, ns!(), LocalName::from(contains.attribute()));
        for id in found {
            let mut node = self
                .html
                .tree
                .get_mut(id)
                .expect("the node was just visited");
            if let Node::Element(element) = node.value() {
                // Attributes are kept sorted by name.
                if let Err(place) = element
                    .attrs
                    .binary_search_by(|(other, _)| other.cmp(&name))
                {
                    element
                        .attrs
                        .insert(place, (name.clone(), StrTendril::new()));
                }
            }
        }
    }
}

/// Takes out what `<template>`s hold: no browser shows it, but that of a shadow root.
fn empty_templates(html: &mut Html) {
    let is_kept =
        |template: &Element| matches!(template.attr("shadowrootmode"), Some("open" | "closed"));
    let is_template =
        |element: &Element| element.name() == "template" && element.name.ns == ns!(html);
    let templates = html.tree.nodes().filter(|node| {
        node.value()
            .as_element()
            .is_some_and(|element| is_template(element) && !is_kept(element))
    });
    let held = templates.flat_map(|template| template.descendants().skip(1));
    let held: Vec<NodeId> = held.map(|node| node.id()).collect();
    for id in held {
        if let Some(mut node) = html.tree.get_mut(id) {
            *node.value() = Node::Comment(Comment {
                comment: StrTendril::new(),
            });
        }
    }
}

/// The first element of one of these names that starts after an element does, in document
/// order: its own descendants count.
pub fn next_named<'d>(element: ElementRef<'d>, names: &[&str]) -> Option<ElementRef<'d>> {
    named_after(*element, names)
}

/// The first element of one of these names that starts after a node does, in document order.
pub fn named_after<'d>(node: NodeRef<'d, Node>, names: &[&str]) -> Option<ElementRef<'d>> {
    let mut node = node;
    loop {
        node = node.first_child().or_else(|| {
            std::iter::successors(Some(node), NodeRef::parent).find_map(|node| node.next_sibling())
        })?;
        if let Some(found) =
            ElementRef::wrap(node).filter(|found| names.contains(&&*found.value().name.local))
        {
            return Some(found);
        }
    }
}

/// The last element of one of these names that starts before an element does, in document
/// order: its ancestors count.
pub fn previous_named<'d>(element: ElementRef<'d>, names: &[&str]) -> Option<ElementRef<'d>> {
    let mut node = *element;
    loop {
        node = match node.prev_sibling() {
            Some(sibling) => std::iter::successors(Some(sibling), NodeRef::last_child)
                .last()
                .expect("it starts with one"),
            None => node.parent()?,
        };
        if let Some(found) =
            ElementRef::wrap(node).filter(|found| names.contains(&&*found.value().name.local))
        {
            return Some(found);
        }
    }
}

/// The elements within an element that a selector finds, in document order.
pub fn select_within<'d>(
    element: ElementRef<'d>,
    selector: &'d Selector,
) -> impl Iterator<Item = ElementRef<'d>> {
    element.select(&selector.css)
}

/// The cells of a row: each `td` and `th` within it, and none within another.
pub fn cells(row: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    let nodes = std::iter::successors(row.first_child(), move |node| next_of_row(row, *node));
    nodes
        .filter_map(ElementRef::wrap)
        .filter(|element| is_cell(*element))
}

/// The node after another of a row. What is in a cell is passed over: of tables in tables it would
/// be walked through again and again.
fn next_of_row<'d>(row: ElementRef<'d>, node: NodeRef<'d, Node>) -> Option<NodeRef<'d, Node>> {
    let inner = match ElementRef::wrap(node) {
        Some(element) if is_cell(element) => None,
        _ => node.first_child(),
    };
    inner.or_else(|| {
        let around = std::iter::successors(Some(node), NodeRef::parent);
        let mut within = around.take_while(|node| node.id() != row.id());
        within.find_map(|node| node.next_sibling())
    })
}

/// Whether an element is a `td` or a `th`.
pub fn is_cell(element: ElementRef<'_>) -> bool {
    matches!(&*element.value().name.local, "td" | "th")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document<'s>(text: &str, selectors: impl IntoIterator<Item = &'s Selector>) -> Document {
        Document::parse(&Page::of_text("https://a.test/", text), selectors).unwrap()
    }

    fn found(page: &str, selector: &str) -> Vec<String> {
        let selector = Selector::new(selector).unwrap();
        let document = document(page, [&selector]);
        document.select(&selector).map(text_of).collect()
    }

    #[test]
    fn an_element_is_found_by_the_text_it_contains() {
        let page = "<h2>A <b>Ember.js</b></h2><p>one<h2>Ember Data</h2><p>two";
        assert_eq!(found(page, r#"h2:-soup-contains("Ember.js") + p"#), ["one"]);
        assert_eq!(
            found(page, r"h2:not(:-soup-contains('Ember.js')) + p"),
            ["two"]
        );
        assert_eq!(
            found(page, r#"h2:has(:-soup-contains("Ember.js"))"#),
            ["A Ember.js"]
        );
        assert_eq!(
            found(page, r#"h2:-soup-contains("Data", "A Ember")"#),
            ["A Ember.js", "Ember Data"]
        );
        assert_eq!(
            found(page, r#"h2:-soup-contains-own("Ember")"#),
            ["Ember Data"]
        );
        assert!(found(page, r#"h2:-soup-contains("AEmber")"#).is_empty());
    }

    #[test]
    fn a_text_that_goes_on_in_the_next_element_is_not_contained() {
        assert!(found("<p>ab</p><p>cd</p>", r#"p:-soup-contains("bc")"#).is_empty());
    }

    #[test]
    fn a_bad_selector_is_refused() {
        for selector in [
            "table[",
            ":-soup-contains(x)",
            ":-soup-contains(\"x\"",
            "a:unknown",
            "",
        ] {
            assert!(Selector::new(selector).is_err(), "{selector}");
        }
    }

    #[test]
    fn a_quoted_attribute_may_hold_the_words_of_a_pseudo_class() {
        assert_eq!(
            found(r#"<p title=":contains(x)">y"#, r#"p[title=":contains(x)"]"#),
            ["y"]
        );
    }

    #[test]
    fn next_and_previous_follow_the_document() {
        let page = document(
            "<div id=a><h2>1</h2><ul><li>x<h2>2</h2></ul></div><p><h2>3</h2>",
            [],
        );
        let headings = selector("h2");
        let all: Vec<_> = page.select(&headings).collect();
        assert_eq!(
            next_named(all[0], &["h2", "p"]).map(text_of).as_deref(),
            Some("2")
        );
        assert_eq!(
            next_named(all[1], &["h2"]).map(text_of).as_deref(),
            Some("3")
        );
        assert_eq!(next_named(all[2], &["h2"]), None);
        assert_eq!(
            previous_named(all[1], &["h2"]).map(text_of).as_deref(),
            Some("1")
        );
        assert_eq!(
            previous_named(all[1], &["div"]).and_then(|div| div.attr("id")),
            Some("a")
        );
        assert_eq!(previous_named(all[0], &["h2"]), None);
    }

    #[test]
    fn what_follows_a_text_does_not_stand_before_it() {
        let page = document("<div><ul id=a></ul>One <i>title</i><ul id=b></div>", []);
        let node = page.text_node("One").unwrap();
        assert_eq!(
            named_after(node, &["ul"]).and_then(|list| list.attr("id")),
            Some("b")
        );
        assert!(page.text_node("One title").is_none());
        assert_eq!(page.text(), "One title");
    }
}
