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
use serde::Deserialize;
use serde_json::Number;

use super::{Context, Kind, Method, Next, NoConfig, Round};
use crate::date::Date;
use crate::extract::json::{self, Item};
use crate::fetch::Request;
use crate::release_data::{Place, ReleaseData, SkipReason};

const ROWS: usize = 100;

pub(super) struct Maven;

#[derive(Deserialize)]
struct Answer {
    response: Response,
}

#[derive(Deserialize)]
struct Response {
    #[serde(rename = "numFound")]
    found: usize,
    docs: Vec<Item<Doc>>,
}

#[derive(Deserialize)]
struct Doc {
    v: String,
    timestamp: Option<Number>,
}

impl Method for Maven {
    const NAME: &'static str = "maven";
    const KIND: Kind = Kind::Registry;
    type Config = NoConfig;

    fn requests(cx: &Context<'_>, _: &NoConfig) -> Next {
        request(cx, 0)
    }

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let page = round.page();
        let Response { found, docs } = json::read::<Answer>(page)?.response;
        for (number, doc) in docs.iter().enumerate() {
            let place = Place::path(format!("$.response.docs[{number}]"));
            let Some(doc) = cx.json_item(doc, &page.provenance, place.clone(), data) else {
                continue;
            };
            let origin = cx.origin(&page.provenance, place, &doc.v);
            cx.item(origin, data, |origin, data| {
                let version = cx.version(&doc.v)?;
                let lacks = || SkipReason::lacks(Some(&version), "timestamp");
                let timestamp = doc.timestamp.as_ref().ok_or_else(lacks)?;
                let raw = timestamp.to_string();
                let day = day_of(timestamp).ok_or_else(|| SkipReason::bad_date(&version, &raw))?;
                data.declare(&version, day, origin.reading(&raw));
                Ok(())
            });
        }
        let start = round.number * ROWS;
        if found <= start {
            return Ok(vec![]);
        }
        request(cx, start)
    }
}

/// The request for the page of versions from a number on.
fn request(cx: &Context<'_>, start: usize) -> Next {
    let (group, artifact) = cx.argument_parts("group/artifact")?;
    let url = format!(
        "https://search.maven.org/solrsearch/select?q=g:{group}+AND+a:{artifact}&core=gav&wt=json&start={start}&rows={ROWS}"
    );
    Ok(vec![Request::get(url).into()])
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
