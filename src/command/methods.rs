//! Which methods there are, and all about one.

use super::console::Console;
use super::exit_status::ExitStatus;
use crate::cli::{ListFormat, Methods};
use crate::methods::METHODS;
use crate::report::methods;

pub(super) fn run(args: &Methods, console: &Console) -> anyhow::Result<ExitStatus> {
    let named = |name: &String| METHODS.iter().find(|entry| entry.name == *name);
    let text = match (&args.name, args.format) {
        (Some(name), _) => methods::words(named(name).expect("no other name is accepted")),
        (None, ListFormat::Text) => methods::text(),
        (None, ListFormat::Markdown) => methods::markdown(),
        (None, ListFormat::Json) => methods::json(),
    };
    console.give(text.as_bytes())?;
    Ok(ExitStatus::Success)
}
