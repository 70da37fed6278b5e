//! Product files against the site's rules, and their `auto` blocks against the methods.
//! Nothing is fetched and nothing is written.

use std::path::Path;

use rayon::prelude::*;

use super::console::Console;
use super::exit_status::ExitStatus;
use super::options::today;
use super::run::{in_checkout, not_read};
use super::worker::Blocking;
use crate::cli::{Check, CheckFormat};
use crate::date::Date;
use crate::plan::lifecycle;
use crate::plan::validate::{self, Finding};
use crate::presets::{PresetError, Registry};
use crate::product::front_matter::ConfigError;
use crate::product::{AutoConfig, Product};
use crate::report::{Checked, Remark};
use crate::store::{AboutNothing, PinNames, Products, SettingsFile, StoreError, unknown_product};
use crate::text::visible;

pub(super) fn run(args: &Check, console: &Console) -> anyhow::Result<ExitStatus> {
    let (products_dir, wanted) = args.folder.selection();
    let products = Products::open(&products_dir)?;
    let names = products.select(&wanted)?;
    let today = today(args.today);
    let (workers, registry) = Blocking::of(&products_dir, today)?;
    let files: Vec<File> = names
        .par_iter()
        .map(|name| File::of(&products, &workers, &registry, name, today))
        .collect();
    let mut checked = Checked {
        files: files.len(),
        ..Checked::default()
    };
    for file in files {
        let path = file.path;
        let findings = file
            .findings
            .into_iter()
            .map(|finding| (path.clone(), finding));
        checked.findings.extend(findings);
        let notes = file.notes.into_iter().map(|remark| (path.clone(), remark));
        checked.notes.extend(notes);
    }
    if wanted.is_empty() {
        for note in not_read(&products).filter(|_| !args.quiet) {
            console.print_message(&format!("note: {}\n", visible(&note.to_string())));
        }
        checked.findings.extend(registry.errors().map(|error| {
            let PresetError { path, error, .. } = error.clone();
            (path, config_finding("preset", *error))
        }));
        let settings = args.settings.file.as_deref();
        decisions(settings, &products, today, &mut checked)?;
    }
    let annotations = || checked.annotations(|path| in_checkout(Path::new(path)));
    let out = match args.format {
        CheckFormat::Text => checked.text(args.verbose > 0),
        CheckFormat::Json => checked.json(today),
        CheckFormat::Github => annotations(),
    };
    console.print_text(&out, args.format == CheckFormat::Text)?;
    let verbose = args.verbose > 0;
    if verbose {
        console.print_message(&checked.notes());
    }
    if !args.quiet {
        console.print_message(&checked.summary(verbose));
    }
    if args.format == CheckFormat::Text {
        console.print_annotations(annotations);
    }
    Ok(if checked.findings.is_empty() {
        ExitStatus::Success
    } else {
        ExitStatus::Failure
    })
}

/// What people decided, checked against the folder: each exception is noted, and one that is
/// about nothing, or has ended, is a finding.
fn decisions(
    named: Option<&Path>,
    products: &Products,
    today: Date,
    checked: &mut Checked,
) -> anyhow::Result<()> {
    let file = match SettingsFile::read(named, products) {
        Ok(file) => file,
        Err(StoreError::Settings { path, error }) => {
            let finding = finding("decision", error.line, error.message, None);
            checked.findings.push((path, finding));
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    let Some(path) = file.path.as_ref().map(|path| path.display().to_string()) else {
        return Ok(());
    };
    checked.files += 1;
    let mut add = |line: usize, wrong: Option<AboutNothing>, remark: Remark| {
        let ended = remark.until().filter(|until| *until < today);
        let ended = ended.map(|until| (format!("{}, which ended on {until}", remark.what()), None));
        match wrong.or(ended) {
            Some((wrong, near)) => {
                let near = near.map(|near| format!("did you mean `{near}`?"));
                let hint = near.or_else(|| Some("remove it".to_owned()));
                let finding = finding("decision", line, wrong, hint);
                checked.findings.push((path.clone(), finding));
            }
            None => checked.notes.push((path.clone(), remark)),
        }
    };
    for off in &file.settings.suppressions {
        let remark = Remark::Suppressed(off.clone());
        add(off.line, unknown_product(products, &off.product), remark);
    }
    for ignored in &file.settings.ignored {
        let remark = Remark::Ignored(ignored.clone());
        add(
            ignored.line,
            unknown_product(products, &ignored.product),
            remark,
        );
    }
    let mut names = PinNames::new(products);
    for pin in file.settings.all_pins() {
        add(
            pin.line,
            names.about_nothing(pin),
            Remark::Pinned(pin.clone()),
        );
    }
    Ok(())
}

struct File {
    path: String,
    findings: Vec<Finding>,
    notes: Vec<Remark>,
}

impl File {
    fn of(
        products: &Products,
        workers: &Blocking,
        registry: &Registry,
        name: &str,
        today: Date,
    ) -> Self {
        let read = workers.read(products, name);
        let product = match read.and_then(|product| product.second_reading().map(|_| product)) {
            Ok(product) => product,
            Err(error) => {
                let finding = finding("unreadable", error.line, error.message, error.hint);
                return Self {
                    path: error.path,
                    findings: vec![finding],
                    notes: Vec::new(),
                };
            }
        };
        let mut file = Self {
            path: product.path.clone(),
            findings: validate::check(&product, today),
            notes: Vec::new(),
        };
        file.auto(registry, &product);
        let stated = lifecycle::statements(&product).into_iter();
        let remarks = stated.map(|(stated, fits)| Remark::Lifecycle { stated, fits });
        file.notes.extend(remarks);
        file.findings.sort_by_key(|finding| finding.line);
        file
    }

    /// Understands every entry of the `auto` block, each for itself.
    fn auto(&mut self, registry: &Registry, product: &Product) {
        let is_known = |finding: &Finding| {
            let field = finding.field.as_deref().unwrap_or_default();
            field == "auto" || field == "auto.methods"
        };
        if self.findings.iter().any(is_known) {
            return;
        }
        let auto = match product.auto() {
            Ok(Some(auto)) => auto,
            Ok(None) => return,
            Err(error) => {
                let finding = finding("auto", error.line, error.message, error.hint);
                return self.findings.push(finding);
            }
        };
        for config in auto.configs() {
            if let Err(error) = config.and_then(|config| self.entry(registry, config)) {
                self.findings.push(config_finding("auto", error));
            }
        }
    }

    fn entry(&mut self, registry: &Registry, config: AutoConfig) -> Result<(), ConfigError> {
        let keys = config.retired_keys.iter().cloned();
        self.notes.extend(keys.map(Remark::RetiredKey));
        registry.step(config).map(drop)
    }
}

fn config_finding(rule: &'static str, error: ConfigError) -> Finding {
    finding(rule, error.line, error.message, error.hint)
}

/// A finding whose message says all of it.
fn finding(rule: &'static str, line: usize, message: String, hint: Option<String>) -> Finding {
    Finding {
        line,
        rule,
        cycle: None,
        field: None,
        value: String::new(),
        message,
        right: hint.unwrap_or_default(),
    }
}
