//! What the sources want each field of a product's cycles to be, changed or not.

use indexmap::IndexMap;

use super::cycle::{CycleMerge, merge_releases, merge_versions, names};
use crate::product::Product;
use crate::release_data::{Origin, ReleaseData, Rule, Superseded};
use crate::value::Value;

/// What the sources want one field of a cycle to be.
#[derive(Debug, Clone)]
pub struct Desired {
    /// The value.
    pub value: Value,
    /// Where it comes from, and the rule that made it this field's.
    pub origin: Origin,
    /// Earlier values that it replaced.
    pub superseded: Vec<Superseded>,
}

/// What the sources want of each cycle, in the order of the file.
pub fn desired(product: &Product, data: &ReleaseData) -> Vec<IndexMap<String, Desired>> {
    let mut cycles: Vec<CycleMerge<'_>> = product.cycles().map(CycleMerge::new).collect();
    let mut notices = Vec::new();
    let names = names(&cycles);
    merge_versions(&mut cycles, &names, product, data, &mut notices);
    merge_releases(&mut cycles, &names, product, data, &mut notices);
    cycles
        .into_iter()
        .map(|mut cycle| {
            cycle.confirm_latest();
            let release = data.release_of(cycle.cycle.name());
            let superseded = |field: &str, rule| match rule {
                Some(Rule::ReleaseStates) => Some(&release?.fields.get(field)?.superseded),
                Some(Rule::NewestVersionDay) => {
                    let latest = cycle.value("latest")?.to_string();
                    Some(&data.versions.get(&*latest)?.superseded)
                }
                _ => None,
            };
            cycle
                .fields
                .iter()
                .map(|(field, (value, origin))| {
                    let desired = Desired {
                        value: value.clone(),
                        origin: origin.clone(),
                        superseded: superseded(field, origin.rule).cloned().unwrap_or_default(),
                    };
                    (field.to_string(), desired)
                })
                .collect()
        })
        .collect()
}

impl CycleMerge<'_> {
    /// Where the latest version of the cycle comes from, where the file has it already.
    fn confirm_latest(&mut self) {
        let stored = self.cycle.value("latest").map(|latest| latest.to_string());
        let known = |(name, _): &(&str, _)| Some(*name) == stored.as_deref();
        if self.fields.contains_key("latest") || self.fields.contains_key("latestReleaseDate") {
            return;
        }
        if let Some((name, version)) = self.versions.iter().copied().find(known) {
            self.take(name, version);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::parse_iso;

    #[test]
    fn a_value_that_the_file_has_already_is_listed_with_its_rule() {
        let yaml = "---\nreleases:\n  - releaseCycle: \"2\"\n    eol: true\n    latest: \"2.1\"\n    latestReleaseDate: 2024-06-01\n---\n";
        let product = Product::read("foo", "foo.md", yaml.into()).unwrap();
        let day = |text| parse_iso(text).unwrap();
        let mut data = ReleaseData::new(day("2026-01-01"));
        data.declare("2.1", day("2024-05-31"), Origin::default());
        data.declare("2.1", day("2024-06-01"), Origin::default());
        data.declare("2.0", day("2024-01-01"), Origin::default());
        for value in [false, true] {
            data.release("2")
                .set("eol", value.into(), Origin::default());
        }
        let stated: Vec<String> = desired(&product, &data)[0]
            .iter()
            .map(|(field, desired)| {
                let rule = desired.origin.rule.unwrap();
                format!(
                    "{field} {} {rule:?} {}",
                    desired.value,
                    desired.superseded.len()
                )
            })
            .collect();
        assert_eq!(
            stated,
            [
                "eol true ReleaseStates 1",
                "latest 2.1 NewestVersion 0",
                "latestReleaseDate 2024-06-01 NewestVersionDay 1",
            ]
        );
    }
}
