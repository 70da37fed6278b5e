//! Which product is kept by which method.

use rayon::prelude::*;

use super::{Console, Ending};
use crate::cli::{Coverage, ListFormat};
use crate::report::{Covered, coverage};
use crate::store::Products;

pub(super) fn run(args: &Coverage, console: &Console) -> anyhow::Result<Ending> {
    let products = Products::open(&args.products_dir)?;
    let names = products.select(&[])?;
    let read: Vec<_> = names
        .par_iter()
        .map(|name| (name, products.read(name)))
        .collect();
    let mut ending = Ending::Done;
    let mut covered = Vec::new();
    for (name, product) in read {
        match product.and_then(|product| Covered::of(&product)) {
            Ok(product) => covered.push(product),
            Err(error) => {
                let failure = super::learn::product_failure(&error);
                console.say(&crate::report::failure(
                    &format!("{}: ", crate::text::visible(name)),
                    &failure,
                ));
                ending = Ending::Wanting;
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
