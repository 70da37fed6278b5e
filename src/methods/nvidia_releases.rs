//! Releases from NVIDIA's list of data centre drivers.
//!
//! ```yaml
//! - nvidia-releases: https://docs.nvidia.com/datacenter/tesla/drivers/releases.json
//! ```
//!
//! Each branch, such as `580`, is the release `r580-linux`: the first of its drivers is
//! `latest`, with `latestReleaseDate` as it is written and the release notes as `link`.
//! Notes on docs.nvidia.com are read too: where their title names a version for Windows,
//! that is `r580-windows`, with the same date and link. Notes that are gone give none. A
//! branch without a driver is skipped.

use std::sync::LazyLock;

use indexmap::IndexMap;
use regex::Regex;
use serde::Deserialize;
use url::Url;

use super::{Absent, Context, IfAbsent, Method, Needed, Next, NoConfig, Round, pages};
use crate::extract::ExtractError;
use crate::extract::html::{Document, selector, trimmed_text_of};
use crate::extract::json::{self, Item};
use crate::fetch::Request;
use crate::page::Page;
use crate::release_data::{Place, Release, ReleaseData, SkipReason};
use crate::value::Value;

pub(super) struct NvidiaReleases;

#[derive(Deserialize)]
struct Branch {
    driver_info: Vec<Item<Driver>>,
}

#[derive(Deserialize)]
struct Driver {
    #[serde(rename = "release_version", deserialize_with = "json::nullable")]
    version: Option<String>,
    #[serde(rename = "release_date", deserialize_with = "json::nullable")]
    date: Option<String>,
    #[serde(rename = "release_notes", deserialize_with = "json::nullable")]
    notes: Option<String>,
}

impl Method for NvidiaReleases {
    const NAME: &'static str = "nvidia-releases";
    type Config = NoConfig;

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let mut first = pages(round.previous).chain(round.pages());
        let index = first.next().expect("the index is there");
        let branches: IndexMap<String, Item<Branch>> = json::read(index)?;
        if round.number == 1 {
            let newest = branches.iter().filter_map(|branch| newest(branch).ok());
            let notes: Vec<Needed> = newest.filter_map(Driver::titled_notes).collect();
            if !notes.is_empty() {
                return Ok(notes);
            }
        }
        for branch in &branches {
            let (name, _) = branch;
            let origin = |key: &str, raw: &str| {
                let path = format!("$[\"{name}\"].driver_info[0]{key}");
                cx.origin(&index.provenance, Place::path(path), raw)
            };
            cx.item(origin("", ""), data, |_, data| {
                let driver = newest(branch)?;
                let fields = [
                    ("latest", ".release_version", driver.version.as_deref()),
                    ("latestReleaseDate", ".release_date", driver.date.as_deref()),
                    ("link", ".release_notes", driver.notes.as_deref()),
                ];
                let set = |release: &mut Release, fields: &[(&str, &str, Option<&str>)]| {
                    for (field, key, text) in fields {
                        let value = text.map_or(Value::Null, Value::of_text);
                        release.set(field, value, origin(key, text.unwrap_or_default()));
                    }
                };
                set(data.release(&format!("r{name}-linux")), &fields);
                let Some(Needed { request, .. }) = driver.titled_notes() else {
                    return Ok(());
                };
                let mut answers = round.answers.iter();
                let answer = answers.find(|answer| answer.request == request);
                match &answer.expect("an answer to each request").page {
                    Ok(notes) => {
                        let title = title_of(notes)?;
                        let origin = cx.origin(&notes.provenance, Place::item("title", 1), &title);
                        if let Some(version) = windows_version(&title) {
                            let release = data.release(&format!("r{name}-windows"));
                            release.set("latest", Value::Text(version), origin);
                            set(release, &fields[1..]);
                        } else {
                            let what = "title that names a version for Windows";
                            data.skip(origin, SkipReason::missing(what));
                        }
                    }
                    Err(Absent { error }) => {
                        let error = error.clone();
                        let origin = origin(".release_notes", request.url());
                        data.skip(origin, SkipReason::Absent { error });
                    }
                }
                Ok(())
            });
        }
        Ok(vec![])
    }
}

fn newest<'b>((name, branch): (&String, &'b Item<Branch>)) -> Result<&'b Driver, SkipReason> {
    let lacks = || SkipReason::lacks(Some(name), "driver");
    branch.read()?.driver_info.first().ok_or_else(lacks)?.read()
}

impl Driver {
    /// The release notes, where their title may name a version for Windows.
    fn titled_notes(&self) -> Option<Needed> {
        let link = self.notes.as_deref()?;
        let url = Url::parse(link).ok()?;
        (url.host_str() == Some("docs.nvidia.com")).then(|| Needed {
            request: Request::get(link),
            if_absent: IfAbsent::Given,
        })
    }
}

fn title_of(page: &Page) -> Result<String, SkipReason> {
    let title = selector("h2.title.topictitle1");
    let malformed = |error: ExtractError| SkipReason::Malformed {
        error: error.to_string(),
    };
    let document = Document::parse(page, []).map_err(malformed)?;
    let title = document.select(&title).next();
    Ok(title.map(trimmed_text_of).unwrap_or_default())
}

/// The version for Windows in a title such as `Version 580.126.09(Linux)/582.16(Windows)`.
fn windows_version(title: &str) -> Option<String> {
    static VERSION: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"Version .+\(Linux\)/(?P<version>.+)\(Windows\)").expect("a valid pattern")
    });
    Some(VERSION.captures(title)?["version"].to_owned())
}
