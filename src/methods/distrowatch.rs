//! Versions from the news of a distribution on distrowatch.com.
//!
//! ```yaml
//! - distrowatch: fedora
//!   regex: '^Distribution Release: Fedora (?P<version>\d{2})$'
//!   template: "{{version}}"
//! ```
//!
//! Each news table has a linked headline and a day. What the template makes of a headline
//! may be several versions, one a line.

use super::{Context, Kind, Method, Next, NoConfig, Round, required_day};
use crate::date::parse_day;
use crate::extract::html::{Document, select_within, selector, trimmed_text_of};
use crate::fetch::Request;
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct Distrowatch;

impl Method for Distrowatch {
    const NAME: &'static str = "distrowatch";
    const KIND: Kind = Kind::Registry;
    type Config = NoConfig;

    fn requests(cx: &Context<'_>, _: &NoConfig) -> Next {
        let url = format!(
            "https://distrowatch.com/index.php?distribution={}",
            cx.argument()
        );
        Ok(vec![Request::get(url).into()])
    }

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let page = round.page();
        let news = selector("td.News1>table.News");
        let (link, date) = (selector("td.NewsHeadline a[href]"), selector("td.NewsDate"));
        let document = Document::parse(page, [])?;
        for (table, item) in document.select(&news).zip(1..) {
            let place = Place::Item { kind: "news", item };
            let headline = select_within(table, &link).next().map(trimmed_text_of);
            let raw = headline.clone().unwrap_or_default();
            let origin = cx.origin(&page.provenance, place, &raw);
            cx.item(origin, data, |origin, data| {
                let lacks = || SkipReason::lacks(None, "linked headline");
                let headline = headline.ok_or_else(lacks)?;
                let versions = cx.version(&headline)?;
                let date = select_within(table, &date).next().map(trimmed_text_of);
                let (day, raw) = required_day(&headline, date.as_deref(), parse_day)?;
                let raw = format!("{headline}, {raw}");
                for version in versions.split('\n').filter(|version| !version.is_empty()) {
                    data.declare(version, day, origin.reading(&raw));
                }
                Ok(())
            });
        }
        Ok(vec![])
    }
}
