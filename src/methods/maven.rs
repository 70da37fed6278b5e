//! Versions of an artifact of Maven Central.
//!
//! ```yaml
//! - maven: org.apache.camel/camel
//! ```
//!
//! The pages are those of the central search, a hundred versions each, until as many were
//! read as it says it found: `v` is the raw name, and `timestamp`, in milliseconds, gives
//! the UTC day.

use chrono::DateTime;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Number;

use super::{Context, Fault, Kind, Method};
use crate::date::Date;
use crate::extract::{ExtractError, json};
use crate::fetch::Request;
use crate::page::Page;
use crate::release_data::{Place, ReleaseData};

/// How many versions a page has.
const ROWS: u64 = 100;
/// No artifact has more pages.
const MOST_PAGES: u64 = 1000;

pub(super) struct Maven;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

#[derive(Deserialize)]
struct Answer {
    response: Response,
}

#[derive(Deserialize)]
struct Response {
    #[serde(rename = "numFound")]
    found: u64,
    docs: Vec<Doc>,
}

#[derive(Deserialize)]
struct Doc {
    v: String,
    timestamp: Option<Number>,
}

impl Method for Maven {
    const NAME: &'static str = "maven";
    const KIND: Kind = Kind::Registry;
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let (group, artifact) =
            cx.argument()
                .split_once('/')
                .ok_or_else(|| ExtractError::Format {
                    url: cx.argument().to_owned(),
                    format: "group/artifact",
                    reason: "there is no slash".into(),
                })?;
        for start in (0..MOST_PAGES).map(|page| page * ROWS) {
            let url = format!(
                "https://search.maven.org/solrsearch/select?q=g:{group}+AND+a:{artifact}&core=gav&wt=json&start={start}&rows={ROWS}"
            );
            let page = cx.fetch(&Request::get(url)).await?;
            if read(cx, &page, data)? <= start + ROWS {
                break;
            }
        }
        Ok(())
    }
}

/// Reads a page, and gives how many versions there are on all of them.
fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<u64, ExtractError> {
    let Response { found, docs } = json::read::<Answer>(page)?.response;
    for (number, Doc { v, timestamp }) in docs.iter().enumerate() {
        let place = Place::Path {
            path: format!("$.response.docs[{number}]").into(),
        };
        let Some(version) = cx.version_or_skip(v, &page.facts, place.clone(), data) else {
            continue;
        };
        let what = || format!("timestamp of {v}");
        let timestamp = timestamp
            .as_ref()
            .ok_or_else(|| ExtractError::missing(page, what()))?;
        let raw = timestamp.to_string();
        let day = day_of(timestamp).ok_or_else(|| ExtractError::unreadable(page, what(), &raw))?;
        data.declare(&version, day, cx.origin(&page.facts, place, &raw));
    }
    Ok(found)
}

/// The UTC day of a number of milliseconds, whole or not.
fn day_of(timestamp: &Number) -> Option<Date> {
    let whole = || format!("{:.0}", timestamp.as_f64()?.floor()).parse().ok();
    let milliseconds = timestamp.as_i64().or_else(whole)?;
    Some(DateTime::from_timestamp_millis(milliseconds)?.date_naive())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_is_whole_or_not_and_its_day_ends_at_midnight() {
        let day = |text: &str| {
            let number: Number = serde_json::from_str(text).unwrap();
            day_of(&number).map(|day| day.to_string())
        };
        assert_eq!(day("1704067199999").as_deref(), Some("2023-12-31"));
        assert_eq!(day("1704067199999.9").as_deref(), Some("2023-12-31"));
        assert_eq!(day("1704067200000").as_deref(), Some("2024-01-01"));
        assert_eq!(day("1e300"), None);
    }
}
