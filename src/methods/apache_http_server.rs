//! Versions of the Apache HTTP Server from the `STATUS` files of its branches.
//!
//! ```yaml
//! - apache-http-server: https://github.com/apache/httpd.git
//!   regex:
//!     - '\s+(?P<version>\d+\.\d+\.\d+)\s*:.*Released\s(?P<date>\w+\s\d\d?,\s\d{4})'
//! ```
//!
//! Each branch such as `2.4.x` keeps its history in that file. Each pattern of `regex` is
//! searched everywhere in it; its two groups are a version and its day. A later pattern
//! corrects an earlier one. Excludes and templates mean nothing here.
//!
//! # Beyond the predecessor
//! It looked at a checkout that was renewed once a week; here the newest commit counts.

use futures::future::try_join_all;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;

use super::config::Config as Readable;
use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::front_matter::ConfigError;
use crate::page::Page;
use crate::product::AutoConfig;
use crate::release_data::{Place, ReleaseData};
use crate::version::Pattern;

const FILE: &str = "STATUS";

pub(super) struct ApacheHttpServer;

/// The patterns, each to be found anywhere.
pub(super) struct Config(Vec<Pattern>);

impl Readable for Config {
    fn read(config: &AutoConfig<'_>) -> Result<Self, ConfigError> {
        let Nothing {} = config.own(&[])?;
        let refuse = |reason: String| ConfigError::new(config.line, reason);
        let patterns = config.filter.include().iter().map(|pattern| {
            let source = pattern.source();
            let anywhere = Pattern::anywhere(source).map_err(|error| refuse(error.to_string()))?;
            match anywhere.group_count() {
                2 => Ok(anywhere),
                count => Err(refuse(format!("`{source}` has {count} groups, not 2"))),
            }
        });
        patterns.collect::<Result<_, _>>().map(Self)
    }

    fn schemas(generator: &mut SchemaGenerator) -> Vec<Schema> {
        vec![Nothing::json_schema(generator)]
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

impl Method for ApacheHttpServer {
    const NAME: &'static str = "apache-http-server";
    type Config = Config;

    async fn collect(
        cx: &Context<'_>,
        config: &Config,
        data: &mut ReleaseData,
    ) -> Result<(), Fault> {
        let repository = cx.argument();
        let branches = cx.branches(repository, is_of_a_series).await?;
        let files = branches
            .iter()
            .map(|branch| cx.files(repository, branch, vec![FILE.to_owned()]));
        for files in try_join_all(files).await? {
            for page in files.values() {
                read(cx, config, page, data)?;
            }
        }
        Ok(())
    }
}

/// Whether a branch is named like `2.4.x`.
fn is_of_a_series(branch: &str) -> bool {
    matches!(
        branch.chars().collect::<Vec<_>>()[..],
        [_, '.', _, '.', 'x']
    )
}

fn read(
    cx: &Context<'_>,
    Config(patterns): &Config,
    page: &Page,
    data: &mut ReleaseData,
) -> Result<(), ExtractError> {
    // The file is older than UTF-8, and has bytes that are none.
    let text = page.text().replace('\u{fffd}', "");
    for (found, item) in patterns
        .iter()
        .flat_map(|pattern| pattern.find_all(&text))
        .zip(1..)
    {
        let [version, date] = &found[..] else {
            unreachable!("the pattern has two groups")
        };
        let day = parse_day(date)
            .ok_or_else(|| ExtractError::unreadable(page, format!("date of {version}"), date))?;
        let place = Place::Item {
            kind: "match",
            item,
        };
        data.declare(version, day, cx.origin(&page.facts, place, date));
    }
    Ok(())
}
