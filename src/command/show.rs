//! The timelines of products: for a terminal, as JSON, or one as a picture. Nothing is written.

use super::console::Console;
use super::each_product::each_product;
use super::exit_status::ExitStatus;
use super::options::today;
use super::worker::Blocking;
use crate::cli::{Format, Show};
use crate::report::timeline::{self, Timeline};
use crate::store::{Products, products_dir};

pub(super) fn run(args: &Show, console: &Console) -> anyhow::Result<ExitStatus> {
    let products = Products::open(&products_dir(args.products_dir.as_deref(), &args.products))?;
    let names = products.select(&args.products)?;
    if args.svg && names.len() > 1 {
        anyhow::bail!(
            "--svg draws one product, and {} are named: run once for each",
            names.len()
        );
    }
    let today = today(args.today);
    let workers = Blocking::without_methods()?;
    let read = |name: &str| workers.read_to_show(&products, name);
    let all = args.verbose > 0 || args.format == Format::Json;
    let (timelines, status) = each_product(read, &names, console, |product| {
        Ok(Timeline::of(&product, today, all))
    });
    if args.format == Format::Json {
        let document = timeline::document(&timelines, today);
        console.print_data(document.as_bytes())?;
    } else if args.svg {
        let pictures: String = timelines.iter().map(timeline::svg).collect();
        console.print_data(pictures.as_bytes())?;
    } else {
        let width = Console::width();
        let texts = timelines.iter().map(|one| timeline::text(one, width));
        console.print_text(&texts.collect::<Vec<_>>().join("\n"), false)?;
    }
    Ok(status)
}
