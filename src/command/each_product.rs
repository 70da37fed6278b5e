//! Product files read at once, for commands that only look at them.

use rayon::prelude::*;

use super::console::Console;
use super::exit_status::ExitStatus;
use crate::product::{Product, ProductError};
use crate::report::{Failure, failure};
use crate::text::visible;

/// What comes of each product, in the order of the names. One that fails is reported and left
/// out, and the command ends with [`ExitStatus::Failure`].
pub(super) fn each_product<T: Send>(
    read: impl Fn(&str) -> Result<Product, ProductError> + Sync,
    names: &[String],
    console: &Console,
    of: impl Fn(Product) -> Result<T, ProductError> + Sync,
) -> (Vec<T>, ExitStatus) {
    let one = |name: &String| read(name).and_then(&of);
    let read: Vec<_> = names.par_iter().map(|name| (name, one(name))).collect();
    let (mut all, mut status) = (Vec::new(), ExitStatus::Success);
    for (name, one) in read {
        match one {
            Ok(one) => all.push(one),
            Err(error) => {
                let subject = format!("{}: ", visible(name));
                console.print_message(&failure(&subject, &Failure::of_product(&error)));
                status = ExitStatus::Failure;
            }
        }
    }
    (all, status)
}
