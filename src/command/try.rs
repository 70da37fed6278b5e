//! Runs the methods of one product file and prints what they collect.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;

use super::console::Console;
use super::exit_status::ExitStatus;
use super::options::today;
use super::worker::Workers;
use crate::cli::Try;
use crate::collect::{Collected, NotCollected, collect, steps};
use crate::job::Stored;
use crate::methods::Step;
use crate::presets::Registry;
use crate::product::front_matter::ConfigError;
use crate::product::{Auto, Product};
use crate::report::{self, Failure, failure};
use crate::store::{Products, products_dir, read_product_file};

pub(super) async fn run(args: &Try, console: &Console) -> anyhow::Result<ExitStatus> {
    let file = product_file(args)?;
    let shown = file.display().to_string();
    let name = file
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or("product");
    let folder = file.parent().filter(|folder| *folder != Path::new(""));
    let today = today(args.common.today);
    let folder = folder.unwrap_or(Path::new("."));
    let (workers, registry) = Workers::of(folder, today, false).await?;
    let bytes = read_product_file(&file)?;
    let stored = Stored::default();
    let admitted = workers.admit_product(name, &bytes, &stored).await;
    drop(admitted.with_context(|| format!("cannot read {shown}"))?);
    let product = match Product::read(name, &shown, bytes) {
        Ok(product) => Arc::new(product),
        Err(error) => {
            console.print_message(&failure("", &Failure::of_product(&error)));
            return Ok(ExitStatus::Usage);
        }
    };
    let steps = match chosen(&registry, &product, args.method) {
        Ok(steps) => steps,
        Err(NotCollected::Config(error)) => {
            console.print_message(&failure("", &Failure::of_product(&error)));
            return Ok(ExitStatus::Usage);
        }
        Err(_) => anyhow::bail!("{shown} has no methods to run"),
    };
    let settings = args.settings.file.as_deref();
    let fetcher = args.fetch.fetcher_or_page(args.page.as_deref(), settings)?;
    let Collected { data, error } =
        collect(&product, &steps, &fetcher, None, today, &workers).await;
    fetcher.finish()?;
    if args.common.verbose > 0 {
        console.print_message(&report::skipped_items(&data.skipped));
        let fetched = fetcher.statistics();
        console.print_message(&report::fetched(&fetched, args.common.verbosity()));
    }
    if let Some(error) = error {
        console.print_message(&failure(
            &format!("{name}: "),
            &Failure::of_method(&error, &data.skipped),
        ));
        return Ok(ExitStatus::Failure);
    }
    if args.common.is_json() {
        console.print_data(format!("{}\n", data.to_json()).as_bytes())?;
    } else {
        console.print_data(report::release_data(&data).as_bytes())?;
    }
    Ok(ExitStatus::Success)
}

/// The file that is named; where it is not there, that of the product of the name.
fn product_file(args: &Try) -> anyhow::Result<PathBuf> {
    let word = args.file.display().to_string();
    if args.file.is_file() {
        return Ok(args.file.clone());
    }
    let dir = products_dir(args.products_dir.as_deref(), std::slice::from_ref(&word));
    let name = Products::open(&dir)?.find(&word)?;
    Ok(dir.join(format!("{name}.md")))
}

/// The entries to run: one, whatever it and the others say of being disabled, or all that are
/// not.
fn chosen(
    registry: &Registry,
    product: &Product,
    method: Option<usize>,
) -> Result<Vec<Arc<Step>>, NotCollected> {
    let Some(number) = method else {
        return steps(registry, product, false);
    };
    let wrong = |error| NotCollected::Config(product.error(error));
    let auto = product.auto().map_err(NotCollected::Config)?;
    let count = auto.as_ref().map_or(0, Auto::len);
    let config = auto.and_then(|auto| auto.config(number)).ok_or_else(|| {
        let message = format!("no entry {number} in `auto.methods`, which has {count}");
        wrong(ConfigError::new(1, message))
    })?;
    let step = config.and_then(|config| registry.step(config));
    Ok(vec![Arc::new(step.map_err(wrong)?)])
}
