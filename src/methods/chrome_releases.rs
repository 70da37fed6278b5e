//! Releases from Chrome's milestone schedule.
//!
//! ```yaml
//! - chrome-releases: https://chromiumdash.appspot.com/fetch_milestone_schedule
//! ```
//!
//! The schedule is asked for all milestones from 7 to the newest release cycle of the
//! product, and gives those to come too; a `releaseDate` in the future is left out in the end.
//!
//! # Beyond the predecessor
//! It took the newest cycle by the order of texts, where 99 comes after 151, and so lost one
//! old milestone with each new one.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_moment;
use crate::extract::{ExtractError, json};
use crate::fetch::Request;
use crate::page::Page;
use crate::release_data::{Place, ReleaseData};

pub(super) struct ChromeReleases;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

/// The first milestone that the schedule has.
const FIRST: u32 = 7;

#[derive(Deserialize)]
struct Schedule {
    mstones: Vec<Milestone>,
}

#[derive(Deserialize)]
struct Milestone {
    mstone: u32,
    stable_date: String,
}

impl Method for ChromeReleases {
    const NAME: &'static str = "chrome-releases";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let numbers = cx
            .product
            .cycles()
            .filter_map(|cycle| cycle.name().parse().ok());
        let back = numbers.max().unwrap_or(FIRST).saturating_sub(FIRST);
        let (base, count) = (cx.argument(), u64::from(back) + 1);
        let url = format!("{base}?offset=-{back}&n={count}");
        let page = cx.fetch(&Request::get(url)).await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    let schedule: Schedule = json::read(page)?;
    for (
        at,
        Milestone {
            mstone,
            stable_date,
        },
    ) in schedule.mstones.iter().enumerate()
    {
        let day = parse_moment(stable_date).ok_or_else(|| {
            ExtractError::unreadable(page, format!("date of milestone {mstone}"), stable_date)
        })?;
        let place = Place::Path {
            path: format!("$.mstones[{at}].stable_date").into(),
        };
        data.release(&mstone.to_string()).set(
            "releaseDate",
            day.into(),
            cx.origin(&page.facts, place, stable_date),
        );
    }
    Ok(())
}
