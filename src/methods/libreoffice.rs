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
//! list after the paragraph with `prereleases_text` names. That there is no such list is an
//! error; a folder whose moment cannot be read is skipped.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Method, Next, Round, required_day};
use crate::date::parse_moment;
use crate::extract::ExtractError;
use crate::extract::html::{Document, next_named, select_within, selector, trimmed_text_of};
use crate::extract::table::laid_out;
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

    fn requests(cx: &Context<'_>, config: &Config) -> Next {
        let urls = [cx.argument(), &config.prereleases_url];
        Ok(urls.map(|url| Request::get(url).into()).into())
    }

    fn read(cx: &Context<'_>, config: &Config, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let mut prereleases = Vec::new();
        for announced in round.pages().skip(1) {
            prereleases.extend(announced_on(announced, &config.prereleases_text)?);
        }
        let tables = selector("table");
        let page = round.page();
        let document = Document::parse(page, [])?;
        for (element, table) in document.select(&tables).zip(1..) {
            for (cells, row) in laid_out(element).zip(1..).skip(1) {
                let cells: Vec<String> = cells.into_iter().map(trimmed_text_of).collect();
                let [_, name, date, _, ..] = &cells[..] else {
                    continue;
                };
                let place = Place::Row { table, row };
                let origin = cx.origin(&page.provenance, place, name);
                cx.item(origin, data, |origin, data| {
                    let version = cx.version(name)?;
                    if let Some(part) = prereleases.iter().find(|part| version.contains(*part)) {
                        let (name, why) = (Some(part.clone()), "is in preparation");
                        return Err(SkipReason::NotARelease { name, why });
                    }
                    let (day, raw) = required_day(&version, Some(date), parse_moment)?;
                    data.declare(&version, day, origin.reading(raw));
                    Ok(())
                });
            }
        }
        Ok(vec![])
    }
}

fn announced_on(page: &Page, announcement: &str) -> Result<Vec<String>, ExtractError> {
    let (paragraph, list_item) = (selector("p"), selector("li"));
    let document = Document::parse(page, [])?;
    let list = document
        .select(&paragraph)
        .find(|paragraph| trimmed_text_of(*paragraph).contains(announcement))
        .and_then(|paragraph| next_named(paragraph, &["ul"]))
        .ok_or_else(|| ExtractError::missing(page, format!("list after `{announcement}`")))?;
    let versions = select_within(list, &list_item).map(trimmed_text_of);
    Ok(versions.filter(|version| !version.is_empty()).collect())
}
