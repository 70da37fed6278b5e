//! Products with what is stored of them: planned by a worker before they are planned here.

use anyhow::Context as _;

use super::Workers;
use crate::job::{Job, Stored};
use crate::product::{Product, ProductError};
use crate::release_data::ReleaseData;
use crate::report::Failure;
use crate::store::Store;

impl Workers {
    /// Reads the product of a name, if its changes by what is stored of it can be planned.
    pub(in crate::command) async fn read_with_stored(
        &self,
        store: &Store,
        name: &str,
    ) -> Result<Product, ProductError> {
        let (data, history) = store.files(name);
        let stored = self.stored(data, history);
        self.read(&store.products, name, &stored).await
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
        let stored = self.stored(Some(data), history);
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

    fn stored(&self, data: Option<Vec<u8>>, history: Option<Vec<u8>>) -> Stored {
        Stored {
            data,
            history,
            add: self.add,
        }
    }
}
