//! Arguments to command to exit code; shows errors.

use std::process::ExitCode;

use shelflife::command::{self, ExitStatus};

fn main() -> ExitCode {
    if let Some(ended) = command::worker() {
        return ended;
    }
    // A reader that goes away, such as `head`, is no reason to panic.
    let status = match command::parse(std::env::args_os()) {
        Ok(cli) => command::run(&cli),
        Err(status) => status,
    };
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
