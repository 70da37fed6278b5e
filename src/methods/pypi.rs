//! Versions of a project of a Python package index.
//!
//! ```yaml
//! - pypi: wagtail
//! ```
//!
//! The page is the JSON of the project: each key of `releases` is a raw name, and the UTC
//! day on which its first file was uploaded counts. A release without files is passed over,
//! and one whose first file was yanked. The index is the one that the user's own
//! `PIP_INDEX_URL` names, the public one otherwise.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Kind, Method};
use crate::date::parse_moment;
use crate::extract::{ExtractError, json};
use crate::fetch::Request;
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason};

/// The index that is asked where the environment names none.
const PUBLIC: &str = "https://pypi.org";

pub(super) struct Pypi;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

#[derive(Deserialize)]
struct Project {
    releases: IndexMap<String, Vec<File>>,
}

#[derive(Deserialize)]
struct File {
    yanked: Option<bool>,
    upload_time_iso_8601: Option<String>,
}

impl Method for Pypi {
    const NAME: &'static str = "pypi";
    const KIND: Kind = Kind::Registry;
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let index = cx.fetcher.pypi_index().unwrap_or(PUBLIC);
        let url = format!("{index}/pypi/{}/json", cx.argument());
        let page = cx.fetch(&Request::get(url)).await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    let project: Project = json::read(page)?;
    for (name, files) in &project.releases {
        let place = Place::Path {
            path: format!("$.releases[\"{name}\"][0].upload_time_iso_8601").into(),
        };
        let Some(version) = cx.version_or_skip(name, &page.facts, place.clone(), data) else {
            continue;
        };
        let file = match files.first() {
            Some(file) if file.yanked != Some(true) => file,
            first => {
                let yanked = SkipReason::not_a_release("its first file is yanked");
                let reason = first.map_or(SkipReason::lacks(None, "file"), |_| yanked);
                data.skip(cx.origin(&page.facts, place, name), reason);
                continue;
            }
        };
        let what = || format!("upload time of {name}");
        let raw = file
            .upload_time_iso_8601
            .as_deref()
            .ok_or_else(|| ExtractError::missing(page, what()))?;
        let day = parse_moment(raw).ok_or_else(|| ExtractError::unreadable(page, what(), raw))?;
        data.declare(&version, day, cx.origin(&page.facts, place, raw));
    }
    Ok(())
}
