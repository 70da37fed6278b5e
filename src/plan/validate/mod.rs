//! The site's own rules: what endoflife.date refuses in a product file.
//!
//! A file that breaks one stops the build of the whole site. The rules are those of the
//! site's product validator of August 2026, as facts: which keys hold what, which days come
//! before which, what must be declared. What that validator lets pass, passes here.
//!
//! | rule | what is wrong |
//! |---|---|
//! | `missing` | a key that the site needs is absent or empty |
//! | `type` | a key holds another kind of value: `1.10` without quotes is a number |
//! | `form` | a name, path or tag has characters that it may not have |
//! | `word` | a value is not one of those that are allowed |
//! | `url` | an address does not start with `http://` or `https://` |
//! | `identifier` | a package URL, CPE name or Repology project cannot be used |
//! | `duplicate` | two cycles have one name |
//! | `order` | a cycle is newer than the one before it, and not `outOfOrder` |
//! | `date-order` | `releaseDate`, `eoas`, `eol`, `eoes` do not follow one another |
//! | `future` | a release lies more than seven days ahead |
//! | `undeclared` | a cycle has a field that neither the site nor the product declares |
//! | `place` | of a change only: the file has no place where its value can be written |
//!
//! # What is not asked
//! No address is fetched, and the `auto` block is looked at only as far as the site does:
//! `methods` understands it.
//!
//! # Why a change is rejected and not a file
//! [`reject()`] rejects changes that would break a rule which was not broken before, and none
//! that could be written beside the others. The others are written: one bad day on a
//! vendor's page is no reason to let the rest of a product grow old, and a file that was
//! invalid before does not stay so for ever. [`misplaced`] rejects what cannot be written
//! whatever it is: a value of a cycle whose name the file has twice is one.

mod candidate;
mod cycle_rules;
mod fields;
mod file_rules;
mod identifier;
mod place;
mod reject;
mod site_value;
mod tables;
mod violation;

use std::collections::HashSet;

pub(in crate::plan) use cycle_rules::{missing_fields, required_fields};
pub use fields::{Column, Field, Form, Kind, When};
pub use place::{dash, misplaced, no_place, no_place_for_cycle};
pub use reject::reject;
pub(in crate::plan) use reject::reject_additions;
pub use tables::{CUSTOM, CYCLE_FIELDS, PRODUCT, url};
pub use violation::{Finding, Violation};

use crate::date::Date;
use crate::product::{Product, RELEASE_CYCLE};
use cycle_rules::RuleContext;
use site_value::SiteCycle;

/// What the site would refuse in a product file on a day, in the order of the file.
pub fn check(product: &Product, today: Date) -> Vec<Finding> {
    let context = RuleContext::of(product, today);
    let cycles: Vec<SiteCycle<'_>> = product.cycles().map(SiteCycle::of).collect();
    let mut found = file_rules::findings(product);
    let place = |cycle: &SiteCycle<'_>, violation: Violation| {
        Finding::at(cycle.line_of(&violation.field), Some(cycle.name), violation)
    };
    let mut names = HashSet::new();
    for cycle in &cycles {
        if !names.insert(cycle.name) {
            let violation = Violation {
                rule: "duplicate",
                field: RELEASE_CYCLE.to_owned(),
                against: None,
                value: crate::text::Excerpt(cycle.name).to_string(),
                message: "is the name of an earlier cycle too".into(),
                right: "a name that no other cycle has".into(),
            };
            found.push(place(cycle, violation));
        }
        let violations = cycle_rules::violations(&context, cycle);
        found.extend(
            violations
                .into_iter()
                .map(|violation| place(cycle, violation)),
        );
    }
    for (_, number, violation) in cycle_rules::order(cycles.iter().enumerate()) {
        found.push(place(&cycles[number], violation));
    }
    found.sort_by_key(|finding| finding.line);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::parse_iso;

    #[test]
    fn the_fields_of_the_site_are_those_of_the_table() {
        let table = CYCLE_FIELDS.iter().map(|field| field.name);
        assert!(table.eq(crate::product::SITE_FIELDS));
    }

    pub(super) const VALID: &str = "\
title: Foo
category: app
permalink: /foo
releasePolicyLink: https://example.org/
eoasColumn: true
eoesColumn: Paid support
customFields:
  - name: php
    display: none
    label: PHP
identifiers:
  - repology: foo
releases:
  - releaseCycle: \"1.10\"
    releaseDate: 2024-01-01
    eoas: 2025-01-01
    eol: 2026-01-01
    eoes: 2027-01-01
    latest: \"1.10.1\"
    latestReleaseDate: 2024-02-01
    php: \"8.1\"
    link: null
  - releaseCycle: \"1.9\"
    releaseDate: 2023-01-01
    eoas: false
    eol: true
    latest: 1.9.4
";

    pub(super) fn findings(line: &str, instead: &str) -> Vec<String> {
        assert!(VALID.contains(line), "{line}");
        let text = format!("---\n{}---\n", VALID.replacen(line, instead, 1));
        let product = Product::read("foo", "foo.md", text.into_bytes()).unwrap();
        check(&product, parse_iso("2024-06-01").unwrap())
            .into_iter()
            .map(|finding| {
                format!(
                    "{} {} {}",
                    finding.line,
                    finding.rule,
                    finding.field.unwrap_or_default()
                )
            })
            .collect()
    }

    pub(super) fn breaks(line: &str, instead: &str, rules: &[&str]) {
        assert_eq!(findings(line, instead), rules, "{instead}");
    }

    #[test]
    fn a_valid_file_has_no_finding() {
        breaks("title", "title", &[]);
    }

    #[test]
    fn two_cycles_have_two_names() {
        breaks("\"1.9\"", "\"1.10\"", &["24 duplicate releaseCycle"]);
    }
}
