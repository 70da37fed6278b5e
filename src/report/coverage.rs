//! Which methods update which product, as text, Markdown and JSON.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde::Serialize;

use super::markdown::{inline, mark, write_header, write_row};
use super::render::{pretty, written};
use crate::collect::unknown_methods;
use crate::presets::Registry;
use crate::product::{Auto, Product, ProductError};
use crate::text::visible;

/// A product, and the methods that update it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Covered {
    pub product: String,
    pub title: String,
    pub permalink: String,
    /// Whether it has `auto.methods`.
    pub auto: bool,
    /// Whether they are disabled.
    pub disabled: bool,
    /// The methods that it names, sorted, each once.
    pub methods: BTreeSet<String>,
    /// Those of them that this version does not have.
    pub missing: BTreeSet<String>,
}

impl Covered {
    pub fn of(registry: &Registry, product: &Product) -> Result<Self, ProductError> {
        let auto = product.auto()?;
        let names = auto.iter().flat_map(Auto::method_names);
        let methods: BTreeSet<String> = names.map(str::to_owned).collect();
        let unknown = auto.iter().flat_map(|auto| unknown_methods(registry, auto));
        let missing = unknown.collect();
        Ok(Self {
            product: product.name.clone(),
            title: product.text("title").unwrap_or_default().to_owned(),
            permalink: product.text("permalink").unwrap_or_default().to_owned(),
            auto: !methods.is_empty(),
            disabled: auto.is_some_and(|auto| auto.disabled),
            missing,
            methods,
        })
    }
}

/// How many products there are, are automated, and have all their methods.
fn counts(covered: &[Covered]) -> [usize; 3] {
    let automated = covered.iter().filter(|product| product.auto);
    let whole = automated
        .clone()
        .filter(|product| product.missing.is_empty());
    [covered.len(), automated.count(), whole.count()]
}

fn sentence(covered: &[Covered]) -> String {
    let [products, automated, whole] = counts(covered);
    format!(
        "{automated} of {products} products are automated; for {whole} of them, this version has all methods."
    )
}

/// The products that `collect --known-only` does not collect, a line each.
pub fn unsupported(covered: &[Covered]) -> String {
    let unsupported = covered
        .iter()
        .filter(|product| !product.disabled && !product.missing.is_empty());
    unsupported
        .map(|product| visible(&product.product).into_owned() + "\n")
        .collect()
}

/// One line per product, and a sentence with the counts.
pub fn text(covered: &[Covered]) -> String {
    written(|out| {
        for product in covered {
            let method = |method: &String| {
                let is_missing = product.missing.contains(method);
                let mark = if is_missing { " (unknown)" } else { "" };
                format!("{}{mark}", visible(method))
            };
            let methods = match &*product.methods.iter().map(method).collect::<Vec<_>>() {
                [] => "by hand".to_owned(),
                methods => methods.join(", "),
            };
            let disabled = if product.disabled { " (disabled)" } else { "" };
            writeln!(out, "{}: {methods}{disabled}", visible(&product.product))?;
        }
        writeln!(out, "{}", sentence(covered))
    })
}

/// A table with one row per product, and a sentence with the counts.
pub fn markdown(covered: &[Covered]) -> String {
    written(|out| {
        write_header(out, &["Title", "Permalink", "Auto", "Methods"])?;
        for product in covered {
            let methods: Vec<String> = product.methods.iter().map(|name| inline(name)).collect();
            let (title, permalink) = (inline(&product.title), inline(&product.permalink));
            let auto = mark(product.auto && !product.disabled);
            write_row(out, &[&title, &permalink, auto, &methods.join(", ")])?;
        }
        writeln!(out, "\n{}", sentence(covered))
    })
}

pub fn json(covered: &[Covered]) -> String {
    let [products, automated, whole] = counts(covered);
    pretty(&serde_json::json!({
        "products": products,
        "automated": automated,
        "with_all_methods": whole,
        "coverage": covered,
    }))
}
