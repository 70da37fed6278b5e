//! Products with what is stored of them: planned by a worker before they are planned here.

use anyhow::Context as _;

use super::Workers;
use crate::job::{Job, Stored};
use crate::product::{Product, ProductError};
use crate::release_data::ReleaseData;
use crate::report::Failure;
use crate::store::Store;

/// How much of a product is planned without a worker, in bytes: all but two of the known ones.
const SMALL: usize = 256 << 10;

impl Workers {
    /// Reads the product of a name, whose methods are to be run, if its changes by what is stored of
    /// it can be planned.
    pub(in crate::command) async fn read_to_collect(
        &self,
        store: &Store,
        name: &str,
    ) -> Result<Product, ProductError> {
        let file = store.products.file(name)?;
        let stored = self.stored(store.files(name));
        let stored = if is_small(&file, &stored) {
            Stored::default()
        } else {
            stored
        };
        self.read(&store.products, name, file, &stored).await
    }

    /// Reads the product of a name, whose methods are not run.
    pub(in crate::command) async fn read_to_merge(
        &self,
        store: &Store,
        name: &str,
    ) -> Result<Product, ProductError> {
        let file = store.products.file(name)?;
        let stored = self.stored(store.files(name));
        if is_small(&file, &stored) {
            return store.products.product(name, file);
        }
        self.read(&store.products, name, file, &stored).await
    }

    /// Whether the changes that follow from release data may be planned.
    pub(in crate::command) async fn admit_plan(
        &self,
        store: &Store,
        product: &Product,
        data: &ReleaseData,
    ) -> Result<(), Failure> {
        let (_, history) = store.files(&product.name);
        let data = data.to_json().into_bytes();
        let stored = self.stored((Some(data), history));
        if is_small(&product.file, &stored) {
            return Ok(());
        }
        let job = Job::Product {
            name: &product.name,
            file: &product.file,
            stored: &stored,
            today: self.today,
        };
        let admitted = self.admit(job).await.context("planning the changes");
        admitted
            .map(drop)
            .map_err(|error| Failure::new(error.as_ref()))
    }

    fn stored(&self, (data, history): (Option<Vec<u8>>, Option<Vec<u8>>)) -> Stored {
        Stored {
            data,
            history,
            add: self.add,
        }
    }
}

/// Whether planning is cheap whatever is in these: no part of it takes more than a product of its
/// sizes, and a worker would cost more than all of it.
fn is_small(file: &[u8], stored: &Stored) -> bool {
    let stored = [&stored.data, &stored.history].into_iter().flatten();
    file.len() + stored.map(Vec::len).sum::<usize>() <= SMALL
}
