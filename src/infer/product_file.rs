//! The text of a new product file, in the order and the style of the site's files.

use std::fmt::Write as _;

use super::cycle::Cycle;
use crate::date::Date;
use crate::edit::block;
use crate::plan::validate::{Kind, PRODUCT};
use crate::product::SITE_FIELDS;
use crate::product::front_matter::{Style, scalar};
use crate::release_data::{Origin, Release};
use crate::value::Value;

/// What a product file says beside its sources.
#[derive(Debug, Clone)]
pub struct Draft {
    pub name: String,
    pub title: String,
    pub category: String,
    /// The page that says how long releases are supported, where there is one.
    pub policy: Option<String>,
    pub today: Date,
}

/// Whether a name may be that of a product: its page and its file are called by it.
pub fn is_name(name: &str) -> bool {
    let permalink = PRODUCT.iter().find(|field| field.name == "permalink");
    let form = permalink.map(|field| &field.kind);
    matches!(form, Some(Kind::Form(form)) if form.fits(&format!("/{name}"))) && !name.contains('\n')
}

/// The categories of the site, if a word is none of them.
pub fn is_category(word: &str) -> Result<(), &'static [&'static str]> {
    let category = PRODUCT.iter().find(|field| field.name == "category");
    match category.map(|field| &field.kind) {
        Some(Kind::Word(words)) if !words.contains(&word) => Err(words),
        _ => Ok(()),
    }
}

impl Draft {
    /// The file with these entries and cycles. A column is shown where a cycle has its field; the
    /// latest version only where every cycle has one.
    pub(super) fn file(&self, entries: &[&str], cycles: &[Cycle]) -> String {
        let text = |text: &str| scalar(&Value::Text(text.to_owned()), Some(("", Style::Plain)));
        let has = |field: &str| cycles.iter().any(|cycle| cycle.fields.contains_key(field));
        let all = |field: &str| cycles.iter().all(|cycle| cycle.fields.contains_key(field));
        let mut out = format!(
            "---\ntitle: {}\naddedAt: {}\ncategory: {}\npermalink: /{}\n",
            text(&self.title),
            self.today,
            self.category,
            self.name
        );
        if let Some(policy) = &self.policy {
            let _ = writeln!(out, "releasePolicyLink: {}", text(policy));
        }
        let shown = [
            ("latestColumn: false", !all("latest")),
            ("eoasColumn: true", has("eoas")),
            ("eoesColumn: true", has("eoes")),
            ("discontinuedColumn: true", has("discontinued")),
        ];
        for (line, _) in shown.into_iter().filter(|(_, shown)| *shown) {
            let _ = writeln!(out, "{line}");
        }
        let _ = write!(out, "\nauto:\n  methods:\n{}\nreleases:", entries.concat());
        if cycles.is_empty() {
            out.push_str(" []\n");
        }
        for (number, cycle) in cycles.iter().enumerate() {
            let mut release = Release::default();
            for field in SITE_FIELDS {
                if let Some(value) = cycle.fields.get(field) {
                    release.set(field, value.clone(), Origin::default());
                }
            }
            out.push_str(if number == 0 { "\n" } else { "\n\n" });
            out.push_str(block(&cycle.name, &release).trim_end());
        }
        let about = match &self.policy {
            Some(policy) => {
                // A bracket in it would end the link.
                let policy = policy.replace('(', "%28").replace(')', "%29");
                format!("Release cycles of [{}]({policy}).", self.title)
            }
            None => format!("Release cycles of {}.", self.title),
        };
        let _ = write!(out, "\n\n---\n\n> {about}\n");
        out
    }
}
