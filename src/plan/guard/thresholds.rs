//! The figures of the rules, and the rules that are switched off for a product.

use schemars::JsonSchema;
use serde::Deserialize;

use super::rule::Rule;
use crate::date::Date;

/// The figures of the rules.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Thresholds {
    /// Rule `earlier`: by how many days a lifecycle date may move to an earlier day
    pub earlier_days: u32,
    /// Rule `later`: by how many days a lifecycle date may move to a later day
    pub later_days: u32,
    /// Rule `same_day`: how many release cycles getting the day of the run are too many
    pub same_day_now: u32,
    /// Rule `same_day`: how many release cycles getting any same day are too many
    pub same_day: u32,
    /// Rule `corrected`: for how many days a correction by hand is remembered, 400 at most
    pub corrected_days: u32,
    /// Rule `swing`: for how many days a date that was left is remembered, 400 at most
    pub swing_days: u32,
    /// Rule `rewritten`: how many days of the past moving together are too many
    pub rewritten_dates: u32,
    /// Rule `old_release`: from which age in days a release is of long ago
    pub old_release_days: u32,
    /// Rule `jump`: how many numbers a latest version may skip that never skipped as many
    pub jump: u32,
    /// Rule `older_day`: by how many days a newer version may be older
    pub older_day_days: u32,
    /// Rule `moved_day`: by how many days the day of an unchanged version may move
    pub moved_day_days: u32,
    /// Rule `source`: below which share of what was listed before the sources are suspicious
    #[schemars(range(max = 100))]
    pub shrunk_percent: u32,
    /// The rules that are switched off for a product
    #[schemars(with = "Vec<SuppressionEntry>")]
    pub(in crate::plan) off: Vec<toml::Spanned<SuppressionEntry>>,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            earlier_days: 60,
            later_days: 5 * 366,
            same_day_now: 4,
            same_day: 12,
            corrected_days: 365,
            swing_days: 60,
            rewritten_dates: 7,
            old_release_days: 5 * 365,
            jump: 20,
            older_day_days: 7,
            moved_day_days: 365,
            shrunk_percent: 50,
            off: Vec::new(),
        }
    }
}

/// A rule that is switched off for a product
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::plan) struct SuppressionEntry {
    /// The product: the name of its file without .md
    pub(in crate::plan) product: String,
    /// The rule
    pub(in crate::plan) rule: String,
    /// Why
    pub(in crate::plan) reason: String,
    /// The last day on which this holds
    #[schemars(with = "Date")]
    pub(in crate::plan) until: toml::value::Datetime,
}

/// A rule that is switched off for a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    pub product: String,
    pub rule: Rule,
    pub reason: String,
    pub until: Date,
    pub line: usize,
}

impl Suppression {
    /// Whether it switches a rule off for a product on a day.
    pub(super) fn covers(&self, rule: Rule, product: &str, today: Date) -> bool {
        self.rule == rule && self.product == product && today <= self.until
    }
}
