//! Releases and versions from the status page in the wiki of GHC.
//!
//! ```yaml
//! - ghc-wiki: https://gitlab.haskell.org/api/v4/projects/1/wikis/GHC-Status
//! ```
//!
//! The page has two tables. The first has the series: `eol` where its status is red, `eoas`
//! where no release is planned. The second has the versions, as milestones, and their days.
//!
//! # Beyond the predecessor
//! A table may stand at the very end of the page, and its columns may be aligned.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_day;
use crate::extract::markdown::{self, Table};
use crate::extract::{ExtractError, json};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason};

pub(super) struct GhcWiki;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

#[derive(Deserialize)]
struct WikiPage {
    title: String,
    format: String,
    content: String,
}

impl Method for GhcWiki {
    const NAME: &'static str = "ghc-wiki";
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx.page().await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    let wiki: WikiPage = json::read(page)?;
    if (&*wiki.title, &*wiki.format) != ("GHC Status", "markdown") {
        let found = format!("`{}` in {}", wiki.title, wiki.format);
        return Err(ExtractError::format(page, "GHC status page", found));
    }
    let tables = markdown::tables(&wiki.content)
        .map_err(|error| ExtractError::format(page, "GHC status page", error))?;
    let [series, versions] = &tables[..] else {
        let reason = format!("{} tables, not 2", tables.len());
        return Err(ExtractError::format(page, "GHC status page", reason));
    };
    let origin = |line: usize, raw: &str| {
        let kind = "line";
        cx.origin(&page.facts, Place::Item { kind, item: line }, raw)
    };
    for (line, [name, _, _, planned, status]) in rows(page, series)? {
        let name = first_word(name).replace(r"\.", ".");
        if name == "Nightlies" || status.contains("Next major release") {
            let (name, why) = (Some(name.clone()), "is not released");
            data.skip(origin(line, status), SkipReason::NotARelease { name, why });
            continue;
        }
        let lower = status.to_lowercase();
        let eol = lower.contains("not recommended for use") || lower.contains(":red_circle:");
        let eoas = planned.contains("None") || planned.contains("N/A");
        let release = data.release(&name);
        release.set("eol", eol.into(), origin(line, status));
        release.set("eoas", eoas.into(), origin(line, planned));
    }
    for (line, [milestone, _, date, _, _]) in rows(page, versions)? {
        let version = first_word(milestone.trim_start_matches('%'));
        let day = parse_day(date)
            .ok_or_else(|| ExtractError::unreadable(page, format!("date of {version}"), date))?;
        data.declare(version, day, origin(line, date));
    }
    Ok(())
}

/// The rows of a table that must have five columns.
fn rows<'t>(page: &Page, table: &'t Table) -> Result<Vec<(usize, &'t [String; 5])>, ExtractError> {
    let rows = table.rows.iter().map(|(line, cells)| {
        let cells = cells.as_slice().try_into().ok()?;
        Some((*line, cells))
    });
    rows.collect::<Option<_>>().ok_or_else(|| {
        let reason = format!("a table has {} columns, not 5", table.header.len());
        ExtractError::format(page, "GHC status page", reason)
    })
}

fn first_word(text: &str) -> &str {
    text.split(' ').next().unwrap_or_default()
}
