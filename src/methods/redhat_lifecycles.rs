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
//! says which phase stands in which field; the case of a phase's name does not count. The
//! value is the UTC day of the moment at which the phase ends.
//!
//! # Beyond the predecessor
//! Two fields may read one phase; only the last of them was set. A phase that is asked for
//! and has no moment, such as `N/A`, still fails the product: the error names both.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_moment;
use crate::extract::{ExtractError, json};
use crate::fetch::Request;
use crate::release_data::{Place, ReleaseData};
use crate::value::Value;

pub(super) struct RedhatLifecycles;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// The phase that stands in each field.
    fields: IndexMap<String, String>,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Product>,
}

#[derive(Deserialize)]
struct Product {
    versions: Vec<Version>,
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

    async fn collect(
        cx: &Context<'_>,
        config: &Config,
        data: &mut ReleaseData,
    ) -> Result<(), Fault> {
        let url = format!(
            "https://access.redhat.com/product-life-cycles/api/v1/products?name={}",
            percent_encoded(cx.argument())
        );
        let page = cx.fetch(&Request::get(url)).await?;
        let Answer { data: products } = json::read(&page)?;
        let product = products
            .into_iter()
            .next()
            .ok_or_else(|| ExtractError::missing(&page, format!("product `{}`", cx.argument())))?;
        for (number, version) in product.versions.iter().enumerate() {
            let origin = |rest: &str, raw: &str| {
                let path = format!("$.data[0].versions[{number}].{rest}").into();
                cx.origin(&page.facts, Place::Path { path }, raw)
            };
            let name = match cx.version(&version.name) {
                Ok(name) => name,
                Err(unmatched) => {
                    data.skip(origin("name", &version.name), unmatched);
                    continue;
                }
            };
            let release = data.release(&name);
            for (number, phase) in version.phases.iter().enumerate() {
                let same = |wanted: &String| wanted.to_lowercase() == phase.name.to_lowercase();
                for (field, _) in config.fields.iter().filter(|(_, wanted)| same(wanted)) {
                    let what = || format!("date of phase `{}` of {name}", phase.name);
                    let date = phase.date.as_deref();
                    let date = date.ok_or_else(|| ExtractError::missing(&page, what()))?;
                    let day = parse_moment(date)
                        .ok_or_else(|| ExtractError::unreadable(&page, what(), date))?;
                    let origin = origin(&format!("phases[{number}].date"), date);
                    release.set(field, Value::Date(day), origin);
                }
            }
        }
        Ok(())
    }
}

/// A text as part of a query, slashes left as they are.
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
