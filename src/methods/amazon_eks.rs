//! Versions from the platform versions of Amazon EKS, today's page or an archived one.
//!
//! ```yaml
//! - amazon-eks: https://docs.aws.amazon.com/eks/latest/userguide/platform-versions.html
//! ```
//!
//! Every row within the main column, whichever its table: the Kubernetes version is in the
//! first cell, the platform version in the second, the day in the last. `1.29.1` with
//! `eks.66` is version `1.29-eks-66`. A row whose day cannot be read is skipped. What an
//! archive puts around the page is not read.

use super::{Context, Method, Next, NoConfig, Round, required_day};
use crate::date::parse_day_or_month;
use crate::extract::ExtractError;
use crate::extract::html::{Document, selector, trimmed_text_of};
use crate::extract::table::laid_out;
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct AmazonEks;

impl Method for AmazonEks {
    const NAME: &'static str = "amazon-eks";
    const GROUPS: Option<&'static [&'static str]> = Some(&["major", "minor"]);
    type Config = NoConfig;

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let page = round.page();
        let column = selector("#main-col-body");
        let document = Document::parse(page, [])?;
        let missing = || ExtractError::missing(page, "element `#main-col-body`");
        let column = document.select(&column).next().ok_or_else(missing)?;
        for (cells, item) in laid_out(column).zip(1..) {
            let cells: Vec<String> = cells.into_iter().map(trimmed_text_of).collect();
            let Some(kubernetes) = cells.first() else {
                continue;
            };
            let place = Place::Item { kind: "row", item };
            let origin = cx.origin(&page.provenance, place, kubernetes);
            cx.item(origin, data, |origin, data| {
                let [major, minor] = cx.groups(kubernetes, ["major", "minor"])?;
                let [_, platform, .., date] = &cells[..] else {
                    let found = cells.len();
                    return Err(SkipReason::TooFewCells { found, needed: 3 });
                };
                let version = format!("{major}.{minor}-{}", platform.replace('.', "-"));
                // The page has this typing error.
                let repaired = date.replace("April 18.2025", "April 18 2025");
                let (day, _) = required_day(&version, Some(&repaired), parse_day_or_month)?;
                data.declare(&version, day, origin.reading(date));
                Ok(())
            });
        }
        Ok(vec![])
    }
}
