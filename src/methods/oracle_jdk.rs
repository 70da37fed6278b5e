//! Versions from the list of Java releases on ops.java.
//!
//! ```yaml
//! - oracle-jdk: https://ops.java/releases/
//! ```
//!
//! Each row of `#released` with a `td.anchor`: the version is the `id` of that cell, the day
//! is in the second cell of the row. A row with an empty date is of the day of the row
//! before it. A row whose day cannot be read is skipped, with those that are of its day.
//! `1.0_alpha` was no release and is left out.

use super::{Context, Method, Next, NoConfig, Round, required_day};
use crate::date::parse_day;
use crate::extract::html::{Document, cells, select_within, selector, trimmed_text_of};
use crate::fetch::Request;
use crate::release_data::{Place, ReleaseData, SkipReason};

/// The user agent to which the page is given.
const BROWSER: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0";

const ALPHA: &str = "1.0_alpha";

pub(super) struct OracleJdk;

impl Method for OracleJdk {
    const NAME: &'static str = "oracle-jdk";
    type Config = NoConfig;

    fn requests(cx: &Context<'_>, _: &NoConfig) -> Next {
        let request = Request::get(cx.argument()).with_user_agent(Some(BROWSER.to_owned()));
        Ok(vec![request.into()])
    }

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let page = round.page();
        let (row, anchor) = (selector("#released tr"), selector("td.anchor"));
        let document = Document::parse(page, [])?;
        let mut date = None;
        for (tr, row) in document.select(&row).zip(1..) {
            let Some(anchor) = select_within(tr, &anchor).next() else {
                continue;
            };
            let written = cells(tr).nth(1).map(trimmed_text_of);
            if written.as_deref() != Some("") {
                date = written;
            }
            let column = "column 2".into();
            let place = Place::Cell {
                table: 1,
                row,
                column,
            };
            let raw = date.as_deref().unwrap_or_default();
            let origin = cx.origin(&page.provenance, place, raw);
            cx.item(origin, data, |origin, data| {
                let version = anchor
                    .attr("id")
                    .ok_or_else(|| SkipReason::missing("`id`"))?;
                if version == ALPHA {
                    return Err(SkipReason::not_a_release("it was no release"));
                }
                let (day, _) = required_day(version, date.as_deref(), parse_day)?;
                data.declare(version, day, origin.clone());
                Ok(())
            });
        }
        Ok(vec![])
    }
}
