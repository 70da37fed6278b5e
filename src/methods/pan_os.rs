//! Versions of PAN-OS from a list of its downloads.
//!
//! ```yaml
//! - pan-os: https://raw.githubusercontent.com/mrjcap/panos-versions/master/PaloAltoVersions.json
//! ```
//!
//! Each item gives its `version` as it stands, on the UTC day of the moment in `released-on`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_moment;
use crate::extract::{ExtractError, json};
use crate::release_data::{Place, ReleaseData};

pub(super) struct PanOs;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

#[derive(Deserialize)]
struct Download {
    version: String,
    #[serde(rename = "released-on")]
    released_on: String,
}

impl Method for PanOs {
    const NAME: &'static str = "pan-os";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx.page().await?;
        let downloads: Vec<Download> = json::read(&page)?;
        for (number, download) in downloads.iter().enumerate() {
            let Download {
                version,
                released_on,
            } = download;
            let day = parse_moment(released_on).ok_or_else(|| {
                ExtractError::unreadable(&page, format!("date of {version}"), released_on)
            })?;
            let path = format!("$[{number}].released-on").into();
            let origin = cx.origin(&page.facts, Place::Path { path }, released_on);
            data.declare(version, day, origin);
        }
        Ok(())
    }
}
