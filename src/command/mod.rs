//! One file a subcommand: the only code that joins the stages.

mod check;
mod ci;
mod collect;
mod console;
mod coverage;
mod flight;
mod guard;
mod judge;
mod learn;
mod merge;
mod methods;
mod settle;
mod r#try;
mod update;
mod why;

use std::future::Future;
use std::path::Path;

use anyhow::Context as _;

use crate::cli::{Cli, Command, Common, Fetch, Folder, Format, SchemaOf};
use crate::date::Date;
use crate::fetch::{Environment, Fetcher, LocalAddresses, Settings, default_cache};
use crate::report::{self, Failure, Report, Verbosity, failure};
use crate::store::{Memories, Products, Releases, StoreError};

use console::Console;
use settle::Settling;

/// How a run ended, which is its exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// All is done: 0.
    Done,
    /// A product failed, or `--check` found changes: 1. Its file may be at fault.
    Wanting,
    /// Wrong usage, or input that can not be read: 2. To `try`, the product file is the input.
    Unusable,
    /// The run was interrupted; every file is whole: 130.
    Interrupted,
}

/// Runs a command, showing what goes wrong.
pub fn run(cli: &Cli) -> Ending {
    let console = Console::new();
    let outcome = match &cli.command {
        Command::Update(args) => block_on(update::run(args, &console)),
        Command::Collect(args) => block_on(collect::run(args, &console)),
        Command::Coverage(args) => coverage::run(args, &console),
        Command::Merge(args) => merge::run(args, &console),
        Command::Try(args) => block_on(r#try::run(args, &console)),
        Command::Why(args) => block_on(why::run(args, &console)),
        Command::Check(args) => check::run(args, &console),
        Command::Guard(args) => guard::run(args, &console),
        Command::Schema(args) => {
            let schema = match args.of {
                SchemaOf::Product => crate::schema::document(),
                SchemaOf::Settings => crate::plan::guard::schema(),
            };
            console
                .give(schema.as_bytes())
                .map(|()| Ending::Done)
                .map_err(Into::into)
        }
        Command::Methods(args) => methods::run(args, &console),
    };
    outcome.unwrap_or_else(|error| {
        let hint = error
            .downcast_ref::<StoreError>()
            .and_then(StoreError::hint)
            .or_else(|| {
                error
                    .downcast_ref::<crate::fetch::FetchError>()
                    .and_then(crate::fetch::FetchError::hint)
            });
        console.say(&failure("", &Failure::new(error.as_ref()).hint(hint)));
        Ending::Unusable
    })
}

/// How long a run that is over may take to end what it started.
const FAREWELL: std::time::Duration = std::time::Duration::from_secs(10);

/// Runs a command to its end, or until the user or the system asks it to stop.
fn block_on(command: impl Future<Output = anyhow::Result<Ending>>) -> anyhow::Result<Ending> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start")?;
    let outcome = runtime.block_on(async {
        tokio::select! {
            outcome = command => outcome,
            () = stop() => Ok(Ending::Interrupted),
        }
    });
    // Writing is whole by rename, so work that still runs may be left behind; but a browser
    // that was started is ended first.
    runtime.shutdown_timeout(FAREWELL);
    outcome
}

/// Waits for an interrupt.
async fn stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    drop(tokio::signal::ctrl_c().await);
}

/// Ends a run: shows its report, hands it on to a CI job, and keeps what the next run must
/// know. A product that failed is what the run ends with.
fn conclude(
    report: &Report,
    diff: bool,
    common: &Common,
    settling: Option<&Settling>,
    console: &Console,
) -> anyhow::Result<Ending> {
    for outcome in &report.outcomes {
        console.say(&report::outcome(
            outcome,
            report.dry,
            report.today,
            common.verbosity(),
        ));
        if diff && !common.is_json() {
            console.give_diff(&outcome.diff)?;
        }
    }
    console.say(&report::summary(report));
    if common.is_json() {
        console.give(report::document(report).as_bytes())?;
    }
    ci::hand_on(report)?;
    settling.map_or(Ok(()), |settling| settling.keep_known(report))?;
    Ok(if report.has_failures() {
        Ending::Wanting
    } else {
        Ending::Done
    })
}

/// The old copies of pages that a run used, and why.
fn stale_pages(fetcher: &Fetcher) -> Vec<String> {
    fetcher
        .stale_pages()
        .iter()
        .map(|page| format!("{} ({})", page.url, page.cause))
        .collect()
}

/// What is to be said of release data whose product is gone, where the whole folder is looked at.
fn orphans(
    folder: &Folder,
    products: &Products,
    releases: &Releases,
) -> anyhow::Result<Vec<String>> {
    if !folder.product.is_empty() {
        return Ok(Vec::new());
    }
    let orphans = releases.orphans(products)?;
    Ok(orphans
        .into_iter()
        .map(|path| format!("{path} belongs to no product; remove it"))
        .collect())
}

/// Where the guard keeps what it must know of earlier runs: beside the release data, or
/// with the pages. A replay is no run of the world, and remembers nothing by itself.
fn memories(releases: Option<&Path>, fetch: &Fetch, products: &Products) -> Option<Memories> {
    if let Some(releases) = releases {
        return Some(Memories::beside(releases));
    }
    if fetch.no_cache || fetch.replay.is_some() {
        return None;
    }
    let cache = fetch.cache_dir.clone().or_else(default_cache)?;
    Some(Memories::among(&cache, products))
}

/// The day that is stated, or that of the clock.
fn today(stated: Option<Date>) -> Date {
    #[expect(clippy::disallowed_methods, reason = "this is where today comes from")]
    stated.unwrap_or_else(|| chrono::Utc::now().date_naive())
}

impl Common {
    /// The day of the run.
    fn today(&self) -> Date {
        today(self.today)
    }

    fn verbosity(&self) -> Verbosity {
        if self.verbose > 0 {
            Verbosity::Verbose
        } else {
            Verbosity::Normal
        }
    }

    fn is_json(&self) -> bool {
        self.format == Format::Json
    }
}

impl Fetch {
    /// The fetcher that the options ask for.
    fn fetcher(&self) -> anyhow::Result<Fetcher> {
        let fetcher = match &self.replay {
            Some(path) if self.allow_local => Fetcher::replay(path)?.with_local_repositories(),
            Some(path) => Fetcher::replay(path)?,
            None => Fetcher::live(Settings {
                user_agent: self.user_agent.clone(),
                local: if self.allow_local {
                    LocalAddresses::Allow
                } else {
                    LocalAddresses::Refuse
                },
                cache: if self.no_cache {
                    None
                } else {
                    self.cache_dir.clone().or_else(default_cache)
                },
                stale: self.allow_stale,
                ..Settings::default()
            })?,
        };
        let fetcher = fetcher.in_environment(Environment::read());
        Ok(match &self.record {
            Some(path) => fetcher.recording(path)?,
            None => fetcher,
        })
    }
}

/// The path of a product file as a diff names it: below the folder as the user names it,
/// or below the folder's own name where that leads elsewhere.
fn diff_path(dir: &Path, product: &str) -> String {
    use std::path::Component;
    let plain = dir
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    let parts: Vec<String> = dir
        .components()
        .filter_map(|part| match part {
            Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
            _ => None,
        })
        .collect();
    let shown = if plain {
        &parts[..]
    } else {
        &parts[parts.len().saturating_sub(1)..]
    };
    shown
        .iter()
        .map(String::as_str)
        .chain([format!("{product}.md").as_str()])
        .collect::<Vec<_>>()
        .join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_names_a_path_that_git_takes() {
        assert_eq!(diff_path(Path::new("products"), "foo"), "products/foo.md");
        assert_eq!(
            diff_path(Path::new("./website/products/"), "foo"),
            "website/products/foo.md"
        );
        assert_eq!(
            diff_path(Path::new("/tmp/x/products"), "foo"),
            "products/foo.md"
        );
        assert_eq!(
            diff_path(Path::new("../products"), "foo"),
            "products/foo.md"
        );
        assert_eq!(diff_path(Path::new("."), "foo"), "foo.md");
    }
}
