//! Which product is kept by which method.

use rayon::prelude::*;

use super::console::Console;
use super::exit_status::ExitStatus;
use crate::cli::{Coverage, ListFormat};
use crate::report::{Covered, Failure, coverage};
use crate::store::{Products, registry};

pub(super) fn run(args: &Coverage, console: &Console) -> anyhow::Result<ExitStatus> {
    let products = Products::open(&args.products_dir)?;
    let registry = registry(&args.products_dir)?;
    let names = products.select(&[])?;
    let read: Vec<_> = names
        .par_iter()
        .map(|name| (name, products.read(name)))
        .collect();
    let mut ending = ExitStatus::Success;
    let mut covered = Vec::new();
    for (name, product) in read {
        match product.and_then(|product| Covered::of(&registry, &product)) {
            Ok(product) => covered.push(product),
            Err(error) => {
                let failure = Failure::of_product(&error);
                console.say(&crate::report::failure(
                    &format!("{}: ", crate::text::visible(name)),
                    &failure,
                ));
                ending = ExitStatus::Failure;
            }
        }
    }
    let text = match args.format {
        ListFormat::Text => coverage::text(&covered),
        ListFormat::Markdown => coverage::markdown(&covered),
        ListFormat::Json => coverage::json(&covered),
    };
    console.give(text.as_bytes())?;
    Ok(ending)
}
