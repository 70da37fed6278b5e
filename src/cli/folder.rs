//! The products to work on, and the day. No behaviour.

use std::path::PathBuf;

use clap::Args;

use crate::date::{Date, parse_iso};

/// The products to work on.
#[derive(Debug, Args)]
pub struct Folder {
    /// Work on these products, by name or path [default: all in the directory]
    #[arg(value_name = "PRODUCT")]
    pub products: Vec<String>,
    /// The former spelling of PRODUCT
    #[arg(long, value_name = "PRODUCT", hide = true)]
    pub product: Vec<String>,
    /// Read product files from this directory [default: that of the paths, else products]
    #[arg(long, short = 'p', value_name = "DIR")]
    pub products_dir: Option<PathBuf>,
}

pub(super) fn date(text: &str) -> Result<Date, String> {
    parse_iso(text).ok_or_else(|| "not a date of the form YYYY-MM-DD".to_owned())
}
