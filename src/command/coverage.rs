//! Which product is kept by which method.

use super::console::Console;
use super::each_product::each_product;
use super::exit_status::ExitStatus;
use crate::cli::{Coverage, ListFormat};
use crate::report::{Covered, coverage};
use crate::store::{Products, registry};

pub(super) fn run(args: &Coverage, console: &Console) -> anyhow::Result<ExitStatus> {
    let products = Products::open(&args.products_dir)?;
    let registry = registry(&args.products_dir)?;
    let names = products.select(&[])?;
    let (covered, status) = each_product(&products, &names, console, |product| {
        Covered::of(&registry, &product)
    });
    let text = match args.format {
        _ if args.unsupported => coverage::unsupported(&covered),
        ListFormat::Text => coverage::text(&covered),
        ListFormat::Markdown => coverage::markdown(&covered),
        ListFormat::Json => coverage::json(&covered),
    };
    console.print_data(text.as_bytes())?;
    Ok(status)
}
