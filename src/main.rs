//! Arguments to command to exit code; shows errors.

use std::process::ExitCode;

use clap::Parser as _;
use shelflife::cli::Cli;
use shelflife::command::{self, Ending};

fn main() -> ExitCode {
    // A reader that goes away, such as `head`, is no reason to panic.
    let ending = command::run(&Cli::parse());
    ExitCode::from(match ending {
        Ending::Done => 0,
        Ending::Wanting => 1,
        Ending::Unusable => 2,
        Ending::Interrupted => 130,
    })
}
