//! A product's sources to release data: the methods of its `auto` block, run in their order.
//!
//! All methods succeed, or nothing that was collected is kept: what was known before stays
//! whole. This module writes nothing and reads no clock; an [`Observer`] is told when a
//! method starts and ends.

use crate::date::Date;
use crate::fetch::Fetcher;
use crate::methods::{self, MethodError, Step};
use crate::product::{Auto, Product, ProductError};
use crate::release_data::ReleaseData;

/// Why no method of a product is run.
#[derive(Debug)]
pub enum NotCollected {
    /// It has no `auto.methods`.
    NoMethods,
    /// Its `auto` block is disabled.
    AutoDisabled,
    /// Each of its entries is disabled.
    AllDisabled,
    /// An entry is not understood.
    Config(ProductError),
}

/// Is told how far a product is.
pub trait Observer: Sync {
    /// A method starts; `path` is that of the product file.
    fn start(&self, path: &str, step: &Step<'_>);
    /// It has ended.
    fn end(&self, step: &Step<'_>, succeeded: bool);
}

/// For whom nobody waits.
impl Observer for () {
    fn start(&self, _: &str, _: &Step<'_>) {}
    fn end(&self, _: &Step<'_>, _: bool) {}
}

/// What the methods of a product collected.
#[derive(Debug)]
pub struct Collected {
    /// The release data, before [`ReleaseData::finish`]; not whole where a method failed.
    pub data: ReleaseData,
    /// How the method failed that failed.
    pub error: Option<MethodError>,
}

/// The methods to run for a product, or why there is none. `force` runs disabled ones too.
pub fn steps(product: &Product, force: bool) -> Result<Vec<Step<'_>>, NotCollected> {
    let auto = match product.auto().map_err(NotCollected::Config)? {
        Some(auto) if !auto.is_empty() => auto,
        _ => return Err(NotCollected::NoMethods),
    };
    if auto.disabled && !force {
        return Err(NotCollected::AutoDisabled);
    }
    let steps = methods::steps(product, force).map_err(NotCollected::Config)?;
    if steps.is_empty() {
        return Err(NotCollected::AllDisabled);
    }
    Ok(steps)
}

/// Runs methods in order until one fails. A cumulative product adds to what was known.
pub async fn collect(
    product: &Product,
    steps: &[Step<'_>],
    fetcher: &Fetcher,
    known: Option<&ReleaseData>,
    today: Date,
    observer: &(impl Observer + ?Sized),
) -> Collected {
    let known = known.filter(|_| is_cumulative(product));
    let mut data = known.map_or_else(|| ReleaseData::new(today), ReleaseData::clone);
    for step in steps {
        observer.start(&product.path, step);
        let result = step.collect(product, fetcher, &mut data).await;
        observer.end(step, result.is_ok());
        if let Err(error) = result {
            return Collected {
                data,
                error: Some(error),
            };
        }
    }
    Collected { data, error: None }
}

/// Whether a product's release data adds to what earlier runs collected.
fn is_cumulative(product: &Product) -> bool {
    let auto = product.auto().ok().flatten();
    auto.is_some_and(|auto: Auto<'_>| auto.cumulative)
}
