//! Product files against the site's rules, and their `auto` blocks against the methods.
//! Nothing is fetched and nothing is written.

use rayon::prelude::*;

use super::{Console, Ending, diff_path, today};
use crate::cli::{Check, CheckFormat};
use crate::date::Date;
use crate::methods::Step;
use crate::plan::validate::{self, Finding};
use crate::product::front_matter::ConfigError;
use crate::product::{AutoConfig, Product};
use crate::report::Checked;
use crate::store::{Decisions, Products, StoreError, Undecided};
use crate::text::Excerpt;

pub(super) fn run(args: &Check, console: &Console) -> anyhow::Result<Ending> {
    let products = Products::open(&args.folder.products_dir)?;
    let names = products.select(&args.folder.product)?;
    let today = today(args.today);
    let files: Vec<File> = names
        .par_iter()
        .map(|name| File::of(&products, name, today))
        .collect();
    let mut checked = Checked {
        files: files.len(),
        ..Checked::default()
    };
    for (name, file) in names.iter().zip(files) {
        let path = match args.format {
            CheckFormat::Github => diff_path(&args.folder.products_dir, name),
            CheckFormat::Text | CheckFormat::Json => file.path,
        };
        let findings = file.findings.into_iter();
        checked
            .findings
            .extend(findings.map(|finding| (path.clone(), finding)));
        let notes = file.notes.into_iter();
        checked
            .notes
            .extend(notes.map(|(line, note)| (path.clone(), line, note)));
    }
    if args.folder.product.is_empty() {
        decisions(&products, today, &mut checked)?;
    }
    let out = match args.format {
        CheckFormat::Text => checked.text(),
        CheckFormat::Json => checked.json(today),
        CheckFormat::Github => checked.annotations(),
    };
    console.give(out.as_bytes())?;
    let verbose = args.verbose > 0;
    if verbose {
        console.say(&checked.notes());
    }
    console.say(&checked.summary(verbose));
    Ok(if checked.findings.is_empty() {
        Ending::Done
    } else {
        Ending::Wanting
    })
}

/// What people decided, held against the folder: each exception is noted, and one that is
/// about nothing, or has ended, is a finding.
fn decisions(products: &Products, today: Date, checked: &mut Checked) -> anyhow::Result<()> {
    let decisions = match Decisions::read(None, products) {
        Ok(decisions) => decisions,
        Err(StoreError::Decisions(Undecided { path, source })) => {
            let finding = unplaced("decision", source.line, source.message, None);
            checked.findings.push((path, finding));
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    let Some(path) = decisions
        .path
        .as_ref()
        .map(|path| path.display().to_string())
    else {
        return Ok(());
    };
    checked.files += 1;
    let (offs, pins) = decisions.settings.exceptions();
    let mut say = |line: usize, until: Date, wrong: Option<String>, what: String| {
        let ended = (until < today).then(|| format!("{what}, which ended on {until}"));
        match wrong.or(ended) {
            Some(wrong) => {
                let hint = Some("take it out".to_owned());
                checked
                    .findings
                    .push((path.clone(), unplaced("decision", line, wrong, hint)));
            }
            None => checked
                .notes
                .push((path.clone(), line, format!("{what}, until {until}"))),
        }
    };
    let unknown = |product: &str| {
        (!products.has(product)).then(|| format!("no product `{}`", Excerpt(product)))
    };
    for off in offs {
        let (product, rule, reason) = (Excerpt(&off.product), &off.rule, Excerpt(&off.reason));
        let what = format!("rule `{rule}` is off for {product} ({reason})");
        say(off.line, off.until, unknown(&off.product), what);
    }
    for pin in pins {
        let (product, cycle, field) = (
            Excerpt(&pin.product),
            Excerpt(&pin.cycle),
            Excerpt(&pin.field),
        );
        let what = format!(
            "{product} {cycle} {field} is pinned ({})",
            Excerpt(&pin.why)
        );
        let no_cycle = || {
            let product = products.read(&pin.product).ok()?;
            let known = product.cycles().any(|known| known.name() == pin.cycle);
            (!known).then(|| {
                format!(
                    "no release cycle `{cycle}` in {product}",
                    product = Excerpt(&pin.product)
                )
            })
        };
        say(
            pin.line,
            pin.until,
            unknown(&pin.product).or_else(no_cycle),
            what,
        );
    }
    Ok(())
}

/// What is to be said about one file.
struct File {
    path: String,
    findings: Vec<Finding>,
    notes: Vec<(usize, String)>,
}

impl File {
    fn of(products: &Products, name: &str, today: Date) -> Self {
        let product = match products.read(name) {
            Ok(product) => product,
            Err(error) => {
                return Self {
                    path: error.path,
                    findings: vec![unplaced(
                        "unreadable",
                        error.line,
                        error.message,
                        error.hint,
                    )],
                    notes: Vec::new(),
                };
            }
        };
        let mut file = Self {
            path: product.path.clone(),
            findings: validate::check(&product, today),
            notes: Vec::new(),
        };
        file.auto(&product);
        file.findings.sort_by_key(|finding| finding.line);
        file
    }

    /// Understands every entry of the `auto` block, each for itself.
    fn auto(&mut self, product: &Product) {
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
                let finding = unplaced("auto", error.line, error.message, error.hint);
                self.findings.push(finding);
                return;
            }
        };
        for config in auto.configs() {
            if let Err(error) = config.and_then(|config| self.entry(config)) {
                let finding = unplaced("auto", error.line, error.message, error.hint);
                self.findings.push(finding);
            }
        }
    }

    fn entry(&mut self, config: AutoConfig<'_>) -> Result<(), ConfigError> {
        self.notes.extend(config.notes.iter().cloned());
        Step::new(config).map(drop)
    }
}

/// A finding whose message says all of it.
fn unplaced(rule: &'static str, line: usize, message: String, hint: Option<String>) -> Finding {
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
