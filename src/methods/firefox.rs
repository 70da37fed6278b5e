//! Versions from the release notes of Firefox.
//!
//! ```yaml
//! - firefox: https://www.mozilla.org/en-US/firefox/releases/
//! ```
//!
//! The first list of releases links the notes of every version; the first hundred are read.
//! The version is in the URL of its notes, the day on them; notes that do not exist or name
//! no day are left out. The product is cumulative: what an earlier run collected of older
//! versions stays.

use url::Url;

use super::{Context, Method, Needed, Next, NoConfig, Round};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::extract::html::{Document, select_within, selector, trimmed_text_of};
use crate::fetch::Request;
use crate::release_data::{Place, ReleaseData};

pub(super) struct Firefox;

/// How many notes are read: there are far more, and old ones do not change.
const NOTES: usize = 100;

impl Method for Firefox {
    const NAME: &'static str = "firefox";
    type Config = NoConfig;

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        if round.number == 1 {
            return notes(cx, round, data);
        }
        let date = selector(".c-release-date");
        for page in round.pages() {
            let document = Document::parse(page, [])?;
            let version = page.url.rsplit('/').nth(2).unwrap_or_default();
            let date = document.select(&date).next().map(trimmed_text_of);
            let raw = date.as_deref().unwrap_or_default();
            let origin = cx.origin(&page.provenance, Place::Nowhere, raw);
            cx.dated_item(origin, version, date.as_deref(), parse_day, data);
        }
        Ok(vec![])
    }
}

fn notes(cx: &Context<'_>, round: &Round<'_>, data: &mut ReleaseData) -> Next {
    let index = round.page();
    let (list, link) = (selector("ol.c-release-list"), selector("a"));
    let base = Url::parse(&index.url)
        .map_err(|error| ExtractError::unreadable(index, "URL", error.to_string()))?;
    let document = Document::parse(index, [])?;
    let list = document
        .select(&list)
        .next()
        .ok_or_else(|| ExtractError::missing(index, "list `ol.c-release-list`"))?;
    let mut needed = Vec::new();
    for (link, item) in select_within(list, &link).take(NOTES).zip(1..) {
        let href = link.attr("href").unwrap_or_default();
        let origin = cx.origin(&index.provenance, Place::item("link", item), href);
        let url = base.join(href).ok().filter(Url::has_host);
        let notes = url
            .map(Request::get)
            .filter(|notes| !round.has_asked(notes));
        let notes = notes.ok_or("leads to no release notes");
        let notes = cx.or_skip(notes, origin, data);
        needed.extend(notes.map(Needed::or_left_out));
    }
    Ok(needed)
}
