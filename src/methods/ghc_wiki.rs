//! Releases and versions from the status page in the wiki of GHC.
//!
//! ```yaml
//! - ghc-wiki: https://gitlab.haskell.org/api/v4/projects/1/wikis/GHC-Status
//! ```
//!
//! The page has two tables. The first has the series: `eol` where its status is red, `eoas`
//! where no release is planned. The second has the versions, as milestones, and their days.
//! A row of another width is skipped, and a version whose day cannot be read; a page without
//! two tables of five columns is an error.
//!
//! A table may be at the very end of the page, and its columns may be aligned.

use serde::Deserialize;

use super::{Context, Method, Next, NoConfig, Round, required_day};
use crate::date::parse_day;
use crate::extract::markdown;
use crate::extract::{ExtractError, json};
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct GhcWiki;

#[derive(Deserialize)]
struct WikiPage {
    title: String,
    format: String,
    content: String,
}

impl Method for GhcWiki {
    const NAME: &'static str = "ghc-wiki";
    type Config = NoConfig;

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let page = round.page();
        let wiki: WikiPage = json::read(page)?;
        let refused = |reason| ExtractError::format(page, "GHC status page", reason);
        if (&*wiki.title, &*wiki.format) != ("GHC Status", "markdown") {
            return Err(refused(format!("`{}` in {}", wiki.title, wiki.format)).into());
        }
        let tables = markdown::tables(&wiki.content);
        let [series, versions] = &tables[..] else {
            return Err(refused(format!("{} tables, not 2", tables.len())).into());
        };
        let mut widths = tables.iter().map(|table| table.header.len());
        if let Some(width) = widths.find(|width| *width != 5) {
            return Err(refused(format!("a table has {width} columns, not 5")).into());
        }
        let origin = |line: usize, raw: Option<&String>| {
            let (kind, item) = ("line", line);
            let raw = raw.map_or("", String::as_str);
            cx.origin(&page.provenance, Place::Item { kind, item }, raw)
        };
        for (line, cells) in &series.rows {
            cx.item(origin(*line, cells.get(4)), data, |origin, data| {
                let [name, _, _, planned, status] = five(cells)?;
                let name = first_word(name).replace(r"\.", ".");
                if name == "Nightlies" || status.contains("Next major release") {
                    let (name, why) = (Some(name), "is not released");
                    return Err(SkipReason::NotARelease { name, why });
                }
                let lower = status.to_lowercase();
                let ended = ["not recommended for use", ":red_circle:"];
                let eol = ended.iter().any(|word| lower.contains(word));
                let eoas = ["None", "N/A"].iter().any(|word| planned.contains(word));
                let release = data.release(&name);
                release.set("eol", eol.into(), origin.clone());
                release.set("eoas", eoas.into(), origin.reading(planned));
                Ok(())
            });
        }
        for (line, cells) in &versions.rows {
            cx.item(origin(*line, cells.first()), data, |origin, data| {
                let [milestone, _, date, _, _] = five(cells)?;
                let version = first_word(milestone.trim_start_matches('%'));
                let (day, raw) = required_day(version, Some(date), parse_day)?;
                data.declare(version, day, origin.reading(raw));
                Ok(())
            });
        }
        Ok(vec![])
    }
}

fn five(cells: &[String]) -> Result<&[String; 5], SkipReason> {
    let (found, needed) = (cells.len(), 5);
    let cells = cells.try_into();
    cells.map_err(|_| SkipReason::TooFewCells { found, needed })
}

fn first_word(text: &str) -> &str {
    text.split(' ').next().unwrap_or_default()
}
