//! Versions from the tag list of a repository that cgit shows.
//!
//! ```yaml
//! - cgit: https://git.kernel.org/pub/scm/linux/kernel/git/stable/linux.git
//! ```
//!
//! In each list of `/refs/tags`, a row of four cells is a tag: the raw name is in the
//! first, and the `title` of the next `span` from the fourth on is the moment whose UTC day
//! counts. A row without its own age so takes the one of the next row, as recorded data
//! has it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Kind, Method};
use crate::date::parse_moment;
use crate::extract::ExtractError;
use crate::extract::html::{Document, next_named, select_within, selector, trimmed_text_of};
use crate::fetch::Request;
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct Cgit;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for Cgit {
    const NAME: &'static str = "cgit";
    const KIND: Kind = Kind::Repository;
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let url = format!("{}/refs/tags", cx.argument().trim_end_matches('/'));
        let page = cx.fetch(&Request::get(url)).await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    let (list, row, cell) = (selector("table.list"), selector("tr"), selector("td"));
    let document = Document::parse(&page.text(), []);
    for (list, table) in document.select(&list).zip(1..) {
        for (tr, line) in select_within(list, &row).zip(1..) {
            let cells: Vec<_> = select_within(tr, &cell).collect();
            let [name, _, _, age] = cells[..] else {
                continue;
            };
            let name = trimmed_text_of(name);
            let place = Place::Row { table, row: line };
            let Some(version) = cx.version_or_skip(&name, &page.facts, place.clone(), data) else {
                continue;
            };
            let Some(span) = next_named(age, &["span"]) else {
                let reason = SkipReason::lacks(None, "age");
                data.skip(cx.origin(&page.facts, place, &name), reason);
                continue;
            };
            let what = || format!("date of {name}");
            let raw = span
                .attr("title")
                .ok_or_else(|| ExtractError::missing(page, what()))?;
            let day =
                parse_moment(raw).ok_or_else(|| ExtractError::unreadable(page, what(), raw))?;
            data.declare(&version, day, cx.origin(&page.facts, place, raw));
        }
    }
    Ok(())
}
