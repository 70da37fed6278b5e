//! Versions from the changelogs of HAProxy.
//!
//! ```yaml
//! - haproxy: https://www.haproxy.org/download/
//! ```
//!
//! The download folder has a folder for each branch (that of 1.0 has no changelog). A line
//! like `2025/10/03 : 3.2.6` of a changelog is a version and its day. A branch without a
//! changelog is left out.
//!
//! A patch number may have three digits or more. A sign after a patch number of one digit
//! still belongs to the version, a blank too: the changelogs have such names.

use std::sync::LazyLock;

use regex::Regex;

use super::{Context, Method, Needed, Next, NoConfig, Round};
use crate::date::parse_day;
use crate::extract::html::{Document, selector};
use crate::fetch::Request;
use crate::page::Page;
use crate::release_data::{Place, ReleaseData};

pub(super) struct Haproxy;

impl Method for Haproxy {
    const NAME: &'static str = "haproxy";
    type Config = NoConfig;

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        static VERSION: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"\A(\d{4}/\d{2}/\d{2})\s+:\s+(\d+\.\d+\.(?:\d.?|\d{3,}))\z")
                .expect("a valid pattern")
        });
        if round.number == 1 {
            return changelogs(cx, round.page());
        }
        for page in round.pages() {
            for (line, item) in page.text().lines().zip(1..) {
                let Some(found) = VERSION.captures(line) else {
                    continue;
                };
                let origin = cx.origin(&page.provenance, Place::item("line", item), line);
                cx.dated_item(origin, &found[2], Some(&found[1]), parse_day, data);
            }
        }
        Ok(vec![])
    }
}

fn changelogs(cx: &Context<'_>, index: &Page) -> Next {
    static BRANCH: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\A(\d+\.\d+)/\z").expect("a valid pattern"));
    let link = selector("a[href]");
    let document = Document::parse(index, [])?;
    let links = document.select(&link).filter_map(|link| link.attr("href"));
    let found = links.filter_map(|href| BRANCH.captures(href));
    let found = found.filter(|found| &found[1] != "1.0");
    let url = |branch: &str| format!("{}{branch}/src/CHANGELOG", cx.argument());
    let pages = found.map(|found| Request::get(url(&found[1])));
    Ok(pages.map(Needed::or_left_out).collect())
}
