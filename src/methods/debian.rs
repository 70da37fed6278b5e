//! Versions of Debian from the news in the repository of its website.
//!
//! ```yaml
//! - debian: https://salsa.debian.org/webmaster-team/webwml.git
//! ```
//!
//! The news lie below `english/News` of the branch `master`. A title such as
//! `Debian 13 <q>trixie</q> released` is a release, dated by the line after it; a news item
//! with a `revision` tag is a point release, dated by the `release_date` within the ten lines
//! before, the last one where there are several. One without a day is skipped. The text
//! between tags is cut out as the recorded data has it, odd markup within a tag included.
//!
//! The newest commit of the branch counts.

use std::sync::LazyLock;

use regex::Regex;

use super::repository::{branch_files, files_request};
use super::{Context, Method, Next, NoConfig, Round, required_day};
use crate::date::parse_day;
use crate::release_data::{Place, ReleaseData, SkipReason};

/// How many lines before its revision a point release may be dated.
const BEFORE: usize = 10;

static TITLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("<define-tag pagetitle>Debian [0-9]+.+</q> released").expect("a valid pattern")
});

pub(super) struct Debian;

impl Method for Debian {
    const NAME: &'static str = "debian";
    type Config = NoConfig;

    fn requests(cx: &Context<'_>, _: &NoConfig) -> Next {
        let folder = vec!["english/News".to_owned()];
        Ok(vec![files_request(cx.argument(), "master", folder).into()])
    }

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let news = branch_files(round.page());
        for find in [releases, point_releases] {
            for page in news.values() {
                for (item, version, date) in find(&page.text()) {
                    let place = Place::Item { kind: "line", item };
                    let raw = date.as_deref().unwrap_or_default();
                    let origin = cx.origin(&page.provenance, place, raw);
                    cx.item(origin, data, |origin, data| {
                        let version = version.ok_or_else(|| SkipReason::missing("version"))?;
                        let (day, _) = required_day(&version, date.as_deref(), parse_day)?;
                        data.declare(&version, day, origin.clone());
                        Ok(())
                    });
                }
            }
        }
        Ok(vec![])
    }
}

/// The number of a line that names a version, the version and its date, as written in the news.
type Found = (usize, Option<String>, Option<String>);

fn releases(text: &str) -> Vec<Found> {
    let lines: Vec<&str> = text.split('\n').collect();
    let titles = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| TITLE.is_match(line));
    let found = titles.map(|(at, title)| {
        let version = between(title).split_whitespace().nth(1);
        let date = lines.get(at + 1).map(|line| between(line));
        (at + 1, version.map(str::to_owned), date.map(str::to_owned))
    });
    found.collect()
}

fn point_releases(text: &str) -> Vec<Found> {
    let lines: Vec<&str> = text.split('\n').collect();
    let revisions = lines.iter().enumerate();
    let revisions = revisions.filter(|(_, line)| line.contains("<define-tag revision>"));
    let found = revisions.map(|(at, line)| {
        let mut before = lines[at.saturating_sub(BEFORE)..at].iter().rev();
        let date = before.find_map(|line| value(line, "release_date>"));
        (at + 1, value(line, "revision>"), date)
    });
    found.collect()
}

/// The text between the first tag of a line and the next; all of a line without one.
fn between(line: &str) -> &str {
    let second = |text, separator| str::split(text, separator).nth(1).unwrap_or(text);
    second(second(line, '<'), '>')
}

/// What a tag of a line holds, up to the last `<`: the first of the parts at `>`, with the
/// third where there is one.
fn value(line: &str, tag: &str) -> Option<String> {
    let (_, rest) = line.split_once(tag)?;
    let (held, _) = rest.rsplit_once('<')?;
    let parts: Vec<&str> = held.split('>').step_by(2).take(2).collect();
    Some(parts.join(">").replace('<', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_cut_as_recorded() {
        let revision = |line| value(line, "revision>").unwrap();
        assert_eq!(revision("<define-tag revision>13.1</define-tag>"), "13.1");
        assert_eq!(revision("revision><b>6.0.4</b></define-tag>"), "b>");
        assert_eq!(
            revision("revision>6.0.5</define-tag> <!-- <b>x</b> -->"),
            "6.0.5/define-tag>x"
        );
        assert_eq!(between("<a b>Debian 13 <q>t</q>"), "Debian 13 ");
        assert_eq!(between("2019-07-06"), "2019-07-06");
    }

    #[test]
    fn two_revisions_may_share_a_date_and_a_far_one_has_none() {
        let version = |name: &str| Some(name.to_owned());
        let news = "release_date>1<\n<define-tag revision>13.1<\n<define-tag revision>12.12<";
        let date = Some("1".to_owned());
        assert_eq!(
            point_releases(news),
            [
                (2, version("13.1"), date.clone()),
                (3, version("12.12"), date)
            ]
        );
        let far = format!(
            "release_date>1<{}<define-tag revision>13.1<",
            "\n".repeat(11)
        );
        assert_eq!(point_releases(&far), [(12, version("13.1"), None)]);
        let title = "<define-tag pagetitle>Debian 13 <q>t</q> released</define-tag>";
        assert_eq!(releases(title), [(1, version("13"), None)]);
    }
}
