//! Why a value is in a file, or is not: for a person, on one screen.
//!
//! For a field, what the file has, what the sources give, what becomes of that, and a line for
//! each step from the page to the file. For a cycle, one line per field; for a product, one
//! line per cycle.

mod chain;
pub(super) mod json;

use std::fmt::{self, Write as _};

use super::cause::reason;
use super::origin::phrase;
use super::render::written;
use crate::collect::NotCollected;
use crate::explain::{CycleTrace, Fate, FieldTrace};
use crate::plan::Verdict;
use crate::product::Product;
use crate::release_data::Skipped;
use crate::text::{Excerpt, shortened, visible};

/// How many skipped rows and cells are printed of a field or a cycle, without `-v`.
const SHOWN: usize = 6;

pub struct Why<'a> {
    pub product: &'a Product,
    pub cycles: &'a [CycleTrace<'a>],
    pub depth: Depth,
    /// The lines of the entries of `auto.methods`, in order.
    pub entries: Vec<usize>,
    /// Why no method was run, where none was.
    pub not_collected: Option<&'a NotCollected>,
    /// The file of settings, as it is shown beside a pin.
    pub settings: &'a str,
    /// Whether the sources could not be read, or not all of them.
    pub is_failed: bool,
    pub verbose: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// One line per cycle.
    Product,
    /// One line per field.
    Cycle,
    /// A line for each step from the page to the file.
    Field,
}

pub fn text(why: &Why<'_>) -> String {
    written(|out| why.write(out))
}

impl Why<'_> {
    fn write(&self, out: &mut String) -> fmt::Result {
        if self.depth == Depth::Product {
            return self.write_product(out);
        }
        for (number, cycle) in self.cycles.iter().enumerate() {
            if number > 0 {
                out.push('\n');
            }
            if self.depth == Depth::Cycle {
                self.write_cycle(out, cycle)?;
                continue;
            }
            for traced in &cycle.fields {
                self.write_field(out, cycle, traced)?;
            }
        }
        Ok(())
    }

    /// A line of the file.
    fn at(&self, line: usize) -> String {
        format!("{}:{line}", visible(&self.product.path))
    }

    fn write_product(&self, out: &mut String) -> fmt::Result {
        let (name, path) = (visible(&self.product.name), visible(&self.product.path));
        writeln!(out, "{name} ({path})\n")?;
        let width = width(self.cycles.iter().map(|cycle| &*cycle.name));
        for cycle in self.cycles {
            let summary = self.summary(cycle);
            writeln!(out, "  {:width$}  {summary}", shown(&cycle.name))?;
        }
        Ok(())
    }

    fn summary(&self, cycle: &CycleTrace<'_>) -> String {
        let Some(line) = cycle.line else {
            return "is not in the file; the sources list it".to_owned();
        };
        let count = |of: fn(&FieldTrace<'_>) -> bool| {
            let fields = cycle.fields.iter();
            fields.filter(|traced| of(traced)).count()
        };
        let skipped = cycle.fields.iter().map(|traced| traced.skipped_items.len());
        let unstated = if self.is_failed {
            "unknown"
        } else {
            "maintained by hand"
        };
        let counts = [
            (
                count(|traced| matches!(traced.fate, Fate::Same)),
                "as in the sources",
            ),
            (count(|traced| traced.fate.is_due()), "to be written"),
            (count(|traced| traced.fate.is_stopped()), "not written"),
            (
                count(|traced| matches!(traced.fate, Fate::Silent | Fate::NoPlace)),
                unstated,
            ),
            (
                skipped.sum::<usize>() + cycle.skipped_items.len(),
                "skipped",
            ),
        ];
        let counts = counts.into_iter().filter(|(count, _)| *count > 0);
        let counts = counts.map(|(count, what)| format!(", {count} {what}"));
        format!("line {line}{}", counts.collect::<Vec<_>>().concat())
    }

    fn write_cycle(&self, out: &mut String, cycle: &CycleTrace<'_>) -> fmt::Result {
        let (product, name) = (visible(&self.product.name), shown(&cycle.name));
        write!(out, "{product} {name}")?;
        match cycle.line {
            Some(line) => writeln!(out, " ({})\n", self.at(line))?,
            None => writeln!(
                out,
                ": the file has no such release cycle; the sources list it\n"
            )?,
        }
        let width = width(cycle.fields.iter().map(|traced| &*traced.field));
        for traced in &cycle.fields {
            let value = match &traced.value {
                Some(value) => shown(&value.to_string()),
                None if traced.line.is_some() => "a list or a mapping".to_owned(),
                None => "not set".to_owned(),
            };
            write!(out, "  {:width$}  {value}", shown(&traced.field))?;
            match (traced.fate, &traced.desired) {
                (Fate::Same, Some(desired)) => write!(out, ": {}", phrase(&desired.origin))?,
                (fate, Some(desired)) => {
                    let new = shown(&desired.value.to_string());
                    let (fate, origin) = (self.word(fate), phrase(&desired.origin));
                    write!(out, "; the sources give {new}, {fate}: {origin}")?;
                }
                (_, None) if self.is_failed => write!(out, ": the sources could not be read")?,
                (_, None) => write!(out, ": no source gives it")?,
            }
            if let (Some(first), None) = (traced.skipped_items.first(), &traced.desired) {
                write!(out, "; {}", skipped_item(first))?;
            }
            out.push('\n');
        }
        self.write_skipped_items(out, &cycle.skipped_items)
    }

    fn write_field(
        &self,
        out: &mut String,
        cycle: &CycleTrace<'_>,
        traced: &FieldTrace<'_>,
    ) -> fmt::Result {
        let (product, field) = (visible(&self.product.name), shown(&traced.field));
        write!(out, "{product} {} {field}: ", shown(&cycle.name))?;
        match (&traced.value, traced.line, cycle.line) {
            (Some(value), Some(line), _) => {
                writeln!(out, "{} ({})\n", Excerpt(&value.to_string()), self.at(line))?;
            }
            (None, Some(line), _) => writeln!(out, "a list or a mapping ({})\n", self.at(line))?,
            (_, None, Some(line)) => {
                writeln!(
                    out,
                    "not set; the release cycle begins at {}\n",
                    self.at(line)
                )?;
            }
            (_, None, None) => writeln!(out, "not set; the file has no such release cycle\n")?,
        }
        writeln!(out, "{}\n", self.sentence(traced))?;
        if let Some(desired) = &traced.desired {
            self.write_chain(out, cycle, traced, desired)?;
        }
        self.write_skipped_items(out, &traced.skipped_items)?;
        self.write_skipped_items(out, &cycle.skipped_items)
    }

    fn write_skipped_items(&self, out: &mut String, skipped: &[Skipped]) -> fmt::Result {
        let most = if self.verbose { usize::MAX } else { SHOWN };
        for skipped in skipped.iter().take(most) {
            writeln!(out, "  {}", skipped_item(skipped))?;
        }
        match skipped.len().saturating_sub(most) {
            0 => Ok(()),
            more => writeln!(out, "  and {more} more were skipped; -v prints all"),
        }
    }

    /// What becomes of what the sources give.
    fn sentence(&self, traced: &FieldTrace<'_>) -> String {
        match (traced.fate, &traced.desired) {
            (Fate::Silent, _) | (_, None) if self.is_failed => {
                "The sources could not be read, so it is unknown what they give.".to_owned()
            }
            (Fate::Silent, _) | (_, None) if let Some(reason) = self.not_collected => {
                let what = match reason {
                    NotCollected::NoMethods => "product has no methods",
                    _ => "methods of the product are disabled",
                };
                format!("The {what}, so every value is maintained by hand.")
            }
            (Fate::Silent, _) | (_, None) if !traced.skipped_items.is_empty() => {
                "A source has it, but no value could be read from it: the value in the file stays."
                    .to_owned()
            }
            (Fate::Silent, _) | (_, None) => {
                "No source gives it, so no update writes it: it is maintained by hand.".to_owned()
            }
            (Fate::Same, _) => "The sources give the same value.".to_owned(),
            (fate, Some(desired)) => {
                let rest = match fate {
                    Fate::NoPlace => ", but the file has no place for it".to_owned(),
                    fate if fate.is_due() => ": the next update writes it".to_owned(),
                    fate => format!(", which is not written: {}", self.because(fate)),
                };
                format!(
                    "The sources give {}{rest}.",
                    shown(&desired.value.to_string())
                )
            }
        }
    }

    /// What becomes of a value, in a few words.
    fn word(&self, fate: Fate<'_>) -> String {
        match fate {
            Fate::NoPlace => "but the file has no place for it".to_owned(),
            fate if fate.is_due() => "to be written".to_owned(),
            fate => format!("not written ({})", self.because(fate)),
        }
    }

    fn because(&self, fate: Fate<'_>) -> String {
        match fate {
            Fate::Decided(Verdict::Rejected { violation, .. }) => {
                format!("rejected by rule `{}`: {violation}", violation.rule)
            }
            Fate::Decided(Verdict::Held(hold)) => format!(
                "held by rule `{}` of the guard: {}; `--accept {}` applies it",
                hold.cause.rule(),
                visible(&reason(hold)),
                hold.id
            ),
            Fate::Decided(Verdict::Pinned(pin)) => format!(
                "pinned until {} by {}:{}: {}",
                pin.until,
                visible(self.settings),
                pin.line,
                Excerpt(&pin.why)
            ),
            _ => "a method of the product failed".to_owned(),
        }
    }
}

/// The longest URL that is shown, in characters.
const LONGEST: usize = 300;

fn width<'a>(names: impl Iterator<Item = &'a str>) -> usize {
    names
        .map(|name| shown(name).chars().count())
        .max()
        .unwrap_or(0)
}

fn shown(name: &str) -> String {
    Excerpt(name).to_string()
}

fn skipped_item(skipped: &Skipped) -> String {
    format!(
        "skipped: {}: {}",
        phrase(&skipped.origin),
        shortened(&skipped.reason.to_string(), LONGEST)
    )
}
