//! The message of a commit of what changed.
//!
//! The service that shows a commit reads its message: `@name` notifies a person, `fixes #1`
//! closes an issue, `[skip ci]` stops its checks, and addresses and commits become links. No text
//! of a page or of a file can do so here.

use std::borrow::Cow;
use std::fmt::{Display, Write as _};
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::origin::phrase;
use super::outcome::{Outcome, Report};
use super::render::written;
use crate::release_data::Origin;
use crate::text::visible;

const LINES: usize = 200;

/// The message; `None` where nothing changed.
pub(super) fn commit_message(report: &Report) -> Option<String> {
    let names = report.changed();
    if names.is_empty() {
        return None;
    }
    Some(unlinked(&written(|out| {
        writeln!(out, "Update {}\n", names.join(", "))?;
        for outcome in report
            .outcomes
            .iter()
            .filter(|outcome| outcome.is_changed())
        {
            writeln!(out, "{}:", visible(&outcome.product))?;
            for line in limited(outcome) {
                writeln!(out, "- {}", visible(&line))?;
            }
            out.push('\n');
        }
        Ok(())
    })))
}

/// A line for each of the first changes, and how many more there are.
pub(super) fn limited(outcome: &Outcome) -> Vec<String> {
    let changes = outcome.changes().into_iter();
    let differences = outcome.differences().iter();
    let mut lines: Vec<String> = changes
        .map(|change| line(change, Some(&change.origin)))
        .chain(differences.map(|difference| line(difference, difference.origin.as_ref())))
        .collect();
    if lines.len() > LINES {
        let more = lines.len() - LINES;
        lines.truncate(LINES);
        lines.push(format!("and {more} more, see the log"));
    }
    lines
}

/// What changed, and where the new value comes from, as far as that is known.
fn line(change: &impl Display, origin: Option<&Origin>) -> String {
    match origin.map(phrase) {
        Some(phrase) if !phrase.is_empty() => format!("{change}, {phrase}"),
        _ => change.to_string(),
    }
}

/// A text that mentions no user, closes no issue, links nowhere and skips no check: the character
/// that makes it do so is shown escaped.
fn unlinked(text: &str) -> String {
    static LIVE: LazyLock<Regex> = LazyLock::new(|| {
        let live = r"(?i)://|gh-|www\.|@|#|\[(?:skip|ci|no|actions)\b";
        Regex::new(live).expect("a valid pattern")
    });
    let text = LIVE.replace_all(text, |found: &Captures<'_>| {
        let escaped = |c: char| c.escape_unicode().to_string();
        match &found[0] {
            "://" => format!(":{}/", escaped('/')),
            whole if whole.ends_with(['-', '.']) => {
                let (before, last) = whole.split_at(whole.len() - 1);
                before.to_owned() + &last.chars().map(escaped).collect::<String>()
            }
            whole => {
                let (first, after) = whole.split_at(1);
                first.chars().map(escaped).collect::<String>() + after
            }
        }
    });
    without_commits(&text, |c| c.escape_unicode().to_string()).into_owned()
}

/// The text with each seventh digit of what may be a commit replaced: fewer digits name none. Those
/// without a letter are versions and days.
pub(super) fn without_commits(text: &str, seventh: impl Fn(char) -> String) -> Cow<'_, str> {
    static COMMIT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?i)[0-9a-f]{7,}").expect("a valid pattern"));
    COMMIT.replace_all(text, |found: &Captures<'_>| {
        let digits = &found[0];
        if digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return digits.to_owned();
        }
        let digits = digits.chars().enumerate();
        let digits = digits.map(|(at, c)| if at % 7 == 6 { seventh(c) } else { c.into() });
        digits.collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Change;
    use crate::release_data::Place;
    use crate::release_data::difference::{DataDifference, Subject};
    use crate::report::Ended;
    use crate::value::Value;

    const ISSUES: &str = "fixes #1, GH-2, https://github.com/a/b/issues/3 @all";

    fn message(outcomes: Vec<Outcome>) -> String {
        commit_message(&Report::of_test(outcomes)).unwrap()
    }

    fn changed(product: &str, fields: usize, origin: &Origin) -> Outcome {
        let change = |number: usize| Change {
            index: 0,
            cycle: "9".into(),
            field: format!("f{number}"),
            old: Some(Value::Bool(false)),
            new: Value::Bool(true),
            origin: origin.clone(),
        };
        Outcome::planned(product, (0..fields).map(change).collect(), Vec::new())
    }

    #[test]
    fn it_names_the_products_and_their_first_changes() {
        let none = Origin::default();
        let message = message(vec![
            changed("a", 1, &none),
            Outcome::planned("b", Vec::new(), Vec::new()),
            changed("c", 202, &none),
        ]);
        assert!(message.starts_with("Update a, c\n\na:\n- 9 f0: false -> true\n\nc:\n"));
        assert!(message.ends_with("\n- 9 f199: false -> true\n- and 2 more, see the log\n\n"));
    }

    #[test]
    fn a_line_says_where_its_value_comes_from_and_no_page_can_close_an_issue() {
        let origin = Origin {
            url: Some("https://a.test/x".into()),
            place: Place::Row { table: 1, row: 3 },
            raw: ISSUES.into(),
            ..Origin::default()
        };
        let message = message(vec![changed("a", 1, &origin)]);
        assert_eq!(
            message.lines().nth(3),
            Some(
                r"- 9 f0: false -> true, row 3 reads `fixes \u{23}1, GH\u{2d}2, https:\u{2f}/github.com/a/b/issues/3 \u{40}all`, a.test"
            )
        );
    }

    #[test]
    fn no_value_can_close_an_issue_before_or_after_a_change() {
        let live = "closes #1, fixes octocat/Hello-World#2 gh-3 @octocat me@a.test http://a.test www.a.test 0123456789abcdef01234567 [skip ci]\r[CI skip]";
        let Value::Text(live) = Value::of_text(live) else {
            panic!("no text")
        };
        for (old, new) in [(live.as_str(), "1"), ("1", live.as_str())] {
            let change = Change {
                index: 0,
                cycle: live.clone(),
                field: "latest".into(),
                old: Some(Value::Text(old.into())),
                new: Value::Text(new.into()),
                origin: Origin::default(),
            };
            let message = message(vec![Outcome::planned(&live, vec![change], Vec::new())]);
            let lower = message.to_lowercase();
            for alive in [
                "#", "@", "://", "gh-", "www.", "6789abc", "[skip", "[ci", "\r",
            ] {
                assert!(!lower.contains(alive), "{alive}: {message}");
            }
            assert!(
                message.contains(r"012345\u{36}789abc\u{64}ef0123\u{34}567"),
                "{message}"
            );
        }
        assert_eq!(unlinked("20260131 - 8.0 [beta]"), "20260131 - 8.0 [beta]");
    }

    #[test]
    fn no_name_of_a_release_can_close_an_issue_or_end_its_line() {
        let difference = DataDifference {
            subject: Subject::Version {
                version: format!("{ISSUES}\n"),
            },
            old: None,
            new: None,
            origin: None,
        };
        let outcome = Outcome::new(
            "a",
            Ended::Collected {
                differences: vec![difference],
                suspicious: None,
                notices: Vec::new(),
            },
        );
        assert_eq!(
            message(vec![outcome]).lines().nth(3),
            Some(
                r"- version fixes \u{23}1, GH\u{2d}2, https:\u{2f}/github.com/a/b/issues/3 \u{40}all\n: removed"
            )
        );
    }
}
