//! Versions from Veeam's articles on build numbers.
//!
//! ```yaml
//! - veeam: https://www.veeam.com/kb4106
//!   version_column: "Console Build" # if not "Build Number"
//!   date_column: "Released"         # if not "Release Date"
//! ```
//!
//! Each table whose first row names both columns: the build is the version, blanks as dashes,
//! and the date its day. A row with no date, or `-`, is left out.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Method, Next, Round, required_day};
use crate::date::parse_day;
use crate::extract::html::{Document, selector, trimmed_text_of};
use crate::extract::table::laid_out;
use crate::release_data::{Place, ReleaseData, SkipReason};
use crate::text::collapse;

pub(super) struct Veeam;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Config {
    /// The header of the column of versions.
    version_column: String,
    /// The header of the column of dates.
    date_column: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            version_column: "Build Number".to_owned(),
            date_column: "Release Date".to_owned(),
        }
    }
}

impl Method for Veeam {
    const NAME: &'static str = "veeam";
    type Config = Config;

    fn read(cx: &Context<'_>, config: &Config, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let page = round.page();
        let tables = selector("table");
        let document = Document::parse(page, [])?;
        for (table, number) in document.select(&tables).zip(1..) {
            let texts = |cells: Vec<_>| cells.into_iter().map(trimmed_text_of);
            let mut rows = laid_out(table).map(|cells| texts(cells).collect::<Vec<_>>());
            let headers = rows.next().unwrap_or_default();
            let place = |column: &str| {
                let same = |header: &String| header.to_lowercase() == column.to_lowercase();
                headers.iter().position(same)
            };
            let columns = (place(&config.version_column), place(&config.date_column));
            let (Some(version_at), Some(date_at)) = columns else {
                let place = Place::Table { table: number };
                let reason = SkipReason::missing("such columns");
                data.skip(cx.origin(&page.provenance, place, ""), reason);
                continue;
            };
            for (cells, row) in rows.zip(2..) {
                let place = Place::Row { table: number, row };
                let version = cells
                    .get(version_at)
                    .map(String::as_str)
                    .unwrap_or_default();
                let origin = cx.origin(&page.provenance, place, version);
                cx.item(origin, data, |origin, data| {
                    let dated = |date: &&String| !matches!(&***date, "" | "-");
                    let undated = SkipReason::not_a_release("has no date");
                    let date = cells.get(date_at).filter(dated).ok_or(undated)?;
                    let version = collapse(version).replace(' ', "-");
                    let (day, raw) = required_day(&version, Some(date), parse_day)?;
                    data.declare(&version, day, origin.reading(raw));
                    Ok(())
                });
            }
        }
        Ok(vec![])
    }
}
