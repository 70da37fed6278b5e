//! Commands that print what is there: they fetch nothing and change nothing. No behaviour.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::folder::{Folder, date};
use super::output::{CheckFormat, Format, ListFormat};
use super::plan_options::SettingsOption;
use crate::date::Date;

#[derive(Debug, Args)]
pub struct Coverage {
    /// Read product files from this directory
    #[arg(long, short = 'p', value_name = "DIR", default_value = "products")]
    pub products_dir: PathBuf,
    #[command(flatten)]
    pub settings: SettingsOption,
    /// Print text, markdown or json
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ListFormat::Text, hide_possible_values = true)]
    pub format: ListFormat,
    /// Print only the names of products that have an unknown method, one per line
    #[arg(long, conflicts_with = "format")]
    pub unsupported: bool,
}

#[derive(Debug, Args)]
pub struct Methods {
    /// Method to describe [default: list all]
    #[arg(value_name = "NAME", conflicts_with = "format")]
    pub name: Option<String>,
    /// Include the presets in `presets/` beside this directory of product files
    /// [default: products]
    #[arg(long, short = 'p', value_name = "DIR")]
    pub products_dir: Option<PathBuf>,
    #[command(flatten)]
    pub settings: SettingsOption,
    /// Print text, markdown or json
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ListFormat::Text, hide_possible_values = true)]
    pub format: ListFormat,
}

#[derive(Debug, Args)]
pub struct Show {
    /// Product to show, by name or path
    #[arg(value_name = "PRODUCT", required = true)]
    pub products: Vec<String>,
    /// Read product files from this directory [default: that of the paths, else products]
    #[arg(long, short = 'p', value_name = "DIR")]
    pub products_dir: Option<PathBuf>,
    #[command(flatten)]
    pub settings: SettingsOption,
    /// Print a picture of one product as SVG
    #[arg(long, conflicts_with = "format")]
    pub svg: bool,
    /// Use this date as today [default: today's date in UTC]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub today: Option<Date>,
    /// Print text or json
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text, hide_possible_values = true)]
    pub format: Format,
    /// Show all release cycles [default: of those that ended, the first three; json has all]
    #[arg(long, short = 'v', action = clap::ArgAction::Count)]
    pub verbose: u8,
}

#[derive(Debug, Args)]
pub struct Next {
    #[command(flatten)]
    pub folder: Folder,
    #[command(flatten)]
    pub settings: SettingsOption,
    /// List what ends within this time, such as 90d or 6months
    #[arg(long, value_name = "TIME", default_value = "90d", value_parser = humantime::parse_duration)]
    pub within: Duration,
    /// Exit with 1 if something ends within this time, and list that too [default: exit with 0]
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub fail_within: Option<Duration>,
    /// Use this date as today [default: today's date in UTC]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub today: Option<Date>,
    /// Print text or json
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text, hide_possible_values = true)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    pub folder: Folder,
    #[command(flatten)]
    pub settings: SettingsOption,
    /// Use this date as today [default: today's date in UTC]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub today: Option<Date>,
    /// Print text, json, or github for workflow annotations
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = CheckFormat::Text, hide_possible_values = true)]
    pub format: CheckFormat,
    /// Also print informational notes, and every finding on a line of its own
    #[arg(long, short = 'v', action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Print only findings
    #[arg(long, short = 'q', conflicts_with = "verbose")]
    pub quiet: bool,
}

#[derive(Debug, Args)]
pub struct Guard {
    /// Read recorded writes from this file, one JSON object per line
    #[arg(long, value_name = "FILE")]
    pub history: PathBuf,
    /// Read thresholds from this file [default: the built-in ones]
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// Print text or json
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text, hide_possible_values = true)]
    pub format: Format,
    /// Also list writes that people reverted and no rule held; twice, also those held
    #[arg(long, short = 'v', action = clap::ArgAction::Count)]
    pub verbose: u8,
}

#[derive(Debug, Args)]
pub struct Schema {
    /// Print the schema of a product file or of shelflife.toml: product or settings
    #[arg(long, value_enum, value_name = "FILE", default_value_t = SchemaOf::Product, hide_possible_values = true)]
    pub of: SchemaOf,
    /// Include the presets in `presets/` beside this directory of product files
    /// [default: products]
    #[arg(long, short = 'p', value_name = "DIR")]
    pub products_dir: Option<PathBuf>,
    #[command(flatten)]
    pub settings: SettingsOption,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    Product,
    Settings,
}

#[derive(Debug, Args)]
pub struct Completions {
    /// Print the script for bash, elvish, fish, powershell or zsh
    #[arg(value_enum, value_name = "SHELL", hide_possible_values = true)]
    pub shell: clap_complete::Shell,
}
