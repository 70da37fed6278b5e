//! Releases from the list of models that get security updates from Samsung.
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
//! file that is no longer listed, and not excluded, ended today at the latest. So a section
//! that is not on the page, or lists no model there, is an error.
//!
//! A model that two sections list keeps an `eol` that is still to come.

use indexmap::{IndexMap, IndexSet};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Method, Next, Round};
use crate::date::Date;
use crate::extract::ExtractError;
use crate::extract::html::{Document, named_after, select_within, selector, trimmed_text_of};
use crate::release_data::{Place, Release, ReleaseData, identifier};
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
    const GROUPS: Option<&'static [&'static str]> = Some(&[]);
    type Config = Config;

    fn read(cx: &Context<'_>, config: &Config, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let (page, models) = (round.page(), selector("li > ul > li"));
        let document = Document::parse(page, [])?;
        let known = start_from_product(cx, data);
        let mut listed = IndexSet::new();
        for heading in config.sections.values() {
            let missing = |what| format!("{what} `{}`", Excerpt(heading));
            let missing = |what| ExtractError::missing(page, missing(what));
            let found = document.text_node(heading);
            let node = found.ok_or_else(|| missing("heading"))?;
            let list = named_after(node, &["ul"]).ok_or_else(|| missing("list after"))?;
            let mut items = select_within(list, &models).zip(1..).peekable();
            items.peek().ok_or_else(|| missing("model below"))?;
            for (models, item) in items {
                for model in trimmed_text_of(models).split(',').map(trim) {
                    let name = identifier(model);
                    let origin = cx.origin(&page.provenance, Place::item("item", item), model);
                    listed.extend(cx.item(origin, data, |origin, data| {
                        cx.config.filter.groups(&name)?;
                        let release = data.release(&name);
                        let label = Value::Text(model.to_owned());
                        release.set("releaseLabel", label, origin.clone());
                        if !(known.contains(&name) && is_open(release, cx.today)) {
                            release.set("eol", Value::Bool(false), origin.clone());
                        }
                        Ok(name)
                    }));
                }
            }
        }
        let excluded = cx.config.filter.exclude();
        let is_excluded = |name: &str| excluded.iter().any(|pattern| pattern.matches(name));
        for name in known.difference(&listed).filter(|name| !is_excluded(name)) {
            let release = data.release(name);
            if is_open(release, cx.today) {
                let origin = cx.origin(&page.provenance, Place::Nowhere, "");
                release.set("eol", Value::Date(cx.today), origin);
            }
        }
        Ok(vec![])
    }
}

/// Records the `eol` of each cycle of the product file; the names of the cycles.
fn start_from_product(cx: &Context<'_>, data: &mut ReleaseData) -> IndexSet<String> {
    let mut names = IndexSet::new();
    for cycle in cx.product.cycles() {
        let release = data.release(cycle.name());
        if let Some(eol) = cycle.value("eol") {
            let eol = eol.date_or_quoted().map_or(eol, Value::Date);
            let line = cycle.node().line;
            let origin = cx.origin_off_page(Place::Line { line }, &eol.to_string());
            release.set("eol", eol, origin);
        }
        names.insert(identifier(cycle.name()));
    }
    names
}

fn is_open(release: &Release, today: Date) -> bool {
    match release.value("eol") {
        Some(Value::Bool(ended)) => !ended,
        Some(Value::Date(end)) => *end > today,
        _ => false,
    }
}
