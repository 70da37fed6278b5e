//! Versions of Debian from the news in the repository of its website.
//!
//! ```yaml
//! - debian: https://salsa.debian.org/webmaster-team/webwml.git
//! ```
//!
//! The news lie below `english/News` of the branch `master`. A title such as
//! `Debian 13 <q>trixie</q> released` is a release, dated by the line after it; a news item
//! with a `revision` tag is a point release, dated by the `release_date` within the ten lines
//! before. What stands between tags is cut out as the recorded data has it, odd markup
//! within a tag included.
//!
//! # Beyond the predecessor
//! It looked at a checkout that was renewed once a week; here the newest commit counts.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::page::Page;
use crate::release_data::{Place, ReleaseData};

/// How many lines before its revision a point release may be dated.
const BEFORE: usize = 10;

pub(super) struct Debian;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for Debian {
    const NAME: &'static str = "debian";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let folder = vec!["english/News".to_owned()];
        let news = cx.files(cx.argument(), "master", folder).await?;
        for page in news.values() {
            read(cx, page, releases(&page.text()), data)?;
        }
        for page in news.values() {
            read(cx, page, point_releases(&page.text()), data)?;
        }
        Ok(())
    }
}

/// Declares a version for each two texts; the first number is that of its line.
fn read(
    cx: &Context<'_>,
    page: &Page,
    found: Result<Vec<Found>, usize>,
    data: &mut ReleaseData,
) -> Result<(), ExtractError> {
    let found = found
        .map_err(|line| ExtractError::missing(page, format!("version and date at line {line}")))?;
    for Found {
        line,
        version,
        date,
    } in found
    {
        let day = parse_day(&date)
            .ok_or_else(|| ExtractError::unreadable(page, format!("date of {version}"), &date))?;
        let place = Place::Item {
            kind: "line",
            item: line,
        };
        data.declare(&version, day, cx.origin(&page.facts, place, &date));
    }
    Ok(())
}

/// A version and its date as they stand in the news.
struct Found {
    line: usize,
    version: String,
    date: String,
}

/// The releases of a news item; or the line at which a version or date has no other.
fn releases(text: &str) -> Result<Vec<Found>, usize> {
    static TITLE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new("<define-tag pagetitle>Debian [0-9]+.+</q> released").expect("a valid pattern")
    });
    let lines: Vec<&str> = text.split('\n').collect();
    let wanted: BTreeSet<usize> = (0..lines.len())
        .filter(|at| lines.get(*at).is_some_and(|line| TITLE.is_match(line)))
        .flat_map(|at| [at, at + 1])
        .collect();
    let texts: Vec<(usize, &str)> = wanted
        .into_iter()
        .filter_map(|at| Some((at + 1, second(second(lines.get(at)?, '<'), '>'))))
        .filter(|(_, text)| !text.contains("--"))
        .collect();
    texts
        .chunks(2)
        .map(|pair| match pair {
            [(line, title), (_, date)] => Ok(Found {
                line: *line,
                version: title.split_whitespace().nth(1).ok_or(*line)?.to_owned(),
                date: (*date).to_owned(),
            }),
            _ => Err(pair.first().map_or(0, |(line, _)| *line)),
        })
        .collect()
}

/// The point releases of a news item; or the line at which a version or date has no other.
fn point_releases(text: &str) -> Result<Vec<Found>, usize> {
    static VALUE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new("(?:release_date|revision)>.*<").expect("a valid pattern"));
    let lines: Vec<&str> = text.split('\n').collect();
    let wanted: BTreeSet<usize> = (0..lines.len())
        .filter(|at| {
            lines
                .get(*at)
                .is_some_and(|line| line.contains("<define-tag revision>"))
        })
        .flat_map(|at| at.saturating_sub(BEFORE)..=at)
        .collect();
    let values: Vec<(usize, String)> = wanted
        .into_iter()
        .filter_map(|at| Some((at + 1, VALUE.find(lines.get(at)?)?.as_str())))
        .map(|(line, tag)| (line, value(tag)))
        .collect();
    values
        .chunks(2)
        .map(|pair| match pair {
            [(_, date), (line, version)] => Ok(Found {
                line: *line,
                version: version.clone(),
                date: date.clone(),
            }),
            _ => Err(pair.first().map_or(0, |(line, _)| *line)),
        })
        .collect()
}

/// The second of the parts between separators; all of a text without one.
fn second(text: &str, separator: char) -> &str {
    text.split_once(separator).map_or(text, |(_, rest)| {
        rest.split(separator).next().unwrap_or_default()
    })
}

/// What a tag holds: the second of the parts at `>`, with the fourth where there is one.
fn value(tag: &str) -> String {
    let parts: Vec<&str> = tag.split('>').collect();
    let wanted: Vec<&str> = [1, 3]
        .into_iter()
        .filter_map(|at| parts.get(at).copied())
        .collect();
    wanted.join(">").replace('<', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_cut_as_recorded() {
        assert_eq!(value("revision>13.1<"), "13.1");
        assert_eq!(value("revision><b>6.0.4</b><"), "b>");
        assert_eq!(
            value("revision>6.0.5</define-tag> <!-- <b>x<"),
            "6.0.5/define-tag>x"
        );
        assert_eq!(
            second(second("<a b>Debian 13 <q>t</q>", '<'), '>'),
            "Debian 13 "
        );
        assert_eq!(second("2019-07-06", '<'), "2019-07-06");
    }

    #[test]
    fn a_version_without_its_date_is_named_by_its_line() {
        assert_eq!(
            point_releases("\n<define-tag revision>13.1</define-tag>").map(|_| ()),
            Err(2)
        );
        let title = "<define-tag pagetitle>Debian 13 <q>t</q> released</define-tag>";
        assert_eq!(releases(title).map(|_| ()), Err(1));
    }
}
