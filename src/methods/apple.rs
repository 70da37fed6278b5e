//! Versions of Apple's systems from Apple's twelve lists of security releases.
//!
//! ```yaml
//! - apple: ios
//!   regex:
//!     - 'iOS\s+(?P<version>\d+)'
//!     - 'iOS\s+(?P<version>\d+(?:\.\d+)+)'
//! ```
//!
//! Each pattern has one group. It is looked for anywhere in the first cell of a row, as often
//! as it stands there: a row may name several systems. The day is in the third cell, and the
//! earliest day of a version counts, because lists name a version again when they add to it.
//! `regex_exclude` and `template` are not used.

use std::sync::LazyLock;

use regex::Regex;

use super::config::Anywhere;
use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::extract::html::{Document, select_within, selector, spaced_text_of};
use crate::fetch::Request;
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason};

/// The lists, newest first. The last three live on in an archive only.
const PAGES: [&str; 12] = [
    "https://support.apple.com/kb/HT201222",
    "https://support.apple.com/en-us/121012",
    "https://support.apple.com/en-us/120989",
    "https://support.apple.com/kb/HT213078",
    "https://support.apple.com/kb/HT213077",
    "https://support.apple.com/kb/HT209441",
    "https://support.apple.com/kb/HT205762",
    "https://support.apple.com/kb/HT205759",
    "https://support.apple.com/kb/HT204611",
    "http://web.archive.org/web/20230404214605_/https://support.apple.com/en-us/HT5165",
    "http://web.archive.org/web/20230327200842_/https://support.apple.com/en-us/HT4218",
    "http://web.archive.org/web/20230204234533_/https://support.apple.com/en-us/HT1263",
];

pub(super) struct Apple;

impl Method for Apple {
    const NAME: &'static str = "apple";
    type Config = Anywhere<1>;

    async fn collect(
        cx: &Context<'_>,
        config: &Anywhere<1>,
        data: &mut ReleaseData,
    ) -> Result<(), Fault> {
        for page in cx.fetch_all(&PAGES.map(Request::get)).await? {
            read(cx, config, &page, data)?;
        }
        Ok(())
    }
}

fn read(
    cx: &Context<'_>,
    patterns: &Anywhere<1>,
    page: &Page,
    data: &mut ReleaseData,
) -> Result<(), ExtractError> {
    static DAY: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\b\d+\s[A-Za-z]+\s\d+\b").expect("a valid pattern"));
    // The wrapper is misspelt on the pages.
    let (wrapper, table) = (selector("#tableWraper"), selector("table.gb-table"));
    let (row, cell) = (selector("tr"), selector("td"));
    let document = Document::parse(&page.text(), []);
    let table = document
        .select(&wrapper)
        .chain(document.select(&table))
        .next()
        .ok_or_else(|| ExtractError::missing(page, "table of releases"))?;
    for (tr, item) in select_within(table, &row).zip(1..).skip(1) {
        let cells: Vec<String> = select_within(tr, &cell).map(spaced_text_of).collect();
        let [names, _, date, ..] = &cells[..] else {
            return Err(ExtractError::missing(page, format!("date in row {item}")));
        };
        let origin = |raw: &str| {
            let place = Place::Item { kind: "row", item };
            cx.origin(&page.facts, place, raw)
        };
        let Some(found) = DAY.find(date) else {
            let date = format!("`{date}`");
            data.skip(origin(names), SkipReason::lacks(Some(&date), "day"));
            continue;
        };
        let day = parse_day(found.as_str())
            .ok_or_else(|| ExtractError::unreadable(page, format!("date of {names}"), date))?;
        for [version] in patterns.find(names) {
            let known = data.versions.get(&version);
            if known.is_none_or(|known| known.date > day) {
                data.declare(&version, day, origin(names));
            }
        }
    }
    Ok(())
}
