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

use super::config::Anywhere;
use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::page::Page;
use crate::release_data::{Place, ReleaseData};

const FILE: &str = "STATUS";

pub(super) struct ApacheHttpServer;

impl Method for ApacheHttpServer {
    const NAME: &'static str = "apache-http-server";
    type Config = Anywhere<2>;

    async fn collect(
        cx: &Context<'_>,
        config: &Anywhere<2>,
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
    patterns: &Anywhere<2>,
    page: &Page,
    data: &mut ReleaseData,
) -> Result<(), ExtractError> {
    // The file is older than UTF-8, and has bytes that are none.
    let text = page.text().replace('\u{fffd}', "");
    for ([version, date], item) in patterns.find(&text).zip(1..) {
        let day = parse_day(&date)
            .ok_or_else(|| ExtractError::unreadable(page, format!("date of {version}"), &date))?;
        let place = Place::Item {
            kind: "match",
            item,
        };
        data.declare(&version, day, cx.origin(&page.facts, place, &date));
    }
    Ok(())
}
