//! Why a value stands in a file, or does not: for a person, on one screen.
//!
//! Of a field, the whole chain: what the file says, what became of what the sources say, and
//! a line for each link between the page and the file. Of a cycle, a line a field; of a
//! product, a line a cycle. Nothing depends on colour, and every line can be read aloud.

mod chain;
mod json;

use std::fmt::{self, Write as _};

pub use json::document;

use super::evidence::phrase;
use crate::explain::{Answer, Cycle, Fate, Stop};
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
    pub cycles: &'a [Cycle],
    /// How much is asked for.
    pub depth: Depth,
    /// The lines of the entries of `auto.methods`, in order.
    pub entries: Vec<usize>,
    /// Why no method is asked, behind "the product".
    pub idle: Option<&'static str>,
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
                    for answer in &cycle.answers {
                        self.write_field(out, cycle, answer)?;
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
    fn sum(&self, cycle: &Cycle) -> String {
        let Some(line) = cycle.line else {
            return "is not in the file; the sources list it".to_owned();
        };
        let count = |of: fn(&Fate) -> bool| {
            cycle
                .answers
                .iter()
                .filter(|answer| of(&answer.fate))
                .count()
        };
        let same = count(|fate| *fate == Fate::Same);
        let mut parts = vec![format!("line {line}")];
        let mut say = |count: usize, what: &str| {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        };
        say(same, "as the sources say");
        say(count(|fate| *fate == Fate::Due), "to be written");
        say(
            count(|fate| matches!(fate, Fate::Stopped(_))),
            "not written",
        );
        let silent = count(|fate| matches!(fate, Fate::Silent | Fate::NoPlace));
        say(silent, if self.is_failed { "unknown" } else { "by hand" });
        let passed_over = cycle.answers.iter().map(|answer| answer.passed_over.len());
        let passed_over: usize = passed_over.sum::<usize>() + cycle.passed_over.len();
        say(passed_over, "passed over");
        parts.join(", ")
    }

    fn write_cycle(&self, out: &mut String, cycle: &Cycle) -> fmt::Result {
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
            .answers
            .iter()
            .map(|answer| shown(&answer.field).chars().count());
        let width = width.max().unwrap_or(0);
        for answer in &cycle.answers {
            let value = match &answer.value {
                Some(value) => Excerpt(&value.to_string()).to_string(),
                None if answer.line.is_some() => "a list or a mapping".to_owned(),
                None => "nothing".to_owned(),
            };
            write!(out, "  {:width$}  {value}", shown(&answer.field))?;
            match (&answer.fate, &answer.said) {
                (Fate::Same, Some(said)) => write!(out, ": {}", phrase(&said.origin))?,
                (fate, Some(said)) => {
                    let new = said.value.to_string();
                    write!(out, "; the sources say {}, {}", Excerpt(&new), word(fate))?;
                    write!(out, ": {}", phrase(&said.origin))?;
                }
                (_, None) if self.is_failed => write!(out, ": the sources could not be read")?,
                (_, None) => write!(out, ": no source states it")?,
            }
            if let Some(first) = answer.passed_over.first().filter(|_| answer.said.is_none()) {
                write!(out, "; {}", passed_over(first))?;
            }
            out.push('\n');
        }
        write_passed_over(out, &cycle.passed_over)
    }

    fn write_field(&self, out: &mut String, cycle: &Cycle, answer: &Answer) -> fmt::Result {
        let (product, field) = (visible(&self.product.name), shown(&answer.field));
        write!(out, "{product} {} {field}: ", shown(&cycle.name))?;
        match (&answer.value, answer.line, cycle.line) {
            (Some(value), Some(line), _) => {
                writeln!(out, "{} ({})\n", Excerpt(&value.to_string()), self.at(line))?;
            }
            (None, Some(line), _) => writeln!(out, "a list or a mapping ({})\n", self.at(line))?,
            (_, None, Some(line)) => {
                writeln!(out, "nothing; the cycle begins at {}\n", self.at(line))?;
            }
            (_, None, None) => writeln!(out, "nothing; the file has no such cycle\n")?,
        }
        writeln!(out, "{}\n", self.sentence(answer))?;
        if let Some(said) = &answer.said {
            self.write_chain(out, cycle, answer, said)?;
        }
        write_passed_over(out, &answer.passed_over)?;
        write_passed_over(out, &cycle.passed_over)
    }

    /// What became of what the sources say.
    fn sentence(&self, answer: &Answer) -> String {
        match (&answer.fate, &answer.said) {
            (Fate::Silent, _) | (_, None) if self.is_failed => {
                "The sources could not be read, so nothing can be said of them.".to_owned()
            }
            (Fate::Silent, _) | (_, None) if self.idle.is_some() => format!(
                "The product {}, so every value is kept by hand.",
                self.idle.unwrap_or_default()
            ),
            (Fate::Silent, _) | (_, None) if !answer.passed_over.is_empty() => {
                "A source has it, and nothing could be taken from it: what stands in the file stays."
                    .to_owned()
            }
            (Fate::Silent, _) | (_, None) => {
                "No source states it, so no update writes it: it is kept by hand.".to_owned()
            }
            (Fate::Same, _) => "The sources say the same.".to_owned(),
            (fate, Some(said)) => {
                let new = said.value.to_string();
                let new = Excerpt(&new);
                match fate {
                    Fate::Stopped(stop) => {
                        format!(
                            "The sources say {new}, which is not written: {}.",
                            because(stop)
                        )
                    }
                    Fate::NoPlace => {
                        format!("The sources say {new}, for which the file has no place.")
                    }
                    _ => format!("The sources say {new}: the next update writes it."),
                }
            }
        }
    }
}

/// The longest URL that is shown, in characters.
const LONGEST: usize = 300;

fn shown(name: &str) -> String {
    Excerpt(name).to_string()
}

/// What becomes of a value, in a few words.
fn word(fate: &Fate) -> String {
    match fate {
        Fate::Stopped(stop) => format!("not written ({})", because(stop)),
        Fate::NoPlace => "for which there is no place".to_owned(),
        Fate::Due => "to be written".to_owned(),
        Fate::Same | Fate::Silent => String::new(),
    }
}

fn because(stop: &Stop) -> String {
    match stop {
        Stop::Withheld { rule, reason } => {
            format!(
                "withheld, against rule `{rule}` of the site: {}",
                visible(reason)
            )
        }
        Stop::Failed => "a method of the product failed, so nothing is".to_owned(),
        Stop::Held { id, rule, reason } => format!(
            "held by rule `{rule}` of the guard: {}; `--accept {}` writes it",
            visible(reason),
            visible(id)
        ),
        Stop::Pinned { until, reason, at } => format!(
            "pinned until {until} by {}: {}",
            visible(at),
            Excerpt(reason)
        ),
    }
}

fn passed_over(skipped: &Skipped) -> String {
    format!(
        "passed over: {}: {}",
        phrase(&skipped.origin),
        shortened(&skipped.reason, LONGEST)
    )
}

fn write_passed_over(out: &mut String, skipped: &[Skipped]) -> fmt::Result {
    for skipped in skipped.iter().take(SHOWN) {
        writeln!(out, "  {}", passed_over(skipped))?;
    }
    let more = skipped.len().saturating_sub(SHOWN);
    if more > 0 {
        writeln!(
            out,
            "  and {more} more were passed over; --format json has them"
        )?;
    }
    Ok(())
}
