//! What people decided: `shelflife.toml`, beside the folder of product files.
//!
//! ```toml
//! [guard]                    # thresholds, each with a default
//! earlier_days = 60
//!
//! [[guard.off]]              # a rule that is switched off for a product
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
//!
//! [[ignore]]                 # release cycles that `--add` never offers
//! product = "centreon"
//! pattern = '\d\d\.\d\d'    # matches the whole name
//! reason = "monthly releases are not listed"
//! ```
//!
//! Every exception has a reason, and one that writes or holds otherwise an end. An unknown key,
//! rule or threshold is an error: a threshold that has no effect must not go unnoticed.

use regex::{Regex, RegexBuilder};
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::guard::thresholds::SuppressionEntry;
use super::guard::{Rule, Suppression, Thresholds};
use super::named_settings::{CredentialEntry, Defaults, NamedSettings, NetworkEntry};
use crate::date::Date;
use crate::text::{Excerpt, nearest};

/// How many `[[ignore]]` there may be, and how large the automaton of a pattern is, in bytes.
const IGNORED: usize = 500;
const AUTOMATON: usize = 256 << 10;

/// The file's name.
pub const FILE: &str = "shelflife.toml";

/// What people decided.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The figures of the rules.
    pub thresholds: Thresholds,
    /// The rules that are switched off for a product, ended or not, in the order of the file.
    pub suppressions: Vec<Suppression>,
    has_decisions: bool,
    pins: Vec<Pin>,
    /// What counts only in a file that the user names.
    pub named: NamedSettings,
    /// The release cycles that are never added, in the order of the file.
    pub ignored: Vec<Ignored>,
}

/// Release cycles of a product that are never added.
#[derive(Debug, Clone)]
pub struct Ignored {
    pub product: String,
    /// What matches the whole name.
    pub pattern: Regex,
    pub reason: String,
    pub line: usize,
}

/// A value that a person decided on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    pub product: String,
    pub cycle: String,
    pub field: String,
    pub why: String,
    pub until: Date,
    pub line: usize,
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
    /// Only in a file that --settings or `SHELFLIFE_SETTINGS` names
    #[schemars(with = "Option<NetworkEntry>")]
    network: Option<Spanned<NetworkEntry>>,
    /// Only in a file that --settings or `SHELFLIFE_SETTINGS` names
    #[schemars(with = "Vec<CredentialEntry>")]
    credential: Vec<Spanned<CredentialEntry>>,
    /// Only in a file that --settings or `SHELFLIFE_SETTINGS` names
    #[schemars(with = "Option<Defaults>")]
    defaults: Option<Spanned<Defaults>>,
    /// The release cycles that are never added
    #[schemars(with = "Vec<IgnoreEntry>")]
    ignore: Vec<Spanned<IgnoreEntry>>,
}

/// Release cycles of a product that are never added
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct IgnoreEntry {
    /// The product: the name of its file without .md
    product: String,
    /// A regular expression that matches the whole name of the release cycle
    pattern: String,
    /// Why
    reason: String,
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

impl IgnoreEntry {
    fn read(self, line: usize) -> Result<Ignored, SettingsError> {
        let pattern = RegexBuilder::new(&format!("^(?:{})$", self.pattern))
            .size_limit(AUTOMATON)
            .dfa_size_limit(AUTOMATON)
            .build();
        Ok(Ignored {
            product: self.product,
            pattern: pattern.map_err(|error| {
                let why = match error {
                    regex::Error::CompiledTooBig(_) => "a pattern with too large an automaton",
                    _ => "not a regular expression",
                };
                let message = format!("`{}` is {why}", Excerpt(&self.pattern));
                SettingsError { line, message }
            })?,
            reason: stated("reason", self.reason, line)?,
            line,
        })
    }
}

impl Settings {
    /// Reads the file.
    pub fn read(text: &str) -> Result<Self, SettingsError> {
        let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
        let line_of = |at: usize| ends.partition_point(|end| *end < at) + 1;
        let file: File = toml::from_str(text).map_err(|error| SettingsError {
            line: line_of(error.span().map_or(0, |span| span.start)),
            message: with_nearest(error.message()),
        })?;
        let File {
            mut guard,
            pin,
            network,
            credential,
            defaults,
            ignore,
        } = file;
        let mut settings = Self {
            has_decisions: guard != Thresholds::default() || !pin.is_empty() || !ignore.is_empty(),
            ..Self::default()
        };
        let tables = [
            network
                .as_ref()
                .map(|table| (table.span().start, "[network]")),
            credential
                .first()
                .map(|table| (table.span().start, "[[credential]]")),
            defaults
                .as_ref()
                .map(|table| (table.span().start, "[defaults]")),
        ];
        let first = tables.into_iter().flatten().min();
        let named = &mut settings.named;
        named.first = first.map(|(at, table)| (line_of(at), table));
        named.networks = network.map_or_else(Vec::new, |table| table.into_inner().allow);
        named.defaults = defaults.map(Spanned::into_inner).unwrap_or_default();
        for entry in credential {
            let line = line_of(entry.span().start);
            let source = entry.into_inner().source();
            let source = source.map_err(|message| SettingsError { line, message })?;
            if named
                .credentials
                .iter()
                .any(|one| one.is_for_host_of(&source))
            {
                let message = "a second credential for this host".to_owned();
                return Err(SettingsError { line, message });
            }
            named.credentials.push(source);
        }
        for entry in std::mem::take(&mut guard.off) {
            let line = line_of(entry.span().start);
            let SuppressionEntry {
                product,
                rule,
                reason,
                until,
            } = entry.into_inner();
            let Some(rule) = Rule::of_name(&rule) else {
                let near = nearest(&rule, Rule::ALL.iter().map(|rule| rule.name()));
                let near = near.map(|near| format!("; did you mean `{near}`?"));
                let near = near.unwrap_or_default();
                let message = format!("no rule `{}`{near}", Excerpt(&rule));
                return Err(SettingsError { line, message });
            };
            settings.suppressions.push(Suppression {
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
        for (number, entry) in ignore.into_iter().enumerate() {
            let line = line_of(entry.span().start);
            if number == IGNORED {
                let message = format!("more than {IGNORED} `[[ignore]]`");
                return Err(SettingsError { line, message });
            }
            settings.ignored.push(entry.into_inner().read(line)?);
        }
        settings.thresholds = guard;
        Ok(settings)
    }

    /// Whether the file states a decision: a threshold, a rule that is off, or a pin.
    pub fn has_decisions(&self) -> bool {
        self.has_decisions
    }

    /// The settings of a file that was found beside the product files. It must state nothing that
    /// counts only in a file that the user names.
    pub fn found(self) -> Result<Self, SettingsError> {
        self.named.first.map_or(Ok(self), |(line, table)| {
            let message = format!(
                "`{table}` counts only in a file that --settings or SHELFLIFE_SETTINGS names, because this one may come with a pull request; move it to such a file"
            );
            Err(SettingsError { line, message })
        })
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

    /// Whether a release cycle is never added.
    pub(super) fn ignores(&self, product: &str, cycle: &str) -> bool {
        let mut ignored = self.ignored.iter();
        ignored.any(|ignored| ignored.product == product && ignored.pattern.is_match(cycle))
    }

    /// Every pin, ended or not, in the order of the file.
    pub fn all_pins(&self) -> &[Pin] {
        &self.pins
    }
}

/// What the parser says; of an unknown key or word the nearest that it knows.
fn with_nearest(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let kinds = [
        ("unknown field", "unknown key"),
        ("unknown variant", "unknown value"),
    ];
    let kind = kinds
        .into_iter()
        .find(|(kind, _)| message.starts_with(kind));
    let Some(((kind, plain), wrong)) = kind.zip(quoted.next()) else {
        return crate::text::visible(message).into_owned();
    };
    match nearest(wrong, quoted) {
        // A key of the file may hold backticks, so that this one is a part of it.
        Some(near) => {
            let (wrong, near) = (Excerpt(wrong), Excerpt(near));
            format!("{plain} `{wrong}`; did you mean `{near}`?")
        }
        None => crate::text::visible(&message.replacen(kind, plain, 1)).into_owned(),
    }
}

fn stated(key: &str, text: String, line: usize) -> Result<String, SettingsError> {
    if text.trim().is_empty() {
        let message = format!("`{key}` must not be empty");
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
            message: format!("`until` is not a date but `{until}`; write it as 2027-01-31"),
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
            "[guard]\nearlier_days = 90\n\n[[guard.off]]\nproduct = \"a\"\nrule = \"back\"\nreason = \"r\"\nuntil = 2026-01-31\n\n[[pin]]\nproduct = \"a\"\ncycle = \"1\"\nfield = \"eol\"\nwhy = \"w\"\nuntil = 2026-01-31\n",
        )
        .unwrap();
        assert_eq!(settings.thresholds.earlier_days, 90);
        assert_eq!(settings.thresholds.jump, 20);
        let last = Date::from_ymd_opt(2026, 1, 31).unwrap();
        let after = last.succ_opt().unwrap();
        let off = &settings.suppressions[0];
        assert_eq!((off.rule, off.until, off.line), (Rule::Back, last, 4));
        assert_eq!(settings.pin("a", "1", "eol", last).unwrap().line, 10);
        assert_eq!(settings.pin("a", "1", "eol", after), None);
    }

    #[test]
    fn patterns_to_ignore_are_few_and_small() {
        let of = |pattern: &str, count: usize| {
            let one =
                format!("[[ignore]]\nproduct = \"a\"\npattern = '{pattern}'\nreason = \"r\"\n");
            let error = Settings::read(&one.repeat(count)).err();
            error.map(|error| (error.line, error.message))
        };
        assert_eq!(of(r"\d\d\.\d\d( LTS)?", 500), None);
        let many = "more than 500 `[[ignore]]`".to_owned();
        assert_eq!(of("1", 501), Some((4 * 500 + 1, many)));
        let (line, message) = of(r"\w{60}", 1).unwrap();
        assert!(
            line == 1 && message.ends_with("too large an automaton"),
            "{message}"
        );
    }

    #[test]
    fn a_key_with_backticks_is_shown_escaped() {
        let error = Settings::read("\"a\t443`b`a\t444`c\" = 1\n").unwrap_err();
        assert!(!error.message.contains('\t'), "{error}");
    }

    #[test]
    fn a_misspelt_key_or_rule_is_an_error_with_its_line() {
        for (text, line, message) in [
            (
                "[guard]\nearlier = 1\n",
                2,
                "unknown key `earlier`; did you mean `earlier_days`?",
            ),
            ("x = [\n", 1, ""),
            (
                "\n[[guard.off]]\nproduct = \"a\"\nrule = \"bak\"\nreason = \"r\"\nuntil = 2026-01-31\n",
                2,
                "no rule `bak`",
            ),
            (
                "[[pin]]\nproduct = \"a\"\ncycle = \"1\"\nfield = \"eol\"\nwhy = \" \"\nuntil = 2026-01-31\n",
                1,
                "`why` must not be empty",
            ),
            (
                "[[pin]]\nproduct = \"a\"\ncycle = \"1\"\nfield = \"eol\"\nwhy = \"w\"\nuntil = 12:00:00\n",
                1,
                "`until` is not a date",
            ),
        ] {
            let error = Settings::read(text).unwrap_err();
            assert!(error.message.contains(message), "{error}");
            assert_eq!(error.line, line, "{error}");
        }
    }
}
