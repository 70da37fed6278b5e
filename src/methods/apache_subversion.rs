//! Versions from the release history of Apache Subversion.
//!
//! ```yaml
//! - apache-subversion: https://subversion.apache.org/docs/release-notes/release-history.html
//!   regex: '^Subversion\s(?P<version>[1-9]\d*.\d+\.\d+)\s*\((?P<date>\w+, \d+ \w+ \d{4}).*$'
//! ```
//!
//! Every item of the list that follows the first heading, those of lists in it too. The
//! groups `version` and `date` of `regex` are taken as they are.

use super::{Context, Method, Next, NoConfig, Round};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::extract::html::{Document, next_named, select_within, selector, stripped_text_of};
use crate::release_data::{Place, ReleaseData};

pub(super) struct ApacheSubversion;

impl Method for ApacheSubversion {
    const NAME: &'static str = "apache-subversion";
    type Config = NoConfig;

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let page = round.page();
        let (heading, item) = (selector("h2"), selector("li"));
        let document = Document::parse(&page.text(), []);
        let heading = document.select(&heading).next();
        let list = heading.and_then(|heading| next_named(heading, &["ul"]));
        let missing = || ExtractError::missing(page, "list after a heading `h2`");
        for (item, number) in select_within(list.ok_or_else(missing)?, &item).zip(1..) {
            let text = stripped_text_of(item);
            let origin = cx.origin(&page.provenance, Place::item("list item", number), &text);
            let groups = cx.or_skip(cx.groups(&text, ["version", "date"]), origin.clone(), data);
            if let Some([version, date]) = groups {
                cx.dated_item(origin, &version, Some(&date), parse_day, data);
            }
        }
        Ok(vec![])
    }
}
