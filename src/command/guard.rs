//! How good the guard is: its rules, asked about recorded writes.
//!
//! The writes come from a file. Nothing is fetched or written.

use std::fmt::Write as _;

use anyhow::Context as _;
use serde_json::{Map, json};

use super::console::Console;
use super::exit_status::ExitStatus;
use crate::cli::{Format, Guard};
use crate::plan::Settings;
use crate::plan::guard::{RecordedWrite, Score, backtest};
use crate::text::{Excerpt, visible};

pub(super) fn run(args: &Guard, console: &Console) -> anyhow::Result<ExitStatus> {
    let text = fs_err::read_to_string(&args.history)?;
    let records = RecordedWrite::read(&text)
        .with_context(|| format!("cannot read {}", args.history.display()))?;
    let settings = match &args.settings {
        Some(path) => Settings::read(&fs_err::read_to_string(path)?)
            .with_context(|| format!("cannot read {}", path.display()))?,
        None => Settings::default(),
    };
    let score = backtest(&records, &settings.thresholds, &settings.suppressions);
    let out = match args.format {
        Format::Json => document(&score),
        Format::Text => table(&score),
    };
    console.give(out.as_bytes())?;
    if args.verbose > 0 {
        console.say(&missed(&records, &score));
    }
    if args.verbose > 1 {
        console.say(&holds(&records, &score));
    }
    Ok(ExitStatus::Success)
}

/// A share in per cent.
fn percent(part: usize, whole: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts of writes are small")]
    let share = if whole == 0 {
        0.0
    } else {
        100.0 * part as f64 / whole as f64
    };
    share
}

/// The score for a person.
fn table(score: &Score) -> String {
    let mut out = String::from("rule          held  taken back  what it objects to\n");
    for (rule, tally) in &score.rules {
        writeln!(
            out,
            "{:<12} {:>5}  {:>10}  {}",
            rule.name(),
            tally.held,
            tally.caught,
            rule.about()
        )
        .expect("writing to a String does not fail");
    }
    let Score {
        writes,
        held,
        restored,
        caught,
        ..
    } = score;
    writeln!(
        out,
        "\n{held} of {writes} writes held, {:.2} %; {caught} of the {restored} that people took back caught, {:.1} %",
        percent(*held, *writes),
        percent(*caught, *restored)
    )
    .expect("writing to a String does not fail");
    out
}

/// The score for a program.
fn document(score: &Score) -> String {
    let rules: Map<String, serde_json::Value> = score
        .rules
        .iter()
        .map(|(rule, tally)| {
            let tally = json!({ "held": tally.held, "caught": tally.caught });
            (rule.name().to_owned(), tally)
        })
        .collect();
    let document = json!({
        "writes": score.writes,
        "held": score.held,
        "restored": score.restored,
        "caught": score.caught,
        "rules": rules,
    });
    let mut text = serde_json::to_string_pretty(&document).expect("a JSON value is JSON");
    text.push('\n');
    text
}

/// What people took back and no rule held.
fn missed(records: &[RecordedWrite], score: &Score) -> String {
    let mut out = String::new();
    for (index, record) in records.iter().enumerate() {
        if record.restored && !score.holds.contains_key(&index) {
            writeln!(out, "missed: {}", line(record)).expect("writing to a String does not fail");
        }
    }
    out
}

/// What was held, and by which rule.
fn holds(records: &[RecordedWrite], score: &Score) -> String {
    let mut out = String::new();
    for (index, rule) in &score.holds {
        let record = &records[*index];
        let back = if record.restored { ", taken back" } else { "" };
        writeln!(out, "held by {rule}{back}: {}", line(record))
            .expect("writing to a String does not fail");
    }
    out
}

fn line(record: &RecordedWrite) -> String {
    let value = |text: &Option<String>| {
        text.as_deref()
            .map_or_else(|| "nothing".to_owned(), |text| Excerpt(text).to_string())
    };
    format!(
        "{} {} {} {}: {} -> {}",
        record.date,
        visible(&record.product),
        Excerpt(&record.cycle),
        Excerpt(&record.field),
        value(&record.old),
        value(&record.new)
    )
}
