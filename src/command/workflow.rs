//! Outputs of a job of GitHub Actions: variables and the step summary, where the job asks for
//! them.

use std::io::Write as _;

use crate::report::{self, Report};

/// Appends to the files that the environment variables name, if it has them.
pub(super) fn write_github_outputs(report: &Report) -> anyhow::Result<()> {
    append("GITHUB_OUTPUT", || report::outputs(report, &delimiter()))?;
    append("GITHUB_STEP_SUMMARY", || report::markdown(report))
}

fn append(variable: &str, text: impl FnOnce() -> String) -> anyhow::Result<()> {
    let Some(path) = std::env::var_os(variable).filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let mut file = fs_err::OpenOptions::new()
        .append(true)
        .create(true)
        .open(std::path::PathBuf::from(path))?;
    Ok(file.write_all(text().as_bytes())?)
}

/// Random text, which cannot have been put into a value beforehand.
pub(super) fn delimiter() -> String {
    std::iter::repeat_with(fastrand::alphanumeric)
        .take(24)
        .collect()
}
