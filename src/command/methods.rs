//! Which methods there are, and all about one.

use std::path::Path;

use super::console::Console;
use super::exit_status::ExitStatus;
use crate::cli::{ListFormat, Methods};
use crate::presets::{Method, Registry};
use crate::report::methods;
use crate::store::{StoreError, registry};
use crate::text::{Excerpt, nearest};

pub(super) fn run(args: &Methods, console: &Console) -> anyhow::Result<ExitStatus> {
    let registry = registry_of(args.products_dir.as_deref())?;
    let text = match (&args.name, args.format) {
        (Some(name), _) => match registry.find(name) {
            Some(method) => methods::words(&method.description()),
            None => anyhow::bail!(unknown(&registry, name)),
        },
        (None, ListFormat::Text) => methods::text(&registry),
        (None, ListFormat::Markdown) => methods::markdown(&registry),
        (None, ListFormat::Json) => methods::json(&registry),
    };
    console.give(text.as_bytes())?;
    Ok(ExitStatus::Success)
}

/// The methods that products of a folder may name; of `products` where none is named, which
/// need not be there.
pub(super) fn registry_of(products_dir: Option<&Path>) -> Result<Registry, StoreError> {
    match products_dir {
        Some(folder) => registry(folder),
        None => Ok(registry(Path::new("products")).unwrap_or_default()),
    }
}

fn unknown(registry: &Registry, name: &str) -> String {
    let methods = registry.methods();
    let near = nearest(name, methods.iter().map(Method::name));
    let near = near.map(|near| format!("; did you mean `{near}`?"));
    format!("no method `{}`{}", Excerpt(name), near.unwrap_or_default())
}
