//! Which product is kept by which method.

use super::console::Console;
use super::each_product::each_product;
use super::exit_status::ExitStatus;
use super::options::today;
use super::worker::Blocking;
use crate::cli::{Coverage, ListFormat};
use crate::report::{Covered, coverage};
use crate::store::Products;

pub(super) fn run(args: &Coverage, console: &Console) -> anyhow::Result<ExitStatus> {
    let products = Products::open(&args.products_dir)?;
    let (workers, registry) = Blocking::of(&args.products_dir, today(None))?;
    let names = products.select(&[])?;
    let read = |name: &str| workers.read(&products, name);
    let (covered, status) = each_product(read, &names, console, |product| {
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
