//! Which methods there are, and all about one.

use std::path::Path;

use super::console::Console;
use super::exit_status::ExitStatus;
use super::options::today;
use super::worker::Blocking;
use crate::cli::{ListFormat, Methods};
use crate::presets::{Method, Registry};
use crate::report::methods;
use crate::text::{Excerpt, nearest, visible};

pub(super) fn run(args: &Methods, console: &Console) -> anyhow::Result<ExitStatus> {
    let registry = registry_of(args.products_dir.as_deref(), console)?;
    let text = match (&args.name, args.format) {
        (Some(name), _) => match registry.find(name) {
            Some(Ok(method)) => methods::words(method),
            Some(Err(error)) => anyhow::bail!(error.clone()),
            None => anyhow::bail!(unknown(&registry, name)),
        },
        (None, ListFormat::Text) => methods::text(&registry),
        (None, ListFormat::Markdown) => methods::markdown(&registry),
        (None, ListFormat::Json) => methods::json(&registry),
    };
    console.print_data(text.as_bytes())?;
    Ok(ExitStatus::Success)
}

/// The methods that products of a folder may name; of `products` where none is named, which
/// need not be there. A preset that cannot be used is reported.
pub(super) fn registry_of(
    products_dir: Option<&Path>,
    console: &Console,
) -> anyhow::Result<Registry> {
    let read = |folder| Blocking::of(folder, today(None)).map(|(_, registry)| registry);
    let registry = match products_dir {
        Some(folder) => read(folder)?,
        None if !Path::new("products").is_dir() => Registry::default(),
        None => read(Path::new("products"))?,
    };
    for error in registry.errors() {
        let error = visible(&error.to_string()).into_owned();
        console.print_message(&format!("note: a preset cannot be used: {error}\n"));
    }
    Ok(registry)
}

fn unknown(registry: &Registry, name: &str) -> String {
    let methods = registry.methods();
    let near = nearest(name, methods.iter().map(Method::name));
    let near = near.map_or(String::new(), |near| format!(" did you mean `{near}`?"));
    format!(
        "no method `{}`;{near} `shelflife methods` lists all",
        Excerpt(name)
    )
}
