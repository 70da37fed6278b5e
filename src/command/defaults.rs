//! The command line, with the defaults of options that a named settings file states.
//!
//! The file is read before the command line is understood, because an option that is required may
//! have its default there.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _};

use super::console::Console;
use super::exit_status::ExitStatus;
use crate::cli::Cli;
use crate::plan::{Defaults, GuardMode};
use crate::store::{SettingsFile, is_path};

/// Understands the command line, or shows why the settings file cannot be used. A command line
/// that is wrong ends the program, as does `--help`.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, ExitStatus> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let mut command = Cli::command();
    let first = command.clone().ignore_errors(true);
    let first = first.try_get_matches_from(&arguments).ok();
    if let Some((name, matches)) = first.as_ref().and_then(ArgMatches::subcommand)
        && let Ok(Some(path)) = matches.try_get_one::<PathBuf>("settings")
    {
        let file = SettingsFile::named(path);
        let file = file.map_err(|error| {
            Console::new().print_error(&error.into());
            ExitStatus::Usage
        })?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let defaults = options(&file.settings.named.defaults, folder);
        command = command.mut_subcommand(name, |mut command| {
            for (id, value) in defaults {
                let has = command.get_arguments().any(|option| option.get_id() == id);
                // The path of a product on the command line names the folder.
                if has && !(id == "products_dir" && names_a_folder(matches)) {
                    command =
                        command.mut_arg(id, |option| option.required(false).default_value(value));
                }
            }
            command
        });
    }
    let matches = command.get_matches_from(arguments);
    Cli::from_arg_matches(&matches).map_err(|error| error.exit())
}

fn names_a_folder(matches: &ArgMatches) -> bool {
    ["products", "product", "file"].into_iter().any(|id| {
        let words = matches.try_get_raw(id).ok().flatten();
        let mut words = words.into_iter().flatten();
        words.any(|word| is_path(&word.to_string_lossy()))
    })
}

/// The name of each option that has a default, and that default. A path is relative to the folder
/// of the file.
fn options(defaults: &Defaults, folder: &Path) -> Vec<(&'static str, OsString)> {
    let Defaults {
        products_dir,
        release_data,
        state,
        evidence,
        known,
        cache_dir,
        jobs,
        deadline,
        guard,
        user_agent,
        allow_local,
    } = defaults;
    let path = |path: &Option<PathBuf>| path.as_ref().map(|path| folder.join(path).into());
    let text = |text: &Option<String>| text.as_ref().map(OsString::from);
    let guard = guard.map(|guard| match guard {
        GuardMode::Hold => "hold".into(),
        GuardMode::Warn => "warn".into(),
        GuardMode::Off => "off".into(),
    });
    let all = [
        ("products_dir", path(products_dir)),
        ("release_data", path(release_data)),
        ("state", path(state)),
        ("evidence", path(evidence)),
        ("known", path(known)),
        ("cache_dir", path(cache_dir)),
        ("jobs", jobs.map(|jobs| jobs.to_string().into())),
        ("deadline", text(deadline)),
        ("guard", guard),
        ("user_agent", text(user_agent)),
        ("allow_local", allow_local.then(|| "true".into())),
    ];
    let all = all.into_iter();
    all.filter_map(|(name, value)| Some((name, value?)))
        .collect()
}
