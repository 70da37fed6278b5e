//! Releases from the list of models to which Samsung gives security updates.
//!
//! ```yaml
//! - samsung-security: https://security.samsungmobile.com/workScope.smsb
//!   sections:
//!     monthly: Current Models for Monthly Security Updates
//!   regex: "^galaxy-tab.+$"
//!   regex_exclude: "^galaxy-tab-a7-10.4-2022$"
//! ```
//!
//! Each section is a heading and a list of models; a model whose name, made an identifier,
//! matches is a release. It is supported as long as it is listed: a listed model is set to
//! `eol: false` unless an `eol` that is still to come is known, and a cycle of the product
//! file that is no longer listed, and not excluded, ended today at the latest.
//!
//! # Beyond the predecessor
//! A model that two sections list keeps its `eol` to come; it lost it.

use indexmap::{IndexMap, IndexSet};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::extract::ExtractError;
use crate::extract::html::{Document, named_after, select_within, selector, text_of};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason, identifier};
use crate::text::{Excerpt, trim};
use crate::value::Value;

pub(super) struct SamsungSecurity;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// The heading of each section, by how often its models get updates.
    sections: IndexMap<String, String>,
}

impl Method for SamsungSecurity {
    const NAME: &'static str = "samsung-security";
    type Config = Config;

    async fn collect(
        cx: &Context<'_>,
        config: &Config,
        data: &mut ReleaseData,
    ) -> Result<(), Fault> {
        let page = cx.page().await?;
        let known = start_from_product(cx, data);
        let listed = read(cx, config, &page, &known, data)?;
        for name in known.difference(&listed) {
            let excluded = cx.config.filter.exclude();
            if excluded.iter().any(|pattern| pattern.matches(name)) {
                continue;
            }
            let release = data.release(name);
            let open = match release.value("eol") {
                Some(Value::Bool(ended)) => !ended,
                Some(Value::Date(end)) => *end > cx.today,
                _ => false,
            };
            if open {
                let origin = cx.origin(&page.facts, Place::Nowhere, "");
                release.set("eol", Value::Date(cx.today), origin);
            }
        }
        Ok(())
    }
}

/// Records what the product file says of each cycle, and gives their names.
fn start_from_product(cx: &Context<'_>, data: &mut ReleaseData) -> IndexSet<String> {
    cx.product
        .cycles()
        .map(|cycle| {
            let release = data.release(cycle.name());
            if let Some(eol) = cycle.value("eol") {
                let eol = eol.date_or_quoted().map_or(eol, Value::Date);
                let place = Place::Line {
                    line: cycle.node().line,
                };
                let origin = cx.stated(place, &eol.to_string());
                release.set("eol", eol, origin);
            }
            identifier(cycle.name())
        })
        .collect()
}

/// Records the models that are listed, and gives their names.
fn read(
    cx: &Context<'_>,
    config: &Config,
    page: &Page,
    known: &IndexSet<String>,
    data: &mut ReleaseData,
) -> Result<IndexSet<String>, ExtractError> {
    let item = selector("li > ul > li");
    let document = Document::parse(&page.text(), []);
    let mut listed = IndexSet::new();
    for heading in config.sections.values() {
        let Some(node) = document.text_node(heading) else {
            let origin = cx.origin(&page.facts, Place::Nowhere, heading);
            data.skip(origin, SkipReason::missing("such heading"));
            continue;
        };
        let list = named_after(node, &["ul"]).ok_or_else(|| {
            ExtractError::missing(page, format!("list after `{}`", Excerpt(heading)))
        })?;
        let items = select_within(list, &item).zip(1..);
        for (text, number) in items.map(|(item, number)| (text_of(item), number)) {
            for model in text.split(',').map(trim) {
                let name = identifier(model);
                let place = Place::Item {
                    kind: "item",
                    item: number,
                };
                let origin = cx.origin(&page.facts, place, model);
                if let Err(unmatched) = cx.config.filter.groups(&name) {
                    data.skip(origin, unmatched);
                    continue;
                }
                let release = data.release(&name);
                let label = Value::Text(model.to_owned());
                release.set("releaseLabel", label, origin.clone());
                let supported = known.contains(&name)
                    && match release.value("eol") {
                        Some(Value::Date(end)) => *end > cx.today,
                        eol => eol == Some(&Value::Bool(false)),
                    };
                if !supported {
                    release.set("eol", Value::Bool(false), origin);
                }
                listed.insert(name);
            }
        }
    }
    Ok(listed)
}
