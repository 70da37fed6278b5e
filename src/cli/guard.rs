//! What may be said of merging and of the guard. No behaviour.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Format;

/// How release data is merged.
#[derive(Debug, Args)]
pub struct Merging {
    /// The file that keeps the notices already seen; it is written anew after each run
    #[arg(long, value_name = "FILE")]
    pub known: Option<PathBuf>,
    /// Also write what the site's rules would refuse
    #[arg(long)]
    pub no_validate: bool,
    /// What is done with a change that is hardly true: hold it, write it and warn, or off
    #[arg(long, value_enum, value_name = "MODE", default_value_t = GuardMode::Hold, hide_possible_values = true)]
    pub guard: GuardMode,
    /// Write the held changes of these ids
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub accept: Vec<String>,
    /// A file of such ids
    #[arg(long, value_name = "FILE")]
    pub accept_file: Option<PathBuf>,
    /// The file of decisions and thresholds; shelflife.toml beside the folder of product files
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// The folder that keeps what runs wrote and what sources listed; beside the release data
    #[arg(long, value_name = "DIR")]
    pub memory: Option<PathBuf>,
}

/// What the guard does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GuardMode {
    /// What is hardly true is not written
    Hold,
    /// It is written, and said
    Warn,
    /// Nothing is judged
    Off,
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
