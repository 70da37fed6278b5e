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
//! A version below a heading that is not a date is skipped.

use super::{Context, Method, Next, NoConfig, Round, required_day};
use crate::date::parse_day;
use crate::extract::html::{Document, next_named, select_within, selector, trimmed_text_of};
use crate::release_data::{Place, ReleaseData};

pub(super) struct GoogleKubernetesEngine;

impl Method for GoogleKubernetesEngine {
    const NAME: &'static str = "google-kubernetes-engine";
    type Config = NoConfig;

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let page = round.page();
        let (heading, list_item) = (selector("section.releases h2"), selector("li"));
        let document = Document::parse(page, [])?;
        for (heading, item) in document.select(&heading).zip(1..) {
            let date = heading.attr("data-text");
            let notes = next_named(heading, &["div"]);
            let announcements = notes
                .into_iter()
                .flat_map(|notes| select_within(notes, &list_item))
                .filter(|li| trimmed_text_of(*li).contains("versions are now available"));
            for li in announcements.flat_map(|li| select_within(li, &list_item)) {
                let (kind, text) = ("heading", trimmed_text_of(li));
                let origin = cx.origin(&page.provenance, Place::Item { kind, item }, &text);
                cx.item(origin, data, |origin, data| {
                    let version = cx.version(&text)?;
                    let (day, _) = required_day(&version, date, parse_day)?;
                    data.declare(&version, day, origin.clone());
                    Ok(())
                });
            }
        }
        Ok(vec![])
    }
}
