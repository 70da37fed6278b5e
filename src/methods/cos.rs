//! Versions from the release notes of Google's Container-Optimized OS.
//!
//! ```yaml
//! - cos: https://docs.cloud.google.com/container-optimized-os/docs/release-notes/
//! ```
//!
//! The index names the LTS milestones in cells such as `COS 129 LTS`; each has a page. There,
//! a heading `cos-129-19506-299-148` is a version. Its day is, by the age of the page, in
//! the first cell of the table that follows, in the next slanted text, or in the `h2` before.
//! A milestone without a page is left out, and a version without such a day.

use std::sync::LazyLock;

use regex::Regex;
use scraper::ElementRef;

use super::{Context, Method, Needed, Next, NoConfig, Round, required_day};
use crate::date::{Date, parse_day};
use crate::extract::html::{
    Document, next_named, previous_named, select_within, selector, sole_text_of, trimmed_text_of,
};
use crate::fetch::Request;
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason};
use crate::text::trim;

pub(super) struct Cos;

impl Method for Cos {
    const NAME: &'static str = "cos";
    type Config = NoConfig;

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        static VERSION: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"\Acos-\d+-\d+-\d+-\d+").expect("a valid pattern"));
        if round.number == 1 {
            return milestones(round.page());
        }
        let (article, heading) = (selector("article.devsite-article"), selector("h2, h3"));
        for page in round.pages() {
            let document = Document::parse(page, [])?;
            let headings = document
                .select(&article)
                .flat_map(|article| select_within(article, &heading));
            for (heading, item) in headings.zip(1..) {
                let name = name_of(heading);
                let origin = cx.origin(&page.provenance, Place::item("heading", item), &name);
                cx.item(origin, data, |origin, data| {
                    let no_version = || SkipReason::not_a_release("is not a version");
                    let version = VERSION.find(&name).ok_or_else(no_version)?.as_str();
                    let (day, raw) = day_of(heading, version)?;
                    data.declare(version, day, origin.reading(&raw));
                    Ok(())
                });
            }
        }
        Ok(vec![])
    }
}

fn milestones(index: &Page) -> Next {
    static MILESTONE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"COS (\d+) LTS").expect("a valid pattern"));
    let cell = selector("td");
    let document = Document::parse(index, [])?;
    let cells = document.select(&cell).filter_map(sole_text_of);
    let found = cells.filter_map(|cell| MILESTONE.captures(cell));
    let pages = found.map(|found| Request::get(format!("{}m{}", index.url, &found[1])));
    Ok(pages.map(Needed::or_left_out).collect())
}

/// The day of the version of a heading, and how it reads.
fn day_of(heading: ElementRef<'_>, version: &str) -> Result<(Date, String), SkipReason> {
    let below = next_named(heading, &["tr"])
        .and_then(|header| next_named(header, &["tr"]))
        .and_then(|row| next_named(row, &["td"]))
        .or_else(|| next_named(heading, &["i"]))
        .ok_or_else(|| SkipReason::lacks(Some(version), "date"))?;
    let raw = trimmed_text_of(below);
    if let Some(day) = parse_day(&trim(&raw).replace("Date: ", "")) {
        return Ok((day, raw));
    }
    let raw = previous_named(heading, &["h2"]).map_or(raw, name_of);
    required_day(version, Some(&raw), parse_day).map(|(day, raw)| (day, raw.to_owned()))
}

/// The text of a heading, without the links in it where the page has that.
fn name_of(heading: ElementRef<'_>) -> String {
    let name = heading.attr("data-text").map(str::to_owned);
    name.unwrap_or_else(|| trimmed_text_of(heading))
}
