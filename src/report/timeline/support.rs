//! When each kind of support of a release cycle starts and ends, as its file states it.

use chrono::{Datelike as _, Days};
use console::truncate_str;

use crate::date::{Date, is_plausible};
use crate::product::{Product, ReleaseCycle};
use crate::text::visible;
use crate::value::Value;

/// How many cycles that ended are shown beside the others, and how far after today the axis goes
/// at least, in days: the rules for the timelines of endoflife.date.
const ENDED: usize = 3;
const AHEAD: u64 = 182;

/// A kind of support. They follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Active,
    Security,
    Extended,
}

impl Phase {
    pub const ALL: [Self; 3] = [Self::Active, Self::Security, Self::Extended];

    /// The field with its last day.
    pub fn field(self) -> &'static str {
        ["eoas", "eol", "eoes"][self as usize]
    }

    pub fn name(self) -> &'static str {
        ["active", "security", "extended"][self as usize]
    }

    /// The name that the product has for it, as its column on the site.
    fn label(self, product: &Product) -> String {
        let column = ["eoasColumn", "eolColumn", "eoesColumn"][self as usize];
        let node = product.front_matter.root.find(column);
        match node.and_then(crate::product::front_matter::Node::value) {
            Some(Value::Text(text)) => truncate_str(&visible(&text), 32, "…").into_owned(),
            _ => format!("{} support", self.name()),
        }
    }
}

/// What a file states as the end of a phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    On(Date),
    /// `false`: not ended, and no date is known.
    Open,
    /// `true`: ended, and no date is known.
    Closed,
    Unknown,
}

impl End {
    fn of(cycle: ReleaseCycle<'_>, phase: Phase) -> Self {
        match cycle.value(phase.field()) {
            Some(Value::Bool(false)) => Self::Open,
            Some(Value::Bool(true)) => Self::Closed,
            value => value
                .and_then(|value| value.date_or_quoted())
                .map_or(Self::Unknown, Self::On),
        }
    }

    fn is_over(self, today: Date) -> bool {
        match self {
            Self::On(date) => date < today,
            Self::Open | Self::Unknown => false,
            Self::Closed => true,
        }
    }
}

/// A part of a bar. Without a first day it starts before all that is drawn, without a last day it
/// is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) phase: Phase,
    pub(super) from: Option<Date>,
    pub(super) to: Option<Date>,
}

#[derive(Debug)]
pub(super) struct Cycle {
    pub(super) name: String,
    pub(super) latest: Option<String>,
    pub(super) begin: Option<Date>,
    pub(super) ends: [End; 3],
}

impl Cycle {
    fn of(cycle: ReleaseCycle<'_>) -> Self {
        let latest = cycle.node().find("latest").filter(|node| !node.is_null());
        let begin = cycle.value("releaseDate");
        Self {
            name: cycle.name().to_owned(),
            latest: latest.and_then(|node| node.text()).map(str::to_owned),
            begin: begin.and_then(|value| value.date_or_quoted()),
            ends: Phase::ALL.map(|phase| End::of(cycle, phase)),
        }
    }

    /// The parts of the bar. A phase that is open lasts until the next stated date.
    pub(super) fn spans(&self) -> Vec<Span> {
        let (mut spans, mut from, mut open) = (Vec::new(), self.begin, None);
        for (phase, end) in Phase::ALL.into_iter().zip(self.ends) {
            match end {
                End::On(date) => {
                    let phase = open.take().unwrap_or(phase);
                    if from.is_none_or(|from| from < date) {
                        let to = Some(date);
                        spans.push(Span { phase, from, to });
                        from = to;
                    }
                }
                End::Open => open = open.or(Some(phase)),
                End::Closed => open = None,
                End::Unknown => {}
            }
        }
        let open = open.map(|phase| Span {
            phase,
            from,
            to: None,
        });
        spans.extend(open);
        spans
    }

    /// Whether the bar ends on a day that nobody states.
    pub(super) fn is_closed(&self) -> bool {
        let stated = self.ends.iter().rev().find(|end| **end != End::Unknown);
        stated == Some(&End::Closed)
    }

    /// The end that matters today: that of security support, or of extended support after it.
    pub(super) fn end(&self, today: Date) -> (Phase, End) {
        let [_, eol, eoes] = self.ends;
        let goes_on = eoes != End::Unknown && !eoes.is_over(today);
        if goes_on && (eol.is_over(today) || eol == End::Unknown) {
            (Phase::Extended, eoes)
        } else {
            (Phase::Security, eol)
        }
    }

    pub(super) fn is_ended(&self, today: Date) -> bool {
        self.end(today).1.is_over(today)
    }

    /// The end that matters today, in two columns.
    pub(super) fn end_in_words(&self, today: Date) -> [String; 2] {
        let (phase, end) = self.end(today);
        let (date, when) = match end {
            End::On(date) => (date.to_string(), when(date, today)),
            End::Open => ("no date".to_owned(), "supported".to_owned()),
            End::Closed => ("no date".to_owned(), "ended".to_owned()),
            End::Unknown => ("not stated".to_owned(), String::new()),
        };
        let extended = if phase == Phase::Extended {
            ", extended"
        } else {
            ""
        };
        [date, format!("{when}{extended}")]
    }
}

fn when(date: Date, today: Date) -> String {
    match (date - today).num_days() {
        ..0 => "ended".to_owned(),
        0 => "today".to_owned(),
        1 => "in 1 day".to_owned(),
        days => format!("in {days} days"),
    }
}

/// The cycles of a product that are shown, in the order of the file, and the time that they cover.
#[derive(Debug)]
pub struct Timeline {
    pub(super) product: String,
    pub(super) title: String,
    pub(super) today: Date,
    pub(super) cycles: Vec<Cycle>,
    /// How many cycles ended earlier and are not shown.
    pub(super) left_out: usize,
    /// What the product calls each phase.
    pub(super) labels: [String; 3],
    from: Date,
    days: i64,
}

impl Timeline {
    /// The timeline of a product; of the cycles that ended it has the first few, or all.
    pub fn of(product: &Product, today: Date, all: bool) -> Self {
        let (mut ended, mut left_out) = (0, 0);
        let mut cycles: Vec<Cycle> = product.cycles().map(Cycle::of).collect();
        cycles.retain(|cycle| {
            ended += usize::from(cycle.is_ended(today));
            let is_shown = all || !cycle.is_ended(today) || ended <= ENDED;
            left_out += usize::from(!is_shown);
            is_shown
        });
        let stated = cycles.iter().flat_map(|cycle| {
            let ends = cycle.ends.into_iter().filter_map(|end| match end {
                End::On(date) => Some(date),
                End::Open | End::Closed | End::Unknown => None,
            });
            cycle.begin.into_iter().chain(ends)
        });
        // A year such as 9999 would leave no place for the others.
        let stated = stated.filter(is_plausible);
        let ahead = today.checked_add_days(Days::new(AHEAD)).unwrap_or(today);
        let from = stated.clone().fold(today, Date::min);
        let to = stated.fold(ahead, Date::max);
        Self {
            product: product.name.clone(),
            title: product.text("title").unwrap_or(&product.name).to_owned(),
            today,
            cycles,
            left_out,
            labels: Phase::ALL.map(|phase| phase.label(product)),
            from,
            days: (to - from).num_days().max(1),
        }
    }

    /// The phases that are drawn.
    pub(super) fn phases(&self) -> impl Iterator<Item = Phase> {
        let spans: Vec<Span> = self.cycles.iter().flat_map(Cycle::spans).collect();
        let is_drawn = move |phase: &Phase| spans.iter().any(|span| span.phase == *phase);
        Phase::ALL.into_iter().filter(is_drawn)
    }

    /// Where a day is on an axis of this length.
    pub(super) fn place(&self, day: Date, length: usize) -> usize {
        let days = (day - self.from).num_days().clamp(0, self.days);
        scale(days, length, self.days)
    }

    /// Years and the places where they start, at least so far from each other.
    pub(super) fn years(&self, length: usize, apart: usize) -> Vec<(i32, usize)> {
        let is_apart = |step: &i64| scale(step * 365, length, self.days) >= apart;
        let step = [1, 2, 5, 10, 20, 50].into_iter().find(is_apart);
        let step = step.unwrap_or(100);
        let years = (0..=self.days / 365 + 1).map(|year| i64::from(self.from.year()) + year);
        let years = years.filter(|year| year % step == 0);
        let years = years.filter_map(|year| Date::from_ymd_opt(year.try_into().ok()?, 1, 1));
        let within = |day: &Date| (0..=self.days).contains(&(*day - self.from).num_days());
        let places = years.filter(within);
        places
            .map(|day| (day.year(), self.place(day, length)))
            .collect()
    }
}

/// A number of days on an axis of this length for so many.
fn scale(days: i64, length: usize, all: i64) -> usize {
    let length = i64::try_from(length).unwrap_or(i64::from(u32::MAX));
    usize::try_from(days.saturating_mul(length) / all).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::parse_iso;

    fn cycle(fields: &str) -> Cycle {
        let yaml = format!("---\nreleases:\n  - {{ releaseCycle: 1, {fields} }}\n---\n");
        let product = Product::read("a", "a.md", yaml.into_bytes()).unwrap();
        Cycle::of(product.cycles().next().unwrap())
    }

    /// The spans as text: an initial, and both years.
    fn spans(fields: &str) -> String {
        let year = |date: Option<Date>| date.map_or("?".to_owned(), |date| date.year().to_string());
        let spans = cycle(fields).spans().into_iter().map(|span| {
            let (from, to) = (year(span.from), year(span.to));
            format!("{} {from}-{to}", &span.phase.name()[..1])
        });
        spans.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn a_bar_has_a_part_for_each_phase_that_the_file_states() {
        for (fields, wanted) in [
            ("releaseDate: 2020-01-01, eol: 2022-01-01", "s 2020-2022"),
            (
                "releaseDate: 2020-01-01, eoas: 2021-01-01, eol: '2022-01-01', eoes: 2023-01-01",
                "a 2020-2021, s 2021-2022, e 2022-2023",
            ),
            ("eol: 2022-01-01", "s ?-2022"),
            ("eol: false", "s ?-?"),
            ("releaseDate: 2020-01-01, eol: true", ""),
            ("releaseDate: 2020-01-01", ""),
            (
                "releaseDate: 2020-01-01, eoas: false, eol: 2022-01-01",
                "a 2020-2022",
            ),
            (
                "releaseDate: 2020-01-01, eoas: true, eol: false",
                "s 2020-?",
            ),
            (
                "releaseDate: 2020-01-01, eoas: 2022-01-01, eol: 2021-01-01",
                "a 2020-2022",
            ),
            (
                "releaseDate: 2020-01-01, eol: 2022-01-01, eoes: true",
                "s 2020-2022",
            ),
        ] {
            assert_eq!(spans(fields), wanted, "{fields}");
        }
    }

    #[test]
    fn the_end_that_matters_is_the_next_one_and_true_is_no_date() {
        let today = parse_iso("2022-01-01").unwrap();
        for (fields, wanted, is_ended) in [
            ("eol: 2022-01-01", "2022-01-01 today", false),
            ("eol: 2021-12-31", "2021-12-31 ended", true),
            ("eol: 2022-01-02", "2022-01-02 in 1 day", false),
            ("eol: true", "no date ended", true),
            ("eol: false", "no date supported", false),
            ("eoas: 2023-01-01", "not stated ", false),
            (
                "eol: 2021-01-01, eoes: 2022-01-31",
                "2022-01-31 in 30 days, extended",
                false,
            ),
            (
                "eol: 2021-01-01, eoes: false",
                "no date supported, extended",
                false,
            ),
            ("eol: 2021-01-01, eoes: true", "2021-01-01 ended", true),
        ] {
            let cycle = cycle(fields);
            assert_eq!(cycle.end_in_words(today).join(" "), wanted, "{fields}");
            assert_eq!(cycle.is_ended(today), is_ended, "{fields}");
        }
    }
}
