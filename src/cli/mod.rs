//! The command line: commands, options and help. No behaviour.

#![expect(missing_docs, reason = "a flattened group has no help of its own")]

mod folder;
mod output;
mod plan_options;
mod print;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

pub use folder::Folder;
use folder::date;
pub use output::{CheckFormat, Color, Format, ListFormat};
pub use plan_options::{PlanOptions, SettingsOption};
pub use print::{Check, Completions, Coverage, Guard, Methods, Next, Schema, SchemaOf, Show};

use crate::date::Date;
use crate::infer::Like;

/// Keep endoflife.date product files up to date from vendors' own pages
#[derive(Debug, Parser)]
#[command(
    name = "shelflife",
    version,
    propagate_version = true,
    max_term_width = 100
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    /// Colour the output: auto (on a terminal, unless `NO_COLOR` is set), always or never
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Color::Auto, hide_possible_values = true)]
    pub color: Color,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a new product file: find out how a page, a repository or a package is read
    New(New),
    /// Fetch the sources and write what changed into the product files
    Update(Update),
    /// Fetch release data without touching product files
    Collect(Collect),
    /// List which methods update which product
    Coverage(Coverage),
    /// Write release data into product files, without any request
    Merge(Merge),
    /// Run the methods of one product file and print what they collect; write nothing
    Try(Try),
    /// Explain where the values of a product come from, or why one is missing; write nothing
    Why(Why),
    /// Show the support of a product's release cycles as a timeline
    Show(Show),
    /// List which release cycles end soon
    Next(Next),
    /// Check product files against the site's rules; fetch and write nothing
    Check(Check),
    /// Backtest the guard on recorded writes
    Guard(Guard),
    /// List the methods, or describe one
    Methods(Methods),
    /// Print a JSON Schema of product files, for editors
    Schema(Schema),
    /// Print a completion script for a shell
    Completions(Completions),
}

#[derive(Debug, Args)]
pub struct New {
    /// Name of the product: lower-case letters, digits and `-`
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Where its dates are: the URL of a page, document, feed or repository, `npm:NAME`, `pypi:NAME`
    /// or `github:OWNER/REPO`; of several, each adds an entry
    #[arg(value_name = "SOURCE", required = true)]
    pub sources: Vec<String>,
    /// Only take what gives this date for this cycle, as CYCLE=DATE or CYCLE=FIELD:DATE
    #[arg(long, value_name = "CYCLE=DATE")]
    pub like: Vec<Like>,
    /// Take the best without asking
    #[arg(long, short = 'y')]
    pub yes: bool,
    /// Write nothing; print the best file
    #[arg(long)]
    pub dry_run: bool,
    /// Also write a file that lacks what `check` wants, to be completed by hand
    #[arg(long)]
    pub partial: bool,
    /// Title of the product [default: made of its name]
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// Category of the product on the site [default: app]
    #[arg(long, value_name = "WORD")]
    pub category: Option<String>,
    /// Write to this directory of product files
    #[arg(long, short = 'p', value_name = "DIR", default_value = "products")]
    pub products_dir: PathBuf,
    /// Answer every request with this saved page [default: fetch]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["replay", "record"])]
    pub page: Option<PathBuf>,
    /// Use this date as today [default: today's date in UTC]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub today: Option<Date>,
    #[command(flatten)]
    pub settings: SettingsOption,
    #[command(flatten)]
    pub fetch: Fetch,
}

#[derive(Debug, Args)]
pub struct Update {
    #[command(flatten)]
    pub folder: Folder,
    #[command(flatten)]
    pub limits: RunLimits,
    /// Write nothing; print the changes as a diff
    #[arg(long)]
    pub dry_run: bool,
    /// Write nothing; exit with 1 if something would change
    #[arg(long)]
    pub check: bool,
    #[command(flatten)]
    pub merge: MergeOptions,
    /// Keep release data in this directory, which cumulative products need [default: keep none]
    #[arg(long, value_name = "DIR")]
    pub release_data: Option<PathBuf>,
    /// Write where every collected value came from to this directory, one file per product
    /// [default: write none]
    #[arg(long, value_name = "DIR")]
    pub evidence: Option<PathBuf>,
    /// Also run entries that are `disabled`
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub exit: ExitCode,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub fetch: Fetch,
}

#[derive(Debug, Args)]
pub struct Collect {
    #[command(flatten)]
    pub folder: Folder,
    #[command(flatten)]
    pub limits: RunLimits,
    /// Write release data to this directory
    #[arg(long, value_name = "DIR")]
    pub release_data: PathBuf,
    /// Write where every collected value came from to this directory, one file per product
    /// [default: write none]
    #[arg(long, value_name = "DIR")]
    pub evidence: Option<PathBuf>,
    /// Write nothing; print the changes
    #[arg(long)]
    pub dry_run: bool,
    /// Leave out products that have an unknown method, and name them [default: fail them]
    #[arg(long)]
    pub known_only: bool,
    #[command(flatten)]
    pub plan: PlanOptions,
    /// Also run entries that are `disabled`
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub exit: ExitCode,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub fetch: Fetch,
}

#[derive(Debug, Args)]
pub struct Merge {
    #[command(flatten)]
    pub folder: Folder,
    /// Merge at most N products at once [default: one per processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Read release data from this directory
    #[arg(long, value_name = "DIR")]
    pub release_data: PathBuf,
    /// Write nothing; print the changes as a diff
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub merge: MergeOptions,
    #[command(flatten)]
    pub exit: ExitCode,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct Try {
    /// Product to run, by name or by the path of its file
    #[arg(value_name = "PRODUCT")]
    pub file: PathBuf,
    /// Run only entry N of `auto.methods`, counted from 1 [default: all that are not disabled]
    #[arg(long, value_name = "N")]
    pub method: Option<usize>,
    /// Look for a product that is given by name in this directory [default: products]
    #[arg(long, short = 'p', value_name = "DIR")]
    pub products_dir: Option<PathBuf>,
    #[command(flatten)]
    pub settings: SettingsOption,
    /// Answer every request with this saved page [default: fetch]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["replay", "record"])]
    pub page: Option<PathBuf>,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub fetch: Fetch,
}

#[derive(Debug, Args)]
pub struct Why {
    /// Product to explain, by name or path; alone, prints one line per release cycle
    #[arg(value_name = "PRODUCT")]
    pub product: String,
    /// Release cycle to explain; without a field, prints one line per field
    #[arg(value_name = "CYCLE")]
    pub cycle: Option<String>,
    /// Field to trace from the source page to the line in the file
    #[arg(value_name = "FIELD")]
    pub field: Option<String>,
    /// Read product files from this directory [default: that of the path, else products]
    #[arg(long, short = 'p', value_name = "DIR")]
    pub products_dir: Option<PathBuf>,
    /// Read earlier release data, which cumulative products need, from this directory
    /// [default: read none]
    #[arg(long, value_name = "DIR")]
    pub release_data: Option<PathBuf>,
    /// Also show changes that the site's rules reject
    #[arg(long)]
    pub no_validate: bool,
    #[command(flatten)]
    pub plan: PlanOptions,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub fetch: Fetch,
}

/// How release data is merged.
#[derive(Debug, Args)]
pub struct MergeOptions {
    /// Also add release cycles that the sources show and the file lacks, and end older ones by the
    /// lifecycle rules of the file
    #[arg(long, short_alias = 'u', alias = "declare-undeclared-releases")]
    pub add: bool,
    /// Only count the notices that are in this file, and rewrite it after the run
    /// [default: print all notices]
    #[arg(long, value_name = "FILE")]
    pub known: Option<PathBuf>,
    /// Also write changes that the site's rules reject [default: reject them]
    #[arg(long)]
    pub no_validate: bool,
    #[command(flatten)]
    pub plan: PlanOptions,
}

/// How many products run at once, and for how long.
#[derive(Debug, Args)]
pub struct RunLimits {
    /// Collect at most N products at once; requests per host have their own limit [default: 512]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Stop after this time, such as 90s, 2m or 1h, and list the products that are not finished
    /// [default: no limit]
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub deadline: Option<Duration>,
}

/// What the exit code of a run tells.
#[derive(Debug, Args)]
pub struct ExitCode {
    /// Exit with 3 if something that was read before cannot be read or was rejected, 4 if a
    /// change is held, 5 if something changed or would change; 1 comes first, then the lowest
    /// [default: exit with 0 for these]
    #[arg(long)]
    pub detailed_exit_code: bool,
}

/// The options that commands share.
#[derive(Debug, Args)]
pub struct Common {
    /// Use this date as today [default: today's date in UTC]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub today: Option<Date>,
    /// Print text or json
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text, hide_possible_values = true)]
    pub format: Format,
    /// Also print the rows and cells that were skipped, and every product, notice and held change
    #[arg(long, short = 'v', action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Print only failures and the last line
    #[arg(long, short = 'q', conflicts_with = "verbose")]
    pub quiet: bool,
}

/// How pages are fetched.
#[derive(Debug, Args)]
#[command(next_help_heading = "Fetching")]
pub struct Fetch {
    /// Read responses from a directory laid out as by `wget -x`, or from a `.har` file, and never
    /// from the network
    #[arg(long, value_name = "PATH")]
    pub replay: Option<PathBuf>,
    /// Save every response to a directory or a `.har` file, for --replay
    #[arg(long, value_name = "PATH")]
    pub record: Option<PathBuf>,
    /// Send this user agent [default: shelflife's own]
    #[arg(long, value_name = "TEXT")]
    pub user_agent: Option<String>,
    /// Allow loopback, private and link-local addresses [default: refuse them]
    #[arg(long)]
    pub allow_local: bool,
    /// Keep pages between runs in this directory [default: in the user's cache directory]
    #[arg(long, value_name = "DIR", conflicts_with = "no_cache")]
    pub cache_dir: Option<PathBuf>,
    /// Keep no pages between runs, and use none that were kept
    #[arg(long)]
    pub no_cache: bool,
    /// Use a kept copy of a page if its host fails, and report that [default: fail the product]
    #[arg(long)]
    pub allow_stale: bool,
}
