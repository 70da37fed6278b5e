//! Versions from Nutanix' end of life list.
//!
//! ```yaml
//! - nutanix: NOS
//! ```
//!
//! Asks the portal for the product type; each release with a `GENERAL_AVAILABILITY` gives
//! its name as it stands, on the UTC day of that moment.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_moment;
use crate::extract::{ExtractError, json};
use crate::fetch::Request;
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct Nutanix;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

#[derive(Deserialize)]
struct Lifecycles {
    contents: Vec<Lifecycle>,
}

#[derive(Deserialize)]
struct Lifecycle {
    version: String,
    #[serde(rename = "GENERAL_AVAILABILITY", default)]
    #[serde(deserialize_with = "json::stated")]
    available: Option<String>,
}

impl Method for Nutanix {
    const NAME: &'static str = "nutanix";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let url = format!(
            "https://portal.nutanix.com/api/v1/eol/find?type={}",
            cx.argument()
        );
        let page = cx.fetch(&Request::get(url)).await?;
        let Lifecycles { contents } = json::read(&page)?;
        for (number, Lifecycle { version, available }) in contents.iter().enumerate() {
            let origin = |field: &str, raw: &str| {
                let path = format!("$.contents[{number}].{field}").into();
                cx.origin(&page.facts, Place::Path { path }, raw)
            };
            let Some(available) = available else {
                let reason = SkipReason::lacks(Some("it"), "date of general availability");
                data.skip(origin("version", version), reason);
                continue;
            };
            let day = parse_moment(available).ok_or_else(|| {
                ExtractError::unreadable(&page, format!("date of {version}"), available)
            })?;
            data.declare(version, day, origin("GENERAL_AVAILABILITY", available));
        }
        Ok(())
    }
}
