//! What a person states in the product file itself.
//!
//! ```yaml
//! - declare: neo4j
//!   versions:
//!     - { name: "1.0.0", date: 2010-02-23 } # wrong tag date
//!   releases:
//!     - { name: "2.0", releaseDate: 1994-11-22 }
//! ```
//!
//! Standing last, it corrects what the methods before it collected.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Kind, Method, Next, Round};
use crate::date::Date;
use crate::release_data::{Place, ReleaseData};
use crate::value::Value;

pub(super) struct Declare;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// Versions with their days.
    #[serde(default)]
    versions: Vec<Version>,
    /// Release cycles with their fields.
    #[serde(default)]
    releases: Vec<Release>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Version {
    /// The name of the version.
    name: String,
    /// The day of its release.
    date: Date,
}

#[derive(Deserialize, JsonSchema)]
struct Release {
    /// The name of the cycle; each further key is a field of it.
    name: String,
    #[serde(flatten)]
    fields: IndexMap<String, Value>,
}

impl Method for Declare {
    const NAME: &'static str = "declare";
    const KIND: Kind = Kind::Generic;
    type Config = Config;

    fn requests(_: &Context<'_>, _: &Config) -> Next {
        Ok(vec![])
    }

    fn read(cx: &Context<'_>, config: &Config, _: &Round<'_>, data: &mut ReleaseData) -> Next {
        let origin = |raw: &str| {
            cx.origin_off_page(
                Place::Line {
                    line: cx.config.line,
                },
                raw,
            )
        };
        for version in &config.versions {
            data.declare(
                &version.name,
                version.date,
                origin(&version.date.to_string()),
            );
        }
        for release in &config.releases {
            let known = data.release(&release.name);
            for (field, value) in &release.fields {
                known.set(field, value.clone(), origin(&value.to_string()));
            }
        }
        Ok(vec![])
    }
}
