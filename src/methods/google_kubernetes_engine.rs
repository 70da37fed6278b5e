//! Versions from the release notes of Google Kubernetes Engine.
//!
//! ```yaml
//! - google-kubernetes-engine: https://cloud.google.com/kubernetes-engine/docs/release-notes-nochannel
//!   regex: '^(?P<version>\d+\.\d+\.\d+-gke\.\d+).*$'
//!   template: "{{version}}"
//! ```
//!
//! A heading of a section of releases names a day. In the block after it, an item that says
//! *versions are now available* has a list of versions. The day furthest down the page wins.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::extract::ExtractError;
use crate::extract::html::{
    Document, next_named, select_within, selector, text_of, trimmed_text_of,
};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData};

pub(super) struct GoogleKubernetesEngine;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

impl Method for GoogleKubernetesEngine {
    const NAME: &'static str = "google-kubernetes-engine";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx.page().await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    let (section, heading) = (selector("section.releases"), selector("h2"));
    let list_item = selector("li");
    let document = Document::parse(&page.text(), []);
    let headings = document
        .select(&section)
        .flat_map(|section| select_within(section, &heading));
    for (heading, item) in headings.zip(1..) {
        let date = heading.value().attr("data-text").ok_or_else(|| {
            ExtractError::missing(page, format!("attribute `data-text` of heading {item}"))
        })?;
        let day = parse_day(date).ok_or_else(|| ExtractError::unreadable(page, "date", date))?;
        let notes = next_named(heading, &["div"])
            .ok_or_else(|| ExtractError::missing(page, format!("notes of {date}")))?;
        let announcements = select_within(notes, &list_item)
            .filter(|li| text_of(*li).contains("versions are now available"));
        for li in announcements.flat_map(|li| select_within(li, &list_item)) {
            let text = trimmed_text_of(li);
            let kind = "heading";
            let origin = cx.origin(&page.facts, Place::Item { kind, item }, &text);
            match cx.version(&text) {
                Ok(version) => data.declare(&version, day, origin),
                Err(unmatched) => data.skip(origin, unmatched),
            }
        }
    }
    Ok(())
}
