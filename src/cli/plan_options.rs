//! The options of the guard and of what people decided. No behaviour.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _, ValueParser};

use crate::plan::GuardMode;

/// What to do with suspicious changes.
#[derive(Debug, Args)]
pub struct PlanOptions {
    /// Hold suspicious changes, write them with a warning, or check none: hold, warn or off
    #[arg(long, value_name = "MODE", default_value = "hold", hide_possible_values = true, value_parser = guard_modes())]
    pub guard: GuardMode,
    /// Apply the held changes with these IDs, separated by commas; may be repeated
    #[arg(long, value_name = "ID", num_args = 1)]
    pub accept: Vec<String>,
    /// Apply the held changes with the IDs in this file
    #[arg(long, value_name = "FILE")]
    pub accept_file: Option<PathBuf>,
    #[command(flatten)]
    pub settings: SettingsOption,
    /// Keep the guard's history in this directory [default: .guard in the release data, else in
    /// the cache]
    #[arg(long, value_name = "DIR", alias = "memory")]
    pub state: Option<PathBuf>,
}

/// The file of settings.
#[derive(Debug, Args)]
pub struct SettingsOption {
    /// Read decisions, thresholds, networks, credentials and defaults of options from this file
    /// [default: decisions and thresholds from shelflife.toml beside the directory of product
    /// files]
    #[arg(
        id = "settings",
        long,
        value_name = "FILE",
        env = "SHELFLIFE_SETTINGS",
        hide_env_values = true
    )]
    pub file: Option<PathBuf>,
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
