//! The lifecycle rules of a product file, beside what the file holds.
//!
//! A comment may be old, or loosely meant. So a rule is compared with the file first: of how many
//! days that stand there does it give exactly that day? What it is used for depends on that
//! ([`Fit`]): nothing follows from a rule that the file itself does not bear out.
//!
//! "The next cycle" is the one above in the file, or the one above of the same first number, as in
//! files that list several lines of releases side by side; what fits better counts.

use std::cmp::Reverse;

use crate::date::Date;
use crate::product::lifecycle::{END_FIELDS, LifecycleRule, Of, Scope, Statement};
use crate::product::{Product, ReleaseCycle};
use crate::value::Value;

/// How many of the newest days count where a rule says which cycle a new one ends.
const RECENT: usize = 6;

/// By how many days what stands there may differ and still follow the rule: days of releases are
/// corrected after older cycles ended on them, and announcements are later than tags.
const NEAR_DAYS: i64 = 31;

/// How many days a rule must have given before it gives one of a new cycle.
const PROVEN: usize = 3;

/// How far above a cycle the next one is looked for. The largest known file has 437 cycles.
const FARTHEST: usize = 500;

/// What the rules need of a release cycle.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) out_of_order: bool,
    values: Vec<(&'static str, Value)>,
}

const FIELDS: [&str; 7] = [
    "releaseDate",
    "latestReleaseDate",
    "lts",
    "eoas",
    "eol",
    "eoes",
    "discontinued",
];

impl Row {
    pub(super) fn new(name: &str, value: impl Fn(&str) -> Option<Value>) -> Self {
        let values = FIELDS.iter();
        Self {
            name: name.to_owned(),
            out_of_order: value("outOfOrder") == Some(Value::Bool(true)),
            values: values
                .filter_map(|field| Some((*field, value(field)?)))
                .collect(),
        }
    }

    fn of(cycle: ReleaseCycle<'_>) -> Self {
        Self::new(cycle.name(), |field| cycle.value(field))
    }

    pub(super) fn value(&self, field: &str) -> Option<&Value> {
        let mut values = self.values.iter();
        values
            .find(|(name, _)| *name == field)
            .map(|(_, value)| value)
    }

    pub(super) fn day(&self, field: &str) -> Option<Date> {
        self.value(field)?.date_or_quoted()
    }

    pub(super) fn set(&mut self, field: &str, value: Value) {
        if let Some(name) = FIELDS.into_iter().find(|name| *name == field) {
            self.values.retain(|(known, _)| *known != name);
            self.values.push((name, value));
        }
    }

    fn is_lts(&self) -> bool {
        self.value("lts").is_some_and(|lts| !lts.is_blank())
    }

    fn line(&self) -> &str {
        let is_digit = |c: char| c.is_ascii_digit();
        let digits = self.name.find(is_digit).unwrap_or(self.name.len());
        let rest = self.name[digits..].find(|c| !is_digit(c));
        &self.name[..rest.map_or(self.name.len(), |rest| digits + rest)]
    }

    fn is_in(&self, scope: Scope) -> bool {
        match scope {
            Scope::All => true,
            Scope::Lts => self.is_lts(),
            Scope::NonLts => !self.is_lts(),
        }
    }
}

/// The cycles of a product, the newest first, as they are in the file.
#[derive(Debug, Clone)]
pub(super) struct Rows(pub(super) Vec<Row>);

/// Which cycle is the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    InFile,
    OfLine,
}

impl Rows {
    pub(super) fn of(product: &Product) -> Self {
        Self(product.cycles().map(Row::of).collect())
    }

    /// The place of the cycle that is so many above another.
    fn above(&self, place: usize, of: Of, next: Next) -> Option<usize> {
        let row = &self.0[place];
        let near = place.saturating_sub(FARTHEST)..place;
        let mut above = near.rev().filter(|above| {
            let above = &self.0[*above];
            !above.out_of_order && (next == Next::InFile || above.line() == row.line())
        });
        match of {
            Of::Newer(0) => Some(place),
            Of::Newer(count) => above.nth(count - 1),
            Of::NextLts => above.find(|above| self.0[*above].is_lts()),
        }
    }

    /// What a rule gives of a cycle.
    pub(super) fn day(&self, place: usize, rule: &LifecycleRule, next: Next) -> Option<Date> {
        let field = |field: &'static str, of| self.0[self.above(place, of, next)?].day(field);
        let in_scope = self.0[place].is_in(rule.scope);
        rule.formula.day(&field).filter(|_| in_scope)
    }
}

/// A day that stands in the file, and another that a rule gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    pub cycle: String,
    pub field: &'static str,
    pub line: usize,
    pub holds: Date,
    pub gives: Date,
}

/// How well a rule gives what stands in the file, for one of its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    pub field: &'static str,
    /// Of how many days of the file it gives exactly the day.
    pub hits: usize,
    /// The days that it gives otherwise, in the order of the file.
    pub misses: Vec<Miss>,
    /// How many of the newest days it gives nearly, and of how many.
    recent: (usize, usize),
    /// How many of the newest days it gives one after another.
    run: usize,
    next: Next,
}

impl Fit {
    fn new(
        product: &Product,
        rows: &Rows,
        rule: &LifecycleRule,
        field: &'static str,
        next: Next,
    ) -> Self {
        let (mut outcomes, mut misses) = (Vec::new(), Vec::new());
        for (place, cycle) in product.cycles().enumerate() {
            let holds = rows.0[place].day(field);
            let Some((holds, gives)) = holds.zip(rows.day(place, rule, next)) else {
                continue;
            };
            outcomes.push((gives - holds).num_days().abs());
            if holds != gives {
                misses.push(Miss {
                    cycle: cycle.name().to_owned(),
                    field,
                    line: cycle
                        .node()
                        .find(field)
                        .map_or(cycle.node().line, |node| node.line),
                    holds,
                    gives,
                });
            }
        }
        let recent = &outcomes[..outcomes.len().min(RECENT)];
        let near = recent.iter().filter(|days| **days <= NEAR_DAYS).count();
        Self {
            field,
            hits: outcomes.len() - misses.len(),
            misses,
            recent: (near, recent.len()),
            run: outcomes.iter().take_while(|days| **days == 0).count(),
            next,
        }
    }

    /// Of how many days it gives one.
    pub fn compared(&self) -> usize {
        self.hits + self.misses.len()
    }

    /// Whether it says when a cycle ends as a newer one comes: it gave a third of the newest days.
    pub fn is_followed(&self) -> bool {
        let (hits, all) = self.recent;
        hits >= 1 && hits * 3 >= all
    }

    /// Whether it may give a day of a new cycle: it gave the newest three.
    pub fn is_proven(&self) -> bool {
        self.run >= PROVEN
    }
}

/// A rule that a file states for a field, and how well it fits.
#[derive(Debug, Clone)]
pub(super) struct FieldRule {
    pub(super) statement: Statement,
    pub(super) rule: LifecycleRule,
    pub(super) fit: Fit,
}

impl FieldRule {
    pub(super) fn next(&self) -> Next {
        self.fit.next
    }

    /// Whether it is of a cycle whatever its support is, or the cycle says that.
    pub(super) fn is_of_all(&self, row: &Row) -> bool {
        self.rule.scope == Scope::All || row.value("lts").is_some()
    }

    /// Whether it is of a cycle.
    pub(super) fn covers(&self, row: &Row) -> bool {
        row.is_in(self.rule.scope)
    }
}

/// A text that states a rule, or seems to, with how well the rule fits each field.
pub fn statements(product: &Product) -> Vec<(Statement, Vec<Fit>)> {
    let rows = Rows::of(product);
    let fits = |rule: &LifecycleRule| -> Vec<Fit> {
        let best = |field: &&'static str| {
            let fit = |next| Fit::new(product, &rows, rule, field, next);
            let (in_file, of_line) = (fit(Next::InFile), fit(Next::OfLine));
            // The first of equal ones is taken.
            let better = |fit: &Fit| (fit.recent.0 * 100 / fit.recent.1.max(1), fit.hits);
            if better(&of_line) > better(&in_file) {
                of_line
            } else {
                in_file
            }
        };
        let fields = rule.fields.iter().enumerate();
        let first = fields.filter(|(at, field)| !rule.fields[..*at].contains(field));
        first.map(|(_, field)| best(field)).collect()
    };
    let stated = product.lifecycle().into_iter();
    let stated = stated.map(|statement| {
        let fits = statement.rule.as_ref().map(fits).unwrap_or_default();
        (statement, fits)
    });
    stated.collect()
}

/// The rules of each field; where a file states several, the one that fits best first.
pub(super) fn rules(product: &Product) -> Vec<FieldRule> {
    let mut rules: Vec<FieldRule> = Vec::new();
    for (statement, fits) in statements(product) {
        let Some(rule) = statement.rule.clone() else {
            continue;
        };
        rules.extend(fits.into_iter().map(|fit| FieldRule {
            statement: statement.clone(),
            rule: rule.clone(),
            fit,
        }));
    }
    rules.sort_by_key(|rule| {
        let place = END_FIELDS.iter().position(|field| *field == rule.fit.field);
        (place, Reverse(rule.fit.is_followed()))
    });
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(front_matter: &str) -> Vec<Fit> {
        let text = format!("---\n{front_matter}---\n");
        let product = Product::read("foo", "foo.md", text.into_bytes()).unwrap();
        statements(&product)
            .into_iter()
            .flat_map(|(_, fits)| fits)
            .collect()
    }

    fn cycle(name: &str, day: &str, eol: &str) -> String {
        format!("  - releaseCycle: \"{name}\"\n    releaseDate: {day}\n    eol: {eol}\n")
    }

    #[test]
    fn a_rule_is_compared_with_the_days_of_the_file() {
        let cycles = [
            cycle("4", "2026-01-01", "false"),
            cycle("3", "2025-01-01", "2026-01-01"),
            cycle("2", "2024-01-01", "2025-01-02"),
            cycle("1", "2023-01-01", "2024-01-01"),
        ];
        let text = format!(
            "# eol(x) = releaseDate(x+1)\nreleases:\n{}",
            cycles.concat()
        );
        let [fit] = &fits(&text)[..] else { panic!() };
        assert_eq!((fit.hits, fit.compared()), (2, 3));
        assert!(fit.is_followed() && !fit.is_proven());
        assert_eq!((&*fit.misses[0].cycle, fit.misses[0].line), ("2", 12));
    }

    #[test]
    fn the_newest_three_days_prove_a_rule() {
        let is_proven = |days: &[&str]| {
            let cycle = |(number, day): (usize, &&str)| {
                let year = 2023 - number;
                let eol = format!("{}-07-{day}", year + 1);
                cycle(&year.to_string(), &format!("{year}-01-31"), &eol)
            };
            let cycles: String = days.iter().enumerate().map(cycle).collect();
            let text = format!("# eol(x) = releaseDate(x) + 18 months\nreleases:\n{cycles}");
            fits(&text).remove(0).is_proven()
        };
        assert!(is_proven(&["31", "31", "31"]));
        assert!(is_proven(&["31", "31", "31", "30"]));
        assert!(!is_proven(&["31", "31"]));
        assert!(!is_proven(&["31", "31", "30", "31", "31", "31"]));
    }

    #[test]
    fn a_rule_of_which_the_newest_days_know_nothing_is_not_followed() {
        let follows = |eol: [&str; 4]| {
            let days = ["2026-01-01", "2025-01-01", "2024-01-01", "2023-01-01"];
            let cycles = days.iter().zip(eol).zip(1..);
            let cycles = cycles.map(|((day, eol), name)| cycle(&format!("c{name}"), day, eol));
            let text = format!(
                "# eol(x) = releaseDate(x+1)\nreleases:\n{}",
                cycles.collect::<String>()
            );
            fits(&text).remove(0).is_followed()
        };
        assert!(follows(["false", "2026-01-20", "2028-01-01", "2028-01-01"]));
        assert!(!follows([
            "false",
            "2026-03-20",
            "2028-01-01",
            "2028-01-01"
        ]));
        assert!(!follows(["false"; 4]));
    }

    #[test]
    fn the_next_cycle_is_near_and_a_field_is_compared_once() {
        let of = |between: usize| {
            let others = cycle("2.0", "2024-01-01", "false").repeat(between);
            let cycles = cycle("1.1", "2025-01-01", "false") + &others;
            let text = format!(
                "# eol(x) = eol(x) = releaseDate(x+1)\nreleases:\n{cycles}{}",
                cycle("1.0", "2024-01-01", "2025-01-01")
            );
            let [fit] = &fits(&text)[..] else { panic!() };
            fit.hits
        };
        assert_eq!((of(499), of(500)), (1, 0));
    }

    #[test]
    fn the_next_cycle_of_the_same_line_counts_where_that_fits_better() {
        let cycles = [
            cycle("2.1", "2025-05-01", "false"),
            cycle("1.9", "2025-04-01", "false"),
            cycle("2.0", "2025-03-01", "2025-05-01"),
            cycle("1.8", "2025-02-01", "2025-04-01"),
        ];
        let text = format!(
            "# eol(x) = releaseDate(x+1)\nreleases:\n{}",
            cycles.concat()
        );
        let [fit] = &fits(&text)[..] else { panic!() };
        assert_eq!((fit.hits, fit.misses.len(), fit.next), (2, 0, Next::OfLine));
    }
}
