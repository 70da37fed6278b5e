//! Releases from the runtimes of AWS Lambda, supported and deprecated.
//!
//! ```yaml
//! - aws-lambda: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
//! ```
//!
//! Every row of every table that has the columns `Identifier`, `Deprecation date` (`eoas`)
//! and `Block function update` (`eol`). Where a cell is not a date, such as `Not scheduled`, it
//! means *not yet* in the first table of the page, which has the supported runtimes, and
//! *already* in the others; one that is written like a date, such as `Feb 30, 2027`, is skipped
//! and named. A table without one of the columns is skipped; that no table has them is an
//! error.

use super::{Context, Method, Next, NoConfig, Round};
use crate::date::{parse_day, why_no_date};
use crate::extract::table::{Column, TableRows};
use crate::release_data::{ReleaseData, SkipReason, Subject};
use crate::value::Value;

/// The columns: of the name, and of the fields.
const COLUMNS: [&str; 3] = ["identifier", "deprecation date", "block function update"];

pub(super) struct AwsLambda;

impl Method for AwsLambda {
    const NAME: &'static str = "aws-lambda";
    type Config = NoConfig;

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let page = round.page();
        let columns = COLUMNS.map(|name| Column::Named(name.into()));
        for row in cx.rows(&TableRows::default(), page, &columns.each_ref(), data)? {
            let origin = cx.origin(&page.provenance, row.place.clone(), "");
            let Some([name, eoas, eol]) = cx.or_skip(row.whole(), origin, data) else {
                continue;
            };
            let already = row.place.row().is_some_and(|(table, _)| table > 1);
            cx.item(cx.cell(page, name), data, |_, data| {
                if name.text.is_empty() {
                    return Err(SkipReason::missing("identifier"));
                }
                for (field, cell) in [("eoas", eoas), ("eol", eol)] {
                    let (day, text) = (parse_day(&cell.text), cell.text.clone());
                    let origin = cx.cell(page, cell);
                    if day.is_none() && why_no_date(&text).is_some() {
                        let why = SkipReason::NotADate { text };
                        let why = SkipReason::not_read(Some(field), &name.text, why);
                        let subject = Subject::of_release(&name.text, Some(field));
                        data.skip_about(subject, origin, why);
                        continue;
                    }
                    let value = day.map_or(Value::Bool(already), Value::Date);
                    data.release(&name.text).set(field, value, origin);
                }
                Ok(())
            });
        }
        Ok(vec![])
    }
}
