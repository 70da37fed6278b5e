//! Product and release data to changes and notices: the rules.
//!
//! Versions first, each raising the `latest` of the cycles it belongs to; then releases,
//! whose fields win over those of versions. A release belongs to the cycle of exactly its
//! name, but for capitals in the file's. What the data does not mention stays as it is, and nothing
//! is ever taken away.
//! This module knows no YAML: it decides which field of which cycle becomes what, and why.
//!
//! # Latest
//! A version belongs to a cycle when its name goes on from the cycle's with no digit. `latest`
//! never goes back; `merge/latest.rs` has the rest. Where a release states the latest version or
//! its day itself, versions leave the cycle alone; a pre-release that it states is skipped,
//! unless the file holds one.
//!
//! A `latest` that the sources do not list stays, and is noticed where they list older ones of a
//! cycle that is not at its end.
//!
//! # What is not a change
//! A value written without quotes is text (`1.2.3` is `"1.2.3"`), and a day in quotes is
//! that day: neither is written again when nothing changed.

mod cells;
mod cycle;
mod desired;
mod latest;
mod new_cycle;
mod stale;

pub(crate) use cycle::FIELD_ORDER;
pub use desired::{Desired, desired};
pub(in crate::plan) use new_cycle::of_new_cycle;

use std::collections::HashSet;

use super::change::Change;
use super::notice::Notice;
use crate::date::Date;
use crate::product::Product;
use crate::release_data::{ReleaseData, SkipReason};
use cycle::{CycleMerge, merge_releases, merge_versions, names};

/// What release data changes in a product, before anything objects.
#[derive(Debug, Clone, Default)]
pub struct Merged {
    /// The changes, in the order of the file; within a cycle in the order of the site's files.
    pub changes: Vec<Change>,
    /// What a person should look at.
    pub notices: Vec<Notice>,
}

/// What release data means for a product on a day.
pub fn merge(product: &Product, data: &ReleaseData, today: Date) -> Merged {
    let mut cycles: Vec<CycleMerge<'_>> = product.cycles().map(CycleMerge::new).collect();
    let mut notices = Vec::new();
    let names = names(&cycles);
    merge_versions(&mut cycles, &names, product, data, &mut notices);
    merge_releases(&mut cycles, &names, product, data, &mut notices);
    notices.extend(
        cycles
            .iter()
            .filter_map(|cycle| cycle.unknown_latest(data, today)),
    );
    let lossy = data.skipped.iter();
    let lossy = lossy.filter(|skipped| matches!(skipped.reason, SkipReason::Lossy { .. }));
    notices.extend(lossy.map(|skipped| Notice::NotAName {
        cell: Box::new(skipped.clone()),
    }));
    notices.extend(
        cycles
            .iter()
            .filter_map(|cycle| stale::stale(product, cycle, today)),
    );
    let unread = cells::unread(&cycles, &names, data);
    let of_unread = unread.iter().filter_map(|notice| match notice {
        Notice::Unread { cycle, .. } => Some(&**cycle),
        _ => None,
    });
    let of_unread: HashSet<&str> = of_unread.collect();
    // They would not be there if the cell could be read.
    notices.retain(|notice| match notice {
        Notice::Stale { cycle, .. } | Notice::LatestUnknown { cycle, .. } => {
            !of_unread.contains(&**cycle)
        }
        _ => true,
    });
    drop(of_unread);
    notices.extend(unread);
    notices.extend(cells::contradictions(&cycles, data));
    let changes = cycles
        .into_iter()
        .enumerate()
        .flat_map(|(index, cycle)| cycle.changes(index))
        .collect();
    Merged { changes, notices }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::parse_iso;
    use crate::release_data::{Origin, Skipped, Subject};
    use crate::value::Value;

    const CYCLES: &str = "\
releases:
  - releaseCycle: \"2\"
    releaseDate: 2024-01-01
    eol: false
    latest: \"2.1\"
    latestReleaseDate: 2024-06-01
  - releaseCycle: \"1\"
    releaseDate: 2023-01-01
    eol: 2024-12-31
";

    fn day(text: &str) -> Date {
        parse_iso(text).unwrap()
    }

    fn product(yaml: &str) -> Product {
        Product::read("foo", "foo.md", format!("---\n{yaml}---\n").into_bytes()).unwrap()
    }

    fn data(versions: &[(&str, &str)], releases: &[(&str, &str, Value)]) -> ReleaseData {
        let mut data = ReleaseData::new(day("2026-01-01"));
        for (version, date) in versions {
            data.declare(version, day(date), Origin::default());
        }
        for (name, field, value) in releases {
            data.release(name)
                .set(field, value.clone(), Origin::default());
        }
        data
    }

    fn changes(yaml: &str, data: &ReleaseData) -> Vec<String> {
        merge(&product(yaml), data, day("2025-01-01"))
            .changes
            .into_iter()
            .map(|change| format!("{} {}: {}", change.cycle, change.field, change.new))
            .collect()
    }

    #[test]
    fn a_newer_version_becomes_latest() {
        let data = data(
            &[
                ("2.10", "2025-01-01"),
                ("2.9", "2025-01-02"),
                ("1.0", "2023-05-05"),
            ],
            &[],
        );
        assert_eq!(
            changes(CYCLES, &data),
            [
                "2 latest: 2.10",
                "2 latestReleaseDate: 2025-01-01",
                "1 latest: 1.0",
                "1 latestReleaseDate: 2023-05-05",
            ]
        );
    }

    #[test]
    fn a_version_belongs_to_every_cycle_from_whose_name_it_goes_on() {
        let names = ["1", "1.2", "1.2.3", "12", "1.", "1é", "1.2"];
        let cycles = names.map(|name| format!("  - releaseCycle: '{name}'\n"));
        let data = data(
            &[
                ("1.2.3", "2025-01-01"),
                ("1é2", "2024-01-01"),
                ("1é", "2023-01-01"),
            ],
            &[],
        );
        let latest: Vec<String> = changes(&format!("releases:\n{}", cycles.concat()), &data)
            .into_iter()
            .filter(|change| change.contains(" latest: "))
            .collect();
        assert_eq!(
            latest,
            [
                "1 latest: 1.2.3",
                "1.2 latest: 1.2.3",
                "1.2.3 latest: 1.2.3",
                "1é latest: 1é",
                "1.2 latest: 1.2.3",
            ]
        );
    }

    #[test]
    fn latest_never_goes_back() {
        assert!(changes(CYCLES, &data(&[("2.0", "2025-01-01")], &[])).is_empty());
    }

    #[test]
    fn a_corrected_day_of_the_same_version_is_taken() {
        assert_eq!(
            changes(CYCLES, &data(&[("2.1", "2024-05-31")], &[])),
            ["2 latestReleaseDate: 2024-05-31"]
        );
    }

    #[test]
    fn of_names_without_an_order_the_later_day_wins() {
        let yaml = CYCLES.replace("\"2.1\"", "2.1-ee");
        assert_eq!(
            changes(&yaml, &data(&[("2.1-se", "2024-06-02")], &[])),
            ["2 latest: 2.1-se", "2 latestReleaseDate: 2024-06-02"]
        );
        assert!(changes(&yaml, &data(&[("2.1-se", "2024-06-01")], &[])).is_empty());
    }

    #[test]
    fn a_pre_release_that_a_release_states_is_passed_over() {
        let stated = [
            ("2", "latest", Value::Text("2.2-rc1".into())),
            ("2", "latestReleaseDate", Value::of_text("2024-08-01")),
            ("2", "eol", Value::Bool(true)),
        ];
        let data = data(&[("2.1.1", "2024-07-01")], &stated);
        assert_eq!(
            changes(CYCLES, &data),
            [
                "2 eol: true",
                "2 latest: 2.1.1",
                "2 latestReleaseDate: 2024-07-01"
            ]
        );
        let yaml = CYCLES.replace("\"2.1\"", "2.2-beta1");
        assert_eq!(
            changes(&yaml, &data),
            [
                "2 eol: true",
                "2 latest: 2.2-rc1",
                "2 latestReleaseDate: 2024-08-01"
            ]
        );
    }

    #[test]
    fn a_letter_is_a_pre_release_in_a_package_index() {
        let yaml = format!("auto:\n  methods:\n    - pypi: foo\n{CYCLES}");
        let data = data(&[("2.1b", "2024-10-01"), ("2.1", "2024-06-01")], &[]);
        assert!(changes(&yaml, &data).is_empty());
        assert_eq!(changes(CYCLES, &data).len(), 2);
    }

    #[test]
    fn capitals_in_the_name_of_a_cycle_do_not_count() {
        let yaml = CYCLES.replace("\"2\"", "R81.20");
        let data = data(&[], &[("R81.20", "eol", Value::Bool(true))]);
        let merged = merge(&product(&yaml), &data, day("2025-01-01"));
        assert_eq!(changes(&yaml, &data), ["R81.20 eol: true"]);
        assert!(
            !merged
                .notices
                .iter()
                .any(|notice| matches!(notice, Notice::UnmatchedRelease { .. }))
        );
        let both = format!("{yaml}  - releaseCycle: r81.20\n    eol: false\n");
        assert_eq!(changes(&both, &data), ["r81.20 eol: true"]);
    }

    #[test]
    fn a_latest_that_is_no_longer_listed_is_noticed_with_the_newest_that_is() {
        let noticed = |latest: &str, versions: &[(&str, &str)]| {
            let yaml = CYCLES.replace("\"2.1\"", latest);
            let merged = merge(&product(&yaml), &data(versions, &[]), day("2025-01-01"));
            let unknown = merged.notices.into_iter().find_map(|notice| match notice {
                Notice::LatestUnknown { newest, .. } => Some(newest),
                _ => None,
            });
            (merged.changes.len(), unknown)
        };
        let listed = [
            ("2.0.2", "2024-05-02"),
            ("2.0.10", "2024-04-01"),
            ("2.0.11-rc1", "2024-05-03"),
        ];
        let newest = Some(Some("2.0.10".to_owned()));
        assert_eq!(noticed("2.0.12", &listed), (0, newest));
        assert_eq!(noticed("2.0.10.Final", &listed), (0, Some(None)));
        assert_eq!(noticed("2.0.2-ee", &listed[..1]), (0, Some(None)));
        assert_eq!(noticed("2.0.9", &listed), (2, None));
        let at_its_end = data(&[("1.0", "2024-05-02")], &[]);
        let yaml = format!("{CYCLES}    latest: \"1.1\"\n");
        let merged = merge(&product(&yaml), &at_its_end, day("2025-01-01"));
        let unknown =
            |notice: &&Notice| matches!(notice, Notice::LatestUnknown { newest: None, .. });
        assert_eq!(merged.notices.iter().filter(unknown).count(), 1);
        assert_eq!(noticed("2.0.12", &[("1.9", "2024-05-02")]), (2, None));
    }

    #[test]
    fn a_cycle_of_pre_releases_alone_has_no_latest_and_is_noticed() {
        let versions = [("1.0-rc2", "2023-01-02"), ("1.0-rc1", "2023-01-01")];
        let merged = merge(&product(CYCLES), &data(&versions, &[]), day("2025-01-01"));
        assert!(merged.changes.is_empty());
        let known = |notice: &Notice| matches!(notice, Notice::OnlyPreReleases { version, .. } if version == "1.0-rc2");
        assert!(merged.notices.iter().any(known));
    }

    #[test]
    fn a_refused_name_is_noticed_and_gives_nothing() {
        let mut data = data(
            &[],
            &[
                ("2/1", "eol", Value::Bool(true)),
                ("第四版", "eol", Value::Bool(true)),
            ],
        );
        data.finish();
        assert!(data.releases.is_empty());
        let merged = merge(&product(CYCLES), &data, day("2025-01-01"));
        let names = merged
            .notices
            .iter()
            .filter(|notice| matches!(notice, Notice::NotAName { .. }));
        assert_eq!((merged.changes.len(), names.count()), (0, 2));
    }

    #[test]
    fn a_release_wins_over_versions() {
        let data = data(
            &[("2.2", "2025-01-01")],
            &[
                ("2", "latest", Value::Text("2.3".into())),
                ("2", "eol", Value::Bool(true)),
            ],
        );
        assert_eq!(changes(CYCLES, &data), ["2 eol: true", "2 latest: 2.3"]);
    }

    #[test]
    fn a_cycle_that_is_not_mentioned_stays() {
        assert!(
            changes(
                CYCLES,
                &data(&[], &[("1", "eol", Value::of_text("2024-12-31"))])
            )
            .is_empty()
        );
    }

    #[test]
    fn nothing_new_is_written_over_nothing() {
        let mut data = data(&[], &[("1", "eoes", Value::Bool(true))]);
        data.release("1")
            .set("eoes", Value::Null, Origin::default());
        assert!(changes(CYCLES, &data).is_empty());
        data.release("1")
            .set("eol", Value::Bool(true), Origin::default());
        data.release("1").set("eol", Value::Null, Origin::default());
        assert_eq!(changes(CYCLES, &data), ["1 eol: null"]);
    }

    #[test]
    fn a_cycle_that_began_after_the_newest_of_the_file_is_news_for_ever() {
        let versions = [
            ("1.9.1", "2024-12-31"),
            ("4.0-rc1", "2024-02-01"),
            ("3.0.2", "2024-03-01"),
            ("3.0.1", "2024-02-01"),
            ("0.9.2", "2024-02-01"),
            ("0.9.1", "2021-01-01"),
        ];
        let merged = merge(&product(CYCLES), &data(&versions, &[]), day("2025-06-01"));
        let news = merged.notices.iter();
        let news = news.filter(|notice| notice.is_news(day("2025-06-01")));
        let news: Vec<&str> = news.filter_map(Notice::lacking).collect();
        assert_eq!(news, ["3", "3"]);
    }

    #[test]
    fn a_release_to_add_says_what_the_site_requires_beside_it() {
        let data = data(&[], &[("3", "eol", Value::Bool(false))]);
        let missing = |yaml: &str| {
            let merged = merge(&product(yaml), &data, day("2025-01-01"));
            merged.notices.into_iter().find_map(|notice| match notice {
                Notice::UnmatchedRelease { missing, .. } => Some(missing),
                _ => None,
            })
        };
        assert_eq!(missing(CYCLES), Some(vec!["releaseDate", "latest"]));
        let without = format!("latestColumn: false\n{CYCLES}");
        assert_eq!(missing(&without), Some(vec!["releaseDate"]));
    }

    #[test]
    fn what_belongs_to_no_cycle_is_noticed() {
        let data = data(
            &[("3.0", "2024-12-31")],
            &[("3", "eol", Value::Bool(false))],
        );
        let merged = merge(&product(CYCLES), &data, day("2025-01-01"));
        assert!(matches!(
            &merged.notices[..],
            [
                Notice::UnmatchedVersion { .. },
                Notice::UnmatchedRelease { .. }
            ]
        ));
        assert!(merged.changes.is_empty());
    }

    #[test]
    fn very_many_cells_and_cycles_are_each_looked_up() {
        let cycle = |name: usize| format!("  - releaseCycle: \"{name}\"\n    eol: 2020-01-01\n");
        let cycles: String = (0..20_000).map(cycle).collect();
        let product = product(&format!("releases:\n{cycles}"));
        let mut data = data(&[("0.1", "2021-01-01")], &[]);
        let skipped = |subject: Subject| Skipped {
            origin: Origin::default(),
            reason: SkipReason::NotADate { text: "1x".into() },
            subject,
        };
        let numbers = 0..30_000_usize;
        let of_release = numbers
            .clone()
            .map(|number| skipped(Subject::of_release(&number.to_string(), Some("eol"))));
        let of_version = numbers.clone().map(|number| {
            skipped(Subject {
                version: Some(format!("{number}.7")),
                ..Subject::default()
            })
        });
        // Of no release, so each cycle may be meant.
        let of_any = numbers.map(|number| {
            let mut any = skipped(Subject {
                field: Some("eol".into()),
                ..Subject::default()
            });
            any.origin.raw = number.to_string().into();
            any
        });
        data.skipped = of_release.chain(of_version).chain(of_any).collect();
        let merged = merge(&product, &data, day("2026-01-01"));
        let is_unread = |notice: &&Notice| matches!(notice, Notice::Unread { .. });
        let unread = merged.notices.iter().filter(is_unread).count();
        // A cell of a release or version that the file lacks is no loss.
        assert_eq!(unread, 20_000 + 20_000 + 30_000);
    }
}
