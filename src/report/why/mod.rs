//! Why a value stands in a file, or does not: for a person, on one screen.
//!
//! Of a field, the whole chain: what the file says, what became of what the sources say, and
//! a line for each link between the page and the file. Of a cycle, a line a field; of a
//! product, a line a cycle. Nothing depends on colour, and every line can be read aloud.

mod chain;
pub(super) mod json;

use std::fmt::{self, Write as _};

use super::cause::reason;
use super::origin::phrase;
use crate::collect::NotCollected;
use crate::explain::{CycleTrace, Fate, FieldTrace};
use crate::plan::Verdict;
use crate::product::Product;
use crate::release_data::Skipped;
use crate::text::{Excerpt, shortened, visible};

/// How many things that were passed over are shown of a field or a cycle.
const SHOWN: usize = 6;

/// An answer, and what it is about.
pub struct Why<'a> {
    /// The product.
    pub product: &'a Product,
    /// The cycles that are asked for.
    pub cycles: &'a [CycleTrace<'a>],
    /// How much is asked for.
    pub depth: Depth,
    /// The lines of the entries of `auto.methods`, in order.
    pub entries: Vec<usize>,
    /// Why no method was run, where none was.
    pub not_collected: Option<&'a NotCollected>,
    /// The file of settings, as it is shown beside a pin.
    pub settings: &'a str,
    /// Whether the sources could not be read, or not all of them.
    pub is_failed: bool,
}

/// How much is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// A line a cycle.
    Product,
    /// A line a field.
    Cycle,
    /// The whole chain.
    Field,
}

/// The answer for a person.
pub fn text(why: &Why<'_>) -> String {
    let mut out = String::new();
    why.write(&mut out)
        .expect("writing to a String does not fail");
    out
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
            match self.depth {
                Depth::Product | Depth::Cycle => self.write_cycle(out, cycle)?,
                Depth::Field => {
                    for traced in &cycle.fields {
                        self.write_field(out, cycle, traced)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// A line of the file.
    fn at(&self, line: usize) -> String {
        format!("{}:{line}", visible(&self.product.path))
    }

    fn write_product(&self, out: &mut String) -> fmt::Result {
        writeln!(
            out,
            "{} ({})\n",
            visible(&self.product.name),
            visible(&self.product.path)
        )?;
        let width = self
            .cycles
            .iter()
            .map(|cycle| shown(&cycle.name).chars().count());
        let width = width.max().unwrap_or(0);
        for cycle in self.cycles {
            writeln!(out, "  {:width$}  {}", shown(&cycle.name), self.sum(cycle))?;
        }
        Ok(())
    }

    /// A cycle in one line.
    fn sum(&self, cycle: &CycleTrace<'_>) -> String {
        let Some(line) = cycle.line else {
            return "is not in the file; the sources list it".to_owned();
        };
        let count = |of: fn(&FieldTrace<'_>) -> bool| {
            let fields = cycle.fields.iter();
            fields.filter(|traced| of(traced)).count()
        };
        let same = count(|traced| matches!(traced.fate, Fate::Same));
        let mut parts = vec![format!("line {line}")];
        let mut say = |count: usize, what: &str| {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        };
        say(same, "as the sources say");
        say(count(|traced| traced.fate.is_due()), "to be written");
        say(count(|traced| traced.fate.is_stopped()), "not written");
        let silent = count(|traced| matches!(traced.fate, Fate::Silent | Fate::NoPlace));
        say(silent, if self.is_failed { "unknown" } else { "by hand" });
        let skipped_items = cycle.fields.iter().map(|traced| traced.skipped_items.len());
        let skipped_items: usize = skipped_items.sum::<usize>() + cycle.skipped_items.len();
        say(skipped_items, "skipped");
        parts.join(", ")
    }

    fn write_cycle(&self, out: &mut String, cycle: &CycleTrace<'_>) -> fmt::Result {
        write!(
            out,
            "{} {}",
            visible(&self.product.name),
            shown(&cycle.name)
        )?;
        match cycle.line {
            Some(line) => writeln!(out, " ({})\n", self.at(line))?,
            None => writeln!(out, ": the file has no such cycle; the sources list it\n")?,
        }
        let width = cycle
            .fields
            .iter()
            .map(|traced| shown(&traced.field).chars().count());
        let width = width.max().unwrap_or(0);
        for traced in &cycle.fields {
            let value = match &traced.value {
                Some(value) => Excerpt(&value.to_string()).to_string(),
                None if traced.line.is_some() => "a list or a mapping".to_owned(),
                None => "nothing".to_owned(),
            };
            write!(out, "  {:width$}  {value}", shown(&traced.field))?;
            match (traced.fate, &traced.desired) {
                (Fate::Same, Some(desired)) => write!(out, ": {}", phrase(&desired.origin))?,
                (fate, Some(desired)) => {
                    let new = desired.value.to_string();
                    write!(
                        out,
                        "; the sources say {}, {}",
                        Excerpt(&new),
                        self.word(fate)
                    )?;
                    write!(out, ": {}", phrase(&desired.origin))?;
                }
                (_, None) if self.is_failed => write!(out, ": the sources could not be read")?,
                (_, None) => write!(out, ": no source states it")?,
            }
            if let Some(first) = traced
                .skipped_items
                .first()
                .filter(|_| traced.desired.is_none())
            {
                write!(out, "; {}", skipped_items(first))?;
            }
            out.push('\n');
        }
        write_skipped_items(out, &cycle.skipped_items)
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
                writeln!(out, "nothing; the cycle begins at {}\n", self.at(line))?;
            }
            (_, None, None) => writeln!(out, "nothing; the file has no such cycle\n")?,
        }
        writeln!(out, "{}\n", self.sentence(traced))?;
        if let Some(desired) = &traced.desired {
            self.write_chain(out, cycle, traced, desired)?;
        }
        write_skipped_items(out, &traced.skipped_items)?;
        write_skipped_items(out, &cycle.skipped_items)
    }

    /// What became of what the sources say.
    fn sentence(&self, traced: &FieldTrace<'_>) -> String {
        match (traced.fate, &traced.desired) {
            (Fate::Silent, _) | (_, None) if self.is_failed => {
                "The sources could not be read, so nothing can be said of them.".to_owned()
            }
            (Fate::Silent, _) | (_, None) if self.not_collected.is_some() => {
                let what = match self.not_collected {
                    Some(NotCollected::AutoDisabled | NotCollected::AllDisabled) => {
                        "has its methods switched off"
                    }
                    _ => "has no methods",
                };
                format!("The product {what}, so every value is kept by hand.")
            }
            (Fate::Silent, _) | (_, None) if !traced.skipped_items.is_empty() => {
                "A source has it, and nothing could be taken from it: what stands in the file stays."
                    .to_owned()
            }
            (Fate::Silent, _) | (_, None) => {
                "No source states it, so no update writes it: it is kept by hand.".to_owned()
            }
            (Fate::Same, _) => "The sources say the same.".to_owned(),
            (fate, Some(desired)) => {
                let new = desired.value.to_string();
                let new = Excerpt(&new);
                match fate {
                    Fate::NoPlace => {
                        format!("The sources say {new}, for which the file has no place.")
                    }
                    fate if fate.is_due() => {
                        format!("The sources say {new}: the next update writes it.")
                    }
                    fate => format!(
                        "The sources say {new}, which is not written: {}.",
                        self.because(fate)
                    ),
                }
            }
        }
    }

    /// What becomes of a value, in a few words.
    fn word(&self, fate: Fate<'_>) -> String {
        match fate {
            Fate::NoPlace => "for which there is no place".to_owned(),
            fate if fate.is_due() => "to be written".to_owned(),
            fate => format!("not written ({})", self.because(fate)),
        }
    }

    /// Why a value is not written.
    fn because(&self, fate: Fate<'_>) -> String {
        match fate {
            Fate::Decided(Verdict::Rejected { violation, .. }) => format!(
                "rejected, against rule `{}` of the site: {violation}",
                violation.rule
            ),
            Fate::Decided(Verdict::Held(hold)) => format!(
                "held by rule `{}` of the guard: {}; `--accept {}` writes it",
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
            _ => "a method of the product failed, so nothing is".to_owned(),
        }
    }
}

/// The longest URL that is shown, in characters.
const LONGEST: usize = 300;

fn shown(name: &str) -> String {
    Excerpt(name).to_string()
}

fn skipped_items(skipped: &Skipped) -> String {
    format!(
        "skipped: {}: {}",
        phrase(&skipped.origin),
        shortened(&skipped.reason.to_string(), LONGEST)
    )
}

fn write_skipped_items(out: &mut String, skipped: &[Skipped]) -> fmt::Result {
    for skipped in skipped.iter().take(SHOWN) {
        writeln!(out, "  {}", skipped_items(skipped))?;
    }
    let more = skipped.len().saturating_sub(SHOWN);
    if more > 0 {
        writeln!(
            out,
            "  and {more} more were skipped; --format json has them"
        )?;
    }
    Ok(())
}
