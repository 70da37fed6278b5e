//! Releases from Chrome's milestone schedule.
//!
//! ```yaml
//! - chrome-releases: https://chromiumdash.appspot.com/fetch_milestone_schedule
//! ```
//!
//! The schedule is asked for all milestones from 7 to the newest release cycle of the
//! product, and gives those to come too; a `releaseDate` in the future is left out in the end.
//!
//! The newest cycle is the one with the largest number.

use serde::Deserialize;

use super::{Context, Method, Next, NoConfig, Round, required_day};
use crate::date::parse_moment;
use crate::extract::json::{self, Item};
use crate::fetch::Request;
use crate::release_data::{Place, ReleaseData};

pub(super) struct ChromeReleases;

/// The first milestone that the schedule has.
const FIRST: u32 = 7;

#[derive(Deserialize)]
struct Schedule {
    mstones: Vec<Item<Milestone>>,
}

#[derive(Deserialize)]
struct Milestone {
    mstone: u32,
    stable_date: String,
}

impl Method for ChromeReleases {
    const NAME: &'static str = "chrome-releases";
    type Config = NoConfig;

    fn requests(cx: &Context<'_>, _: &NoConfig) -> Next {
        let cycles = cx.product.cycles();
        let numbers = cycles.filter_map(|cycle| cycle.name().parse().ok());
        let back = numbers.max().unwrap_or(FIRST).saturating_sub(FIRST);
        let (base, count) = (cx.argument(), u64::from(back) + 1);
        Ok(vec![
            Request::get(format!("{base}?offset=-{back}&n={count}")).into(),
        ])
    }

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let page = round.page();
        let Schedule { mstones } = json::read(page)?;
        for (at, milestone) in mstones.iter().enumerate() {
            let place = Place::path(format!("$.mstones[{at}].stable_date"));
            let milestone = cx.json_item(milestone, &page.provenance, place.clone(), data);
            let Some(Milestone {
                mstone,
                stable_date,
            }) = milestone
            else {
                continue;
            };
            let origin = cx.origin(&page.provenance, place, stable_date);
            cx.item(origin, data, |origin, data| {
                let name = mstone.to_string();
                let (day, _) = required_day(&name, Some(stable_date), parse_moment)?;
                data.release(&name)
                    .set("releaseDate", day.into(), origin.clone());
                Ok(())
            });
        }
        Ok(vec![])
    }
}
