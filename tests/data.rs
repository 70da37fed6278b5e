//! One case for each fixture and for each product file, and the tests that need recorded data, a
//! Chromium or a network of their own: where that is missing, they are reported as ignored with the
//! reason.
//!
//! `method::rds/amazon-rds-mysql/product.md` runs the methods of a fixture on the pages beside
//! it and compares what they learn, as `try --format json` prints it, with `expected.snap`;
//! `INSTA_UPDATE=always` writes that file. `product::python.md` reads a product file and edits
//! each of its fields, one at a time.

#![expect(
    clippy::unwrap_used,
    reason = "a test may panic, also in its helper functions"
)]

/// Names functions, or async functions, as tests: nothing else finds them.
macro_rules! tests {
    (async $($(#[$cfg:meta])* $name:ident),+ $(,)?) => {
        &[$($(#[$cfg])* (
            concat!(module_path!(), "::", stringify!($name)),
            (|| crate::block_on($name())) as fn(),
        )),+]
    };
    ($($name:ident),+ $(,)?) => {
        &[$((concat!(module_path!(), "::", stringify!($name)), $name as fn())),+]
    };
}

#[cfg(feature = "browser")]
mod browser;
mod console;
mod edit;
#[cfg(target_os = "linux")]
mod network;
mod recorded;
#[cfg(feature = "browser")]
#[expect(dead_code, reason = "the other binary uses more of it")]
mod server;
#[expect(dead_code, reason = "the other binary uses more of it")]
mod world;

use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use fs_err as fs;
use libtest_mimic::{Arguments, Completion, Trial};
use shelflife::collect::{NotCollected, collect, steps};
use shelflife::date::{Date, parse_iso};
use shelflife::edit::apply;
use shelflife::fetch::Fetcher;
use shelflife::methods::Step;
use shelflife::plan::Change;
use shelflife::presets::Registry;
use shelflife::product::{Product, RELEASE_CYCLE};
use shelflife::release_data::{Origin, ReleaseData};
use shelflife::value::Value;
use similar::TextDiff;

type Outcome = Result<(), Box<dyn Error>>;

/// The day of every case; nothing learnt here depends on another.
const TODAY: &str = "2026-11-23";

fn read(path: &Path) -> Result<Product, Box<dyn Error>> {
    let name = path.file_stem().unwrap().to_str().unwrap();
    Ok(Product::read(
        name,
        &path.to_string_lossy(),
        fs::read(path)?,
    )?)
}

/// A fixture gives its snapshot, and asks for every page that it holds.
fn method(path: &Path) -> Outcome {
    let folder = path.parent().unwrap();
    let product = Arc::new(read(path)?);
    let registry = Registry::default();
    let steps = match steps(&registry, &product, false) {
        Ok(steps) => steps,
        Err(NotCollected::Config(error)) => return Err(error.into()),
        Err(reason) => return Err(format!("{reason:?}").into()),
    };
    let name = folder
        .parent()
        .unwrap()
        .file_name()
        .unwrap()
        .to_str()
        .unwrap();
    if !steps.iter().any(|step| &*step.method == name) {
        return Err(format!("no entry is of method `{name}`").into());
    }
    let fetcher = Fetcher::replay(folder)?;
    let data = learn(&product, &steps, &fetcher)?;
    let unasked = fetcher.unasked();
    if !unasked.is_empty() {
        return Err(format!("no method asked for {unasked:?}").into());
    }
    if data.releases.is_empty() && data.versions.is_empty() {
        return Err("found no releases or versions".into());
    }
    compare(
        &folder.join("expected.snap"),
        &format!("{}\n", data.to_json()),
    )
}

fn learn(
    product: &Arc<Product>,
    steps: &[Arc<Step>],
    fetcher: &Fetcher,
) -> Result<ReleaseData, Box<dyn Error>> {
    let today = parse_iso(TODAY).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let collected = runtime.block_on(collect(product, steps, fetcher, None, today, &()));
    match collected.error {
        Some(error) => {
            let why = format!("{error}: {}\n{}", error.kind, error.details().join("\n"));
            Err(why.into())
        }
        None => Ok(collected.data),
    }
}

/// Compares with a snapshot, or writes it where that is asked for.
fn compare(path: &Path, learnt: &str) -> Outcome {
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        return Ok(fs::write(path, learnt)?);
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    if expected == learnt {
        return Ok(());
    }
    let diff = TextDiff::from_lines(&*expected, learnt);
    let diff = diff
        .unified_diff()
        .header("expected.snap", "learnt")
        .to_string();
    Err(format!(
        "{}\n{diff}\nINSTA_UPDATE=always writes it; read it as if it were a review",
        path.display()
    )
    .into())
}

/// A product file reads, its configs are understood, and an edit of one field changes its line alone.
fn product(path: &Path) -> Outcome {
    let product = read(path)?;
    understood(&product)?;
    // Each field once, where it first stands: an edit proves the whole file, which takes its time.
    let mut edited = BTreeSet::new();
    for (index, cycle) in product.cycles().enumerate() {
        for (key, value) in cycle.node().entries() {
            let field = key.text().unwrap();
            if field != RELEASE_CYCLE && value.value().is_some() && edited.insert(field) {
                one_line(&product, index, field, value.line)?;
            }
        }
    }
    if edited.is_empty() {
        return Err("no field to edit".into());
    }
    let last = product.cycles().len() - 1;
    for index in BTreeSet::from([0, last]) {
        one_new_line(&product, index)?;
    }
    Ok(())
}

/// Every entry is understood.
fn understood(product: &Product) -> Outcome {
    let Some(auto) = product.auto()? else {
        return Ok(());
    };
    let registry = Registry::default();
    for config in auto.configs() {
        let config = config.map_err(|error| product.error(error))?;
        registry
            .step(config)
            .map_err(|error| product.error(error))?;
    }
    Ok(())
}

fn change(product: &Product, index: usize, field: &str, new: Value) -> Change {
    let cycle = product.cycles().nth(index).unwrap();
    Change {
        index,
        cycle: cycle.name().to_owned(),
        field: field.to_owned(),
        old: cycle.value(field),
        new,
        origin: Origin::default(),
    }
}

fn lines(file: &[u8]) -> Vec<&[u8]> {
    file.split_inclusive(|byte| *byte == b'\n').collect()
}

/// Sets a field to a day; only its line differs, and in it only the value.
fn one_line(product: &Product, index: usize, field: &str, line: usize) -> Outcome {
    let day = Date::from_ymd_opt(2222, 2, 22).unwrap();
    let change = change(product, index, field, Value::Date(day));
    let edited = apply(product, &[change])?;
    let (old, new) = (lines(&product.file), lines(&edited));
    let same = |(old, new): &(&&[u8], &&[u8])| old == new;
    let before = old.iter().zip(&new).take_while(same).count();
    let behind = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take_while(same)
        .count();
    if old.len() != new.len() || before != line - 1 || behind != old.len() - line {
        return Err(
            format!("`{field}` stands on line {line}, and other lines have changed").into(),
        );
    }
    let comment = |line: &[u8]| {
        let at = line.windows(2).position(|pair| pair == b" #");
        line[at.unwrap_or(line.len())..].to_vec()
    };
    if comment(old[line - 1]) != comment(new[line - 1]) {
        return Err(format!("the comment on line {line} has changed").into());
    }
    Ok(())
}

/// Adds a field; one line is new, and no other differs. In braces its line is an old one.
fn one_new_line(product: &Product, index: usize) -> Outcome {
    let cycle = product.cycles().nth(index).unwrap();
    if cycle.node().is_flow() {
        return Ok(());
    }
    let field = "aFieldOfTheTests";
    let edited = apply(product, &[change(product, index, field, Value::Bool(true))])?;
    let (old, mut new) = (lines(&product.file), lines(&edited));
    let added = new
        .iter()
        .position(|line| line.trim_ascii() == b"aFieldOfTheTests: true");
    new.remove(added.ok_or("the new line is not there")?);
    if old != new {
        return Err(format!("a new line in cycle `{}` changes other lines", cycle.name()).into());
    }
    Ok(())
}

/// The name of a test with its modules, and what it runs.
type Test = (&'static str, fn());

fn block_on(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(test);
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A case for each file below a folder of which the path ends so.
fn cases(name: &str, folder: &str, end: &str, run: fn(&Path) -> Outcome) -> Vec<Trial> {
    let mut files = files(Path::new(folder));
    files.retain(|path| path.to_str().unwrap().ends_with(end));
    assert!(!files.is_empty(), "no file {folder}/**{end}");
    let case = |path: PathBuf| {
        let below = path.strip_prefix(folder).unwrap().to_str().unwrap();
        let name = format!("{name}::{}", below.replace('\\', "/"));
        Trial::test(name, move || Ok(run(&path)?))
    };
    files.into_iter().map(case).collect()
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = cases("method", "fixtures", "product.md", method);
    trials.extend(cases("product", "products", ".md", product));
    let mut add = |tests: &[Test], missing: Option<&'static str>| {
        trials.extend(tests.iter().map(|&(name, run)| {
            let (_, name) = name.split_once("::").unwrap();
            let trial = Trial::ignorable_test(name, move || {
                Ok(if let Some(reason) = missing {
                    Completion::ignored_with(reason)
                } else {
                    run();
                    Completion::Completed
                })
            });
            // With this flag a test is found by `--ignored`, and without it the reason is printed.
            trial.with_ignored_flag(arguments.ignored && missing.is_some())
        }));
    };
    add(edit::GENERATED, None);
    add(edit::RECORDED, recorded::missing());
    add(recorded::TESTS, recorded::missing());
    #[cfg(feature = "browser")]
    add(browser::TESTS, browser::missing());
    #[cfg(target_os = "linux")]
    {
        let missing = network::missing();
        add(network::TESTS, missing);
        #[cfg(feature = "browser")]
        add(network::RENDERED, missing.or_else(browser::missing));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}
