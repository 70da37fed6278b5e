//! Which product is kept by which method.

use rayon::prelude::*;

use super::console::Console;
use super::exit_status::ExitStatus;
use crate::cli::{Coverage, ListFormat};
use crate::report::{Covered, Failure, coverage, failure};
use crate::store::{Products, registry};
use crate::text::visible;

pub(super) fn run(args: &Coverage, console: &Console) -> anyhow::Result<ExitStatus> {
    let products = Products::open(&args.products_dir)?;
    let registry = registry(&args.products_dir)?;
    let names = products.select(&[])?;
    let read: Vec<_> = names
        .par_iter()
        .map(|name| (name, products.read(name)))
        .collect();
    let mut status = ExitStatus::Success;
    let mut covered = Vec::new();
    for (name, product) in read {
        match product.and_then(|product| Covered::of(&registry, &product)) {
            Ok(product) => covered.push(product),
            Err(error) => {
                let subject = format!("{}: ", visible(name));
                console.print_message(&failure(&subject, &Failure::of_product(&error)));
                status = ExitStatus::Failure;
            }
        }
    }
    let text = match args.format {
        _ if args.unsupported => coverage::unsupported(&covered),
        ListFormat::Text => coverage::text(&covered),
        ListFormat::Markdown => coverage::markdown(&covered),
        ListFormat::Json => coverage::json(&covered),
    };
    console.print_data(text.as_bytes())?;
    Ok(status)
}
