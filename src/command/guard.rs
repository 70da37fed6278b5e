//! Backtests the rules of the guard on recorded writes.
//!
//! The writes come from a file. Nothing is fetched or written.

use std::fmt::Write as _;

use anyhow::Context as _;
use serde_json::{Map, json};

use super::console::Console;
use super::exit_status::ExitStatus;
use crate::cli::{Format, Guard};
use crate::files;
use crate::plan::Settings;
use crate::plan::guard::{RecordedWrite, Rule, Score, Tally, backtest};
use crate::report::{pretty, written};
use crate::store::SettingsFile;
use crate::text::{Excerpt, visible};

/// The largest file of writes that is read, in bytes: fifty times the largest known one.
const LARGEST: u64 = 256 << 20;

pub(super) fn run(args: &Guard, console: &Console) -> anyhow::Result<ExitStatus> {
    let text = files::text(&args.history, files::read_named(&args.history, LARGEST))?;
    let records = RecordedWrite::read(&text)
        .with_context(|| format!("cannot read {}", args.history.display()))?;
    let settings = match &args.settings {
        Some(path) => SettingsFile::named(path)?.settings,
        None => Settings::default(),
    };
    let score = backtest(&records, &settings.thresholds, &settings.suppressions);
    let out = match args.format {
        Format::Json => document(&score),
        Format::Text => table(&score),
    };
    console.print_data(out.as_bytes())?;
    if args.verbose > 0 {
        console.print_message(&missed(&records, &score));
    }
    if args.verbose > 1 {
        console.print_message(&holds(&records, &score));
    }
    Ok(ExitStatus::Success)
}

fn percent(part: usize, whole: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts of writes are small")]
    let share = 100.0 * part as f64 / whole.max(1) as f64;
    share
}

fn table(score: &Score) -> String {
    written(|out| {
        writeln!(out, "rule          held  reverted  what it objects to")?;
        for (rule, tally) in &score.rules {
            let (name, about) = (rule.name(), rule.about());
            writeln!(
                out,
                "{name:<12} {:>5}  {:>8}  {about}",
                tally.held, tally.caught
            )?;
        }
        let (held, writes, caught) = (score.held, score.writes, score.caught);
        let restored = score.restored;
        writeln!(
            out,
            "\n{held} of {writes} writes held, {:.2} %; {caught} of {restored} reverted writes held, {:.1} %",
            percent(held, writes),
            percent(caught, restored)
        )
    })
}

fn document(score: &Score) -> String {
    let rule = |(rule, tally): &(Rule, Tally)| {
        let tally = json!({ "held": tally.held, "caught": tally.caught });
        (rule.name().to_owned(), tally)
    };
    pretty(&json!({
        "writes": score.writes,
        "held": score.held,
        "restored": score.restored,
        "caught": score.caught,
        "rules": score.rules.iter().map(rule).collect::<Map<_, _>>(),
    }))
}

fn missed(records: &[RecordedWrite], score: &Score) -> String {
    let missed = records.iter().enumerate();
    let missed =
        missed.filter(|(index, record)| record.restored && !score.holds.contains_key(index));
    let lines = missed.map(|(_, record)| format!("missed: {}\n", line(record)));
    lines.collect::<Vec<_>>().concat()
}

fn holds(records: &[RecordedWrite], score: &Score) -> String {
    let lines = score.holds.iter().map(|(index, rule)| {
        let record = &records[*index];
        let back = if record.restored { ", reverted" } else { "" };
        format!("held by {rule}{back}: {}\n", line(record))
    });
    lines.collect::<Vec<_>>().concat()
}

fn line(record: &RecordedWrite) -> String {
    let value = |text: &Option<String>| {
        text.as_deref()
            .map_or_else(|| "nothing".to_owned(), |text| Excerpt(text).to_string())
    };
    let (product, cycle) = (visible(&record.product), Excerpt(&record.cycle));
    let (field, old, new) = (
        Excerpt(&record.field),
        value(&record.old),
        value(&record.new),
    );
    format!("{} {product} {cycle} {field}: {old} -> {new}", record.date)
}
