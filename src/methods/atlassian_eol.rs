//! Releases from Atlassian's end of support policy.
//!
//! ```yaml
//! - atlassian_eol: https://confluence.atlassian.com/support/atlassian-support-end-of-life-policy-201851003.html
//!   selector: AtlassianEndofSupportPolicy-JiraSoftware
//!   regex: '(?P<release>\d+(\.\d+)+) \(EO[SL] date: (?P<date>.+)\).*$'
//! ```
//!
//! A browser renders the page. `selector` is the id of a heading; each item of the list right
//! after it that matches is a release: the group `release` is its name, `date` its `eol`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Kind, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::extract::html::{Document, Selector, SelectorError, stripped_text_of};
use crate::fetch::{Render, Request};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason};
use crate::value::Value;

pub(super) struct AtlassianEol;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// The id of the heading before the list.
    #[schemars(with = "String")]
    selector: Items,
}

impl Method for AtlassianEol {
    const NAME: &'static str = "atlassian_eol";
    const KIND: Kind = Kind::Browser;
    type Config = Config;

    async fn collect(
        cx: &Context<'_>,
        config: &Config,
        data: &mut ReleaseData,
    ) -> Result<(), Fault> {
        let page = cx
            .fetch(&Request::get(cx.argument()).with_render(Some(Render {
                wait_until: Some("networkidle".to_owned()),
                ..Render::default()
            })))
            .await?;
        read(cx, config, &page, data)?;
        Ok(())
    }
}

/// The items of the list right after the heading of an id.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Items(Selector);

impl TryFrom<String> for Items {
    type Error = SelectorError;

    fn try_from(id: String) -> Result<Self, SelectorError> {
        Selector::new(&format!("#{id}+ul li")).map(Self)
    }
}

fn read(
    cx: &Context<'_>,
    config: &Config,
    page: &Page,
    data: &mut ReleaseData,
) -> Result<(), ExtractError> {
    let document = Document::parse(&page.text(), []);
    let Items(items) = &config.selector;
    let mut seen = 0;
    for (item, number) in document.select(items).zip(1..) {
        seen = number;
        let text = stripped_text_of(item);
        let place = Place::Item {
            kind: "item",
            item: number,
        };
        let origin = cx.origin(&page.facts, place, &text);
        let groups = match cx.config.filter.groups(&text) {
            Ok(groups) => groups,
            Err(unmatched) => {
                data.skip(origin, unmatched);
                continue;
            }
        };
        let group = |wanted: &str| {
            let found = groups.iter().find(|(group, _)| group == wanted);
            found.and_then(|(_, text)| text.as_deref())
        };
        let (Some(name), Some(date)) = (group("release"), group("date")) else {
            let reason = SkipReason::lacks(Some("its `regex`"), "groups `release` and `date`");
            data.skip(origin, reason);
            continue;
        };
        let day = parse_day(date)
            .ok_or_else(|| ExtractError::unreadable(page, format!("end of {name}"), date))?;
        data.release(name).set("eol", Value::Date(day), origin);
    }
    if seen == 0 {
        let what = format!("`{}`", items.source());
        return Err(ExtractError::missing(page, what));
    }
    Ok(())
}
