//! Which product is kept by which method, as text, Markdown and JSON.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde::Serialize;

use super::markdown::inline;
use crate::presets::Registry;
use crate::product::{Product, ProductError};
use crate::text::visible;

/// One product, and how it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Covered {
    /// The name of the product.
    pub product: String,
    /// Its title.
    pub title: String,
    /// Where the site shows it.
    pub permalink: String,
    /// Whether it has `auto.methods`.
    pub auto: bool,
    /// Whether they are switched off.
    pub disabled: bool,
    /// The methods that it names, sorted, each once.
    pub methods: BTreeSet<String>,
    /// Those of them that this version does not have.
    pub missing: BTreeSet<String>,
}

impl Covered {
    /// How a product is kept.
    pub fn of(registry: &Registry, product: &Product) -> Result<Self, ProductError> {
        let auto = product.auto()?;
        let methods: BTreeSet<String> = auto
            .iter()
            .flat_map(|auto| auto.method_names().map(str::to_owned).collect::<Vec<_>>())
            .collect();
        let has = |method: &&String| !matches!(registry.find(method), Some(Ok(_)));
        Ok(Self {
            product: product.name.clone(),
            title: product.text("title").unwrap_or_default().to_owned(),
            permalink: product.text("permalink").unwrap_or_default().to_owned(),
            auto: !methods.is_empty(),
            disabled: auto.is_some_and(|auto| auto.disabled),
            missing: methods.iter().filter(has).cloned().collect(),
            methods,
        })
    }
}

/// How many products there are, are automated, and have all their methods.
fn counts(covered: &[Covered]) -> [usize; 3] {
    let automated = || covered.iter().filter(|product| product.auto);
    [
        covered.len(),
        automated().count(),
        automated()
            .filter(|product| product.missing.is_empty())
            .count(),
    ]
}

fn sentence(covered: &[Covered]) -> String {
    let [products, automated, whole] = counts(covered);
    format!(
        "{automated} of {products} products are automated; of these, {whole} have all their methods here."
    )
}

/// A line a product, and a sentence with the counts.
pub fn text(covered: &[Covered]) -> String {
    let mut out = String::new();
    for product in covered {
        let methods: Vec<String> = product
            .methods
            .iter()
            .map(|method| {
                let mark = if product.missing.contains(method) {
                    " (not here)"
                } else {
                    ""
                };
                format!("{}{mark}", visible(method))
            })
            .collect();
        let methods = if methods.is_empty() {
            "by hand".to_owned()
        } else {
            methods.join(", ")
        };
        let disabled = if product.disabled { " (disabled)" } else { "" };
        writeln!(out, "{}: {methods}{disabled}", visible(&product.product))
            .expect("writing to a String does not fail");
    }
    out.push_str(&sentence(covered));
    out.push('\n');
    out
}

/// A table with a row a product, and a sentence with the counts.
pub fn markdown(covered: &[Covered]) -> String {
    let mut out = String::from("| Title | Permalink | Auto | Methods |\n|---|---|---|---|\n");
    for product in covered {
        let methods: Vec<String> = product
            .methods
            .iter()
            .map(|method| inline(method))
            .collect();
        writeln!(
            out,
            "| {} | {} | {} | {} |",
            inline(&product.title),
            inline(&product.permalink),
            if product.auto && !product.disabled {
                "✅"
            } else {
                "❌"
            },
            methods.join(", ")
        )
        .expect("writing to a String does not fail");
    }
    format!("{out}\n{}\n", sentence(covered))
}

/// A document with the products and the counts.
pub fn json(covered: &[Covered]) -> String {
    let [products, automated, whole] = counts(covered);
    let document = serde_json::json!({
        "products": products,
        "automated": automated,
        "with_all_methods": whole,
        "coverage": covered,
    });
    let mut text = serde_json::to_string_pretty(&document).expect("a JSON value is JSON");
    text.push('\n');
    text
}
