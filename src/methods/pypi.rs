//! Versions of a project of a Python package index.
//!
//! ```yaml
//! - pypi: wagtail
//! ```
//!
//! The page is the JSON of the project: each key of `releases` is a raw name, and the UTC
//! day on which its first file was uploaded counts. A release without files is skipped,
//! and one whose first file was yanked. The index is the one that the user's own
//! `PIP_INDEX_URL` names, the public one otherwise.

use indexmap::IndexMap;
use serde::Deserialize;

use super::{Context, Kind, Method, Next, NoConfig, Round};
use crate::date::parse_moment;
use crate::extract::json::{self, Item};
use crate::fetch::Request;
use crate::release_data::{Place, ReleaseData, SkipReason};

/// The index that is asked where the environment names none.
const PUBLIC: &str = "https://pypi.org";

pub(super) struct Pypi;

#[derive(Deserialize)]
struct Project {
    releases: IndexMap<String, Item<Vec<File>>>,
}

#[derive(Deserialize)]
struct File {
    yanked: Option<bool>,
    upload_time_iso_8601: Option<String>,
}

impl Method for Pypi {
    const NAME: &'static str = "pypi";
    const KIND: Kind = Kind::Registry;
    type Config = NoConfig;

    fn requests(cx: &Context<'_>, _: &NoConfig) -> Next {
        let index = cx.environment.pypi_index().unwrap_or(PUBLIC);
        Ok(vec![
            Request::get(format!("{index}/pypi/{}/json", cx.argument())).into(),
        ])
    }

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let page = round.page();
        let Project { releases } = json::read(page)?;
        for (name, files) in &releases {
            let place = Place::path(format!("$.releases[\"{name}\"][0].upload_time_iso_8601"));
            let Some(files) = cx.json_item(files, &page.provenance, place.clone(), data) else {
                continue;
            };
            let origin = cx.origin(&page.provenance, place, name);
            match files.first() {
                Some(file) if file.yanked != Some(true) => {
                    let date = file.upload_time_iso_8601.as_deref();
                    cx.version_item(origin, date, parse_moment, data);
                }
                Some(_) => data.skip(
                    origin,
                    SkipReason::not_a_release("its first file is yanked"),
                ),
                None => data.skip(origin, SkipReason::not_a_release("has no file")),
            }
        }
        Ok(vec![])
    }
}
