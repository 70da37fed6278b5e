//! What may be said on the command line. No behaviour.

mod plan_options;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use plan_options::PlanOptions;

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
    /// Read the vendors' pages, and write what changed into the product files
    Update(Update),
    /// Fetch what products say their truth is, and write release data; no product file is touched
    Collect(Collect),
    /// Say which product is kept by which method
    Coverage(Coverage),
    /// Write release data into product files; no request is made
    Merge(Merge),
    /// Run the methods of one product file and print what they learn; nothing is written
    Try(Try),
    /// Say where the values of a product come from, and why one is not there; nothing is written
    Why(Why),
    /// Hold product files against the site's rules; nothing is fetched or written
    Check(Check),
    /// Ask the guard about recorded writes: which of them it would have held
    Guard(Guard),
    /// Say which methods there are, or all about one
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
    /// Write nothing; print what would change as a diff
    #[arg(long)]
    pub dry_run: bool,
    /// Write nothing; exit 1 when something would change
    #[arg(long)]
    pub check: bool,
    /// How release data is merged
    #[command(flatten)]
    pub merge: MergeOptions,
    /// The folder of release data, read and written beside the product files
    #[arg(long, value_name = "DIR")]
    pub release_data: Option<PathBuf>,
    /// The folder that keeps where every value learnt came from, one file a product
    #[arg(long, value_name = "DIR")]
    pub evidence: Option<PathBuf>,
    /// Also run what the files switch off with `disabled`
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
    /// The folder of release data
    #[arg(long, value_name = "DIR")]
    pub release_data: PathBuf,
    /// The folder that keeps where every value learnt came from, one file a product
    #[arg(long, value_name = "DIR")]
    pub evidence: Option<PathBuf>,
    /// Write nothing; say what would change
    #[arg(long)]
    pub dry_run: bool,
    /// What is done with suspicious changes
    #[command(flatten)]
    pub plan: PlanOptions,
    /// Also run what the files switch off with `disabled`
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
    /// The folder of product files
    #[arg(long, short = 'p', value_name = "DIR", default_value = "products")]
    pub products_dir: PathBuf,
    /// The form of what is printed
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ListFormat::Text)]
    pub format: ListFormat,
}

/// `shelflife methods`
#[derive(Debug, Args)]
pub struct Methods {
    /// Tell all about this method
    #[arg(value_name = "NAME", conflicts_with = "format")]
    pub name: Option<String>,
    /// The folder of product files, beside which your own presets lie [default: products]
    #[arg(long, short = 'p', value_name = "DIR")]
    pub products_dir: Option<PathBuf>,
    /// The form of what is printed
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
    /// How many products are merged at once [default: one a processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// The folder of release data
    #[arg(long, value_name = "DIR")]
    pub release_data: PathBuf,
    /// Write nothing; print what would change as a diff
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
    /// Run only the Nth entry of `auto.methods`, counted from 1
    #[arg(long, value_name = "N")]
    pub method: Option<usize>,
    /// A saved page that answers every request, as a browser saves it
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
    /// The product, by name or path; alone, a line a release cycle is said
    #[arg(value_name = "PRODUCT")]
    pub product: String,
    /// The release cycle; without a field, a line a field is said
    #[arg(value_name = "CYCLE")]
    pub cycle: Option<String>,
    /// The field, of which the whole way from the page to the line is said
    #[arg(value_name = "FIELD")]
    pub field: Option<String>,
    /// The folder of product files [default: that of the path, else products]
    #[arg(long, short = 'p', value_name = "DIR")]
    pub products_dir: Option<PathBuf>,
    /// The folder of release data that products which add to it start from
    #[arg(long, value_name = "DIR")]
    pub release_data: Option<PathBuf>,
    /// Also show as written what the site's rules would refuse
    #[arg(long)]
    pub no_validate: bool,
    /// What is done with suspicious changes
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
    /// The day that counts as today, in UTC
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub today: Option<Date>,
    /// What standard output holds: text for a person, json for a program, or github for a workflow
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = CheckFormat::Text, hide_possible_values = true)]
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

/// `shelflife guard`
#[derive(Debug, Args)]
pub struct Guard {
    /// A file of recorded writes, one JSON object a line
    #[arg(long, value_name = "FILE")]
    pub history: PathBuf,
    /// The file of decisions and thresholds
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// What standard output holds: text for a person, or json for a program
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text, hide_possible_values = true)]
    pub format: Format,
    /// Also list what people took back and no rule held; twice, also what was held
    #[arg(long, short = 'v', action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// `shelflife schema`
#[derive(Debug, Args)]
pub struct Schema {
    /// Of which file
    #[arg(long, value_enum, value_name = "FILE", default_value_t = SchemaOf::Product)]
    pub of: SchemaOf,
    /// The folder of product files, beside which your own presets lie [default: products]
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
    /// The folder of product files [default: that of the paths, else products]
    #[arg(long, short = 'p', value_name = "DIR")]
    pub products_dir: Option<PathBuf>,
}

/// How release data is merged.
#[derive(Debug, Args)]
pub struct MergeOptions {
    /// The file that keeps the notices already seen; it is written anew after each run
    #[arg(long, value_name = "FILE")]
    pub known: Option<PathBuf>,
    /// Also write what the site's rules would refuse
    #[arg(long)]
    pub no_validate: bool,
    /// What is done with suspicious changes
    #[command(flatten)]
    pub plan: PlanOptions,
}

/// How much is done at once, and for how long.
#[derive(Debug, Args)]
pub struct RunLimits {
    /// How many products are in flight at once, at most; whatever it is, a host is asked a few
    /// things at a time [default: 512]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// End after this time, such as 90s, 2m or 1h, with what is done, and name what is left
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub deadline: Option<Duration>,
}

/// What all commands share.
#[derive(Debug, Args)]
pub struct Common {
    /// The day that counts as today, in UTC
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub today: Option<Date>,
    /// What standard output holds: text for a person, or json for a program
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text, hide_possible_values = true)]
    pub format: Format,
    /// Also say what was seen on pages and gave nothing
    #[arg(long, short = 'v', action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// How the world is asked.
#[derive(Debug, Args)]
#[command(next_help_heading = "Fetching")]
pub struct Fetch {
    /// Ask no network: answer from a folder laid out as `wget -x` does, or from a `.har` file
    #[arg(long, value_name = "PATH")]
    pub replay: Option<PathBuf>,
    /// Save every answer, to a folder or a `.har` file, for --replay
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
