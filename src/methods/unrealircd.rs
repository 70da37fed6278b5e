//! Versions from the history in the wiki of `UnrealIRCd`.
//!
//! ```yaml
//! - unrealircd: https://www.unrealircd.org/docwiki/index.php?title=History_of_UnrealIRCd_releases&action=raw
//! ```
//!
//! Each row of a table with two data cells or more: the version is in the first and taken as
//! it is where it matches, the day in the second, which must read as `2024-01-31` does. A
//! version of another day is skipped.
//!
//! Blanks around a version, and a reference after it, do not hide it.

use super::{Context, Method, Next, NoConfig, Round, required_day};
use crate::date::parse_iso;
use crate::extract::wiki;
use crate::release_data::{Place, ReleaseData};

pub(super) struct Unrealircd;

impl Method for Unrealircd {
    const NAME: &'static str = "unrealircd";
    const GROUPS: Option<&'static [&'static str]> = Some(&[]);
    type Config = NoConfig;

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let page = round.page();
        for (cells, item) in wiki::rows(page)?.iter().zip(1..) {
            let [version, date, ..] = &cells[..] else {
                continue;
            };
            let place = Place::Item { kind: "row", item };
            let origin = cx.origin(&page.provenance, place, version);
            cx.item(origin, data, |origin, data| {
                cx.config.filter.groups(version)?;
                let (day, raw) = required_day(version, Some(date), parse_iso)?;
                data.declare(version, day, origin.reading(raw));
                Ok(())
            });
        }
        Ok(vec![])
    }
}
