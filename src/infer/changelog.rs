//! Feeds, changelogs and headings to entries: versions with a day in one line.

use serde_json::json;

use super::entry::single_quoted;
use super::name::{common_start, naming};
use super::proposal::{Cycles, Proposal, argument_of};
use crate::extract::field::Rules;
use crate::extract::markup::MarkupRows;
use crate::extract::regex_rows::RegexRows;
use crate::extract::rows::Source;
use crate::page::Page;

/// What stands before a version in a line: a mark of a heading or of a list, and words.
const STARTS: [&str; 4] = [
    r"^#{1,4} +\[?v?",
    r"^\[?v?",
    r"^(?:#{1,4} +|[-*] +)?(?:Version|Release) +v?",
    r"^(?:#{1,4} +|[-*] +)?[A-Za-z][A-Za-z .]{0,30} v?",
];
const VERSION: &str = r"(?P<version>\d+(?:\.\d+)+)";
/// What stands between a version and its day.
const BETWEEN: &str = r"\]?(?:\([^()\n]*\))?[ \t]*[-–—:,(]*[ \t]*(?:[Rr]eleased )?(?:on )?";
/// The day: of numbers, or with the name of a month.
const DAYS: [&str; 3] = [
    r"(?P<day>\d{4}[-.]\d\d[-.]\d\d)\b",
    r"(?P<day>[A-Z][a-z]+\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4})\b",
    r"(?P<day>\d{1,2} [A-Z][a-z]+\.?,? \d{4})\b",
];
/// What stands between a day and a version behind it, and behind that: `rc1` makes it another.
const DAY_FIRST: [&str; 2] = [
    r"[ \t]*[-–—:,]*[ \t]*(?:[A-Za-z][A-Za-z .]{0,30} )?v?",
    r"(?:\s|$)",
];
/// How many lines make a pattern.
const ENOUGH: usize = 2;

fn of_versions(entry: &str) -> Vec<Proposal> {
    let proposal = |cycles| Proposal {
        entry: entry.to_owned(),
        cycles,
        unclear: Vec::new(),
    };
    vec![proposal(Cycles::Minor), proposal(Cycles::Major)]
}

/// The texts of these fields in the rows of a source; nothing where it does not fit the page.
fn texts<S: Source>(page: &Page, source: serde_json::Value, fields: &[&str]) -> Vec<Vec<String>> {
    let selectors = fields
        .iter()
        .map(|field| serde_json::from_value(json!(field)));
    let (Ok(source), Ok(selectors)) = (
        serde_json::from_value::<S>(source),
        selectors.collect::<Result<Vec<S::Selector>, _>>(),
    ) else {
        return Vec::new();
    };
    let rows = source.rows(page, &selectors.iter().collect::<Vec<_>>());
    let rows = rows.map(|found| found.rows).unwrap_or_default().into_iter();
    rows.filter_map(|row| row.cells.into_iter().map(|cell| Some(cell?.text)).collect())
        .collect()
}

/// Entries that read the versions of a text, or of the elements of a page, by the pattern that
/// most lines have.
pub(super) fn text(page: &Page, url: &str, within: Option<&str>) -> Vec<Proposal> {
    let mut best: Option<(usize, String)> = None;
    let [between, end] = DAY_FIRST;
    let version_first = STARTS.iter().flat_map(|start| {
        let of_day = move |day| format!("{start}{VERSION}{BETWEEN}{day}");
        DAYS.map(of_day)
    });
    let day_first = DAYS.map(|day| format!("^{day}{between}{VERSION}{end}"));
    for pattern in version_first.chain(day_first) {
        let source = match within {
            Some(within) => json!({ "selector": pattern, "within": within }),
            None => json!({ "selector": pattern }),
        };
        let count = texts::<RegexRows>(page, source, &["version", "day"]).len();
        if count >= ENOUGH && best.as_ref().is_none_or(|(most, _)| count > *most) {
            best = Some((count, pattern));
        }
    }
    let Some((_, pattern)) = best else {
        return Vec::new();
    };
    let within = within.map_or(String::new(), |within| {
        format!("      within: \"{within}\"\n")
    });
    of_versions(&format!(
        "    - text_versions: {}\n      selector: '{pattern}'\n{within}      name: version\n      date: day\n",
        argument_of(url)
    ))
}

/// Entries that read the versions in the titles of a feed.
pub(super) fn feed(page: &Page, url: &str) -> Vec<Proposal> {
    let mut out = Vec::new();
    for (row, date) in [
        ("entry", "published"),
        ("entry", "updated"),
        ("item", "pubDate"),
    ] {
        let found = texts::<MarkupRows>(page, json!({ "selector": row }), &["title", date]);
        let titles: Vec<&str> = found.iter().map(|row| &*row[0]).collect();
        // News stand among versions, so those that share the most common start count.
        let Some(start) = common_start(&titles) else {
            continue;
        };
        let versions: Vec<&str> = titles
            .iter()
            .copied()
            .filter(|title| title.starts_with(start))
            .collect();
        let Some(naming) = naming(Rules::Document, &versions) else {
            continue;
        };
        let url = argument_of(url);
        let name = match naming.regex {
            None => "      name: title\n".to_owned(),
            Some(regex) => format!(
                "      name:\n        selector: title\n        regex: {}\n",
                single_quoted(&regex)
            ),
        };
        out = of_versions(&format!(
            "    - xml_versions: {url}\n      selector: {row}\n{name}      date: {date}\n"
        ));
        break;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text_of: &str, within: Option<&str>) -> String {
        let page = Page::of_text("u", text_of);
        text(&page, "https://a.test/x", within)
            .first()
            .map_or_else(String::new, |found| found.entry.clone())
    }

    #[test]
    fn the_pattern_that_most_lines_have_is_taken() {
        let found = entry(
            "# Changes\n## [1.2.0] - 2024-02-01\n- a\n## [1.1.0] - 2024-01-01\n",
            None,
        );
        assert!(
            found.contains(STARTS[0]) && found.contains(DAYS[0]),
            "{found}"
        );
        let found = entry(
            "<h2>Foo 1.2 (May 3, 2024)</h2><h2>Foo 1.1 (April 3, 2024)</h2>",
            Some("h2"),
        );
        assert!(
            found.contains("within: \"h2\"") && found.contains(DAYS[1]),
            "{found}"
        );
        let found = entry(
            "2024.12.20 - GNU foo 8.3 \"A\" mends\n2024.09.05 - GNU foo 8.2 is\n2024.08.30 - GNU foo 8.2rc1 is\n",
            None,
        );
        assert!(found.contains(&format!("^{}", DAYS[0])), "{found}");
        assert_eq!(entry("## 1.2 is out\n## 1.1 is out\n", None), "");
    }

    #[test]
    fn news_in_a_feed_are_left_out_by_the_regex() {
        let entry = |title: &str| {
            format!("<entry><title>{title}</title><updated>2024-01-31T00:00:00Z</updated></entry>")
        };
        let titles = ["Foo 2.1 released", "We moved", "Foo 2.0 released"];
        let feed_of = format!(
            "<feed xmlns='http://www.w3.org/2005/Atom'>{}</feed>",
            titles.map(entry).concat()
        );
        let found = feed(&Page::of_text("u", feed_of), "https://a.test/feed");
        let entry = &found[0].entry;
        assert!(
            entry.contains("regex: '^Foo v?") && entry.contains("date: updated"),
            "{entry}"
        );
    }
}
