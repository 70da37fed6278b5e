//! One product file against a saved page: what it yields, and why the rest did not.

use anyhow::Context as _;

use super::flight::Log;
use super::learn::{Collected, collect, method_failure, product_failure};
use super::{Console, Ending};
use crate::cli::Try;
use crate::fetch::Fetcher;
use crate::methods::{Step, steps};
use crate::page::{Page, Told};
use crate::product::Product;
use crate::report::{self, failure};

pub(super) async fn run(args: &Try, console: &Console) -> anyhow::Result<Ending> {
    let shown = args.file.display().to_string();
    let name = args
        .file
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or("product");
    let product = match Product::read(name, &shown, fs_err::read(&args.file)?) {
        Ok(product) => product,
        Err(error) => {
            console.say(&failure("", &product_failure(&error)));
            return Ok(Ending::Unusable);
        }
    };
    let steps = match chosen(&product, args.method) {
        Ok(steps) if steps.is_empty() => anyhow::bail!("{shown} has no method to run"),
        Ok(steps) => steps,
        Err(error) => {
            console.say(&failure("", &product_failure(&error)));
            return Ok(Ending::Unusable);
        }
    };
    let fetcher = match &args.page {
        Some(path) => {
            let body = fs_err::read(path).context("cannot read the page")?;
            let url = path.display().to_string();
            Fetcher::of_page(Page::new(url, None, body, Told::default()))
        }
        None => args.fetch.fetcher()?,
    };
    let Collected {
        data,
        result: collected,
        ..
    } = collect(
        &product,
        &steps,
        &fetcher,
        None,
        args.common.today(),
        &Log::default(),
    )
    .await;
    fetcher.finish()?;
    if args.common.verbose > 0 {
        console.say(&report::passed_over(&data.skipped));
    }
    if let Err(error) = collected {
        console.say(&failure(&format!("{name}: "), &method_failure(&error)));
        return Ok(Ending::Wanting);
    }
    if args.common.is_json() {
        console.give(format!("{}\n", data.to_json()).as_bytes())?;
    } else {
        console.give(report::learnt(&data).as_bytes())?;
    }
    Ok(Ending::Done)
}

/// The entries to run: one, whatever it and the others say of being disabled, or all that are not.
fn chosen(
    product: &Product,
    method: Option<usize>,
) -> Result<Vec<Step<'_>>, crate::product::ProductError> {
    let Some(number) = method else {
        return steps(product, false);
    };
    let auto = product.auto()?;
    let count = auto.as_ref().map_or(0, crate::product::Auto::len);
    let config = auto.and_then(|auto| auto.config(number)).ok_or_else(|| {
        let message = format!("there is no entry {number} in `auto.methods`, which has {count}");
        product.error(crate::product::front_matter::ConfigError::new(1, message))
    })?;
    let step = config
        .and_then(Step::new)
        .map_err(|error| product.error(error))?;
    Ok(vec![step])
}
