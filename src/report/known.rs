//! Notices that were seen before: what is new stands out, the rest is a count.
//!
//! A notice is known by what it is about and not by its words, which count days. The file
//! of known notices has one a line, sorted, so that its own history can be read.

use std::collections::BTreeSet;

use super::{Outcome, Report};
use crate::plan::merge::Notice;
use crate::text::visible;

/// The notices that were seen before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known(BTreeSet<String>);

impl Known {
    /// Reads a file of known notices.
    pub fn read(text: &str) -> Self {
        Self(
            text.lines()
                .map(str::to_owned)
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
                .collect(),
        )
    }

    /// The file of the notices of a run. Of a product that failed or was left, what was
    /// known stays known.
    pub fn write(&self, report: &Report) -> String {
        let mut lines: BTreeSet<String> = BTreeSet::new();
        for outcome in &report.outcomes {
            lines.extend(
                outcome
                    .notices
                    .iter()
                    .map(|noticed| key(&outcome.product, &noticed.notice)),
            );
        }
        let seen: BTreeSet<String> = report
            .outcomes
            .iter()
            .filter(|outcome| !outcome.is_failed() && !outcome.is_left())
            .map(prefix)
            .collect();
        let product_of = |line: &str| {
            line.split_once(':')
                .map_or("", |(product, _)| product)
                .to_owned()
                + ":"
        };
        lines.extend(
            self.0
                .iter()
                .filter(|line| !seen.contains(&product_of(line)))
                .cloned(),
        );
        let mut file = String::from("# Notices that were seen; shelflife keeps this file.\n");
        for line in lines {
            file.push_str(&line);
            file.push('\n');
        }
        file
    }

    /// Marks the notices of an outcome that are known.
    pub fn mark(&self, outcome: &mut Outcome) {
        for noticed in &mut outcome.notices {
            noticed.known = self.0.contains(&key(&outcome.product, &noticed.notice));
        }
    }
}

fn prefix(outcome: &Outcome) -> String {
    format!("{}:", visible(&outcome.product))
}

fn key(product: &str, notice: &Notice) -> String {
    let product = visible(product);
    match notice {
        Notice::UnmatchedVersion { version, .. } => {
            format!("{product}:version {}", visible(version))
        }
        Notice::UnmatchedRelease { name, .. } => format!("{product}:release {}", visible(name)),
        Notice::LatestUnknown { cycle, latest } => {
            format!("{product}:latest {} of {}", visible(latest), visible(cycle))
        }
        Notice::Stale { cycle, .. } => format!("{product}:stale {}", visible(cycle)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::parse_iso;
    use crate::plan::merge::StaleSince;
    use crate::report::{Failure, Status};

    fn stale(days: i64) -> Notice {
        Notice::Stale {
            cycle: "1".into(),
            days,
            since: StaleSince::Latest,
        }
    }

    fn report(outcomes: Vec<Outcome>) -> Report {
        Report {
            today: parse_iso("2026-01-31").unwrap(),
            dry: false,
            outcomes,
            stale_pages: Vec::new(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn what_was_seen_is_known_whatever_its_days() {
        let first = Outcome::new("a", Status::Unchanged).notices(vec![stale(400)]);
        let known = Known::read(&Known::default().write(&report(vec![first])));
        let release = Notice::UnmatchedRelease {
            name: "2".into(),
            release: crate::release_data::Release::default(),
        };
        let mut second = Outcome::new("a", Status::Unchanged).notices(vec![stale(401), release]);
        known.mark(&mut second);
        assert_eq!(
            second
                .notices
                .iter()
                .map(|noticed| noticed.known)
                .collect::<Vec<_>>(),
            [true, false]
        );
        assert_eq!(
            known.write(&report(vec![second])),
            "# Notices that were seen; shelflife keeps this file.\na:release 2\na:stale 1\n"
        );
    }

    #[test]
    fn what_is_over_is_forgotten_and_a_failure_forgets_nothing() {
        let known = Known::read("a:stale 1\nb:stale 1\nc:stale 1\n");
        let failure = Failure::new(&std::io::Error::other("x"));
        let outcomes = vec![
            Outcome::new("a", Status::Unchanged),
            Outcome::new("b", Status::Failed(failure)),
        ];
        assert_eq!(
            known.write(&report(outcomes)),
            "# Notices that were seen; shelflife keeps this file.\nb:stale 1\nc:stale 1\n"
        );
    }
}
