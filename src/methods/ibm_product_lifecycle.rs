//! Releases from IBM's list of product lifecycles.
//!
//! ```yaml
//! - ibm-product-lifecycle: https://www.ibm.com/support/pages/space/product-lifecycle/ibm_product_lifecycle_list.csv
//!   product_selector: "IBM MQ"
//!   regex: '^(?P<major>\d+)\.(?P<minor>\d+).*$'
//! ```
//!
//! The list has all products of IBM, a row for each version. Of the rows of the product, the
//! third cell gives the release, the 7th its `releaseDate`, the 13th its `eol` and the 15th
//! its `eoes`, each where it is not empty. The last row of a release wins.
//!
//! A cell in quotes may hold a comma. A row of the product that ends before the 15th cell is
//! skipped by name, and a day that cannot be read. Each line is read alone, so that a quote
//! that is never closed spoils one row, not the rest of the list.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Method, Next, Round, set_days};
use crate::date::parse_day;
use crate::release_data::{Place, ReleaseData, SkipReason};
use crate::text::trim;

pub(super) struct IbmProductLifecycle;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    product_selector: String,
}

/// The columns of the fields, from 0.
const FIELDS: [(&str, usize); 3] = [("releaseDate", 6), ("eol", 12), ("eoes", 14)];

impl Method for IbmProductLifecycle {
    const NAME: &'static str = "ibm-product-lifecycle";
    type Config = Config;

    fn read(cx: &Context<'_>, config: &Config, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let page = round.page();
        for (line, row) in page.text().lines().zip(1..).skip(1) {
            let cells = cells(line);
            if cells.get(1) != Some(&config.product_selector) {
                continue;
            }
            let origin = |at: usize| {
                let column = format!("column {}", at + 1).into();
                let place = Place::Cell {
                    table: 1,
                    row,
                    column,
                };
                cx.origin(
                    &page.provenance,
                    place,
                    cells.get(at).map_or("", String::as_str),
                )
            };
            cx.item(origin(2), data, |name, data| {
                let release = cx.version(&name.raw)?;
                let (found, needed) = (cells.len(), 15);
                if found < needed {
                    return Err(SkipReason::TooFewCells { found, needed });
                }
                let days = FIELDS.map(|(field, at)| (field, origin(at))).into_iter();
                let days = days.filter(|(_, origin)| !origin.raw.is_empty());
                set_days(&release, days, parse_day, data)
            });
        }
        Ok(vec![])
    }
}

fn cells(line: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(line.as_bytes());
    let record = reader.records().next().and_then(Result::ok);
    let cells = record.iter().flatten().map(|cell| trim(cell).to_owned());
    cells.collect()
}
