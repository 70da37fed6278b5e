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
//! versions and the moments are kept, and the rest is skipped as it is read, never made
//! a tree. 45.8 MB (1.3 MB as sent) take the process to 68 MiB, of which 14 are there before.

use std::collections::HashMap;

use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::{Context, Kind, Method, Next, NoConfig, Round};
use crate::date::parse_moment;
use crate::extract::json;
use crate::fetch::Request;
use crate::release_data::{Place, ReleaseData};

/// The registry that is asked where the environment names none.
const PUBLIC: &str = "https://registry.npmjs.org";

pub(super) struct Npm;

#[derive(Deserialize)]
struct Packument {
    versions: IndexMap<String, IgnoredAny>,
    time: HashMap<String, Value>,
}

impl Method for Npm {
    const NAME: &'static str = "npm";
    const KIND: Kind = Kind::Registry;
    type Config = NoConfig;

    fn requests(cx: &Context<'_>, _: &NoConfig) -> Next {
        let registry = cx.environment.npm_registry().unwrap_or(PUBLIC);
        Ok(vec![
            Request::get(format!("{registry}/{}", cx.argument())).into(),
        ])
    }

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let page = round.page();
        let Packument { versions, time } = json::read(page)?;
        for name in versions.keys() {
            let place = Place::path(format!("$.time[\"{name}\"]"));
            let date = time.get(name).and_then(Value::as_str);
            cx.version_item(
                cx.origin(&page.provenance, place, name),
                date,
                parse_moment,
                data,
            );
        }
        Ok(vec![])
    }
}
