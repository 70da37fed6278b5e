//! Releases from the feed of Looker's release notes.
//!
//! ```yaml
//! - looker: https://cloud.google.com/feeds/looker-release-notes.xml
//!   regex: 'Looker\s+(?P<version>\d+\.\d+)'
//!   template: "{{version}}"
//! ```
//!
//! An entry announces a release where a text in it says *include the following changes*; the
//! text of the element around it gives the release, the entry's `updated` its `releaseDate`
//! in UTC. The last entry of a release wins. One whose moment cannot be read is skipped.

use std::sync::LazyLock;

use regex::Regex;

use super::{Context, Method, Next, NoConfig, Round, required_day};
use crate::date::parse_moment;
use crate::extract::feed;
use crate::extract::html::{Document, text_around};
use crate::release_data::{Place, ReleaseData, SkipReason};

static ANNOUNCEMENT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)include\s+the\s+following\s+changes").expect("a valid pattern")
});

pub(super) struct Looker;

impl Method for Looker {
    const NAME: &'static str = "looker";
    type Config = NoConfig;

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let page = round.page();
        for entry in feed::entries(page)? {
            let place = Place::Item {
                kind: "entry",
                item: entry.number,
            };
            let content = entry.content.as_deref();
            let content = content.map(|content| Document::of_part(page, content, []));
            let text = content
                .transpose()?
                .map(|content| text_around(content.root(), |text| ANNOUNCEMENT.is_match(text)));
            let raw = text.iter().flatten().next().map_or("", String::as_str);
            let origin = cx.origin(&page.provenance, place, raw);
            cx.item(origin, data, |origin, data| {
                let text = text
                    .as_ref()
                    .ok_or_else(|| SkipReason::missing("content"))?;
                let nothing = || SkipReason::not_a_release("announces no release");
                let release = cx.version(text.as_ref().ok_or_else(nothing)?)?;
                let (day, raw) = required_day(&release, entry.date.as_deref(), parse_moment)?;
                let origin = origin.reading(raw);
                data.release(&release)
                    .set("releaseDate", day.into(), origin);
                Ok(())
            });
        }
        Ok(vec![])
    }
}
