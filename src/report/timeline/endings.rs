//! What ends when, over several products: a list to read and to search.

use std::fmt::Write as _;

use serde_json::json;

use super::super::render::{SCHEMA_VERSION, pretty, written};
use super::support::Phase;
use crate::date::Date;
use crate::product::Product;
use crate::text::Excerpt;

/// A date on which a phase of a release cycle ends.
#[derive(Debug, Clone)]
pub struct Ending {
    /// Its last day.
    pub date: Date,
    product: String,
    cycle: String,
    phase: Phase,
}

impl Ending {
    /// The ends that a product states, in the order of its file.
    pub fn of(product: &Product) -> impl Iterator<Item = Self> {
        product.cycles().flat_map(move |cycle| {
            Phase::ALL.into_iter().filter_map(move |phase| {
                Some(Self {
                    date: cycle.value(phase.field())?.date_or_quoted()?,
                    product: product.name.clone(),
                    cycle: cycle.name().to_owned(),
                    phase,
                })
            })
        })
    }

    fn days(&self, today: Date) -> i64 {
        (self.date - today).num_days()
    }
}

/// One line per end: in how many days, when, and of what.
pub fn text(endings: &[Ending], today: Date) -> String {
    let shown = endings.iter().map(|ending| {
        let days = format!("{}d", ending.days(today));
        let product = Excerpt(&ending.product).to_string();
        [days, product, Excerpt(&ending.cycle).to_string()]
    });
    let shown: Vec<_> = shown.collect();
    let widths = [0, 1, 2].map(|column| {
        let widths = shown
            .iter()
            .map(|row| console::measure_text_width(&row[column]));
        widths.max().unwrap_or_default()
    });
    written(|out| {
        for (ending, row) in endings.iter().zip(&shown) {
            let (date, field) = (ending.date, ending.phase.field());
            let [_, product, cycle] = [0, 1, 2].map(|column| {
                console::pad_str(&row[column], widths[column], console::Alignment::Left, None)
            });
            let days = &row[0];
            writeln!(
                out,
                "{days:>0$}  {date}  {product}  {cycle}  {field}",
                widths[0]
            )?;
        }
        Ok(())
    })
}

pub fn json(endings: &[Ending], today: Date, until: Date) -> String {
    let ending = |ending: &Ending| {
        json!({
            "days": ending.days(today),
            "date": ending.date.to_string(),
            "product": ending.product,
            "cycle": ending.cycle,
            "field": ending.phase.field(),
        })
    };
    pretty(&json!({
        "schema_version": SCHEMA_VERSION,
        "today": today.to_string(),
        "until": until.to_string(),
        "ends": endings.iter().map(ending).collect::<Vec<_>>(),
    }))
}
