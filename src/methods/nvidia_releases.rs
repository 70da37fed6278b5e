//! Releases from NVIDIA's list of data centre drivers.
//!
//! ```yaml
//! - nvidia-releases: https://docs.nvidia.com/datacenter/tesla/drivers/releases.json
//! ```
//!
//! Each branch, such as `580`, is the release `r580-linux`: the first of its drivers is
//! `latest`, with `latestReleaseDate` as it is written and the release notes as `link`.
//! Notes on docs.nvidia.com are read too: where their title names a version for Windows,
//! that is `r580-windows`, with the same date and link. Notes that are gone give none.

use std::sync::LazyLock;

use futures::future::join_all;
use indexmap::IndexMap;
use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use super::{Context, Fault, Method};
use crate::extract::html::{Document, selector, text_of};
use crate::extract::{ExtractError, json};
use crate::fetch::{FetchError, Request};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason};
use crate::value::Value;

pub(super) struct NvidiaReleases;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

#[derive(Deserialize)]
struct Branch {
    driver_info: Vec<Driver>,
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
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx.page().await?;
        let branches: IndexMap<String, Branch> = json::read(&page)?;
        let newest: Vec<(&str, &Driver)> = branches
            .iter()
            .map(|(name, branch)| {
                let driver = branch.driver_info.first().ok_or_else(|| {
                    ExtractError::missing(&page, format!("driver of branch {name}"))
                })?;
                Ok((&**name, driver))
            })
            .collect::<Result<_, ExtractError>>()?;
        let requests: Vec<Request> = newest
            .iter()
            .filter_map(|(_, driver)| driver.titled_notes())
            .map(Request::get)
            .collect();
        let notes = join_all(requests.iter().map(|request| cx.fetch(request))).await;
        let mut notes = notes.into_iter();
        for (name, driver) in newest {
            let origin = |key: &str, raw: &str| {
                let path = format!("$[\"{name}\"].driver_info[0].{key}").into();
                cx.origin(&page.facts, Place::Path { path }, raw)
            };
            let mut set = |system: &str, latest, from| {
                let release = data.release(&format!("r{name}-{system}"));
                release.set("latest", latest, from);
                let date = driver.date.as_deref();
                release.set(
                    "latestReleaseDate",
                    date.map_or(Value::Null, Value::of_text),
                    origin("release_date", date.unwrap_or_default()),
                );
                let link = driver.notes.as_deref();
                release.set(
                    "link",
                    link.map_or(Value::Null, text),
                    origin("release_notes", link.unwrap_or_default()),
                );
            };
            let latest = driver.version.as_deref();
            set(
                "linux",
                latest.map_or(Value::Null, text),
                origin("release_version", latest.unwrap_or_default()),
            );
            let Some(link) = driver.titled_notes() else {
                continue;
            };
            let notes = match notes.next().expect("an answer to each request") {
                Ok(notes) => notes,
                Err(Fault::Fetch(absent @ FetchError::Absent { .. })) => {
                    let error = absent.to_string();
                    data.skip(origin("release_notes", link), SkipReason::Absent { error });
                    continue;
                }
                Err(fault) => return Err(fault),
            };
            let title = title_of(&notes).unwrap_or_default();
            let place = Place::Item {
                kind: "title",
                item: 1,
            };
            let origin = cx.origin(&notes.facts, place, &title);
            match windows_version(&title) {
                Some(version) => set("windows", Value::Text(version), origin),
                None => data.skip(
                    origin,
                    SkipReason::missing("title that names a version for Windows"),
                ),
            }
        }
        Ok(())
    }
}

impl Driver {
    /// The link to release notes whose title may name a version for Windows.
    fn titled_notes(&self) -> Option<&str> {
        self.notes.as_deref().filter(|link| {
            Url::parse(link).is_ok_and(|url| url.host_str() == Some("docs.nvidia.com"))
        })
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// The title of release notes.
fn title_of(page: &Page) -> Option<String> {
    let title = selector("h2.title.topictitle1");
    let document = Document::parse(&page.text(), []);
    document.select(&title).next().map(text_of)
}

/// The version for Windows in a title such as `Version 580.126.09(Linux)/582.16(Windows)`.
fn windows_version(title: &str) -> Option<String> {
    static VERSION: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"Version .+\(Linux\)/(?P<version>.+)\(Windows\)").expect("a valid pattern")
    });
    Some(VERSION.captures(title)?["version"].to_owned())
}
