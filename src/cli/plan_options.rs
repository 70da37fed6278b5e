//! What may be said of the guard and of what people decided. No behaviour.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _, ValueParser};

use crate::plan::GuardMode;

/// What to do with suspicious changes.
#[derive(Debug, Args)]
pub struct PlanOptions {
    /// What to do with suspicious changes: hold them, write them and warn, or off
    #[arg(long, value_name = "MODE", default_value = "hold", hide_possible_values = true, value_parser = guard_modes())]
    pub guard: GuardMode,
    /// IDs of held changes to apply, separated by commas; repeat it for more
    #[arg(long, value_name = "ID", num_args = 1)]
    pub accept: Vec<String>,
    /// File of such IDs
    #[arg(long, value_name = "FILE")]
    pub accept_file: Option<PathBuf>,
    /// File of decisions and thresholds [default: shelflife.toml beside the product files]
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// Directory for the guard's history [default: .guard in the release data, else in the cache]
    #[arg(long, value_name = "DIR", alias = "memory")]
    pub state: Option<PathBuf>,
}

fn guard_modes() -> ValueParser {
    let modes = PossibleValuesParser::new(["hold", "warn", "off"]);
    let mode = |mode: String| match &*mode {
        "warn" => GuardMode::Warn,
        "off" => GuardMode::Off,
        _ => GuardMode::Hold,
    };
    modes.map(mode).into()
}
