//! Versions from Red Hat's article on the release dates of Satellite.
//!
//! ```yaml
//! - red-hat-satellite: https://access.redhat.com/articles/1365633
//!   regex: '^Satellite (?P<version>\d+\.\d+\.\d+([.-]\d+)?) ([Uu]pdate|[Rr]elease)$'
//! ```
//!
//! Every row of a table's body: the group `version` of what the first cell says, ` GA` read
//! as `.0` and dashes as dots; the day is in the second cell.

use super::{Context, Method, Next, NoConfig, Round, required_day};
use crate::date::parse_day;
use crate::extract::html::{Document, cells, selector, trimmed_text_of};
use crate::release_data::{Place, ReleaseData};

pub(super) struct RedHatSatellite;

impl Method for RedHatSatellite {
    const NAME: &'static str = "red-hat-satellite";
    const GROUPS: Option<&'static [&'static str]> = Some(&["version"]);
    type Config = NoConfig;

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let page = round.page();
        let rows = selector("tbody tr");
        let document = Document::parse(page, [])?;
        for (row, item) in document.select(&rows).zip(1..) {
            let own = cells(row).filter(|cell| cell.value().name() == "td");
            let mut cells = own.map(trimmed_text_of);
            let (name, date) = (cells.next().unwrap_or_default(), cells.next());
            let origin = cx.origin(&page.provenance, Place::Item { kind: "row", item }, &name);
            cx.item(origin, data, |origin, data| {
                let [version] = cx.groups(name.replace(" GA", ".0").trim(), ["version"])?;
                let version = version.replace('-', ".");
                // Of 6.15.5, as published.
                let date = date.map(|date| date.replace("2024-12-041", "2024-12-04"));
                let (day, raw) = required_day(&version, date.as_deref(), parse_day)?;
                data.declare(&version, day, origin.reading(raw));
                Ok(())
            });
        }
        Ok(vec![])
    }
}
