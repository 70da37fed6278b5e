//! Versions from the release notes of Couchbase Server.
//!
//! ```yaml
//! - couchbase-server: https://docs.couchbase.com/server
//!   regex: '^Release (?P<version>\d+\.\d+(\.\d+)?) \((?P<date>.+)\)$'
//! ```
//!
//! The current release notes list the minor versions that have notes of their own. There,
//! each `h2` that matches is a version (`7.6` means `7.6.0`) and its month, of which the
//! first day is taken. Notes that do not exist are left out.

use chrono::Datelike as _;

use super::{Context, Method, Needed, Next, NoConfig, Round, required_day};
use crate::date::parse_month;
use crate::extract::ExtractError;
use crate::extract::html::{Document, select_within, selector, trimmed_text_of};
use crate::fetch::Request;
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct CouchbaseServer;

impl Method for CouchbaseServer {
    const NAME: &'static str = "couchbase-server";
    const GROUPS: Option<&'static [&'static str]> = Some(&["version", "date"]);
    type Config = NoConfig;

    fn requests(cx: &Context<'_>, _: &NoConfig) -> Next {
        Ok(vec![notes(cx, "current").into()])
    }

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let mut needed = vec![];
        if round.number == 1 {
            needed = minors(cx, round.page(), data)?;
            // Where the menu names them, the current notes are some of those that are read.
            let notes = needed.len();
            needed.retain(|notes: &Needed| !round.has_asked(&notes.request));
            if needed.len() == notes {
                return Ok(needed);
            }
        }
        let heading = selector("h2");
        for page in round.pages() {
            let document = Document::parse(page, [])?;
            for (heading, item) in document.select(&heading).zip(1..) {
                let text = trimmed_text_of(heading);
                let origin = cx.origin(&page.provenance, Place::item("heading", item), &text);
                cx.item(origin, data, |origin, data| {
                    let [mut version, date] = cx.groups(&text, ["version", "date"])?;
                    if version.split('.').count() == 2 {
                        version.push_str(".0");
                    }
                    let first_day = |month: &str| parse_month(month)?.with_day(1);
                    let (day, _) = required_day(&version, Some(&date), first_day)?;
                    data.declare(&version, day, origin.clone());
                    Ok(())
                });
            }
        }
        Ok(needed)
    }
}

fn notes(cx: &Context<'_>, minor: &str) -> Request {
    let base = cx.argument();
    Request::get(format!("{base}/{minor}/release-notes/relnotes.html"))
}

/// The notes of the minor versions that have some.
fn minors(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Next {
    let (list, option) = (selector(".version_list"), selector("option"));
    let document = Document::parse(page, [])?;
    let list = document
        .select(&list)
        .next()
        .ok_or_else(|| ExtractError::missing(page, "element `.version_list`"))?;
    let mut needed = Vec::new();
    for (option, item) in select_within(list, &option).zip(1..) {
        let origin = cx.origin(
            &page.provenance,
            Place::item("option", item),
            &trimmed_text_of(option),
        );
        let value = option.attr("value");
        let minor = value.ok_or_else(|| SkipReason::lacks(None, "value"));
        let minor = cx.or_skip(minor, origin, data);
        needed.extend(minor.map(|minor| Needed::or_left_out(notes(cx, minor))));
    }
    Ok(needed)
}
