//! Versions from Nutanix' end of life list.
//!
//! ```yaml
//! - nutanix: NOS
//! ```
//!
//! Asks the portal for the product type; each release with a `GENERAL_AVAILABILITY` gives
//! its name as it is, on the UTC day of that moment.

use serde::Deserialize;

use super::{Context, Method, Next, NoConfig, Round, required_day};
use crate::date::parse_moment;
use crate::extract::json::{self, Item};
use crate::fetch::Request;
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct Nutanix;

#[derive(Deserialize)]
struct Lifecycles {
    contents: Vec<Item<Lifecycle>>,
}

#[derive(Deserialize)]
struct Lifecycle {
    version: String,
    #[serde(rename = "GENERAL_AVAILABILITY")]
    available: Option<String>,
}

impl Method for Nutanix {
    const NAME: &'static str = "nutanix";
    type Config = NoConfig;

    fn requests(cx: &Context<'_>, _: &NoConfig) -> Next {
        let product = cx.argument();
        let url = format!("https://portal.nutanix.com/api/v1/eol/find?type={product}");
        Ok(vec![Request::get(url).into()])
    }

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let page = round.page();
        let Lifecycles { contents } = json::read(page)?;
        for (number, item) in contents.iter().enumerate() {
            let place = Place::path(format!("$.contents[{number}].GENERAL_AVAILABILITY"));
            let Some(Lifecycle { version, available }) =
                cx.json_item(item, &page.provenance, place.clone(), data)
            else {
                continue;
            };
            let origin = cx.origin(&page.provenance, place, version);
            cx.item(origin, data, |origin, data| {
                let not_yet = SkipReason::not_a_release("has no date of general availability");
                let available = available.as_deref().ok_or(not_yet)?;
                let (day, raw) = required_day(version, Some(available), parse_moment)?;
                data.declare(version, day, origin.reading(raw));
                Ok(())
            });
        }
        Ok(vec![])
    }
}
