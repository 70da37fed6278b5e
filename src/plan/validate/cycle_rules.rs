//! Rules about release cycles: each alone, and their order.

use super::fields::{Column, Field, When};
use super::site_value::{SiteCycle, SiteValue};
use super::tables::{AHEAD, CYCLE_FIELDS, DATE_ORDER, NEAR};
use super::violation::{Violation, missing, of_custom, of_value};
use crate::date::Date;
use crate::product::front_matter::Node;
use crate::product::{Product, RELEASE_CYCLE};
use crate::release_data::Release;

pub(super) struct RuleContext<'a> {
    root: &'a Node,
    /// The custom fields that are declared.
    custom: Vec<&'a str>,
    pub(super) today: Date,
}

impl<'a> RuleContext<'a> {
    pub(super) fn of(product: &'a Product, today: Date) -> Self {
        let root = &product.front_matter.root;
        let custom = root
            .find("customFields")
            .map_or(&[][..], Node::items)
            .iter()
            .filter_map(|custom| custom.find("name")?.text())
            .collect();
        Self {
            root,
            custom,
            today,
        }
    }

    /// Whether a field is looked at, and whether it is required.
    fn needs(&self, field: &Field) -> (bool, bool) {
        match field.when {
            When::Required => (true, true),
            When::Present => (true, false),
            When::RequiredWith(column) => (self.shows(column), true),
            When::PresentWith(column) => (self.shows(column), false),
            When::Never => (false, false),
        }
    }

    fn shows(&self, column: Column) -> bool {
        self.root
            .find(column.key())
            .map_or(column.is_standard(), |node| SiteValue::of(node).is_true())
    }
}

/// The fields that every cycle of a product needs.
pub(in crate::plan) fn required_fields(product: &Product) -> impl Iterator<Item = &'static str> {
    let context = RuleContext::of(product, Date::default());
    let fields = CYCLE_FIELDS.iter();
    let required = fields.filter(move |field| context.needs(field) == (true, true));
    required.map(|field| field.name)
}

pub(super) fn violations<'a>(context: &RuleContext<'a>, cycle: &SiteCycle<'a>) -> Vec<Violation> {
    let mut found = Vec::new();
    kinds(context, cycle, &mut found);
    custom_fields(context, cycle, &mut found);
    future(context, cycle, &mut found);
    date_order(context, cycle, &mut found);
    found
}

/// The fields that the site requires of a cycle and that a release does not state.
pub(in crate::plan) fn missing_fields(product: &Product, release: &Release) -> Vec<&'static str> {
    required_fields(product)
        .filter(|name| *name != RELEASE_CYCLE && release.value(name).is_none())
        .collect()
}

/// Each field holds what it may hold.
fn kinds<'a>(context: &RuleContext<'a>, cycle: &SiteCycle<'a>, found: &mut Vec<Violation>) {
    for field in CYCLE_FIELDS {
        let (looked_at, required) = context.needs(field);
        if !looked_at {
            continue;
        }
        match cycle.get(field.name) {
            Some(seen) => found.extend(of_value(field, seen)),
            None if required => found.push(missing(field)),
            None => {}
        }
    }
}

/// Each other field is declared, and holds a text.
fn custom_fields<'a>(context: &RuleContext<'a>, cycle: &SiteCycle<'a>, found: &mut Vec<Violation>) {
    for (field, seen) in cycle.fields() {
        if CYCLE_FIELDS.iter().any(|known| known.name == field) {
            continue;
        }
        if context.custom.contains(&field) {
            found.extend(of_custom(field, seen));
            continue;
        }
        let known = CYCLE_FIELDS
            .iter()
            .map(|known| known.name)
            .chain(context.custom.iter().copied());
        found.push(Violation {
            rule: "undeclared",
            field: field.to_owned(),
            against: None,
            value: seen.shown(),
            message: "is neither a field of the site nor a custom field of this product".into(),
            right: crate::text::nearest(field, known).map_or_else(
                || "an entry of `customFields` that declares it".into(),
                |near| format!("`{near}`, or an entry of `customFields` that declares it"),
            ),
        });
    }
}

/// What was released is not far in the future.
fn future<'a>(context: &RuleContext<'a>, cycle: &SiteCycle<'a>, found: &mut Vec<Violation>) {
    for (field, column) in NEAR {
        if column.is_some_and(|column| !context.shows(column)) {
            continue;
        }
        let Some(day) = cycle.get(field).and_then(SiteValue::day) else {
            continue;
        };
        let ahead = (day - context.today).num_days();
        if ahead > AHEAD {
            found.push(Violation {
                rule: "future",
                field: field.to_owned(),
                against: None,
                value: day.to_string(),
                message: format!("is {ahead} days ahead of {}", context.today),
                right: format!("a date at most {AHEAD} days ahead"),
            });
        }
    }
}

/// Released, then out of active support, then of support, then of extended support.
fn date_order<'a>(context: &RuleContext<'a>, cycle: &SiteCycle<'a>, found: &mut Vec<Violation>) {
    for (first, last, columns) in DATE_ORDER {
        let day = |field| cycle.get(field).and_then(SiteValue::day);
        let (Some(early), Some(late)) = (day(first), day(last)) else {
            continue;
        };
        if early > late && columns.iter().all(|column| context.shows(*column)) {
            found.push(Violation {
                rule: "date-order",
                field: first.to_owned(),
                against: Some(last),
                value: early.to_string(),
                message: format!("is after `{last}`, which is {late}"),
                right: format!("a date on or before {late}, or a later `{last}`"),
            });
        }
    }
}

/// The newest cycle is first; those with `outOfOrder` may be anywhere.
///
/// Each is given with its number; so is each that is wrong, after the one that it should precede.
pub(super) fn order<'c, 'a: 'c>(
    cycles: impl Iterator<Item = (usize, &'c SiteCycle<'a>)>,
) -> Vec<(usize, usize, Violation)> {
    let mut found = Vec::new();
    let mut previous: Option<(usize, &SiteCycle<'a>, Option<Date>)> = None;
    for (number, cycle) in cycles {
        if cycle.get("outOfOrder").is_some_and(SiteValue::is_true) {
            continue;
        }
        let day = cycle.get("releaseDate").and_then(SiteValue::day);
        if let (Some((before, newer, Some(newer_day))), Some(day)) = (previous, day)
            && newer_day < day
        {
            let violation = Violation {
                rule: "order",
                field: "releaseDate".to_owned(),
                against: None,
                value: day.to_string(),
                message: format!(
                    "is after that of cycle {}, which precedes it with {newer_day}",
                    crate::text::Excerpt(newer.name)
                ),
                right: "the newest cycle first, or `outOfOrder: true`".into(),
            };
            found.push((before, number, violation));
        }
        previous = Some((number, cycle, day));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::super::tests::{VALID, breaks, findings};
    use crate::date::parse_iso;
    use crate::product::Product;

    #[test]
    fn a_version_without_quotes_is_a_number() {
        breaks("\"1.10\"", "1.10", &["15 type releaseCycle"]);
        breaks("\"1.10.1\"", "1.10", &["20 type latest"]);
        breaks("php: \"8.1\"", "php: 8.1", &["22 type php"]);
    }

    #[test]
    fn a_name_has_only_characters_of_a_path() {
        breaks("\"1.10\"", "\"1.10 LTS\"", &["15 form releaseCycle"]);
    }

    #[test]
    fn a_day_in_quotes_is_not_a_date() {
        breaks("eol: 2026-01-01", "eol: \"2026-01-01\"", &["18 type eol"]);
        breaks("eol: 2026-01-01", "eol: soon", &["18 type eol"]);
        breaks("eol: 2026-01-01", "eol: no", &[]);
        breaks(
            "releaseDate: 2024-01-01",
            "releaseDate: true",
            &["16 type releaseDate"],
        );
    }

    #[test]
    fn a_field_is_needed_where_its_column_is_shown() {
        breaks("    eoas: false\n", "", &["24 missing eoas"]);
        breaks("    eol: true\n", "", &["24 missing eol"]);
        breaks("    latest: 1.9.4\n", "", &["24 missing latest"]);
        breaks("    eoes: 2027-01-01\n", "", &[]);
        assert_eq!(
            findings("eoasColumn: true", "discontinuedColumn: true").len(),
            2
        );
    }

    #[test]
    fn the_days_of_a_cycle_follow_one_another() {
        breaks(
            "releaseDate: 2024-01-01",
            "releaseDate: 2024-06-07\n    outOfOrder: true",
            &[],
        );
        breaks(
            "eoas: 2025-01-01",
            "eoas: 2023-12-31",
            &["16 date-order releaseDate"],
        );
        breaks(
            "eoas: 2025-01-01",
            "eoas: 2026-01-02",
            &["17 date-order eoas"],
        );
        breaks("eol: 2026-01-01", "eol: 2027-01-02", &["18 date-order eol"]);
        breaks(
            "eoes: 2027-01-01",
            "eoes: 2023-01-01",
            &[
                "16 date-order releaseDate",
                "17 date-order eoas",
                "18 date-order eol",
            ],
        );
        breaks("eoas: 2025-01-01", "eoas: 2026-01-01", &[]);
    }

    #[test]
    fn a_column_that_is_not_shown_has_no_rules() {
        let hidden = VALID.replacen("eoasColumn: true", "eoasColumn: false", 1);
        let text = format!(
            "---\n{}---\n",
            hidden.replacen("eoas: 2025", "eoas: 2035", 1)
        );
        let product = Product::read("foo", "foo.md", text.into_bytes()).unwrap();
        assert_eq!(check(&product, parse_iso("2024-06-01").unwrap()), []);
    }

    #[test]
    fn a_release_lies_at_most_a_week_ahead() {
        breaks(
            "latestReleaseDate: 2024-02-01",
            "latestReleaseDate: 2024-06-08",
            &[],
        );
        breaks(
            "latestReleaseDate: 2024-02-01",
            "latestReleaseDate: 2024-06-09",
            &["21 future latestReleaseDate"],
        );
        breaks(
            "releaseDate: 2024-01-01",
            "releaseDate: 2024-06-09",
            &["16 future releaseDate"],
        );
    }

    #[test]
    fn an_undeclared_field_is_named() {
        breaks("php: \"8.1\"", "phq: \"8.1\"", &["22 undeclared phq"]);
        breaks("link: null", "staleReleaseThresholdDays: 900", &[]);
    }

    #[test]
    fn the_newest_cycle_is_first_unless_it_is_out_of_order() {
        breaks("2023-01-01", "2024-01-02", &["25 order releaseDate"]);
        breaks("2023-01-01", "2024-01-01", &[]);
        breaks("2023-01-01", "2024-01-02\n    outOfOrder: true", &[]);
    }
}
