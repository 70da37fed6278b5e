//! What the sources want of a cycle that a file lacks: as if it were there and held its name alone.

use super::cycle::{CycleMerge, merge_releases, merge_versions, names};
use crate::product::front_matter::{double_quoted, read_yaml};
use crate::product::{Product, RELEASE_CYCLE, ReleaseCycle, SITE_FIELDS};
use crate::release_data::{Origin, ReleaseData, Rule};
use crate::value::Value;
use crate::version::is_prerelease;

/// The fields of a cycle that a file lacks, with its name, which was read at `origin`. Its day is
/// that of its release, else of its first version.
pub(in crate::plan) fn of_new_cycle(
    product: &Product,
    data: &ReleaseData,
    name: &str,
    origin: &Origin,
) -> Vec<(String, Value, Origin)> {
    let yaml = format!("{RELEASE_CYCLE}: {}", double_quoted(name));
    let node = read_yaml(&yaml).expect("a text in quotes is YAML");
    let mut cycles = [CycleMerge::new(ReleaseCycle::of(&node))];
    let names = names(&cycles);
    merge_versions(&mut cycles, &names, product, data, &mut Vec::new());
    merge_releases(&mut cycles, &names, product, data, &mut Vec::new());
    let [mut cycle] = cycles;
    let has_day = |value: Option<Value>| value.is_some_and(|value| value != Value::Null);
    if !has_day(cycle.value("releaseDate")) {
        let versions = cycle.versions.iter();
        let versions = versions.filter(|(name, _)| !is_prerelease(name));
        if let Some((_, first)) = versions.min_by_key(|(_, version)| version.date) {
            let origin = Origin::clone(&first.origin);
            cycle.set(
                "releaseDate",
                first.date.into(),
                origin,
                Rule::FirstVersionDay,
            );
        }
    }
    let custom: Vec<&str> = product.custom_fields().collect();
    let is_known = |field: &str| SITE_FIELDS.contains(&field) || custom.contains(&field);
    let fields = cycle.fields.into_iter();
    let fields = fields.filter(|(field, (value, _))| *value != Value::Null && is_known(field));
    let name = (
        RELEASE_CYCLE.to_owned(),
        Value::Text(name.to_owned()),
        origin.clone(),
    );
    let fields = fields.map(|(field, (value, origin))| (field.to_string(), value, origin));
    std::iter::once(name).chain(fields).collect()
}
