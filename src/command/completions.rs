//! The script by which a shell completes commands and options, made of the command line itself.

use clap::CommandFactory as _;

use super::console::Console;
use super::exit_status::ExitStatus;
use crate::cli::{Cli, Completions};

pub(super) fn run(args: &Completions, console: &Console) -> anyhow::Result<ExitStatus> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "shelflife", &mut script);
    console.print_data(&script)?;
    Ok(ExitStatus::Success)
}
