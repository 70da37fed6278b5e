//! Arguments to command to exit code; shows errors.

use std::process::ExitCode;

use clap::Parser as _;
use shelflife::cli::Cli;
use shelflife::command::{self, ExitStatus};

fn main() -> ExitCode {
    // A reader that goes away, such as `head`, is no reason to panic.
    let status = command::run(&Cli::parse());
    ExitCode::from(match status {
        ExitStatus::Success => 0,
        ExitStatus::Failure => 1,
        ExitStatus::Usage => 2,
        ExitStatus::Degraded => 3,
        ExitStatus::Held => 4,
        ExitStatus::Changed => 5,
        ExitStatus::Interrupted => 130,
    })
}
