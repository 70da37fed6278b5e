//! Releases from Red Hat's product life cycle service.
//!
//! ```yaml
//! - redhat_lifecycles: Red Hat Enterprise Linux
//!   regex: '^(?P<major>\d+)$'
//!   fields:
//!     releaseDate: General availability
//!     eol: Maintenance support
//! ```
//!
//! Each version of the first product of that name whose name matches is a release. `fields`
//! has the phase of each field; the case of a phase's name does not count. The
//! value is the day on which the phase ends, in the zone in which it is written.
//!
//! Two fields may read one phase. A phase that is asked for and has no moment, such as `N/A`,
//! is skipped and named.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Method, Next, Round, set_days};
use crate::date::parse_local_moment;
use crate::extract::ExtractError;
use crate::extract::json::{self, Item};
use crate::fetch::Request;
use crate::release_data::{Place, ReleaseData};

pub(super) struct RedhatLifecycles;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// The phase of each field.
    fields: IndexMap<String, String>,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Item<Product>>,
}

#[derive(Deserialize)]
struct Product {
    versions: Vec<Item<Version>>,
}

#[derive(Deserialize)]
struct Version {
    name: String,
    #[serde(default)]
    phases: Vec<Phase>,
}

#[derive(Deserialize)]
struct Phase {
    name: String,
    date: Option<String>,
}

impl Method for RedhatLifecycles {
    const NAME: &'static str = "redhat_lifecycles";
    type Config = Config;

    fn requests(cx: &Context<'_>, _: &Config) -> Next {
        let url = format!(
            "https://access.redhat.com/product-life-cycles/api/v1/products?name={}",
            percent_encoded(cx.argument())
        );
        Ok(vec![Request::get(url).into()])
    }

    fn read(cx: &Context<'_>, config: &Config, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let page = round.page();
        let Answer { data: products } = json::read(page)?;
        let missing = || ExtractError::missing(page, format!("product `{}`", cx.argument()));
        let product = products.first().and_then(|product| product.read().ok());
        let product = product.ok_or_else(missing)?;
        for (number, version) in product.versions.iter().enumerate() {
            let path = format!("$.data[0].versions[{number}]");
            let place = Place::path(&*path);
            let Some(version) = cx.json_item(version, &page.provenance, place, data) else {
                continue;
            };
            let place = Place::path(format!("{path}.name"));
            let origin = cx.origin(&page.provenance, place, &version.name);
            cx.item(origin, data, |_, data| {
                let release = cx.version(&version.name)?;
                let mut days = Vec::new();
                for (number, phase) in version.phases.iter().enumerate() {
                    let place = Place::path(format!("{path}.phases[{number}].date"));
                    let date = phase.date.as_deref().unwrap_or_default();
                    let origin = cx.origin(&page.provenance, place, date);
                    let name = phase.name.to_lowercase();
                    let fields = config.fields.iter();
                    let fields = fields.filter(|(_, wanted)| wanted.to_lowercase() == name);
                    days.extend(fields.map(|(field, _)| (field.as_str(), origin.clone())));
                }
                set_days(&release, days, parse_local_moment, data)
            });
        }
        Ok(vec![])
    }
}

fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'-' | b'.' | b'_' | b'~' | b'/' => char::from(byte).to_string(),
            byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::percent_encoded;

    #[test]
    fn a_name_becomes_part_of_a_query() {
        assert_eq!(percent_encoded("A/b-1 & é"), "A/b-1%20%26%20%C3%A9");
    }
}
