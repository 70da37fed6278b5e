//! Rows of an XML or HTML document, by CSS selectors.
//!
//! The rows are what `selector` finds in the document; the selector of a field is looked
//! for within its row, and the first match counts. `:scope` is the row itself. The text of
//! an element has the lines that a page shows; in each the texts are trimmed, with nothing between
//! them but a space where digits would meet that stand apart, or with `text: whole` as they are.
//! `time@datetime` is the attribute of an element instead.
//!
//! Names of XML elements keep their case, and a prefix is no part of them: `date` finds
//! `<dc:date>`. An error of HTML that is read as XML says what helps: `features: html5lib`.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

use super::error::ExtractError;
use super::html::{
    self, Document, day_attributes_of, select_within, stripped_text_of, trimmed_text_of,
};
use super::rows::{Cell, Row, Rows, Source};
use crate::page::Page;
use crate::release_data::Place;
use crate::text::{Excerpt, trim};

/// Which rows of an XML or HTML document are meant.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkupRows {
    /// The rows, as a CSS selector.
    selector: html::Selector,
    /// How the document is parsed: as XML unless stated.
    #[serde(default)]
    #[schemars(with = "String", extend("enum" = ["xml", "lxml-xml", "html5lib", "html", "html.parser", "lxml"]))]
    features: Features,
    /// How the texts of an element become one: each trimmed unless stated.
    #[serde(default)]
    text: Texts,
}

/// How the texts of an element become one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Texts {
    /// Each is trimmed, with nothing between them.
    #[default]
    EachTrimmed,
    /// They are joined as they are, and the whole is trimmed.
    Whole,
}

/// How the document is parsed; product files name it by the parsers of `BeautifulSoup`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
enum Features {
    #[default]
    #[serde(rename = "xml", alias = "lxml-xml")]
    Xml,
    #[serde(
        rename = "html5lib",
        alias = "html",
        alias = "html.parser",
        alias = "lxml"
    )]
    Html,
}

/// The place of a field in a row.
#[derive(Debug, Clone)]
pub struct Within {
    /// The element; the row itself if there is none.
    element: Option<html::Selector>,
    /// The attribute of it, where not its text is meant.
    attribute: Option<String>,
}

impl Within {
    fn new(source: &str) -> Result<Self, html::SelectorError> {
        let named = |name: &str| {
            !name.is_empty()
                && name
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ':' | '.'))
        };
        let (element, attribute) = match source.rsplit_once('@') {
            Some((element, name)) if named(name) => (trim(element), Some(name.to_owned())),
            _ => (trim(source), None),
        };
        let itself = element == ":scope" || (element.is_empty() && attribute.is_some());
        Ok(Self {
            element: if itself {
                None
            } else {
                Some(html::Selector::new(element)?)
            },
            attribute,
        })
    }
}

impl<'de> Deserialize<'de> for Within {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

const HTML_READ_AS_XML: &str = " (for HTML state `features: html5lib`)";

/// Whether a document says at its start that it is HTML.
fn starts_as_html(text: &str) -> bool {
    let start: String = text.chars().take(1000).collect();
    let start = start.to_ascii_lowercase();
    start.contains("<!doctype html") || start.contains("<html")
}

impl Source for MarkupRows {
    const KEYS: &'static [&'static str] = &["selector", "features", "text"];
    type Selector = Within;

    fn rows(&self, page: &Page, fields: &[&Within]) -> Result<Rows, ExtractError> {
        let selectors = fields
            .iter()
            .filter_map(|field| field.element.as_ref())
            .chain([&self.selector]);
        let is_html = self.features == Features::Xml && starts_as_html(&page.text());
        let document = match self.features {
            Features::Html => Document::parse(page, selectors)?,
            Features::Xml => Document::parse_xml(&page.text(), selectors).map_err(|error| {
                let reason = format!("{error}{}", if is_html { HTML_READ_AS_XML } else { "" });
                ExtractError::format(page, "XML", reason)
            })?,
        };
        let steps = document.steps();
        steps.check(page, &self.selector)?;
        let found: Vec<_> = document.select(&self.selector).collect();
        steps.check_nesting(page, &self.selector, &found)?;
        for selector in fields.iter().filter_map(|field| field.element.as_ref()) {
            steps.check_within(page, selector, &found)?;
        }
        let rows: Vec<Row> = found
            .into_iter()
            .zip(1..)
            .map(|(row, item)| {
                let place = Place::Item { kind: "row", item };
                let cells = fields
                    .iter()
                    .map(|field| {
                        let element = match &field.element {
                            Some(selector) => select_within(row, selector).next()?,
                            None => row,
                        };
                        let text = match &field.attribute {
                            Some(name) => trim(element.attr(name)?).to_owned(),
                            None if self.text == Texts::Whole => trimmed_text_of(element),
                            None => stripped_text_of(element),
                        };
                        Some(Cell {
                            place: place.clone(),
                            text,
                            attributes: match field.attribute {
                                Some(_) => Vec::new(),
                                None => day_attributes_of(element),
                            },
                            ..Cell::default()
                        })
                    })
                    .collect();
                Row { place, cells }
            })
            .collect();
        if rows.is_empty() {
            let hint = if is_html { HTML_READ_AS_XML } else { "" };
            let what = format!("row `{}`{hint}", Excerpt(self.selector.source()));
            return Err(ExtractError::missing(page, what));
        }
        Ok(Rows {
            rows,
            skipped: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(
        features: Features,
        selector: &str,
        fields: &[&str],
        page: &str,
    ) -> Vec<Vec<Option<String>>> {
        let source = MarkupRows {
            selector: html::selector(selector),
            features,
            text: Texts::default(),
        };
        let fields: Vec<Within> = fields
            .iter()
            .map(|field| Within::new(field).unwrap())
            .collect();
        let page = Page::of_text("https://a.test/", page);
        let rows = source
            .rows(&page, &fields.iter().collect::<Vec<_>>())
            .unwrap()
            .rows;
        rows.into_iter()
            .map(|row| row.cells.into_iter().map(|cell| Some(cell?.text)).collect())
            .collect()
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "it is compared with cells that may be absent"
    )]
    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn html_that_is_read_as_xml_is_told_what_helps() {
        let read = |selector: &str, html: &str| {
            let rows: MarkupRows =
                serde_json::from_value(serde_json::json!({ "selector": selector })).unwrap();
            let error = rows
                .rows(&Page::of_text("https://a.test/", html), &[])
                .unwrap_err();
            error.to_string().contains("features: html5lib")
        };
        assert!(read("li", "<!DOCTYPE html><p>&middot;<ul><li>7</ul>"));
        assert!(read("li", "<HTML><BODY><LI>7</LI></BODY></HTML>"));
        assert!(!read("li", "<rss><li></rss>"));
        assert!(!read("item", "<rss/>"));
    }

    #[test]
    fn names_of_xml_keep_their_case_and_lose_their_prefix() {
        let xml = "<?xml version='1.0'?>\n<!DOCTYPE r><r xmlns:dc='urn:dc'><item id='i1'><pubDate> 1 <b>2</b> </pubDate>\
                   <dc:date>3</dc:date><![CDATA[4]]></item><Item/></r>";
        assert_eq!(
            texts(
                Features::Xml,
                "item",
                &["pubDate", "pubdate", "date", ":scope", "@id", "pubDate > b"],
                xml
            ),
            [[
                some("1 2"),
                None,
                some("3"),
                some("1 2 34"),
                some("i1"),
                some("2")
            ]]
        );
    }

    #[test]
    fn a_field_of_html_is_an_element_an_attribute_or_the_row_itself() {
        let html = "<h3 id=lifecycle>x</h3><p>y<ul><li>7 <time datetime='2020-05-05'>5 May</time><li>8</ul>";
        assert_eq!(
            texts(
                Features::Html,
                "h3#lifecycle + p + ul li",
                &[":scope", "time@datetime", "time"],
                html
            ),
            [
                [some("7 5 May"), some("2020-05-05"), some("5 May")],
                [some("8"), None, None]
            ]
        );
    }

    #[test]
    fn what_is_wrong_with_a_document_or_a_selector_is_seen() {
        let source = MarkupRows {
            selector: html::selector("r"),
            features: Features::Xml,
            text: Texts::default(),
        };
        for document in ["<r\u{16}>", "<r \u{202e}", "<\u{202e}></r>"] {
            let page = Page::of_text("https://a.test/", document);
            let shown = source.rows(&page, &[]).unwrap_err().to_string();
            assert!(!shown.contains(crate::text::is_hidden), "{shown:?}");
        }
        let shown = html::Selector::new("a\u{7f}[").unwrap_err().to_string();
        assert!(!shown.contains(crate::text::is_hidden), "{shown:?}");
    }

    #[test]
    fn an_entity_bomb_is_no_document() {
        let bomb = "<!DOCTYPE r [<!ENTITY a 'aaaa'>]><r>&a;</r>";
        let source = MarkupRows {
            selector: html::selector("r"),
            features: Features::Xml,
            text: Texts::default(),
        };
        let error = source
            .rows(&Page::of_text("https://a.test/", bomb), &[])
            .unwrap_err();
        assert!(
            matches!(error, ExtractError::Format { format: "XML", .. }),
            "{error}"
        );
    }
}
