//! One file per subcommand: the only code that joins the stages, and the parts that commands
//! share.

mod check;
mod collect;
mod completions;
mod console;
mod coverage;
mod defaults;
mod each_product;
mod exit_status;
mod finish;
mod guard;
mod merge;
mod methods;
mod new;
mod next;
mod observed;
mod options;
mod run;
mod runner;
mod show;
mod r#try;
mod update;
mod why;
mod worker;
mod workflow;

use anyhow::Context as _;

use crate::cli::{Cli, Command, Schema, SchemaOf};
use crate::plan;
use crate::schema;

use console::Console;
pub use defaults::parse;
pub use exit_status::ExitStatus;
pub use worker::worker;

/// Runs a command, showing what goes wrong.
pub fn run(cli: &Cli) -> ExitStatus {
    worker::raise_bounds();
    console::colour(cli.color);
    let console = Console::new();
    let outcome = match &cli.command {
        Command::New(args) => block_on(new::run(args, &console)),
        Command::Update(args) => block_on(update::run(args, &console)),
        Command::Collect(args) => block_on(collect::run(args, &console)),
        Command::Coverage(args) => coverage::run(args, &console),
        Command::Merge(args) => block_on(merge::run(args, &console)),
        Command::Try(args) => block_on(r#try::run(args, &console)),
        Command::Why(args) => block_on(why::run(args, &console)),
        Command::Show(args) => show::run(args, &console),
        Command::Next(args) => next::run(args, &console),
        Command::Check(args) => check::run(args, &console),
        Command::Guard(args) => guard::run(args, &console),
        Command::Schema(args) => schema(args, &console),
        Command::Methods(args) => methods::run(args, &console),
        Command::Completions(args) => completions::run(args, &console),
    };
    outcome.unwrap_or_else(|error| {
        console.print_error(&error);
        ExitStatus::Usage
    })
}

fn schema(args: &Schema, console: &Console) -> anyhow::Result<ExitStatus> {
    let schema = match args.of {
        SchemaOf::Product => {
            let registry = methods::registry_of(args.products_dir.as_deref(), console)?;
            schema::document(&registry)
        }
        SchemaOf::Settings => plan::schema(),
    };
    console.print_data(schema.as_bytes())?;
    Ok(ExitStatus::Success)
}

/// How long a run that is over may take to end what it started.
const SHUTDOWN: std::time::Duration = std::time::Duration::from_secs(10);

/// Runs a command to its end, or until the user or the system asks it to stop.
fn block_on(
    command: impl Future<Output = anyhow::Result<ExitStatus>>,
) -> anyhow::Result<ExitStatus> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the async runtime")?;
    let outcome = runtime.block_on(async {
        tokio::select! {
            outcome = command => outcome,
            () = stop() => Ok(ExitStatus::Interrupted),
        }
    });
    // Writing is whole by rename, so work that still runs may be left behind; but a browser
    // that was started is ended first.
    runtime.shutdown_timeout(SHUTDOWN);
    outcome
}

async fn stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    drop(tokio::signal::ctrl_c().await);
}
