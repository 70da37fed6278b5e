//! What may be said on the command line. No behaviour.

mod plan_options;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use plan_options::PlanOptions;

use crate::date::{Date, parse_iso};

/// Keep endoflife.date product files up to date from vendors' own pages
#[derive(Debug, Parser)]
#[command(
    name = "shelflife",
    version,
    propagate_version = true,
    max_term_width = 100
)]
pub struct Cli {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Fetch the sources and write what changed into the product files
    Update(Update),
    /// Fetch release data without touching product files
    Collect(Collect),
    /// List which methods keep which product
    Coverage(Coverage),
    /// Write release data into product files, without any request
    Merge(Merge),
    /// Run the methods of one product file and print what they collect; write nothing
    Try(Try),
    /// Explain where the values of a product come from, or why one is missing; write nothing
    Why(Why),
    /// Check product files against the site's rules; fetch and write nothing
    Check(Check),
    /// Backtest the guard on recorded writes
    Guard(Guard),
    /// List the methods, or describe one
    Methods(Methods),
    /// Print a JSON Schema of product files, for editors
    Schema(Schema),
}

/// `shelflife update`
#[derive(Debug, Args)]
pub struct Update {
    /// Which products
    #[command(flatten)]
    pub folder: Folder,
    /// How much at once, and for how long
    #[command(flatten)]
    pub limits: RunLimits,
    /// Write nothing; print the changes as a diff
    #[arg(long)]
    pub dry_run: bool,
    /// Write nothing; exit with 1 if something would change
    #[arg(long)]
    pub check: bool,
    /// How release data is merged
    #[command(flatten)]
    pub merge: MergeOptions,
    /// Directory of release data, read and written beside the product files
    #[arg(long, value_name = "DIR")]
    pub release_data: Option<PathBuf>,
    /// Directory that keeps where every collected value came from, one file per product
    #[arg(long, value_name = "DIR")]
    pub evidence: Option<PathBuf>,
    /// Also run entries that are `disabled`
    #[arg(long)]
    pub force: bool,
    /// What all commands share
    #[command(flatten)]
    pub common: Common,
    /// How the world is asked
    #[command(flatten)]
    pub fetch: Fetch,
}

/// `shelflife collect`
#[derive(Debug, Args)]
pub struct Collect {
    /// Which products
    #[command(flatten)]
    pub folder: Folder,
    /// How much at once, and for how long
    #[command(flatten)]
    pub limits: RunLimits,
    /// Directory of release data
    #[arg(long, value_name = "DIR")]
    pub release_data: PathBuf,
    /// Directory that keeps where every collected value came from, one file per product
    #[arg(long, value_name = "DIR")]
    pub evidence: Option<PathBuf>,
    /// Write nothing; print the changes
    #[arg(long)]
    pub dry_run: bool,
    /// What to do with suspicious changes
    #[command(flatten)]
    pub plan: PlanOptions,
    /// Also run entries that are `disabled`
    #[arg(long)]
    pub force: bool,
    /// What all commands share
    #[command(flatten)]
    pub common: Common,
    /// How the world is asked
    #[command(flatten)]
    pub fetch: Fetch,
}

/// `shelflife coverage`
#[derive(Debug, Args)]
pub struct Coverage {
    /// Directory of product files
    #[arg(long, short = 'p', value_name = "DIR", default_value = "products")]
    pub products_dir: PathBuf,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ListFormat::Text)]
    pub format: ListFormat,
}

/// `shelflife methods`
#[derive(Debug, Args)]
pub struct Methods {
    /// Method to describe
    #[arg(value_name = "NAME", conflicts_with = "format")]
    pub name: Option<String>,
    /// Directory of product files; your own presets are in `presets/` beside it [default: products]
    #[arg(long, short = 'p', value_name = "DIR")]
    pub products_dir: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ListFormat::Text)]
    pub format: ListFormat,
}

/// The form of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// For a person
    Text,
    /// Tables for a page
    Markdown,
    /// For a program
    Json,
}

/// `shelflife merge`
#[derive(Debug, Args)]
pub struct Merge {
    /// Which products
    #[command(flatten)]
    pub folder: Folder,
    /// Maximum number of products merged at once [default: one per processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Directory of release data
    #[arg(long, value_name = "DIR")]
    pub release_data: PathBuf,
    /// Write nothing; print the changes as a diff
    #[arg(long)]
    pub dry_run: bool,
    /// How release data is merged
    #[command(flatten)]
    pub merge: MergeOptions,
    /// What all commands share
    #[command(flatten)]
    pub common: Common,
}

/// `shelflife try`
#[derive(Debug, Args)]
pub struct Try {
    /// The product file
    #[arg(value_name = "FILE.md")]
    pub file: PathBuf,
    /// Run only entry N of `auto.methods`, counted from 1
    #[arg(long, value_name = "N")]
    pub method: Option<usize>,
    /// Saved page that answers every request
    #[arg(long, value_name = "FILE", conflicts_with_all = ["replay", "record"])]
    pub page: Option<PathBuf>,
    /// What all commands share
    #[command(flatten)]
    pub common: Common,
    /// How the world is asked
    #[command(flatten)]
    pub fetch: Fetch,
}

/// `shelflife why`
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
    /// Directory of product files [default: that of the path, else products]
    #[arg(long, short = 'p', value_name = "DIR")]
    pub products_dir: Option<PathBuf>,
    /// Directory of earlier release data, needed by cumulative products
    #[arg(long, value_name = "DIR")]
    pub release_data: Option<PathBuf>,
    /// Also show changes that the site's rules reject
    #[arg(long)]
    pub no_validate: bool,
    /// What to do with suspicious changes
    #[command(flatten)]
    pub plan: PlanOptions,
    /// What all commands share
    #[command(flatten)]
    pub common: Common,
    /// How the world is asked
    #[command(flatten)]
    pub fetch: Fetch,
}

/// `shelflife check`
#[derive(Debug, Args)]
pub struct Check {
    /// Which products
    #[command(flatten)]
    pub folder: Folder,
    /// Date to use as today, in UTC
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub today: Option<Date>,
    /// Output format: text, json, or github for workflow annotations
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = CheckFormat::Text, hide_possible_values = true)]
    pub format: CheckFormat,
    /// Also print informational notes
    #[arg(long, short = 'v', action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// The form of what `check` prints to standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For a person
    Text,
    /// For a program
    Json,
    /// Annotations of a GitHub workflow
    Github,
}

/// `shelflife guard`
#[derive(Debug, Args)]
pub struct Guard {
    /// File of recorded writes, one JSON object per line
    #[arg(long, value_name = "FILE")]
    pub history: PathBuf,
    /// File of decisions and thresholds
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// Output format: text or json
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text, hide_possible_values = true)]
    pub format: Format,
    /// Also list writes that people took back and no rule held; twice, also those held
    #[arg(long, short = 'v', action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// `shelflife schema`
#[derive(Debug, Args)]
pub struct Schema {
    /// Of which file
    #[arg(long, value_enum, value_name = "FILE", default_value_t = SchemaOf::Product)]
    pub of: SchemaOf,
    /// Directory of product files; your own presets are in `presets/` beside it [default: products]
    #[arg(long, short = 'p', value_name = "DIR")]
    pub products_dir: Option<PathBuf>,
}

/// A file that has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// A product file
    Product,
    /// shelflife.toml
    Settings,
}

/// Which products.
#[derive(Debug, Args)]
pub struct Folder {
    /// Products to work on, by name or path [default: all of the folder]
    #[arg(value_name = "PRODUCT")]
    pub products: Vec<String>,
    /// The earlier form of the same
    #[arg(long, value_name = "PRODUCT", hide = true)]
    pub product: Vec<String>,
    /// Directory of product files [default: that of the paths, else products]
    #[arg(long, short = 'p', value_name = "DIR")]
    pub products_dir: Option<PathBuf>,
}

/// How release data is merged.
#[derive(Debug, Args)]
pub struct MergeOptions {
    /// File of notices already seen; rewritten after each run
    #[arg(long, value_name = "FILE")]
    pub known: Option<PathBuf>,
    /// Also write changes that the site's rules reject
    #[arg(long)]
    pub no_validate: bool,
    /// What to do with suspicious changes
    #[command(flatten)]
    pub plan: PlanOptions,
}

/// How much is done at once, and for how long.
#[derive(Debug, Args)]
pub struct RunLimits {
    /// Maximum number of products collected at once; requests per host are limited apart
    /// from it [default: 512]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Stop after this time, such as 90s, 2m or 1h, and list what was not finished
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub deadline: Option<Duration>,
}

/// What all commands share.
#[derive(Debug, Args)]
pub struct Common {
    /// Date to use as today, in UTC
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub today: Option<Date>,
    /// Output format: text or json
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text, hide_possible_values = true)]
    pub format: Format,
    /// Also print the rows and cells that were skipped
    #[arg(long, short = 'v', action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// How the world is asked.
#[derive(Debug, Args)]
#[command(next_help_heading = "Fetching")]
pub struct Fetch {
    /// Answer from a folder laid out as `wget -x` does, or a `.har` file, never from the network
    #[arg(long, value_name = "PATH")]
    pub replay: Option<PathBuf>,
    /// Save every response to a folder or a `.har` file, for --replay
    #[arg(long, value_name = "PATH")]
    pub record: Option<PathBuf>,
    /// User agent to send
    #[arg(long, value_name = "TEXT")]
    pub user_agent: Option<String>,
    /// Allow loopback, private and link-local addresses
    #[arg(long)]
    pub allow_local: bool,
    /// Directory that keeps pages between runs
    #[arg(long, value_name = "DIR", conflicts_with = "no_cache")]
    pub cache_dir: Option<PathBuf>,
    /// Neither read nor write pages kept between runs
    #[arg(long)]
    pub no_cache: bool,
    /// Use a kept copy of a page when its host does not answer, and say so
    #[arg(long)]
    pub allow_stale: bool,
}

/// The form of what is printed to standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a person
    Text,
    /// For a program
    Json,
}

fn day(text: &str) -> Result<Date, String> {
    parse_iso(text).ok_or_else(|| "not a day written YYYY-MM-DD".to_owned())
}
