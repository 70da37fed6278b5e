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
//! The newest commit of each branch counts.

use std::collections::BTreeMap;

use super::repository::{branch_files, branches, files_request};
use super::{Context, FindAll, Method, Next, Round};
use crate::date::parse_day;
use crate::fetch::{GitWanted, Request};
use crate::release_data::{Place, ReleaseData};

pub(super) struct ApacheHttpServer;

type Config = FindAll<2>;

impl Method for ApacheHttpServer {
    const NAME: &'static str = "apache-http-server";
    const GROUPS: Option<&'static [&'static str]> = Some(&[]);
    type Config = Config;

    fn requests(cx: &Context<'_>, _: &Config) -> Next {
        Ok(vec![
            Request::git(cx.argument(), GitWanted::Branches).into(),
        ])
    }

    fn read(cx: &Context<'_>, config: &Config, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        if round.number == 1 {
            let branches = branches(round.page(), is_of_a_series)?;
            let request =
                |branch: &String| files_request(cx.argument(), branch, vec!["STATUS".to_owned()]);
            return Ok(branches.iter().map(request).map(Into::into).collect());
        }
        let files = round.pages().map(|page| branch_files(page));
        for page in files.flat_map(BTreeMap::into_values) {
            // The file is older than UTF-8, and has bytes that are none.
            let text = page.text().replace('\u{fffd}', "");
            for ([version, date], item) in config.find(&text).zip(1..) {
                let origin = cx.origin(&page.provenance, Place::item("match", item), &date);
                cx.dated_item(origin, &version, Some(&date), parse_day, data);
            }
        }
        Ok(vec![])
    }
}

/// Whether a branch is named like `2.4.x`.
fn is_of_a_series(branch: &str) -> bool {
    let branch: Vec<char> = branch.chars().collect();
    matches!(branch[..], [_, '.', _, '.', 'x'])
}
