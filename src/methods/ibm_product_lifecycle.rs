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
//! # Beyond the predecessor
//! A cell in quotes may hold a comma. A row of the product that ends before the 15th cell is
//! refused by name. Each line is read alone, so that a quote that is never closed spoils one
//! row, not the rest of the list.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::page::Page;
use crate::release_data::{Place, ReleaseData};
use crate::text::trim;

pub(super) struct IbmProductLifecycle;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    product_selector: String,
}

/// The columns of the fields, from 0.
const FIELDS: [(&str, usize); 3] = [("releaseDate", 6), ("eol", 12), ("eoes", 14)];

/// Rows with fewer cells are notes, and no product's.
const FEWEST: usize = 13;

impl Method for IbmProductLifecycle {
    const NAME: &'static str = "ibm-product-lifecycle";
    type Config = Config;

    async fn collect(
        cx: &Context<'_>,
        config: &Config,
        data: &mut ReleaseData,
    ) -> Result<(), Fault> {
        let page = cx.page().await?;
        read(cx, &config.product_selector, &page, data)?;
        Ok(())
    }
}

fn read(
    cx: &Context<'_>,
    product: &str,
    page: &Page,
    data: &mut ReleaseData,
) -> Result<(), ExtractError> {
    for (line, number) in page.text().lines().zip(1..).skip(1) {
        let cells = cells(page, line)?;
        if cells.len() < FEWEST || cells.get(1).is_none_or(|name| name != product) {
            continue;
        }
        let origin = |column: usize, raw: &str| {
            let place = Place::Cell {
                table: 1,
                row: number,
                column: format!("column {}", column + 1).into(),
            };
            cx.origin(&page.facts, place, raw)
        };
        let release = match cx.version(&cells[2]) {
            Ok(release) => release,
            Err(unmatched) => {
                data.skip(origin(2, &cells[2]), unmatched);
                continue;
            }
        };
        data.release(&release);
        for (field, column) in FIELDS {
            let raw = cells.get(column).ok_or_else(|| {
                ExtractError::missing(page, format!("{field} of {release} in line {number}"))
            })?;
            if raw.is_empty() {
                continue;
            }
            let day = parse_day(raw).ok_or_else(|| {
                ExtractError::unreadable(page, format!("{field} of {release}"), raw)
            })?;
            let origin = origin(column, raw);
            data.release(&release).set(field, day.into(), origin);
        }
    }
    Ok(())
}

/// The cells of a line, trimmed.
fn cells(page: &Page, line: &str) -> Result<Vec<String>, ExtractError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(line.as_bytes());
    let record = reader.records().next().transpose();
    let record = record.map_err(|error| ExtractError::format(page, "CSV", error))?;
    let cells = record.iter().flatten().map(|cell| trim(cell).to_owned());
    Ok(cells.collect())
}
