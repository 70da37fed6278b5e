//! The texts of elements, as a page shows them.
//!
//! Runs of white space are one space, and so is a line end of the source outside of `pre`; a line
//! ends where a block does, at `<br>` and after an `<option>`. Scripts, styles, comments, the
//! fallback content of media, and zero-width characters are no text; `<noscript>` is, as no script
//! runs.
//!
//! # What counts only where nothing else stands
//! What is struck out (`del`, `s`) no longer holds, what is not displayed (`hidden`,
//! `display: none`, `.sr-only`) is not seen, and a footnote's mark (`<sup>[1]</sup>`) is not what
//! it stands at. Each is left out of an element in which another text is beside it: a
//! row that is struck out as a whole, and a table in a tab that is not open, are read.

use std::cell::LazyCell;
use std::sync::LazyLock;

use ego_tree::iter::Edge;
use html5ever::ns;
use regex::Regex;
use scraper::{ElementRef, Node};

use crate::date::Attribute;
use crate::text::{collapse, is_blank, trim};

/// Whether a text counts, from the first to the last; one of [`Standing::Shown`] always does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Shown,
    Struck,
    Hidden,
    Mark,
    Never,
}

/// The text nodes of a line.
type Line<'d> = Vec<(Standing, &'d str)>;

impl Standing {
    /// How what an element holds stands to what is around it.
    fn of(element: ElementRef<'_>) -> Self {
        const HIDING: [&str; 6] = [
            "hidden",
            "d-none",
            "sr-only",
            "visually-hidden",
            "screen-reader-text",
            "sortkey",
        ];
        let name = element.value().name();
        let is_unseen = match element.value().name.ns {
            ns!(html) => matches!(
                name,
                "script" | "style" | "audio" | "video" | "canvas" | "iframe" | "datalist" | "rp"
            ),
            ns!(svg) => matches!(name, "style" | "title" | "desc"),
            _ => matches!(name, "script" | "style"),
        };
        if is_unseen {
            return Self::Never;
        }
        let mut style = element
            .attr("style")
            .unwrap_or_default()
            .to_ascii_lowercase();
        style.retain(|c| !c.is_whitespace());
        let classes = || element.value().classes();
        // `hidden md:inline` and `d-none d-md-inline` are seen on a wide screen.
        let is_hidden = || {
            classes().any(|class| HIDING.contains(&class))
                && !classes().any(|class| class.contains(':') || class.starts_with("d-md-"))
        };
        if element.attr("hidden").is_some()
            || style.contains("display:none")
            || style.contains("visibility:hidden")
            || is_hidden()
        {
            return Self::Hidden;
        }
        let is_raised = name == "sup"
            || style.contains("vertical-align:super")
            || element.attr("role") == Some("doc-noteref")
            || element.attr("href").is_some_and(|to| {
                ["#fn", "#ftn", "#footnote", "#cite_note"]
                    .iter()
                    .any(|note| to.starts_with(note))
            });
        if is_raised && is_mark(element) {
            return Self::Mark;
        }
        if matches!(name, "del" | "s" | "strike") || style.contains("line-through") {
            return Self::Struck;
        }
        Self::Shown
    }
}

/// Whether a raised text is the mark of a footnote: numbers, letters or signs, and not `th`. A mark
/// is short: what is long is not read, as raised texts may be in one another.
fn is_mark(raised: ElementRef<'_>) -> bool {
    const NODES: usize = 200;
    const LENGTH: usize = 1_000;
    static MARK: LazyLock<Regex> = LazyLock::new(|| {
        const ONE: &str = r"(?:(?:\[[^\[\]]*\])+|[*†‡§¶#]+|\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,4}|(?i:note|fn) ?\d+)\)?)";
        Regex::new(&format!(r"\A{ONE}(?:[\s,;&]+{ONE})*\z")).expect("a valid pattern")
    });
    let mut nodes = raised.descendants();
    let mut text = String::new();
    for node in nodes.by_ref().take(NODES) {
        if let Some(part) = node.value().as_text() {
            if text.len() + part.len() > LENGTH {
                return false;
            }
            text.push_str(part);
        }
    }
    nodes.next().is_none() && MARK.is_match(trim(&text))
}

/// The lines of an element, block by block.
fn blocks_of(element: ElementRef<'_>) -> Vec<Vec<Line<'_>>> {
    const BLOCKS: &str = "address article aside blockquote body center dd details div dl dt fieldset figcaption \
        figure footer form h1 h2 h3 h4 h5 h6 header hr legend li main menu nav ol optgroup option p pre \
        section summary table tbody tfoot thead tr ul caption";
    let mut blocks: Vec<Vec<Line<'_>>> = vec![vec![Line::new()]];
    let mut around = vec![(Standing::Shown, false)];
    for edge in element.traverse() {
        let (Edge::Open(node) | Edge::Close(node)) = edge;
        let opens = matches!(edge, Edge::Open(_));
        let block = blocks.last_mut().expect("there is a block");
        if let (Node::Text(text), true) = (node.value(), opens) {
            let (standing, is_pre) = *around.last().expect("the element is around");
            let mut parts = text.split(|c| is_pre && c == '\n');
            let first = parts.next().map(|part| (standing, part));
            block.last_mut().expect("there is a line").extend(first);
            block.extend(parts.map(|part| vec![(standing, part)]));
        } else if let Some(inner) = ElementRef::wrap(node) {
            let name = inner.value().name();
            if opens {
                let (standing, is_pre) = *around.last().expect("the element is around");
                let own = if inner == element {
                    Standing::Shown
                } else {
                    Standing::of(inner)
                };
                around.push((standing.max(own), is_pre || name == "pre"));
            } else {
                around.pop();
            }
            if BLOCKS.split(' ').any(|block| block == name) {
                blocks.push(vec![Line::new()]);
            } else if name == "br" && opens {
                block.push(Line::new());
            } else if matches!(name, "td" | "th") {
                block
                    .last_mut()
                    .expect("there is a line")
                    .push((Standing::Shown, " "));
            }
        }
    }
    blocks
}

/// The lines without what counts only where nothing else stands, if something does.
fn counted(mut lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    let says = |most: &Standing| {
        let mut texts = lines.iter().flatten();
        texts.any(|(standing, text)| standing <= most && text.contains(char::is_alphanumeric))
    };
    let all = [Standing::Shown, Standing::Struck, Standing::Hidden];
    let most = all.into_iter().find(says).unwrap_or(Standing::Mark);
    for line in &mut lines {
        line.retain(|(standing, _)| *standing <= most);
    }
    lines
}

/// The lines of an element that have a text, each made of its text nodes.
fn written<'d>(lines: Vec<Line<'d>>, join: impl Fn(&Line<'d>) -> String) -> Vec<String> {
    let lines = counted(lines);
    let lines = lines.iter().map(join);
    lines.filter(|line| !line.is_empty()).collect()
}

/// A line with its text nodes as they are.
fn joined(line: &Line<'_>) -> String {
    collapse(&line.iter().map(|(_, text)| *text).collect::<String>())
}

/// All text of an element: its text nodes as they are, joined without anything between them.
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

/// The text of the element right around the first text within an element that is wanted.
pub fn text_around(element: ElementRef<'_>, wanted: impl Fn(&str) -> bool) -> Option<String> {
    element
        .descendants()
        .filter(|node| node.value().as_text().is_some_and(|text| wanted(text)))
        .find_map(|node| node.parent().and_then(ElementRef::wrap))
        .map(trimmed_text_of)
}

/// The text of an element with a space between each two text nodes, and none at the ends.
pub fn spaced_text_of(element: ElementRef<'_>) -> String {
    let spaced = |line: &Line<'_>| {
        let texts: Vec<&str> = line.iter().map(|(_, text)| *text).collect();
        collapse(&texts.join(" "))
    };
    written(blocks_of(element).concat(), spaced).join(" ")
}

/// The text of an element as a page shows it, in lines.
pub fn trimmed_text_of(element: ElementRef<'_>) -> String {
    if let (Some(Node::Text(text)), false) = (
        element.first_child().map(|child| child.value()),
        element.children().nth(1).is_some(),
    ) && element.value().name() != "pre"
    {
        return collapse(text);
    }
    written(blocks_of(element).concat(), joined).join("\n")
}

/// The attributes of an element, and of those in it, that may say the day that it shows: the first
/// of them, where there are many.
pub fn day_attributes_of(element: ElementRef<'_>) -> Vec<Attribute> {
    const MOST: usize = 16;
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
    let whole = LazyCell::new(|| trimmed_text_of(element));
    for inner in elements {
        for name in NAMES {
            let Some(text) = inner.attr(name).filter(|text| text.len() <= 64) else {
                continue;
            };
            if found.len() == MOST {
                return found;
            }
            found.push(Attribute {
                text: text.to_owned(),
                is_whole: trimmed_text_of(inner) == *whole,
                is_datetime: name == "datetime",
            });
        }
    }
    found
}

/// The lines that a page shows of an element that has many: cells of a row have a blank between
/// them, and what is struck out counts where its block says nothing else.
pub fn lines_of(element: ElementRef<'_>) -> String {
    let blocks = blocks_of(element).into_iter();
    let lines = blocks.flat_map(|block| written(block, joined));
    lines.map(|line| line + "\n").collect()
}

/// The text of an element with each text node trimmed and nothing between them, but a space where
/// two digits would meet that a page shows apart. It ends its lines where a page does.
pub fn stripped_text_of(element: ElementRef<'_>) -> String {
    let stripped = |line: &Line<'_>| {
        let (mut out, mut is_apart) = (String::new(), false);
        for (_, text) in line {
            let own = collapse(text);
            is_apart |= text.starts_with(is_blank);
            let is_digit = |c: char| c.is_ascii_digit();
            if is_apart && out.ends_with(is_digit) && own.starts_with(is_digit) {
                out.push(' ');
            }
            is_apart = text.ends_with(is_blank) || (own.is_empty() && is_apart);
            out.push_str(&own);
        }
        out
    };
    written(blocks_of(element).concat(), stripped).join("\n")
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
        assert_eq!(stripped_text_of(element), "14.1(June,2024)");
        assert_eq!(trimmed_text_of(element), "14.1 (June, 2024)");
        assert_eq!(spaced_text_of(element), "14.1 (June, 2024)");
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

    #[test]
    fn a_long_raised_text_is_no_mark_and_many_attributes_are_not_read() {
        let empty = "<i></i>".repeat(300);
        assert_eq!(shown(&format!("8<sup>1{empty}</sup>")), "81");
        assert_eq!(
            shown(&format!("8<sup>[{}]</sup>", "1".repeat(2_000))).len(),
            2_003
        );
        let nested = "<b title=x>".repeat(100);
        let page = document(&format!("<p>{nested}7"));
        let paragraph = selector("p");
        let element = page.select(&paragraph).next().unwrap();
        assert_eq!(day_attributes_of(element).len(), 16);
    }

    fn shown(cell: &str) -> String {
        let page = document(&format!("<table><tr><td>{cell}</table>"));
        let cell = selector("td");
        trimmed_text_of(page.select(&cell).next().unwrap())
    }

    #[test]
    fn a_text_counts_only_where_no_better_one_stands_beside_it() {
        for (cell, text) in [
            ("<s>1</s>", "1"),
            ("<s>1</s> 2", "2"),
            ("<s>1</s> -<sup>3</sup>", "1 -"),
            ("<s>1</s><b hidden>9</b>", "1"),
            ("<b hidden>9</b>", "9"),
            ("<b hidden>9</b><sup>1</sup>", "9"),
            ("<sup>1</sup>", "1"),
            ("8<sup>th</sup>", "8th"),
            ("8<sup>1, 2</sup> <sup>[note 3]</sup>", "8"),
            ("<b class='hidden md:inline'>8</b>.1", "8.1"),
            ("a<br> b\n c<p>d</p>", "a\nb c\nd"),
            ("a<style>b</style><!--c--><script>d</script>", "a"),
        ] {
            assert_eq!(shown(cell), text, "{cell}");
        }
    }
}
