//! The texts of elements: joined, trimmed, or in the lines that a page shows.

use scraper::{ElementRef, Node};

use crate::date::Attribute;
use crate::text::{collapse, trim};

/// The text of an element: its text nodes, joined without anything between them.
pub fn text_of(element: ElementRef<'_>) -> String {
    element.text().collect()
}

/// The text of an element that has one text and nothing beside it, however deep that lies.
pub fn sole_text_of(element: ElementRef<'_>) -> Option<&str> {
    let mut node = *element;
    loop {
        let mut children = node.children();
        node = children.next().filter(|_| children.next().is_none())?;
        if let Some(text) = node.value().as_text() {
            return Some(text);
        }
    }
}

/// The text of an element without that of scripts and styles in it.
pub fn visible_text_of(element: ElementRef<'_>) -> String {
    element
        .descendants()
        .filter(|node| {
            let parent = node.parent().and_then(ElementRef::wrap);
            parent.is_none_or(|parent| !matches!(parent.value().name(), "script" | "style"))
        })
        .filter_map(|node| node.value().as_text())
        .map(|text| &**text)
        .collect()
}

/// The text of the element right around the first text within an element that is wanted.
pub fn text_around(element: ElementRef<'_>, wanted: impl Fn(&str) -> bool) -> Option<String> {
    element
        .descendants()
        .filter(|node| node.value().as_text().is_some_and(|text| wanted(text)))
        .find_map(|node| node.parent().and_then(ElementRef::wrap))
        .map(text_of)
}

/// The text of an element with a space between each two text nodes, and none at the ends.
pub fn spaced_text_of(element: ElementRef<'_>) -> String {
    let texts: Vec<&str> = element.text().collect();
    trim(&texts.join(" ")).to_owned()
}

/// The text of an element with blanks taken from both ends.
pub fn trimmed_text_of(element: ElementRef<'_>) -> String {
    trim(&text_of(element)).to_owned()
}

/// The attributes of an element, and of those in it, that may say the day that it shows.
pub fn day_attributes_of(element: ElementRef<'_>) -> Vec<Attribute> {
    const NAMES: [&str; 6] = [
        "datetime",
        "data-order",
        "data-sort",
        "data-sort-value",
        "data-value",
        "title",
    ];
    let elements = element.descendants().filter_map(ElementRef::wrap);
    // Of a change to the page, `datetime` is when it was made.
    let elements = elements.filter(|inner| !matches!(inner.value().name(), "ins" | "del"));
    let mut found = Vec::new();
    for inner in elements {
        for name in NAMES {
            let Some(text) = inner.attr(name).filter(|text| text.len() <= 64) else {
                continue;
            };
            found.push(Attribute {
                text: text.to_owned(),
                is_whole: trimmed_text_of(inner) == trimmed_text_of(element),
                is_datetime: name == "datetime",
            });
        }
    }
    found
}

/// The text of an element in lines, as a page shows it: a line ends where a block does and
/// at a line break, cells of a row have a blank between them, and runs of blanks are one.
/// Within `pre`, lines stay as they are; scripts and styles are left out.
pub fn lines_of(element: ElementRef<'_>) -> String {
    const UNSEEN: [&str; 4] = ["script", "style", "template", "noscript"];
    const BLOCKS: &str = "address article aside blockquote body br dd details div dl dt fieldset figcaption \
        figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary \
        table tbody tfoot thead tr ul caption";
    let mut lines = vec![String::new()];
    let (mut unseen, mut pre) = (0_usize, 0_usize);
    for edge in element.traverse() {
        let (node, opens) = match edge {
            ego_tree::iter::Edge::Open(node) => (node, true),
            ego_tree::iter::Edge::Close(node) => (node, false),
        };
        match node.value() {
            Node::Text(text) if opens && unseen == 0 && pre > 0 => {
                for (number, part) in text.split('\n').enumerate() {
                    if number > 0 {
                        lines.push(String::new());
                    }
                    lines.last_mut().expect("there is a line").push_str(part);
                }
            }
            Node::Text(text) if opens && unseen == 0 => {
                lines
                    .last_mut()
                    .expect("there is a line")
                    .push_str(&text.replace('\n', " "));
            }
            Node::Element(element) => {
                let name = element.name();
                let step = |count: usize| {
                    if opens {
                        count + 1
                    } else {
                        count.saturating_sub(1)
                    }
                };
                if UNSEEN.contains(&name) {
                    unseen = step(unseen);
                } else if name == "pre" {
                    pre = step(pre);
                }
                if BLOCKS.split(' ').any(|block| block == name) {
                    lines.push(String::new());
                } else if matches!(name, "td" | "th") {
                    lines.last_mut().expect("there is a line").push(' ');
                }
            }
            _ => {}
        }
    }
    let lines = lines
        .iter()
        .map(|line| collapse(line))
        .filter(|line| !line.is_empty());
    lines.map(|line| line + "\n").collect()
}

/// The text of an element with each text node trimmed and nothing between them.
pub fn stripped_text_of(element: ElementRef<'_>) -> String {
    element.text().map(trim).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Document, selector};
    use super::*;
    use crate::page::Page;

    fn document(text: &str) -> Document {
        Document::parse(&Page::of_text("https://a.test/", text), []).unwrap()
    }

    #[test]
    fn texts_are_joined_as_asked() {
        let page = document("<p> <a>14.1</a> (June,<!-- x --> 2024)<script>s</script></p>");
        let paragraph = selector("p");
        let element = page.select(&paragraph).next().unwrap();
        assert_eq!(text_of(element), " 14.1 (June, 2024)s");
        assert_eq!(stripped_text_of(element), "14.1(June,2024)s");
        assert_eq!(trimmed_text_of(element), "14.1 (June, 2024)s");
        assert_eq!(visible_text_of(element), " 14.1 (June, 2024)");
        assert_eq!(spaced_text_of(element), "14.1  (June,  2024) s");
        let around = text_around(element, |text| text.contains("14"));
        assert_eq!(around.as_deref(), Some("14.1"));
    }

    #[test]
    fn a_sole_text_has_nothing_beside_it() {
        let sole = |page: &str| {
            let document = document(page);
            let paragraph = selector("p");
            let element = document.select(&paragraph).next().unwrap();
            sole_text_of(element).map(str::to_owned)
        };
        assert_eq!(sole("<p><a><b>x</b></a>").as_deref(), Some("x"));
        assert_eq!(sole("<p><a>x</a> y"), None);
        assert_eq!(sole("<p>"), None);
    }

    #[test]
    fn a_line_ends_where_a_page_shows_it_ending() {
        let page = document(
            "<main>One\n <b>1.0</b><br>two<ul><li>x<script>s</script><li>y</ul>\
             <table><tr><td>a<td>b</table><pre>c\nd</pre></main>",
        );
        let main = selector("main");
        let element = page.select(&main).next().unwrap();
        assert_eq!(lines_of(element), "One 1.0\ntwo\nx\ny\na b\nc\nd\n");
    }
}
