//! Versions from IBM's support lifecycle of AIX.
//!
//! ```yaml
//! - ibm-aix: https://www.ibm.com/support/pages/aix-support-lifecycle-information
//! ```
//!
//! A browser renders the page. In every table, each row after the first: `AIX 7.3 TL4` in the
//! first cell is version `7.3.4`, the month in the second counts to its last day.

use super::{Context, Kind, Method, Next, NoConfig, Round, required_day};
use crate::date::parse_month;
use crate::extract::html::{Document, select_within, selector, trimmed_text_of};
use crate::fetch::{Render, Request};
use crate::release_data::{Place, ReleaseData, SkipReason};

/// Finds the tables.
const TABLE: &str = "table";

pub(super) struct IbmAix;

impl Method for IbmAix {
    const NAME: &'static str = "ibm-aix";
    const KIND: Kind = Kind::Browser;
    type Config = NoConfig;

    fn requests(cx: &Context<'_>, _: &NoConfig) -> Next {
        let request = Request::get(cx.argument()).with_render(Some(Render {
            wait_for: Some(TABLE.to_owned()),
            ..Render::default()
        }));
        Ok(vec![request.into()])
    }

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let page = round.page();
        let (tables, rows, cells) = (selector(TABLE), selector("tr"), selector("td"));
        let document = Document::parse(&page.text(), []);
        for (table, number) in document.select(&tables).zip(1..) {
            for (row, line) in select_within(table, &rows).zip(1..).skip(1) {
                let mut cells = select_within(row, &cells).map(trimmed_text_of);
                let (name, date) = (cells.next().unwrap_or_default(), cells.next());
                let place = Place::Cell {
                    table: number,
                    row: line,
                    column: "column 2".into(),
                };
                cx.item(
                    cx.origin(&page.provenance, place, &name),
                    data,
                    |origin, data| {
                        let version = name.trim_matches(['A', 'I', 'X', ' ']).replace(" TL", ".");
                        let level = Some(&version).filter(|version| !version.is_empty());
                        level.ok_or(SkipReason::lacks(None, "level"))?;
                        let (day, raw) = required_day(&version, date.as_deref(), parse_month)?;
                        data.declare(&version, day, origin.reading(raw));
                        Ok(())
                    },
                );
            }
        }
        Ok(vec![])
    }
}
