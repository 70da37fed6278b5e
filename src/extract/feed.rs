//! RSS and Atom feeds: their entries, in document order.

use roxmltree::Node;

use super::error::ExtractError;
use super::xml;
use crate::page::Page;

/// An `item` of RSS or an `entry` of Atom. What it lacks is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its number, from 1.
    pub number: usize,
    /// The text of its `content`, which mostly is HTML.
    pub content: Option<String>,
    /// Its moment as written: `pubDate` of RSS, `updated` of Atom.
    pub date: Option<String>,
}

/// The entries of a feed.
pub fn entries(page: &Page) -> Result<Vec<Entry>, ExtractError> {
    let text = page.text();
    let document =
        xml::parse(&text, false).map_err(|error| ExtractError::format(page, "XML", error))?;
    Ok(document
        .descendants()
        .filter(|node| matches!(node.tag_name().name(), "item" | "entry"))
        .zip(1..)
        .map(|(node, number)| Entry {
            number,
            content: text_of(node, "content"),
            date: text_of(node, "pubDate").or_else(|| text_of(node, "updated")),
        })
        .collect())
}

/// The text of the first element of a name, and of the entry's namespace, within an entry;
/// `None` where it has none.
fn text_of(entry: Node<'_, '_>, name: &str) -> Option<String> {
    let namespace = entry.tag_name().namespace();
    let element = entry
        .descendants()
        .find(|node| node.tag_name().name() == name && node.tag_name().namespace() == namespace)?;
    let text: String = element
        .descendants()
        .filter(Node::is_text)
        .filter_map(|node| node.text())
        .collect();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(feed: &str) -> Result<Vec<Entry>, ExtractError> {
        entries(&Page::of_text("https://a.test/feed", feed))
    }

    #[test]
    fn rss_and_atom_have_the_same_entries() {
        let rss = "<?xml version='1.0'?><rss xmlns:m='urn:m'><channel><title>x</title><item>\
            <m:content>M</m:content><content>A &amp; <![CDATA[<B>]]></content><pubDate>Mon</pubDate></item><item/></channel></rss>";
        let entries = read(rss).unwrap();
        assert_eq!(entries[0].content.as_deref(), Some("A & <B>"));
        assert_eq!(entries[0].date.as_deref(), Some("Mon"));
        assert_eq!(
            entries[1],
            Entry {
                number: 2,
                ..Entry::default()
            }
        );
        let atom = "<feed xmlns='http://www.w3.org/2005/Atom'><updated>x</updated><entry>\
            <content type='html'>&lt;p></content><updated>Tue</updated></entry></feed>";
        let entries = read(atom).unwrap();
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].content.as_deref(), Some("<p>"));
        assert_eq!(entries[0].date.as_deref(), Some("Tue"));
    }

    #[test]
    fn a_page_that_is_not_xml_is_refused() {
        assert!(read("<html><br></html>").is_err());
        assert!(read("").is_err());
    }
}
