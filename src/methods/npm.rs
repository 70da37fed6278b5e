//! Versions of a package of an npm registry.
//!
//! ```yaml
//! - npm: angular
//! ```
//!
//! The page is the packument of the package: each key of `versions` is a raw name, and
//! `time` has the moment of its publication, whose UTC day counts. Deprecated versions are
//! taken like others. The registry is the one that the user's own `npm_config_registry`
//! names, the public one otherwise.
//!
//! # What is held
//! A packument may have tens of megabytes, of which little is wanted. The page is held whole
//! and once, since the cache and a recording want it too; of its text, the names of the
//! versions and the moments are kept, and the rest is passed over as it is read, never made
//! a tree. 45.8 MB (1.3 MB as sent) take the process to 68 MiB, of which 14 are there before.

use std::collections::HashMap;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::{Context, Fault, Kind, Method};
use crate::date::parse_moment;
use crate::extract::{ExtractError, json};
use crate::fetch::Request;
use crate::page::Page;
use crate::release_data::{Place, ReleaseData};

/// The registry that is asked where the environment names none.
const PUBLIC: &str = "https://registry.npmjs.org";

pub(super) struct Npm;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

#[derive(Deserialize)]
struct Packument {
    versions: IndexMap<String, IgnoredAny>,
    time: HashMap<String, Value>,
}

impl Method for Npm {
    const NAME: &'static str = "npm";
    const KIND: Kind = Kind::Registry;
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let registry = cx.fetcher.npm_registry().unwrap_or(PUBLIC);
        let page = cx
            .fetch(&Request::get(format!("{registry}/{}", cx.argument())))
            .await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    let packument: Packument = json::read(page)?;
    for name in packument.versions.keys() {
        let place = Place::Path {
            path: format!("$.time[\"{name}\"]").into(),
        };
        let Some(version) = cx.version_or_skip(name, &page.facts, place.clone(), data) else {
            continue;
        };
        let what = || format!("time of {name}");
        let raw = packument
            .time
            .get(name)
            .and_then(Value::as_str)
            .ok_or_else(|| ExtractError::missing(page, what()))?;
        let day = parse_moment(raw).ok_or_else(|| ExtractError::unreadable(page, what(), raw))?;
        data.declare(&version, day, cx.origin(&page.facts, place, raw));
    }
    Ok(())
}
