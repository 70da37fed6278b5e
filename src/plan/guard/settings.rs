//! What people decided: `shelflife.toml`, beside the folder of product files.
//!
//! ```toml
//! [guard]                    # thresholds, each with a default
//! earlier_days = 60
//!
//! [guard.soak]               # hours that a version waits which only a tag knows
//! git = 48
//!
//! [[guard.off]]              # a rule that is not asked for a product
//! product = "gitlab"
//! rule = "rewritten"
//! reason = "counts from the day of the announcement since 18.0"
//! until = 2027-03-31
//!
//! [[pin]]                    # a value that a person decided on: nothing is written over it
//! product = "debian"
//! cycle = "11"
//! field = "eol"
//! why = "the page gives the day of the point release"
//! until = 2027-08-31
//! ```
//!
//! Every exception has a reason and an end. An unknown key, rule or threshold is an error:
//! a guard that somebody believes to be set must be set.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::rules::is_rule;
use crate::date::Date;
use crate::text::Excerpt;

/// The file's name.
pub const FILE: &str = "shelflife.toml";

/// What people decided.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The figures of the rules.
    pub thresholds: Thresholds,
    offs: Vec<Off>,
    pins: Vec<Pin>,
}

/// A rule that is not asked for a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Off {
    /// The product.
    pub product: String,
    /// The rule.
    pub rule: String,
    /// Why.
    pub reason: String,
    /// The last day on which this holds.
    pub until: Date,
    /// Where it stands, from 1.
    pub line: usize,
}

/// A value that a person decided on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// The product.
    pub product: String,
    /// The name of the cycle.
    pub cycle: String,
    /// The field.
    pub field: String,
    /// Why.
    pub why: String,
    /// The last day on which this holds.
    pub until: Date,
    /// Where it stands, from 1.
    pub line: usize,
}

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
    /// Rule `source`: below which share of what was listed before the sources are not believed
    #[schemars(range(max = 100))]
    pub shrunk_percent: u32,
    /// The hours that a version waits which only a tag knows, by method
    pub soak: BTreeMap<String, u32>,
    /// The rules that are not asked for a product
    #[schemars(with = "Vec<OffEntry>")]
    off: Vec<Spanned<OffEntry>>,
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
            soak: BTreeMap::new(),
            off: Vec::new(),
        }
    }
}

/// The file as it is written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(title = "shelflife.toml")]
struct File {
    /// What is held before it is written
    guard: Thresholds,
    /// The values that people decided on
    #[schemars(with = "Vec<PinEntry>")]
    pin: Vec<Spanned<PinEntry>>,
}

/// A rule that is not asked for a product
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OffEntry {
    /// The product: the name of its file without .md
    product: String,
    /// The rule
    rule: String,
    /// Why
    reason: String,
    /// The last day on which this holds
    #[schemars(with = "Date")]
    until: toml::value::Datetime,
}

/// A value that a person decided on: nothing is written over it
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PinEntry {
    /// The product: the name of its file without .md
    product: String,
    /// The name of the release cycle
    cycle: String,
    /// The field
    field: String,
    /// Why
    why: String,
    /// The last day on which this holds
    #[schemars(with = "Date")]
    until: toml::value::Datetime,
}

/// What is wrong with the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct SettingsError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, on one line.
    pub message: String,
}

impl Settings {
    /// Reads the file.
    pub fn read(text: &str) -> Result<Self, SettingsError> {
        let line_of = |at: usize| {
            text.get(..at)
                .map_or(1, |before| before.matches('\n').count() + 1)
        };
        let file: File = toml::from_str(text).map_err(|error| SettingsError {
            line: line_of(error.span().map_or(0, |span| span.start)),
            message: crate::text::visible(error.message()).into_owned(),
        })?;
        let File { mut guard, pin } = file;
        let mut settings = Self::default();
        for entry in std::mem::take(&mut guard.off) {
            let line = line_of(entry.span().start);
            let OffEntry {
                product,
                rule,
                reason,
                until,
            } = entry.into_inner();
            if !is_rule(&rule) {
                let message = format!("no rule `{}`", Excerpt(&rule));
                return Err(SettingsError { line, message });
            }
            settings.offs.push(Off {
                product,
                rule,
                reason: stated("reason", reason, line)?,
                until: day(until, line)?,
                line,
            });
        }
        for entry in pin {
            let line = line_of(entry.span().start);
            let PinEntry {
                product,
                cycle,
                field,
                why,
                until,
            } = entry.into_inner();
            settings.pins.push(Pin {
                product,
                cycle,
                field,
                why: stated("why", why, line)?,
                until: day(until, line)?,
                line,
            });
        }
        settings.thresholds = guard;
        Ok(settings)
    }

    /// Whether a rule is not asked for a product.
    pub(super) fn is_off(&self, rule: &str, product: &str, today: Date) -> bool {
        self.offs
            .iter()
            .any(|off| off.rule == rule && off.product == product && today <= off.until)
    }

    /// The pin of a field.
    pub fn pin(&self, product: &str, cycle: &str, field: &str, today: Date) -> Option<&Pin> {
        self.pins.iter().find(|pin| {
            (&*pin.product, &*pin.cycle, &*pin.field) == (product, cycle, field)
                && today <= pin.until
        })
    }

    /// The pins of a product that hold.
    pub fn pins<'a>(&'a self, product: &'a str, today: Date) -> impl Iterator<Item = &'a Pin> {
        self.pins
            .iter()
            .filter(move |pin| pin.product == product && today <= pin.until)
    }

    /// Every exception, ended or not, in the order of the file.
    pub fn exceptions(&self) -> (&[Off], &[Pin]) {
        (&self.offs, &self.pins)
    }
}

fn stated(key: &str, text: String, line: usize) -> Result<String, SettingsError> {
    if text.trim().is_empty() {
        let message = format!("`{key}` says nothing");
        return Err(SettingsError { line, message });
    }
    Ok(text)
}

fn day(until: toml::value::Datetime, line: usize) -> Result<Date, SettingsError> {
    until
        .date
        .filter(|_| until.time.is_none())
        .and_then(|date| Date::from_ymd_opt(date.year.into(), date.month.into(), date.day.into()))
        .ok_or_else(|| SettingsError {
            line,
            message: format!("`until` is no day but `{until}`; write it as 2027-01-31"),
        })
}

/// A JSON Schema of the file, for editors.
pub fn schema() -> String {
    let schema = schemars::schema_for!(File);
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_read_and_an_exception_ends() {
        let settings = Settings::read(
            "[guard]\nearlier_days = 90\n[guard.soak]\ngit = 48\n\n[[guard.off]]\nproduct = \"a\"\nrule = \"back\"\nreason = \"r\"\nuntil = 2026-01-31\n\n[[pin]]\nproduct = \"a\"\ncycle = \"1\"\nfield = \"eol\"\nwhy = \"w\"\nuntil = 2026-01-31\n",
        )
        .unwrap();
        assert_eq!(settings.thresholds.earlier_days, 90);
        assert_eq!(settings.thresholds.jump, 20);
        assert_eq!(settings.thresholds.soak["git"], 48);
        let last = Date::from_ymd_opt(2026, 1, 31).unwrap();
        let after = last.succ_opt().unwrap();
        assert!(settings.is_off("back", "a", last));
        assert!(!settings.is_off("back", "a", after));
        assert!(!settings.is_off("back", "b", last));
        assert_eq!(settings.pin("a", "1", "eol", last).unwrap().line, 12);
        assert_eq!(settings.pin("a", "1", "eol", after), None);
    }

    #[test]
    fn what_is_misspelt_is_an_error_with_its_line() {
        for (text, line, message) in [
            ("[guard]\nearlier = 1\n", 2, "unknown field `earlier`"),
            ("x = [\n", 1, ""),
            (
                "\n[[guard.off]]\nproduct = \"a\"\nrule = \"bak\"\nreason = \"r\"\nuntil = 2026-01-31\n",
                2,
                "no rule `bak`",
            ),
            (
                "[[pin]]\nproduct = \"a\"\ncycle = \"1\"\nfield = \"eol\"\nwhy = \" \"\nuntil = 2026-01-31\n",
                1,
                "`why` says nothing",
            ),
            (
                "[[pin]]\nproduct = \"a\"\ncycle = \"1\"\nfield = \"eol\"\nwhy = \"w\"\nuntil = 12:00:00\n",
                1,
                "`until` is no day",
            ),
        ] {
            let error = Settings::read(text).unwrap_err();
            assert!(error.message.contains(message), "{error}");
            assert_eq!(error.line, line, "{error}");
        }
    }
}
