//! Releases from the runtimes of AWS Lambda, supported and deprecated.
//!
//! ```yaml
//! - aws-lambda: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
//! ```
//!
//! Every row of every table that has the columns `Identifier`, `Deprecation date` (`eoas`)
//! and `Block function update` (`eol`). Where a cell is no day, such as `Not scheduled`, it
//! means *not yet* in the first table of the page, which has the supported runtimes, and
//! *already* in the others.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::extract::html::{Document, select_within, selector, trimmed_text_of};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData};
use crate::value::Value;

pub(super) struct AwsLambda;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

/// The columns: of the name, and of the fields.
const COLUMNS: [&str; 3] = ["identifier", "deprecation date", "block function update"];

impl Method for AwsLambda {
    const NAME: &'static str = "aws-lambda";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx.page().await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    let (tables, header, title) = (selector("table"), selector("thead tr"), selector("th"));
    let (row, cell) = (selector("tbody tr"), selector("td"));
    let document = Document::parse(&page.text(), []);
    for (element, table) in document.select(&tables).zip(1..) {
        let header = select_within(element, &header)
            .next()
            .ok_or_else(|| ExtractError::missing(page, format!("header row in table {table}")))?;
        let titles: Vec<String> = select_within(header, &title)
            .map(|title| trimmed_text_of(title).to_lowercase())
            .collect();
        let places = COLUMNS.map(|column| titles.iter().position(|title| title == column));
        let [Some(name), Some(eoas), Some(eol)] = places else {
            let origin = cx.origin(&page.facts, Place::Table { table }, &titles.join(", "));
            data.skip(origin, "lacks a column");
            continue;
        };
        for (tr, row) in select_within(element, &row).zip(1..) {
            let cells: Vec<String> = select_within(tr, &cell).map(trimmed_text_of).collect();
            let at = |place: usize| {
                let what = || format!("cell {} in row {row} of table {table}", place + 1);
                let text = cells.get(place).map(String::as_str);
                text.ok_or_else(|| ExtractError::missing(page, what()))
            };
            let name = at(name)?;
            for (field, column) in [("eoas", eoas), ("eol", eol)] {
                let raw = at(column)?;
                let place = Place::Cell {
                    table,
                    row,
                    column: titles[column].as_str().into(),
                };
                let value = parse_day(raw).map_or(Value::Bool(table > 1), Value::Date);
                let origin = cx.origin(&page.facts, place, raw);
                data.release(name).set(field, value, origin);
            }
        }
    }
    Ok(())
}
