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
//! as it occurs: a row may name several systems. The day is in the third cell, and the
//! earliest day of a version counts, because lists name a version again when they add to it.
//! A row that has no such day is skipped; a list without its table is an error.
//! `regex_exclude` and `template` are not used.

use std::sync::LazyLock;

use regex::Regex;

use super::{Context, FindAll, Method, Next, Round};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::extract::html::{Document, selector, spaced_text_of};
use crate::extract::table::laid_out;
use crate::fetch::Request;
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

static DAY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b\d+\s[A-Za-z]+\s\d+\b").expect("a valid pattern"));

pub(super) struct Apple;

type Config = FindAll<1>;

impl Method for Apple {
    const NAME: &'static str = "apple";
    const GROUPS: Option<&'static [&'static str]> = Some(&[]);
    type Config = Config;

    fn requests(_: &Context<'_>, _: &Config) -> Next {
        Ok(PAGES.map(|url| Request::get(url).into()).into())
    }

    fn read(cx: &Context<'_>, config: &Config, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        // The wrapper is misspelt on the pages.
        let (wrapper, table) = (selector("#tableWraper"), selector("table.gb-table"));
        for page in round.pages() {
            let document = Document::parse(page, [])?;
            let missing = || ExtractError::missing(page, "table of releases");
            let mut tables = document.select(&wrapper).chain(document.select(&table));
            let table = tables.next().ok_or_else(missing)?;
            for (cells, item) in laid_out(table).zip(1..).skip(1) {
                let cells: Vec<String> = cells.into_iter().map(spaced_text_of).collect();
                let names = cells.first().map_or("", String::as_str);
                let versions: Vec<[String; 1]> = config.find(names).collect();
                if versions.is_empty() {
                    continue;
                }
                let place = Place::Item { kind: "row", item };
                let origin = cx.origin(&page.provenance, place, names);
                cx.item(origin, data, |origin, data| {
                    let date = cells.get(2).map_or("", String::as_str);
                    let day = DAY.find(date).and_then(|day| parse_day(day.as_str()));
                    let day = day.ok_or_else(|| SkipReason::bad_date(names, date))?;
                    for [version] in versions {
                        let known = data.versions.get(&*version);
                        if known.is_none_or(|known| known.date > day) {
                            data.declare(&version, day, origin.clone());
                        }
                    }
                    Ok(())
                });
            }
        }
        Ok(vec![])
    }
}
