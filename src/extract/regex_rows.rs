//! Rows of any text: the matches of a regex, with a field in each named group.
//!
//! Plain text and Markdown are read as they are, without zero-width characters. Of an HTML page, `within` names the
//! elements whose text is read, and a line ends where the page shows it ending: at the end
//! of a block and at a line break; a match does not reach from one of them into the next. `^`
//! and `$` are the ends of lines, and a match may start anywhere.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

use super::error::ExtractError;
use super::html::{self, Document, lines_of};
use super::rows::{Cell, Row, Rows, Source};
use crate::bounds::bound;
use crate::page::Page;
use crate::release_data::Place;
use crate::text::{Excerpt, trim, without_zero_width};
use crate::version::Pattern;

/// Which matches in a text are the rows.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegexRows {
    /// The rows: each match of this regex is one, and its named groups are the fields.
    #[schemars(with = "Pattern")]
    selector: Anywhere,
    /// The elements of an HTML page whose text is read; the whole text unless stated.
    within: Option<html::Selector>,
}

/// How many matches a text may have.
const MOST: usize = 1_000_000;
/// How often a text may be in the groups of matches, which may be in one another.
const AGAIN: usize = 16;

/// A pattern that may match anywhere in a text.
#[derive(Debug, Clone)]
struct Anywhere(Pattern);

impl<'de> Deserialize<'de> for Anywhere {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Pattern::anywhere(&String::deserialize(deserializer)?)
            .map(Self)
            .map_err(D::Error::custom)
    }
}

impl Source for RegexRows {
    const KEYS: &'static [&'static str] = &["selector", "within"];
    type Selector = String;

    fn check(&self, group: &String) -> Result<(), String> {
        if self.selector.0.group_names().contains(&group.as_str()) {
            Ok(())
        } else {
            Err(format!("`selector` has no group `{}`", Excerpt(group)))
        }
    }

    fn rows(&self, page: &Page, fields: &[&String]) -> Result<Rows, ExtractError> {
        let mut line = 1;
        let mut rows = Vec::new();
        let texts = self.texts_of(page)?;
        let length: usize = texts.iter().map(String::len).sum();
        let mut left = bound(AGAIN).saturating_mul(length + 1_000);
        for text in texts {
            let mut counted = 0;
            for found in self.selector.0.matches_in(&text) {
                let between = text.get(counted..found.start).unwrap_or_default();
                line += between.matches('\n').count();
                counted = found.start;
                let place = Place::Item {
                    kind: "line",
                    item: line,
                };
                let text_of = |field: &&String| {
                    let mut groups = found.groups.iter();
                    groups.find(|(group, _)| group == *field)?.1.map(trim)
                };
                let texts: Vec<Option<&str>> = fields.iter().map(text_of).collect();
                let length: usize = texts.iter().flatten().map(|text| text.len()).sum();
                let further = left
                    .checked_sub(length)
                    .filter(|_| rows.len() < bound(MOST));
                left = further.ok_or_else(|| {
                    let pattern = Excerpt(self.selector.0.source());
                    let bound = format!(
                        "has more than {MOST} matches of `{pattern}`, or more than {AGAIN} times its \
                         text in their groups"
                    );
                    ExtractError::bound(page, bound)
                })?;
                let cell = |text: &str| Cell {
                    place: place.clone(),
                    text: text.to_owned(),
                    ..Cell::default()
                };
                let cells = texts.into_iter().map(|text| text.map(cell)).collect();
                rows.push(Row { place, cells });
            }
            let rest = text.get(counted..).unwrap_or_default();
            line += rest.matches('\n').count();
        }
        if rows.is_empty() {
            let pattern = Excerpt(self.selector.0.source());
            let what = format!("text that matches `{pattern}`");
            return Err(ExtractError::missing(page, what));
        }
        Ok(Rows {
            rows,
            skipped: Vec::new(),
        })
    }
}

impl RegexRows {
    fn texts_of(&self, page: &Page) -> Result<Vec<String>, ExtractError> {
        let Some(within) = &self.within else {
            let text = page.text().replace("\r\n", "\n");
            return Ok(vec![without_zero_width(&text).into_owned()]);
        };
        let document = Document::parse(page, [within])?;
        let steps = document.steps();
        steps.check(page, within)?;
        let found: Vec<_> = document.select(within).collect();
        steps.check_nesting(page, within, &found)?;
        let texts: Vec<String> = found.into_iter().map(lines_of).collect();
        if texts.is_empty() {
            let what = format!("element `{}`", Excerpt(within.source()));
            return Err(ExtractError::missing(page, what));
        }
        Ok(texts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_without_end_and_groups_that_repeat_the_text_are_refused() {
        let nested: Vec<String> = (0..20).map(|at| format!("(?P<g{at}>")).collect();
        let nested = format!("{}(?s:.)+{}", nested.concat(), ")".repeat(20));
        let groups: Vec<String> = (0..20).map(|at| format!("g{at}")).collect();
        for (pattern, fields) in [("(?P<g0>.)", 1), (&nested, 20)] {
            let source = serde_json::json!({ "selector": pattern });
            let source: RegexRows = serde_json::from_value(source).unwrap();
            let fields: Vec<&String> = groups.iter().take(fields).collect();
            let page = Page::of_text("https://a.test/", "1".repeat(1_000_001));
            let error = source.rows(&page, &fields).unwrap_err().to_string();
            assert!(error.contains("has more than 1000000 matches"), "{error}");
        }
    }

    #[test]
    fn a_match_knows_its_line_and_a_group_that_took_no_part_is_none() {
        let source: RegexRows = serde_json::from_value(serde_json::json!({
            "selector": r"^## (?P<name>\S+)( \((?P<date>.+)\))?$"
        }))
        .unwrap();
        let page = Page::of_text(
            "https://a.test/",
            "# Log\r\n## 1.1 (2020)\r\n\r\n## 1.0\r\n",
        );
        let (name, date) = ("name".to_owned(), "date".to_owned());
        let rows = source.rows(&page, &[&name, &date]).unwrap().rows;
        let text = |row: usize, cell: usize| rows[row].cells[cell].as_ref().map(|cell| &*cell.text);
        assert_eq!((text(0, 0), text(0, 1)), (Some("1.1"), Some("2020")));
        assert_eq!((text(1, 0), text(1, 1)), (Some("1.0"), None));
        assert_eq!(rows[1].place.to_string(), "line 4");
        assert!(source.check(&"day".to_owned()).is_err());
    }
}
