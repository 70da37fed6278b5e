//! A source to the entries that may read it, and what it has where none does.

use super::proposal::{Cycles, Proposal, argument_of};
use super::{changelog, columns, grid};
use crate::date::Date;
use crate::extract::html::{Document, selector, trimmed_text_of};
use crate::extract::{ExtractError, TableSketch};
use crate::page::Page;
use crate::text::Excerpt;

/// The entries of a source that is no page; `None` for a page.
///
/// Of 214 files of the site that read a repository, 163 have minor versions for cycles; of 18 that
/// read an npm package, 12 have major ones.
pub fn named(source: &str) -> Option<Vec<Proposal>> {
    use Cycles::{Major, Minor};
    let of = |method: &str, argument: &str, order: [Cycles; 2]| {
        let entry = format!("    - {method}: {}\n", argument_of(argument));
        let proposal = |cycles| Proposal {
            entry: entry.clone(),
            cycles,
            unclear: Vec::new(),
        };
        order.map(proposal).into()
    };
    if let Some(package) = source.strip_prefix("npm:") {
        return Some(of("npm", package, [Major, Minor]));
    }
    if let Some(package) = source.strip_prefix("pypi:") {
        return Some(of("pypi", package, [Minor, Major]));
    }
    repository(source).map(|url| of("git", &url, [Minor, Major]))
}

/// The repository that a source names. Its tags are read by git: the interface of GitHub wants a
/// token.
fn repository(source: &str) -> Option<String> {
    if let Some(name) = source.strip_prefix("github:") {
        return Some(format!("https://github.com/{}.git", name.trim_matches('/')));
    }
    let (scheme, rest) = source.split_once("://")?;
    let plain = rest.trim_end_matches('/');
    if rest.contains(['#', '?']) && scheme != "file" {
        return None;
    }
    let is_git = plain.rsplit_once('.').is_some_and(|(_, end)| end == "git");
    if matches!(scheme, "git" | "file") || is_git {
        return Some(source.to_owned());
    }
    let parts: Vec<&str> = plain.split('/').collect();
    let is_project = match parts[0] {
        "github.com" | "codeberg.org" => parts.len() == 3,
        "gitlab.com" => parts.len() >= 3 && !parts.contains(&"-"),
        _ => false,
    };
    is_project.then(|| format!("{scheme}://{plain}.git"))
}

/// The entries that may read a page, which is at this URL; the likelier first.
pub fn proposals(page: &Page, url: &str, today: Date) -> Vec<Proposal> {
    let of_grids = |grids: Vec<grid::Grid>| -> Vec<Proposal> {
        let all = grids
            .iter()
            .flat_map(|grid| columns::proposals(grid, url, today));
        let mut all: Vec<Proposal> = all.collect();
        // Beside cycles that end, lists of versions are not what is wanted.
        if all
            .iter()
            .any(|proposal| proposal.cycles == Cycles::WithEnds)
        {
            all.retain(|proposal| proposal.cycles == Cycles::WithEnds);
        }
        all
    };
    match Format::of(page) {
        Format::Workbook => of_grids(grid::sheets(page).unwrap_or_default()),
        Format::Json => of_grids(grid::json(page).unwrap_or_default()),
        Format::Feed => changelog::feed(page, url),
        Format::Html => {
            let found = of_grids(grid::tables(page).map_or_else(|_| Vec::new(), |found| found.0));
            if found.is_empty() {
                changelog::text(page, url, Some("h1, h2, h3, h4"))
            } else {
                found
            }
        }
        Format::Text => {
            let found = changelog::text(page, url, None);
            if found.is_empty() {
                of_grids(grid::sheets(page).unwrap_or_default())
            } else {
                found
            }
        }
    }
}

/// What a page is, by its bytes: servers often name another type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Workbook,
    Json,
    Feed,
    Html,
    Text,
}

impl Format {
    fn of(page: &Page) -> Self {
        let text = page.text();
        let start: String = text
            .trim_start_matches('\u{feff}')
            .trim_start()
            .chars()
            .take(2_000)
            .collect();
        let start = start.to_lowercase();
        if page.body.starts_with(b"PK\x03\x04") {
            return Self::Workbook;
        }
        if start.starts_with(['{', '[']) && grid::json(page).is_ok() {
            return Self::Json;
        }
        let is_feed = ["<rss", "<feed", "<rdf:rdf"]
            .iter()
            .any(|root| start.contains(root));
        if is_feed {
            Self::Feed
        } else if start.starts_with('<') || start.contains("<html") || start.contains("<table") {
            Self::Html
        } else {
            Self::Text
        }
    }
}

/// What a page has, a line each, for a person who expected more of it.
pub fn saw(page: &Page) -> Vec<String> {
    const SHOWN: usize = 12;
    let line = |what: String, texts: &mut dyn Iterator<Item = &String>| {
        let texts = texts.take(20).map(|text| format!("`{}`", Excerpt(text)));
        format!("{what} has {}", texts.collect::<Vec<_>>().join(", "))
    };
    let of_grids = |what: &str, found: Result<Vec<grid::Grid>, ExtractError>| match found {
        Err(error) => vec![error.to_string()],
        Ok(grids) if grids.is_empty() => vec![format!("{what} without rows")],
        Ok(grids) => {
            let of_grid = |grid: &grid::Grid| {
                let keys = grid
                    .keys
                    .iter()
                    .map(|(_, value)| Excerpt(value).to_string());
                let place: Vec<String> = [what.to_owned()].into_iter().chain(keys).collect();
                line(
                    place.join(" "),
                    &mut grid.columns.iter().map(|column| &column.place),
                )
            };
            grids.iter().take(SHOWN).map(of_grid).collect()
        }
    };
    match Format::of(page) {
        Format::Workbook => of_grids("a sheet", grid::sheets(page)),
        Format::Json => of_grids("JSON", grid::json(page)),
        Format::Feed => vec!["a feed of which too few titles are of one version each".to_owned()],
        Format::Text => vec!["text without versions and days in one line each".to_owned()],
        Format::Html => {
            let tables = match grid::tables(page) {
                Ok((_, tables)) => tables,
                Err(error) => return vec![error.to_string()],
            };
            if tables.is_empty() && needs_script(page) {
                return vec!["a page without a table and nearly without text, but with scripts: a browser would show more (`render_javascript: true` in the entry)".to_owned()];
            }
            if tables.is_empty() {
                return vec!["a page without a table".to_owned()];
            }
            let of_table = |table: &TableSketch| match &table.headers {
                Some(headers) => line(format!("table {}", table.number), &mut headers.iter()),
                None => format!("table {} has no header row", table.number),
            };
            tables.iter().take(SHOWN).map(of_table).collect()
        }
    }
}

/// Whether a page of HTML is empty before its scripts are run.
fn needs_script(page: &Page) -> bool {
    const LITTLE: usize = 400;
    let script = selector("script");
    let body = selector("body");
    let Ok(document) = Document::parse(page, [&script, &body]) else {
        return false;
    };
    let shown = document.select(&body).map(trimmed_text_of);
    let shown: usize = shown.map(|text| text.chars().count()).sum();
    document.select(&script).next().is_some() && shown < LITTLE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(source: &str) -> String {
        named(source).map_or_else(String::new, |found| found[0].entry.trim().to_owned())
    }

    #[test]
    fn names_and_repositories_are_told_from_pages() {
        assert_eq!(entry("npm:@vue/cli"), "- npm: \"@vue/cli\"");
        assert_eq!(entry("pypi:wagtail"), "- pypi: wagtail");
        assert_eq!(entry("github:a/b"), "- git: https://github.com/a/b.git");
        assert_eq!(
            entry("https://github.com/a/b"),
            "- git: https://github.com/a/b.git"
        );
        assert_eq!(
            entry("https://git.a.test/b.git"),
            "- git: https://git.a.test/b.git"
        );
        assert_eq!(
            entry("https://gitlab.com/a/b/c"),
            "- git: https://gitlab.com/a/b/c.git"
        );
        for page in [
            "https://github.com/a/b/wiki",
            "https://github.com/a/b#support",
            "https://a.test/b",
            "https://gitlab.com/a/b/-/releases",
        ] {
            assert_eq!(named(page), None, "{page}");
        }
    }

    #[test]
    fn a_browser_is_suggested_for_an_empty_page_with_scripts_alone() {
        let app = "<html><body><div id=root></div><script src=a.js></script></body></html>";
        assert!(
            saw(&Page::of_text("u", app))
                .concat()
                .contains("render_javascript")
        );
        let text = "<html><body><p>Nothing here.</p></body></html>";
        assert!(
            !saw(&Page::of_text("u", text))
                .concat()
                .contains("render_javascript")
        );
    }

    #[test]
    fn a_page_that_cannot_be_read_is_not_one_without_a_table() {
        let nested = "<table><tr><th>Version<th>End<tr><td>1<td>".repeat(200);
        let saw = saw(&Page::of_text("u", nested)).concat();
        assert!(saw.contains("nests what `table` finds"), "{saw}");
    }
}
