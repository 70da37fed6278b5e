//! What may be said on the command line. No behaviour.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::date::{Date, parse_iso};

/// Keeps the support dates of a folder of product files true
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
    /// Fetch what products say their truth is, and write what changed
    Update(Update),
    /// Run the methods of one product file and print what they learn; nothing is written
    Try(Try),
    /// Hold product files against the site's rules; nothing is fetched or written
    Check(Check),
    /// Print a JSON Schema of product files, for editors
    Schema,
}

/// `shelflife update`
#[derive(Debug, Args)]
pub struct Update {
    /// A product to update; may be given more than once; all of them without it
    #[arg(long, value_name = "NAME")]
    pub product: Vec<String>,
    /// The folder of product files
    #[arg(long, short = 'p', value_name = "DIR", default_value = "products")]
    pub products_dir: PathBuf,
    /// Write nothing; print what would change as a diff
    #[arg(long)]
    pub dry_run: bool,
    /// Write nothing; exit 1 when something would change
    #[arg(long)]
    pub check: bool,
    /// The folder of release data, read and written beside the product files
    #[arg(long, value_name = "DIR")]
    pub release_data: Option<PathBuf>,
    /// Also run what the files switch off with `disabled`
    #[arg(long)]
    pub force: bool,
    /// How many products are worked on at once
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: u16,
    /// What all commands share
    #[command(flatten)]
    pub common: Common,
    /// How the world is asked
    #[command(flatten)]
    pub fetch: Fetch,
}

/// `shelflife try`
#[derive(Debug, Args)]
pub struct Try {
    /// The product file
    #[arg(value_name = "FILE.md")]
    pub file: PathBuf,
    /// Run only the Nth entry of `auto.methods`, counted from 1
    #[arg(long, value_name = "N")]
    pub method: Option<usize>,
    /// A saved page that answers whatever is asked; the rendered document where the config asks for JavaScript
    #[arg(long, value_name = "FILE", conflicts_with_all = ["replay", "record"])]
    pub page: Option<PathBuf>,
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
    /// A product to check; may be given more than once; all of them without it
    #[arg(long, value_name = "NAME")]
    pub product: Vec<String>,
    /// The folder of product files
    #[arg(long, short = 'p', value_name = "DIR", default_value = "products")]
    pub products_dir: PathBuf,
    /// The day that counts as today, in UTC
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub today: Option<Date>,
    /// The form of what is printed to standard output
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = CheckFormat::Text)]
    pub format: CheckFormat,
    /// Also say what is no fault and worth knowing
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

/// What all commands share.
#[derive(Debug, Args)]
pub struct Common {
    /// The day that counts as today, in UTC
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub today: Option<Date>,
    /// The form of what is printed to standard output
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    pub format: Format,
    /// Also say what was seen on pages and gave nothing
    #[arg(long, short = 'v', action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// How the world is asked.
#[derive(Debug, Args)]
#[command(next_help_heading = "Fetching")]
pub struct Fetch {
    /// Answer requests from a folder laid out as `wget -x` does, or from a `.har` file; never from the network
    #[arg(long, value_name = "PATH")]
    pub replay: Option<PathBuf>,
    /// Save every answer in the forms that --replay reads
    #[arg(long, value_name = "PATH")]
    pub record: Option<PathBuf>,
    /// The user agent to name
    #[arg(long, value_name = "TEXT")]
    pub user_agent: Option<String>,
    /// Allow loopback, private and link-local addresses
    #[arg(long)]
    pub allow_local: bool,
    /// The folder that keeps pages between runs
    #[arg(long, value_name = "DIR", conflicts_with = "no_cache")]
    pub cache_dir: Option<PathBuf>,
    /// Keep no pages between runs, and use none that are kept
    #[arg(long)]
    pub no_cache: bool,
    /// Use an old copy of a page when its host does not answer, and say so
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
