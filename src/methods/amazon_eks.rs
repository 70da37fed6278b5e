//! Versions from the platform versions of Amazon EKS, today's page or an archived one.
//!
//! ```yaml
//! - amazon-eks: https://docs.aws.amazon.com/eks/latest/userguide/platform-versions.html
//! ```
//!
//! Every row within the main column, whichever its table: the Kubernetes version is in the
//! first cell, the platform version in the second, the day in the last. `1.29.1` with
//! `eks.66` is version `1.29-eks-66`. What an archive puts around the page is not read.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_day_or_month;
use crate::extract::ExtractError;
use crate::extract::html::{Document, select_within, selector, trimmed_text_of};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData};

pub(super) struct AmazonEks;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for AmazonEks {
    const NAME: &'static str = "amazon-eks";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx.page().await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    let (column, row, cell) = (selector("#main-col-body"), selector("tr"), selector("td"));
    let document = Document::parse(&page.text(), []);
    let column = document
        .select(&column)
        .next()
        .ok_or_else(|| ExtractError::missing(page, "element `#main-col-body`"))?;
    for (tr, item) in select_within(column, &row).zip(1..) {
        let cells: Vec<String> = select_within(tr, &cell).map(trimmed_text_of).collect();
        let (Some(kubernetes), Some(date)) = (cells.first(), cells.last()) else {
            continue;
        };
        let origin = |raw: &str| {
            let place = Place::Item { kind: "row", item };
            cx.origin(&page.facts, place, raw)
        };
        let [major, minor] = match cx.groups(kubernetes, ["major", "minor"]) {
            Ok(groups) => groups,
            Err(unmatched) => {
                data.skip(origin(kubernetes), unmatched);
                continue;
            }
        };
        let platform = cells.get(1).ok_or_else(|| {
            ExtractError::missing(page, format!("platform version beside {kubernetes}"))
        })?;
        let version = format!("{major}.{minor}-{}", platform.replace('.', "-"));
        // The page has this typing error.
        let day = parse_day_or_month(&date.replace("April 18.2025", "April 18 2025"))
            .ok_or_else(|| ExtractError::unreadable(page, format!("date of {version}"), date))?;
        data.declare(&version, day, origin(date));
    }
    Ok(())
}
