//! Findings as text, as JSON, and as annotations of a workflow.
//!
//! A workflow runner executes `##[name]` anywhere in a line, so that is broken up in all text.

use std::fmt::{self, Write as _};

use indexmap::IndexMap;
use serde_json::{Value as Json, json};

use super::annotation::{Annotation, Level};
use super::render::{SCHEMA_VERSION, count, first_few, pretty, written};
use crate::date::Date;
use crate::plan::guard::Suppression;
use crate::plan::lifecycle::{Fit, Miss};
use crate::plan::validate::Finding;
use crate::plan::{Ignored, Pin};
use crate::product::RetiredKey;
use crate::product::lifecycle::Statement;
use crate::text::{Excerpt, visible};

/// What is no mistake and worth knowing.
#[derive(Debug, Clone)]
pub enum Remark {
    /// An entry of `auto.methods` has a key that nothing reads any more.
    RetiredKey(RetiredKey),
    /// A rule of the guard is off for a product.
    Suppressed(Suppression),
    /// A person decided on a value.
    Pinned(Pin),
    /// Release cycles of a product are never added.
    Ignored(Ignored),
    /// The file states how its days follow from others, or seems to.
    Lifecycle { stated: Statement, fits: Vec<Fit> },
}

impl Remark {
    fn line(&self) -> usize {
        match self {
            Self::RetiredKey(key) => key.line,
            Self::Suppressed(suppression) => suppression.line,
            Self::Pinned(pin) => pin.line,
            Self::Ignored(ignored) => ignored.line,
            Self::Lifecycle { stated, .. } => stated.line,
        }
    }

    fn json(&self, path: &str) -> Json {
        let line = self.line();
        match self {
            Self::RetiredKey(key) => json!({
                "file": path, "line": line, "kind": "retired_key", "key": key.key,
            }),
            Self::Suppressed(suppression) => json!({
                "file": path, "line": line, "kind": "suppressed",
                "product": suppression.product, "rule": suppression.rule.name(),
                "reason": suppression.reason, "until": suppression.until.to_string(),
            }),
            Self::Pinned(pin) => json!({
                "file": path, "line": line, "kind": "pinned",
                "product": pin.product, "cycle": pin.cycle, "field": pin.field,
                "reason": pin.why, "until": pin.until.to_string(),
            }),
            Self::Ignored(ignored) => json!({
                "file": path, "line": line, "kind": "ignored", "product": ignored.product,
                "pattern": ignored.pattern.as_str(), "reason": ignored.reason,
            }),
            Self::Lifecycle { stated, fits } => json!({
                "file": path, "line": line, "kind": "lifecycle_rule", "text": stated.text,
                "rule": stated.rule.as_ref().map(ToString::to_string),
                "fields": fits.iter().map(fit).collect::<Vec<_>>(),
            }),
        }
    }

    /// What a suppression or a pin does, without its end.
    pub fn what(&self) -> String {
        match self {
            Self::RetiredKey(key) => key.to_string(),
            Self::Suppressed(Suppression {
                product,
                reason,
                rule,
                ..
            }) => {
                let (product, reason) = (Excerpt(product), Excerpt(reason));
                format!("rule `{rule}` is off for {product} ({reason})")
            }
            Self::Pinned(pin) => {
                let (product, cycle) = (Excerpt(&pin.product), Excerpt(&pin.cycle));
                let (field, why) = (Excerpt(&pin.field), Excerpt(&pin.why));
                format!("{product} {cycle} {field} is pinned ({why})")
            }
            Self::Ignored(ignored) => {
                let (product, reason) = (Excerpt(&ignored.product), Excerpt(&ignored.reason));
                let pattern = Excerpt(ignored.pattern.as_str());
                format!("cycles `{pattern}` of {product} are never added ({reason})")
            }
            Self::Lifecycle { stated, fits } => lifecycle(stated, fits),
        }
    }

    /// The last day of a suppression or a pin.
    pub fn until(&self) -> Option<Date> {
        match self {
            Self::RetiredKey(_) | Self::Ignored(_) | Self::Lifecycle { .. } => None,
            Self::Suppressed(suppression) => Some(suppression.until),
            Self::Pinned(pin) => Some(pin.until),
        }
    }
}

/// How a lifecycle rule is understood, and of how many days of the file it gives the day.
fn lifecycle(stated: &Statement, fits: &[Fit]) -> String {
    const SHOWN: usize = 3;
    let Some(rule) = &stated.rule else {
        return format!(
            "`{}` is not understood as a lifecycle rule",
            Excerpt(&stated.text)
        );
    };
    written(|out| {
        write!(out, "lifecycle rule `{rule}`")?;
        for (number, fit) in fits.iter().enumerate() {
            let between = if number == 0 { ":" } else { ";" };
            let days = count(fit.compared(), "day");
            write!(
                out,
                "{between} gives {} of {days} of `{}`",
                fit.hits, fit.field
            )?;
            for (number, miss) in fit.misses.iter().take(SHOWN).enumerate() {
                let between = if number == 0 { ", not " } else { ", " };
                let (cycle, holds, gives) = (Excerpt(&miss.cycle), miss.holds, miss.gives);
                write!(out, "{between}{cycle} ({holds}, by the rule {gives})")?;
            }
            match fit.misses.len().saturating_sub(SHOWN) {
                0 => {}
                more => write!(out, " and {more} more")?,
            }
        }
        Ok(())
    })
}

fn fit(fit: &Fit) -> Json {
    let miss = |miss: &Miss| {
        json!({
            "cycle": miss.cycle, "line": miss.line,
            "holds": miss.holds.to_string(), "gives": miss.gives.to_string(),
        })
    };
    json!({
        "field": fit.field,
        "hits": fit.hits,
        "compared": fit.compared(),
        "misses": fit.misses.iter().map(miss).collect::<Vec<_>>(),
    })
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what())?;
        self.until()
            .map_or(Ok(()), |until| write!(f, ", until {until}"))
    }
}

/// What `check` found. A finding and a note come with the path of their file.
#[derive(Debug, Default)]
pub struct Checked {
    pub files: usize,
    pub findings: Vec<(String, Finding)>,
    pub notes: Vec<(String, Remark)>,
}

impl Checked {
    /// Lines for a person: one per finding, or one for more than a few cycles of a product of
    /// which the same is wrong.
    pub fn text(&self, each: bool) -> String {
        /// How many findings that are alike are still a line each.
        const EACH: usize = 2;
        let mut groups: IndexMap<_, Vec<&Finding>> = IndexMap::new();
        for (number, (path, finding)) in self.findings.iter().enumerate() {
            let own = (each || finding.cycle.is_none()).then_some(number);
            let what = (
                finding.rule,
                &finding.field,
                &finding.message,
                &finding.right,
            );
            groups.entry((path, what, own)).or_default().push(finding);
        }
        let lines = written(|out| {
            for ((path, (rule, ..), _), findings) in groups {
                let path = visible(path);
                if findings.len() > EACH {
                    let (line, what) = (findings[0].line, together(&findings));
                    writeln!(out, "{path}:{line}: {rule}: {what}")?;
                    continue;
                }
                for finding in findings {
                    let (line, what) = (finding.line, sentence(finding));
                    writeln!(out, "{path}:{line}: {rule}: {what}")?;
                }
            }
            Ok(())
        });
        quiet(&lines)
    }

    /// One annotation per finding, for a workflow. `in_checkout` makes a path one that is relative
    /// to the root of the checkout.
    pub fn annotations(&self, in_checkout: impl Fn(&str) -> String) -> String {
        let annotation = |(path, finding): &(String, Finding)| Annotation {
            level: Level::Error,
            file: in_checkout(path),
            line: Some(finding.line),
            title: finding.rule.to_owned(),
            message: sentence(finding),
        };
        let lines = self.findings.iter().map(annotation);
        lines.map(|annotation| annotation.to_string()).collect()
    }

    pub fn json(&self, today: Date) -> String {
        let finding = |(path, finding): &(String, Finding)| {
            json!({
                "file": path,
                "line": finding.line,
                "rule": finding.rule,
                "cycle": finding.cycle,
                "field": finding.field,
                "value": finding.value,
                "message": finding.message,
                "right": finding.right,
            })
        };
        let note = |(path, remark): &(String, Remark)| remark.json(path);
        pretty(&json!({
            "schema_version": SCHEMA_VERSION,
            "shelflife": env!("CARGO_PKG_VERSION"),
            "today": today.to_string(),
            "files": self.files,
            "findings": self.findings.iter().map(finding).collect::<Vec<_>>(),
            "notes": self.notes.iter().map(note).collect::<Vec<_>>(),
        }))
    }

    pub fn notes(&self) -> String {
        written(|out| {
            self.notes.iter().try_for_each(|(path, remark)| {
                let note = quiet(&visible(&remark.to_string()));
                writeln!(out, "note: {}:{}: {note}", visible(path), remark.line())
            })
        })
    }

    pub fn summary(&self, notes_shown: bool) -> String {
        let (files, findings) = (self.files, self.findings.len());
        let (files, findings) = (count(files, "file"), count(findings, "finding"));
        let notes = match self.notes.len() {
            0 => String::new(),
            _ if notes_shown => String::new(),
            notes => format!(", {} (-v shows them)", count(notes, "note")),
        };
        format!("{files} checked, {findings}{notes}\n")
    }
}

fn sentence(finding: &Finding) -> String {
    written(|out| {
        if let Some(cycle) = &finding.cycle {
            write!(out, "cycle {}: ", Excerpt(cycle))?;
        }
        if let Some(field) = &finding.field {
            write!(out, "`{}` ", Excerpt(field))?;
            if !finding.value.is_empty() {
                write!(out, "({}) ", visible(&finding.value))?;
            }
        }
        out.push_str(&visible(&finding.message));
        match &*visible(&finding.right) {
            "" => Ok(()),
            hint if finding.field.is_none() => write!(out, "; {hint}"),
            right => write!(out, "; expected: {right}"),
        }
    })
}

/// What is wrong with several cycles alike.
fn together(findings: &[&Finding]) -> String {
    let named = findings.iter().map(|finding| {
        let cycle = Excerpt(finding.cycle.as_deref().unwrap_or_default());
        match &*finding.value {
            "" => cycle.to_string(),
            value => format!("{cycle} ({})", visible(value)),
        }
    });
    let alike = Finding {
        cycle: None,
        value: String::new(),
        ..findings[0].clone()
    };
    let (cycles, what) = (count(findings.len(), "cycle"), sentence(&alike));
    format!("{cycles}: {what}: {}", first_few(named))
}

/// A text in which no workflow runner sees a command.
fn quiet(text: &str) -> String {
    text.replace("##[", "##\\u{5b}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(value: &str) -> Checked {
        let finding = Finding {
            line: 7,
            rule: "url",
            cycle: Some("1.0".into()),
            field: Some("link".into()),
            value: value.into(),
            message: "is malformed".into(),
            right: "100% of it".into(),
        };
        Checked {
            files: 1,
            findings: vec![("a:b,c%/foo.md".into(), finding)],
            notes: Vec::new(),
        }
    }

    #[test]
    fn a_line_says_where_what_and_what_would_be_right() {
        assert_eq!(
            checked("x").text(false),
            "a:b,c%/foo.md:7: url: cycle 1.0: `link` (x) is malformed; expected: 100% of it\n"
        );
    }

    #[test]
    fn one_finding_of_many_cycles_is_a_line_and_with_each_a_line_a_cycle() {
        let mut checked = checked("");
        for cycle in ["1.1", "1.2", "1.3"] {
            let (path, mut finding) = checked.findings[0].clone();
            finding.cycle = Some(cycle.into());
            checked.findings.push((path, finding));
        }
        let mut other = checked.findings[0].clone();
        other.1.field = Some("eol".into());
        checked.findings.push(other);
        assert_eq!(
            checked.text(false),
            "a:b,c%/foo.md:7: url: 4 cycles: `link` is malformed; expected: 100% of it: 1.0, 1.1, 1.2 and 1 more\n\
             a:b,c%/foo.md:7: url: cycle 1.0: `eol` is malformed; expected: 100% of it\n"
        );
        assert_eq!(checked.text(true).lines().count(), 5);
    }

    #[test]
    fn an_annotation_escapes_what_its_form_gives_a_meaning() {
        assert_eq!(
            checked("x").annotations(str::to_owned),
            "::error file=a%3Ab%2Cc%25/foo.md,line=7,title=url::cycle 1.0: `link` (x) is malformed; expected: 100%25 of it\n"
        );
    }

    #[test]
    fn no_text_of_a_file_becomes_a_workflow_command() {
        let checked = checked("a\n::stop-commands::x\r\n##[error]y\u{2028}");
        for out in [checked.text(false), checked.annotations(str::to_owned)] {
            assert_eq!(out.lines().count(), 1, "{out}");
            assert!(!out.contains("##["), "{out}");
        }
        assert!(!checked.text(false).starts_with("::"));
    }

    #[test]
    fn the_document_holds_each_part() {
        let document: serde_json::Value =
            serde_json::from_str(&checked("x").json(Date::default())).unwrap();
        assert_eq!(document["findings"][0]["rule"], "url");
        assert_eq!(document["findings"][0]["line"], 7);
        assert_eq!(document["files"], 1);
    }
}
