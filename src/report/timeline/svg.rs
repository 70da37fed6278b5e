//! A timeline as a picture: SVG without script and without anything from elsewhere, for light and
//! dark pages. The same file and day give the same bytes.
//!
//! Lengths are units of the view box, which a viewer scales. Where the picture is narrow its text
//! is larger, so space is reserved for the larger text.

use std::fmt::{self, Write as _};

use console::{measure_text_width, truncate_str};

use super::super::render::{count, written};
use super::support::{Cycle, Phase, Span, Timeline};
use crate::text::visible;

const WIDTH: usize = 720;
const MARGIN: usize = 16;
const ROW: usize = 28;
/// Where the rows start, below the title and the label of today.
const TOP: usize = 66;
/// The width of a character, where text is larger and otherwise.
const LARGE: usize = 12;
const SMALL: usize = 8;
/// The longest name of a cycle, in characters.
const NAME: usize = 18;

const STYLE: &str = "\
.shelflife{font:14px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}
.shelflife .back{fill:#fff}.shelflife text{fill:#1f2328}.shelflife .title{font-size:1.15em;font-weight:600}
.shelflife .quiet{fill:#59636e}.shelflife .grid{stroke:#d1d9e0}.shelflife .today{stroke:#cf222e;stroke-width:2}
.shelflife .active{fill:#1a7f37}.shelflife .security{fill:#bf8700}.shelflife .extended{fill:#8250df}
.shelflife .ended .bar{opacity:.55}
@media (prefers-color-scheme:dark){
.shelflife .back{fill:#0d1117}.shelflife text{fill:#f0f6fc}
.shelflife .quiet{fill:#9198a1}.shelflife .grid{stroke:#3d444d}.shelflife .today{stroke:#f85149}
.shelflife .active{fill:#3fb950}.shelflife .security{fill:#d29922}.shelflife .extended{fill:#ab7df8}}
@media (max-width:520px){.shelflife{font-size:20px}.shelflife .wide{display:none}}
";

/// How high a bar is, so that phases are apart without colour.
fn height(phase: Phase) -> usize {
    match phase {
        Phase::Active => 16,
        Phase::Security => 10,
        Phase::Extended => 4,
    }
}

pub fn svg(timeline: &Timeline) -> String {
    written(|out| write(out, timeline))
}

/// Where the bars are.
struct Axis<'a> {
    timeline: &'a Timeline,
    left: usize,
    length: usize,
}

impl Axis<'_> {
    fn place(&self, day: crate::date::Date) -> usize {
        self.left + self.timeline.place(day, self.length)
    }

    fn right(&self) -> usize {
        self.left + self.length
    }
}

fn write(out: &mut String, timeline: &Timeline) -> fmt::Result {
    let rows: Vec<(&Cycle, String, [String; 2])> = timeline
        .cycles
        .iter()
        .map(|cycle| {
            let name = visible(&cycle.name);
            let name = truncate_str(&name, NAME, "…").into_owned();
            (cycle, name, cycle.end_in_words(timeline.today))
        })
        .collect();
    let widest = |texts: &mut dyn Iterator<Item = &String>| {
        texts
            .map(|text| measure_text_width(text))
            .max()
            .unwrap_or_default()
    };
    let names = widest(&mut rows.iter().map(|row| &row.1)) * LARGE;
    let whens = widest(&mut rows.iter().map(|row| &row.2[1])) * SMALL;
    // A date in larger text needs the place of a date and more in the usual one.
    let ends = (10 * SMALL + 12 + whens).max(10 * LARGE);
    let left = MARGIN + names + 18;
    let length = WIDTH - MARGIN - ends - 14 - left;
    let axis = Axis {
        timeline,
        left,
        length,
    };
    let bottom = TOP + rows.len() * ROW;
    let mut legend = String::new();
    let end = write_legend(&mut legend, timeline, bottom + 54)?;
    let height = end + MARGIN;
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"shelflife\" role=\"img\" lang=\"en\" \
         width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\" \
         style=\"max-width:100%;height:auto\">"
    )?;
    let (title, today) = (xml(&timeline.title), timeline.today);
    writeln!(out, "<title>{title}: support of its release cycles</title>")?;
    let sentences = rows.iter().map(|(cycle, _, end)| {
        let name = xml(&cycle.name);
        format!("{name}: {}.", end.join(", ").trim_end_matches(", "))
    });
    let sentences = sentences.collect::<Vec<_>>().join(" ");
    writeln!(out, "<desc>On {today}: {sentences}</desc>")?;
    writeln!(out, "<style>\n{STYLE}</style>")?;
    writeln!(
        out,
        "<rect class=\"back\" width=\"{WIDTH}\" height=\"{height}\" rx=\"6\"/>"
    )?;
    let title = visible(&timeline.title);
    let title = xml(&truncate_str(&title, 48, "…"));
    writeln!(
        out,
        "<text class=\"title\" x=\"{MARGIN}\" y=\"30\">{title}</text>"
    )?;
    for (year, place) in timeline.years(length, 4 * LARGE + 6) {
        let x = left + place;
        writeln!(
            out,
            "<path class=\"grid\" d=\"M{x} {TOP}V{bottom}\"/>\
             <text class=\"quiet\" x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{year}</text>",
            bottom + 22
        )?;
    }
    for (row, (cycle, name, end)) in rows.iter().enumerate() {
        write_row(out, &axis, TOP + row * ROW, cycle, name, end)?;
    }
    let x = axis.place(today);
    writeln!(
        out,
        "<path class=\"today\" d=\"M{x} {}V{bottom}\"/>\
         <text class=\"quiet\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{today}</text>",
        TOP - 6,
        x.clamp(MARGIN + 5 * LARGE, WIDTH - MARGIN - 5 * LARGE),
        TOP - 12
    )?;
    out.push_str(&legend);
    out.push_str("</svg>\n");
    Ok(())
}

fn write_row(
    out: &mut String,
    axis: &Axis<'_>,
    top: usize,
    cycle: &Cycle,
    name: &str,
    [date, when]: &[String; 2],
) -> fmt::Result {
    let is_ended = cycle.is_ended(axis.timeline.today);
    let (class, quiet) = if is_ended {
        (" class=\"ended\"", " class=\"quiet\"")
    } else {
        ("", "")
    };
    let text = top + 19;
    writeln!(
        out,
        "<g{class}><text{quiet} x=\"{MARGIN}\" y=\"{text}\">{}</text>",
        xml(name)
    )?;
    let spans = cycle.spans();
    for span in &spans {
        write_span(out, axis, top + ROW / 2, *span)?;
    }
    let last = spans.last();
    if cycle.is_closed() && last.is_none_or(|span| span.to.is_some()) {
        let end = last.and_then(|span| span.to).or(cycle.begin);
        let x = end.map_or(axis.left, |day| axis.place(day)) + 2;
        writeln!(out, "<text x=\"{x}\" y=\"{text}\">×</text>")?;
    }
    if spans.first().is_some_and(|span| span.from.is_none()) {
        let x = axis.left - 4;
        writeln!(
            out,
            "<text class=\"quiet\" x=\"{x}\" y=\"{text}\" text-anchor=\"end\">?</text>"
        )?;
    }
    let x = axis.right() + 14;
    writeln!(
        out,
        "<text{quiet} x=\"{x}\" y=\"{text}\">{date}</text>\
         <text class=\"quiet wide\" x=\"{}\" y=\"{text}\">{when}</text></g>",
        x + 10 * SMALL + 12
    )
}

fn write_span(out: &mut String, axis: &Axis<'_>, middle: usize, span: Span) -> fmt::Result {
    let (class, height) = (span.phase.name(), height(span.phase));
    let from = span.from.map_or(axis.left, |day| axis.place(day));
    let (top, bottom) = (middle - height / 2, middle + height / 2);
    if let Some(to) = span.to {
        let width = axis.place(to).saturating_sub(from).max(1);
        let part = format!("x=\"{from}\" y=\"{top}\" width=\"{width}\" height=\"{height}\"");
        writeln!(out, "<rect class=\"bar {class}\" {part}/>")
    } else {
        // An arrow: its head begins where the bar of a phase with a date could still go on.
        let right = axis.right();
        let head = right.saturating_sub(8).max(from);
        let (above, below) = (top - 3, bottom + 3);
        writeln!(
            out,
            "<path class=\"bar {class}\" \
             d=\"M{from} {top}H{head}V{above}L{right} {middle}L{head} {below}V{bottom}H{from}z\"/>"
        )
    }
}

/// What the bars and marks mean, as many in a line as fit. Returns where the last line is.
fn write_legend(out: &mut String, timeline: &Timeline, first: usize) -> Result<usize, fmt::Error> {
    let (mut x, mut y) = (MARGIN, first);
    let is_open = |cycle: &Cycle| cycle.spans().iter().any(|span| span.to.is_none());
    let has_no_begin = |cycle: &Cycle| cycle.spans().iter().any(|span| span.from.is_none());
    let has = |is: &dyn Fn(&Cycle) -> bool| timeline.cycles.iter().any(is);
    let phases = timeline.phases();
    let mut items: Vec<(Option<Phase>, &str, String)> = phases
        .map(|phase| (Some(phase), "", timeline.labels[phase as usize].clone()))
        .collect();
    let left_out = format!("{} ended earlier", count(timeline.left_out, "cycle"));
    for (is_used, mark, words) in [
        (has(&is_open), "→", "no end date"),
        (has(&Cycle::is_closed), "×", "ended, no date"),
        (has(&has_no_begin), "?", "no release date"),
        (timeline.left_out > 0, "…", &left_out),
    ] {
        items.extend(is_used.then(|| (None, mark, words.to_owned())));
    }
    for (phase, mark, words) in items {
        let wanted = 24 + measure_text_width(&words) * LARGE;
        if x > MARGIN && x + wanted > WIDTH - MARGIN {
            (x, y) = (MARGIN, y + ROW);
        }
        if let Some(phase) = phase {
            let (class, height) = (phase.name(), height(phase));
            let top = y - 5 - height / 2;
            write!(
                out,
                "<rect class=\"{class}\" x=\"{x}\" y=\"{top}\" width=\"18\" height=\"{height}\"/>"
            )?;
        } else {
            write!(out, "<text x=\"{x}\" y=\"{y}\">{mark}</text>")?;
        }
        let (at, words) = (x + 24, xml(&words));
        writeln!(
            out,
            "<text class=\"quiet\" x=\"{at}\" y=\"{y}\">{words}</text>"
        )?;
        x += wanted + 12;
    }
    Ok(y)
}

/// A text as content of an element: visible, and with characters that XML allows alone.
fn xml(text: &str) -> String {
    let mut out = String::new();
    for c in visible(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\u{fffe}' | '\u{ffff}' => out.push(char::REPLACEMENT_CHARACTER),
            c => out.push(c),
        }
    }
    out
}
