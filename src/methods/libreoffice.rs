//! Versions from the download archive of LibreOffice, without those in preparation.
//!
//! ```yaml
//! - libreoffice: https://downloadarchive.documentfoundation.org/libreoffice/old/
//!   prereleases_url: https://www.libreoffice.org/download/download-libreoffice/ # unless stated
//!   prereleases_text: "LibreOffice is available in the following prerelease versions:" # unless stated
//!   regex: '^(?P<version>\d+(\.\d+)*)/$'
//!   template: "{{version}}"
//! ```
//!
//! The archive lists a folder for each version and its moment. It has release candidates too,
//! so a version is left out in which one of the announced prereleases occurs: those that the
//! list after the paragraph with `prereleases_text` names.

use futures::future::try_join;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_moment;
use crate::extract::ExtractError;
use crate::extract::html::{
    Document, next_named, select_within, selector, text_of, trimmed_text_of,
};
use crate::fetch::Request;
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct Libreoffice;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    #[serde(default = "prereleases_url")]
    prereleases_url: String,
    #[serde(default = "prereleases_text")]
    prereleases_text: String,
}

fn prereleases_url() -> String {
    "https://www.libreoffice.org/download/download-libreoffice/".into()
}

fn prereleases_text() -> String {
    "LibreOffice is available in the following prerelease versions:".into()
}

impl Method for Libreoffice {
    const NAME: &'static str = "libreoffice";
    type Config = Config;

    async fn collect(
        cx: &Context<'_>,
        config: &Config,
        data: &mut ReleaseData,
    ) -> Result<(), Fault> {
        let (announced, archive) = (
            Request::get(&config.prereleases_url),
            Request::get(cx.argument()),
        );
        let (announced, archive) = try_join(cx.fetch(&announced), cx.fetch(&archive)).await?;
        let prereleases = prereleases(&announced, &config.prereleases_text)?;
        read(cx, &prereleases, &archive, data)?;
        Ok(())
    }
}

/// The versions in preparation.
fn prereleases(page: &Page, announcement: &str) -> Result<Vec<String>, ExtractError> {
    let (paragraph, list_item) = (selector("p"), selector("li"));
    let document = Document::parse(&page.text(), []);
    let list = document
        .select(&paragraph)
        .find(|paragraph| text_of(*paragraph).contains(announcement))
        .and_then(|paragraph| next_named(paragraph, &["ul"]))
        .ok_or_else(|| ExtractError::missing(page, format!("list after `{announcement}`")))?;
    let versions = select_within(list, &list_item).map(trimmed_text_of);
    Ok(versions.filter(|version| !version.is_empty()).collect())
}

fn read(
    cx: &Context<'_>,
    prereleases: &[String],
    page: &Page,
    data: &mut ReleaseData,
) -> Result<(), ExtractError> {
    let (tables, row, cell) = (selector("table"), selector("tr"), selector("td"));
    let document = Document::parse(&page.text(), []);
    for (element, table) in document.select(&tables).zip(1..) {
        for (tr, row) in select_within(element, &row).zip(1..).skip(1) {
            let cells: Vec<String> = select_within(tr, &cell).map(trimmed_text_of).collect();
            let [_, name, date, _, ..] = &cells[..] else {
                continue;
            };
            let origin = |raw: &str| cx.origin(&page.facts, Place::Row { table, row }, raw);
            let version = match cx.version(name) {
                Ok(version) => version,
                Err(unmatched) => {
                    data.skip(origin(name), unmatched);
                    continue;
                }
            };
            if let Some(prerelease) = prereleases.iter().find(|part| version.contains(*part)) {
                let origin = origin(name);
                let (name, why) = (Some(prerelease.clone()), "is in preparation");
                data.skip(origin, SkipReason::NotARelease { name, why });
                continue;
            }
            let day = parse_moment(date).ok_or_else(|| {
                ExtractError::unreadable(page, format!("date of {version}"), date)
            })?;
            data.declare(&version, day, origin(date));
        }
    }
    Ok(())
}
