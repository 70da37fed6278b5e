//! A timeline as bars of block characters beside a table, fitted to a width.
//!
//! Phases have characters of different height, so that they are apart without colour. Columns are
//! left out of a narrow terminal: the latest version first, then how far the end is, then the end.

use std::fmt::{self, Write as _};

use anstyle::{AnsiColor, Style};
use console::{Alignment, measure_text_width, pad_str, truncate_str};

use super::super::render::{count, written};
use super::support::{Cycle, Phase, Timeline};
use crate::text::visible;

/// The least width that is kept to.
pub const LEAST_WIDTH: usize = 20;

const TODAY: (char, Style) = ('│', AnsiColor::Red.on_default());
const OPEN: char = '→';
const CLOSED: char = '×';
const NO_BEGIN: char = '?';
const PLAIN: Style = Style::new();
const QUIET: Style = Style::new().dimmed();

/// Between two columns.
const GAP: &str = "  ";

fn block(phase: Phase) -> (char, Style) {
    match phase {
        Phase::Active => ('█', AnsiColor::Green.on_default()),
        Phase::Security => ('▄', AnsiColor::Yellow.on_default()),
        Phase::Extended => ('▂', AnsiColor::Magenta.on_default()),
    }
}

/// A timeline, with no line wider than a terminal of this width.
pub fn text(timeline: &Timeline, width: usize) -> String {
    written(|out| write(out, timeline, width.max(LEAST_WIDTH)))
}

fn write(out: &mut String, timeline: &Timeline, width: usize) -> fmt::Result {
    let (product, title) = (visible(&timeline.product), visible(&timeline.title));
    let title = format!("{title} ({product})");
    writeln!(out, "{}", truncate_str(&title, width, "…"))?;
    if timeline.cycles.is_empty() && timeline.left_out == 0 {
        return writeln!(out, "no release cycles");
    }
    let table: Vec<[String; 4]> = timeline
        .cycles
        .iter()
        .map(|cycle| {
            let [date, when] = cycle.end_in_words(timeline.today);
            let latest = visible(cycle.latest.as_deref().unwrap_or_default());
            [visible(&cycle.name).into_owned(), date, when, latest.into()]
        })
        .collect();
    let widest = |column: usize, most: usize| {
        let widths = table.iter().map(|row| measure_text_width(&row[column]));
        widths.max().unwrap_or_default().min(most)
    };
    let name = widest(0, (width / 4).max(6));
    let mut length = width - name - GAP.len();
    let mut columns = Vec::new();
    for column in [1, 2, 3] {
        let wanted = widest(column, 24);
        // The bars keep two fifths of the line.
        if wanted == 0 || length < width * 2 / 5 + wanted + GAP.len() {
            break;
        }
        length -= wanted + GAP.len();
        columns.push((column, wanted));
    }
    writeln!(
        out,
        "{:name$}{GAP}{}",
        "",
        years(timeline, length).trim_end()
    )?;
    for (cycle, row) in timeline.cycles.iter().zip(&table) {
        let is_ended = cycle.is_ended(timeline.today);
        let style = if is_ended { QUIET } else { PLAIN };
        let name = pad_str(&row[0], name, Alignment::Left, Some("…"));
        write!(out, "{style}{name}{style:#}{GAP}")?;
        let cells = cells(timeline, cycle, length);
        for run in cells.chunk_by(|a, b| a.1 == b.1) {
            let style = run[0].1;
            let run: String = run.iter().map(|cell| cell.0).collect();
            write!(out, "{style}{run}{style:#}")?;
        }
        let texts = columns.iter().map(|&(column, wanted)| {
            let text = pad_str(&row[column], wanted, Alignment::Left, Some("…"));
            format!("{GAP}{text}")
        });
        let texts = texts.collect::<String>();
        writeln!(out, "{style}{}{style:#}", texts.trim_end())?;
    }
    if timeline.left_out > 0 {
        let left_out = count(timeline.left_out, "cycle");
        let line = format!("and {left_out} that ended earlier (-v shows them)");
        writeln!(out, "{QUIET}{}{QUIET:#}", truncate_str(&line, width, "…"))?;
    }
    write_legend(out, timeline, width)
}

/// The line of years above the bars.
fn years(timeline: &Timeline, length: usize) -> String {
    let mut line = String::new();
    for (year, place) in timeline.years(length, 6) {
        let year = year.to_string();
        if place + year.len() <= length {
            line = format!("{line:place$}{year}");
        }
    }
    line
}

fn cells(timeline: &Timeline, cycle: &Cycle, length: usize) -> Vec<(char, Style)> {
    let last = length - 1;
    let place = |day| timeline.place(day, length).min(last);
    let mut cells = vec![(' ', PLAIN); length];
    let (spans, begin) = (cycle.spans(), cycle.begin.map_or(0, place));
    for span in &spans {
        let from = span.from.map_or(0, place);
        let to = span.to.map(|day| timeline.place(day, length).max(from + 1));
        cells[from..to.unwrap_or(length)].fill(block(span.phase));
    }
    cells[place(timeline.today)] = TODAY;
    match spans.last() {
        Some(span) if span.to.is_none() => cells[last] = (OPEN, block(span.phase).1),
        last_span if cycle.is_closed() => {
            let end = last_span.and_then(|span| span.to);
            cells[end.map_or(begin, place)] = (CLOSED, PLAIN);
        }
        _ => {}
    }
    if spans.first().is_some_and(|span| span.from.is_none()) {
        cells[0] = (NO_BEGIN, PLAIN);
    }
    cells
}

/// What the characters mean, as many in a line as fit.
fn write_legend(out: &mut String, timeline: &Timeline, width: usize) -> fmt::Result {
    let mut items: Vec<_> = timeline
        .phases()
        .map(|phase| (block(phase), timeline.labels[phase as usize].clone()))
        .collect();
    items.push((TODAY, timeline.today.to_string()));
    let cycles = &timeline.cycles;
    let spans = || cycles.iter().flat_map(Cycle::spans);
    for (is_used, mark, words) in [
        (spans().any(|span| span.to.is_none()), OPEN, "no end date"),
        (
            cycles.iter().any(Cycle::is_closed),
            CLOSED,
            "ended, no date",
        ),
        (
            spans().any(|span| span.from.is_none()),
            NO_BEGIN,
            "no release date",
        ),
    ] {
        items.extend(is_used.then(|| ((mark, PLAIN), words.to_owned())));
    }
    let mut used = 0;
    for ((mark, style), words) in items {
        let words = truncate_str(&words, width - 2, "…");
        let wanted = measure_text_width(&words) + 2;
        let gap = match used {
            0 => "",
            _ if used + GAP.len() + wanted > width => "\n",
            _ => GAP,
        };
        used = if gap == GAP { used + GAP.len() } else { 0 } + wanted;
        write!(out, "{gap}{style}{mark}{style:#} {words}")?;
    }
    writeln!(out)
}
