//! Products whose methods are not run, and what is stored of products: a worker tries what is large.

use anyhow::Context as _;

use super::{Blocking, Workers};
use crate::job::Stored;
use crate::product::{Product, ProductError};
use crate::release_data::ReleaseData;
use crate::report::Failure;
use crate::store::{Products, Store};

/// How large a product and what is stored of it may be, in bytes, to be read and planned without a
/// worker, which would cost more than that: all of the known ones are smaller. What no bound of a
/// parser foresees is not ended in these; they hold no pattern that is run, and an `update` that changes 10,000
/// release cycles takes a quarter of a second.
const SMALL: usize = 1 << 20;

impl Workers {
    /// Reads the product of a name, whose methods are to be run, if its changes by what is stored of
    /// it can be planned.
    pub(in crate::command) async fn read_to_collect(
        &self,
        store: &Store,
        name: &str,
    ) -> Result<Product, ProductError> {
        let file = store.products.file(name)?;
        let stored = self.stored(&file, store.files(name));
        let stored = stored.unwrap_or_default();
        self.read(&store.products, name, file, &stored).await
    }

    /// Reads the product of a name, whose methods are not run.
    pub(in crate::command) async fn read_to_merge(
        &self,
        store: &Store,
        name: &str,
    ) -> Result<Product, ProductError> {
        let file = store.products.file(name)?;
        match self.stored(&file, store.files(name)) {
            Some(stored) => self.read(&store.products, name, file, &stored).await,
            None => store.products.product(name, file),
        }
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
        let Some(stored) = self.stored(&product.file, (Some(data), history)) else {
            return Ok(());
        };
        let admitted = self.admit_product(&product.name, &product.file, &stored);
        let admitted = admitted.await.context("planning the changes");
        admitted
            .map(drop)
            .map_err(|error| Failure::new(error.as_ref()))
    }

    /// What is stored of a product, unless that and its file are small.
    fn stored(
        &self,
        file: &[u8],
        (data, history): (Option<Vec<u8>>, Option<Vec<u8>>),
    ) -> Option<Stored> {
        let stored = [&data, &history].into_iter().flatten();
        let size = file.len() + stored.map(Vec::len).sum::<usize>();
        let add = self.add;
        (size > SMALL).then_some(Stored { data, history, add })
    }
}

impl Blocking {
    /// Reads the product of a name, whose methods do not matter.
    pub(in crate::command) fn read_to_show(
        &self,
        products: &Products,
        name: &str,
    ) -> Result<Product, ProductError> {
        let file = products.file(name)?;
        if file.len() <= SMALL {
            return products.product(name, file);
        }
        self.read(products, name)
    }
}
